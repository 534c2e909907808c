//! WhatsApp's catalog follows ours: what is sent, what is asked, and what becomes of each item.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use entity::{
    catalog_batch,
    catalog_item::{self, State},
    channel, product, variant,
};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sepet::{
    catalog::{
        self, ProductChange, Sale, Stock, VariantChange, list,
        sync::{
            BatchAnswer, BatchRequest, BatchStatus, Method, RemoteCatalog, RemoteError, RemoteItem,
        },
    },
    platform::db::Write,
};
use serde_json::{Value, json};
use simulator::Review;

use crate::harness::{Options, SKUS, Shop};

async fn begin(shop: &Shop) -> Write {
    shop.db().begin_write().await.unwrap()
}

async fn item(shop: &Shop, sku: &str) -> Option<catalog_item::Model> {
    catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.sku.eq(sku))
        .one(shop.db().reader())
        .await
        .unwrap()
}

async fn state(shop: &Shop, sku: &str) -> State {
    item(shop, sku).await.unwrap().state
}

async fn batches(shop: &Shop) -> Vec<catalog_batch::Model> {
    catalog_batch::Entity::find()
        .order_by_asc(catalog_batch::Column::CreatedAt)
        .order_by_asc(catalog_batch::Column::Id)
        .all(shop.db().reader())
        .await
        .unwrap()
}

async fn variant(shop: &Shop, sku: &str) -> variant::Model {
    let filter = list::VariantFilter { sku: Some(sku.into()), ..Default::default() };
    list::variants(shop.db().reader(), shop.shop_id, &filter, None, 1).await.unwrap().remove(0)
}

/// Time for batches and reviews to be asked about.
async fn a_while(shop: &Shop) {
    for _ in 0..10 {
        shop.pass(10).await;
    }
}

/// What a phone sees, by SKU.
async fn phone(shop: &Shop) -> BTreeMap<String, Value> {
    let items = shop.sim("GET", "/sim/catalog", None).await;
    let items = items.as_array().or(items["items"].as_array()).cloned().unwrap();
    items.into_iter().map(|i| (i["retailer_id"].as_str().unwrap().to_owned(), i)).collect()
}

async fn stock(shop: &Shop, sku: &str, pieces: i64) {
    let txn = begin(shop).await;
    let stock = Stock::Counted(pieces);
    catalog::set_stock(&txn, shop.now(), shop.shop_id, sku, stock, None).await.unwrap();
    txn.commit().await.unwrap();
}

async fn change_product(shop: &Shop, sku: &str, change: ProductChange) -> product::Model {
    let id = variant(shop, sku).await.product_id;
    let txn = begin(shop).await;
    let changed =
        catalog::update_product(&txn, shop.now(), shop.shop_id, id, change, None).await.unwrap();
    txn.commit().await.unwrap();
    changed
}

on_both! {
    async fn everything_for_sale_is_brought_to_whatsapp_and_approved(shop: &Shop) {
        let phone = phone(shop).await;
        assert_eq!(phone.len(), SKUS.len());
        for (sku, price, stock) in SKUS {
            assert_eq!(state(shop, sku).await, State::Approved, "{sku}");
            let price = format!("{}.{:02} TRY", price / 100, price % 100);
            assert_eq!(phone[*sku]["price"], json!(price));
            let there = if *stock == Some(0) { "out of stock" } else { "in stock" };
            assert_eq!(phone[*sku]["availability"], json!(there));
        }
        assert_eq!(phone["yirga-250"]["sale_price"], json!("280.00 TRY"));
        assert_eq!(phone["kupa-mavi"]["item_group_id"], json!("kupa"));
        assert_eq!(phone["kupa-mavi"]["color"], json!("Mavi"));
        assert_eq!(batches(shop).await.len(), 1);
        // Nothing has changed: nothing is sent.
        shop.pass(3_600).await;
        assert_eq!(batches(shop).await.len(), 1);
    }
}

