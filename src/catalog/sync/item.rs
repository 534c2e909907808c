//! What an item of WhatsApp's catalog should be, made of a product and a variant. Pure.
//!
//! Field names and limits: reference of `items_batch`, read 2026-11.

use aws_lc_rs::digest;
use chrono::SecondsFormat;
use data_encoding::HEXLOWER;
use entity::{Timestamp, product, variant};
use serde_json::{Map, Value, json};

use super::{BatchRequest, Method};
use crate::{
    catalog::offer,
    message::Text,
    money::{Currency, Money},
};

/// Options that WhatsApp knows by these names; others go into `additional_variant_attribute`.
const AXES: [&str; 4] = ["color", "size", "pattern", "material"];
/// What an update says of fields that an item does not have: an update changes only what it names.
const CLEARED: [&str; 8] = [
    "sale_price",
    "sale_price_effective_date",
    "item_group_id",
    "color",
    "size",
    "pattern",
    "material",
    "additional_variant_attribute",
];
/// A number cannot be taken back: an item whose stock is not counted any more gets one that never runs out.
const PLENTY: i64 = 999_999;

/// What all items of a shop share.
#[derive(Clone, Debug)]
pub(super) struct Frame<'a> {
    pub(super) now: Timestamp,
    pub(super) shop_name: &'a str,
    pub(super) currency: Currency,
    /// Where the service is reached, without a slash at the end.
    pub(super) public_url: &'a str,
}

/// An item as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) sku: String,
    /// What WhatsApp reviews.
    face: Map<String, Value>,
    /// What it does not.
    terms: Map<String, Value>,
    pub(super) sold_out: bool,
}

impl Item {
    /// The item of a variant that is for sale; `siblings`: how many such variants its product has.
    ///
    /// # Errors
    /// Why WhatsApp cannot have it, in words for the owner.
    pub(super) fn of(
        frame: &Frame<'_>,
        product: &product::Model,
        variant: &variant::Model,
        siblings: usize,
    ) -> Result<Self, String> {
        let Some(picture) = offer::picture(product, variant) else {
            return Err("it has no picture: WhatsApp takes no item without one".to_owned());
        };
        let title = Text::<200>::cut(offer::title(product, variant));
        let description = match product.description.as_str() {
            "" => &product.title,
            text => text,
        };
        let brand = match product.brand.as_str() {
            "" => frame.shop_name,
            brand => brand,
        };
        let mut face = Map::new();
        let mut put = |key: &str, value: &str| {
            face.insert(key.to_owned(), Value::from(value));
        };
        put("title", title.as_str());
        put("description", Text::<9_999>::cut(description).as_str());
        put("condition", condition(product.condition));
        put("link", product.link.as_deref().unwrap_or(frame.public_url));
        put("image_link", &absolute(frame, picture));
        put("brand", Text::<100>::cut(brand).as_str());
        put("status", "active");
        if siblings > 1 {
            put("item_group_id", Text::<100>::cut(&product.handle).as_str());
        }
        let mut others = Vec::new();
        for (name, value) in product.options.0.iter().zip(&variant.option_values.0) {
            if AXES.contains(&name.as_str()) {
                put(name, Text::<100>::cut(value).as_str());
            } else {
                others.push(format!("{}:{}", plain(name), plain(value)));
            }
        }
        if !others.is_empty() {
            put("additional_variant_attribute", &others.join(","));
        }
        let available = offer::available(variant);
        let sold_out = available.is_some_and(|pieces| pieces <= 0);
        Ok(Self { sku: variant.sku.clone(), face, terms: terms(frame, variant), sold_out })
    }

    /// What is kept of it: half a SHA-256 of what is reviewed, half a one of what is not.
    pub(super) fn hash(&self) -> String {
        format!("{}{}", half(&self.face), half(&self.terms))
    }

    /// The request that brings it to WhatsApp.
    pub(super) fn request(&self, method: Method) -> BatchRequest {
        let mut data = Map::new();
        data.insert("id".to_owned(), json!(self.sku));
        data.extend(self.face.clone());
        data.extend(self.terms.clone());
        if method == Method::Update {
            for field in CLEARED {
                data.entry(field).or_insert_with(|| json!(""));
            }
            data.entry("quantity_to_sell_on_facebook").or_insert_with(|| json!(PLENTY));
        }
        BatchRequest { method, data }
    }
}

/// Whether two hashes differ only in what is not reviewed.
pub(super) fn same_face(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.get(..32) == b.get(..32)
}

/// The request that takes an item out.
pub(super) fn delete(sku: &str) -> BatchRequest {
    let data = Map::from_iter([("id".to_owned(), json!(sku))]);
    BatchRequest { method: Method::Delete, data }
}

fn terms(frame: &Frame<'_>, variant: &variant::Model) -> Map<String, Value> {
    let price = |minor| json!(Money::from_minor(minor, frame.currency).to_string());
    let mut terms = Map::new();
    terms.insert("price".to_owned(), price(variant.price_minor));
    if let Some(sale) = offer::sale_price(variant, frame.now) {
        terms.insert("sale_price".to_owned(), price(sale));
        // WhatsApp wants both ends or none. Without an end the sale price goes when it is taken back.
        if let Some(end) = variant.sale_ends_at {
            let start = variant.sale_starts_at.unwrap_or(variant.created_at);
            let period = format!("{}/{}", instant(start), instant(end));
            terms.insert("sale_price_effective_date".to_owned(), json!(period));
        }
    }
    let available = offer::available(variant);
    let stock = if available == Some(0) { "out of stock" } else { "in stock" };
    terms.insert("availability".to_owned(), json!(stock));
    if let Some(pieces) = available {
        terms.insert("quantity_to_sell_on_facebook".to_owned(), json!(pieces));
    }
    terms
}

