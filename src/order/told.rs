//! What the customer is told when an order moves. Pure.

use entity::order::{self, PaymentStatus, Status};

use super::lifecycle::Event;
use crate::{
    message::{Button, Buttons, Outbound, Text},
    text::{Voice, t, t_with},
};

/// The message about `event`.
pub(super) fn message(
    voice: &Voice,
    order: &order::Model,
    event: Event,
    why: &str,
) -> Option<Outbound> {
    let key = match event {
        Event::PaymentReceived if order.status == Status::Cancelled => "told-payment_too_late",
        Event::PaymentReceived => "told-payment_received",
        Event::PaymentExpired => "told-payment_expired",
        Event::AcceptedByShop => "told-accepted_by_shop",
        Event::ReadyForPickup => "told-ready_for_pickup",
        Event::HandedToCarrier => "told-handed_to_carrier",
        Event::Arrived => "told-arrived",
        Event::PickedUp => "told-picked_up",
        Event::CancelledByShop => "told-cancelled_by_shop",
        Event::CancelledByCustomer => "told-cancelled_by_customer",
    };
    let mut body = t_with(voice, key, [("number", (&order.number).into())]);
    let cancelled = matches!(event, Event::CancelledByShop | Event::CancelledByCustomer);
    if cancelled && order.payment_status == PaymentStatus::ToRefund {
        body = format!("{body}\n{}", t(voice, "told-refund"));
    }
    if event == Event::CancelledByShop && !why.is_empty() {
        body = format!("{body}\n{}", t_with(voice, "told-why", [("why", why.into())]));
    }
    let button = Button {
        id: Text::cut(format!("order:{}", order.number)),
        title: Text::cut(t(voice, "order-button")),
    };
    Buttons::new(Text::cut(&body), vec![button]).ok().map(Outbound::Buttons)
}
