use serde_json::{Value, json};

use super::*;

/// The stored form of a message, with its contact.
fn stored(message: &Value, contact: &Value) -> Vec<u8> {
    json!({"at": 1_790_000_000_000_i64, "message": message, "contact": contact})
        .to_string()
        .into_bytes()
}

fn inbound(mut message: Value) -> Inbound {
    message["id"] = "wamid.1".into();
    message["from"] = "905551112233".into();
    read(&stored(&message, &Value::Null)).unwrap()
}

fn content_of(message: Value) -> Content {
    inbound(message).content
}

fn refused(mut message: Value) -> String {
    message["id"] = "wamid.1".into();
    message["from"] = "905551112233".into();
    read(&stored(&message, &Value::Null)).unwrap_err().0
}

#[test]
fn a_text_with_everything_around_it() {
    let message = json!({
        "id": "wamid.1", "from": "905551112233", "from_user_id": "TR.134",
        "from_parent_user_id": "TR.ENT.9", "timestamp": "1789999999", "type": "text",
        "text": {"body": "Merhaba"},
        "context": {"id": "wamid.0", "from": "9055", "referred_product":
            {"catalog_id": "4", "product_retailer_id": "filtre-250"}},
    });
    let contact = json!({"profile": {"name": " Ayşe\u{0} "}, "wa_id": "905551112233"});
    let inbound = read(&stored(&message, &contact)).unwrap();
    assert_eq!(
        inbound,
        Inbound {
            wamid: "wamid.1".into(),
            from: Person {
                phone: PhoneNumber::parse("+905551112233"),
                bsuid: Some("TR.134".into()),
                parent_bsuid: Some("TR.ENT.9".into()),
                name: Some("Ayşe".into()),
            },
            sent_at: Timestamp::from_ms(1_790_000_000_000),
            reply_to: Some("wamid.0".into()),
            about_sku: Some("filtre-250".into()),
            referral: None,
            forwarded: false,
            content: Content::Text("Merhaba".into()),
        }
    );
}

#[test]
fn people_without_a_phone_and_with_empty_names() {
    let message = json!({"id": "w", "from": "", "from_user_id": "", "type": "text",
        "text": {"body": "x"}});
    let contact = json!({"wa_id": "", "user_id": "TR.134", "profile": {"name": ""}});
    let from = read(&stored(&message, &contact)).unwrap().from;
    assert_eq!((from.phone, from.bsuid.as_deref(), from.name), (None, Some("TR.134"), None));
    let nobody = read(&stored(&message, &Value::Null)).unwrap_err();
    assert_eq!(nobody.0, "a message that names no sender");
}

#[test]
fn taps_carry_their_id_and_no_title() {
    for message in [
        json!({"type": "interactive", "interactive": {"type": "button_reply",
            "button_reply": {"id": "cart:1", "title": "Checkout"}}}),
        json!({"type": "interactive", "interactive": {"type": "list_reply",
            "list_reply": {"id": "cart:1", "title": "Home", "description": "d"}}}),
    ] {
        assert_eq!(content_of(message), Content::Tap { id: "cart:1".into() });
    }
    let quick = |payload: Option<&str>, label: Option<&str>| Content::QuickReply {
        payload: payload.map(str::to_owned),
        label: label.map(str::to_owned),
    };
    let both = json!({"type": "button", "button": {"payload": "cart:1", "text": "Checkout"}});
    assert_eq!(content_of(both), quick(Some("cart:1"), Some("Checkout")));
    let typed = json!({"type": "button", "button": {"text": "Yes"}});
    assert_eq!(content_of(typed), quick(None, Some("Yes")));
    let none = json!({"type": "button", "button": {"payload": ""}});
    assert_eq!(refused(none), "a button without a payload");
}

#[test]
fn what_was_passed_on_is_told() {
    for context in [json!({"forwarded": true}), json!({"frequently_forwarded": true})] {
        let passed = inbound(json!({"type": "text", "text": {"body": "x"}, "context": context}));
        assert!(passed.forwarded);
    }
    let own = inbound(json!({"type": "text", "text": {"body": "x"}, "context": {"id": "w"}}));
    assert!(!own.forwarded);
}

#[test]
fn a_filled_in_form_is_read() {
    let answer = json!({"name": "flow", "response_json": "{\"flow_token\":\"t\",\"a\":1}"});
    let message = json!({"type": "interactive",
        "interactive": {"type": "nfm_reply", "nfm_reply": answer}});
    let fields = [("a".to_owned(), "1".to_owned())].into();
    let wanted = Content::Form { name: "flow".into(), fields, token: Some("t".into()) };
    assert_eq!(content_of(message), wanted);
}

#[test]
fn other_interactive_answers_are_named() {
    for kind in ["call_permission_reply", "payment_method", "button_reply"] {
        let message = json!({"type": "interactive", "interactive": {"type": kind, kind: {}}});
        assert_eq!(content_of(message), Content::Other(kind.into()));
    }
    // An old bubble that was sent again has no object.
    assert_eq!(content_of(json!({"type": "interactive"})), Content::Unsupported(String::new()));
}

