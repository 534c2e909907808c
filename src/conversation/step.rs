//! Which step a chat is at, and what an input means there. Pure.

use entity::{Timestamp, address, channel, conversation, customer, shop};
use serde::{Deserialize, Serialize};

use super::{
    action::Action,
    basket, checkout, menu, orders,
    show::{self, Shown},
    talk,
    view::View,
};
use crate::{
    cart::{CartError, Offers},
    message::{Content, Inbound, LimitError, NativeCart, Outbound, SystemEvent},
    order::place::Placement,
    text::{Lang, Word, t, word},
};

/// What the chat waits for. Everything else is in the cart and in the ids of bubbles, so that a saved chat goes on after
/// every upgrade; one that cannot be read starts anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Step {
    #[default]
    Start,
    /// A number typed now is the quantity of this variant.
    AskQuantity { code: i64 },
    /// A text or pin sent now is the address.
    AskAddress,
}

impl Step {
    /// As a conversation keeps it. What this version does not know is read as the start.
    #[must_use]
    pub fn read(stored: &serde_json::Value) -> Self {
        Self::deserialize(stored).unwrap_or_default()
    }

    /// As a conversation keeps it.
    #[must_use]
    pub fn write(self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What an input asks for, before anything is loaded.
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
    Quantity {
        code: i64,
        quantity: Option<u32>,
    },
    /// The product page that the message came from.
    About(String),
    Checkout,
    Back,
    Cancel,
    NoMedia,
    NotUnderstood,
    /// Nothing is answered; with a reason it is kept raw.
    Silent(Option<String>),
}

/// One chat with all that an input of it may look at.
#[derive(Clone, Debug)]
pub struct Chat {
    pub now: Timestamp,
    pub lang: Lang,
    pub shop: shop::Model,
    pub channel: channel::Model,
    pub customer: customer::Model,
    pub conversation: conversation::Model,
    pub step: Step,
    /// The open cart.
    pub cart: Option<entity::cart::Model>,
    /// The customer's, latest first.
    pub addresses: Vec<address::Model>,
    pub view: View,
    /// What stands before `/media/…` in links.
    pub public_url: String,
}

/// What follows from an input.
#[derive(Debug, Default)]
pub struct Decision {
    pub step: Step,
    pub replies: Vec<Outbound>,
    pub cart: Option<entity::cart::Model>,
    pub owner: Option<conversation::Owner>,
    pub language: Option<Lang>,
    /// Notices on or off.
    pub notices: Option<bool>,
    /// New, or used again.
    pub address: Option<address::Model>,
    pub placement: Option<Placement>,
    /// Why the input is only kept.
    pub kept: Option<String>,
}

impl Decision {
    /// One answer, and the chat waits for nothing special.
    #[must_use]
    pub fn say(reply: Outbound) -> Self {
        Self { replies: vec![reply], ..Self::default() }
    }

    #[must_use]
    pub fn wait(mut self, step: Step) -> Self {
        self.step = step;
        self
    }