fn condition(condition: product::Condition) -> &'static str {
    match condition {
        product::Condition::New => "new",
        product::Condition::Refurbished => "refurbished",
        product::Condition::Used => "used",
    }
}

fn absolute(frame: &Frame<'_>, link: &str) -> String {
    if link.starts_with('/') { format!("{}{link}", frame.public_url) } else { link.to_owned() }
}

fn instant(at: Timestamp) -> String {
    at.to_utc().to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// `Name:Value,Name2:Value2` has no way to write the two marks themselves.
fn plain(text: &str) -> String {
    text.replace([',', ':'], " ")
}

fn half(fields: &Map<String, Value>) -> String {
    let text = Value::Object(fields.clone()).to_string();
    let hash = digest::digest(&digest::SHA256, text.as_bytes());
    HEXLOWER.encode(&hash.as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use entity::{ProductId, ShopId, StringList, VariantId};

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_795_417_200_000);

    fn frame() -> Frame<'static> {
        let currency = "TRY".parse().unwrap();
        Frame { now: NOW, shop_name: "Kahve", currency, public_url: "https://shop.example" }
    }

    fn goods() -> (product::Model, variant::Model) {
        let (shop_id, product_id) = (ShopId::new(NOW), ProductId::new(NOW));
        let product = product::Model {
            id: product_id,
            shop_id,
            handle: "filtre".into(),
            code: 1,
            title: "Filtre Kahve".into(),
            description: "Çikolata.".into(),
            brand: String::new(),
            keywords: String::new(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: StringList(vec!["size".into(), "Öğütme".into()]),
            images: StringList(vec!["/media/a.png".into()]),
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        let variant = variant::Model {
            id: VariantId::new(NOW),
            shop_id,
            product_id,
            sku: "filtre-250".into(),
            code: 2,
            option_values: StringList(vec!["250 g".into(), "ince, çok".into()]),
            price_minor: 18_000,
            sale_price_minor: None,
            sale_starts_at: None,
            sale_ends_at: None,
            tracked: true,
            on_hand: 7,
            reserved: 2,
            status: variant::Status::Active,
            image: None,
            position: 0,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        (product, variant)
    }

    fn item(product: &product::Model, variant: &variant::Model) -> Item {
        Item::of(&frame(), product, variant, 2).unwrap()
    }

    #[test]
    fn an_item_says_all_that_whatsapp_wants() {
        let (product, variant) = goods();
        let request = item(&product, &variant).request(Method::Create);
        let wanted = json!({
            "id": "filtre-250",
            "title": "Filtre Kahve (250 g, ince, çok)",
            "description": "Çikolata.",
            "availability": "in stock",
            "condition": "new",
            "price": "180.00 TRY",
            "link": "https://shop.example",
            "image_link": "https://shop.example/media/a.png",
            "brand": "Kahve",
            "status": "active",
            "item_group_id": "filtre",
            "size": "250 g",
            "additional_variant_attribute": "Öğütme:ince  çok",
            "quantity_to_sell_on_facebook": 5,
        });
        assert_eq!(Value::Object(request.data), wanted);
    }

    #[test]
    fn an_update_takes_back_what_is_gone() {
        let (product, mut variant) = goods();
        variant.tracked = false;
        let data = item(&product, &variant).request(Method::Update).data;
        assert_eq!(data["sale_price"], "");
        assert_eq!(data["sale_price_effective_date"], "");
        assert_eq!(data["color"], "");
        assert_eq!(data["size"], "250 g");
        assert_eq!(data["quantity_to_sell_on_facebook"], PLENTY);
    }

    #[test]
    fn price_and_stock_do_not_change_the_face() {
        let (product, variant) = goods();
        let before = item(&product, &variant).hash();
        let mut cheaper = variant.clone();
        cheaper.sale_price_minor = Some(15_000);
        cheaper.sale_ends_at = Some(NOW.plus_seconds(60));
        let on_sale = item(&product, &cheaper);
        assert_ne!(before, on_sale.hash());
        assert!(same_face(&before, &on_sale.hash()));
        let data = on_sale.request(Method::Update).data;
        assert_eq!(data["sale_price"], "150.00 TRY");
        assert_eq!(
            data["sale_price_effective_date"],
            "2026-11-23T07:00:00+00:00/2026-11-23T07:01:00+00:00"
        );
        cheaper.sale_ends_at = Some(NOW);
        assert_eq!(item(&product, &cheaper).hash(), before);
        cheaper.sale_ends_at = None;
        cheaper.sale_starts_at = Some(NOW.plus_seconds(1));
        assert_eq!(item(&product, &cheaper).hash(), before);

        let mut renamed = product.clone();
        renamed.title = "Kahve".into();
        assert!(!same_face(&before, &item(&renamed, &variant).hash()));
    }

    #[test]
    fn what_orders_hold_is_not_for_sale() {
        let (product, mut variant) = goods();
        variant.reserved = 7;
        let item = item(&product, &variant);
        assert!(item.sold_out);
        let data = item.request(Method::Update).data;
        assert_eq!(data["availability"], "out of stock");
        assert_eq!(data["quantity_to_sell_on_facebook"], 0);
    }

    #[test]
    fn an_item_without_a_picture_cannot_be_sent() {
        let (mut product, variant) = goods();
        product.images = StringList::default();
        assert!(Item::of(&frame(), &product, &variant, 1).unwrap_err().contains("picture"));
    }
}
