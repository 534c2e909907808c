//! What an input asks for, before anything is loaded. Pure. Titles are never looked at, only ids.

use std::collections::BTreeMap;

use super::{
    action::{Action, OrderAction},
    checkout::SHORTEST_ADDRESS,
    context::Context,
    step::Step,
};
use crate::{
    cart::MAX_QUANTITY,
    message::{Content, Inbound, NativeCart, SystemEvent},
    order::number,
    text::{Lang, Word, count, word},
};

/// How long after the last message a number is still the quantity that was asked for, milliseconds. Later it is asked
/// again, so that a stray number changes no cart.
const QUANTITY_WAITS_MS: i64 = 30 * 60 * 1_000;
/// The same for an address, a name, a note.
const TEXT_WAITS_MS: i64 = 24 * 60 * 60 * 1_000;

/// What an input asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    Greet,
    Do(Action),
    /// WhatsApp's own cart.
    Native(NativeCart),
    Address {
        text: String,
        coordinates: Option<String>,
    },
    /// The form for an address, filled in.
    Form {
        fields: BTreeMap<String, String>,
        token: Option<String>,
    },
    /// A text for the open question of the checkout: who receives, a number to call, a note, a door.
    Told(String),
    /// A number of pieces; `None` is none that can be bought.
    Quantity {
        code: i64,
        quantity: Option<u32>,
    },
    /// A number, too long after the question for it: the question is asked again.
    AskQuantity {
        code: i64,
    },
    /// The product page that the message came from.
    About(String),
    /// Something that is no command, said of the order with this number: in reply to a message about it, or where the
    /// chat waits for its new address.
    OrderSaid {
        number: String,
        /// A picture, a file, a voice message.
        media: bool,
    },
    /// Where the order with this number shall go instead.
    OrderAddress {
        number: String,
        text: String,
        coordinates: Option<String>,
    },
    Checkout,
    Back,
    Cancel,
    Thanks,
    NoMedia,
    NotUnderstood,
    /// Nothing is answered; with a reason it is kept raw.
    Silent(Option<String>),
}

impl Intent {
    /// What it comes to while a person answers: the way back to the shop, news on or off, which order it is about, and
    /// what is only kept.
    #[must_use]
    pub fn while_a_person_answers(self, quoted: &Context) -> Self {
        let number = match &self {
            Self::Silent(_) | Self::Do(Action::Shop | Action::Notices(_)) => return self,
            Self::Do(Action::Order(number) | Action::OfOrder(number, _)) => Some(number),
            _ => quoted.order.as_ref(),
        };
        match number {
            Some(number) => Self::OrderSaid { number: number.clone(), media: false },
            None => Self::Silent(None),
        }
    }
}

/// Where the chat is when an input comes.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    pub step: Step,
    /// The language of the chat.
    pub lang: Lang,
    /// The customer never wrote before.
    pub first: bool,
    /// Milliseconds since the customer's message before this one.
    pub idle_ms: i64,
    /// What the message of ours was about that it quotes.
    pub quoted: Option<&'a Context>,
}

impl At<'_> {
    /// The number of the order that an input is about which is no command: the one whose message it quotes, else the one
    /// whose new address is waited for.
    fn order(&self) -> Option<String> {
        let quoted = self.quoted.and_then(|context| context.order.clone());
        quoted.or_else(|| self.readdressed())
    }

    /// The number of the order whose new address is waited for.
    fn readdressed(&self) -> Option<String> {
        match self.step {
            Step::AskOrderAddress { order } => Some(number::of_digits(order)),
            _ => None,
        }
    }
}

