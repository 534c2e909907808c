//! Dead letters: what fails costs only itself; people see it, correct it, and let it come again, with effect once.

use entity::{InboxId, inbox, outbox};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use sepet::{
    inbox::{AccountNews, Source, StatusReport, Unreadable, letters::correct},
    message::Inbound,
    whatsapp::Webhooks,
};
use serde_json::{Value, json};

use crate::{
    api_data::{key, key_of_another_shop},
    harness::{Api, Options, Person, Shop, process::sepet},
};
use sepet::shop::keys::Scope;

const NUMBER: &str = "100000000000001";

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

/// Reads like the service does, and fails inside its own code on one word.
struct Mined {
    inner: Webhooks,
    word: &'static str,
}

impl Source for Mined {
    fn message(&self, payload: &[u8]) -> Result<Inbound, Unreadable> {
        let text = String::from_utf8_lossy(payload);
        assert!(!text.contains(self.word), "told to fail");
        self.inner.message(payload)
    }

    fn account(&self, payload: &[u8]) -> Result<Option<AccountNews>, Unreadable> {
        self.inner.account(payload)
    }

    fn status(&self, payload: &[u8]) -> Result<StatusReport, Unreadable> {
        self.inner.status(payload)
    }
}

async fn letters(shop: &Shop, query: &str) -> Vec<Value> {
    let page = shop.api("GET", &format!("/dead-letters{query}"), None).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.body["items"].as_array().unwrap().clone()
}

async fn replay(shop: &Shop, id: &str) -> Api {
    shop.api("POST", &format!("/dead-letters/{id}/replay"), None).await
}

async fn raw(shop: &Shop, body: &Value) {
    let answer = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
    assert_eq!(answer["status"], 200, "{answer}");
}

/// A webhook with a text of this person.
fn says(person: &Person<'_>, id: &str, body: &str, number: &str) -> Value {
    let digits = person.phone.trim_start_matches('+');
    json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"phone_number_id": number},
            "contacts": [{"profile": {"name": person.name}, "wa_id": digits, "user_id": person.bsuid}],
            "messages": [{"id": id, "from": digits, "from_user_id": person.bsuid, "type": "text",
                "timestamp": "1795417199", "text": {"body": body}}]}}]}]})
}

async fn sent(shop: &Shop) -> u64 {
    outbox::Entity::find().count(shop.db().reader()).await.unwrap()
}

on_both! {
    async fn what_fails_inside_our_code_costs_only_itself_and_comes_again(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        let baris = shop.customer("Barış").await;
        ayse.say("bomba").await;
        let said = inbox::Entity::find().one(shop.db().reader()).await.unwrap().unwrap();
        let wamid = said.dedupe_key.rsplit(':').next().unwrap().to_owned();
        let count = sent(shop).await;
        // Her change of what she said makes the service read that again, outside of what is guarded item by item.
        let digits = ayse.phone.trim_start_matches('+');
        raw(shop, &json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002",
            "changes": [{"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"phone_number_id": NUMBER},
            "contacts": [{"profile": {"name": "Ayşe"}, "wa_id": digits, "user_id": ayse.bsuid}],
            "messages": [{"id": "wamid.edit", "from": digits, "from_user_id": ayse.bsuid,
                "timestamp": "1795417201", "type": "edit", "edit": {"original_message_id": wamid,
                "message": {"type": "text", "context": {"id": wamid}, "text": {"body": "menü"}}}}]}}]}]})).await;
        baris.post(json!({"type": "text", "body": "merhaba"})).await;
        shop.sim("POST", "/sim/flush", Some(json!({}))).await;
        let app = shop.app();
        let webhooks = Webhooks::new(app.platform().clone());
        let mined = Mined { inner: webhooks, word: "bomba" };
        for _ in 0..12 {
            while sepet::conversation::turn(app.platform(), &mined).await.unwrap() > 0 {}
            shop.advance(1);
        }
        assert_eq!(sent(shop).await, count + 1, "the other one was answered");
        let dead = letters(shop, "?state=dead").await;
        assert_eq!(dead.len(), 1, "{dead:?}");
        assert_eq!(dead[0]["reason"], "its handling panicked");
        assert_eq!((&dead[0]["kind"], &dead[0]["attempts"]), (&json!("message"), &json!(5)));
        let id = dead[0]["id"].as_str().unwrap();
        // The fault is repaired; it comes again, and once however often that is asked for.
        for outcome in ["due", "already"] {
            let told = replay(shop, id).await;
            assert_eq!((told.status.as_u16(), &told.body["outcome"]), (200, &json!(outcome)));
        }
        shop.settle().await;
        assert_eq!(replay(shop, id).await.body["outcome"], "already");
        assert_eq!(letters(shop, "").await.len(), 0);
        let row = inbox::Entity::find_by_id(id.parse::<InboxId>().unwrap());
        let row = row.one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!((row.state, row.conversation_id), (inbox::State::Done, said.conversation_id));
    }
}

