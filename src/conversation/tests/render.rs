//! Whatever people called their goods and wrote of them: every message is within WhatsApp's limits, every choice of a
//! long list is reached, and no two choices of a message read alike.

#[path = "../../../tests/it/limits.rs"]
mod limits;

use std::{cell::Cell, collections::BTreeSet};

use entity::{OutboxId, Timestamp};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::Value;

use crate::{
    conversation::{
        action::Action,
        pages::{Page, reach},
        show::{self, BODY, Choice},
    },
    message::{Outbound, ProductSection, Text},
    outbox::Recipient,
    text::{Lang, Voice},
    whatsapp::payload::body,
};

/// Strings of one case.
const STRINGS: usize = 10;
/// Strings of all cases; ten times as many in the long tests.
const ALL: usize = 50_000;
/// Every so many messages one is held against the whole schema, which takes long; its limits are counted in all.
const TO_THE_SCHEMA: u32 = 40;

thread_local! {
    static MESSAGES: Cell<u32> = const { Cell::new(0) };
}

fn cases() -> u32 {
    let times = if std::env::var_os("TEST_LONG").is_some() { 10 } else { 1 };
    u32::try_from(ALL / STRINGS * times).unwrap()
}

/// Texts as people, machines and enemies write them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        // Families, flags, skins, keycaps, tags: one letter of many units.
        4 => prop::sample::select(vec![
            "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇹🇷", "🇩🇪", "1️⃣", "🧑🏿‍❤️‍💋‍🧑🏻", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "☕", "❤️", "🫱🏼‍🫲🏾",
        ]).prop_map(str::to_owned),
        3 => "[ء-ي]{1,12}",
        2 => "[א-ת]{1,8}",
        2 => "[क-ह][ा-्]{0,3}",
        // Marks upon marks.
        2 => (prop::char::range('a', 'z'), prop::collection::vec(prop::char::range('\u{300}', '\u{36f}'), 0..40))
            .prop_map(|(letter, marks)| std::iter::once(letter).chain(marks).collect()),
        2 => prop::sample::select(vec![
            "\u{202a}", "\u{202b}", "\u{202c}", "\u{202d}", "\u{202e}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
            "\u{200e}", "\u{200f}", "\u{200b}", "\u{200c}", "\u{200d}", "\u{fe0f}", "\u{feff}", "\u{ad}", "\u{a0}",
            "\u{3164}", "\u{2028}",
        ]).prop_map(str::to_owned),
        3 => "[A-Za-zÇĞİÖŞÜçğıöşü]{1,60}",
        2 => "[0-9.,×x% ]{1,8}",
        2 => prop::sample::select(vec![" ", "  ", "\n", "\n\n", "\t", "\r\n", "*", "_", "~", "`", "…", "{", "}", "\"", "\\", "\u{7f}"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let short = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    // Some go over the limit of every body, and some have nothing to break at.
    prop_oneof![
        60 => short.clone(),
        1 => (short, 2..40usize).prop_map(|(text, times)| text.repeat(times)),
        1 => "[a-zğş]{300}",
    ]
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Both kinds of recipients are sent the same but for who it goes to.
fn payload(message: &Outbound) -> Value {
    let to = Recipient::Phone("+905551112233".into());
    let id = OutboxId::new(Timestamp::from_ms(1_795_417_200_000));
    body(&to, message, id, Some("400000000000004"), str::to_owned).unwrap()
}

/// The limits of WhatsApp in what would be sent; every so often the whole strict schema.
fn check(message: &Outbound) -> Result<(), TestCaseError> {
    let sent = payload(message);
    let breaches = limits::breaches(&sent);
    prop_assert!(breaches.is_empty(), "{breaches:?}\n{sent}");
    let count = MESSAGES.get().wrapping_add(1);
    MESSAGES.set(count);
    if count.is_multiple_of(TO_THE_SCHEMA) {
        let objections = limits::objections(&sent);
        prop_assert!(objections.is_empty(), "{objections:?}\n{sent}");
    }
    Ok(())
}

/// What can be tapped.
fn actions(message: &Outbound) -> Vec<Action> {
    let ids: Vec<String> = match message {
        Outbound::Buttons(buttons) => buttons.parts().3.iter().map(|b| b.id.to_string()).collect(),
        Outbound::List(list) => {
            let rows = list.parts().4.iter().flat_map(|s| &s.rows);
            rows.map(|row| row.id.to_string()).collect()
        }
        _ => Vec::new(),
    };
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

/// A list of `count` choices as the callers of the pager build theirs: a page of choices, the way on, the way back.
fn leaf_through(
    voice: &Voice,
    texts: &[String],
    count: u32,
    size: u32,
) -> Result<(), TestCaseError> {
    let choice = |n: u32| {
        let title = &texts[n as usize % texts.len()];
        let choice = Choice::new(Action::Variant(n.into()), title.clone());
        if n.is_multiple_of(3) {
            choice
        } else {
            choice.hint(&texts[(n as usize + 1) % texts.len()])
        }
    };
    let (mut page, mut seen) = (0, BTreeSet::new());
    loop {
        let read = (0..count).take(usize::try_from(reach(page, size)).unwrap());
        let shown = Page::of(read, page, size);
        let rows = shown.items.iter().map(|&n| choice(n)).collect();
        let mut rest = Vec::from_iter(shown.more(voice, |next| Action::Collection(7, next)));
        rest.push(show::choice(voice, Action::Menu(0), "menu-button"));
        let sections = vec![(Some(texts[0].clone()), rows), (Some(texts[1].clone()), rest)];
        let message = show::list(voice, &texts[2], sections).unwrap();
        check(&message)?;
        let mut next = None;
        for action in actions(&message) {
            match action {
                Action::Variant(n) => prop_assert!(seen.insert(n), "{n} stands twice"),
                Action::Collection(7, page) => next = Some(page),
                Action::Menu(0) => {}
                other => prop_assert!(false, "nobody asked for {other:?}"),
            }
        }
        match next {
            Some(next) => page = next,
            None => break,
        }
    }
    prop_assert_eq!(seen.len(), count as usize, "not all choices are reached");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn every_message_is_within_limits_and_every_choice_is_reached(
        texts in prop::collection::vec(text(), STRINGS),
        count in prop_oneof![30 => 0..12u32, 1 => 12..=200u32],
        size in 1..=8u32,
        lang in prop::sample::select(Lang::ALL.to_vec()),
    ) {
        let voice: Voice = lang.into();
        check(&Outbound::text(&texts[0]))?;
        let choices: Vec<_> = texts[3..6]
            .iter()
            .zip(0..)
            .map(|(title, n)| Choice::new(Action::Variant(n), title.clone()))
            .collect();
        for few in 1..=choices.len() {
            let message = show::buttons(&texts[1], choices[..few].to_vec()).unwrap();
            check(&message)?;
            prop_assert_eq!(actions(&message).len(), few);
        }
        // The same title three times.
        let alike = (0..3).map(|n| Choice::new(Action::Variant(n), texts[3].clone())).collect();
        check(&show::buttons_with(None, &texts[1], Some(texts[2].clone()), alike).unwrap())?;
        let picture = Some("https://shop.example/a.png".to_owned());
        check(&show::buttons_with(picture, &texts[6], None, choices).unwrap())?;
        leaf_through(&voice, &texts, count, size)?;

        // Head and tail are the callers' own: they are short, and stay whole.
        let (head, tail) = (show::short::<300>(&texts[7]), show::short::<300>(&texts[8]));
        let body = show::fitted(&voice, &head, &texts, &tail, BODY);
        prop_assert!(units(&body) <= BODY, "{} units", units(&body));
        prop_assert!(body.starts_with(&head) && body.ends_with(&tail));
        check(&show::buttons(&body, vec![show::choice(&voice, Action::Cart, "cart-button")]).unwrap())?;
        prop_assert!(units(&show::short::<60>(&texts[9])) <= 60);

        let section = ProductSection {
            title: Text::cut(&texts[9]),
            skus: (0..count.clamp(1, 30)).map(|n| format!("sku-{n}")).collect(),
        };
        check(&Outbound::products(Text::cut(&texts[0]), Text::cut(&texts[1]), vec![section]).unwrap())?;
        check(&Outbound::Catalog { body: Text::cut(&texts[4]), thumbnail_sku: None })?;
    }
}

/// No buttons at all, four, or nothing in a list are refused and do not panic.
#[test]
fn what_cannot_be_a_message_is_refused() {
    let voice: Voice = Lang::Tr.into();
    let choices =
        |count| (0..count).map(|n| Choice::new(Action::Variant(n), "A")).collect::<Vec<_>>();
    assert!(show::buttons("B", choices(0)).is_err());
    assert!(show::buttons("B", choices(4)).is_err());
    assert!(show::list(&voice, "B", vec![(None, choices(0))]).is_err());
    assert!(show::list(&voice, "B", vec![(None, choices(11))]).is_err());
}
