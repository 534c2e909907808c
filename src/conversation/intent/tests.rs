mod answers;

use entity::Timestamp;
use proptest::prelude::*;

use super::{text::*, *};
use crate::{
    conversation::action::OrderAction,
    message::{Person, Referral},
    text::{Nth, lets_it_be, question},
};

const STEPS: [Step; 12] = [
    Step::Start,
    Step::AskQuantity { code: 7 },
    Step::AskBoth,
    Step::AskCartNote,
    Step::AskDelivery,
    Step::AskAddress,
    Step::AskPayment,
    Step::Confirm,
    Step::AskReceiver,
    Step::AskContact,
    Step::AskNote,
    Step::AskDoor,
];

pub(super) fn at(step: Step) -> At<'static> {
    At { step, lang: Lang::Tr, first: false, idle_ms: 0, quoted: None }
}

pub(super) fn inbound(content: Content) -> Inbound {
    Inbound {
        wamid: "wamid.1".into(),
        from: Person::default(),
        sent_at: Timestamp::from_ms(0),
        reply_to: None,
        about_sku: None,
        referral: None,
        forwarded: false,
        content,
    }
}

pub(super) fn said(text: &str, step: Step) -> Intent {
    intent(&inbound(Content::Text(text.into())), at(step))
}

/// What a word is wanted for at a step: who lets it be goes from the question who receives back to the summary.
fn left(text: &str, step: Step, wanted: &Intent) -> Intent {
    match wanted {
        Intent::Cancel if step == Step::AskReceiver && lets_it_be(text) => Intent::Back,
        other => other.clone(),
    }
}

#[test]
fn the_words_are_understood_in_every_step() {
    let words = [
        ("menü", Intent::Do(Action::Menu(0))),
        ("SEPET", Intent::Do(Action::Cart)),
        ("my orders", Intent::Do(Action::Orders(0))),
        ("temsilci", Intent::Do(Action::Human)),
        ("help", Intent::Do(Action::Help)),
        ("dur", Intent::Do(Action::Notices(false))),
        ("English", Intent::Do(Action::Language(Lang::En))),
        ("geri", Intent::Back),
        ("vazgeç", Intent::Cancel),
        ("checkout", Intent::Checkout),
        ("Teşekkürler!", Intent::Thanks),
    ];
    for step in STEPS {
        for (text, wanted) in &words {
            assert_eq!(said(text, step), left(text, step, wanted), "{text} at {step:?}");
        }
    }
}

#[test]
fn the_words_are_understood_in_every_language_whatever_the_chat_speaks() {
    let all: [(Intent, &[&str]); 11] = [
        (
            Intent::Do(Action::Menu(0)),
            &["menü", "menu", "القائمة", "Menü", "menú", "cardápio", "KATALOG"],
        ),
        (Intent::Do(Action::Cart), &["sepet", "cart", "السلة", "Warenkorb", "carrito", "carrinho"]),
        (
            Intent::Do(Action::Orders(0)),
            &["siparişlerim", "my orders", "طلباتي", "Bestellungen", "mis pedidos", "pedidos"],
        ),
        (
            Intent::Do(Action::Human),
            &["temsilci", "human", "موظف", "Mensch", "persona", "atendente"],
        ),
        (Intent::Do(Action::Help), &["yardım", "help", "مساعدة", "Hilfe", "ayuda", "ajuda", "?"]),
        (Intent::Back, &["geri", "back", "رجوع", "zurück", "atrás", "voltar"]),
        (
            Intent::Cancel,
            &["iptal", "vazgeç", "cancel", "إلغاء", "abbrechen", "cancelar", "salir", "sair"],
        ),
        (
            Intent::Do(Action::Notices(false)),
            &["dur", "stop", "توقف", "Stopp", "parar", "baja", "descadastrar"],
        ),
        (
            Intent::Do(Action::Notices(true)),
            &["başla", "start", "ابدأ", "Start", "empezar", "começar"],
        ),
        (
            Intent::Checkout,
            &["siparişi tamamla", "checkout", "إتمام الطلب", "zur Kasse", "pagar", "fechar pedido"],
        ),
        (Intent::Thanks, &["teşekkürler", "thanks", "شكراً", "danke", "gracias", "obrigada"]),
    ];
    for (wanted, words) in &all {
        for text in *words {
            for (step, lang) in STEPS.into_iter().flat_map(|s| Lang::ALL.map(|lang| (s, lang))) {
                let asked =
                    intent(&inbound(Content::Text((*text).into())), At { lang, ..at(step) });
                assert_eq!(asked, left(text, step, wanted), "{text} at {step:?} in {lang}");
            }
        }
    }
}

