use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

fn app() -> AppId {
    AppId(uuid::Uuid::from_u128(1))
}

fn channel() -> ChannelId {
    ChannelId(uuid::Uuid::from_u128(2))
}

fn shop(number: u128) -> ShopId {
    ShopId(uuid::Uuid::from_u128(number))
}

/// One of an account; two of one shop and one of another of a second account.
fn numbers() -> Numbers {
    let known = |channel: u128, shop_of: u128, account: &str| Known {
        channel: ChannelId(uuid::Uuid::from_u128(channel)),
        shop: shop(shop_of),
        account: account.to_owned(),
    };
    HashMap::from([
        ("1000".to_owned(), known(2, 1, "2000")),
        ("1001".to_owned(), known(3, 1, "2001")),
        ("1002".to_owned(), known(4, 1, "2001")),
        ("1003".to_owned(), known(5, 2, "2001")),
    ])
}

fn split_bytes(body: &[u8]) -> Split {
    split(app(), &numbers(), body, NOW)
}

fn items_of(values: &[Json]) -> Vec<NewItem> {
    let changes: Vec<_> =
        values.iter().map(|value| json!({"field": "messages", "value": value})).collect();
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "2000", "changes": changes}]});
    split_bytes(body.to_string().as_bytes()).items
}

fn value(contacts: &Json, messages: &Json) -> Json {
    json!({"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1000"},
        "contacts": contacts, "messages": messages})
}

fn text(id: &str, from: &str) -> Json {
    json!({"id": id, "from": from, "timestamp": "1789999990", "type": "text",
        "text": {"body": "Merhaba"}})
}

fn lane_of(contacts: &Json, message: &Json) -> Option<String> {
    items_of(&[value(contacts, &json!([message]))])[0].lane.clone()
}

#[test]
fn all_entries_changes_messages_and_statuses_are_items() {
    let both = json!({"metadata": {"phone_number_id": "1000"},
        "messages": [text("w1", "905551112233"), text("w2", "905551112234")],
        "statuses": [{"id": "w0", "status": "sent", "timestamp": 1}],
        "errors": [{"code": 131_000}]});
    let change = json!({"field": "messages", "value": both});
    let other = json!({"field": "user_preferences", "value": {}});
    let entry = json!({"id": "2", "changes": [change, other]});
    let again = json!({"id": "3", "changes": [
        {"field": "messages", "value": value(&json!([]), &json!([text("w3", "905551112233")]))}]});
    let body = json!({"object": "whatsapp_business_account", "entry": [entry, again]});
    let items = split_bytes(body.to_string().as_bytes()).items;
    let kinds: Vec<_> = items.iter().map(|item| (item.kind, item.state)).collect();
    assert_eq!(
        kinds,
        [
            (Kind::Message, State::Due),
            (Kind::Message, State::Due),
            (Kind::Status, State::Due),
            (Kind::Other, State::Kept),
            (Kind::Other, State::Kept),
            (Kind::Message, State::Due),
        ]
    );
    assert_eq!(items[0].dedupe_key, "m:1000:w1");
    assert_eq!(items[2].dedupe_key, "s:1000:w0:sent::1");
    assert_eq!(items[4].reason.as_deref(), Some("nothing handles the field `user_preferences`"));
    assert!(items.iter().all(|item| item.app_id == app()));
}

#[test]
fn an_item_holds_the_text_as_it_came() {
    let raw = r#"{"id":"w1",  "from":"905551112233","type":"text","text":{"body":"\u0131\ud83d"}}"#;
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages",
        "value":{{"metadata":{{"phone_number_id":"1000"}},"messages":[{raw}]}}}}]}}]}}"#
    );
    let items = split_bytes(body.as_bytes()).items;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].state, State::Due);
    let payload = String::from_utf8(items[0].payload.clone()).unwrap();
    assert_eq!(
        payload,
        format!(
            r#"{{"at":1790000000000,"message":{raw},"metadata":{{"phone_number_id":"1000"}}}}"#
        )
    );
}