    #[must_use]
    pub fn with_cart(mut self, cart: entity::cart::Model) -> Self {
        self.cart = Some(cart);
        self
    }
}

/// Why an input could not be decided; it becomes a dead letter with this reason.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error("an answer would break a limit: {0}")]
    Limit(#[from] LimitError),
    #[error("the cart cannot be summed: {0}")]
    Cart(#[from] CartError),
}

/// What an input asks for at `step`. Titles are never looked at, only ids.
#[must_use]
pub fn intent(inbound: &Inbound, step: Step, first: bool) -> Intent {
    match &inbound.content {
        Content::Text(text) => of_text(text, inbound.about_sku.as_deref(), step, first),
        Content::Tap { id } => id.parse().map_or(Intent::NotUnderstood, Intent::Do),
        Content::Cart(cart) => Intent::Native(cart.clone()),
        Content::Location { latitude, longitude, name, address } if step == Step::AskAddress => {
            let words: Vec<&str> = [name, address].into_iter().flatten().map(|s| &**s).collect();
            Intent::Address {
                text: words.join(", "),
                coordinates: Some(format!("{latitude},{longitude}")),
            }
        }
        Content::Location { .. } | Content::Contacts { .. } | Content::Unsupported => {
            Intent::NotUnderstood
        }
        Content::Media { .. } => Intent::NoMedia,
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

fn of_text(text: &str, about: Option<&str>, step: Step, first: bool) -> Intent {
    match word(text) {
        Some(Word::Greeting) => return Intent::Greet,
        Some(Word::Menu) => return Intent::Do(Action::Menu(0)),
        Some(Word::Cart) => return Intent::Do(Action::Cart),
        Some(Word::Orders) => return Intent::Do(Action::Orders(0)),
        Some(Word::Human) => return Intent::Do(Action::Human),
        Some(Word::Help) => return Intent::Do(Action::Help),
        Some(Word::Stop) => return Intent::Do(Action::Notices(false)),
        Some(Word::Start) => return Intent::Do(Action::Notices(true)),
        Some(Word::Back) => return Intent::Back,
        Some(Word::Cancel) => return Intent::Cancel,
        Some(Word::Checkout) => return Intent::Checkout,
        None => {}
    }
    match (step, about) {
        (_, Some(sku)) => Intent::About(sku.to_owned()),
        (Step::AskAddress, None) => {
            Intent::Address { text: text.trim().to_owned(), coordinates: None }
        }
        (Step::AskQuantity { code }, None) => match text.trim().parse::<i64>() {
            Ok(number) => {
                let quantity = u32::try_from(number)
                    .ok()
                    .filter(|n| (1..=crate::cart::MAX_QUANTITY).contains(n));
                Intent::Quantity { code, quantity }
            }
            Err(_) => Intent::NotUnderstood,
        },
        (Step::Start, None) if first => Intent::Greet,
        (Step::Start, None) => Intent::NotUnderstood,
    }
}

/// What follows from `intent` in `chat`.
///
/// # Errors
/// [`StepError`]: the input becomes a dead letter, nothing else happens.
pub fn decide(chat: &Chat, intent: Intent, offers: &Offers) -> Result<Decision, StepError> {
    let with_person = chat.conversation.owner == conversation::Owner::Person;
    let calls_shop = matches!(intent, Intent::Do(Action::Shop));
    if with_person && !calls_shop {
        // A person answers: the bot is silent, and what the chat waited for stays as it is.
        let kept = if let Intent::Silent(why) = intent { why } else { None };
        return Ok(Decision { step: chat.step, kept, ..Decision::default() });
    }
    match intent {
        Intent::Greet => menu::greet(chat),
        Intent::Do(action) => act(chat, action, offers),
        Intent::Native(cart) => basket::native(chat, &cart, offers),
        Intent::Address { text, coordinates } => {
            checkout::address_given(chat, &text, coordinates, offers)
        }
        Intent::Quantity { code, quantity } => basket::typed(chat, code, quantity, offers),
        Intent::About(sku) => menu::about(chat, &sku, offers),
        Intent::Checkout => checkout::begin(chat, offers),
        Intent::Back => match chat.step {
            Step::Start => menu::menu(chat, 0, None),
            _ => basket::show(chat, None, offers),
        },
        Intent::Cancel => talk::cancel(chat),
        Intent::NoMedia => menu::menu(chat, 0, Some(t(chat.lang, "no-media"))).map(stay(chat)),
        Intent::NotUnderstood => {
            menu::menu(chat, 0, Some(t(chat.lang, "not-understood"))).map(stay(chat))
        }
        Intent::Silent(kept) => Ok(Decision { step: chat.step, kept, ..Decision::default() }),
    }
}

/// The chat goes on waiting for what it waited for.
fn stay(chat: &Chat) -> impl Fn(Decision) -> Decision {
    let step = chat.step;
    move |decision| decision.wait(step)
}

fn act(chat: &Chat, action: Action, offers: &Offers) -> Result<Decision, StepError> {
    match action {
        Action::Menu(page) => menu::menu(chat, page, None),
        Action::Collection(..) => menu::collection(chat, offers),
        Action::Cards(_) => menu::cards(chat),
        Action::Catalog => menu::catalog(chat),
        Action::Product(_, page) => menu::product(chat, page, offers),
        Action::Variant(code) => menu::variant(chat, code, offers),
        Action::Add(code) => basket::add(chat, code, offers),
        Action::Buy(code) => basket::buy(chat, code, offers),
        Action::Cart => basket::show(chat, None, offers),
        Action::OfCart(of, action) => basket::of_cart(chat, of, action, offers),
        Action::Orders(page) => orders::list(chat, page),
        Action::Order(_) => orders::one(chat),
        Action::Human => talk::human(chat),
        Action::Shop => {
            let lead = Some(t(chat.lang, "human-back"));
            let mut decision = menu::menu(chat, 0, lead)?;
            decision.owner = Some(conversation::Owner::Bot);
            Ok(decision)
        }
        Action::Help => talk::help(chat),
        Action::Language(lang) => talk::language(chat, lang),
        Action::Notices(on) => talk::notices(chat, on),
    }
}

impl Chat {
    /// An absolute link for a picture: `/media/…` of ours gets the public URL in front.
    #[must_use]
    pub fn absolute(&self, link: &str) -> String {
        if link.starts_with('/') { format!("{}{link}", self.public_url) } else { link.to_owned() }
    }
}

/// A message with one button that leads to the menu.
pub(super) fn to_menu(chat: &Chat, body: &str) -> Shown {
    show::buttons(body, vec![show::choice(chat.lang, Action::Menu(0), "menu-button")])
}