#[test]
fn a_number_is_a_quantity_only_where_one_was_asked_for() {
    let quantity = |quantity| Intent::Quantity { code: 7, quantity };
    let asked = Step::AskQuantity { code: 7 };
    assert_eq!(said("3", asked), quantity(Some(3)));
    assert_eq!(said(" 12 adet", asked), quantity(Some(12)));
    assert_eq!(said("0", asked), quantity(Some(0)));
    for wrong in ["100", "-1", "2,5", "99999999999999999999"] {
        assert_eq!(said(wrong, asked), quantity(None), "{wrong}");
    }
    assert_eq!(said("fiyatı ne kadar?", asked), Intent::AskQuantity { code: 7 });
    assert_eq!(said("👍", asked), Intent::Yes);
    assert_eq!(said("😀", asked), Intent::NotUnderstood);
    assert_eq!(said("3", Step::Start), Intent::NotUnderstood);
    let third = Intent::Chosen(Chosen::Nth(Nth::At(2)));
    assert_eq!(said("3", Step::AskPayment), third, "of those that the question shows");
    assert_eq!(said("3", Step::Confirm), Intent::NotUnderstood);
}

#[test]
fn a_yes_and_a_no_are_heard_where_no_text_of_another_kind_is_waited_for() {
    let texts = [
        ("Evet", Intent::Yes),
        ("sim!", Intent::Yes),
        ("👍🏽", Intent::Yes),
        ("tamam teşekkürler", Intent::Yes),
        ("ok, thanks 🙏", Intent::Yes),
        ("لا", Intent::No),
        ("Hayır, teşekkürler", Intent::No),
    ];
    for (text, wanted) in texts {
        for step in STEPS {
            let wanted = match step {
                Step::AskCartNote if wanted == Intent::No => Intent::Do(Action::Cart),
                Step::AskNote if wanted == Intent::No => Intent::Back,
                Step::AskDoor | Step::AskCartNote => Intent::NotUnderstood,
                _ if step.is_typed() => Intent::NotUnderstood,
                _ => wanted.clone(),
            };
            assert_eq!(said(text, step), wanted, "{text} at {step:?}");
        }
    }
    let step = Step::AskCancel { order: 48_291_735 };
    let again = Intent::Do(Action::OfOrder("4829-1735".into(), OrderAction::Cancel));
    for text in ["evet", "cancel my order", "Evet, iptal et", "Ja, stornieren", "yes, cancel it"] {
        assert_eq!(said(text, step), again, "{text}");
    }
    let late = At { idle_ms: QUESTION_WAITS_MS + 1, ..at(step) };
    let kept = Intent::Do(Action::Order("4829-1735".into()));
    assert_eq!(intent(&inbound(Content::Text("tamam".into())), late), kept);
    for text in ["hayır", "geri", "no, thanks", "vazgeçtim", "never mind", "doch nicht"] {
        assert_eq!(said(text, step), Intent::Do(Action::Order("4829-1735".into())), "{text}");
    }
}

