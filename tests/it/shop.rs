//! `shop.toml`: applied twice it changes nothing; what is wrong is told and leaves nothing behind.

use std::path::Path;

use entity::{channel, shop as shop_table};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sepet::shop::{Applied, Change, ShopError, ShopFile, apply};

use crate::harness::{Options, Shop};

const FILE: &str = r#"
[app]
id = "777"
secrets = ["one", "two"]
verify_token = "verify"
[shop]
handle = "cay"
name = "Çay Evi"
currency = "TRY"
languages = ["tr"]
time_zone = "Europe/Istanbul"
prices_include_tax = true
[channel]
phone_number_id = "778"
display_phone_number = "+905550000777"
waba_id = "779"
portfolio_id = "780"
access_token = "token"
[checkout]
pickup = false
"#;

async fn put(shop: &Shop, text: &str) -> Result<Applied, ShopError> {
    let file = ShopFile::parse(text, Path::new("."))?;
    let app = shop.app();
    let txn = shop.db().begin_write().await.unwrap();
    let applied = apply(&txn, &app.platform().sealer, &file, shop.now()).await;
    match applied {
        Ok(_) => txn.commit().await.unwrap(),
        Err(_) => txn.rollback().await.unwrap(),
    }
    applied
}

on_both! {
    async fn a_file_applied_twice_changes_nothing(shop: &Shop; Options { synced: false, ..Options::default() }) {
        let first = put(shop, FILE).await.unwrap();
        assert_eq!([first.app, first.shop, first.channel], [Change::Created; 3]);
        let again = put(shop, FILE).await.unwrap();
        assert_eq!([again.app, again.shop, again.channel], [Change::Unchanged; 3]);
        assert_eq!(again.shop_id, first.shop_id);

        let moved = FILE.replace("pickup = false", "bank_transfer = true\nbank_account = \"TR00\"");
        let moved = put(shop, &moved).await.unwrap();
        assert_eq!([moved.app, moved.shop, moved.channel], [Change::Unchanged, Change::Updated, Change::Unchanged]);
        let row = shop_table::Entity::find_by_id(first.shop_id).one(shop.db().reader()).await.unwrap().unwrap();
        assert!(row.checkout.bank_transfer && !row.checkout.pickup, "what the file leaves out stays");
        assert_eq!((row.version, row.number_key.len()), (2, 16));
        let number = channel::Entity::find_by_id(first.channel_id).one(shop.db().reader()).await.unwrap().unwrap();
        assert_eq!((number.pace_per_second, number.pair_seconds, number.pair_burst), (80, 6, 45));
        assert_eq!(number.graph_url, "https://graph.facebook.com");

        let rotated = put(shop, &FILE.replace("\"one\", \"two\"", "\"two\", \"three\"")).await.unwrap();
        assert_eq!([rotated.app, rotated.channel], [Change::Updated, Change::Unchanged]);
    }
}

on_both! {
    async fn a_file_that_cannot_be_applied_leaves_nothing_behind(shop: &Shop; Options { synced: false, ..Options::default() }) {
        let taken = FILE.replace("\"778\"", "\"100000000000001\"");
        let refused = put(shop, &taken).await.unwrap_err();
        assert!(matches!(&refused, ShopError::ForeignChannel { handle, .. } if handle == "kahve"), "{refused}");
        let stayed = shop_table::Entity::find()
            .filter(shop_table::Column::Handle.eq("cay"))
            .one(shop.db().reader())
            .await
            .unwrap();
        assert_eq!(stayed, None);
        let mut other = FILE.replace("currency = \"TRY\"", "currency = \"EUR\"");
        other = other.replace("handle = \"cay\"", "handle = \"kahve\"");
        let refused = put(shop, &other).await.unwrap_err();
        assert!(matches!(refused, ShopError::CurrencyInUse { .. }), "{refused}");
    }
}
