//! A product feed is taken in: each row has its result, and the same file again changes nothing.

use entity::{import_row::Outcome, variant};
use sepet::{
    catalog::{self, Stock, VariantChange, import::Report, list},
    platform::db::Write,
};

use crate::harness::Shop;

const HEAD: &str = "id,title,description,availability,condition,price,sale_price,\
    sale_price_effective_date,link,image_link,brand,item_group_id,color,size,\
    quantity_to_sell_on_facebook,product_type\n";

async fn import(shop: &Shop, text: &str) -> Report {
    let txn = shop.db().begin_write().await.unwrap();
    let report =
        catalog::import::csv(&txn, shop.now(), shop.shop_id, text.as_bytes()).await.unwrap();
    txn.commit().await.unwrap();
    report
}

fn counted(report: &Report) -> [i32; 4] {
    let import = &report.import;
    [import.created, import.updated, import.unchanged, import.refused]
}

fn outcomes(report: &Report) -> Vec<Outcome> {
    report.rows.iter().map(|row| row.outcome).collect()
}

fn message(report: &Report, line: i32) -> &str {
    let row = report.rows.iter().find(|row| row.line == line).unwrap();
    row.message.as_deref().unwrap_or_default()
}

async fn variant(shop: &Shop, sku: &str) -> Option<variant::Model> {
    let filter = list::VariantFilter { sku: Some(sku.into()), ..Default::default() };
    list::variants(shop.db().reader(), shop.shop_id, &filter, None, 1).await.unwrap().pop()
}

async fn begin(shop: &Shop) -> Write {
    shop.db().begin_write().await.unwrap()
}

on_both! {
    async fn a_feed_becomes_products_variants_and_collections(shop: &Shop) {
        let feed = format!(
            "{HEAD}\
            g-250,Guatemala,Kakao ve portakal,in stock,new,210.00 TRY,189.00 TRY,\
            2026-11-20T00:00+03:00/2026-12-01T00:00+03:00,https://kahve.example/g,\
            https://pictures.example/g.jpg,Kahve Dükkanı,guatemala,,250 g,12,Kahve > Çekirdek\n\
            g-1000,Guatemala,Kakao ve portakal,in stock,new,760.00 TRY,,,https://kahve.example/g,\
            https://pictures.example/g-1000.jpg,Kahve Dükkanı,guatemala,,1 kg,,Kahve > Çekirdek\n\
            lokum,Lokum,Güllü,out of stock,new,95.50 TRY,,,,https://pictures.example/l.jpg,,,,,,Tatlı\n"
        );
        let report = import(shop, &feed).await;
        assert_eq!(counted(&report), [3, 0, 0, 0], "{:?}", report.rows);

        let small = variant(shop, "g-250").await.unwrap();
        assert_eq!((small.price_minor, small.sale_price_minor), (21_000, Some(18_900)));
        assert_eq!(small.sale_ends_at.unwrap().to_string(), "2026-11-30T21:00:00.000Z");
        assert_eq!((small.tracked, small.on_hand, small.image.as_deref()), (true, 12, None));
        let large = variant(shop, "g-1000").await.unwrap();
        assert_eq!((large.tracked, large.position), (false, 1));
        assert_eq!(large.image.as_deref(), Some("https://pictures.example/g-1000.jpg"));
        let gone = variant(shop, "lokum").await.unwrap();
        assert_eq!((gone.tracked, gone.on_hand), (true, 0));

        let db = shop.db();
        let (product, variants) =
            list::product(db.reader(), shop.shop_id, small.product_id).await.unwrap();
        assert_eq!((product.handle.as_str(), product.options.0.as_slice()), ("guatemala", &["size".to_owned()][..]));
        assert_eq!(variants.len(), 2);
        let collections = list::collections(db.reader(), shop.shop_id, None, 100).await.unwrap();
        let beans = collections.iter().find(|c| c.title == "Çekirdek").unwrap();
        let inside = list::collection(db.reader(), shop.shop_id, beans.id).await.unwrap().1;
        assert_eq!(inside, [product.id]);

        shop.pass(1).await;
        let again = import(shop, &feed).await;
        assert_eq!(counted(&again), [0, 0, 3, 0], "{:?}", again.rows);
        assert_eq!(variant(shop, "g-250").await.unwrap(), small);
        let rows = list::import_rows(db.reader(), again.import.id, None, Some(2), 100).await.unwrap();
        assert_eq!(rows, again.rows[1..]);
        let newest = list::imports(db.reader(), shop.shop_id, None, 1).await.unwrap();
        assert_eq!(newest, [again.import]);
    }
}

