use std::sync::LazyLock;

use entity::Timestamp;
use jsonschema::Validator;
use proptest::prelude::*;

use super::*;
use crate::message::{Button, Row, Section};

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = include_str!("../../../tests/schema/outbound-strict.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
});

fn id() -> OutboxId {
    OutboxId::new(Timestamp::from_ms(1_790_000_000_000))
}

fn recipients() -> [Recipient; 2] {
    [Recipient::Phone("+905551112233".into()), Recipient::Bsuid("TR.13491208655302741918".into())]
}

fn absolute(link: &str) -> String {
    if link.starts_with('/') { format!("https://shop.example{link}") } else { link.to_owned() }
}

fn made(to: &Recipient, message: &Outbound) -> Value {
    body(to, message, id(), Some("400000000000004"), absolute).unwrap()
}

/// What the schema holds against the body of `message`, to both kinds of recipients.
fn objections(message: &Outbound) -> Vec<String> {
    let bodies = recipients().map(|to| made(&to, message));
    bodies.iter().flat_map(|body| SCHEMA.iter_errors(body).map(|e| e.to_string())).collect()
}

/// One message of each kind, with every optional part, from texts of any length.
fn messages(text: &str, optional: bool) -> Vec<Outbound> {
    let some = |t: &str| optional.then(|| Text::cut(t));
    // Ids are one line, as those of a chat are: in that of a button WhatsApp takes nothing else.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let button =
        |n: usize| Button { id: Text::cut(format!("b{n}:{line}")), title: Text::cut(text) };
    let row = |n: usize| Row {
        id: Text::cut(format!("r{n}:{line}")),
        title: Text::cut(text),
        description: optional.then(|| Text::cut(text)),
    };
    let sections = |count: usize| {
        (0..count)
            .map(|s| Section {
                title: (optional || count > 1).then(|| Text::cut(text)),
                rows: (0..10 / count).map(|n| row(s * 10 + n)).collect(),
            })
            .collect::<Vec<_>>()
    };
    let mut buttons = Buttons::new(Text::cut(text), (0..3).map(button).collect()).unwrap();
    let mut list = List::new(Text::cut(text), Text::cut(text), sections(2)).unwrap();
    if optional {
        buttons = buttons.header(Header::Text(Text::cut(text))).footer(Text::cut(text));
        list = list.header(Text::cut(text)).footer(Text::cut(text));
    }
    let pictured = Buttons::new(Text::cut(text), vec![button(0)]).unwrap();
    let products = |count: usize| {
        let skus = |s: usize| (0..15).map(|n| format!("sku-{s}-{n}")).collect();
        (0..count).map(|s| ProductSection { title: Text::cut(text), skus: skus(s) }).collect()
    };
    vec![
        Outbound::text(text),
        Outbound::Image { link: "/media/a.png".into(), caption: some(text) },
        Outbound::Buttons(buttons),
        Outbound::Buttons(pictured.header(Header::Image("/media/a.png".into()))),
        Outbound::List(list),
        Outbound::List(List::new(Text::cut(text), Text::cut(text), sections(1)).unwrap()),
        Outbound::Product {
            sku: "sku-1".into(),
            body: some(text),
            footer: optional.then(|| Text::cut(text)),
        },
        Outbound::products(Text::cut(text), Text::cut(text), products(2)).unwrap(),
        Outbound::Catalog {
            body: Text::cut(text),
            thumbnail_sku: optional.then(|| "sku-1".to_owned()),
        },
        Outbound::AskLocation { body: Text::cut(text) },
        Outbound::Form {
            body: Text::cut(text),
            label: Text::cut(text),
            flow_id: "500000000000005".into(),
            token: "ft_1".into(),
            screen: "ADDRESS".into(),
            data: [("name".to_owned(), text.to_owned())].into(),
        },
        Outbound::AskContact { body: Text::cut(text) },
        Outbound::Link {
            body: Text::cut(text),
            label: Text::cut(text),
            url: "https://shop.example/pay".into(),
        },
    ]
}

#[test]
fn every_kind_of_message_passes_the_strict_schema() {
    for optional in [true, false] {
        for text in ["Sepetinizde 2 ürün var", "2 ürün\nvar", "\u{2028}\u{fffc}"] {
            for message in messages(text, optional) {
                assert_eq!(objections(&message), Vec::<String>::new(), "{message:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_the_texts_are(text in any::<String>(), times in 1_usize..300, optional: bool) {
        for message in messages(&text.repeat(times), optional) {
            prop_assert_eq!(objections(&message), Vec::<String>::new());
        }
    }
}

#[test]
fn the_schema_does_object() {
    let mut body = made(&recipients()[0], &Outbound::text("Merhaba"));
    assert!(SCHEMA.is_valid(&body));
    body["to"] = "905551112233".into();
    assert!(!SCHEMA.is_valid(&body));
}

#[test]
fn read_marks_pass_the_strict_schema() {
    for typing in [true, false] {
        assert!(SCHEMA.is_valid(&read_mark("wamid.HBg=", typing)));
    }
    assert_eq!(read_mark("w", false).get("typing_indicator"), None);
}

#[test]
fn a_phone_goes_to_and_a_bsuid_goes_to_recipient() {
    let [phone, bsuid] = recipients().map(|to| made(&to, &Outbound::text("Merhaba")));
    assert_eq!((&phone["to"], phone.get("recipient")), (&"+905551112233".into(), None));
    assert_eq!((&bsuid["recipient"], bsuid.get("to")), (&"TR.13491208655302741918".into(), None));
}

#[test]
fn our_id_comes_back_with_every_status() {
    let id = id();
    let to = &recipients()[0];
    let body = body(to, &Outbound::text("Merhaba"), id, None, absolute).unwrap();
    let sent = body["biz_opaque_callback_data"].as_str().unwrap();
    assert_eq!(sent.parse::<OutboxId>(), Ok(id));
}

#[test]
fn products_need_a_catalog() {
    for message in messages("Kahve", true) {
        let answer = body(&recipients()[0], &message, id(), None, absolute);
        let shows_goods = matches!(
            message,
            Outbound::Product { .. } | Outbound::Products { .. } | Outbound::Catalog { .. }
        );
        assert_eq!(answer.is_err(), shows_goods, "{message:?}");
    }
}

#[test]
fn pictures_of_ours_get_an_absolute_link() {
    let image = Outbound::Image { link: "/media/a.png".into(), caption: None };
    let body = made(&recipients()[0], &image);
    assert_eq!(body["image"]["link"], "https://shop.example/media/a.png");
}
