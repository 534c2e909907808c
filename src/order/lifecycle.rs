//! Every way in which an order and its payment can move. Nothing else assigns a status.

use std::{fmt, str::FromStr};

use entity::order::{
    DeliveryMethod::{self, Delivery, Pickup},
    PaymentStatus::{self, Paid, ToRefund, Unpaid, Void},
    Status::{self, Accepted, AwaitingPayment, Cancelled, Delivered, Placed, Ready, Shipped},
};

use Event::{
    AcceptedByShop, Arrived, CancelledByCustomer, CancelledByShop, HandedToCarrier, PaymentExpired,
    PaymentReceived, PickedUp, ReadyForPickup,
};

/// What can happen to a placed order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    PaymentReceived,
    /// The time for the transfer ran out.
    PaymentExpired,
    AcceptedByShop,
    ReadyForPickup,
    HandedToCarrier,
    Arrived,
    PickedUp,
    CancelledByShop,
    CancelledByCustomer,
}

/// Every way an order can move. A pair that is missing here is refused; only a payment may come without a row. How long
/// a customer may cancel by themselves, `cut_off` says.
pub const LIFECYCLE: &[(Status, Event, Status)] = &[
    (AwaitingPayment, PaymentReceived, Placed),
    (AwaitingPayment, PaymentExpired, Cancelled),
    (AwaitingPayment, CancelledByShop, Cancelled),
    (AwaitingPayment, CancelledByCustomer, Cancelled),
    (Placed, AcceptedByShop, Accepted),
    (Placed, CancelledByShop, Cancelled),
    (Placed, CancelledByCustomer, Cancelled),
    (Accepted, HandedToCarrier, Shipped),
    (Accepted, ReadyForPickup, Ready),
    (Accepted, CancelledByShop, Cancelled),
    (Accepted, CancelledByCustomer, Cancelled),
    (Shipped, Arrived, Delivered),
    (Ready, PickedUp, Delivered),
    (Ready, CancelledByShop, Cancelled),
];

/// Every way a payment can move. An event without a row leaves it as it is. Cash on delivery ships unpaid; money that
/// comes after a cancellation is owed back.
pub const PAYMENT_LIFECYCLE: &[(PaymentStatus, Event, PaymentStatus)] = &[
    (Unpaid, PaymentReceived, Paid),
    (Unpaid, PaymentExpired, Void),
    (Unpaid, CancelledByShop, Void),
    (Unpaid, CancelledByCustomer, Void),
    (Paid, CancelledByShop, ToRefund),
    (Paid, CancelledByCustomer, ToRefund),
    (Void, PaymentReceived, ToRefund),
];

/// Events that fit one way of delivery only.
const ONLY: &[(Event, DeliveryMethod)] = &[
    (HandedToCarrier, Delivery),
    (Arrived, Delivery),
    (ReadyForPickup, Pickup),
    (PickedUp, Pickup),
];

/// An order cannot move like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {status:?} and {payment:?} cannot take `{event}`")]
pub struct Refused {
    pub status: Status,
    pub payment: PaymentStatus,
    pub event: Event,
}

/// Where an order and its payment are after `event`.
///
/// # Errors
/// [`Refused`] when the tables have no such move; nothing has changed then.
pub fn next(
    status: Status,
    payment: PaymentStatus,
    delivery: DeliveryMethod,
    event: Event,
) -> Result<(Status, PaymentStatus), Refused> {
    let refused = Refused { status, payment, event };
    if ONLY.iter().any(|&(e, only)| e == event && only != delivery) {
        return Err(refused);
    }
    let moved =
        LIFECYCLE.iter().find_map(|&(from, e, to)| (from == status && e == event).then_some(to));
    let paid = PAYMENT_LIFECYCLE
        .iter()
        .find_map(|&(from, e, to)| (from == payment && e == event).then_some(to));
    match (moved, paid) {
        (None, Some(paid)) if event == PaymentReceived => Ok((status, paid)),
        (Some(moved), _) if event != PaymentReceived || paid.is_some() => {
            Ok((moved, paid.unwrap_or(payment)))
        }
        _ => Err(refused),
    }
}

impl Event {
    pub const ALL: [Self; 9] = [
        PaymentReceived,
        PaymentExpired,
        AcceptedByShop,
        ReadyForPickup,
        HandedToCarrier,
        Arrived,
        PickedUp,
        CancelledByShop,
        CancelledByCustomer,
    ];

    /// Its name in the history, the API and the chat scripts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PaymentReceived => "payment_received",
            PaymentExpired => "payment_expired",
            AcceptedByShop => "accepted_by_shop",
            ReadyForPickup => "ready_for_pickup",
            HandedToCarrier => "handed_to_carrier",
            Arrived => "arrived",
            PickedUp => "picked_up",
            CancelledByShop => "cancelled_by_shop",
            CancelledByCustomer => "cancelled_by_customer",
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no event of an order")]
pub struct UnknownEvent(pub String);

impl FromStr for Event {
    type Err = UnknownEvent;

