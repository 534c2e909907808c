//! Two at once, held at named points so that each meets the other at the worst moment.

use std::time::Duration;

use entity::{cart, conversation, order, order_event, outbox};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use sepet::{message::Outbound, platform::points::Gate, whatsapp::Webhooks};
use serde_json::json;

use super::proven;
use crate::harness::{Api, Person, Shop};
use crate::rush::{CONFIRM, PAY, PICKUP, available, orders, unpaced};

/// What waits for a lock is given so long to show that it does.
pub(super) const MOMENT: Duration = Duration::from_millis(100);

/// A cart of so many Turkish coffees, up to the confirmation.
pub(super) async fn ready_to_confirm<'a>(shop: &'a Shop, name: &str, count: i64) -> Person<'a> {
    let person = shop.customer(name).await;
    person.send_cart(&[("turk-100", count)]).await;
    person.tap(PICKUP).await;
    person.tap(PAY).await;
    person.news().await;
    person
}

/// The tap is stored; nobody has looked at it yet.
async fn confirmed_unseen(shop: &Shop, person: &Person<'_>) {
    let summary = person.newest_with(CONFIRM).await;
    person.post(Person::tap_message(&summary, CONFIRM)).await;
    shop.sim("POST", "/sim/flush", Some(json!({}))).await;
}

pub(super) async fn chats(shop: &Shop) -> usize {
    let platform = shop.app().platform().clone();
    sepet::conversation::turn(&platform, &Webhooks::new(platform.clone())).await.unwrap()
}

/// Another turn at the chats while one is held at `gate`: on PostgreSQL it passes the lane over, on SQLite it waits for the
/// writer.
pub(super) async fn passes_over(gate: &Gate, turn: impl Future<Output = usize>) {
    let mut turn = std::pin::pin!(turn);
    if let Ok(handled) = tokio::time::timeout(MOMENT, &mut turn).await {
        assert_eq!(handled, 0, "two of one lane at once");
        gate.open();
    } else {
        gate.open();
        turn.await;
    }
}

async fn stock_by(shop: &Shop, by: i64) -> Api {
    let changes = json!({"changes": [{"sku": "turk-100", "by": by}]});
    shop.api("POST", "/stock/changes", Some(changes)).await
}

async fn the_order(shop: &Shop) -> order::Model {
    order::Entity::find().one(shop.db().reader()).await.unwrap().unwrap()
}

on_both! {
    /// The order is decided and not written; somebody counts the stock down at this moment.
    async fn stock_that_changes_while_an_order_is_placed_waits_for_it(shop: &Shop; unpaced()) {
        let ayse = ready_to_confirm(shop, "Ayşe", 2).await;
        confirmed_unseen(shop, &ayse).await;
        let app = shop.app();
        let gate = app.platform().points.hold("chats.decided");
        let (handled, changed) = tokio::join!(chats(shop), async {
            gate.reached().await;
            let change = stock_by(shop, -48);
            tokio::pin!(change);
            let early = tokio::time::timeout(MOMENT, &mut change).await;
            assert!(early.is_err(), "the stock moves under an order that is decided");
            gate.open();
            change.await
        });
        assert_eq!((handled, changed.status.as_u16()), (1, 200));
        shop.settle().await;
        assert_eq!((orders(shop).await, available(shop, "turk-100").await), (1, 0));
        proven(&format!("between-stock-{}", shop.on.name()), "placed first: 1 order, 0 left; counted first: 0 orders, told so");
    }
}

on_both! {
    /// The other way round: the stock is counted down and not committed, and the order comes.
    async fn an_order_that_comes_while_stock_changes_sees_what_is_left(shop: &Shop; unpaced()) {
        let ayse = ready_to_confirm(shop, "Ayşe", 2).await;
        confirmed_unseen(shop, &ayse).await;
        let app = shop.app();
        let gate = app.platform().points.hold("api.written");
        let (changed, handled) = tokio::join!(stock_by(shop, -49), async {
            gate.reached().await;
            let turn = chats(shop);
            tokio::pin!(turn);
            let early = tokio::time::timeout(MOMENT, &mut turn).await;
            assert!(early.is_err(), "the order is decided over stock that is being changed");
            gate.open();
            turn.await
        });
        assert_eq!((handled, changed.status.as_u16()), (1, 200));
        shop.settle().await;
        assert_eq!((orders(shop).await, available(shop, "turk-100").await), (0, 1));
        let told = ayse.news().await;
        assert!(told.last().unwrap().body().contains("Türk Kahvesi"), "told what is short");
    }
}