on_both! {
    async fn a_body_that_a_person_corrected_is_read_as_if_it_had_come(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        // She wrote before: WhatsApp lets us answer.
        ayse.say("selam").await;
        // A message without an id: the door cannot tell whether it came before. It names our number.
        let mut broken = says(&ayse, "wamid.x", "merhaba", NUMBER);
        broken["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = Value::Null;
        raw(shop, &broken).await;
        shop.settle().await;
        assert_eq!(letters(shop, "").await.len(), 0, "it belongs to no shop: nobody but the operator sees it");
        let letter = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Dead));
        let letter = letter.one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!((letter.state, letter.channel_id), (inbox::State::Dead, None));
        let id = letter.id.to_string();
        for (method, path) in [("GET", format!("/dead-letters/{id}")), ("POST", format!("/dead-letters/{id}/replay"))] {
            assert_eq!(shop.api(method, &path, None).await.status, 404, "{path}");
        }
        // The operator corrects it.
        {
            let file = std::env::temp_dir().join(crate::harness::unique());
            std::fs::write(&file, says(&ayse, "wamid.x", "merhaba", NUMBER).to_string()).unwrap();
            let run = async |args: &[&str]| {
                let mut command = sepet(args);
                command.env("SEPET_DATABASE_URL", shop.database_url());
                let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                (output.status.code(), text + &String::from_utf8_lossy(&output.stderr))
            };
            let (code, told) = run(&["replay", "--all", "--dry-run"]).await;
            assert_eq!(code, Some(1), "{told}");
            assert!(told.contains("still cannot be handled: a message without an id"), "{told}");
            let (code, told) = run(&["replay", &id]).await;
            assert_eq!(code, Some(1), "{told}");
            let (code, told) = run(&["replay", &id, "--payload", file.to_str().unwrap()]).await;
            assert_eq!(code, Some(0), "{told}");
            assert!(told.contains("comes again"), "{told}");
            let (code, told) = run(&["replay", &id]).await;
            assert_eq!(code, Some(0), "{told}");
            assert!(told.contains("handled already"), "{told}");
            let (code, told) = run(&["replay", "--all", "--since", "2026-11-01", "--kind", "message"]).await;
            assert_eq!((code, told.trim()), (Some(0), ""));
            std::fs::remove_file(file).unwrap();
        }
        // The command went by the machine's clock.
        let txn = shop.db().begin_write().await.unwrap();
        let now = shop.now().ms();
        for sql in [
            format!("UPDATE inbox SET due_at = {now} WHERE state = 'due'"),
            format!("UPDATE lanes SET due_at = {now} WHERE due_at IS NOT NULL"),
        ] {
            txn.execute_unprepared(&sql).await.unwrap();
        }
        txn.commit().await.unwrap();
        shop.settle().await;
        assert_eq!(ayse.news().await.len(), 1, "answered, and once");
        // WhatsApp brings it once more: it is known.
        raw(shop, &says(&ayse, "wamid.x", "merhaba", NUMBER)).await;
        shop.settle().await;
        assert_eq!(ayse.news().await.len(), 0);
        // The simulator did not send this one itself, so it knows of none to mark as read.
        shop.forgive("violations");
    }
}

