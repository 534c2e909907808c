//! What a customer does about a placed order: cancels it, has it brought elsewhere, talks to a person about it. What is
//! possible is decided when it is tapped, however old the bubble. Pure.

use entity::{
    address,
    order::{self, PaymentStatus, Status},
};

use super::{
    action::{Action, OrderAction},
    basket, destination, details, orders, questions,
    repeat::is_last,
    show::{self, Choice, Shown},
    step::{Chat, Decision, Step, StepError, to_menu},
    talk,
};
use crate::{
    order::{self as orders_room, Move, cut_off, lifecycle::Event, number},
    text::{Place, Saved, keeps, place, saved, t, t_with},
};

/// Orders that are offered to be cancelled, latest first.
const OFFERED: usize = 6;
/// Saved addresses that are offered, latest first.
const OFFERED_ADDRESSES: usize = 7;
/// Words of a text that lets the address be: `leave it at Rose Cottage, Church Lane` is another one.
const KEEPS: usize = 5;
/// UTF-16 units of an address.
const ADDRESS: usize = 500;

/// The order that it is about.
fn order_of(chat: &Chat) -> Option<&order::Model> {
    chat.view.order.as_ref().map(|(order, _)| order)
}

/// What there is to say when it is no order of the customer's.
fn unknown(chat: &Chat) -> Result<Decision, StepError> {
    Ok(Decision::say(to_menu(chat, &t(&chat.voice, "order-unknown"))?))
}

fn choice(chat: &Chat, order: &order::Model, action: OrderAction, key: &str) -> Choice {
    show::choice(&chat.voice, Action::OfOrder(order.number.clone(), action), key)
}

/// The way to the order as it stands.
fn to_order(chat: &Chat, order: &order::Model, key: &str) -> Choice {
    show::choice(&chat.voice, Action::Order(order.number.clone()), key)
}

fn named(chat: &Chat, order: &order::Model, key: &str) -> String {
    t_with(&chat.voice, key, [("number", (&order.number).into())])
}

/// Orders that the customer may cancel now, of the latest ones.
pub(super) fn cancellable(chat: &Chat) -> Vec<&order::Model> {
    let mut orders: Vec<_> = chat.view.orders.items.iter().collect();
    orders.retain(|order| cut_off::may_cancel(chat.shop.orders, order, chat.now));
    orders.truncate(OFFERED);
    orders
}

/// Somebody said "cancel", and nothing is open: an order may be meant, the cart, or the notices.
pub(super) fn ask_which(
    chat: &Chat,
    orders: &[&order::Model],
    stop: Choice,
    menu: Choice,
) -> Shown {
    let voice = &chat.voice;
    if let ([only], false) = (orders, basket::has_lines(chat)) {
        let cancel = choice(chat, only, OrderAction::Cancel, "cancel-order-button");
        return show::buttons(&named(chat, only, "ask-cancel-one"), vec![cancel, stop, menu]);
    }
    let row = |order: &&order::Model| {
        let total = show::price(voice, order.total_minor, &order.currency);
        let status = t(voice, orders::status_key(order.status));
        let hint = t_with(voice, "order-row", [("status", status.into()), ("total", total.into())]);
        let action = Action::OfOrder(order.number.clone(), OrderAction::Cancel);
        Choice::new(action, &order.number).hint(hint)
    };
    let rows = orders.iter().map(row).collect();
    let mut rest = Vec::new();
    if basket::has_lines(chat) {
        rest.push(show::choice(voice, Action::Cart, "cart-button"));
    }
    rest.push(show::choice(voice, Action::Orders(0), "orders-row"));
    rest.extend([stop, menu]);
    let sections =
        vec![(Some(t(voice, "cancel-title")), rows), (Some(t(voice, "menu-rest")), rest)];
    show::list(voice, &t(voice, "ask-cancel-which"), sections)
}