on_both! {
    /// The parcel is handed over and not committed; somebody cancels. And the other way round.
    async fn an_order_is_shipped_or_cancelled_and_never_both(shop: &Shop; unpaced()) {
        for (first, second, ends) in [
            ("picked_up", "cancelled_by_shop", order::Status::Delivered),
            ("cancelled_by_shop", "picked_up", order::Status::Cancelled),
        ] {
            let db = shop.db();
            let ayse = ready_to_confirm(shop, first, 1).await;
            ayse.tap(CONFIRM).await;
            let newest = order::Entity::find().all(db.reader()).await.unwrap();
            let id = newest.iter().find(|order| order.status == order::Status::Placed).unwrap().id;
            let path = format!("/orders/{id}/events");
            let call = async |event: &str| -> Api {
                shop.api("POST", &path, Some(json!({"event": event}))).await
            };
            for step in ["accepted_by_shop", "ready_for_pickup"] {
                assert_eq!(call(step).await.status.as_u16(), 200, "{step}");
            }
            let before = order_event::Entity::find().count(db.reader()).await.unwrap();
            let app = shop.app();
            let gate = app.platform().points.hold("api.written");
            let (won, lost) = tokio::join!(call(first), async {
                gate.reached().await;
                let other = call(second);
                tokio::pin!(other);
                let early = tokio::time::timeout(MOMENT, &mut other).await;
                assert!(early.is_err(), "two move one order");
                gate.open();
                other.await
            });
            assert_eq!(won.status.as_u16(), 200, "{first}: {:?}", won.body);
            assert!([409, 412].contains(&lost.status.as_u16()), "{second}: {:?}", lost.body);
            let after = order::Entity::find_by_id(id).one(db.reader()).await.unwrap().unwrap();
            assert_eq!(after.status, ends, "{first} came first");
            let events = order_event::Entity::find().count(db.reader()).await.unwrap();
            assert_eq!(events, before + 1, "one of them is in the history");
            shop.settle().await;
        }
        proven(&format!("between-order-{}", shop.on.name()), "whoever comes first wins, the other gets 409 or 412");
    }
}

on_both! {
    /// The confirmation is decided and not written when another cart comes: it waits for its turn.
    async fn a_cart_that_comes_while_another_is_confirmed_is_the_next_one(shop: &Shop; unpaced()) {
        let ayse = ready_to_confirm(shop, "Ayşe", 2).await;
        confirmed_unseen(shop, &ayse).await;
        // It is stored before the confirmation is looked at, and stands behind it.
        ayse.post(Person::cart_message(&[("cezve", 1)])).await;
        shop.sim("POST", "/sim/flush", Some(json!({}))).await;
        let app = shop.app();
        let gate = app.platform().points.hold("chats.decided");
        let (handled, ()) = tokio::join!(chats(shop), async {
            gate.reached().await;
            passes_over(&gate, chats(shop)).await;
        });
        assert_eq!(handled, 1);
        shop.settle().await;
        let placed = the_order(shop).await;
        assert_eq!((orders(shop).await, placed.lines_minor), (1, 15_100));
        let open = cart::Entity::find().filter(cart::Column::Status.eq(cart::Status::Open));
        assert_eq!(open.count(shop.db().reader()).await.unwrap(), 1, "the other cart is open");
        proven(&format!("between-cart-{}", shop.on.name()), "1 order of what was confirmed, 1 open cart of what came");
    }
}

/// One answer leased and about to leave, held; the clock goes on by `seconds`; then it goes on.
async fn held_before_it_leaves(shop: &Shop, seconds: i64) -> outbox::Model {
    let app = shop.app();
    let gate = app.platform().points.hold("send.begins");
    let graph = sepet::whatsapp::Graph::new(app.platform().clone());
    let (sent, ()) = tokio::join!(sepet::outbox::turn(app.platform(), &graph), async {
        gate.reached().await;
        shop.advance(seconds);
        gate.open();
    });
    sent.unwrap();
    let rows = outbox::Entity::find().all(shop.db().reader()).await.unwrap();
    rows.into_iter().max_by_key(|row| row.sequence).unwrap()
}

on_both! {
    /// A sender that was held up: within its lease it sends, and the window is still open; behind it it does not send.
    async fn a_sender_that_was_held_up_never_writes_into_a_closed_window(shop: &Shop; unpaced()) {
        let ayse = shop.customer("Ayşe").await;
        for (held, sent) in [(39, true), (70, false)] {
            ayse.say("menü").await;
            // The last seconds in which the gate lets something through.
            shop.advance(24 * 3_600 - 62);
            let chat = conversation::Entity::find().one(shop.db().reader()).await.unwrap().unwrap();
            let txn = shop.db().begin_write().await.unwrap();
            let (now, news) = (shop.now(), Outbound::text("Siparişiniz hazır"));
            let purpose = outbox::Purpose::OrderUpdate;
            sepet::outbox::push(&txn, now, chat.id, purpose, &news, None).await.unwrap();
            txn.commit().await.unwrap();
            let row = held_before_it_leaves(shop, held).await;
            assert_eq!(row.state == outbox::State::Sent, sent, "held for {held} s: {row:?}");
            shop.pass(2).await;
            if !sent {
                let row = outbox::Entity::find_by_id(row.id).one(shop.db().reader()).await.unwrap().unwrap();
                assert_eq!(row.state, outbox::State::Held, "{row:?}");
                assert!(row.reason.is_some());
            }
        }
        let refused = shop.journal().await;
        let refused = refused.iter().filter(|e| e["response"]["error"]["code"] == 131_047);
        assert_eq!(refused.count(), 0, "WhatsApp had nothing to refuse");
        proven(&format!("between-window-{}", shop.on.name()), "held 39 s: sent in time; held 70 s: not sent, held with its reason");
    }
}