on_both! {
    async fn letters_are_found_corrected_and_replayed_within_their_shop(shop: &Shop; quiet()) {
        let status = |status: &str| json!({"object": "whatsapp_business_account", "entry": [{"changes": [
            {"field": "messages", "value": {"metadata": {"phone_number_id": NUMBER},
                "statuses": [{"id": "wamid.gone", "status": status, "timestamp": "x",
                    "recipient_id": "905551112233"}]}}]}]});
        // A day without its message: kept. And a kind that has no rank.
        raw(shop, &status("delivered")).await;
        shop.advance(1);
        raw(shop, &status("deleted")).await;
        shop.settle().await;
        shop.pass(25 * 3_600).await;
        let all = letters(shop, "").await;
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(letters(shop, "?kind=status&state=kept").await.len(), 2);
        assert_eq!(letters(shop, "?kind=message").await.len(), 0);
        assert_eq!(letters(shop, &format!("?channel_id={}", shop.channel_id)).await.len(), 2);
        assert_eq!(letters(shop, "?since=2026-11-23T00:00:00Z&until=2026-11-24T00:00:00Z").await.len(), 2);
        assert_eq!(letters(shop, "?until=2026-11-23T00:00:00Z").await.len(), 0);
        let first = shop.api("GET", "/dead-letters?limit=1", None).await.body;
        let next = format!("?limit=1&cursor={}", first["next"].as_str().unwrap());
        assert_eq!(letters(shop, &next).await[0]["id"], all[1]["id"]);

        let path = format!("/dead-letters/{}", all[1]["id"].as_str().unwrap());
        let whole = shop.api("GET", &path, None).await;
        assert!(whole.body["payload"].as_str().unwrap().contains("wamid.gone"));
        let etag = whole.headers["etag"].to_str().unwrap().to_owned();
        let change = |text: &str| Some(json!({"payload": text}));
        let broken = shop.api("PATCH", &path, change("{no json")).await;
        assert_eq!((broken.status.as_u16(), &broken.body["code"]), (422, &json!("invalid-value")));
        let corrected = json!({"id": "wamid.gone", "status": "delivered", "timestamp": "1795417100"}).to_string();
        let headers = [("if-match", etag.as_str())];
        let done = shop.api_with("PATCH", &path, change(&corrected), &headers).await;
        assert_eq!((done.status.as_u16(), &done.body["payload"]), (200, &json!(corrected)));
        let stale = shop.api_with("PATCH", &path, change("{}"), &headers).await;
        assert_eq!((stale.status.as_u16(), &stale.body["code"]), (412, &json!("stale")));

        // Others may not, and what they try changes nothing.
        let reader = key(shop, &[Scope::ConversationsRead]).await;
        let foreign = key_of_another_shop(shop).await;
        for (bearer, status) in [(&reader, 403), (&foreign, 404)] {
            let with = [("authorization", bearer.as_str())];
            let patched = shop.api_with("PATCH", &path, change("{}"), &with).await;
            let replayed = shop.api_with("POST", &format!("{path}/replay"), None, &with).await;
            assert_eq!((patched.status.as_u16(), replayed.status.as_u16()), (status, status));
        }
        let ids = Some(json!({"ids": [all[0]["id"]]}));
        let many = shop.api_with("POST", "/dead-letters/replay", ids, &[("authorization", &foreign)]).await;
        assert_eq!(many.body["items"][0]["outcome"], "not_found");

        // Many at once: told first, then done; what still cannot be handled says why and stays.
        let wish = |dry: bool| Some(json!({"state": "kept", "dry_run": dry}));
        for (dry, left) in [(true, 2), (false, 0)] {
            let many = shop.api("POST", "/dead-letters/replay", wish(dry)).await;
            assert_eq!(many.status, 200, "{}", many.body);
            let outcomes: Vec<_> = many.body["items"].as_array().unwrap().iter()
                .map(|item| item["outcome"].as_str().unwrap().to_owned()).collect();
            assert_eq!(outcomes, ["due", "due"], "{}", many.body);
            assert_eq!(many.body["more"], false);
            assert_eq!(letters(shop, "").await.len(), left);
        }
        shop.settle().await;
        let mut items = inbox::Entity::find().order_by_asc(inbox::Column::Arrival)
            .all(shop.db().reader()).await.unwrap();
        items.retain(|item| item.state == inbox::State::Due);
        assert_eq!(items.len(), 1, "the corrected status looks for its message; the other has no rank");
        shop.pass(25 * 3_600).await;
    }
}

on_both! {
    /// Whoever may correct a letter writes what is in it: nothing of that reaches another shop of the same app, or the
    /// account that they share.
    async fn a_corrected_letter_stays_with_its_number(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        key_of_another_shop(shop).await;
        raw(shop, &json!({"object": "whatsapp_business_account", "entry": [{"changes": [
            {"field": "messages", "value": {"metadata": {"phone_number_id": NUMBER},
                "statuses": [{"id": "wamid.gone", "status": "deleted", "timestamp": "x",
                    "recipient_id": "905551112233"}]}}]}]})).await;
        shop.settle().await;
        shop.pass(25 * 3_600).await;
        let id = letters(shop, "").await[0]["id"].as_str().unwrap().to_owned();
        let before = inbox::Entity::find().count(shop.db().reader()).await.unwrap();
        let banned = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [
            {"field": "account_update", "value": {"event": "ACCOUNT_DELETED", "display_phone_number": "4930123456"}}]}]});
        let mut both = says(&ayse, "wamid.own", "merhaba", NUMBER);
        let foreign = says(&ayse, "wamid.forged", "merhaba", "999");
        both["entry"].as_array_mut().unwrap().push(foreign["entry"][0].clone());
        for forged in [foreign, banned, both, says(&ayse, "wamid.no", "merhaba", "998")] {
            let payload = Some(json!({"payload": forged.to_string()}));
            let corrected = shop.api("PATCH", &format!("/dead-letters/{id}"), payload).await;
            assert_eq!(corrected.status, 200, "{}", corrected.body);
            let many = json!({"ids": [id], "dry_run": true});
            let told = shop.api("POST", "/dead-letters/replay", Some(many)).await.body;
            assert_eq!(told["items"][0]["outcome"], "refused", "{told}");
            let told = replay(shop, &id).await;
            assert_eq!((told.status.as_u16(), &told.body["code"]), (409, &json!("conflict")), "{forged}");
            let after = inbox::Entity::find().count(shop.db().reader()).await.unwrap();
            assert_eq!(after, before, "{forged}");
        }
        let own = Some(json!({"payload": says(&ayse, "wamid.own", "merhaba", NUMBER).to_string()}));
        assert_eq!(shop.api("PATCH", &format!("/dead-letters/{id}"), own).await.status, 200);
        assert_eq!(replay(shop, &id).await.body["outcome"], "due");
        shop.settle().await;
        // The simulator did not send this one itself, so it knows of none to mark as read.
        shop.forgive("violations");
    }
}

