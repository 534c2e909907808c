//! My orders, and the status of one. Pure.

use entity::{
    cart::{DeliveryMethod, PaymentMethod},
    order::{self, PaymentStatus, Status},
    order_line,
};

use super::{
    action::{Action, OrderAction},
    pickup,
    show::{self, Choice, LIST_BODY, Shown},
    step::{Chat, Decision, StepError, to_menu},
};
use crate::{
    message::Outbound,
    order::cut_off,
    text::{Voice, t, t_with},
};

/// Orders on one page of the list.
pub const PAGE: u32 = 8;
/// Orders whose news is told at once, when a person hands the chat back.
pub const UNTOLD: usize = 5;
/// UTF-16 units of an address or a note beside other things.
const PART: usize = 200;

/// The customer's orders, latest first.
pub(super) fn list(chat: &Chat) -> Result<Decision, StepError> {
    let voice = &chat.voice;
    if chat.view.orders.items.is_empty() {
        return Ok(Decision::say(to_menu(chat, &t(voice, "orders-none"))?));
    }
    let row = |order: &order::Model| {
        let total = show::price(voice, order.total_minor, &order.currency);
        let status = t(voice, status_key(order.status));
        let hint = t_with(voice, "order-row", [("status", status.into()), ("total", total.into())]);
        Choice::new(Action::Order(order.number.clone()), &order.number).hint(hint)
    };
    let mut rows: Vec<_> = chat.view.orders.items.iter().map(row).collect();
    rows.extend(chat.view.orders.more(voice, Action::Orders));
    rows.push(show::choice(voice, Action::Menu(0), "menu-button"));
    Ok(Decision::say(show::list(voice, &t(voice, "orders"), vec![(None, rows)])?))
}

/// One order of the customer.
pub(super) fn one(chat: &Chat) -> Result<Decision, StepError> {
    match &chat.view.order {
        Some((order, lines)) => Ok(Decision::say(view(chat, order, lines, None)?)),
        None => Ok(Decision::say(to_menu(chat, &t(&chat.voice, "order-unknown"))?)),
    }
}

/// An order as a message: how it stands, what happens next, what it holds, and what can be done about it.
pub(super) fn view(
    chat: &Chat,
    order: &order::Model,
    lines: &[order_line::Model],
    lead: Option<String>,
) -> Shown {
    let voice = &chat.voice;
    let price = |minor| show::price(voice, minor, &order.currency);
    let status = t(voice, status_key(order.status));
    let mut head =
        t_with(voice, "order", [("number", (&order.number).into()), ("status", status.into())]);
    if let Some(key) = next_key(order) {
        head = format!("{head}\n{}", t(voice, key));
    }
    let head = lead.map_or_else(|| head.clone(), |lead| format!("{lead}\n\n{head}"));
    let text = |line: &order_line::Model| {
        t_with(
            voice,
            "cart-line",
            [
                ("quantity", i64::from(line.quantity).into()),
                ("title", (&line.title).into()),
                ("total", price(line.line_total_minor).into()),
            ],
        )
    };
    let texts: Vec<_> = lines.iter().map(text).collect();
    let total = t_with(voice, "cart-total", [("total", price(order.total_minor).into())]);
    let tail = format!("{total}\n{}", terms(chat, order));
    let body = show::fitted(voice, &format!("{head}\n"), &texts, &tail, LIST_BODY);
    let rest = vec![
        show::choice(voice, Action::Orders(0), "orders-row"),
        show::choice(voice, Action::Menu(0), "menu-button"),
    ];
    let sections = vec![
        (Some(t(voice, "order-title")), acts(chat, order)),
        (Some(t(voice, "menu-rest")), rest),
    ];
    show::list(voice, &body, sections)
}

/// What can be done about an order now.
fn acts(chat: &Chat, order: &order::Model) -> Vec<Choice> {
    let row =
        |action, key| show::choice(&chat.voice, Action::OfOrder(order.number.clone(), action), key);
    let mut rows = vec![row(OrderAction::Receipt(0), "receipt-row")];
    if cut_off::may_change_address(chat.shop.orders, order) {
        rows.push(row(OrderAction::AskAddress, "order-address-row"));
    }
    if cut_off::may_cancel(chat.shop.orders, order, chat.now) {
        rows.push(row(OrderAction::Cancel, "cancel-order-row"));
    }
    let again = Action::Again(Some(order.number.clone()));
    rows.push(show::choice(&chat.voice, again, "order-again-row"));
    rows.push(row(OrderAction::Talk, "order-talk-row"));
    rows
}

