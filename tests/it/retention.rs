//! Nothing grows without an end, and what ends it holds up nobody.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use entity::{
    InboxId, cart, catalog_batch, idempotency_key, import, import_row, inbox, order, outbox,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    Statement,
};
use sepet::retention::{self, CHUNK, Purger, rules::RULES};
use serde_json::{Value, json};

use crate::{
    harness::{Backend, Options, Person, Shop},
    rush::unpaced,
};

const DAY: i64 = 86_400;
const NUMBER: &str = "100000000000001";

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

async fn count<E: EntityTrait>(shop: &Shop, which: sea_orm::Condition) -> u64
where
    E::Model: Sync,
{
    E::find().filter(which).count(shop.db().reader()).await.unwrap()
}

fn all() -> sea_orm::Condition {
    sea_orm::Condition::all()
}

on_both! {
    async fn every_table_has_a_rule(shop: &Shop; quiet()) {
        let query = match shop.on {
            Backend::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            }
            Backend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
        };
        let db = shop.db();
        let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), query)).await.unwrap();
        let there: BTreeSet<String> =
            rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
        let ruled: BTreeSet<String> = RULES.iter().map(|(table, _)| (*table).to_owned()).collect();
        assert_eq!(there, ruled, "src/retention/rules.rs says for each table what is kept how long");
        // Each rule is a statement that the database takes, and finds nothing in an empty house.
        let purger = Purger::default();
        let mut turns = 0;
        while retention::turn(shop.app().platform(), &purger).await.unwrap() > 0 {
            turns += 1;
            assert!(turns < 1_000);
        }
    }
}

async fn raw(shop: &Shop, body: &Value) {
    let answer = shop.sim("POST", "/sim/webhooks/raw", Some(json!({"body": body}))).await;
    assert_eq!(answer["status"], 200, "{answer}");
}

fn message(id: &str) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
        {"field": "messages", "value": {"metadata": {"phone_number_id": NUMBER}, "messages": [
            {"id": id, "from": "905551112233", "type": "text", "timestamp": "1795417199",
                "text": {"body": "merhaba"}}]}}]}]})
}

fn of_kind(kind: inbox::Kind) -> sea_orm::Condition {
    all().add(inbox::Column::Kind.eq(kind))
}

/// Ayşe buys, Barış leaves a cart; a webhook of somebody unknown, and one that is none.
async fn life(shop: &Shop) -> (Person<'_>, Person<'_>) {
    // Of a customer whom the simulated WhatsApp does not know.
    shop.forgive("violations");
    let ayse = shop.customer("Ayşe").await;
    ayse.send_cart(&[("turk-100", 1)]).await;
    ayse.tap("🏬 Mağazadan alırım").await;
    ayse.tap("💵 Mağazada ödeme").await;
    ayse.tap("✅ Siparişi onayla").await;
    let baris = shop.customer("Barış").await;
    baris.send_cart(&[("kupa-mavi", 1)]).await;
    let txn = shop.db().begin_write().await.unwrap();
    cart::Entity::update_many()
        .col_expr(cart::Column::Status, cart::Status::Dropped.into())
        .filter(cart::Column::Status.eq(cart::Status::Open))
        .exec(&txn)
        .await
        .unwrap();
    txn.commit().await.unwrap();
    raw(shop, &message("wamid.again")).await;
    raw(shop, &json!({"object": "page"})).await;
    shop.settle().await;
    (ayse, baris)
}

async fn import(shop: &Shop) {
    let csv = "id,title,description,availability,condition,price,image_link\n\
        a-1,Kahve,Taze,in stock,new,12.50 TRY,https://p.example/a.jpg\n";
    let call = shop.http().post(format!("{}/api/v1/imports", shop.url)).body(csv);
    let call = call.bearer_auth(secrecy::ExposeSecret::expose_secret(&shop.key));
    let call = call.header("content-type", "text/csv").header("idempotency-key", "feed-1");
    assert_eq!(call.send().await.unwrap().status(), 201);
}

/// For 72 hours a write is known, for 30 days a webhook.
async fn a_month(shop: &Shop) {
    let messages = count::<inbox::Entity>(shop, of_kind(inbox::Kind::Message)).await;
    let statuses = count::<inbox::Entity>(shop, of_kind(inbox::Kind::Status)).await;
    assert!(messages > 5 && statuses > 5);
    assert_eq!(count::<idempotency_key::Entity>(shop, all()).await, 1);
    shop.pass(3 * DAY + 3_601).await;
    assert_eq!(count::<idempotency_key::Entity>(shop, all()).await, 0);
    shop.pass(26 * DAY).await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Status)).await, statuses);
    raw(shop, &message("wamid.again")).await;
    shop.settle().await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Message)).await, messages);

    shop.pass(2 * DAY).await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Status)).await, 0);
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Message)).await, messages);
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Unreadable)).await, 1);
    // Still known, because the chat is.
    raw(shop, &message("wamid.again")).await;
    shop.settle().await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Message)).await, messages);
}

