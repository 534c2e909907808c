//! How long a customer may still change an order by themselves: the shop's rule beside the table of `lifecycle`, which
//! says what is possible at all. Pure.

use entity::{
    Timestamp,
    order::{self, DeliveryMethod, Status},
    shop::{Orders, Until},
};

use super::lifecycle::{self, Event};

const MINUTE_MS: i64 = 60_000;

/// Whether the customer may cancel the order now.
#[must_use]
pub fn may_cancel(rule: Orders, order: &order::Model, now: Timestamp) -> bool {
    let event = Event::CancelledByCustomer;
    let possible =
        lifecycle::next(order.status, order.payment_status, order.delivery_method, event).is_ok();
    let within_ms = i64::from(rule.cancel_minutes) * MINUTE_MS;
    let in_time = within_ms == 0 || now.ms() - order.placed_at.ms() <= within_ms;
    possible && in_time && before(rule.cancel_until, order.status)
}

/// Whether the customer may have the goods brought to another address now.
#[must_use]
pub fn may_change_address(rule: Orders, order: &order::Model) -> bool {
    order.delivery_method == DeliveryMethod::Delivery && before(rule.address_until, order.status)
}

/// Whether an order of this status is still before what ends the customer's time. Once it is on its way, it never is.
fn before(until: Until, status: Status) -> bool {
    match status {
        Status::AwaitingPayment | Status::Placed => until != Until::Never,
        Status::Accepted => until == Until::Shipped,
        Status::Ready | Status::Shipped | Status::Delivered | Status::Cancelled => false,
    }
}

#[cfg(test)]
mod tests {
    use entity::{
        CartId, ConversationId, CustomerId, OrderId, ShopId,
        order::{PaymentMethod, PaymentStatus},
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_795_417_200_000);

    fn order(status: Status) -> order::Model {
        order::Model {
            id: OrderId::new(NOW),
            shop_id: ShopId::new(NOW),
            customer_id: CustomerId::new(NOW),
            conversation_id: ConversationId::new(NOW),
            cart_id: CartId::new(NOW),
            cart_version: 1,
            number: "4829-1735".into(),
            status,
            payment_status: PaymentStatus::Unpaid,
            payment_method: PaymentMethod::CashOnDelivery,
            delivery_method: DeliveryMethod::Delivery,
            delivery_address: Some("Moda Caddesi 12/3, Kadıköy".into()),
            receiver_name: None,
            receiver_phone: None,
            currency: "TRY".into(),
            lines_minor: 100,
            tax_minor: 0,
            delivery_minor: 0,
            discount_minor: 0,
            total_minor: 100,
            paid_minor: 0,
            note: String::new(),
            language: "tr".into(),
            pay_until: None,
            terms_id: None,
            terms_accepted_at: None,
            terms_wamid: None,
            version: 1,
            placed_at: NOW,
            updated_at: NOW,
        }
    }

    const ALL: [Status; 7] = [
        Status::AwaitingPayment,
        Status::Placed,
        Status::Accepted,
        Status::Ready,
        Status::Shipped,
        Status::Delivered,
        Status::Cancelled,
    ];

    #[test]
    fn the_shop_says_how_far_an_order_may_be() {
        let open = |until| {
            let rule = Orders { cancel_until: until, ..Orders::default() };
            ALL.into_iter().filter(|&s| may_cancel(rule, &order(s), NOW)).collect::<Vec<_>>()
        };
        assert!(open(Until::Never).is_empty());
        assert_eq!(open(Until::Accepted), [Status::AwaitingPayment, Status::Placed]);
        let most = [Status::AwaitingPayment, Status::Placed, Status::Accepted];
        assert_eq!(open(Until::Shipped), most);
    }

    #[test]
    fn minutes_end_it_earlier() {
        let rule = Orders { cancel_minutes: 30, ..Orders::default() };
        let placed = order(Status::Placed);
        assert!(may_cancel(rule, &placed, NOW.plus_ms(30 * MINUTE_MS)));
        assert!(!may_cancel(rule, &placed, NOW.plus_ms(30 * MINUTE_MS + 1)));
        assert!(may_cancel(Orders::default(), &placed, NOW.plus_ms(90 * 24 * 60 * MINUTE_MS)));
    }

    #[test]
    fn an_address_changes_before_the_goods_leave() {
        let rule = Orders { address_until: Until::Shipped, ..Orders::default() };
        let open: Vec<_> =
            ALL.into_iter().filter(|&s| may_change_address(rule, &order(s))).collect();
        assert_eq!(open, [Status::AwaitingPayment, Status::Placed, Status::Accepted]);
        let fetched =
            order::Model { delivery_method: DeliveryMethod::Pickup, ..order(Status::Placed) };
        assert!(!may_change_address(rule, &fetched), "what is fetched goes to no address");
        assert!(!may_change_address(Orders::default(), &order(Status::Accepted)));
    }
}
