//! Who is who: WhatsApp names people by phone, by BSUID, by both, and changes its mind.

use std::path::Path;

use entity::{CustomerId, ShopId, conversation, customer, identity};
use sea_orm::{EntityTrait, PaginatorTrait};
use sepet::{
    customer::{Seen, resolve},
    message::{Person, PhoneNumber},
    platform::sql::Statements,
    shop::ShopFile,
};
use serde_json::json;

use crate::harness::{Bubble, Shop};

const PORTFOLIO: &str = "300000000000003";

pub(crate) fn person(phone: Option<&str>, bsuid: Option<&str>) -> Person {
    Person {
        phone: phone.map(|phone| PhoneNumber::parse(phone).unwrap()),
        bsuid: bsuid.map(str::to_owned),
        ..Person::default()
    }
}

pub(crate) const OLD: &str = "+905550001111";
pub(crate) const NEW: &str = "+905550002222";

/// Whom a group of inputs is from, in one transaction; a second person is what the first becomes.
pub(crate) async fn seen(shop: &Shop, group: &[(Person, Option<Person>)]) -> Vec<CustomerId> {
    seen_in(shop, shop.shop_id, PORTFOLIO, group).await
}

async fn seen_in(
    shop: &Shop,
    id: ShopId,
    portfolio: &str,
    group: &[(Person, Option<Person>)],
) -> Vec<CustomerId> {
    let app = shop.app();
    let txn = app.platform().db.begin_write().await.unwrap();
    let all: Vec<_> = group
        .iter()
        .map(|(person, becomes)| Seen {
            shop: id,
            portfolio,
            person,
            becomes: becomes.as_ref(),
            language: "tr",
            at: shop.now(),
            by: "a test",
        })
        .collect();
    let mut writes = Statements::of(&txn);
    let found = resolve(&txn, &mut writes, shop.now(), &all).await.unwrap();
    writes.run(&txn).await.unwrap();
    txn.commit().await.unwrap();
    found.into_iter().map(|customer| customer.id).collect()
}

pub(crate) async fn one(shop: &Shop, phone: Option<&str>, bsuid: Option<&str>) -> CustomerId {
    seen(shop, &[(person(phone, bsuid), None)]).await[0]
}

async fn customer(shop: &Shop, id: CustomerId) -> customer::Model {
    customer::Entity::find_by_id(id).one(shop.db().reader()).await.unwrap().unwrap()
}

on_both! {
    async fn one_person_under_all_names_in_one_group_is_one_customer(shop: &Shop) {
        let group = [
            (person(Some(OLD), None), None),
            (person(Some(OLD), Some("TR.1")), None),
            (person(None, Some("TR.1")), None),
            (person(Some(OLD), None), None),
        ];
        let found = seen(shop, &group).await;
        assert!(found.iter().all(|id| *id == found[0]), "{found:?}");
        assert_eq!(seen(shop, &group).await, found);
        let names = identity::Entity::find().count(shop.db().reader()).await.unwrap();
        assert_eq!(names, 2);
        let kept = customer(shop, found[0]).await;
        assert_eq!((kept.phone.as_deref(), kept.bsuid.as_deref()), (Some(OLD), Some("TR.1")));
        assert_eq!(seen(shop, &[]).await, []);
    }
}

on_both! {
    /// Numbers are given to other people: who comes with a known number and a new BSUID sees nothing of the one before.
    async fn a_number_that_was_given_away_is_somebody_else(shop: &Shop) {
        let first = one(shop, Some(OLD), Some("TR.1")).await;
        let second = one(shop, Some(OLD), Some("TR.2")).await;
        assert_ne!(first, second);
        assert_eq!(one(shop, Some(OLD), None).await, second);
        assert_eq!(one(shop, None, Some("TR.1")).await, first);
        // In one group too.
        let group = [
            (person(Some(NEW), Some("TR.3")), None),
            (person(Some(NEW), Some("TR.4")), None),
            (person(None, Some("TR.3")), None),
        ];
        let found = seen(shop, &group).await;
        assert_ne!(found[0], found[1]);
        assert_eq!(found[0], found[2]);
    }
}

