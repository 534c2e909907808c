//! What an input asks for, before anything is loaded. Pure. Titles are never looked at, only ids.

use std::collections::BTreeMap;

use super::{
    action::{Action, OrderAction},
    checkout::SHORTEST_ADDRESS,
    context::Context,
    find::Find,
    step::Step,
};
use crate::{
    cart::{
        MAX_QUANTITY,
        link::token::{self, Token},
    },
    catalog::search::only_fillers,
    message::{Content, Inbound, NativeCart, PhoneNumber, SystemEvent},
    order::number,
    text::{Lang, Word, count, word},
};

/// How long after the last message a number is still the quantity that was asked for, milliseconds. Later it is asked
/// again, so that a stray number changes no cart.
const QUANTITY_WAITS_MS: i64 = 30 * 60 * 1_000;
/// The same for the note of a cart. Later the cart is shown.
const NOTE_WAITS_MS: i64 = 30 * 60 * 1_000;
/// Digits of a number that is looked for nowhere: longer ones may be bar codes.
const SHORT_NUMBER: usize = 3;
/// The same for an address, a name, a note.
const TEXT_WAITS_MS: i64 = 24 * 60 * 60 * 1_000;

/// Letters that a caption has at least when it is an address.
const CAPTION_ADDRESS: usize = 15;

/// What an input asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    Greet,
    /// Goods are looked for by words.
    Find(Find),
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
    /// The token of a link.
    Link(Token),
    /// A text that is the note of the cart.
    Note(String),
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
    /// To the question whether everything is right. An order is placed by a tap alone: a yes asks for it.
    Yes,
    No,
    Back,
    Cancel,
    Thanks,
    NoMedia,
    /// Shared contacts that nobody asked for.
    NoContact,
    /// The person's own number, as we asked for it.
    OwnNumber,
    NotUnderstood,
    /// A message that was changed, with what it says now.
    Edited {
        of: String,
        text: String,
    },
    /// Somebody of the shop wrote from the app on the phone.
    Echo,
    /// WhatsApp tells that the person switched notices off or on.
    Notices(bool),
    /// Nothing is answered; with a reason it is kept raw.
    Silent(Option<String>),
}

impl Intent {
    /// What it comes to while a person answers: the way back to the shop, news on or off, which order it is about, and
    /// what is only kept.
    #[must_use]
    pub fn while_a_person_answers(self, quoted: &Context) -> Self {
        let number = match &self {
            Self::Silent(_)
            | Self::Echo
            | Self::Notices(_)
            | Self::Do(Action::Shop | Action::Notices(_)) => return self,
            Self::Do(
                Action::Order(number) | Action::OfOrder(number, _) | Action::Again(Some(number)),
            ) => Some(number),
            _ => quoted.order.as_ref(),
        };
        match number {
            Some(number) => Self::OrderSaid { number: number.clone(), media: false },
            None => Self::Silent(None),
        }
    }