/// Asks once whether the order is really to be cancelled.
pub(super) fn cancel(chat: &Chat) -> Result<Decision, StepError> {
    let Some(order) = order_of(chat) else { return unknown(chat) };
    if !cut_off::may_cancel(chat.shop.orders, order, chat.now) {
        return too_late(chat, order, "cancel-too-late");
    }
    let total = show::price(&chat.voice, order.total_minor, &order.currency);
    let args = [("number", (&order.number).into()), ("total", total.into())];
    let mut body = t_with(&chat.voice, "cancel-ask", args);
    if let Some(money) = money(chat, order.payment_status == PaymentStatus::Paid, order.status) {
        body = format!("{body}\n{money}");
    }
    let choices = vec![
        choice(chat, order, OrderAction::CancelNow, "cancel-yes-button"),
        to_order(chat, order, "cancel-no-button"),
    ];
    let asked = number::digits(&order.number).map(|order| Step::AskCancel { order });
    // What binds is tapped: a yes that was typed is told so.
    if asked == Some(chat.step) {
        body = format!("{}\n\n{body}", t(&chat.voice, "please-tap"));
    }
    let step = match chat.step {
        Step::Start | Step::AskQuantity { .. } | Step::AskCancel { .. } => {
            asked.unwrap_or_default()
        }
        open => open,
    };
    Ok(Decision::say(show::buttons(&body, choices)?).wait(step))
}

/// What the chat waits for once it is answered whether an order is to be cancelled.
fn behind_question(step: Step) -> Step {
    if matches!(step, Step::AskCancel { .. }) { Step::Start } else { step }
}

/// Cancels it, unless it is too late.
pub(super) fn cancel_now(chat: &Chat) -> Result<Decision, StepError> {
    let Some(before) = order_of(chat) else { return unknown(chat) };
    if !cut_off::may_cancel(chat.shop.orders, before, chat.now) {
        return too_late(chat, before, "cancel-too-late");
    }
    let event = Event::CancelledByCustomer;
    let after = orders_room::moved(before, event, chat.now)?;
    let mut body = named(chat, &after, "told-cancelled_by_customer");
    let refund = after.payment_status == PaymentStatus::ToRefund;
    if let Some(money) = money(chat, refund, before.status) {
        body = format!("{body}\n{money}");
    }
    let choices = vec![
        to_order(chat, &after, "order-button"),
        show::choice(&chat.voice, Action::Menu(0), "menu-button"),
    ];
    let mut decision =
        Decision::say(show::buttons(&body, choices)?).wait(behind_question(chat.step));
    decision.order = Some(Move {
        before: before.clone(),
        after,
        event: event.name(),
        actor: "customer".to_owned(),
        why: String::new(),
    });
    Ok(decision)
}

/// What becomes of the money of a cancelled order, when there is anything to say.
fn money(chat: &Chat, refund: bool, before: Status) -> Option<String> {
    match before {
        _ if refund => Some(t(&chat.voice, "told-refund")),
        Status::AwaitingPayment => Some(t(&chat.voice, "cancel-transfer")),
        _ => None,
    }
}

/// It cannot be done any more: says so, shows how the order stands, offers a person.
fn too_late(chat: &Chat, order: &order::Model, key: &str) -> Result<Decision, StepError> {
    if order.status == Status::Cancelled {
        let lead = t(&chat.voice, "cancel-already");
        return shown(chat, Some(lead));
    }
    let status = t(&chat.voice, orders::status_key(order.status));
    let args = [("number", (&order.number).into()), ("status", status.into())];
    let choices = vec![
        choice(chat, order, OrderAction::Talk, "human-button"),
        to_order(chat, order, "order-button"),
        show::choice(&chat.voice, Action::Menu(0), "menu-button"),
    ];
    let reply = show::buttons(&t_with(&chat.voice, key, args), choices)?;
    Ok(Decision::say(reply).wait(behind_question(chat.step)))
}