on_both! {
    async fn stock_and_price_travel_without_taking_the_item_out(shop: &Shop) {
        stock(shop, "turk-100", 0).await;
        let txn = begin(shop).await;
        let id = variant(shop, "cezve").await.id;
        let dearer = VariantChange { price: Some("700 TRY".parse().unwrap()), ..Default::default() };
        catalog::update_variant(&txn, shop.now(), shop.shop_id, id, dearer, None).await.unwrap();
        txn.commit().await.unwrap();
        shop.settle().await;
        for sku in ["turk-100", "cezve"] {
            let item = item(shop, sku).await.unwrap();
            assert_eq!(item.state, State::Approved);
            assert!(item.batch_id.is_some(), "it is on its way");
        }
        let journal = shop.journal().await;
        let sent = journal.iter().filter(|e| e["path"].as_str().unwrap().ends_with("items_batch"));
        // The first one brought everything. Two workers may take one item each.
        let sent: Vec<_> = sent.skip(1).map(|e| e["request"]["requests"].as_array().unwrap()).collect();
        let items: Vec<_> = sent.iter().copied().flatten().collect();
        assert_eq!(items.len(), 2, "{sent:?}");
        assert!(sent.len() == 2 || items[0]["data"]["id"] == "turk-100", "what is sold out goes first: {sent:?}");
        assert!(items.iter().any(|item| item["data"]["price"] == "700.00 TRY"), "{sent:?}");
        shop.pass(10).await;
        assert_eq!(phone(shop).await["turk-100"]["availability"], "out of stock");
        assert_eq!(phone(shop).await["cezve"]["price"], "700.00 TRY");
        assert!(item(shop, "cezve").await.unwrap().batch_id.is_none());
    }
}

on_both! {
    async fn what_orders_take_is_noticed_within_ten_seconds(shop: &Shop) {
        use sea_orm::ConnectionTrait;
        let txn = begin(shop).await;
        txn.execute_unprepared("UPDATE variants SET on_hand = 0 WHERE sku = 'cezve'").await.unwrap();
        txn.commit().await.unwrap();
        shop.pass(10).await;
        shop.pass(10).await;
        assert_eq!(phone(shop).await["cezve"]["availability"], "out of stock");
    }
}

on_both! {
    async fn what_is_not_for_sale_any_more_is_taken_out(shop: &Shop) {
        let archived = ProductChange { status: Some(product::Status::Archived), ..Default::default() };
        change_product(shop, "filtre-250", archived).await;
        shop.settle().await;
        assert_eq!(state(shop, "filtre-250").await, State::Sent);
        shop.pass(10).await;
        assert_eq!(state(shop, "filtre-250").await, State::Deleted);
        assert_eq!(state(shop, "filtre-500").await, State::Deleted);
        assert_eq!(phone(shop).await.len(), SKUS.len() - 2);
        let back = ProductChange { status: Some(product::Status::Active), ..Default::default() };
        change_product(shop, "filtre-250", back).await;
        a_while(shop).await;
        assert_eq!(state(shop, "filtre-250").await, State::Approved);
        assert_eq!(phone(shop).await.len(), SKUS.len());
    }
}

on_both! {
    async fn a_sale_begins_and_ends_by_itself(shop: &Shop) {
        let txn = begin(shop).await;
        let sale = Sale {
            price: "500 TRY".parse().unwrap(),
            starts_at: Some(shop.now().plus_seconds(3_600)),
            ends_at: Some(shop.now().plus_seconds(7_200)),
        };
        let id = variant(shop, "cezve").await.id;
        let change = VariantChange { sale: Some(Some(sale)), ..Default::default() };
        catalog::update_variant(&txn, shop.now(), shop.shop_id, id, change, None).await.unwrap();
        txn.commit().await.unwrap();
        a_while(shop).await;
        assert!(phone(shop).await["cezve"]["sale_price"].as_str().is_none_or(str::is_empty));
        shop.pass(3_600).await;
        shop.pass(10).await;
        assert_eq!(phone(shop).await["cezve"]["sale_price"], "500.00 TRY");
        shop.pass(3_600).await;
        shop.pass(10).await;
        assert!(phone(shop).await["cezve"]["sale_price"].as_str().is_none_or(str::is_empty));
    }
}