on_both! {
    /// WhatsApp's times are seconds: of two that have the same one, what came first is first.
    async fn what_comes_again_keeps_the_order_in_which_it_came(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        // She wrote before: WhatsApp lets us answer.
        ayse.say("selam").await;
        raw(shop, &json!({"object": "whatsapp_business_account", "entry": {}})).await;
        let letter = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Dead));
        let letter = letter.one(shop.db().reader()).await.unwrap().unwrap();
        // By their keys the second is the first.
        let mut both = says(&ayse, "wamid.b", "merhaba", NUMBER);
        let second = says(&ayse, "wamid.a", "menü", NUMBER);
        let messages = "/entry/0/changes/0/value/messages";
        let second = second.pointer(messages).unwrap()[0].clone();
        both.pointer_mut(messages).unwrap().as_array_mut().unwrap().push(second);
        shop.advance(60);
        let (app, whose) = (shop.app(), sepet::inbox::Whose::Anybodys);
        let webhooks = Webhooks::new(app.platform().clone());
        let reader = sepet::inbox::Reader::open(app.platform(), &webhooks, &webhooks).await.unwrap();
        let txn = shop.db().begin_write().await.unwrap();
        let both = both.to_string().into_bytes();
        let corrected = correct::<DbErr>(&txn, whose, letter.id, both, |_| Ok(())).await.unwrap();
        assert!(corrected.is_some());
        let fate = reader.replay(&txn, shop.now(), whose, letter.id).await.unwrap();
        assert_eq!(fate, Some(sepet::inbox::Fate::Due));
        txn.commit().await.unwrap();
        let arrival = async |id: &str| {
            let key = format!("m:{NUMBER}:{id}");
            let item = inbox::Entity::find().filter(inbox::Column::DedupeKey.eq(key));
            item.one(shop.db().reader()).await.unwrap().unwrap().arrival
        };
        assert_eq!(arrival("wamid.b").await, letter.arrival);
        assert_eq!(arrival("wamid.a").await, letter.arrival + 1);
        shop.settle().await;
        assert_eq!(ayse.news().await.len(), 2);
        // The simulator did not send these itself, so it knows of none to mark as read.
        shop.forgive("violations");
    }
}

on_both! {
    async fn what_came_for_a_number_that_was_not_ours_yet_comes_again_when_it_is(shop: &Shop; quiet()) {
        let ayse = shop.customer("Ayşe").await;
        raw(shop, &says(&ayse, "wamid.early", "merhaba", "100000000000009")).await;
        shop.settle().await;
        let kept = inbox::Entity::find().filter(inbox::Column::State.eq(inbox::State::Kept));
        let kept = kept.one(shop.db().reader()).await.unwrap().unwrap();
        let app = shop.app();
        let webhooks = Webhooks::new(app.platform().clone());
        let whose = sepet::inbox::Whose::Anybodys;
        let replay = async || {
            let reader = sepet::inbox::Reader::open(app.platform(), &webhooks, &webhooks).await.unwrap();
            let txn = shop.db().begin_write().await.unwrap();
            let fate = reader.replay(&txn, shop.now(), whose, kept.id).await.unwrap().unwrap();
            txn.commit().await.unwrap();
            fate
        };
        let why = "no channel of this app has the number id `100000000000009`".to_owned();
        assert_eq!(replay().await, sepet::inbox::Fate::Refused(why));
        shop.reapply(r#"channel.phone_number_id = "100000000000009""#).await.unwrap();
        assert_eq!(replay().await, sepet::inbox::Fate::Due);
        assert_eq!(replay().await, sepet::inbox::Fate::Already);
        let webhooks = Webhooks::new(app.platform().clone());
        while sepet::conversation::turn(app.platform(), &webhooks).await.unwrap() > 0 {}
        assert_eq!(sent(shop).await, 1);
        // Of that number the simulated WhatsApp knows nothing.
        shop.forgive("I5");
        shop.forgive("violations");
    }
}
