//! `/shop`: the shop that the key belongs to.

use entity::{ShopId, TermsId, shop};
use poem_openapi::{Enum, Object, OpenApi, param::Path, payload::Json, types::Example};

use super::Tag;
use crate::{
    http::{
        auth::{Key, ShopRead, ShopWrite},
        once::{Edge, Once},
        reply::{Answer, IfMatch, Reply},
        types::{At, Id},
    },
    shop::{
        CartPart, CheckoutPart, OrdersPart,
        edit::{self, ShopEdit},
        terms::{self, TermsText},
    },
};

/// Operations under `/shop`.
#[derive(Clone)]
pub struct ShopApi(pub(super) Edge);

/// A shop.
#[derive(Clone, Debug, Object)]
pub struct Shop {
    pub id: Id<ShopId>,
    /// Its short name on the command line; never changes.
    pub handle: String,
    /// As customers read it.
    pub name: String,
    /// ISO 4217; all prices of the shop are in it.
    pub currency: String,
    /// Language tags; the first is the default.
    pub languages: Vec<String>,
    /// IANA name.
    pub time_zone: String,
    pub prices_include_tax: bool,
    pub checkout: Checkout,
    pub orders: Orders,
    pub cart: CartTerms,
    /// The terms of sale that customers accept by confirming; empty: there are none.
    pub terms: Vec<CurrentTerms>,
    pub created_at: At,
    pub updated_at: At,
}

/// How the shop delivers and is paid.
#[derive(Clone, Debug, Object)]
pub struct Checkout {
    /// Whether goods are delivered.
    pub delivery: bool,
    /// Whether goods can be picked up.
    pub pickup: bool,
    /// Where goods are picked up, as customers read it; may be empty.
    pub pickup_address: String,
    pub cash_on_delivery: bool,
    pub bank_transfer: bool,
    /// What customers need for a transfer, as they read it: bank, holder, IBAN.
    pub bank_account: String,
    /// Hours that goods stay reserved for an unpaid transfer.
    pub transfer_hours: u16,
    /// When goods can be picked up, as OpenStreetMap writes it; empty: customers are not told.
    pub pickup_hours: String,
    /// The days that `PH` means.
    pub pickup_holidays: Vec<String>,
}

/// Terms of sale that hold now.
#[derive(Clone, Debug, Object)]
pub struct CurrentTerms {
    /// The version; its text is at `/shop/terms/{id}`.
    pub id: Id<TermsId>,
    /// Language tag; `null`: for every language that has none of its own.
    pub language: Option<String>,
    /// Where they can be read; `null`: in chat only.
    pub url: Option<String>,
}

/// One version of the terms of sale. It never changes.
#[derive(Clone, Debug, Object)]
pub struct Terms {
    pub id: Id<TermsId>,
    /// Language tag; `null`: for every language that has none of its own.
    pub language: Option<String>,
    /// The whole text; empty when it stands behind `url` only.
    pub text: String,
    pub url: Option<String>,
    /// SHA-256 of `url`, a line feed and `text`, hexadecimal.
    pub sha256: String,
    pub created_at: At,
}

/// A tag; the empty one is none.
fn tag(language: String) -> Option<String> {
    (!language.is_empty()).then_some(language)
}

/// How long customers may change a placed order by themselves; afterwards they are offered a person.
#[derive(Clone, Debug, Object)]
pub struct Orders {
    /// They may cancel it until then.
    pub cancel_until: Until,
    /// And so many minutes after placing at most; 0: that does not matter.
    pub cancel_minutes: u32,
    /// They may change the address until then.
    pub address_until: Until,
}

/// What ends the time in which customers may change an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Until {
    /// Placing itself: only people of the shop change it.
    Never,
    /// The shop accepts the order.
    Accepted,
    /// It is handed to the carrier, or ready for pickup.
    Shipped,
}