#[test]
fn whoever_wishes_to_order_or_to_cancel_is_heard() {
    for text in [
        "I want to order",
        "I’d like to order",
        "merhaba sipariş vermek istiyorum",
        "ich möchte bestellen",
    ] {
        assert_eq!(said(text, Step::Start), Intent::Checkout, "{text}");
    }
    for text in
        ["order mugs", "¿Cuánto cuesta el pedido?", "I have an order", "bir sipariş hakkında bilgi"]
    {
        assert_ne!(said(text, Step::Start), Intent::Checkout, "{text}");
    }
    for text in [
        "siparişimi iptal et",
        "merhaba siparişimi iptal etmek istiyorum",
        "please cancel my order from yesterday",
        "It has not arrived, cancel my order",
        "Siparişimi\niptal et",
        "ya no lo quiero, cancelar pedido",
        "إلغاء الطلب",
    ] {
        assert_eq!(said(text, Step::Start), Intent::CancelOrder, "{text}");
    }
    for text in
        ["please don't cancel my order", "no quiero cancelar mi pedido", "siparişimi iptal etmeyin"]
    {
        assert_ne!(said(text, Step::Start), Intent::CancelOrder, "{text}");
    }
    for text in ["siparişim gelmedi", "kargom hâlâ gelmedi", "siparişim nerde?", "طلبي لم يصل"]
    {
        assert_eq!(said(text, Step::Start), Intent::Do(Action::Orders(0)), "{text}");
    }
}

#[test]
fn a_number_of_pieces_may_have_words_around_it() {
    let asked = Step::AskQuantity { code: 7 };
    let texts = [
        ("2 tane lütfen", 2),
        ("iki tane istiyorum", 2),
        ("bir tane", 1),
        ("I'll take three please", 3),
        ("quiero 2", 2),
        ("uma", 1),
        ("ثلاثة من فضلك", 3),
    ];
    for (text, wanted) in texts {
        let wanted = Intent::Quantity { code: 7, quantity: Some(wanted) };
        assert_eq!(said(text, asked), wanted, "{text}");
    }
    for text in ["bir tane ne kadar?", "2 kahve 1 cezve", "one more question"] {
        let asked = said(text, asked);
        assert!(!matches!(asked, Intent::Quantity { .. }), "{text}: {asked:?}");
    }
}

#[test]
fn a_number_or_an_address_that_comes_too_late_is_asked_for_again() {
    let late = |text: &str, step, idle_ms| {
        intent(&inbound(Content::Text(text.into())), At { idle_ms, ..at(step) })
    };
    let asked = Step::AskQuantity { code: 7 };
    assert_eq!(late("3", asked, QUANTITY_WAITS_MS + 1), Intent::AskQuantity { code: 7 });
    assert_eq!(
        late("3", asked, QUANTITY_WAITS_MS),
        Intent::Quantity { code: 7, quantity: Some(3) }
    );
    let home = "Moda Caddesi 12, Kadıköy";
    assert_eq!(late(home, Step::AskAddress, TEXT_WAITS_MS + 1), Intent::Checkout);
}

#[test]
fn a_text_is_what_the_open_question_of_the_checkout_waits_for() {
    let told = |text: &str| Intent::Told(text.into());
    for step in [Step::AskReceiver, Step::AskContact, Step::AskNote, Step::AskDoor] {
        assert_eq!(said(" Kat 3 daire 7 ", step), told("Kat 3 daire 7"), "{step:?}");
        assert_eq!(said("geri", step), Intent::Back);
        let late = At { idle_ms: TEXT_WAITS_MS + 1, ..at(step) };
        let asked = intent(&inbound(Content::Text("Kat 3".into())), late);
        assert_eq!(asked, Intent::Checkout, "{step:?}");
    }
    let shared = Content::Contacts { phones: vec!["+905321112233".into()], requested: true };
    let shared = inbound(shared);
    assert_eq!(intent(&shared, at(Step::AskContact)), told("+905321112233"));
    let home = Intent::Address { text: "Moda Cad. 12/3".into(), coordinates: None };
    assert_eq!(said("Moda Cad. 12/3", Step::AskDelivery), home);
    assert_ne!(said("bilmiyorum ki neden", Step::AskDelivery), home);
    let bubble = "🛒 *Sepetiniz*\n1 × Cezve = ₺640,00\n\nNasıl teslim alırsınız?";
    assert_eq!(said(bubble, Step::AskDelivery), Intent::NotUnderstood);
}

