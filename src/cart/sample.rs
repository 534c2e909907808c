//! Goods for the tests of this room.

use entity::{ProductId, ShopId, StringList, Timestamp, VariantId, cart, product, variant};

use super::{Offer, Offers};
use crate::message::NativeItem;

pub(super) const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);

pub(super) fn offer(shop: ShopId, sku: &str, price_minor: i64, on_hand: Option<i64>) -> Offer {
    let product = product::Model {
        id: ProductId::new(NOW),
        shop_id: shop,
        handle: sku.to_owned(),
        code: 1,
        title: sku.to_uppercase(),
        description: String::new(),
        brand: String::new(),
        keywords: String::new(),
        condition: product::Condition::New,
        link: None,
        status: product::Status::Active,
        options: StringList::default(),
        images: StringList::default(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let variant = variant::Model {
        id: VariantId::new(NOW),
        shop_id: shop,
        product_id: product.id,
        sku: sku.to_owned(),
        code: 2,
        option_values: StringList::default(),
        price_minor,
        sale_price_minor: None,
        sale_starts_at: None,
        sale_ends_at: None,
        tracked: on_hand.is_some(),
        on_hand: on_hand.unwrap_or(0),
        reserved: 0,
        status: variant::Status::Active,
        image: None,
        position: 1,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    Offer { product, variant }
}

pub(super) fn item(sku: &str, quantity: Option<i64>) -> NativeItem {
    NativeItem { sku: sku.into(), quantity, item_price: None, currency: "TRY".into() }
}

/// Five teas, mugs without end, one thing sold out and one withdrawn.
pub(super) fn shelf(shop: ShopId) -> Offers {
    let mut offers = Offers::default();
    offers.insert(offer(shop, "tea", 1_000, Some(5)));
    offers.insert(offer(shop, "mug", 2_500, None));
    offers.insert(offer(shop, "none", 900, Some(0)));
    let mut off = offer(shop, "off", 700, None);
    off.variant.status = variant::Status::Archived;
    offers.insert(off);
    offers
}

pub(super) fn aside(sku: &str, quantity: i64, why: cart::Why) -> cart::SetAsideLine {
    let title = (why != cart::Why::Unknown).then(|| sku.to_uppercase());
    cart::SetAsideLine { sku: sku.into(), title, quantity, why }
}