impl From<shop::Until> for Until {
    fn from(until: shop::Until) -> Self {
        match until {
            shop::Until::Never => Self::Never,
            shop::Until::Accepted => Self::Accepted,
            shop::Until::Shipped => Self::Shipped,
        }
    }
}

impl From<Until> for shop::Until {
    fn from(until: Until) -> Self {
        match until {
            Until::Never => Self::Never,
            Until::Accepted => Self::Accepted,
            Until::Shipped => Self::Shipped,
        }
    }
}

/// How carts are kept.
#[derive(Clone, Debug, Object)]
pub struct CartTerms {
    /// Days that a cart is kept without a change; afterwards the customer can bring it back.
    pub days: i32,
}

impl Shop {
    fn of(row: shop::Model) -> Self {
        let checkout = row.checkout;
        let terms = checkout.terms.into_iter().map(|terms| CurrentTerms {
            id: Id(terms.id),
            language: tag(terms.language),
            url: terms.url,
        });
        Self {
            id: Id(row.id),
            handle: row.handle,
            name: row.name,
            currency: row.currency,
            languages: row.languages.0,
            time_zone: row.time_zone,
            prices_include_tax: row.prices_include_tax,
            checkout: Checkout {
                delivery: checkout.delivery,
                pickup: checkout.pickup,
                pickup_address: checkout.pickup_address,
                cash_on_delivery: checkout.cash_on_delivery,
                bank_transfer: checkout.bank_transfer,
                bank_account: checkout.bank_account,
                transfer_hours: checkout.transfer_hours,
                pickup_hours: checkout.pickup_hours,
                pickup_holidays: checkout.pickup_holidays,
            },
            orders: Orders {
                cancel_until: row.orders.cancel_until.into(),
                cancel_minutes: row.orders.cancel_minutes,
                address_until: row.orders.address_until.into(),
            },
            cart: CartTerms { days: row.cart_days },
            terms: terms.collect(),
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

/// What is to change about the shop; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ShopChange {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    /// All of them; the first is the default.
    #[oai(validator(min_items = 1, max_items = 10))]
    pub languages: Option<Vec<String>>,
    /// IANA name, such as `Europe/Istanbul`.
    pub time_zone: Option<String>,
    pub checkout: Option<CheckoutChange>,
    pub orders: Option<OrdersChange>,
    pub cart: Option<CartChange>,
    /// All of them, each language once; an empty list: there are none any more. Orders keep the version they were placed under.
    #[oai(validator(max_items = 10))]
    pub terms: Option<Vec<TermsChange>>,
}

/// The terms of sale in one language: a text, a link, or both.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct TermsChange {
    /// Language tag; left out: for every language that has none of its own.
    pub language: Option<String>,
    /// The whole text.
    #[oai(validator(max_length = 20000))]
    pub text: Option<String>,
    /// Where they can be read, `https://…`.
    #[oai(validator(max_length = 120))]
    pub url: Option<String>,
}

impl Example for ShopChange {
    fn example() -> Self {
        Self {
            name: Some("Kahve Dükkanı".to_owned()),
            checkout: Some(CheckoutChange {
                bank_transfer: Some(true),
                bank_account: Some("Ziraat · Kahve Ltd · TR12 …".to_owned()),
                ..CheckoutChange::default()
            }),
            ..Self::default()
        }
    }
}

/// What is to change about the checkout; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct CheckoutChange {
    pub delivery: Option<bool>,
    pub pickup: Option<bool>,
    #[oai(validator(max_length = 500))]
    pub pickup_address: Option<String>,
    pub cash_on_delivery: Option<bool>,
    pub bank_transfer: Option<bool>,
    #[oai(validator(max_length = 500))]
    pub bank_account: Option<String>,
    /// Hours.
    #[oai(validator(minimum(value = "1"), maximum(value = "720")))]
    pub transfer_hours: Option<u16>,
    /// As OpenStreetMap writes opening hours: `Mo-Fr 09:00-18:00; Sa 10:00-14:00; PH off`.
    #[oai(validator(max_length = 300))]
    pub pickup_hours: Option<String>,
    /// The days that `PH` means, all of them: `2026-10-29`.
    #[oai(validator(max_items = 100))]
    pub pickup_holidays: Option<Vec<String>>,
}