on_both! {
    /// WhatsApp says that somebody has another number: whatever comes under the new names is theirs, also in the same
    /// group and before it.
    async fn who_moved_is_known_under_old_and_new_names(shop: &Shop) {
        let before = one(shop, Some(OLD), Some("TR.1")).await;
        let group = [
            (person(Some(NEW), Some("TR.2")), None),
            (person(Some(OLD), Some("TR.1")), Some(person(Some(NEW), Some("TR.2")))),
            (person(None, Some("TR.2")), None),
        ];
        assert_eq!(seen(shop, &group).await, [before; 3]);
        let kept = customer(shop, before).await;
        assert_eq!((kept.phone.as_deref(), kept.bsuid.as_deref()), (Some(NEW), Some("TR.2")));
        assert_eq!(one(shop, None, Some("TR.1")).await, before);
        assert_eq!(one(shop, Some(NEW), None).await, before);
    }
}

on_both! {
    /// Who hides the number and takes another one is told of by a new BSUID alone: nothing is written to the old number
    /// any more, and it still tells who they were.
    async fn who_moved_without_telling_the_number_is_reached_by_the_bsuid(shop: &Shop) {
        let id = one(shop, Some(OLD), Some("TR.1")).await;
        let moved = (person(None, Some("TR.1")), Some(person(None, Some("TR.2"))));
        assert_eq!(seen(shop, &[moved.clone(), (person(None, Some("TR.2")), None)]).await, [id; 2]);
        let kept = customer(shop, id).await;
        assert_eq!((kept.phone.as_deref(), kept.bsuid.as_deref()), (None, Some("TR.2")));
        assert_eq!(one(shop, Some(OLD), None).await, id);
        // Told again, it forgets nothing that was learnt since.
        one(shop, Some(NEW), Some("TR.2")).await;
        seen(shop, &[moved]).await;
        assert_eq!(customer(shop, id).await.phone.as_deref(), Some(NEW));
    }
}

on_both! {
    async fn a_bsuid_holds_in_its_portfolio_and_a_phone_in_its_shop(shop: &Shop) {
        let first = one(shop, None, Some("TR.1")).await;
        let group = [(person(None, Some("TR.1")), None)];
        assert_ne!(seen_in(shop, shop.shop_id, "another", &group).await, [first]);

        // One phone with two BSUIDs of two portfolios is one person.
        let both = one(shop, Some(OLD), Some("TR.5")).await;
        let group = [(person(Some(OLD), Some("TR.6")), None)];
        assert_eq!(seen_in(shop, shop.shop_id, "another", &group).await, [both]);

        let file = include_str!("harness/shop.toml")
            .replace("GRAPH_URL", "http://127.0.0.1:9")
            .replace("\"kahve\"", "\"cay\"")
            .replace("100000000000001", "100000000000002");
        let app = shop.app();
        let txn = app.platform().db.begin_write().await.unwrap();
        let file = ShopFile::parse(&file, Path::new(".")).unwrap();
        let other =
            sepet::shop::apply(&txn, &app.platform().sealer, &file, shop.now()).await.unwrap();
        txn.commit().await.unwrap();
        let group = [(person(Some(OLD), Some("TR.5")), None)];
        assert_ne!(seen_in(shop, other.shop_id, PORTFOLIO, &group).await, [both]);
        assert_eq!(one(shop, Some(OLD), None).await, both);
    }
}

on_both! {
    /// What WhatsApp does not tell is no name: an update without it forgets nothing.
    async fn what_is_missing_forgets_nothing(shop: &Shop) {
        let id = one(shop, Some(OLD), Some("TR.1")).await;
        let named = Person { name: Some("Ayşe".into()), ..person(None, Some("TR.1")) };
        seen(shop, &[(named, None)]).await;
        one(shop, None, Some("TR.1")).await;
        let kept = customer(shop, id).await;
        assert_eq!((kept.phone.as_deref(), kept.name.as_str()), (Some(OLD), "Ayşe"));
    }
}

on_both! {
    /// Two messages of one person in two lanes, due in the same group: both are answered, in one chat.
    async fn two_lanes_of_one_customer_in_one_group(shop: &Shop) {
        let can = shop.customer_with(json!({"name": "Can", "bsuid_known": false})).await;
        can.say("merhaba").await;
        can.post(json!({"type": "text", "body": "sepet"})).await;
        let path = format!("/sim/customers/{}", can.id);
        shop.sim("POST", &path, Some(json!({"bsuid_known": true}))).await;
        can.post(json!({"type": "text", "body": "siparişlerim"})).await;
        shop.settle().await;
        let told: Vec<_> = can.news().await.iter().map(Bubble::body).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().any(|body| body.contains("Sepetiniz boş")), "{told:?}");
        assert!(told.iter().any(|body| body.contains("Henüz siparişiniz yok")), "{told:?}");
        let chats = conversation::Entity::find().count(shop.db().reader()).await.unwrap();
        assert_eq!(chats, 1);
    }
}
