//! Searching: the same answers on both databases, also after changes by every verb, after an upgrade, and in time with
//! many goods.

use std::time::{Duration, Instant};

use entity::{product, shop, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use sepet::{
    catalog::{
        self, CollectionChange, NewCollection, ProductChange, VariantChange,
        search::{self, Among},
    },
    platform::{db::Write, memory::Memory},
};

use crate::harness::{Options, Shop};

fn quiet() -> Options {
    Options { synced: false, ..Options::default() }
}

/// What the words lead to: `+` before it when it has them all, then SKU or handle.
async fn find(txn: &Write, shop: &Shop, memory: &Memory, text: &str) -> String {
    let row = shop::Entity::find_by_id(shop.shop_id).one(txn).await.unwrap().unwrap();
    let vocabulary = search::vocabulary(txn, memory, &row).await.unwrap();
    let among = Among::ForSale;
    let results = search::find(txn, &row, &vocabulary, text, among).await.unwrap();
    let mut names = Vec::new();
    for found in results.found {
        names.push(match found.variant {
            Some(id) => variant::Entity::find_by_id(id).one(txn).await.unwrap().unwrap().sku,
            None => {
                let product = product::Entity::find_by_id(found.product).one(txn).await.unwrap();
                product.unwrap().handle
            }
        });
    }
    format!("{}{}", if results.whole && !names.is_empty() { "+" } else { "" }, names.join(" "))
}

async fn id_of(txn: &Write, sku: &str) -> variant::Model {
    let found = variant::Entity::find().filter(variant::Column::Sku.eq(sku)).one(txn).await;
    found.unwrap().unwrap()
}

/// Typed, and what comes of it on each database.
const ANSWERS: &[(&str, &str)] = &[
    ("KAHVE", "+filtre turk yirga kolombiya"),
    ("kavhe", "+filtre turk yirga kolombiya"),
    ("kahvem", "+filtre"),
    ("kahveler", "+filtre turk yirga kolombiya"),
    ("filtre", "+filtre kagit"),
    ("filtre kahve", "+filtre"),
    ("FILTRE KAHVE 500GR", "+filtre-500"),
    ("filtre kahve 0,25 kg", "+filtre-250"),
    ("filtre-250", "+filtre-250"),
    ("turk100", "+turk-100"),
    ("turkish coffee", "turk"),
    ("çekirdek kahve 1kg", "filtre turk yirga kolombiya"),
    ("mavi kupa", "+kupa-mavi"),
    ("2 adet türk kahvesi", "+turk"),
    ("2x mavi kupa", "+kupa-mavi"),
    ("250 filtre kahve", "+filtre"),
    ("250 g filtre kahve", "+filtre-250"),
    ("czve", "+cezve"),
    ("kpua", "kupa"),
    ("seramik", "+kupa"),
    ("kagidi", "+kagit"),
    ("KÂĞIDI", "+kagit"),
    ("yirgacefe", "+yirga-250"),
    ("kolombıya", "+kolombiya"),
    ("mutfak", "+kupa cezve kagit"),
    ("bakir", "+cezve"),
    ("bisiklet", ""),
    ("var mı", ""),
    ("", ""),
    ("😀", ""),
];

on_both! {
    async fn the_same_words_lead_to_the_same_goods_on_both_databases(shop: &Shop; quiet()) {
        let memory = Memory::default();
        let txn = shop.db().begin_write().await.unwrap();
        for (typed, wanted) in ANSWERS {
            assert_eq!(find(&txn, shop, &memory, typed).await, *wanted, "{typed}");
        }
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn every_change_of_goods_is_found_at_once(shop: &Shop; quiet()) {
        let (memory, now, id) = (Memory::default(), shop.now(), shop.shop_id);
        let txn = shop.db().begin_write().await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "cezve").await, "+cezve");

        let cezve = id_of(&txn, "cezve").await;
        let change = ProductChange {
            title: Some("Pirinç İbrik".into()),
            keywords: Some("jug".into()),
            ..Default::default()
        };
        catalog::update_product(&txn, now, id, cezve.product_id, change, None).await.unwrap();
        // The SKU still says it.
        assert_eq!(find(&txn, shop, &memory, "cezve").await, "+cezve");
        assert_eq!(find(&txn, shop, &memory, "ibrik").await, "+cezve");
        assert_eq!(find(&txn, shop, &memory, "jug").await, "+cezve");
        let change = VariantChange { sku: Some("ibrik-1".into()), ..Default::default() };
        catalog::update_variant(&txn, now, id, cezve.id, change, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "cezve").await, "");

        let new = NewCollection { handle: None, title: "Hediyelik".into(), position: None };
        let made = catalog::create_collection(&txn, now, id, new).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "hediyelik").await, "");
        let products = [cezve.product_id];
        catalog::set_collection_products(&txn, now, id, made.id, &products, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "hediyelik").await, "+cezve");
        let change = CollectionChange { title: Some("Armağan".into()), ..Default::default() };
        catalog::update_collection(&txn, now, id, made.id, change, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "hediyelik").await, "");
        assert_eq!(find(&txn, shop, &memory, "armagan").await, "+cezve");
        catalog::delete_collection(&txn, id, made.id, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "armagan").await, "");

        catalog::archive_product(&txn, now, id, cezve.product_id, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "ibrik").await, "");
        let change = ProductChange { status: Some(product::Status::Active), ..Default::default() };
        catalog::update_product(&txn, now, id, cezve.product_id, change, None).await.unwrap();
        assert_eq!(find(&txn, shop, &memory, "ibrik").await, "+cezve");

        let csv = "id,title,price,product_type,keywords\n\
            cay-1,Siyah Çay,50.00 TRY,Çaylar,tea\nibrik-1,Bakır Güğüm,640.00 TRY,,\n";
        let report = catalog::import::csv(&txn, now, id, csv.as_bytes()).await.unwrap();
        assert_eq!(report.import.refused, 0, "{:?}", report.rows);
        assert_eq!(find(&txn, shop, &memory, "çay").await, "+cay-1");
        assert_eq!(find(&txn, shop, &memory, "tea").await, "+cay-1");
        assert_eq!(find(&txn, shop, &memory, "gugum").await, "+cezve");
        assert_eq!(find(&txn, shop, &memory, "pirinc").await, "");

        // Taken anew from all goods, the words are those that the verbs wrote.
        let before = words(&txn, shop).await;
        shop::Entity::update_many()
            .col_expr(shop::Column::WordsForm, Expr::value(0))
            .exec(&txn)
            .await
            .unwrap();
        search::build(&txn, id).await.unwrap();
        assert_eq!(words(&txn, shop).await, before);
        txn.commit().await.unwrap();
    }
}