/// What is to change about the time in which customers may change an order; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct OrdersChange {
    pub cancel_until: Option<Until>,
    /// Minutes; 0: only `cancel_until` matters.
    #[oai(validator(maximum(value = "129600")))]
    pub cancel_minutes: Option<u32>,
    pub address_until: Option<Until>,
}

/// What is to change about the keeping of carts; what is left out stays.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct CartChange {
    /// Days that a cart is kept without a change.
    #[oai(validator(minimum(value = "1"), maximum(value = "365")))]
    pub days: Option<i32>,
}

impl From<ShopChange> for ShopEdit {
    fn from(change: ShopChange) -> Self {
        let orders = change.orders.unwrap_or_default();
        let checkout = change.checkout.unwrap_or_default();
        Self {
            name: change.name,
            languages: change.languages,
            time_zone: change.time_zone,
            checkout: CheckoutPart {
                delivery: checkout.delivery,
                pickup: checkout.pickup,
                pickup_address: checkout.pickup_address,
                cash_on_delivery: checkout.cash_on_delivery,
                bank_transfer: checkout.bank_transfer,
                bank_account: checkout.bank_account,
                transfer_hours: checkout.transfer_hours,
                pickup_hours: checkout.pickup_hours.map(|hours| hours.trim().to_owned()),
                pickup_holidays: checkout.pickup_holidays,
            },
            orders: OrdersPart {
                cancel_until: orders.cancel_until.map(Into::into),
                cancel_minutes: orders.cancel_minutes,
                address_until: orders.address_until.map(Into::into),
            },
            cart: CartPart { days: change.cart.and_then(|cart| cart.days) },
            terms: change.terms.map(|all| {
                let text = |one: TermsChange| {
                    let language = one.language.unwrap_or_default();
                    (language, TermsText { body: one.text.unwrap_or_default(), url: one.url })
                };
                all.into_iter().map(text).collect()
            }),
        }
    }
}

#[OpenApi(prefix_path = "/shop", tag = "Tag::Shop")]
impl ShopApi {
    /// Read the shop
    #[oai(path = "/", method = "get", operation_id = "get_shop")]
    async fn get(&self, key: Key<ShopRead>) -> Answer<Shop> {
        let row = edit::get(self.0.reader(), key.shop()).await?;
        let version = row.version;
        Ok(Reply::versioned(&Shop::of(row), version))
    }

    /// Read one version of the terms of sale
    ///
    /// Every version stays, so that what an order was placed under can be read for ever.
    #[oai(path = "/terms/:id", method = "get", operation_id = "get_terms")]
    async fn terms(&self, key: Key<ShopRead>, id: Path<Id<TermsId>>) -> Answer<Terms> {
        let row = terms::get(self.0.reader(), key.shop(), id.0.0).await?;
        Ok(Reply::new(&Terms {
            id: Id(row.id),
            language: tag(row.language),
            text: row.body,
            url: row.url,
            sha256: row.sha256,
            created_at: At(row.created_at),
        }))
    }

    /// Change the shop
    ///
    /// Handle, currency and tax stay as `sepet shop apply` set them.
    #[oai(path = "/", method = "patch", operation_id = "update_shop")]
    async fn update(
        &self,
        key: Key<ShopWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<ShopChange>,
    ) -> Answer<Shop> {
        let change = ShopEdit::from(body.0);
        self.0
            .write(&key, once, async |txn, now| {
                let row = edit::edit(txn, now, key.shop(), if_match.0, change).await?;
                let version = row.version;
                Ok(Reply::versioned(&Shop::of(row), version))
            })
            .await
    }
}