/// The order as it stands, with a word before it.
fn shown(chat: &Chat, lead: Option<String>) -> Result<Decision, StepError> {
    Ok(match &chat.view.order {
        Some((order, lines)) => Decision::say(orders::view(chat, order, lines, lead)?),
        None => Decision::say(to_menu(chat, &t(&chat.voice, "order-unknown"))?),
    })
}

/// A person answers, with this order before them.
pub(super) fn talk(chat: &Chat) -> Result<Decision, StepError> {
    let Some(order) = order_of(chat) else { return unknown(chat) };
    let mut decision = talk::to_person(chat, &named(chat, order, "human-order"))?;
    decision.about_order = Some(order.id);
    Ok(decision)
}

/// Something that is no command was said about the order: shows what can be done about it. What the chat waits for
/// stays; where it waits for the address of this order, that is asked again.
pub(super) fn said(chat: &Chat, media: bool) -> Result<Decision, StepError> {
    let lead = if media { t(&chat.voice, "no-media") } else { t(&chat.voice, "not-understood") };
    if is_readdressed(chat) {
        return Ok(ask_address(chat, Some(lead))?.missed());
    }
    let lead = format!("{lead} {}", t(&chat.voice, "order-said"));
    Ok(shown(chat, Some(lead))?.wait(chat.step).missed())
}

/// The order whose transfer is waited for, when nothing else is.
pub(super) fn awaited(chat: &Chat) -> Option<&order::Model> {
    let mut orders = chat.view.orders.items.iter();
    orders.find(|o| o.status == Status::AwaitingPayment).filter(|_| !chat.step.in_checkout())
}

/// A picture or a file that comes then is most likely the proof of the transfer, which people look at.
pub(super) fn proof(chat: &Chat, order: &order::Model) -> Result<Decision, StepError> {
    let choices = vec![
        to_order(chat, order, "order-button"),
        choice(chat, order, OrderAction::Talk, "human-button"),
    ];
    let reply = show::buttons(&named(chat, order, "transfer-proof"), choices)?;
    let about_order = Some(order.id);
    // Whoever sends one after the other wants a person.
    Ok(Decision { about_order, ..Decision::say(reply) }.wait(chat.step).missed())
}

/// Whether the chat waits for the new address of the order that it is about.
fn is_readdressed(chat: &Chat) -> bool {
    let order = chat.view.order.as_ref().and_then(|(order, _)| number::digits(&order.number));
    matches!(chat.step, Step::AskOrderAddress { order: asked } if Some(asked) == order)
}

/// Asks where the order shall go instead.
pub(super) fn ask_address(chat: &Chat, lead: Option<String>) -> Result<Decision, StepError> {
    let Some(order) = order_of(chat) else { return unknown(chat) };
    if !cut_off::may_change_address(chat.shop.orders, order) {
        return too_late(chat, order, "address-too-late");
    }
    let voice = &chat.voice;
    let others: Vec<_> = chat
        .addresses
        .iter()
        .filter(|a| Some(questions::address_text(a)) != order.delivery_address)
        .take(OFFERED_ADDRESSES)
        .collect();
    let keep = to_order(chat, order, "keep-address-button");
    let with_lead = |question: String| match lead {
        Some(lead) => format!("{lead}\n\n{question}"),
        None => question,
    };
    let reply = if others.is_empty() {
        show::buttons(&with_lead(named(chat, order, "ask-order-address")), vec![keep])?
    } else {
        let row = |a: &&address::Model| {
            let picked = OrderAction::Address(Some(a.number));
            let title = t_with(voice, "address-row", [("number", a.number.into())]);
            Choice::new(Action::OfOrder(order.number.clone(), picked), title)
                .hint(questions::address_text(a))
        };
        let mut rows: Vec<_> = others.iter().map(row).collect();
        rows.push(choice(chat, order, OrderAction::Address(None), "new-address-row"));
        rows.push(keep);
        let body = with_lead(named(chat, order, "pick-order-address"));
        show::list(voice, &body, vec![(None, rows)])?
    };
    Ok(Decision::say(reply).wait(waiting(order)))
}