async fn words(txn: &Write, shop: &Shop) -> Vec<String> {
    let rows = entity::search_word::Entity::find()
        .filter(entity::search_word::Column::ShopId.eq(shop.shop_id));
    let rows = rows.all(txn).await.unwrap();
    let mut words: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
    words.sort();
    words
}

on_both! {
    async fn the_api_finds_what_the_chat_finds_and_what_is_not_for_sale(shop: &Shop; quiet()) {
        let titles = async |path: &str| -> (Vec<String>, Option<String>) {
            let answer = shop.api("GET", path, None).await;
            assert_eq!(answer.status, 200, "{:?}", answer.body);
            let items = answer.body["items"].as_array().unwrap();
            let of = |item: &serde_json::Value| item["title"].as_str().unwrap().to_owned();
            let next = answer.body["next"].as_str().map(str::to_owned);
            (items.iter().map(of).collect(), next)
        };
        let (first, next) = titles("/products?q=kavhe&limit=3").await;
        assert_eq!(first, ["Filtre Kahve", "Türk Kahvesi", "Etiyopya Yirgacheffe"]);
        let path = format!("/products?q=kavhe&limit=3&cursor={}", next.unwrap());
        assert_eq!(titles(&path).await, (vec!["Kolombiya Supremo".to_owned()], None));

        let txn = shop.db().begin_write().await.unwrap();
        let cezve = id_of(&txn, "cezve").await.product_id;
        catalog::archive_product(&txn, shop.now(), shop.shop_id, cezve, None).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(titles("/products?q=cezve").await.0, ["Bakır Cezve"]);
        assert_eq!(titles("/products?q=cezve&status=active").await.0, [""; 0]);
        assert_eq!(titles("/products?q=bisiklet").await.0, [""; 0]);
        // A place that this search does not lead to.
        assert_eq!(shop.api("GET", &path.replace("kavhe", "mutfak"), None).await.status, 400);
    }
}

on_both! {
    async fn ten_thousand_products_are_searched_in_time(shop: &Shop; quiet()) {
        const COLORS: [&str; 5] = ["Kırmızı", "Mavi", "Yeşil", "Siyah", "Beyaz"];
        const THINGS: [&str; 8] =
            ["Kupa", "Fincan", "Bardak", "Tepsi", "Kase", "Tabak", "Sürahi", "Çaydanlık"];
        let (memory, id) = (Memory::default(), shop.shop_id);
        let txn = shop.db().begin_write().await.unwrap();
        for part in 0..4 {
            let mut csv = "id,title,price,brand\n".to_owned();
            for n in part * 2_500..(part + 1) * 2_500 {
                let (color, thing) = (COLORS[n % 5], THINGS[n % 8]);
                csv += &format!("s-{n},{color} {thing} Model{n},10.00 TRY,Marka{}\n", n % 97);
            }
            let report = catalog::import::csv(&txn, shop.now(), id, csv.as_bytes()).await.unwrap();
            assert_eq!(report.import.created, 2_500);
        }
        txn.commit().await.unwrap();
        let txn = shop.db().begin_write().await.unwrap();
        find(&txn, shop, &memory, "kupa").await;
        let mut slowest = Duration::ZERO;
        for text in ["model7777", "sürahı mavi", "krımızı tepsi model8", "caydanlk", "Marka96 siyah"] {
            let began = Instant::now();
            let row = shop::Entity::find_by_id(id).one(&txn).await.unwrap().unwrap();
            let vocabulary = search::vocabulary(&txn, &memory, &row).await.unwrap();
            let among = Among::ForSale;
            let results = search::find(&txn, &row, &vocabulary, text, among).await.unwrap();
            assert!(!results.found.is_empty(), "{text}");
            eprintln!("{text}: {} in {:?}", results.found.len(), began.elapsed());
            slowest = slowest.max(began.elapsed());
        }
        // Unoptimised, on a busy machine: a served one is some ten times as fast.
        assert!(slowest < Duration::from_secs(30), "{slowest:?}");
        txn.commit().await.unwrap();
    }
}
