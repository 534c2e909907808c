//! Which step a chat is at, and what follows from an input there. Pure.

use std::sync::Arc;

use entity::{OrderId, Timestamp, address, channel, conversation, customer, inbox, shop};
use serde::{Deserialize, Serialize};

use super::{
    action::{Action, OrderAction},
    again, asked, basket, cards, change, checkout, closed, destination, details,
    find::{self, Find},
    form, heard, in_words, incoming, instead,
    intent::{Intent, QUANTITY_WAITS_MS},
    linked, menu, order_acts, orders, receipt,
    repeat::{self, Said},
    show::{self, Shown},
    talk,
    view::View,
};
use crate::{
    cart::{CartError, Offers},
    message::{LimitError, Outbound},
    order::{Move, Refused, place::Placement},
    text::{Lang, Voice, t},
};

/// What the chat waits for. Everything else is in the cart and in the ids of bubbles, so that a saved chat goes on after
/// every upgrade; one that cannot be read starts anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Step {
    #[default]
    Start,
    /// A number typed now is the quantity of this variant.
    AskQuantity {
        code: i64,
    },
    /// A text or pin sent now is the address.
    AskAddress,
    /// Two carts: which shall it be.
    AskBoth,
    /// A text sent now is the note of the cart.
    AskCartNote,
    /// A text sent now says who receives.
    AskReceiver,
    /// A number typed now is the one to call.
    AskContact,
    /// A text sent now is the note.
    AskNote,
    /// The payment or the summary is asked for, and a text sent now is the door behind the pin.
    AskDoor,
    /// These questions are answered by buttons, or in words; what is not understood asks them again.
    AskDelivery,
    AskPayment,
    /// The summary waits to be confirmed.
    Confirm,
    /// A text or pin sent now is the new address of a placed order, named by the digits of its number.
    AskOrderAddress {
        order: i64,
    },
    /// Whether a placed order, named by the digits of its number, is to be cancelled.
    AskCancel {
        order: i64,
    },
}

impl Step {
    /// Whether a question of the checkout is open.
    #[must_use]
    pub fn in_checkout(self) -> bool {
        self.is_typed()
            || matches!(self, Self::AskDelivery | Self::AskPayment | Self::Confirm | Self::AskDoor)
    }

    /// Whether the open question of the checkout is answered by a text.
    #[must_use]
    pub fn is_typed(self) -> bool {
        matches!(self, Self::AskAddress | Self::AskReceiver | Self::AskContact | Self::AskNote)
    }

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

/// One chat with all that an input of it may look at.
#[derive(Clone, Debug)]
pub struct Chat {
    pub now: Timestamp,
    /// Speaks to the customer.
    pub voice: Voice,
    /// The language that this input was written in, when the chat goes on in it: another than before, which was guessed.
    pub heard: Option<Lang>,
    pub shop: Arc<shop::Model>,
    pub channel: Arc<channel::Model>,
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
    /// A cart whose life is over.
    pub expired: Option<entity::cart::Model>,
    pub owner: Option<conversation::Owner>,
    pub language: Option<Lang>,
    /// Notices on or off.
    pub notices: Option<bool>,
    /// New, or used again.
    pub address: Option<address::Model>,
    /// A number to call that the customer typed.
    pub contact_phone: Option<String>,
    pub placement: Option<Placement>,
    /// What happens to a placed order.
    pub order: Option<Move>,
    /// Which order a person is asked about from now on.
    pub about_order: Option<OrderId>,
    /// The input led nowhere: it was not understood, or was no answer to what was asked.
    pub missed: bool,
    /// What the conversation remembers of the answer.
    pub said: Option<Said>,
    /// The link that was opened.
    pub link: Option<entity::LinkId>,
    /// Why the input is only kept.
    pub kept: Option<String>,
}

impl Decision {
    /// How the input ends.
    #[must_use]
    pub fn state(&self) -> inbox::State {
        if self.kept.is_some() { inbox::State::Kept } else { inbox::State::Done }
    }

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