async fn three_months(shop: &Shop) {
    let sent = count::<outbox::Entity>(shop, all()).await;
    assert!(sent > 5);
    assert_eq!(count::<cart::Entity>(shop, all()).await, 2);
    assert_eq!(count::<import_row::Entity>(shop, all()).await, 1);
    shop.pass(60 * DAY).await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Unreadable)).await, 0);
    assert_eq!(count::<cart::Entity>(shop, all()).await, 1, "the placed one");
    assert_eq!(count::<import_row::Entity>(shop, all()).await, 0);
    assert_eq!(count::<import::Entity>(shop, all()).await, 0);
    assert_eq!(
        count::<catalog_batch::Entity>(
            shop,
            all().add(catalog_batch::Column::CreatedAt.lt(shop.now().plus_seconds(-91 * DAY))),
        )
        .await,
        0
    );
    assert_eq!(count::<outbox::Entity>(shop, all()).await, sent);

    shop.pass(280 * DAY).await;
    assert_eq!(count::<inbox::Entity>(shop, of_kind(inbox::Kind::Message)).await, 0);
    assert_eq!(count::<outbox::Entity>(shop, all()).await, 0);
    assert_eq!(count::<order::Entity>(shop, all()).await, 1);
}

/// Life goes on: old bubbles explain themselves, and she buys again.
async fn after(shop: &Shop, ayse: &Person<'_>, baris: &Person<'_>) {
    assert_eq!(baris.tap("🏬 Mağazadan alırım").await.len(), 1);
    assert_eq!(ayse.say("merhaba").await.len(), 1);
    ayse.send_cart(&[("turk-100", 1)]).await;
    ayse.tap("🏬 Mağazadan alırım").await;
    ayse.tap("💵 Mağazada ödeme").await;
    ayse.tap("✅ Siparişi onayla").await;
    assert_eq!(count::<order::Entity>(shop, all()).await, 2);
}

on_both! {
    async fn what_is_old_goes_and_what_was_bought_stays(shop: &Shop) {
        let (ayse, baris) = Box::pin(life(shop)).await;
        Box::pin(import(shop)).await;
        Box::pin(a_month(shop)).await;
        Box::pin(three_months(shop)).await;
        Box::pin(after(shop, &ayse, &baris)).await;
    }
}

/// Statuses of two months ago.
async fn old_statuses(shop: &Shop, many: i64) {
    let then = shop.now().plus_seconds(-60 * DAY);
    let txn = shop.db().begin_write().await.unwrap();
    for chunk in (0..many).collect::<Vec<_>>().chunks(250) {
        let rows = chunk.iter().map(|n| inbox::ActiveModel {
            id: Set(InboxId::new(then.plus_ms(*n))),
            app_id: Set(shop.app_id),
            channel_id: Set(Some(shop.channel_id)),
            kind: Set(inbox::Kind::Status),
            dedupe_key: Set(format!("s:old:{n}")),
            lane: Set(None),
            payload: Set(vec![b'x'; 300]),
            sent_at: Set(then),
            arrival: Set(*n),
            state: Set(inbox::State::Done),
            due_at: Set(then),
            attempts: Set(1),
            reason: Set(None),
            conversation_id: Set(None),
            edited_at: Set(None),
            revoked_at: Set(None),
            received_at: Set(then),
            done_at: Set(Some(then)),
        });
        inbox::Entity::insert_many(rows).exec_without_returning(&txn).await.unwrap();
    }
    txn.commit().await.unwrap();
}

async fn left(shop: &Shop) -> u64 {
    count::<inbox::Entity>(shop, all().add(inbox::Column::DedupeKey.starts_with("s:old:"))).await
}

on_both! {
    /// Chats are answered while tens of thousands of old rows go, and whoever wants to write waits for one chunk.
    async fn the_purge_never_holds_up_the_lanes(shop: &Shop; unpaced()) {
        const MANY: i64 = 20_000;
        old_statuses(shop, MANY).await;
        let services = shop.services(1).await;
        let platform = shop.app().platform().clone();
        let purger = Purger::default();
        let ayse = shop.customer("Ayşe").await;
        for said in 0..4 {
            let purge = async {
                for _ in 0..10 {
                    assert!(retention::turn(&platform, &purger).await.unwrap() > 0);
                }
            };
            ayse.post(json!({"type": "text", "body": "merhaba"})).await;
            let ((), ()) = tokio::join!(purge, services.settle());
            assert_eq!(ayse.news().await.len(), 1);
            let gone = u64::try_from((said + 1) * 10 * CHUNK).unwrap();
            assert_eq!(left(shop).await, u64::try_from(MANY).unwrap() - gone);
        }
        // The rest at full speed, with a writer beside it that is never kept waiting for long.
        let purge = async { while retention::turn(&platform, &purger).await.unwrap() > 0 {} };
        tokio::pin!(purge);
        let mut longest = Duration::ZERO;
        let mut writes = 0;
        loop {
            let write = async {
                let began = Instant::now();
                let txn = shop.db().begin_write().await.unwrap();
                let waited = began.elapsed();
                let row = inbox::Entity::find().one(&txn).await.unwrap();
                txn.rollback().await.unwrap();
                (waited, row.is_some())
            };
            let step = async {
                let (waited, _) = write.await;
                longest = longest.max(waited);
                writes += 1;
            };
            tokio::select! {
                () = &mut purge => break,
                () = step => {}
            }
        }
        assert_eq!(left(shop).await, 0);
        assert!(writes > 0 && longest < Duration::from_secs(20), "{writes} writes, {longest:?}");
        services.close().await;
    }
}
