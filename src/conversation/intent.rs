//! What an input asks for, before anything is loaded. Pure. Titles are never looked at, only ids.

mod text;
mod ways;

use std::collections::BTreeMap;

use super::{action::Action, context::Context, find::Find, step::Step};
use crate::{
    cart::link::token::Token,
    catalog::search::only_fillers,
    message::{Content, Inbound, MediaKind, NativeCart, PhoneNumber, SystemEvent},
    order::number,
    text::{Lang, Question, Topic},
};

use self::text::of_text;
pub(super) use self::text::{QUANTITY_WAITS_MS, has_number};
pub use self::ways::Chosen;

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
    /// The variant that was shown is wanted, however many.
    Wanted {
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
    /// A question, where an answer of another kind is waited for.
    Asked(Question),
    /// How the goods are got or paid, in words.
    Chosen(Chosen),
    Checkout,
    /// To a question. An order is placed by a tap alone: a yes asks for it.
    Yes,
    No,
    Back,
    Cancel,
    /// An order shall not be, whichever it is.
    CancelOrder,
    Thanks,
    NoMedia,
    /// A picture or a file without a word.
    Picture,
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
        Intent::Find(_)
        | Intent::Greet
        | Intent::NotUnderstood
        | Intent::AskQuantity { .. }
        | Intent::Wanted { .. }
        | Intent::Do(Action::Buy(_)) => true,
        Intent::Address { .. }
        | Intent::OrderAddress { .. }
        | Intent::Asked(_)
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
                Intent::Find(find) => Intent::Find(Find { media: true, address: None, ..find }),
                // What is in the picture?
                Intent::Asked(asked) if asked.topic == Topic::Other => Intent::NoMedia,
                // Of what is in the picture, and not of what was shown.
                Intent::Wanted { .. } | Intent::Do(Action::Buy(_)) => Intent::NoMedia,
                // A picture of the house is no address.
                Intent::Address { text, .. } if text.chars().count() < CAPTION_ADDRESS => {
                    Intent::NoMedia
                }
                asked => asked,
            }
        }
        // It is no note, and says that there is none.
        Content::Media { kind: MediaKind::Sticker, .. } if at.step == Step::AskCartNote => {
            of_order(at, true).unwrap_or(Intent::Do(Action::Cart))
        }
        Content::Media { kind: MediaKind::Image | MediaKind::Document, caption: None, .. } => {
            of_order(at, true).unwrap_or(Intent::Picture)
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

#[cfg(test)]
mod tests;