#[test]
fn a_pin_is_an_address_in_the_checkout_only() {
    let pin = inbound(Content::Location {
        latitude: "41.0082".parse().unwrap(),
        longitude: "28.9784".parse().unwrap(),
        name: Some("Ev".into()),
        address: None,
    });
    let asked = |step| intent(&pin, at(step));
    let address =
        Intent::Address { text: "Ev".into(), coordinates: Some("41.0082,28.9784".into()) };
    assert_eq!(asked(Step::AskAddress), address);
    assert_eq!(asked(Step::AskDelivery), address);
    assert_eq!(asked(Step::Start), Intent::NotUnderstood);
}

#[test]
fn words_that_answer_no_question_are_looked_for() {
    let first = At { first: true, ..at(Step::Start) };
    for (text, asked) in
        [("Çekirdek kahve", None), ("Çekirdek kahve var mı?", question("Çekirdek kahve var mı?"))]
    {
        let find = |first| Intent::Find(Find { query: text.into(), first, ..Find::default() });
        assert_eq!(intent(&inbound(Content::Text(text.into())), first), find(true));
        for step in STEPS {
            let wanted = match (step, asked) {
                (Step::Start | Step::AskQuantity { .. }, _) => find(false),
                (Step::AskCartNote, _) => Intent::Note(text.into()),
                (Step::AskNote, _) => Intent::Told(text.into()),
                (Step::AskBoth, _) => Intent::NotUnderstood,
                (_, Some(question)) => Intent::Asked(question),
                (Step::AskAddress, None) => {
                    Intent::Address { text: text.into(), coordinates: None }
                }
                (step, None) if step.is_typed() || step == Step::AskDoor => {
                    Intent::Told(text.into())
                }
                _ => Intent::NotUnderstood,
            };
            assert_eq!(said(text, step), wanted, "{step:?}");
        }
    }
    assert_eq!(intent(&inbound(Content::Text("😀".into())), first), Intent::Greet);
    let code = said("8690123456789", Step::Start);
    assert!(matches!(code, Intent::Find(_)), "a bar code: {code:?}");
}

#[test]
fn what_is_not_for_us_is_not_answered() {
    let reaction = Content::Reaction { to: "wamid.0".into(), emoji: Some("👍".into()) };
    assert_eq!(intent(&inbound(reaction), at(Step::Start)), Intent::Silent(None));
    let other = intent(&inbound(Content::Other("poll".into())), at(Step::Start));
    assert!(matches!(other, Intent::Silent(Some(why)) if why.contains("poll")));
    let voice = Content::Media { kind: MediaKind::Audio, caption: None, id: None };
    assert_eq!(intent(&inbound(voice), at(Step::Start)), Intent::NoMedia);
}

#[test]
fn a_text_from_an_ad_starts_at_the_ad() {
    let ad = Referral {
        source_id: Some("120210".into()),
        headline: Some("Bakır cezve".into()),
        body: Some("🔥".into()),
        ctwa_clid: Some("click".into()),
    };
    let with = |text: &str, step| {
        let mut from = inbound(Content::Text(text.into()));
        from.referral = Some(ad.clone());
        intent(&from, at(step))
    };
    let said = vec!["120210".to_owned(), "Bakır cezve".to_owned()];
    let wanted = |query: &str| {
        Intent::Find(Find { query: query.into(), ad: said.clone(), ..Find::default() })
    };
    let more = "Can I get more info on this?";
    for step in STEPS {
        assert_eq!(with(more, step), wanted(more), "{step:?}");
    }
    assert_eq!(with("merhaba", Step::Start), wanted("merhaba"));
    assert_eq!(with("sepet", Step::Start), Intent::Do(Action::Cart));
    let home = "Moda Caddesi 12, Kadıköy";
    let address = Intent::Address { text: home.into(), coordinates: None };
    assert_eq!(with(home, Step::AskAddress), address);
}