/// A cart whose items are given as raw JSON.
fn cart_of(items: &str) -> NativeCart {
    let message = format!(
        r#"{{"id":"w","from":"905551112233","type":"order","order":{{"catalog_id":"4",
            "text":"Zil çalmayın","product_items":{items}}}}}"#
    );
    let payload = format!(r#"{{"at":1790000000000,"message":{message}}}"#);
    match read(payload.as_bytes()).unwrap().content {
        Content::Cart(cart) => cart,
        other => panic!("{other:?}"),
    }
}

#[test]
fn prices_are_exact_in_every_form_of_number() {
    for (raw, expected) in [
        ("30", Some("30")),
        ("7.99", Some("7.99")),
        ("7.990", Some("7.990")),
        ("\"7.99\"", Some("7.99")),
        ("3e1", Some("30")),
        ("1.5E+2", Some("150")),
        ("0.1", Some("0.1")),
        ("12345678901234567.89", Some("12345678901234567.89")),
        ("\"a lot\"", None),
        ("null", None),
        ("1e400", None),
        ("{}", None),
    ] {
        let cart = cart_of(&format!(
            r#"[{{"product_retailer_id":"a","quantity":1,"item_price":{raw},"currency":"TRY"}}]"#
        ));
        assert_eq!(cart.items[0].item_price, expected.map(|p| p.parse().unwrap()), "{raw}");
    }
}