on_both! {
    async fn an_item_without_a_picture_says_so_and_goes_when_it_has_one(shop: &Shop) {
        let bare = ProductChange { images: Some(vec![]), ..Default::default() };
        change_product(shop, "cezve", bare).await;
        a_while(shop).await;
        let item = item(shop, "cezve").await.unwrap();
        assert_eq!(item.state, State::Refused);
        assert!(item.reason.unwrap().contains("picture"));
        assert!(!phone(shop).await.contains_key("cezve"));
        let before = batches(shop).await.len();
        shop.pass(600).await;
        assert_eq!(batches(shop).await.len(), before);
        let pictured = vec!["https://pictures.example/new.jpg".to_owned()];
        change_product(shop, "cezve", ProductChange { images: Some(pictured), ..Default::default() }).await;
        a_while(shop).await;
        assert_eq!(state(shop, "cezve").await, State::Approved);
    }
}

on_both! {
    async fn whatsapp_reviews_what_is_new(
        shop: &Shop; Options { review: Review::Manual, synced: false, ..Options::default() }
    ) {
        a_while(shop).await;
        assert_eq!(state(shop, "cezve").await, State::InReview);
        let decide = |sku: &str, decision: &str, reason: Option<&str>| {
            json!({"retailer_id": sku, "decision": decision, "reason": reason})
        };
        shop.sim("POST", "/sim/catalog/review", Some(decide("cezve", "approved", None))).await;
        shop.sim("POST", "/sim/catalog/review", Some(decide("turk-100", "rejected", Some("POLICY")))).await;
        shop.pass(60).await;
        assert_eq!(state(shop, "cezve").await, State::Approved);
        let rejected = item(shop, "turk-100").await.unwrap();
        assert_eq!(rejected.state, State::Rejected);
        assert!(rejected.reason.unwrap().contains("POLICY"));
        assert_eq!(state(shop, "kupa-mavi").await, State::InReview);

        // A new face is looked at again; a new price is not.
        stock(shop, "cezve", 9).await;
        shop.settle().await;
        shop.pass(10).await;
        assert_eq!(state(shop, "cezve").await, State::Approved);
        let renamed = ProductChange { title: Some("Cezve".into()), ..Default::default() };
        change_product(shop, "cezve", renamed).await;
        shop.settle().await;
        shop.pass(10).await;
        assert_eq!(state(shop, "cezve").await, State::InReview);
    }
}

on_both! {
    async fn troubles_of_the_way_are_survived(shop: &Shop) {
        for fault in [
            json!({"kind": "code", "code": 80_014, "http": 400, "on": "items_batch", "times": 2}),
            json!({"kind": "down", "on": "items_batch", "times": 2}),
            json!({"kind": "lost_answer", "on": "items_batch", "times": 1}),
        ] {
            shop.fault(fault.clone()).await;
            let pieces = i64::from(u8::try_from(fault.to_string().len() % 50).unwrap()) + 100;
            stock(shop, "cezve", pieces).await;
            shop.settle().await;
            let last = batches(shop).await.pop().unwrap();
            assert_eq!(last.state, catalog_batch::State::Sending, "{fault}");
            assert!(last.reason.is_some());
            shop.pass(600).await;
            a_while(shop).await;
            let last = batches(shop).await.pop().unwrap();
            assert_eq!(last.state, catalog_batch::State::Finished, "{fault}");
            assert_eq!(state(shop, "cezve").await, State::Approved);
            shop.faults_over().await;
        }
    }
}