on_both! {
    async fn bad_rows_never_harm_good_ones(shop: &Shop) {
        let report = import(
            shop,
            "id,title,price,color,item_group_id,weight,image_link\n\
            a,A,1 USD,,,1,\n\
            b,B,1 TRY,,,1,\n\
            c,,1 TRY,,,1,\n\
            d,D,,,,1,\n\
            e,E,1 TRY,red,g,1,\n\
            f,F,1 TRY,red,g,1,\n\
            h,H,1 TRY,blue,g,1,\n\
            x,X,1 TRY,,,1,\n\
            x,X,1 TRY,,,1,\n\
            i,I,0.00 TRY,,,1,\n\
            j,J,1 TRY,,,1,/media/0000000000000000000000000000000000000000000000000000000000000000.png\n",
        )
        .await;
        use Outcome::{Created, Refused};
        assert_eq!(
            outcomes(&report),
            [
                Refused, Created, Refused, Refused, Created, Refused, Created, Refused, Refused,
                Refused, Refused
            ]
        );
        assert_eq!(message(&report, 2), "`price` is in USD, but the shop sells in TRY");
        assert_eq!(message(&report, 4), "`title` is missing: the product is new");
        assert_eq!(message(&report, 5), "`price` is missing: the item is new");
        assert_eq!(message(&report, 7), "has the same color as `e`");
        assert_eq!(message(&report, 8), "its product has title of line 6");
        assert_eq!(message(&report, 9), "`id` stands 2 times in the file: no row of it is taken");
        assert_eq!(message(&report, 11), "`price` must be above zero");
        assert!(message(&report, 12).ends_with("was never uploaded"));
        assert_eq!(report.import.ignored_columns.0, ["weight"]);
        assert!(variant(shop, "a").await.is_none());
        assert!(variant(shop, "x").await.is_none());
    }
}

on_both! {
    async fn a_file_with_few_columns_changes_just_those(shop: &Shop) {
        let before = variant(shop, "filtre-250").await.unwrap();
        let report = import(
            shop,
            "id;price;inventory\nfiltre-250;199.90 TRY;7\nfiltre-500;330.00 TRY;5\nkupa-mavi;1 TRY;-1\n",
        )
        .await;
        assert_eq!(counted(&report), [0, 1, 1, 1], "{:?}", report.rows);
        let after = variant(shop, "filtre-250").await.unwrap();
        assert_eq!((after.price_minor, after.on_hand, after.version), (19_990, 7, before.version + 1));
        assert_eq!((after.option_values, after.position), (before.option_values, before.position));
        let uncounted = import(shop, "id,availability\nfiltre-250,in stock\nfiltre-500,out of stock\n").await;
        assert_eq!(counted(&uncounted), [0, 1, 1, 0]);
        assert_eq!(variant(shop, "filtre-250").await.unwrap().on_hand, 7);
        assert_eq!(variant(shop, "filtre-500").await.unwrap().on_hand, 0);
    }
}