#[test]
fn a_lane_is_the_bsuid_else_the_phone() {
    let id = channel().0.simple().to_string();
    let phone = json!({"id": "w", "from": "905551112233"});
    assert_eq!(lane_of(&json!([]), &phone), Some(format!("{id}:+905551112233")));
    let both = json!({"id": "w", "from": "905551112233", "from_user_id": "TR.1"});
    assert_eq!(lane_of(&json!([]), &both), Some(format!("{id}:TR.1")));
    let empty = json!({"id": "w", "from": "", "from_user_id": ""});
    assert_eq!(
        lane_of(&json!([{"user_id": "TR.1", "wa_id": ""}]), &empty),
        Some(format!("{id}:TR.1"))
    );
    assert_eq!(
        lane_of(&json!([{"user_id": "TR.2", "wa_id": "905551112233"}]), &phone),
        Some(format!("{id}:TR.2"))
    );
}

#[test]
fn a_message_that_names_nobody_is_a_dead_letter() {
    let items = items_of(&[value(
        &json!([]),
        &json!([
            {"id": "w1", "from": "", "type": "text"},
            text("w2", "905551112233"),
        ]),
    )]);
    assert_eq!((items[0].kind, items[0].state), (Kind::Message, State::Dead));
    assert_eq!(items[0].reason.as_deref(), Some("a message that names no sender"));
    assert_eq!(items[1].state, State::Due);
}

#[test]
fn contacts_are_found_by_bsuid_then_phone_then_alone() {
    let contacts = json!([
        {"user_id": "TR.1", "wa_id": "905550000001"},
        {"user_id": "TR.2", "wa_id": "905550000002"},
    ]);
    let id = channel().0.simple().to_string();
    let of = |contacts: &Json, message: Json| lane_of(contacts, &message).unwrap();
    let by_phone = json!({"id": "w", "from": "905550000002"});
    assert_eq!(of(&contacts, by_phone.clone()), format!("{id}:TR.2"));
    let items = items_of(&[value(
        &contacts,
        &json!([
        {"id": "w", "from_user_id": "TR.2", "from": "905550000001"}]),
    )]);
    let payload: Json = serde_json::from_slice(&items[0].payload).unwrap();
    assert_eq!(payload["contact"]["user_id"], "TR.2");
    let lone = json!([{"user_id": "TR.9"}]);
    assert_eq!(of(&lone, by_phone.clone()), format!("{id}:TR.9"));
    // A lone contact of somebody else is not theirs.
    let other = json!([{"user_id": "TR.9", "wa_id": "905550000009"}]);
    assert_eq!(of(&other, by_phone), format!("{id}:+905550000002"));
}

#[test]
fn one_malformed_item_harms_nothing_beside_it() {
    let mut good = value(
        &json!([7, {"wa_id": 5}]),
        &json!([
            7, null, {"from": "905551112233"}, text("w1", "905551112233"), {"id": {}},
        ]),
    );
    good["statuses"] = json!([{}, "x", {"id": "w0", "status": "read", "timestamp": "5"}]);
    let items = items_of(&[good]);
    let due: Vec<_> = items.iter().filter(|item| item.state == State::Due).collect();
    assert_eq!(due.len(), 2);
    assert_eq!((items.len(), items.iter().filter(|i| i.state == State::Dead).count()), (8, 6));
    assert!(items.iter().all(|item| item.state == State::Due || item.reason.is_some()));
}

#[test]
fn malformed_entries_and_changes_harm_nothing_beside_them() {
    let good = json!({"field": "messages",
        "value": value(&json!([]), &json!([text("w1", "905551112233")]))});
    let body = json!({"object": "whatsapp_business_account", "entry": [
        7, {"changes": "x"}, {"changes": [7, {"field": "messages", "value": 7}, good, {}]},
        {"changes": [{"field": "messages", "value": {"messages": 7, "statuses": {}}}]}]});
    let items = split_bytes(body.to_string().as_bytes()).items;
    assert_eq!(items.iter().filter(|item| item.state == State::Due).count(), 1);
    assert_eq!(items.iter().filter(|item| item.state == State::Dead).count(), 6);
    assert_eq!(items.iter().filter(|item| item.state == State::Kept).count(), 1);
}

#[test]
fn numbers_of_others_are_kept_and_welcome_once_they_are_ours() {
    let mut value = value(&json!([]), &json!([text("w1", "905551112233")]));
    value["metadata"]["phone_number_id"] = "9999".into();
    let items = items_of(&[value]);
    assert_eq!((items[0].state, items[0].channel_id), (State::Kept, None));
    let reason = items[0].reason.as_deref();
    assert_eq!(reason, Some("no channel of this app has the number id `9999`"));
    assert!(items[0].dedupe_key.starts_with("c:"), "{}", items[0].dedupe_key);
}

