use super::super::{
    intent,
    tests::{at, inbound, replied, said},
};
use super::*;
use crate::{
    conversation::action::Action,
    message::Content,
    text::{Lang, Topic, t},
};

const BRING: Intent = way(Some(DeliveryMethod::Delivery), None);
const FETCH: Intent = way(Some(DeliveryMethod::Pickup), None);
const CASH: Intent = way(None, Some(PaymentMethod::CashOnDelivery));
const TRANSFER: Intent = way(None, Some(PaymentMethod::BankTransfer));

const fn way(delivery: Option<DeliveryMethod>, payment: Option<PaymentMethod>) -> Intent {
    Intent::Chosen(Chosen::Ways { delivery, payment })
}

#[test]
fn what_the_buttons_of_the_checkout_say_may_be_typed() {
    for lang in Lang::ALL {
        for (key, step, wanted) in [
            ("delivery-button", Step::AskDelivery, BRING),
            ("pickup-button", Step::AskDelivery, FETCH),
            ("pay-cash-button", Step::AskPayment, CASH),
            // Who fetches it pays there; whether it is fetched the cart knows.
            ("pay-cash-pickup-button", Step::AskPayment, Intent::Chosen(Chosen::AtShop)),
            ("pay-transfer-button", Step::AskPayment, TRANSFER),
            ("confirm-button", Step::Confirm, Intent::Yes),
        ] {
            let text = t(&lang.into(), key);
            let asked = intent(&inbound(Content::Text(text.clone())), At { lang, ..at(step) });
            assert_eq!(asked, wanted, "{text} in {lang}");
        }
    }
}

#[test]
fn ways_are_chosen_in_words_where_they_are_asked_for() {
    let both = |payment| way(Some(DeliveryMethod::Delivery), Some(payment));
    let nth = |at| Intent::Chosen(Chosen::Nth(Nth::At(at)));
    let all: [(Step, Intent, &[&str]); 14] = [
        (Step::AskDelivery, BRING, &["kargo olsun", "bitte liefern", "entrega em casa", "توصيل"]),
        (
            Step::AskDelivery,
            FETCH,
            &[
                "gelip alacağım",
                "tienda",
                "Laden",
                "in person",
                "shop",
                "mağazadan yarın saat 5 gibi",
            ],
        ),
        (Step::AskDelivery, nth(1), &["2", "ikincisi", "the second one"]),
        (Step::AskDelivery, CASH, &["nakit"]),
        (Step::AskDelivery, both(PaymentMethod::CashOnDelivery), &["kapıda ödeme", "kargo, nakit"]),
        (Step::AskDelivery, both(PaymentMethod::BankTransfer), &["kargo olsun havale yapacağım"]),
        (Step::AskPayment, CASH, &["nakit", "bar", "pago en efectivo", "كاش", "kargoya nakit"]),
        (Step::AskPayment, TRANSFER, &["iban gönderin", "nakit değil havale", "no pix"]),
        (Step::AskPayment, Intent::Chosen(Chosen::AtShop), &["Im Laden", "in the shop"]),
        (Step::AskPayment, FETCH, &["mağazadan alacağım"]),
        (Step::AskPayment, nth(0), &["1", "ilki", "la primera"]),
        (Step::Confirm, TRANSFER, &["havale olsun", "pay by transfer instead"]),
        (Step::AskDoor, CASH, &["Pay on delivery please", "kapıda ödeme olsun"]),
        (Step::AskAddress, FETCH, &["mağazadan alacağım", "I will pick it up"]),
    ];
    for (step, wanted, texts) in &all {
        for text in *texts {
            assert_eq!(said(text, *step), *wanted, "{text} at {step:?}");
        }
    }
    for (text, step, wanted) in [
        ("kargo istemiyorum", Step::AskDelivery, Chosen::WhichDelivery),
        ("mağazadan alamam", Step::AskDelivery, Chosen::WhichDelivery),
        ("Ich hole es nicht ab", Step::AskDelivery, Chosen::WhichDelivery),
        ("kapıda ödeyemem", Step::AskPayment, Chosen::WhichPayment),
        ("efectivo no tengo", Step::AskPayment, Chosen::WhichPayment),
        ("kargo ya da mağazadan", Step::AskDelivery, Chosen::WhichDelivery),
        ("kargo istemiyorum", Step::AskAddress, Chosen::WhichDelivery),
        ("havale değil", Step::AskPayment, Chosen::WhichPayment),
        ("cash or transfer", Step::AskPayment, Chosen::WhichPayment),
        ("nakit istemiyorum", Step::Confirm, Chosen::WhichPayment),
        ("kredi kartı", Step::AskPayment, Chosen::OtherPayment),
        ("by card", Step::Confirm, Chosen::OtherPayment),
    ] {
        assert_eq!(said(text, step), Intent::Chosen(wanted), "{text} at {step:?}");
    }
}