/// The chat waits for the new address of this order. A number that is none cannot be waited for.
fn waiting(order: &order::Model) -> Step {
    number::digits(&order.number).map_or(Step::Start, |order| Step::AskOrderAddress { order })
}

/// A saved address was tapped, or a new one is to be given.
pub(super) fn address_picked(chat: &Chat, picked: Option<i64>) -> Result<Decision, StepError> {
    let Some(order) = order_of(chat) else { return unknown(chat) };
    if !cut_off::may_change_address(chat.shop.orders, order) {
        return too_late(chat, order, "address-too-late");
    }
    let found = chat.addresses.iter().find(|a| Some(a.number) == picked);
    match found {
        Some(address) => readdress(chat, order, address.clone()),
        None => {
            let keep = to_order(chat, order, "keep-address-button");
            let reply = show::buttons(&named(chat, order, "ask-order-address"), vec![keep])?;
            Ok(Decision::say(reply).wait(waiting(order)))
        }
    }
}

/// A text or pin that was sent as the new address.
pub(super) fn address_given(
    chat: &Chat,
    text: &str,
    coordinates: Option<String>,
) -> Result<Decision, StepError> {
    let Some(order) = order_of(chat) else { return unknown(chat) };
    let which = saved(text).filter(|_| coordinates.is_none());
    let label = || show::is_label(&chat.voice, "keep-address-button", text);
    let keeps =
        || keeps(text) && place(text) != Place::Surely && text.split_whitespace().count() <= KEEPS;
    if which == Some(Saved::Latest) || (coordinates.is_none() && (keeps() || label())) {
        return shown(chat, None);
    }
    if !cut_off::may_change_address(chat.shop.orders, order) {
        return too_late(chat, order, "address-too-late");
    }
    if let Some(address) = which.and_then(|which| destination::named(chat, which)) {
        return readdress(chat, order, address.clone());
    }
    if coordinates.is_none() && place(text) == Place::Not {
        return said(chat, false);
    }
    let again = |key: &str| {
        let keep = to_order(chat, order, "keep-address-button");
        show::buttons(&t(&chat.voice, key), vec![keep])
    };
    let insists = is_last(chat, &again("ask-address-number")?);
    match destination::read(chat, text, coordinates, insists) {
        Ok(address) => readdress(chat, order, address),
        Err(key) => Ok(Decision::say(again(key)?).wait(waiting(order)).missed()),
    }
}

/// The order goes to `address` from now on; its history tells from where to where.
fn readdress(
    chat: &Chat,
    order: &order::Model,
    address: address::Model,
) -> Result<Decision, StepError> {
    let text = questions::address_text(&address);
    let same = order.delivery_address.as_ref() == Some(&text);
    let key = if same { "address-same" } else { "address-changed" };
    let short = show::short::<ADDRESS>(&text);
    let args = [("number", (&order.number).into()), ("address", short.into())];
    let choices = vec![
        to_order(chat, order, "order-button"),
        show::choice(&chat.voice, Action::Menu(0), "menu-button"),
    ];
    let mut body = t_with(&chat.voice, key, args);
    let receiver = details::readdressed(chat, order, &address);
    if (&receiver.name, &receiver.phone) != (&order.receiver_name, &order.receiver_phone) {
        body.push('\n');
        body.push_str(&details::who(&chat.voice, &receiver));
    }
    let mut decision = Decision::say(show::buttons(&body, choices)?);
    let address = details::remembering(chat, address, &receiver);
    decision.address = Some(address::Model { last_used_at: chat.now, ..address });
    if !same {
        decision.order = Some(orders_room::readdressed(order, text, receiver, chat.now));
    }
    Ok(decision)
}