/// Note, way to the customer and payment of an order.
pub(super) fn terms(chat: &Chat, order: &order::Model) -> String {
    let voice = &chat.voice;
    let mut parts = Vec::new();
    let note = show::short::<PART>(&order.note);
    if !note.is_empty() {
        parts.push(t_with(voice, "cart-note", [("note", note.into())]));
    }
    parts.push(String::new());
    parts.push(match &order.delivery_address {
        Some(address) => {
            let address = show::short::<PART>(address);
            t_with(voice, "summary-delivery", [("address", address.into())])
        }
        // Whoever has it, or will not get it, need not know whether somebody is there.
        None if matches!(order.status, Status::Delivered | Status::Cancelled) => {
            pickup::address(chat)
        }
        None => pickup::place(chat),
    });
    parts.extend(receiver_line(chat, order));
    match order.payment_status {
        PaymentStatus::Paid => parts.push(t(voice, "payment-paid")),
        PaymentStatus::ToRefund => parts.push(t(voice, "payment-to_refund")),
        PaymentStatus::Unpaid => {
            let pickup = order.delivery_method == DeliveryMethod::Pickup;
            parts.push(payment_line(voice, order.payment_method, pickup));
            if order.status == Status::AwaitingPayment {
                parts.push(format!("\n{}", transfer_text(chat, order)));
            }
        }
        PaymentStatus::Void => {}
    }
    parts.join("\n")
}

/// What the customer may expect next; after the end there is nothing more.
fn next_key(order: &order::Model) -> Option<&'static str> {
    Some(match (order.status, order.delivery_method) {
        (Status::AwaitingPayment, _) => "placed-next-transfer",
        (Status::Placed, _) => "next-placed",
        (Status::Accepted, DeliveryMethod::Delivery) => "placed-next-delivery",
        (Status::Accepted, DeliveryMethod::Pickup) => "placed-next-pickup",
        (Status::Ready, _) => "next-ready",
        (Status::Shipped, _) => "next-shipped",
        (Status::Delivered, _) => "next-delivered",
        (Status::Cancelled, _) => return None,
    })
}

/// What happened to orders while a person had the chat.
pub(super) fn untold(chat: &Chat) -> Option<String> {
    let voice = &chat.voice;
    let line = |order: &order::Model| {
        let status = t(voice, status_key(order.status));
        t_with(
            voice,
            "untold-line",
            [("number", (&order.number).into()), ("status", status.into())],
        )
    };
    let lines: Vec<_> = chat.view.untold.iter().map(line).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", t(voice, "untold"), lines.join("\n")))
}

/// The same as a message of its own, when there is any.
pub(super) fn untold_news(chat: &Chat) -> Result<Option<Outbound>, StepError> {
    let Some(news) = untold(chat) else { return Ok(None) };
    let choices = vec![
        show::choice(&chat.voice, Action::Orders(0), "orders-button"),
        show::choice(&chat.voice, Action::Menu(0), "menu-button"),
    ];
    Ok(Some(show::buttons(&news, choices)?))
}

/// Who receives the order, when it is not the customer as WhatsApp knows them.
fn receiver_line(chat: &Chat, order: &order::Model) -> Option<String> {
    let name = order.receiver_name.as_deref().filter(|name| *name != chat.customer.name);
    let own = [chat.customer.phone.as_deref(), chat.customer.contact_phone.as_deref()];
    let phone = order.receiver_phone.as_deref().filter(|phone| !own.contains(&Some(*phone)));
    let who: Vec<&str> = [name, phone].into_iter().flatten().collect();
    (!who.is_empty())
        .then(|| t_with(&chat.voice, "summary-receiver", [("who", who.join(", ").into())]))
}

/// How much is to be transferred where, within which time.
pub(super) fn transfer_text(chat: &Chat, order: &order::Model) -> String {
    const HOUR_MS: i64 = 60 * 60 * 1_000;
    let left_ms = order.pay_until.map_or(0, |end| end.ms() - chat.now.ms());
    let hours = (left_ms + HOUR_MS - 1).div_euclid(HOUR_MS).max(1);
    let total = show::price(&chat.voice, order.total_minor, &order.currency);
    let ask = t_with(
        &chat.voice,
        "placed-transfer",
        [("total", total.into()), ("hours", hours.into()), ("number", (&order.number).into())],
    );
    format!("{ask}\n{}", chat.shop.checkout.bank_account)
}

pub(super) fn payment_line(voice: &Voice, method: PaymentMethod, pickup: bool) -> String {
    match method {
        PaymentMethod::CashOnDelivery if pickup => t(voice, "summary-cash-pickup"),
        PaymentMethod::CashOnDelivery => t(voice, "summary-cash"),
        PaymentMethod::BankTransfer => t(voice, "summary-transfer"),
    }
}

pub(super) fn status_key(status: Status) -> &'static str {
    match status {
        Status::AwaitingPayment => "status-awaiting_payment",
        Status::Placed => "status-placed",
        Status::Accepted => "status-accepted",
        Status::Ready => "status-ready",
        Status::Shipped => "status-shipped",
        Status::Delivered => "status-delivered",
        Status::Cancelled => "status-cancelled",
    }
}
