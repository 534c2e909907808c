//! Products, variants, stock, collections and pictures: what the verbs accept, refuse and keep.

use entity::{ProductId, ShopId, product, variant};
use sepet::{
    catalog::{
        self, CatalogError, CollectionChange, NewCollection, NewProduct, NewVariant, ProductChange,
        Sale, Stock, VariantChange, list,
    },
    money::Money,
    platform::db::Write,
};

use crate::harness::Shop;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&t| t.to_owned()).collect()
}

fn a_variant(sku: &str, values: &[&str]) -> NewVariant {
    NewVariant {
        sku: sku.into(),
        option_values: strings(values),
        price: money("100.00 TRY"),
        sale: None,
        stock: Stock::Counted(5),
        status: variant::Status::Active,
        image: None,
    }
}

fn a_product(title: &str, options: &[&str], variants: Vec<NewVariant>) -> NewProduct {
    NewProduct {
        handle: None,
        title: title.into(),
        description: String::new(),
        brand: String::new(),
        keywords: String::new(),
        condition: product::Condition::New,
        link: None,
        status: product::Status::Active,
        options: strings(options),
        images: vec!["https://pictures.example/a.jpg".into()],
        variants,
    }
}

async fn begin(shop: &Shop) -> Write {
    shop.db().begin_write().await.unwrap()
}

async fn counts(shop: &Shop) -> (usize, usize) {
    let db = shop.db();
    let filter = list::ProductFilter::default();
    let all = list::products(db.reader(), shop.shop_id, &filter, None, 1_000).await.unwrap();
    (all.len(), all.iter().map(|(_, variants)| variants.len()).sum())
}

on_both! {
    async fn a_product_is_made_with_its_variants(shop: &Shop) {
        let before = counts(shop).await;
        let txn = begin(shop).await;
        let new = a_product(
            "Çay Bardağı",
            &["size"],
            vec![a_variant("bardak-s", &["S"]), a_variant("bardak-l", &["L"])],
        );
        let (made, variants) =
            catalog::create_product(&txn, shop.now(), shop.shop_id, new.clone()).await.unwrap();
        assert_eq!(made.handle, "cay-bardagi");
        assert_eq!(variants[0].code, made.code + 1);
        assert_eq!(variants[1].code, made.code + 2);
        // The same name and SKU again: another handle, and the SKU is refused.
        let again = catalog::create_product(&txn, shop.now(), shop.shop_id, new).await;
        assert!(matches!(again, Err(CatalogError::SkuTaken(sku)) if sku.starts_with("bardak")));
        txn.commit().await.unwrap();

        let db = shop.db();
        let read = list::product(db.reader(), shop.shop_id, made.id).await.unwrap();
        assert_eq!(read, (made, variants));
        assert_eq!(counts(shop).await, (before.0 + 1, before.1 + 2));
    }
}

on_both! {
    async fn a_refused_product_leaves_nothing_behind(shop: &Shop) {
        let before = counts(shop).await;
        let bad = [
            (a_product("", &[], vec![a_variant("a", &[])]), "title"),
            (a_product(&"a".repeat(201), &[], vec![a_variant("a", &[])]), "title"),
            (a_product("A", &[], vec![]), "variants"),
            (a_product("A", &[], vec![a_variant("a", &[]), a_variant("b", &[])]), "option_values"),
            (a_product("A", &["size"], vec![a_variant("a", &[])]), "option_values"),
            (a_product("A", &["s", "s"], vec![a_variant("a", &["1", "2"])]), "options/1"),
            (a_product("A", &[], vec![a_variant(&"a".repeat(101), &[])]), "variants/0/sku"),
            (
                a_product("A", &[], vec![NewVariant { price: money("0 TRY"), ..a_variant("a", &[]) }]),
                "variants/0/price",
            ),
            (
                a_product("A", &[], vec![NewVariant { price: money("1 EUR"), ..a_variant("a", &[]) }]),
                "variants/0/price",
            ),
            (
                a_product(
                    "A",
                    &[],
                    vec![NewVariant { stock: Stock::Counted(-1), ..a_variant("a", &[]) }],
                ),
                "variants/0/on_hand",
            ),
            (
                NewProduct {
                    link: Some("javascript:alert(1)".into()),
                    ..a_product("A", &[], vec![a_variant("a", &[])])
                },
                "link",
            ),
            (
                NewProduct {
                    description: "a".repeat(10_000),
                    ..a_product("A", &[], vec![a_variant("a", &[])])
                },
                "description",
            ),
        ];
        for (new, field) in bad {
            let txn = begin(shop).await;
            let refused = catalog::create_product(&txn, shop.now(), shop.shop_id, new).await;
            match refused {
                Err(CatalogError::Invalid(e)) => assert_eq!(e.field, field),
                other => panic!("{field}: {other:?}"),
            }
            txn.rollback().await.unwrap();
        }
        let txn = begin(shop).await;
        let unknown = format!("/media/{}.png", "0".repeat(64));
        let new = NewProduct { images: vec![unknown], ..a_product("A", &[], vec![a_variant("a", &[])]) };
        let refused = catalog::create_product(&txn, shop.now(), shop.shop_id, new).await;
        assert!(matches!(refused, Err(CatalogError::Picture(_))));
        txn.rollback().await.unwrap();
        assert_eq!(counts(shop).await, before);
    }
}