/// What an input asks for.
#[must_use]
pub fn intent(inbound: &Inbound, at: At<'_>) -> Intent {
    match &inbound.content {
        Content::Text(text) => of_text(text, inbound.about_sku.as_deref(), at),
        Content::Tap { id } => id.parse().map_or(Intent::NotUnderstood, Intent::Do),
        Content::QuickReply { payload, label } => {
            match (payload.as_ref().and_then(|id| id.parse().ok()), label) {
                (Some(action), _) => Intent::Do(action),
                (None, Some(label)) => of_text(label, None, at),
                (None, None) => Intent::NotUnderstood,
            }
        }
        Content::Cart(cart) => Intent::Native(cart.clone()),
        Content::Location { latitude, longitude, name, address }
            if at.step.in_checkout() || at.readdressed().is_some() =>
        {
            let words: Vec<&str> = [name, address].into_iter().flatten().map(|s| &**s).collect();
            let (text, coordinates) = (words.join(", "), Some(format!("{latitude},{longitude}")));
            match at.readdressed() {
                Some(number) => Intent::OrderAddress { number, text, coordinates },
                None => Intent::Address { text, coordinates },
            }
        }
        // A contact that is shared where a number is asked for.
        Content::Contacts { phones, .. }
            if matches!(at.step, Step::AskContact | Step::AskReceiver) && !phones.is_empty() =>
        {
            Intent::Told(phones[0].clone())
        }
        Content::Form { name, fields, token } if name == "flow" => {
            Intent::Form { fields: fields.clone(), token: token.clone() }
        }
        Content::Location { .. }
        | Content::Contacts { .. }
        | Content::Form { .. }
        | Content::Unsupported => of_order(at, false).unwrap_or(Intent::NotUnderstood),
        Content::Media { .. } => of_order(at, true).unwrap_or(Intent::NoMedia),
        Content::Reaction { .. } => Intent::Silent(None),
        Content::System(SystemEvent::Moved { .. }) => Intent::Silent(None),
        Content::System(SystemEvent::Other(kind)) => {
            Intent::Silent(Some(format!("system message `{kind}` is not handled yet")))
        }
        Content::Other(kind) => {
            Intent::Silent(Some(format!("message type `{kind}` is not handled yet")))
        }
    }
}

/// Something about an order that is no command.
fn of_order(at: At<'_>, media: bool) -> Option<Intent> {
    at.order().map(|number| Intent::OrderSaid { number, media })
}

fn of_text(text: &str, about: Option<&str>, at: At<'_>) -> Intent {
    // A reply to a message about an order means that order.
    let quoted = at.quoted.and_then(|context| context.order.clone());
    let word = word(text, at.lang);
    if let (Some(number), Some(word)) = (&quoted, word) {
        let of_it = |action| Intent::Do(Action::OfOrder(number.clone(), action));
        match word {
            Word::Human => return of_it(OrderAction::Talk),
            Word::Cancel => return of_it(OrderAction::Cancel),
            Word::Orders => return Intent::Do(Action::Order(number.clone())),
            _ => {}
        }
    }
    // Out of the question about an order there is the order.
    if let (Some(number), Some(Word::Back | Word::Cancel)) = (at.readdressed(), word) {
        return Intent::Do(Action::Order(number));
    }
    match word {
        Some(Word::Greeting) => return Intent::Greet,
        Some(Word::Menu) => return Intent::Do(Action::Menu(0)),
        Some(Word::Cart) => return Intent::Do(Action::Cart),
        Some(Word::Orders) => return Intent::Do(Action::Orders(0)),
        Some(Word::Human) => return Intent::Do(Action::Human),
        Some(Word::Help) => return Intent::Do(Action::Help),
        Some(Word::Stop) => return Intent::Do(Action::Notices(false)),
        Some(Word::Start) => return Intent::Do(Action::Notices(true)),
        Some(Word::Language(lang)) => return Intent::Do(Action::Language(lang)),
        Some(Word::Back) => return Intent::Back,
        Some(Word::Cancel) => return Intent::Cancel,
        Some(Word::Checkout) => return Intent::Checkout,
        Some(Word::Thanks) => return Intent::Thanks,
        None => {}
    }
    match (quoted, at.step) {
        (None, Step::AskOrderAddress { order }) if about.is_none() => {
            return of_address(text, number::of_digits(order), at.idle_ms);
        }
        (Some(number), Step::AskOrderAddress { order }) if number == number::of_digits(order) => {
            return of_address(text, number, at.idle_ms);
        }
        (Some(number), _) => return Intent::OrderSaid { number, media: false },
        (None, _) => {}
    }
    match (at.step, about) {
        (_, Some(sku)) => Intent::About(sku.to_owned()),
        (
            Step::AskAddress | Step::AskReceiver | Step::AskContact | Step::AskNote | Step::AskDoor,
            None,
        ) if at.idle_ms > TEXT_WAITS_MS => Intent::Checkout,
        (Step::AskAddress, None) => {
            Intent::Address { text: text.trim().to_owned(), coordinates: None }
        }
        // The question says that the address may be written at once.
        (Step::AskDelivery, None) if is_like_an_address(text) && at.idle_ms <= TEXT_WAITS_MS => {
            Intent::Address { text: text.trim().to_owned(), coordinates: None }
        }
        (Step::AskReceiver | Step::AskContact | Step::AskNote | Step::AskDoor, None) => {
            Intent::Told(text.trim().to_owned())
        }
        (Step::AskQuantity { code }, None) => match count(text) {
            Some(_) if at.idle_ms > QUANTITY_WAITS_MS => Intent::AskQuantity { code },
            Some(number) => {
                let quantity = u32::try_from(number).ok().filter(|n| *n <= MAX_QUANTITY);
                Intent::Quantity { code, quantity }
            }
            None => Intent::NotUnderstood,
        },
        (Step::Start, None) if at.first => Intent::Greet,
        (
            Step::Start
            | Step::AskDelivery
            | Step::AskPayment
            | Step::Confirm
            | Step::AskOrderAddress { .. },
            None,
        ) => Intent::NotUnderstood,
    }
}