#[test]
fn quantities_are_whole_numbers_in_every_form() {
    for (raw, expected) in [
        ("2", Some(2)),
        ("\"2\"", Some(2)),
        ("2.0", Some(2)),
        ("\"2.0\"", Some(2)),
        ("2e0", Some(2)),
        ("-1", Some(-1)),
        ("2.5", None),
        ("\"two\"", None),
        ("null", None),
        ("99999999999999999999", None),
    ] {
        let cart = cart_of(&format!(r#"[{{"product_retailer_id":"a","quantity":{raw}}}]"#));
        assert_eq!(cart.items[0].quantity, expected, "{raw}");
    }
}

#[test]
fn a_line_that_cannot_be_read_harms_no_other() {
    let cart = cart_of(r#"[7, {"quantity":1}, {"product_retailer_id":"a","quantity":1}]"#);
    assert_eq!((cart.catalog_id.as_str(), cart.note.as_str()), ("4", "Zil çalmayın"));
    let skus: Vec<_> = cart.items.iter().map(|item| item.sku.as_str()).collect();
    assert_eq!(skus, ["", "", "a"]);
    assert_eq!(cart.items[2].currency, "");
    assert_eq!(cart_of("null").items, []);
}

#[test]
fn an_order_without_a_cart_is_told() {
    assert_eq!(refused(json!({"type": "order"})), "an order without a cart");
    assert!(refused(json!({"type": "order", "order": 7})).starts_with("a cart cannot be read"));
}

#[test]
fn places_media_contacts_and_reactions() {
    let place = json!({"type": "location",
        "location": {"latitude": 41.0082, "longitude": "28.9784", "name": "Ev"}});
    assert_eq!(
        content_of(place),
        Content::Location {
            latitude: "41.0082".parse().unwrap(),
            longitude: "28.9784".parse().unwrap(),
            name: Some("Ev".into()),
            address: None,
        }
    );
    assert_eq!(refused(json!({"type": "location"})), "a location without coordinates");
    for (name, kind) in [
        ("image", MediaKind::Image),
        ("video", MediaKind::Video),
        ("audio", MediaKind::Audio),
        ("document", MediaKind::Document),
        ("sticker", MediaKind::Sticker),
    ] {
        let media = json!({"type": name, name: {"id": "1", "caption": "Bu"}});
        assert_eq!(
            content_of(media),
            Content::Media { kind, caption: Some("Bu".into()), id: Some("1".into()) }
        );
    }
    let shared = json!({"type": "contacts", "contacts": [
        {"phones": [{"phone": "0555 1", "wa_id": "905551"}, {"wa_id": "90556"}, {"phone": "+90 557"}, {}]}, {}, 7]});
    let phones = ["+905551", "+90556", "+90 557"].map(str::to_owned).to_vec();
    assert_eq!(content_of(shared), Content::Contacts { phones, requested: false });
    for asked in [
        json!({"type": "contacts", "contacts": [
            {"origin": "contact_request", "phones": [{"phone": "+90 555"}]}]}),
        json!({"type": "contacts", "origin": "contact_request", "contacts": [
            {"phones": [{"phone": "+90 555"}]}]}),
    ] {
        let phones = vec!["+90 555".to_owned()];
        assert_eq!(content_of(asked), Content::Contacts { phones, requested: true });
    }
    for (emoji, expected) in [(json!("👍"), Some("👍".to_owned())), (json!(""), None)] {
        let reaction = json!({"type": "reaction",
            "reaction": {"message_id": "wamid.0", "emoji": emoji}});
        assert_eq!(
            content_of(reaction),
            Content::Reaction { to: "wamid.0".into(), emoji: expected }
        );
    }
}

#[test]
fn system_messages_in_old_and_new_words() {
    let moved = |system: Value| content_of(json!({"type": "system", "system": system}));
    let phone = PhoneNumber::parse("+12195555358");
    for system in [
        json!({"type": "user_changed_number", "wa_id": "12195555358", "body": "…"}),
        json!({"type": "customer_changed_number", "new_wa_id": "12195555358", "customer": "1"}),
        json!({"type": "customer_changed_number", "wa_id": "12195555358"}),
    ] {
        assert_eq!(
            moved(system),
            Content::System(SystemEvent::Moved {
                phone: phone.clone(),
                bsuid: None,
                parent_bsuid: None
            })
        );
    }
    assert_eq!(
        moved(json!({"type": "user_changed_user_id", "user_id": "US.208",
            "parent_user_id": "US.ENT.1"})),
        Content::System(SystemEvent::Moved {
            phone: None,
            bsuid: Some("US.208".into()),
            parent_bsuid: Some("US.ENT.1".into()),
        })
    );
    assert_eq!(
        moved(json!({"type": "customer_identity_changed", "identity": {}})),
        Content::System(SystemEvent::NewDevice)
    );
}

#[test]
fn what_nothing_handles_is_named() {
    for kind in ["unsupported", "unknown"] {
        let bare = json!({"type": kind, "errors": [{}]});
        assert_eq!(content_of(bare), Content::Unsupported(String::new()));
        let told = json!({"type": kind, "unsupported": {"type": "poll"}});
        assert_eq!(content_of(told), Content::Unsupported("poll".into()));
    }
    assert_eq!(content_of(json!({"type": "poll"})), Content::Other("poll".into()));
    assert_eq!(content_of(json!({"type": "request_welcome"})), Content::Welcome);
    assert_eq!(refused(json!({"type": "text", "text": {}})), "a text without a body");
    assert_eq!(refused(json!({})), "a message without a type");
}

#[test]
fn changed_and_taken_back() {
    let edit = |inner: Value| json!({"type": "edit", "edit": inner});
    let text = json!({"type": "text", "text": {"body": "Yeni"}});
    let edited = |content| Content::Edit { of: "wamid.0".into(), content: Box::new(content) };
    assert_eq!(
        content_of(edit(json!({"original_message_id": "wamid.0", "message": text}))),
        edited(Content::Text("Yeni".into()))
    );
    for inner in [json!({}), json!(7), json!({"type": "edit", "edit": {}})] {
        let told = content_of(edit(json!({"original_message_id": "wamid.0", "message": inner})));
        assert_eq!(told, edited(Content::Unsupported("edit".into())));
    }
    assert_eq!(refused(edit(json!({}))), "a change that names no message");
    let revoke = json!({"type": "revoke", "revoke": {"original_message_id": "wamid.0"}});
    assert_eq!(content_of(revoke), Content::Revoke { of: "wamid.0".into() });
    assert_eq!(refused(json!({"type": "revoke"})), "a change that names no message");
}

#[test]
fn an_echo_is_of_whom_it_was_written_to() {
    let message = json!({"id": "w", "from": "905550000001", "to": "905551112233",
        "to_user_id": "TR.1", "type": "text", "text": {"body": "Geliyor"}});
    let stored = json!({"at": 1, "message": message, "echo": true}).to_string();
    let inbound = read(stored.as_bytes()).unwrap();
    assert_eq!(inbound.from.phone, PhoneNumber::parse("905551112233"));
    assert_eq!(inbound.from.bsuid.as_deref(), Some("TR.1"));
    assert_eq!(inbound.content, Content::Echo(Box::new(Content::Text("Geliyor".into()))));
    let nobody = json!({"at": 1, "message": {"id": "w", "from": "1"}, "echo": true}).to_string();
    assert_eq!(read(nobody.as_bytes()).unwrap_err().0, "an echo that names nobody");
}

#[test]
fn nul_and_halves_of_surrogate_pairs_are_read() {
    let payload = br#"{"at":1,"message":{"id":"w","from":"905551112233","type":"text",
        "text":{"body":"a\u0000b\ud83d c"}}}"#;
    assert_eq!(read(payload).unwrap().content, Content::Text("ab\u{fffd} c".into()));
}

#[test]
fn what_is_no_message_is_told_without_quoting_it() {
    for payload in [&b"secret"[..], b"{}", b"{\"message\":7}", b"{\"message\":{}}", b"\xff"] {
        let reason = read(payload).unwrap_err().0;
        assert!(!reason.contains("secret"), "{reason}");
    }
}