    /// What is looked for by words.
    #[must_use]
    pub fn find(&self) -> Option<Find> {
        match self {
            Self::Find(find) => Some(find.clone()),
            Self::Do(Action::Find(page, query)) => {
                Some(Find { query: query.clone(), page: *page, ..Find::default() })
            }
            _ => None,
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
    let asked = said(inbound, at);
    match (&inbound.referral, &inbound.content) {
        (Some(ad), Content::Text(text)) if starts_at_ad(&asked, text) => {
            Intent::Find(Find::of_ad(ad, text, at.first))
        }
        _ => asked,
    }
}

/// Whether a text that came with an ad may be about what the ad shows. The words that are understood everywhere are not,
/// nor what answers a question, unless it says nothing by itself: `can I get more info on this?`.
fn starts_at_ad(asked: &Intent, text: &str) -> bool {
    match asked {
        Intent::Find(_) | Intent::Greet | Intent::NotUnderstood | Intent::AskQuantity { .. } => {
            true
        }
        Intent::Address { .. }
        | Intent::OrderAddress { .. }
        | Intent::Told(_)
        | Intent::Note(_) => only_fillers(text),
        _ => false,
    }
}

fn said(inbound: &Inbound, at: At<'_>) -> Intent {
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
        Content::Contacts { requested: true, phones }
            if phones.iter().any(|phone| PhoneNumber::parse(phone).is_some()) =>
        {
            Intent::OwnNumber
        }
        Content::Contacts { .. } => of_order(at, false).unwrap_or(Intent::NoContact),
        // An edit of old phones, which WhatsApp cannot show: there is nothing to say.
        Content::Unsupported(kind) if kind == "edit" => Intent::Silent(None),
        Content::Location { .. } | Content::Form { .. } | Content::Unsupported(_) => {
            of_order(at, false).unwrap_or(Intent::NotUnderstood)
        }
        // What stands below a picture is what the person says; the picture nobody here can see.
        Content::Media { caption: Some(caption), .. } => {
            match of_text(caption, inbound.about_sku.as_deref(), At { first: false, ..at }) {
                Intent::NotUnderstood => Intent::NoMedia,
                Intent::OrderSaid { number, .. } => Intent::OrderSaid { number, media: true },
                Intent::OrderAddress { number, text, .. }
                    if text.chars().count() < CAPTION_ADDRESS =>
                {
                    Intent::OrderSaid { number, media: true }
                }
                Intent::Find(_) if only_fillers(caption) => Intent::NoMedia,
                Intent::Find(find) => Intent::Find(Find { media: true, ..find }),
                // A picture of the house is no address.
                Intent::Address { text, .. } if text.chars().count() < CAPTION_ADDRESS => {
                    Intent::NoMedia
                }
                asked => asked,
            }
        }
        Content::Media { .. } => of_order(at, true).unwrap_or(Intent::NoMedia),
        Content::Edit { of, content } => match &**content {
            Content::Text(text) => Intent::Edited { of: of.clone(), text: text.clone() },
            _ => Intent::Silent(None),
        },
        Content::Welcome if at.first => Intent::Greet,
        Content::Echo(_) => Intent::Echo,
        Content::System(SystemEvent::Notices(on)) => Intent::Notices(*on),
        Content::Welcome
        | Content::Reaction { .. }
        | Content::Revoke { .. }
        | Content::System(SystemEvent::Moved { .. } | SystemEvent::NewDevice) => {
            Intent::Silent(None)
        }
        Content::System(SystemEvent::Other(kind)) => {
            Intent::Silent(Some(format!("nothing handles system messages `{kind}`")))
        }
        Content::Other(kind) => Intent::Silent(Some(match kind.as_str() {
            "call_permission_reply" => "an answer about calls: the shop makes none".to_owned(),
            "payment_method" => "a payment over WhatsApp: none is taken here".to_owned(),
            _ => format!("nothing handles messages of the type `{kind}`"),
        })),
    }
}

/// Something about an order that is no command.
fn of_order(at: At<'_>, media: bool) -> Option<Intent> {
    at.order().map(|number| Intent::OrderSaid { number, media })
}

fn of_text(text: &str, about: Option<&str>, at: At<'_>) -> Intent {
    if let Some(token) = token::find(text) {
        return Intent::Link(token);
    }
    // A reply to a message about an order means that order.
    let quoted = at.quoted.and_then(|context| context.order.clone());
    let word = word(text, at.lang);
    if let (Some(number), Some(word)) = (&quoted, word) {
        let of_it = |action| Intent::Do(Action::OfOrder(number.clone(), action));
        match word {
            Word::Human => return of_it(OrderAction::Talk),
            Word::Cancel => return of_it(OrderAction::Cancel),
            Word::Again => return Intent::Do(Action::Again(Some(number.clone()))),
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
        Some(Word::Again) => return Intent::Do(Action::Again(None)),
        Some(Word::Restore) => return Intent::Do(Action::Restore),
        Some(Word::Thanks) => return Intent::Thanks,
        Some(Word::Yes) if at.step == Step::Confirm => return Intent::Yes,
        Some(Word::No) if at.step == Step::Confirm => return Intent::No,
        Some(Word::Yes | Word::No) => return Intent::NotUnderstood,
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
            // `How much is it?`
            None if only_fillers(text) && text.contains(char::is_alphabetic) => {
                Intent::AskQuantity { code }
            }
            None => looked_for(text, at),
        },
        (Step::AskCartNote, None) if at.idle_ms <= NOTE_WAITS_MS => Intent::Note(text.to_owned()),
        (Step::AskCartNote, None) => Intent::Do(Action::Cart),
        (Step::Start, None) => looked_for(text, at),
        (
            Step::AskBoth
            | Step::AskDelivery
            | Step::AskPayment
            | Step::Confirm
            | Step::AskOrderAddress { .. },
            None,
        ) => Intent::NotUnderstood,
    }
}

/// Words that are none of ours and answer no question. A short number is no name of anything.
fn looked_for(text: &str, at: At<'_>) -> Intent {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let find = Find::words(text, at.first);
    match find.filter(|_| count(text).is_none() || digits > SHORT_NUMBER) {
        Some(find) => Intent::Find(find),
        None if at.first => Intent::Greet,
        None => Intent::NotUnderstood,
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
    let text = text.trim();
    // What has paragraphs is no address: a bubble of ours that was sent back.
    text.chars().count() >= SHORTEST_ADDRESS
        && text.chars().any(char::is_numeric)
        && !text.contains("\n\n")
}

#[cfg(test)]
mod tests;