    fn from_str(name: &str) -> Result<Self, UnknownEvent> {
        Self::ALL
            .into_iter()
            .find(|event| event.name() == name)
            .ok_or_else(|| UnknownEvent(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const FINAL: [Status; 2] = [Delivered, Cancelled];

    fn reachable() -> HashSet<(Status, PaymentStatus, DeliveryMethod)> {
        let mut seen = HashSet::new();
        let mut open = vec![];
        for delivery in [Delivery, Pickup] {
            open.push((AwaitingPayment, Unpaid, delivery));
            open.push((Placed, Unpaid, delivery));
        }
        while let Some(at @ (status, payment, delivery)) = open.pop() {
            if seen.insert(at) {
                for event in Event::ALL {
                    if let Ok((s, p)) = next(status, payment, delivery, event) {
                        open.push((s, p, delivery));
                    }
                }
            }
        }
        seen
    }

    #[test]
    fn every_status_can_be_reached() {
        let statuses: HashSet<_> = reachable().into_iter().map(|(s, ..)| s).collect();
        let all = [AwaitingPayment, Placed, Accepted, Ready, Shipped, Delivered, Cancelled];
        assert_eq!(statuses, HashSet::from(all));
        let payments: HashSet<_> = reachable().into_iter().map(|(_, p, _)| p).collect();
        assert_eq!(payments, HashSet::from([Unpaid, Paid, Void, ToRefund]));
    }

    #[test]
    fn final_ones_are_final() {
        for (from, event, _) in LIFECYCLE {
            assert!(!FINAL.contains(from), "{from:?} moves on {event}");
        }
    }

    #[test]
    fn from_everywhere_an_end_can_be_reached() {
        for (status, payment, delivery) in reachable() {
            let mut open = vec![(status, payment)];
            let mut seen = HashSet::new();
            let mut ends = false;
            while let Some((s, p)) = open.pop() {
                ends |= FINAL.contains(&s);
                if seen.insert((s, p)) {
                    open.extend(
                        Event::ALL.into_iter().filter_map(|e| next(s, p, delivery, e).ok()),
                    );
                }
            }
            assert!(ends, "{status:?} {payment:?} {delivery:?} is a dead end");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        let pairs: HashSet<_> = LIFECYCLE.iter().map(|(s, e, _)| (s, e)).collect();
        assert_eq!(pairs.len(), LIFECYCLE.len());
        let pairs: HashSet<_> = PAYMENT_LIFECYCLE.iter().map(|(s, e, _)| (s, e)).collect();
        assert_eq!(pairs.len(), PAYMENT_LIFECYCLE.len());
    }

    #[test]
    fn a_paid_order_is_not_paid_twice() {
        for status in [Placed, Accepted, Shipped, Delivered, Cancelled] {
            assert!(next(status, Paid, Delivery, PaymentReceived).is_err());
        }
    }

    #[test]
    fn money_that_comes_too_late_is_owed_back_and_the_order_stays_off() {
        assert_eq!(next(Cancelled, Void, Delivery, PaymentReceived), Ok((Cancelled, ToRefund)));
    }

    #[test]
    fn goods_for_pickup_are_not_handed_to_a_carrier() {
        assert!(next(Accepted, Paid, Pickup, HandedToCarrier).is_err());
        assert_eq!(next(Accepted, Paid, Pickup, ReadyForPickup), Ok((Ready, Paid)));
    }

    #[test]
    fn names_go_there_and_back() {
        for event in Event::ALL {
            assert_eq!(event.name().parse(), Ok(event));
        }
        assert!("shipped".parse::<Event>().is_err());
    }

    proptest! {
        /// Whatever comes in whatever order: money is owed back exactly when the order is off and money came.
        #[test]
        fn money_and_status_agree(
            picks in prop::collection::vec(0..Event::ALL.len(), 0..30),
            transfer: bool,
            pickup: bool,
        ) {
            let delivery = if pickup { Pickup } else { Delivery };
            let mut at = (if transfer { AwaitingPayment } else { Placed }, Unpaid);
            let mut money = false;
            for pick in picks {
                if let Ok(to) = next(at.0, at.1, delivery, Event::ALL[pick]) {
                    money |= Event::ALL[pick] == PaymentReceived;
                    at = to;
                }
                prop_assert_eq!(at.1 == ToRefund, at.0 == Cancelled && money);
                prop_assert_eq!(matches!(at.1, Paid | ToRefund), money);
                prop_assert!(at.0 != AwaitingPayment || at.1 == Unpaid);
            }
        }
    }
}