on_both! {
    async fn a_sale_is_below_the_price_and_its_dates_are_in_order(shop: &Shop) {
        let now = shop.now();
        let sale = |price: &str, from: Option<i64>, to: Option<i64>| Sale {
            price: money(price),
            starts_at: from.map(|s| now.plus_seconds(s)),
            ends_at: to.map(|s| now.plus_seconds(s)),
        };
        for (sale, good) in [
            (sale("99.99 TRY", None, None), true),
            (sale("100.00 TRY", None, None), false),
            (sale("0.00 TRY", None, None), false),
            (sale("50 EUR", None, None), false),
            (sale("50 TRY", Some(1), Some(2)), true),
            (sale("50 TRY", Some(2), Some(2)), false),
        ] {
            let txn = begin(shop).await;
            let variant = NewVariant { sale: Some(sale), ..a_variant("a", &[]) };
            let new = a_product("A", &[], vec![variant]);
            let made = catalog::create_product(&txn, now, shop.shop_id, new).await;
            assert_eq!(made.is_ok(), good, "{sale:?}");
            txn.rollback().await.unwrap();
        }
        // A price may not fall under the sale price that stands beside it.
        let txn = begin(shop).await;
        let variant = NewVariant { sale: Some(sale("80 TRY", None, None)), ..a_variant("a", &[]) };
        let (_, variants) =
            catalog::create_product(&txn, now, shop.shop_id, a_product("A", &[], vec![variant]))
                .await
                .unwrap();
        let change = VariantChange { price: Some(money("80 TRY")), ..Default::default() };
        let refused =
            catalog::update_variant(&txn, now, shop.shop_id, variants[0].id, change.clone(), None).await;
        assert!(matches!(refused, Err(CatalogError::Invalid(e)) if e.field == "sale_price"));
        let change = VariantChange { sale: Some(None), ..change };
        let changed =
            catalog::update_variant(&txn, now, shop.shop_id, variants[0].id, change, None).await.unwrap();
        assert_eq!((changed.price_minor, changed.sale_price_minor), (8_000, None));
        txn.rollback().await.unwrap();
    }
}

on_both! {
    async fn a_stale_writer_changes_nothing(shop: &Shop) {
        let txn = begin(shop).await;
        let (now, id) = (shop.now(), shop.shop_id);
        let new = a_product("A", &[], vec![a_variant("a", &[])]);
        let (made, variants) = catalog::create_product(&txn, now, id, new).await.unwrap();
        let titled = |title: &str| ProductChange { title: Some(title.into()), ..Default::default() };
        let second = catalog::update_product(&txn, now, id, made.id, titled("B"), Some(1)).await.unwrap();
        assert_eq!((second.version, second.title.as_str()), (2, "B"));
        let stale = catalog::update_product(&txn, now, id, made.id, titled("C"), Some(1)).await;
        assert!(matches!(stale, Err(CatalogError::Stale(_))));

        let archive = VariantChange { status: Some(variant::Status::Archived), ..Default::default() };
        let last = catalog::update_variant(&txn, now, id, variants[0].id, archive, None).await;
        assert!(matches!(last, Err(CatalogError::Invalid(e)) if e.field == "variants"));
        catalog::set_stock(&txn, now, id, "a", Stock::Counted(1), Some(1)).await.unwrap();
        let stale = catalog::set_stock(&txn, now, id, "a", Stock::Counted(2), Some(1)).await;
        assert!(matches!(stale, Err(CatalogError::Stale(_))));
        txn.commit().await.unwrap();

        let db = shop.db();
        let (product, variants) = list::product(db.reader(), id, made.id).await.unwrap();
        assert_eq!(product.title, "B");
        assert_eq!((variants[0].on_hand, variants[0].version), (1, 2));
    }
}