#[test]
fn a_caption_is_what_the_person_says() {
    let shown = |caption: &str, at| {
        let caption = Some(caption.to_owned());
        intent(&inbound(Content::Media { kind: MediaKind::Image, caption, id: None }), at)
    };
    let first = At { first: true, ..at(Step::Start) };
    assert_eq!(shown("sepet", at(Step::Start)), Intent::Do(Action::Cart));
    assert_eq!(shown("merhaba", first), Intent::Greet);
    assert_eq!(shown("Bu nedir?", first), Intent::NoMedia);
    let asked = shown("Bakır cezve", at(Step::Start));
    assert!(matches!(asked, Intent::Find(Find { media: true, .. })), "{asked:?}");
    let asked = at(Step::AskQuantity { code: 7 });
    assert_eq!(shown("3", asked), Intent::Quantity { code: 7, quantity: Some(3) });
}

#[test]
fn a_quick_reply_of_others_says_what_its_label_says() {
    let tapped = |payload: Option<&str>, label: Option<&str>| {
        let (payload, label) = (payload.map(str::to_owned), label.map(str::to_owned));
        intent(&inbound(Content::QuickReply { payload, label }), at(Step::Start))
    };
    assert_eq!(tapped(Some("cart"), Some("Stop")), Intent::Do(Action::Cart));
    assert_eq!(tapped(Some("CAMPAIGN_7"), Some("Stop")), Intent::Do(Action::Notices(false)));
    assert_eq!(tapped(None, Some("Menü")), Intent::Do(Action::Menu(0)));
    assert_eq!(tapped(Some("CAMPAIGN_7"), None), Intent::NotUnderstood);
}

#[test]
fn who_opens_the_chat_is_greeted_once() {
    let first = At { first: true, ..at(Step::Start) };
    assert_eq!(intent(&inbound(Content::Welcome), first), Intent::Greet);
    assert_eq!(intent(&inbound(Content::Welcome), at(Step::Start)), Intent::Silent(None));
}

#[test]
fn a_message_from_a_product_page_starts_there() {
    let mut asked = inbound(Content::Text("Bunun grisi var mı?".into()));
    asked.about_sku = Some("kupa-mavi".into());
    for step in STEPS {
        let at = at(step);
        assert_eq!(intent(&asked, at), Intent::About("kupa-mavi".into()));
    }
}

const ORDER: &str = "4829-1735";

/// In reply to a message about the order.
pub(super) fn replied(content: Content, step: Step) -> Intent {
    let quoted = Context { order: Some(ORDER.into()), ..Context::default() };
    intent(&inbound(content), At { quoted: Some(&quoted), ..at(step) })
}

#[test]
fn a_reply_to_a_message_about_an_order_means_that_order() {
    let text = |text: &str| Content::Text(text.into());
    let of_it = |action| Intent::Do(Action::OfOrder(ORDER.into(), action));
    let said = |media| Intent::OrderSaid { number: ORDER.into(), media };
    let photo = || Content::Media { kind: MediaKind::Image, caption: None, id: None };
    for step in STEPS {
        assert_eq!(replied(text("iptal"), step), of_it(OrderAction::Cancel));
        assert_eq!(replied(text("temsilci"), step), of_it(OrderAction::Talk));
        let shown = Intent::Do(Action::Order(ORDER.into()));
        assert_eq!(replied(text("siparişim nerede?"), step), shown);
        assert_eq!(replied(text("kapıya bırakın"), step), said(false));
        assert_eq!(replied(photo(), step), said(true));
        assert_eq!(replied(text("menü"), step), Intent::Do(Action::Menu(0)));
    }
}

#[test]
fn the_new_address_of_an_order_is_waited_for() {
    let step = Step::AskOrderAddress { order: 48_291_735 };
    let home = "Moda Caddesi 12, Kadıköy";
    let given = Intent::OrderAddress { number: ORDER.into(), text: home.into(), coordinates: None };
    assert_eq!(said(home, step), given);
    assert_eq!(replied(Content::Text(home.into()), step), given, "in reply to the question");
    let shown = Intent::Do(Action::Order(ORDER.into()));
    assert_eq!(said("iptal", step), shown);
    assert_eq!(said("geri", step), shown);
    assert_eq!(said("sepet", step), Intent::Do(Action::Cart));
    let late = At { idle_ms: TEXT_WAITS_MS + 1, ..at(step) };
    assert_eq!(intent(&inbound(Content::Text(home.into())), late), shown);
}