#[test]
fn what_is_no_webhook_is_a_dead_letter() {
    for body in [
        &b"nonsense"[..],
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        br#"{"object":"page","entry":[]}"#,
        br#"{"entry":[]}"#,
        br#"{"object":"whatsapp_business_account","entry":{}}"#,
    ] {
        let items = split_bytes(body).items;
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].kind, items[0].state), (Kind::Unreadable, State::Dead));
        assert_eq!(items[0].payload, body);
        assert!(items[0].reason.is_some());
    }
}

#[test]
fn times_come_as_text_and_number_and_never_from_the_future() {
    let sent_at = |timestamp: Json| {
        let mut message = text("w", "905551112233");
        message["timestamp"] = timestamp;
        items_of(&[value(&json!([]), &json!([message]))])[0].sent_at
    };
    for timestamp in [json!("1789999990"), json!(1_789_999_990)] {
        assert_eq!(sent_at(timestamp), NOW.plus_seconds(-10));
    }
    for timestamp in [json!("1890000000"), json!(null), json!("soon"), json!(i64::MAX)] {
        assert_eq!(sent_at(timestamp), NOW);
    }
}

#[test]
fn messages_of_groups_are_kept() {
    let mut message = text("w", "905551112233");
    message["group_id"] = "g1".into();
    let items = items_of(&[value(&json!([]), &json!([message]))]);
    assert_eq!((items[0].state, items[0].channel_id), (State::Kept, Some(channel())));
}

#[test]
fn keys_that_are_too_long_become_hashes() {
    let long = "w".repeat(10_000);
    let items = items_of(&[value(&json!([]), &json!([text(&long, "905551112233")]))]);
    assert_eq!((items[0].state, items[0].dedupe_key.len()), (State::Due, 66));
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = "[".repeat(100_000);
    assert_eq!(split_bytes(deep.as_bytes()).items.len(), 1);
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{}{}]}}"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    assert_eq!(split_bytes(body.as_bytes()).items[0].state, State::Dead);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _items = split_bytes(&bytes);
    }

    #[test]
    fn no_cut_makes_it_panic_or_lose_everything(at in 0_usize..500) {
        let body = json!({"object": "whatsapp_business_account", "entry": [{"changes": [
            {"field": "messages", "value": value(&json!([{"wa_id": "9055"}]),
                &json!([text("w1", "905551112233")]))}]}]}).to_string();
        let cut = &body.as_bytes()[..at.min(body.len() - 1)];
        let items = split_bytes(cut).items;
        prop_assert_eq!(items.len(), 1);
        prop_assert_eq!(items[0].kind, Kind::Unreadable);
    }
}

fn fields(account: &str, field: &str, value: &Json) -> Vec<NewItem> {
    let body = json!({"object": "whatsapp_business_account", "entry": [
        {"id": account, "changes": [{"field": field, "value": value}]}]});
    split_bytes(body.to_string().as_bytes()).items
}

#[test]
fn an_echo_is_in_the_lane_of_whom_it_was_written_to() {
    let value = json!({"metadata": {"phone_number_id": "1000"}, "message_echoes": [
        {"id": "e1", "from": "905550000001", "to": "905551112233", "timestamp": "1789999990",
            "type": "text", "text": {"body": "Geliyor"}},
        {"id": "e2", "to_user_id": "TR.1", "to": ""}, {"id": "e3"}, {"to": "905551112233"}]});
    let items = fields("2000", "smb_message_echoes", &value);
    let lanes: Vec<_> = items.iter().map(|item| item.lane.as_deref()).collect();
    let channel = channel().0.simple();
    let (phone, user) = (format!("{channel}:+905551112233"), format!("{channel}:TR.1"));
    assert_eq!(lanes, [Some(phone.as_str()), Some(user.as_str()), None, None]);
    assert_eq!((items[0].kind, items[0].dedupe_key.as_str()), (Kind::Message, "e:1000:e1"));
    let reasons: Vec<_> = items[2..].iter().map(|item| item.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("an echo that names nobody"), Some("an echo without an id")]);
}

