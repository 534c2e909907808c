//! What people answer in their own words, where a button or a bare number would do.

use super::*;

const CARD: Step = Step::AskQuantity { code: 7 };

#[test]
fn who_wants_what_was_shown_is_heard() {
    for text in [
        "bunu istiyorum",
        "alıyorum",
        "Sepete ekle",
        "I'll take it",
        "add to cart",
        "In den Warenkorb",
        "lo quiero",
        "vou levar",
        "اريده",
    ] {
        assert_eq!(said(text, CARD), Intent::Wanted { code: 7 }, "{text}");
        assert!(!matches!(said(text, Step::AskNote), Intent::Wanted { .. }), "{text}");
    }
    for text in ["hemen al", "buy now", "Comprar ahora", "I want to buy this"] {
        assert_eq!(said(text, CARD), Intent::Do(Action::Buy(7)), "{text}");
    }
    // These are understood everywhere, with a card or without.
    for text in ["satın al", "kaufen", "comprar"] {
        assert_eq!(said(text, CARD), Intent::Checkout, "{text}");
    }
    for text in ["bunu istemiyorum", "no lo quiero", "I want the blue one"] {
        assert!(matches!(said(text, CARD), Intent::Find(_)), "{text}");
    }
    assert_eq!(said("sepet", CARD), Intent::Do(Action::Cart));
}

#[test]
fn what_is_wanted_is_the_card_that_is_replied_to() {
    let told = |text: &str, step, quoted: &Context, idle_ms| {
        let at = At { quoted: Some(quoted), idle_ms, ..at(step) };
        intent(&inbound(Content::Text(text.into())), at)
    };
    let (card, none) = (Context { variant: Some(42), ..Context::default() }, Context::default());
    let late = QUANTITY_WAITS_MS + 1;
    for step in [Step::Start, CARD] {
        assert_eq!(told("bunu istiyorum", step, &card, late), Intent::Wanted { code: 42 });
    }
    assert_eq!(told("bunu istiyorum", CARD, &none, 0), Intent::Wanted { code: 7 });
    assert_eq!(told("bunu istiyorum", CARD, &none, late), Intent::AskQuantity { code: 7 });
    let order = Context { order: Some(ORDER.into()), ..Context::default() };
    let about = Intent::OrderSaid { number: ORDER.into(), media: false };
    assert_eq!(told("bunu istiyorum", CARD, &order, 0), about);
    // Of a picture nobody here knows what it shows.
    let caption = Some("bunu istiyorum".to_owned());
    let picture = Content::Media { kind: MediaKind::Image, caption, id: None };
    assert_eq!(intent(&inbound(picture), at(CARD)), Intent::NoMedia);
}

#[test]
fn a_number_may_be_asked_for() {
    for text in [
        "2 tane alabilir miyim?",
        "sepete 2 tane ekle",
        "can I get 2",
        "Could I have two?",
        "make it 2 please",
        "¿Me das 2?",
        "kann ich 2 haben",
    ] {
        let two = Intent::Quantity { code: 7, quantity: Some(2) };
        assert_eq!(said(text, CARD), two, "{text}");
    }
    for text in ["2?", "2 tane var mı?", "do you have 2?"] {
        assert!(!matches!(said(text, CARD), Intent::Quantity { .. }), "{text}");
    }
}

#[test]
fn a_quantity_or_an_hour_is_no_address() {
    for text in
        ["2 tane daha olsun", "make it 2 please", "5 dakika sonra yazarım", "tamam 5 dk bekleyin"]
    {
        assert_eq!(said(text, Step::AskDelivery), Intent::NotUnderstood, "{text}");
        let asked = said(text, Step::Start);
        assert!(matches!(asked, Intent::Find(Find { address: None, .. })), "{text}: {asked:?}");
    }
    // Its number is asked for, as it is where nothing but the address is waited for.
    let street = "Bahariye caddesi Moda Kadıköy";
    let given = Intent::Address { text: street.into(), coordinates: None };
    assert_eq!(said(street, Step::AskDelivery), given);
    assert_eq!(said(street, Step::AskAddress), given);
    let found = said("Moda Caddesi 12/3, Kadıköy", Step::Start);
    assert!(matches!(found, Intent::Find(Find { address: Some(_), .. })), "{found:?}");
}

#[test]
fn who_lets_the_receiver_be_goes_back_to_the_summary() {
    for text in ["vazgeçtim, böyle kalsın", "never mind, forget it", "ach, vergiss es", "boşver"]
    {
        assert_eq!(said(text, Step::AskReceiver), Intent::Back, "{text}");
    }
    for text in ["Mehmet Şair", "Ali Çıkış", "vazgeçtim, 0532 111 22 33"] {
        assert_eq!(said(text, Step::AskReceiver), Intent::Told(text.into()), "{text}");
    }
}

#[test]
fn who_has_no_note_goes_on_without_one() {
    for text in ["yok", "gerek yok", "no need, thanks", "no hace falta", "nein danke"] {
        assert_eq!(said(text, Step::AskCartNote), Intent::Do(Action::Cart), "{text}");
        assert_eq!(said(text, Step::AskNote), Intent::Back, "{text}");
    }
    let note = "poşete gerek yok";
    assert_eq!(said(note, Step::AskCartNote), Intent::Note(note.into()));
    assert_eq!(said(note, Step::AskNote), Intent::Told(note.into()));
    let sticker = || Content::Media { kind: MediaKind::Sticker, caption: None, id: None };
    assert_eq!(intent(&inbound(sticker()), at(Step::AskCartNote)), Intent::Do(Action::Cart));
    assert_eq!(intent(&inbound(sticker()), at(Step::Start)), Intent::NoMedia);
}