/// A catalog that does as it is told.
#[derive(Default)]
struct Fake {
    answers: Mutex<VecDeque<Result<BatchAnswer, RemoteError>>>,
    status: Mutex<Option<Result<BatchStatus, RemoteError>>>,
    sent: Mutex<Vec<Vec<BatchRequest>>>,
    items: Mutex<Vec<RemoteItem>>,
    /// What comes instead of the items.
    unread: Mutex<Option<RemoteError>>,
}

impl Fake {
    fn taken() -> Result<BatchAnswer, RemoteError> {
        Ok(BatchAnswer { handles: vec!["h".into()], refused: vec![] })
    }

    fn finished(&self, refused: Vec<(Option<String>, String)>) {
        let status = BatchStatus { finished: true, given_up: None, refused };
        *self.status.lock().unwrap() = Some(Ok(status));
    }

    fn dropped(&self, refused: Vec<(Option<String>, String)>) {
        let status = BatchStatus { finished: true, given_up: Some("dropped".into()), refused };
        *self.status.lock().unwrap() = Some(Ok(status));
    }

    /// Every SKU, approved.
    fn approve(&self) {
        let approved =
            |sku: &str| RemoteItem { sku: sku.into(), review: "APPROVED".into(), reasons: vec![] };
        *self.items.lock().unwrap() = SKUS.iter().map(|(sku, ..)| approved(sku)).collect();
    }

    fn calls(&self) -> usize {
        self.sent.lock().unwrap().len()
    }
}

impl RemoteCatalog for Fake {
    fn send<'a>(
        &'a self,
        _: &'a channel::Model,
        requests: &'a [BatchRequest],
    ) -> BoxFuture<'a, Result<BatchAnswer, RemoteError>> {
        self.sent.lock().unwrap().push(requests.to_vec());
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or_else(Fake::taken);
        async move { answer }.boxed()
    }

    fn status<'a>(
        &'a self,
        _: &'a channel::Model,
        _: &'a str,
    ) -> BoxFuture<'a, Result<BatchStatus, RemoteError>> {
        let running = Ok(BatchStatus::default());
        let status = self.status.lock().unwrap().clone().unwrap_or(running);
        async move { status }.boxed()
    }

    fn items<'a>(
        &'a self,
        _: &'a channel::Model,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(Vec<RemoteItem>, Option<String>), RemoteError>> {
        let items = self.items.lock().unwrap().clone();
        let unread = self.unread.lock().unwrap().clone();
        async move { unread.map_or(Ok((items, None)), Err) }.boxed()
    }
}

/// Turns until nothing is due; so many at most.
async fn settle(shop: &Shop, fake: &Fake) {
    for _ in 0..20 {
        if catalog::sync::turn(shop.app().platform(), fake).await.unwrap() == 0 {
            return;
        }
    }
    panic!("the sync does not settle");
}

fn unsynced() -> Options {
    Options { synced: false, ..Options::default() }
}

on_both! {
    async fn a_batch_that_never_ends_is_given_up_and_planned_anew(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 1);
        assert_eq!(fake.sent.lock().unwrap()[0].len(), SKUS.len());
        let mut asked = 0;
        while batches(shop).await[0].state == catalog_batch::State::Polling {
            shop.advance(30);
            settle(shop, &fake).await;
            asked += 1;
            assert!(asked < 100, "never given up");
        }
        let first = batches(shop).await.remove(0);
        assert_eq!(first.state, catalog_batch::State::Failed);
        let lasted = first.updated_at.ms() - first.created_at.ms();
        assert!((25 * 60_000..45 * 60_000).contains(&lasted), "{lasted}");
        assert_eq!(fake.calls(), 1, "there is a pause after a failure");
        fake.finished(vec![]);
        shop.advance(60);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        assert_eq!(state(shop, "cezve").await, State::InReview);
    }
}