on_both! {
    async fn a_product_gets_other_options(shop: &Shop) {
        let txn = begin(shop).await;
        let (now, id) = (shop.now(), shop.shop_id);
        let new = a_product("A", &[], vec![a_variant("a", &[])]);
        let (made, variants) = catalog::create_product(&txn, now, id, new).await.unwrap();
        let more = catalog::add_variant(&txn, now, id, made.id, a_variant("b", &[])).await;
        assert!(matches!(more, Err(CatalogError::Invalid(_))));
        let change = ProductChange { options: Some(strings(&["color"])), ..Default::default() };
        let half = catalog::update_product(&txn, now, id, made.id, change.clone(), None).await;
        assert!(matches!(half, Err(CatalogError::Invalid(_))));
        let change =
            ProductChange { option_values: vec![(variants[0].id, strings(&["red"]))], ..change };
        catalog::update_product(&txn, now, id, made.id, change, None).await.unwrap();
        let twin = catalog::add_variant(&txn, now, id, made.id, a_variant("b", &["red"])).await;
        assert!(matches!(twin, Err(CatalogError::Invalid(_))));
        let blue = catalog::add_variant(&txn, now, id, made.id, a_variant("b", &["blue"])).await.unwrap();
        assert_eq!(blue.position, 1);
        let away = VariantChange { status: Some(variant::Status::Archived), ..Default::default() };
        catalog::update_variant(&txn, now, id, variants[0].id, away, None).await.unwrap();
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn stock_is_set_and_adjusted_but_never_below_nothing(shop: &Shop) {
        let (now, id) = (shop.now(), shop.shop_id);
        let txn = begin(shop).await;
        let more = catalog::adjust_stock(&txn, now, id, "filtre-250", 5).await.unwrap();
        assert_eq!(more.on_hand, 25);
        let none = catalog::adjust_stock(&txn, now, id, "filtre-250", -25).await.unwrap();
        assert_eq!(none.on_hand, 0);
        let less = catalog::adjust_stock(&txn, now, id, "filtre-250", -1).await;
        assert!(matches!(less, Err(CatalogError::TooFew { on_hand: 0, by: -1, .. })));
        let uncounted = catalog::adjust_stock(&txn, now, id, "filtre-kagidi", 1).await;
        assert!(matches!(uncounted, Err(CatalogError::Uncounted(_))));
        let negative = catalog::set_stock(&txn, now, id, "filtre-250", Stock::Counted(-1), None).await;
        assert!(matches!(negative, Err(CatalogError::Invalid(_))));
        let unknown = catalog::set_stock(&txn, now, id, "nope", Stock::Counted(1), None).await;
        assert!(matches!(unknown, Err(CatalogError::NoSku(_))));
        let free = catalog::set_stock(&txn, now, id, "filtre-250", Stock::Uncounted, None).await.unwrap();
        assert!(!free.tracked);
        let set = catalog::set_stock(&txn, now, id, "filtre-250", Stock::Counted(3), None).await.unwrap();
        assert!(set.tracked);
        assert_eq!(set.on_hand, 3);
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn two_adjustments_at_once_both_count(shop: &Shop) {
        let one = async || {
            for _ in 0..10 {
                let txn = begin(shop).await;
                catalog::adjust_stock(&txn, shop.now(), shop.shop_id, "filtre-500", -1).await.unwrap();
                catalog::adjust_stock(&txn, shop.now(), shop.shop_id, "filtre-500", 2).await.unwrap();
                txn.commit().await.unwrap();
            }
        };
        tokio::join!(one(), one(), one());
        let txn = begin(shop).await;
        let row = catalog::adjust_stock(&txn, shop.now(), shop.shop_id, "filtre-500", 0).await.unwrap();
        assert_eq!(row.on_hand, 5 + 30);
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn collections_hold_products_in_order(shop: &Shop) {
        let (now, id) = (shop.now(), shop.shop_id);
        let db = shop.db();
        let all = list::products(db.reader(), id, &list::ProductFilter::default(), None, 100).await.unwrap();
        let ids: Vec<ProductId> = all.iter().rev().map(|(p, _)| p.id).collect();

        let txn = begin(shop).await;
        let new = NewCollection { handle: None, title: "Yılbaşı".into(), position: None };
        let made = catalog::create_collection(&txn, now, id, new).await.unwrap();
        assert_eq!((made.handle.as_str(), made.position), ("yilbasi", 2));
        catalog::set_collection_products(&txn, now, id, made.id, &ids, Some(1)).await.unwrap();
        let stale = catalog::set_collection_products(&txn, now, id, made.id, &[], Some(1)).await;
        assert!(matches!(stale, Err(CatalogError::Stale(_))));
        let twice = catalog::set_collection_products(&txn, now, id, made.id, &[ids[0], ids[0]], None).await;
        assert!(matches!(twice, Err(CatalogError::Invalid(_))));
        let taken = CollectionChange { handle: Some("mutfak".into()), ..Default::default() };
        let taken = catalog::update_collection(&txn, now, id, made.id, taken, None).await;
        assert!(matches!(taken, Err(CatalogError::HandleTaken(_))));
        txn.commit().await.unwrap();
        assert_eq!(list::collection(db.reader(), id, made.id).await.unwrap().1, ids);

        let filter = list::ProductFilter { collection: Some(made.id), ..Default::default() };
        let inside = list::products(db.reader(), id, &filter, None, 100).await.unwrap();
        assert_eq!(inside.len(), ids.len());
        let txn = begin(shop).await;
        catalog::delete_collection(&txn, id, made.id, None).await.unwrap();
        txn.commit().await.unwrap();
        assert!(list::collection(db.reader(), id, made.id).await.is_err());
        assert_eq!(counts(shop).await.0, ids.len());
    }
}

on_both! {
    async fn pages_are_stable_while_things_are_added(shop: &Shop) {
        let (db, id) = (shop.db(), shop.shop_id);
        let filter = list::ProductFilter::default();
        let whole = list::products(db.reader(), id, &filter, None, 100).await.unwrap();
        let first = list::products(db.reader(), id, &filter, None, 3).await.unwrap();
        shop.pass(1).await;
        let txn = begin(shop).await;
        let new = a_product("Yeni", &[], vec![a_variant("yeni", &[])]);
        let (new, _) = catalog::create_product(&txn, shop.now(), id, new).await.unwrap();
        txn.commit().await.unwrap();
        let after = Some(first[2].0.id);
        let rest = list::products(db.reader(), id, &filter, after, 100).await.unwrap();
        let seen: Vec<_> = first.iter().chain(&rest).map(|(p, _)| p.id).collect();
        let wanted: Vec<_> = whole.iter().map(|(p, _)| p.id).collect();
        assert_eq!(seen, wanted);
        let newest = list::products(db.reader(), id, &filter, None, 1).await.unwrap();
        assert_eq!(newest[0].0.id, new.id);
    }
}

on_both! {
    async fn another_shops_things_do_not_exist(shop: &Shop) {
        let (now, other) = (shop.now(), ShopId::new(shop.now()));
        let db = shop.db();
        let all = list::products(db.reader(), shop.shop_id, &list::ProductFilter::default(), None, 1)
            .await
            .unwrap();
        let (product, variants) = &all[0];
        let txn = begin(shop).await;
        let change = ProductChange::default();
        assert!(matches!(
            catalog::update_product(&txn, now, other, product.id, change, None).await,
            Err(CatalogError::NoProduct(_))
        ));
        let change = VariantChange::default();
        assert!(matches!(
            catalog::update_variant(&txn, now, other, variants[0].id, change, None).await,
            Err(CatalogError::NoVariant(_))
        ));
        assert!(matches!(
            catalog::adjust_stock(&txn, now, other, variants[0].id, 1).await,
            Err(CatalogError::NoVariant(_))
        ));
        assert!(list::product(&txn, other, product.id).await.is_err());
        assert!(list::products(&txn, other, &list::ProductFilter::default(), None, 9).await.unwrap().is_empty());
        txn.rollback().await.unwrap();
    }
}

on_both! {
    async fn a_picture_is_kept_once_under_its_content(shop: &Shop) {
        let bytes = png(600, 600);
        let txn = begin(shop).await;
        let first = catalog::upload_image(&txn, shop.now(), shop.shop_id, bytes.clone()).await.unwrap();
        let again = catalog::upload_image(&txn, shop.now(), shop.shop_id, bytes.clone()).await.unwrap();
        assert_eq!(first, again);
        let small = catalog::upload_image(&txn, shop.now(), shop.shop_id, png(499, 600)).await;
        assert!(matches!(small, Err(CatalogError::Picture(_))));
        let new = NewProduct { images: vec![first.path()], ..a_product("A", &[], vec![a_variant("a", &[])]) };
        catalog::create_product(&txn, shop.now(), shop.shop_id, new).await.unwrap();
        txn.commit().await.unwrap();
        let db = shop.db();
        assert_eq!(catalog::image::served(db.reader(), &first.name).await.unwrap(), Some(bytes));
    }
}

/// A PNG file whose head can be read.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}