on_both! {
    async fn a_variant_does_not_move_and_archived_ones_stay_away(shop: &Shop) {
        let moved = import(shop, "id,title,item_group_id\nfiltre-250,Filtre Kahve,other\n").await;
        assert!(message(&moved, 2).starts_with("belongs to the product `filtre`"));

        let txn = begin(shop).await;
        let id = variant(shop, "filtre-500").await.unwrap().id;
        let away = VariantChange { status: Some(variant::Status::Archived), ..Default::default() };
        catalog::update_variant(&txn, shop.now(), shop.shop_id, id, away, None).await.unwrap();
        txn.commit().await.unwrap();
        let report = import(
            shop,
            "id,price,size\nfiltre-500,340.00 TRY,1 kg\nfiltre-250,180.00 TRY,250 g\n",
        )
        .await;
        assert_eq!(counted(&report), [0, 1, 1, 0], "{:?}", report.rows);
        assert_eq!(message(&report, 2), "is archived: not for sale until it is activated");
        let archived = variant(shop, "filtre-500").await.unwrap();
        assert_eq!(archived.status, variant::Status::Archived);
        assert_eq!(archived.price_minor, 34_000);
        let back = VariantChange { status: Some(variant::Status::Active), ..Default::default() };
        let txn = begin(shop).await;
        catalog::update_variant(&txn, shop.now(), shop.shop_id, id, back, None).await.unwrap();
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn stock_that_orders_hold_is_never_taken_away(shop: &Shop) {
        use sea_orm::ConnectionTrait;
        let hold = |n: i32| format!("UPDATE variants SET reserved = {n} WHERE sku = 'turk-100'");
        let txn = begin(shop).await;
        txn.execute_unprepared(&hold(3)).await.unwrap();
        let few = catalog::set_stock(&txn, shop.now(), shop.shop_id, "turk-100", Stock::Counted(2), None).await;
        assert!(matches!(few, Err(catalog::CatalogError::Held { reserved: 3, wanted: 2, .. })));
        let few = catalog::adjust_stock(&txn, shop.now(), shop.shop_id, "turk-100", -48).await;
        assert!(matches!(few, Err(catalog::CatalogError::Held { reserved: 3, wanted: 2, .. })));
        txn.commit().await.unwrap();
        import(shop, "id,inventory\nturk-100,1\n").await;
        assert_eq!(variant(shop, "turk-100").await.unwrap().on_hand, 3);
        let txn = begin(shop).await;
        txn.execute_unprepared(&hold(0)).await.unwrap();
        txn.commit().await.unwrap();
    }
}

on_both! {
    async fn ten_thousand_rows_are_taken_at_once(shop: &Shop) {
        use std::fmt::Write as _;
        let mut feed = String::from("id,title,price,item_group_id,size,inventory,product_type\n");
        for i in 0..10_000 {
            let _ = writeln!(feed, "s{i},Ürün {0},{1}.00 TRY,g{0},{2},5,Reyon {3}", i / 4, i + 1, i % 4, i / 400);
        }
        let report = import(shop, &feed).await;
        assert_eq!(counted(&report), [10_000, 0, 0, 0]);
        let again = import(shop, &feed).await;
        assert_eq!(counted(&again), [0, 0, 10_000, 0]);
        let dearer = import(shop, &feed.replace(".00 TRY", ".50 TRY")).await;
        assert_eq!(counted(&dearer), [0, 10_000, 0, 0]);
        assert_eq!(variant(shop, "s9999").await.unwrap().price_minor, 1_000_050);
    }
}

on_both! {
    async fn the_demos_goods_are_all_taken(shop: &Shop) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        let goods = std::fs::read_to_string(folder.join("catalog.csv")).unwrap();
        let mut count = 0;
        for file in std::fs::read_dir(folder.join("pictures")).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(bytes.len() <= 25 * 1_024);
            catalog::image::look(&bytes).unwrap();
            count += 1;
        }
        assert!(count <= 14);
        // The shop of the tests has some of the SKUs and handles already.
        let goods = goods.replace("picture:", "https://pictures.example/");
        let mut reader = csv::Reader::from_reader(goods.as_bytes());
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = reader.headers().unwrap().clone();
        writer.write_record(&head).unwrap();
        for row in reader.records() {
            let row = row.unwrap();
            let cells = head.iter().zip(&row).map(|(name, cell)| match name {
                "id" | "item_group_id" if !cell.is_empty() => format!("demo-{cell}"),
                _ => cell.to_owned(),
            });
            writer.write_record(cells).unwrap();
        }
        let feed = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let report = import(shop, &feed).await;
        assert_eq!(counted(&report)[0], 41, "{:?}", report.rows);
        assert!(report.rows.iter().all(|row| row.message.is_none()), "{:?}", report.rows);
        let collections = list::collections(shop.db().reader(), shop.shop_id, None, 100).await.unwrap();
        assert_eq!(collections.len(), 2 + 6);
    }
}