on_both! {
    async fn a_batch_that_whatsapp_drops_is_planned_anew(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        fake.dropped(vec![(Some("cezve".into()), "bad picture".into()), (None, "odd".into())]);
        settle(shop, &fake).await;
        let first = batches(shop).await.remove(0);
        assert_eq!((first.state, first.refused), (catalog_batch::State::Failed, 1));
        assert_eq!(first.reason.as_deref(), Some("WhatsApp ended it as `dropped`: odd"));
        let refused = item(shop, "cezve").await.unwrap();
        assert_eq!((refused.state, refused.reason.as_deref()), (State::Refused, Some("bad picture")));
        let lost = item(shop, "turk-100").await.unwrap();
        assert_eq!((lost.sent_hash, lost.batch_id), (None, None), "nothing is known of it");

        fake.finished(vec![]);
        shop.advance(60);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        let sent = fake.sent.lock().unwrap().pop().unwrap();
        assert_eq!(sent.len(), SKUS.len() - 1, "what was refused has not changed");
        assert!(sent.iter().all(|request| request.method == Method::Create));
        assert_eq!(state(shop, "turk-100").await, State::InReview);
        assert_eq!(item(shop, "cezve").await.unwrap(), refused);

        // A delete that was dropped did not happen.
        fake.dropped(vec![]);
        let archived = ProductChange { status: Some(product::Status::Archived), ..Default::default() };
        change_product(shop, "turk-100", archived).await;
        settle(shop, &fake).await;
        assert_eq!(state(shop, "turk-100").await, State::Sent);
        fake.finished(vec![]);
        shop.advance(60);
        settle(shop, &fake).await;
        assert_eq!(state(shop, "turk-100").await, State::Deleted);
        let last = fake.sent.lock().unwrap().pop().unwrap();
        assert_eq!((last.len(), last[0].method), (1, Method::Delete));
    }
}

on_both! {
    async fn an_answer_that_names_no_batch_is_not_taken_for_one(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        let part = BatchAnswer {
            handles: vec![],
            refused: vec![("cezve".into(), "bad picture".into())],
        };
        fake.answers.lock().unwrap().push_back(Ok(part));
        fake.finished(vec![]);
        settle(shop, &fake).await;
        let first = batches(shop).await.remove(0);
        assert_eq!(first.state, catalog_batch::State::Sending);
        assert_eq!(first.reason.as_deref(), Some("WhatsApp's answer names no batch"));
        assert_eq!(state(shop, "cezve").await, State::Refused);
        assert_eq!(state(shop, "turk-100").await, State::Sent);
        shop.advance(2);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        assert_eq!(fake.sent.lock().unwrap()[1].len(), SKUS.len() - 1);
        assert_eq!(batches(shop).await[0].state, catalog_batch::State::Finished);
        assert_eq!(state(shop, "cezve").await, State::Refused);
        assert_eq!(state(shop, "turk-100").await, State::InReview);
    }
}

on_both! {
    async fn a_batch_of_which_everything_is_refused_at_once_is_over(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        let refused = SKUS.iter().map(|(sku, ..)| ((*sku).to_owned(), "no such currency".to_owned()));
        let all = BatchAnswer { handles: vec![], refused: refused.collect() };
        fake.answers.lock().unwrap().push_back(Ok(all));
        settle(shop, &fake).await;
        let batch = batches(shop).await.remove(0);
        assert_eq!(batch.state, catalog_batch::State::Finished);
        assert_eq!(usize::try_from(batch.refused).unwrap(), SKUS.len());
        assert_eq!(state(shop, "turk-100").await, State::Refused);
        shop.advance(3_600);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 1);
    }
}

on_both! {
    async fn reviews_are_not_read_before_whatsapp_allows_it(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        fake.finished(vec![]);
        fake.approve();
        let later = RemoteError::Later { text: "too much".into(), after_ms: Some(3_600_000) };
        *fake.unread.lock().unwrap() = Some(later);
        settle(shop, &fake).await;
        *fake.unread.lock().unwrap() = None;
        shop.advance(3_599);
        settle(shop, &fake).await;
        assert_eq!(state(shop, "cezve").await, State::InReview);
        shop.advance(1);
        settle(shop, &fake).await;
        assert_eq!(state(shop, "cezve").await, State::Approved);
    }
}