/// A text where the new address of an order is waited for. Too late, it shows the order first.
fn of_address(text: &str, number: String, idle_ms: i64) -> Intent {
    if idle_ms > TEXT_WAITS_MS {
        return Intent::Do(Action::Order(number));
    }
    Intent::OrderAddress { number, text: text.trim().to_owned(), coordinates: None }
}

/// Long enough, with a number in it: streets have doors.
fn is_like_an_address(text: &str) -> bool {
    text.trim().chars().count() >= SHORTEST_ADDRESS && text.chars().any(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use entity::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::message::{MediaKind, Person};

    const STEPS: [Step; 10] = [
        Step::Start,
        Step::AskQuantity { code: 7 },
        Step::AskDelivery,
        Step::AskAddress,
        Step::AskPayment,
        Step::Confirm,
        Step::AskReceiver,
        Step::AskContact,
        Step::AskNote,
        Step::AskDoor,
    ];

    fn at(step: Step) -> At<'static> {
        At { step, lang: Lang::Tr, first: false, idle_ms: 0, quoted: None }
    }

    fn inbound(content: Content) -> Inbound {
        Inbound {
            wamid: "wamid.1".into(),
            from: Person::default(),
            sent_at: Timestamp::from_ms(0),
            reply_to: None,
            about_sku: None,
            forwarded: false,
            content,
        }
    }

    fn said(text: &str, step: Step) -> Intent {
        intent(&inbound(Content::Text(text.into())), at(step))
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
                assert_eq!(said(text, step), *wanted, "{text} at {step:?}");
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
        assert_eq!(said("üç tane istiyorum", asked), Intent::NotUnderstood);
        assert_eq!(said("3", Step::Start), Intent::NotUnderstood);
        assert_eq!(said("3", Step::AskPayment), Intent::NotUnderstood);
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
    fn the_first_words_are_greeted_whatever_they_are() {
        let first = At { first: true, ..at(Step::Start) };
        let asked = intent(&inbound(Content::Text("Çekirdek kahve var mı?".into())), first);
        assert_eq!(asked, Intent::Greet);
        assert_eq!(said("Çekirdek kahve var mı?", Step::Start), Intent::NotUnderstood);
    }

    #[test]
    fn what_is_not_for_us_is_not_answered() {
        let reaction = Content::Reaction { to: "wamid.0".into(), emoji: Some("👍".into()) };
        assert_eq!(intent(&inbound(reaction), at(Step::Start)), Intent::Silent(None));
        let other = intent(&inbound(Content::Other("poll".into())), at(Step::Start));
        assert!(matches!(other, Intent::Silent(Some(why)) if why.contains("poll")));
        let voice = Content::Media { kind: MediaKind::Audio, caption: None };
        assert_eq!(intent(&inbound(voice), at(Step::Start)), Intent::NoMedia);
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
    fn replied(content: Content, step: Step) -> Intent {
        let quoted = Context { order: Some(ORDER.into()), ..Context::default() };
        intent(&inbound(content), At { quoted: Some(&quoted), ..at(step) })
    }

    #[test]
    fn a_reply_to_a_message_about_an_order_means_that_order() {
        let text = |text: &str| Content::Text(text.into());
        let of_it = |action| Intent::Do(Action::OfOrder(ORDER.into(), action));
        let said = |media| Intent::OrderSaid { number: ORDER.into(), media };
        let photo = || Content::Media { kind: MediaKind::Image, caption: None };
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
        let given =
            Intent::OrderAddress { number: ORDER.into(), text: home.into(), coordinates: None };
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
}