#[test]
fn what_only_sounds_like_a_way_chooses_none() {
    let chooses = |asked: &Intent| matches!(asked, Intent::Chosen(_));
    for (step, texts) in [
        (
            Step::AskDelivery,
            &[
                "Moda Cad. 12/3 Kadıköy kargo",
                "Bağdat 100 Kadıköy kargo",
                "kargo ücreti ne kadar",
                "delivery fee",
                "kargom nerede",
                "show me the shop",
                "talk to a person in the shop",
                "mağazanız çok uzak",
                "cancel delivery",
                "2 adet olsun",
                "4",
            ][..],
        ),
        (Step::AskPayment, &["tienda", "bar code", "Kartal", "daire 5", "kargo", "ödeme"]),
        (Step::Confirm, &["in the shop", "evet", "kargo", "2"]),
        (
            Step::AskDoor,
            &["kapıda köpek var", "kapıda bekliyorum", "kapıya bırakın", "mağazanın yanı", "1"],
        ),
        (
            Step::AskAddress,
            &["Depo Mağaza yanı Kadıköy", "Mağaza Sokak 5", "Tienda Azul, calle 5", "mağaza", "2"],
        ),
        (Step::Start, &["nakit", "kargo", "mağazadan alacağım", "2"]),
        (Step::AskNote, &["nakit", "mağazadan alacağım"]),
    ] {
        for text in texts {
            let asked = said(text, step);
            assert!(!chooses(&asked), "{text} at {step:?}: {asked:?}");
        }
    }
    let cost = said("kargo ücreti", Step::AskDelivery);
    assert!(matches!(cost, Intent::Asked(asked) if asked.topic == Topic::Cost), "{cost:?}");
    assert_eq!(said("shop", Step::AskPayment), Intent::Do(Action::Menu(0)));
    assert_eq!(said("in person", Step::Confirm), Intent::Do(Action::Human));
    // Too late, or said of something else.
    let late = |text: &str, idle_ms| {
        let at = At { idle_ms, ..at(Step::AskPayment) };
        intent(&inbound(Content::Text(text.into())), at)
    };
    assert_eq!(late("nakit", TEXT_WAITS_MS), CASH);
    assert!(!chooses(&late("nakit", TEXT_WAITS_MS + 1)));
    assert!(!chooses(&late("2", QUANTITY_WAITS_MS + 1)));
    assert!(!chooses(&replied(Content::Text("nakit".into()), Step::AskPayment)));
    let mut about = inbound(Content::Text("nakit".into()));
    about.about_sku = Some("kupa-mavi".into());
    assert!(!chooses(&intent(&about, at(Step::AskPayment))));
}

#[test]
fn who_agrees_to_the_summary_says_yes_to_it() {
    for text in ["evet doğru", "Siparişi onayla", "looks good", "todo bien", "tudo certo"] {
        assert_eq!(said(text, Step::Confirm), Intent::Yes, "{text}");
        assert_eq!(said(text, Step::AskPayment), Intent::NotUnderstood, "{text}");
    }
    assert_eq!(said("👍", Step::Confirm), Intent::Yes);
    // Behind a pin it is no door.
    assert_eq!(said("siparişi onayla", Step::AskDoor), Intent::NotUnderstood);
    assert_eq!(said("evet ama adres yanlış", Step::Confirm), Intent::NotUnderstood);
}

#[test]
fn what_is_told_of_a_delivery_chooses_none() {
    let chooses = |asked: &Intent| matches!(asked, Intent::Chosen(_));
    for text in ["kargom gelmedi", "kargo hasarlı geldi", "delivery is late", "kargo olurmu"] {
        assert!(!chooses(&said(text, Step::AskDelivery)), "{text}");
    }
    for (text, step) in [
        ("at the door", Step::AskDoor),
        ("kapıda", Step::Confirm),
        ("nakit öderim 200 tl", Step::AskDelivery),
        ("2 gün", Step::AskDelivery),
        ("no la primera", Step::AskPayment),
    ] {
        let asked = said(text, step);
        assert!(!chooses(&asked) && !matches!(asked, Intent::Address { .. }), "{text}: {asked:?}");
    }
    assert_eq!(said("sure, cash", Step::AskPayment), CASH);
}
