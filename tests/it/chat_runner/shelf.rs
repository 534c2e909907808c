//! What else the owner puts on the shelf in a script: collections, products, sales; by the catalog's verbs.

use entity::{product, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sepet::{
    catalog::{
        self, CatalogError, NewCollection, NewProduct, NewVariant, ProductChange, Sale, Stock,
        VariantChange,
    },
    money::Money,
    platform::db::Write,
};

use super::{Play, script::seconds};

impl Play<'_> {
    /// `~ collection  TITLE: SKU, SKU`, `~ product  SKU "TITLE" 45.00`, `~ archive  SKU`,
    /// `~ keywords  SKU = coffee, mocca`,
    /// `~ sale  SKU = 150.00 from +1h`
    pub(super) async fn shelf_act(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let app = self.shop.app();
        let txn = app.platform().db.begin_write().await.unwrap();
        match word {
            "collection" => self.collection(&txn, rest).await?,
            "product" => self.product(&txn, rest).await?,
            "keywords" => self.keywords(&txn, rest).await?,
            "archive" => {
                let (shop, now) = (self.shop.shop_id, self.shop.now());
                let id = variant_of(&txn, rest).await?.product_id;
                catalog::archive_product(&txn, now, shop, id, None).await.map_err(told)?;
            }
            _ => self.sale(&txn, rest).await?,
        }
        txn.commit().await.unwrap();
        Ok(())
    }

    async fn collection(&self, txn: &Write, rest: &str) -> Result<(), String> {
        let (title, skus) = rest.split_once(':').ok_or("write `~ collection  TITLE: SKU, SKU`")?;
        let (shop, now) = (self.shop.shop_id, self.shop.now());
        let new = NewCollection { handle: None, title: title.trim().into(), position: None };
        let made = catalog::create_collection(txn, now, shop, new).await.map_err(told)?;
        let mut products = Vec::new();
        for sku in skus.split(',') {
            products.push(variant_of(txn, sku.trim()).await?.product_id);
        }
        let put = catalog::set_collection_products(txn, now, shop, made.id, &products, None).await;
        put.map_err(told).map(drop)
    }

    async fn product(&self, txn: &Write, rest: &str) -> Result<(), String> {
        let bad = "write `~ product  SKU \"TITLE\" 45.00`";
        let (sku, rest) = rest.split_once('"').ok_or(bad)?;
        let (title, price) = rest.rsplit_once('"').ok_or(bad)?;
        let (price, picture) = match price.strip_suffix("with picture") {
            Some(price) => (price, Some(format!("https://pictures.example/{}.jpg", sku.trim()))),
            None => (price, None),
        };
        let variant = NewVariant {
            sku: sku.trim().into(),
            option_values: Vec::new(),
            price: lira(price)?,
            sale: None,
            stock: Stock::Uncounted,
            status: variant::Status::Active,
            image: None,
        };
        let new = NewProduct {
            handle: None,
            title: title.into(),
            description: String::new(),
            brand: String::new(),
            keywords: String::new(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: Vec::new(),
            images: picture.into_iter().collect(),
            variants: vec![variant],
        };
        let (shop, now) = (self.shop.shop_id, self.shop.now());
        catalog::create_product(txn, now, shop, new).await.map_err(told).map(drop)
    }

    async fn keywords(&self, txn: &Write, rest: &str) -> Result<(), String> {
        let (sku, words) = rest.split_once('=').ok_or("write `~ keywords  SKU = coffee, mocca`")?;
        let (shop, now) = (self.shop.shop_id, self.shop.now());
        let id = variant_of(txn, sku.trim()).await?.product_id;
        let change = ProductChange { keywords: Some(words.trim().into()), ..Default::default() };
        catalog::update_product(txn, now, shop, id, change, None).await.map_err(told).map(drop)
    }

    async fn sale(&self, txn: &Write, rest: &str) -> Result<(), String> {
        let (sku, rest) = rest.split_once('=').ok_or("write `~ sale  SKU = 150.00 from +1h`")?;
        let (price, from) = rest.split_once("from").map_or((rest, None), |(p, f)| (p, Some(f)));
        let (shop, now) = (self.shop.shop_id, self.shop.now());
        let starts_at = from.map(seconds).transpose()?.map(|s| now.plus_seconds(s));
        let sale = Sale { price: lira(price)?, starts_at, ends_at: None };
        let change = VariantChange { sale: Some(Some(sale)), ..VariantChange::default() };
        let id = variant_of(txn, sku.trim()).await?.id;
        catalog::update_variant(txn, now, shop, id, change, None).await.map_err(told).map(drop)
    }
}

async fn variant_of(txn: &Write, sku: &str) -> Result<variant::Model, String> {
    let found = variant::Entity::find().filter(variant::Column::Sku.eq(sku)).one(txn).await;
    found.unwrap().ok_or_else(|| format!("no variant `{sku}`"))
}

fn lira(text: &str) -> Result<Money, String> {
    format!("{} TRY", text.trim()).parse().map_err(|e| format!("`{text}`: {e}"))
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn told(error: CatalogError) -> String {
    error.to_string()
}
