//! What customers can type: for the fuzzers.

use super::{
    action::Action,
    context::Context,
    intent::{At, Intent, intent},
    receiver,
    step::Step,
};
use crate::{
    message::{Content, Inbound, Person, PhoneNumber},
    order::number,
    text::Lang,
};
use entity::Timestamp;

/// A phone number as people of the country of `home` write it.
#[must_use]
pub fn phone(text: &str, home: &str) -> Option<PhoneNumber> {
    receiver::phone(text, home)
}

/// Who receives the parcel: the name and the phone that a line names, when it names them.
#[must_use]
pub fn receiver(text: &str, home: &str) -> Option<(Option<String>, Option<String>)> {
    receiver::read(text, home).ok().map(|read| (read.name, read.phone))
}

/// The order that is spoken of.
const ORDER: i64 = 48_291_735;

/// Everything that a chat can wait for.
#[must_use]
pub(super) fn steps() -> [Step; 14] {
    [
        Step::Start,
        Step::AskQuantity { code: 5 },
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
        Step::AskOrderAddress { order: ORDER },
        Step::AskCancel { order: ORDER },
    ]
}

/// In what chat something is typed.
#[derive(Clone, Copy, Debug)]
pub struct Typing {
    pub lang: Lang,
    /// The customer never wrote before.
    pub first: bool,
    /// Milliseconds since the message before.
    pub idle_ms: i64,
    /// It answers a message about an order.
    pub quotes: bool,
}

/// What a text is taken for at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// For a tap on the button of this id; whether the id is read as what it was made of.
    Tap { id: String, reads_itself: bool },
    /// For words that goods are looked for by.
    Query(String),
    /// For a number of pieces; `None` is none that can be bought.
    Pieces(Option<u32>),
    /// For an answer that is taken over as it stands: an address, a name, a note.
    Answer(String),
    /// For something about the order of this number.
    OfOrder(String),
    /// For a link that was opened.
    Link,
    /// For a way to get the goods or to pay, where the checkout asks for one.
    Choice,
    /// For one of the words that say no more than themselves, a question, or nothing that is understood.
    Word,
    /// For nothing that anybody answers, or for what no text can be.
    Lost(String),
}

/// What a text is taken for at every step of a chat, each with the name of the step; and whether a person who answers
/// the chat is left alone with it.
#[must_use]
pub fn typed(text: &str, typing: Typing) -> Vec<(String, Taken, bool)> {
    let inbound = Inbound {
        wamid: "wamid".into(),
        from: Person::default(),
        sent_at: Timestamp::from_ms(0),
        reply_to: None,
        about_sku: None,
        referral: None,
        forwarded: false,
        content: Content::Text(text.to_owned()),
    };
    let quoted = Context { order: Some(number::of_digits(ORDER)), ..Context::default() };
    let quoted = typing.quotes.then_some(&quoted);
    let read = |step| {
        let Typing { lang, first, idle_ms, .. } = typing;
        let asked = intent(&inbound, At { step, lang, first, idle_ms, quoted });
        let alone = matches!(
            asked.clone().while_a_person_answers(quoted.unwrap_or(&Context::default())),
            Intent::Silent(None)
                | Intent::OrderSaid { .. }
                | Intent::Do(Action::Shop | Action::Notices(_))
        );
        (format!("{step:?}"), taken(asked), alone)
    };
    steps().map(read).into()
}

fn taken(asked: Intent) -> Taken {
    match asked {
        Intent::Do(action) => {
            let id = action.to_string();
            let reads_itself = id.parse() == Ok(action);
            Taken::Tap { id, reads_itself }
        }
        Intent::Find(find) => Taken::Query(find.query),
        Intent::Quantity { quantity, .. } => Taken::Pieces(quantity),
        Intent::Wanted { .. } => Taken::Pieces(Some(1)),
        Intent::Address { text, .. }
        | Intent::OrderAddress { text, .. }
        | Intent::Told(text)
        | Intent::Note(text) => Taken::Answer(text),
        Intent::OrderSaid { number, .. } => Taken::OfOrder(number),
        Intent::Link(_) => Taken::Link,
        Intent::Chosen(_) => Taken::Choice,
        Intent::Greet
        | Intent::AskQuantity { .. }
        | Intent::Asked(_)
        | Intent::Checkout
        | Intent::Yes
        | Intent::No
        | Intent::Back
        | Intent::Cancel
        | Intent::CancelOrder
        | Intent::Thanks
        | Intent::NotUnderstood => Taken::Word,
        Intent::Native(_)
        | Intent::Form { .. }
        | Intent::About(_)
        | Intent::NoMedia
        | Intent::Picture
        | Intent::NoContact
        | Intent::OwnNumber
        | Intent::Edited { .. }
        | Intent::Echo
        | Intent::Notices(_)
        | Intent::Silent(_) => Taken::Lost(format!("{asked:?}")),
    }
}
