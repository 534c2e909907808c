//! Somebody wants no more notices at the worst moment, held there: while news of their order leaves, while the shop
//! writes some, while they say the opposite, while they become one with themselves. What was wanted last holds, by the
//! stricter of two when they become one; of their own orders they are told all the same.

use entity::{
    OrderId, customer, identity, order,
    outbox::{self, Purpose},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{
    between::{MOMENT, chats, passes_over, ready_to_confirm},
    proven,
};
use crate::harness::{Api, Person, Shop};
use crate::rush::{CONFIRM, unpaced};

async fn buys(shop: &Shop, person: &Person<'_>) -> OrderId {
    person.tap(CONFIRM).await;
    person.news().await;
    let placed = order::Entity::find().filter(order::Column::Status.eq(order::Status::Placed));
    placed.one(shop.db().reader()).await.unwrap().unwrap().id
}

async fn happens(shop: &Shop, id: OrderId, event: &str) -> Api {
    shop.api("POST", &format!("/orders/{id}/events"), Some(json!({ "event": event }))).await
}

async fn customer_of(shop: &Shop, person: &Person<'_>) -> customer::Model {
    let name = identity::Entity::find().filter(identity::Column::Value.eq(&person.phone));
    let name = name.one(shop.db().reader()).await.unwrap().unwrap();
    let row = customer::Entity::find_by_id(name.customer_id).one(shop.db().reader()).await;
    row.unwrap().unwrap()
}

async fn stopped(shop: &Shop, person: &Person<'_>) -> bool {
    customer_of(shop, person).await.notices_stopped_at.is_some()
}

/// It is stored; nobody has looked at it yet.
async fn said_unseen(shop: &Shop, person: &Person<'_>, text: &str) {
    person.post(json!({"type": "text", "body": text})).await;
    shop.sim("POST", "/sim/flush", Some(json!({}))).await;
}

/// The switch in WhatsApp's own settings, told by a webhook.
async fn switched_unseen(shop: &Shop, person: &Person<'_>, value: &str) {
    let path = format!("/sim/customers/{}/preferences", person.id);
    shop.sim("POST", &path, Some(json!({ "value": value }))).await;
    shop.sim("POST", "/sim/flush", Some(json!({}))).await;
}

/// Everything that ever was decided needs no consent: answers and news of the customer's own orders.
async fn nothing_needs_consent(shop: &Shop) {
    let rows = outbox::Entity::find().all(shop.db().reader()).await.unwrap();
    for row in rows {
        match row.purpose {
            Purpose::Reply => assert!(row.answers.is_some(), "an answer to nothing: {row:?}"),
            Purpose::OrderUpdate | Purpose::Staff => {}
        }
        assert_eq!((row.state, row.repeated), (outbox::State::Sent, false), "{row:?}");
    }
}

on_both! {
    /// News of the order is leased and about to leave when its buyer says stop. Then the stop is decided and not written
    /// when the shop hands the parcel over.
    async fn who_says_stop_while_news_of_their_order_leaves_is_heard_and_told(shop: &Shop; unpaced()) {
        let ayse = ready_to_confirm(shop, "Ayşe", 1).await;
        let order = buys(shop, &ayse).await;
        let app = shop.app();
        assert_eq!(happens(shop, order, "accepted_by_shop").await.status.as_u16(), 200);
        said_unseen(shop, &ayse, "dur").await;
        let gate = app.platform().points.hold("send.begins");
        let graph = sepet::whatsapp::Graph::new(app.platform().clone());
        let (sent, ()) = tokio::join!(sepet::outbox::turn(app.platform(), &graph), async {
            gate.reached().await;
            assert_eq!(chats(shop).await, 1, "nobody waits for a send");
            assert!(stopped(shop, &ayse).await, "heard while the news is on its way");
            gate.open();
        });
        sent.unwrap();
        shop.settle().await;
        let told = ayse.news().await;
        let bodies: Vec<_> = told.iter().map(crate::harness::Bubble::body).collect();
        assert_eq!(told.len(), 2, "{bodies:?}");
        assert!(bodies[1].contains("haber göndermeyeceğiz"), "the answer comes behind it: {bodies:?}");
        assert!(stopped(shop, &ayse).await);

        // And again, which changes nothing; it is decided when the shop's news comes.
        said_unseen(shop, &ayse, "dur").await;
        let gate = app.platform().points.hold("chats.decided");
        let (handled, moved) = tokio::join!(chats(shop), async {
            gate.reached().await;
            let moved = happens(shop, order, "ready_for_pickup");
            tokio::pin!(moved);
            match tokio::time::timeout(MOMENT, &mut moved).await {
                Ok(moved) => {
                    gate.open();
                    moved
                }
                Err(_) => {
                    gate.open();
                    moved.await
                }
            }
        });
        assert_eq!((handled, moved.status.as_u16()), (1, 200), "{:?}", moved.body);
        shop.settle().await;
        let told = ayse.news().await;
        let bodies: Vec<_> = told.iter().map(crate::harness::Bubble::body).collect();
        assert_eq!(told.len(), 2, "{bodies:?}");
        assert!(stopped(shop, &ayse).await, "still");
        nothing_needs_consent(shop).await;
        proven(
            &format!("consent-news-{}", shop.on.name()),
            "stop during the send and during the write: kept, the news of the order came once, the answer behind it; \
             nothing else left",
        );
    }
}

on_both! {
    /// One of two is decided and not written when the other comes: typed, and by the switch of the app.
    async fn of_stop_and_start_the_one_said_last_holds(shop: &Shop; unpaced()) {
        let ayse = shop.customer("Ayşe").await;
        ayse.say("merhaba").await;
        ayse.news().await;
        let app = shop.app();
        let mut held = 0;
        for (first, second, switched, stops) in [
            ("dur", "başla", false, false),
            ("başla", "dur", false, true),
            ("başla", "stop", true, true),
            ("dur", "resume", true, false),
        ] {
            shop.advance(1);
            said_unseen(shop, &ayse, first).await;
            let gate = app.platform().points.hold("chats.decided");
            let (handled, ()) = tokio::join!(chats(shop), async {
                gate.reached().await;
                shop.advance(1);
                let other = async {
                    if switched {
                        switched_unseen(shop, &ayse, second).await;
                    } else {
                        said_unseen(shop, &ayse, second).await;
                    }
                    chats(shop).await
                };
                passes_over(&gate, other).await;
            });
            assert_eq!(handled, 1, "{first}, {second}");
            shop.settle().await;
            assert_eq!(stopped(shop, &ayse).await, stops, "{first}, {second}");
            held += 1;
        }
        nothing_needs_consent(shop).await;
        proven(
            &format!("consent-last-{}", shop.on.name()),
            &format!("{held} pairs, typed and switched, each held in the middle: the later one holds"),
        );
    }
}

/// Makes one of them the other.
async fn merged(shop: &Shop, from: &customer::Model, into: &customer::Model) -> Api {
    let path = format!("/customers/{}/merge", from.id);
    shop.api("POST", &path, Some(json!({"into": into.id}))).await
}

on_both! {
    /// The stop is decided and not written when its customer becomes another one; and the merge is done and not committed
    /// when the stop comes. Whoever of the two said it.
    async fn who_says_stop_while_two_become_one_gets_no_notices(shop: &Shop; unpaced()) {
        let app = shop.app();
        let mut pairs = 0;
        for (who_goes, merge_first) in [(true, false), (false, false), (true, true), (false, true)] {
            pairs += 1;
            let stays = shop.customer(&format!("Kalan {pairs}")).await;
            let goes = shop.customer(&format!("Giden {pairs}")).await;
            stays.say("merhaba").await;
            goes.say("merhaba").await;
            let (into, from) = (customer_of(shop, &stays).await, customer_of(shop, &goes).await);
            let says = if who_goes { &goes } else { &stays };
            said_unseen(shop, says, "dur").await;
            if merge_first {
                let gate = app.platform().points.hold("api.written");
                let (answer, ()) = tokio::join!(merged(shop, &from, &into), async {
                    gate.reached().await;
                    passes_over(&gate, chats(shop)).await;
                });
                assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
            } else {
                let gate = app.platform().points.hold("chats.decided");
                let (handled, answer) = tokio::join!(chats(shop), async {
                    gate.reached().await;
                    let merge = merged(shop, &from, &into);
                    tokio::pin!(merge);
                    let early = tokio::time::timeout(MOMENT, &mut merge).await;
                    assert!(early.is_err(), "merged under a stop that is decided");
                    gate.open();
                    merge.await
                });
                assert_eq!((handled, answer.status.as_u16()), (1, 200), "{answer:?}");
            }
            shop.settle().await;
            let case = format!("who goes says it: {who_goes}, merged first: {merge_first}");
            assert_eq!(customer_of(shop, &stays).await.id, into.id, "{case}");
            assert_eq!(customer_of(shop, &goes).await.id, into.id, "{case}");
            assert!(stopped(shop, &stays).await, "{case}");
        }
        nothing_needs_consent(shop).await;
        proven(
            &format!("consent-merge-{}", shop.on.name()),
            &format!("{pairs} ways to cross, each held in the middle: no notices for who stayed"),
        );
    }
}