#[test]
fn a_person_hears_which_order_it_is_about_and_the_way_back() {
    let quoted = Context { order: Some(ORDER.into()), ..Context::default() };
    let about = Intent::OrderSaid { number: ORDER.into(), media: false };
    let heard = |asked: Intent, quoted: &Context| asked.while_a_person_answers(quoted);
    assert_eq!(heard(Intent::NotUnderstood, &quoted), about);
    let none = Context::default();
    assert_eq!(heard(Intent::Do(Action::Order(ORDER.into())), &none), about);
    assert_eq!(heard(Intent::NotUnderstood, &none), Intent::Silent(None));
    assert_eq!(heard(Intent::Do(Action::Shop), &quoted), Intent::Do(Action::Shop));
}

proptest! {
    /// Whatever is tapped or written, something is asked for: no input panics and none is lost.
    #[test]
    fn everything_means_something(text: String, idle_ms: i64, first: bool, step in 0..STEPS.len()) {
        let at = At { first, idle_ms, ..at(STEPS[step]) };
        let asked = intent(&inbound(Content::Text(text.clone())), at);
        prop_assert!(!matches!(asked, Intent::Silent(_)));
        let tapped = intent(&inbound(Content::Tap { id: text }), at);
        prop_assert!(!matches!(tapped, Intent::Silent(_)));
    }
}

#[test]
fn a_reply_to_a_product_means_that_product() {
    let card = Context { variant: Some(42), ..Context::default() };
    let native = Context { sku: Some("cezve".into()), ..Context::default() };
    let told = |text: &str, step, quoted| {
        intent(&inbound(Content::Text(text.into())), At { quoted: Some(quoted), ..at(step) })
    };
    for step in STEPS {
        let two = Intent::Quantity { code: 42, quantity: Some(2) };
        assert_eq!(told("2 adet", step, &card), two, "{step:?}");
        assert_eq!(told("menü", step, &card), Intent::Do(Action::Menu(0)), "{step:?}");
    }
    for text in ["is this available?", "ne kadar", "bu hangi boy"] {
        for step in [Step::Start, Step::AskQuantity { code: 7 }] {
            assert_eq!(told(text, step, &card), Intent::Do(Action::Variant(42)), "{text}");
            assert_eq!(told(text, step, &native), Intent::About("cezve".into()), "{text}");
        }
    }
    let address = "Moda Caddesi 12/3, Kadıköy";
    let given = Intent::Address { text: address.into(), coordinates: None };
    assert_eq!(told(address, Step::AskAddress, &card), given);
}

#[test]
fn who_wants_to_leave_says_so_inside_of_a_sentence() {
    let readdress = Step::AskOrderAddress { order: 47_160_220 };
    for text in [
        "sorry, never mind, keep it as it is",
        "please cancel my order",
        "I changed my mind, please cancel everything",
        "lütfen siparişimi iptal et artık",
    ] {
        let left = said(text, Step::AskAddress);
        assert!(matches!(left, Intent::Cancel | Intent::CancelOrder), "{text}: {left:?}");
        assert!(matches!(said(text, readdress), Intent::Do(Action::Order(_))), "{text}");
    }
    let person = "I want to talk to a real person please";
    for step in [Step::Start, Step::AskAddress, Step::AskPayment, Step::Confirm] {
        assert_eq!(said(person, step), Intent::Do(Action::Human), "{step:?}");
    }
    // Whatever else is said with it.
    let late = "where is my order, I want to speak with a person";
    for step in [Step::Start, Step::AskPayment, Step::Confirm] {
        assert_eq!(said(late, step), Intent::Do(Action::Human), "{step:?}");
    }
    // Where any text is an answer, and where an address stands, it is one.
    assert_eq!(said(person, Step::AskNote), Intent::Told(person.into()));
    let street = "Never Mind Street 5, London";
    assert!(matches!(said(street, Step::AskAddress), Intent::Address { .. }));
    assert_eq!(said("my order hasn't arrived", Step::Start), Intent::Do(Action::Orders(0)));
    assert_eq!(said("stop sending me messages", Step::Start), Intent::Do(Action::Notices(false)));
}