    /// The input led nowhere.
    #[must_use]
    pub fn missed(mut self) -> Self {
        self.missed = true;
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
    #[error(transparent)]
    Order(#[from] Refused),
}

/// What follows from `intent` in `chat`. The same is never said three times in a row.
///
/// # Errors
/// [`StepError`]: the input becomes a dead letter, nothing else happens.
pub fn decide(chat: &Chat, intent: Intent, offers: &Offers) -> Result<Decision, StepError> {
    let mut decision = answer(chat, intent, offers)?;
    // A person who answered from the phone has let go without a word: what happened meanwhile comes first.
    if chat.conversation.owner == conversation::Owner::Bot
        && let Some(news) = orders::untold(chat)
    {
        decision.replies = decision.replies.into_iter().map(|r| r.led_by(&news)).collect();
    }
    repeat::watched(chat, decision)
}

fn answer(chat: &Chat, intent: Intent, offers: &Offers) -> Result<Decision, StepError> {
    let with_person = chat.conversation.owner == conversation::Owner::Person;
    if with_person && intent != Intent::Do(Action::Shop) {
        // A person answers: the bot is silent, and what the chat waited for stays as it is. Who wants no more news is
        // heard all the same.
        let mut decision = Decision { step: chat.step, ..Decision::default() };
        match intent {
            Intent::Silent(why) => decision.kept = why,
            Intent::Do(Action::Notices(on)) | Intent::Notices(on) => decision.notices = Some(on),
            Intent::OrderSaid { .. } => {
                decision.about_order = chat.view.order.as_ref().map(|(order, _)| order.id);
            }
            _ => {}
        }
        return Ok(decision);
    }
    let mut decision = of_intent(chat, intent, offers)?;
    closed::settle(chat, &mut decision);
    instead::offer(chat, &mut decision, offers)?;
    Ok(decision)
}

fn of_intent(chat: &Chat, intent: Intent, offers: &Offers) -> Result<Decision, StepError> {
    match intent {
        Intent::Greet => greet(chat, offers),
        Intent::Find(find) => find::answer(chat, &find, offers),
        Intent::Do(action) => act(chat, action, offers),
        Intent::Native(cart) => incoming::native(chat, &cart, offers),
        Intent::Link(_) => linked::open(chat, offers),
        Intent::Note(text) => change::note(chat, &text, offers),
        Intent::Address { text, coordinates } => {
            destination::given(chat, &text, coordinates, offers)
        }
        Intent::Form { fields, token } => form::filled(chat, &fields, token.as_deref(), offers),
        Intent::Told(text) => details::told(chat, &text, offers),
        Intent::Quantity { code, quantity } => basket::typed(chat, code, quantity, offers),
        Intent::AskQuantity { code } => basket::ask_quantity(chat, code, offers),
        Intent::Wanted { code } => basket::wanted(chat, code, offers),
        Intent::About(sku) => menu::about(chat, &sku, offers),
        Intent::OrderSaid { media, .. } => order_acts::said(chat, media),
        Intent::OrderAddress { text, coordinates, .. } => {
            order_acts::address_given(chat, &text, coordinates)
        }
        Intent::Chosen(chosen) => in_words::chosen(chat, chosen, offers),
        Intent::Checkout => match chat.step {
            // Whoever wants to order what is summed up needs to know how.
            Step::Confirm if basket::has_lines(chat) => in_words::agreed(chat, offers),
            // What was shown is all that there is to buy; after a while it is asked for again.
            Step::AskQuantity { code } if basket::is_none(chat) && is_late(chat) => {
                basket::ask_quantity(chat, code, offers)
            }
            Step::AskQuantity { code } if basket::is_none(chat) => basket::buy(chat, code, offers),
            _ => checkout::begin(chat, None, offers),
        },
        Intent::Asked(question) => asked::answer(chat, question, None, offers),
        Intent::Yes => yes(chat, offers),
        Intent::No => no(chat, offers),
        Intent::Back if chat.step != Step::Start && basket::has_lines(chat) => {
            checkout::back(chat, offers)
        }
        Intent::Back => menu::menu(chat, 0, None),
        Intent::Cancel => talk::cancel(chat),
        Intent::CancelOrder => talk::cancel_order(chat),
        Intent::Thanks => Ok(talk::thanks(chat)),
        Intent::Picture if let Some(order) = order_acts::awaited(chat) => {
            order_acts::proof(chat, order)
        }
        Intent::NoMedia | Intent::Picture => not_understood(chat, "no-media", offers),
        Intent::NoContact => not_understood(chat, "no-contact", offers),
        Intent::OwnNumber => heard::own_number(chat, offers),
        Intent::Edited { text, .. } => heard::edited(chat, &text, offers),
        Intent::Echo => Ok(heard::echo(chat)),
        Intent::Notices(on) => {
            Ok(Decision { step: chat.step, notices: Some(on), ..Decision::default() })
        }
        Intent::NotUnderstood => not_understood(chat, "not-understood", offers),
        Intent::Silent(kept) => Ok(Decision { step: chat.step, kept, ..Decision::default() }),
    }
}

/// Whether what was asked last is no longer answered by a number.
fn is_late(chat: &Chat) -> bool {
    let last = chat.conversation.last_inbound_at;
    last.is_some_and(|last| chat.now.ms() - last.ms() > QUANTITY_WAITS_MS)
}

/// Greets. An open question of the checkout with buttons comes again; out of one that is answered by a text the menu leads.
fn greet(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let by_buttons = chat.step.in_checkout() && !chat.step.is_typed();
    if by_buttons && basket::has_lines(chat) {
        return checkout::ask_again(chat, menu::welcome(chat), offers);
    }
    menu::greet(chat)
}

/// A yes to whatever was asked. What binds is tapped.
fn yes(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    let please = t(&chat.voice, "please-tap");
    if repeat::is_offered_a_person(chat) {
        return talk::human(chat);
    }
    if chat.step == Step::Confirm && basket::has_lines(chat) {
        return in_words::agreed(chat, offers);
    }
    if chat.step.in_checkout() && basket::has_lines(chat) {
        return Ok(checkout::ask_again(chat, please, offers)?.missed());
    }
    match chat.step {
        Step::AskQuantity { code } => basket::ask_quantity(chat, code, offers),
        _ if basket::has_lines(chat) => basket::show(chat, Some(please), offers),
        _ => talk::left(chat),
    }
}

/// A no to whatever was asked: there is something else.
fn no(chat: &Chat, offers: &Offers) -> Result<Decision, StepError> {
    match chat.step {
        Step::Confirm => checkout::change(chat, offers),
        Step::AskDelivery | Step::AskPayment | Step::AskBoth => {
            not_understood(chat, "not-understood", offers)
        }
        _ => talk::left(chat),
    }
}

/// Says so, and asks again what was asked; without a question, shows the menu. The chat goes on waiting for what it
/// waited for.
pub(super) fn not_understood(
    chat: &Chat,
    key: &str,
    offers: &Offers,
) -> Result<Decision, StepError> {
    let lead = t(&chat.voice, key);
    if chat.step.in_checkout() && basket::has_lines(chat) {
        let lead = if chat.step.is_typed() {
            lead
        } else {
            format!("{lead} {}", t(&chat.voice, "please-tap"))
        };
        return Ok(checkout::ask_again(chat, lead, offers)?.missed());
    }
    if chat.step == Step::AskBoth && chat.cart.as_ref().is_some_and(|c| c.pending.is_some()) {
        let lead = format!("{lead} {}", t(&chat.voice, "please-tap"));
        return Ok(basket::show(chat, Some(lead), offers)?.missed());
    }
    let lead = format!("{lead} {}", t(&chat.voice, "menu-instead"));
    Ok(menu::menu(chat, 0, Some(lead))?.wait(chat.step).missed())
}

fn act(chat: &Chat, action: Action, offers: &Offers) -> Result<Decision, StepError> {
    match action {
        Action::Menu(from) => menu::menu(chat, from, None),
        Action::Collection(..) => menu::collection(chat, offers),
        Action::Cards(_) => cards::all(chat),
        Action::CardsFrom(_, from) => cards::from(chat, from),
        Action::CardRanges(_, page) => cards::more(chat, page),
        Action::Catalog => cards::catalog(chat),
        Action::Product(_, page) => menu::product(chat, page, offers),
        Action::Variant(code) => menu::variant(chat, code, offers),
        Action::Find(page, query) => {
            find::answer(chat, &Find { query, page, ..Find::default() }, offers)
        }
        Action::Add(code) => basket::add(chat, code, offers),
        Action::Buy(code) => basket::buy(chat, code, offers),
        Action::Cart => basket::show(chat, None, offers),
        Action::Restore => closed::restore_latest(chat, offers),
        Action::Again(_) => again::again(chat, offers),
        Action::OfCart(of, action) => basket::of_cart(chat, of, action, offers),
        Action::Orders(_) => orders::list(chat),
        Action::Order(_) => orders::one(chat),
        Action::OfOrder(_, action) => of_order(chat, action),
        Action::Human => talk::human(chat),
        Action::Shop => talk::shop(chat, offers),
        Action::Help => talk::help(chat),
        Action::Languages => talk::languages(chat),
        Action::Language(lang) => talk::language(chat, lang, offers),
        Action::Notices(on) => talk::notices(chat, on),
    }
}

fn of_order(chat: &Chat, action: OrderAction) -> Result<Decision, StepError> {
    match action {
        OrderAction::Cancel => order_acts::cancel(chat),
        OrderAction::CancelNow => order_acts::cancel_now(chat),
        OrderAction::AskAddress => order_acts::ask_address(chat, None),
        OrderAction::Address(picked) => order_acts::address_picked(chat, picked),
        OrderAction::Receipt(from) => receipt::shown(chat, from),
        OrderAction::Talk => order_acts::talk(chat),
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
    show::buttons(body, vec![show::choice(&chat.voice, Action::Menu(0), "menu-button")])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_step_of_another_version_is_read_as_the_start() {
        for stored in [json!(null), json!({}), json!({"at": "ask_moon"}), json!("x"), json!([])] {
            assert_eq!(Step::read(&stored), Step::Start, "{stored}");
        }
        for step in [
            Step::AskQuantity { code: 9 },
            Step::AskAddress,
            Step::AskDelivery,
            Step::AskDoor,
            Step::Confirm,
            Step::AskOrderAddress { order: 48_291_735 },
            Step::AskCancel { order: 48_291_735 },
        ] {
            assert_eq!(Step::read(&step.write()), step);
        }
    }
}