#[test]
fn what_is_told_of_a_person_goes_to_the_number_or_to_each_shop_once() {
    let stop = json!({"wa_id": "905551112233", "user_id": "TR.1", "value": "stop",
        "category": "marketing_messages", "timestamp": 1_789_999_990});
    let named = json!({"metadata": {"phone_number_id": "1000"}, "user_preferences": [stop]});
    let items = fields("2000", "user_preferences", &named);
    assert_eq!((items.len(), items[0].channel_id), (1, Some(channel())));
    assert!(items[0].lane.as_deref().is_some_and(|lane| lane.ends_with(":TR.1")));
    assert_eq!(items[0].sent_at.ms(), 1_789_999_990_000);

    let channels = |items: &[NewItem]| -> Vec<_> {
        items.iter().map(|item| item.channel_id.map(|id| id.0.as_u128())).collect()
    };
    let items = fields("2001", "user_preferences", &json!({"user_preferences": [stop]}));
    assert_eq!(channels(&items), [Some(3), Some(5)]);
    let update = json!({"user_id": {"previous": "TR.1", "current": "TR.2"}});
    let items = fields("2001", "user_id_update", &json!({"user_id_update": [update, {}]}));
    assert_eq!(channels(&items), [Some(3), Some(5), None]);
    assert!(items[0].lane.as_deref().is_some_and(|lane| lane.ends_with(":TR.1")));
    let items = fields("9", "user_preferences", &json!({"user_preferences": [stop]}));
    assert_eq!((items[0].state, channels(&items)), (State::Kept, vec![None]));
}

#[test]
fn news_of_the_account_are_due_and_copies_of_chats_are_not_stored() {
    let banned = json!({"event": "DISABLED_UPDATE", "ban_info": {}});
    let items = fields("2000", "account_update", &banned);
    assert_eq!((items[0].kind, items[0].state), (Kind::Account, State::Due));
    assert_eq!((items[0].lane.as_deref(), items[0].channel_id), (None, Some(channel())));
    let long = json!({"history": ["x".repeat(100_000)]});
    let items = fields("2000", "history", &long);
    assert_eq!((items[0].state, items[0].payload.len() < 60), (State::Kept, true));
    assert_ne!(items[0].dedupe_key, fields("2000", "history", &json!({}))[0].dedupe_key);
    for (field, why) in [("standby", "never answered"), ("calls", "no calls"), ("moon", "nothing")]
    {
        let items = fields("2000", field, &value(&json!([]), &json!([text("w", "905551112233")])));
        assert_eq!((items.len(), items[0].state), (1, State::Kept), "{field}");
        assert!(items[0].reason.as_deref().is_some_and(|r| r.contains(why)), "{field}");
    }
}

#[test]
fn the_same_news_of_another_time_are_other_news() {
    let read = |time: Json| {
        let change = json!({"field": "account_update", "value": {"event": "ACCOUNT_RESTRICTION"}});
        let entry = json!({"id": "2000", "time": time, "changes": [change]});
        let body = json!({"object": "whatsapp_business_account", "entry": [entry]});
        let item = split_bytes(body.to_string().as_bytes()).items.remove(0);
        assert_eq!((item.kind, item.state), (Kind::Account, State::Due));
        (item.dedupe_key, item.payload)
    };
    let (first, second, none) = (read(json!(1)), read(json!(2)), read(Json::Null));
    assert_eq!(first, read(json!("1")));
    assert!(first.0 != second.0 && first.0 != none.0, "{first:?}, {second:?}, {none:?}");
    assert_eq!((&first.1, &first.1), (&second.1, &none.1));
}

#[test]
fn a_payment_that_failed_is_another_status_than_a_message_that_failed() {
    let status = |kind: Json| json!({"id": "w", "status": "failed", "type": kind, "timestamp": 1});
    let both = json!({"metadata": {"phone_number_id": "1000"},
        "statuses": [status(Json::Null), status(json!("message")), status(json!("payment"))]});
    let items = items_of(&[both]);
    let keys: Vec<_> = items.iter().map(|item| item.dedupe_key.as_str()).collect();
    assert_eq!(keys, ["s:1000:w:failed::1", "s:1000:w:failed::1", "s:1000:w:paymentfailed::1"]);
}
