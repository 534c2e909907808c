//! What must hold for every input, whatever it is: nothing panics, what is read can be read again, what is written down
//! fits where it is kept. `cargo fuzz` and libFuzzer look for inputs that break it; the tests replay what was found.

use entity::{Timestamp, inbox::State};
use sepet::{
    catalog::import,
    conversation::{
        self,
        probe::{Taken, Typing},
    },
    http::page,
    message::PhoneNumber,
    money::Money,
    text::Lang,
    whatsapp,
};

/// Each target with its name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("webhook", webhook),
    ("cursor", cursor),
    ("phone", phone),
    ("csv", csv),
    ("money", money),
    ("words", words),
];

/// The body of a signed webhook.
pub fn webhook(body: &[u8]) {
    let now = Timestamp::from_ms(1_795_417_200_000);
    let split = whatsapp::probe::webhook(body, now);
    let again = whatsapp::probe::webhook(body, now);
    assert_eq!(split.items.len(), again.items.len(), "read twice, the same");
    for (item, twin) in split.items.iter().zip(&again.items) {
        assert_eq!(item.dedupe_key, twin.dedupe_key, "a repeated webhook has the same keys");
        assert!((1..=400).contains(&item.dedupe_key.len()), "the key fits into its index");
        assert!(item.sent_at <= now, "nothing comes from the future");
        if item.state == State::Due {
            // It is handled, or it is a dead letter with a reason.
            if let Err(reason) = whatsapp::probe::item(item.kind, &item.payload) {
                assert!(!reason.is_empty());
            }
        } else {
            assert!(
                item.reason.as_ref().is_some_and(|r| !r.is_empty()),
                "what is not handled says why"
            );
        }
    }
}

/// `cursor=` of a list.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(place) = page::open("orders", text) {
        let sealed = page::seal("orders", &place);
        assert_eq!(
            page::open("orders", &sealed).as_deref(),
            Some(&*place),
            "what is given out is taken back"
        );
        assert_eq!(page::open("products", &sealed), None, "by its own list alone");
    }
    let sealed = page::seal("orders", text);
    let place = Some(text).filter(|text| !text.contains('\0'));
    assert_eq!(page::open("orders", &sealed).as_deref(), place);
}

/// A phone number, as WhatsApp or a customer writes it.
pub fn phone(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fits = |phone: &PhoneNumber| {
        let digits = phone.as_str().strip_prefix('+').expect("a plus in front");
        assert!((7..=15).contains(&digits.len()) && !digits.starts_with('0'), "{phone:?}");
        assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{phone:?}");
        assert_eq!(PhoneNumber::parse(phone.as_str()).as_ref(), Some(phone), "it reads itself");
    };
    if let Some(phone) = PhoneNumber::parse(text) {
        fits(&phone);
    }
    for home in
        ["+905551112233", "+4930123456", "+390612345678", "+15551234567", "+5511987654321", ""]
    {
        if let Some(phone) = conversation::probe::phone(text, home) {
            fits(&phone);
            let again = conversation::probe::phone(phone.as_str(), home);
            assert_eq!(again.as_ref(), Some(&phone), "as it is shown, it is read again");
        }
        if let Some((name, phone)) = conversation::probe::receiver(text, home) {
            assert!(name.is_some() || phone.is_some());
            if let Some(phone) = phone {
                fits(&PhoneNumber::parse(&phone).expect("a phone number"));
            }
        }
    }
}

/// A product feed.
pub fn csv(bytes: &[u8]) {
    if let Ok(file) = import::read(bytes) {
        assert!(file.len() <= bytes.len(), "no rows out of nothing");
        let numbers = file.numbers();
        assert!(numbers.is_sorted_by(|a, b| a < b), "each row has a line of its own");
    }
}

/// An amount with its currency.
pub fn money(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(money) = text.parse::<Money>() {
        assert!(money.minor() >= 0, "no sign is read");
        assert_eq!(
            money.to_string().parse::<Money>(),
            Ok(money),
            "as it is written, it is read again"
        );
    }
}

/// What a customer types, at every step of a chat. The first byte says in which chat: its language, whether it is the
/// first word, how long after the one before, whether it answers a message about an order.
pub fn words(bytes: &[u8]) {
    let Some((chat, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let chat = usize::from(*chat);
    let days_later = chat / 12 % 2 == 1;
    let typing = Typing {
        lang: Lang::ALL[chat % 6],
        first: chat / 6 % 2 == 1,
        idle_ms: if days_later { 2 * 24 * 60 * 60 * 1_000 } else { 0 },
        quotes: chat / 24 % 2 == 1,
    };
    let taken = conversation::probe::typed(text, typing);
    for (at, taken, alone) in &taken {
        assert!(alone, "{at}: a person who answers is left alone: {taken:?}");
        match taken {
            Taken::Tap { id, reads_itself } => {
                assert!(reads_itself, "{at}: {id}");
                assert!(id.encode_utf16().count() <= 200, "{at}: {id}: no id is longer");
                let orders = id.starts_with("cart:") || id.ends_with(":yes");
                assert!(!orders, "{at}: {id}: what binds is tapped, not typed");
            }
            Taken::Query(query) => {
                let id = format!("find:{}:{query}", u32::MAX);
                assert!(id.encode_utf16().count() <= 200, "{at}: it travels in ids: {query}");
                assert!(!query.chars().any(char::is_control), "{at}: one line: {query:?}");
                let folded = sepet::text::fold(query);
                assert!(folded.chars().any(char::is_alphanumeric), "{at}: words: {query:?}");
            }
            Taken::Pieces(pieces) => assert!(pieces.is_none_or(|n| n <= 99), "{at}: {pieces:?}"),
            Taken::Answer(answer) => assert!(text.contains(answer), "{at}: as it was typed"),
            Taken::OfOrder(number) => assert!(!number.is_empty(), "{at}"),
            Taken::Link | Taken::Choice | Taken::Word => {}
            Taken::Lost(what) => panic!("{at}: nobody answers: {what}"),
        }
    }
    // A word that is the whole text is heard at every step, but where it is one of the ways that are asked for: who is asked
    // how they get it comes `in person`. One within a longer text may be part of a name or a note, or of an address when
    // that has a number.
    let kind = |at: &str| match at.split(' ').next().unwrap_or(at) {
        "AskReceiver" | "AskContact" | "AskNote" | "AskDoor" | "AskCartNote" => 0,
        "AskAddress" | "AskOrderAddress" => 1,
        _ => 2,
    };
    for always in ["human", "help", "notices:off", "notices:on"] {
        let is = |taken: &Taken| matches!(taken, Taken::Tap { id, .. } if id == always);
        let [names, addresses, others] = [0, 1, 2].map(|of| {
            let mut heard = taken
                .iter()
                .filter(|(at, taken, _)| kind(at) == of && *taken != Taken::Choice)
                .map(|(_, taken, _)| is(taken));
            let first = heard.next().expect("there are steps of each kind");
            assert!(
                heard.all(|heard| heard == first),
                "`{always}` is heard at each step of a kind"
            );
            first
        });
        assert!(
            names <= addresses && addresses <= others,
            "`{always}`: no less is heard elsewhere"
        );
    }
}