on_both! {
    async fn refusals_are_kept_with_their_reason_until_the_item_changes(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        let at_once = BatchAnswer {
            handles: vec!["h".into()],
            refused: vec![("turk-100".into(), "no such currency".into())],
        };
        fake.answers.lock().unwrap().push_back(Ok(at_once));
        fake.finished(vec![(Some("cezve".into()), "bad picture".into()), (None, "odd".into())]);
        settle(shop, &fake).await;
        let told = async |sku: &str| {
            let item = item(shop, sku).await.unwrap();
            (item.state, item.reason.unwrap_or_default())
        };
        assert_eq!(told("turk-100").await, (State::Refused, "no such currency".into()));
        assert_eq!(told("cezve").await, (State::Refused, "bad picture".into()));
        assert_eq!(told("kupa-mavi").await, (State::InReview, String::new()));
        let batch = batches(shop).await.remove(0);
        assert_eq!((batch.refused, batch.reason.as_deref()), (2, Some("odd")));

        shop.advance(3_600);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 1);
        fake.finished(vec![]);
        stock(shop, "cezve", 8).await;
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        assert_eq!(told("cezve").await.0, State::InReview);
        fake.approve();
        shop.advance(600);
        settle(shop, &fake).await;
        assert_eq!(told("cezve").await.0, State::Approved);
        assert_eq!(told("turk-100").await.0, State::Refused);

        // WhatsApp lost one: it is sent anew.
        fake.items.lock().unwrap().retain(|item| item.sku != "cezve");
        shop.advance(25 * 3_600);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 3);
        let sent = fake.sent.lock().unwrap().pop().unwrap();
        assert_eq!((sent.len(), sent[0].method), (1, Method::Create));
    }
}

on_both! {
    async fn a_batch_whose_sender_died_is_sent_again_with_what_is_true_then(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        settle(shop, &fake).await;
        // As a process leaves it that dies before it has recorded the answer.
        let id = batches(shop).await[0].id;
        let txn = begin(shop).await;
        catalog_batch::Entity::update_many()
            .set(catalog_batch::ActiveModel {
                state: sea_orm::ActiveValue::Set(catalog_batch::State::Sending),
                handle: sea_orm::ActiveValue::Set(None),
                due_at: sea_orm::ActiveValue::Set(shop.now()),
                leased_until: sea_orm::ActiveValue::Set(Some(shop.now().plus_seconds(60))),
                ..Default::default()
            })
            .filter(catalog_batch::COLUMN.id.eq(id))
            .exec(&txn)
            .await
            .unwrap();
        txn.commit().await.unwrap();
        let archived = ProductChange { status: Some(product::Status::Archived), ..Default::default() };
        change_product(shop, "cezve", archived).await;
        shop.advance(59);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 1);
        fake.finished(vec![]);
        shop.advance(1);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        let sent = fake.sent.lock().unwrap().pop().unwrap();
        assert_eq!(sent.len(), SKUS.len());
        let methods: Vec<_> =
            sent.iter().filter(|r| r.data["id"] == "cezve").map(|r| r.method).collect();
        assert_eq!(methods, [Method::Delete]);
        assert_eq!(state(shop, "cezve").await, State::Deleted);
        assert_eq!(state(shop, "turk-100").await, State::InReview);
    }
}

on_both! {
    async fn another_catalog_starts_from_nothing(shop: &Shop; unsynced()) {
        let fake = Fake::default();
        fake.finished(vec![]);
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 1);
        shop.reapply("channel.catalog_id = \"400000000000009\"").await.unwrap();
        settle(shop, &fake).await;
        assert_eq!(fake.calls(), 2);
        assert!(fake.sent.lock().unwrap()[1].iter().all(|r| r.method == Method::Create));
        shop.reapply("channel.catalog_id = \"400000000000004\"").await.unwrap();
    }
}
