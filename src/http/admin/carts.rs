//! `/carts`: what customers have in their carts.

use entity::{CartId, ConversationId, CustomerId, Timestamp, VariantId, cart, shop};
use poem_openapi::{Enum, Object, OpenApi, param::Path, param::Query};

use super::Tag;
use crate::{
    cart::{
        is_over,
        list::{self, Filter, Priced, PricedLine},
        over_since,
    },
    http::{
        auth::{Key, OrdersRead},
        once::Edge,
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, Reply},
        types::{At, Id, Money},
    },
    shop::edit,
};

/// Operations under `/carts`.
#[derive(Clone)]
pub struct CartsApi(pub(super) Edge);

/// A cart at the prices of this moment.
#[derive(Clone, Debug, Object)]
pub struct Cart {
    pub id: Id<CartId>,
    pub customer_id: Id<CustomerId>,
    pub conversation_id: Id<ConversationId>,
    pub status: CartStatus,
    pub lines: Vec<CartLine>,
    /// Asked for, but not sellable.
    pub set_aside: Vec<SetAside>,
    /// Sum of the lines at the prices of this moment.
    pub total: Money,
    /// What the customer wrote with it; may be empty.
    pub note: String,
    pub created_at: At,
    pub updated_at: At,
}

/// How far a cart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CartStatus {
    Open,
    /// It became an order.
    Placed,
    /// The customer emptied it.
    Dropped,
    /// Left alone for longer than the shop keeps carts.
    Expired,
}

/// One line of a cart.
#[derive(Clone, Debug, Object)]
pub struct CartLine {
    pub variant_id: Id<VariantId>,
    pub sku: String,
    pub title: String,
    pub quantity: u32,
    /// Now.
    pub unit_price: Money,
    /// What the customer saw last.
    pub seen_unit_price: Money,
    /// quantity × unit price.
    pub line_total: Money,
    /// Pieces that can be bought; `null`: stock is not counted.
    pub available: Option<i64>,
    /// Whether it is for sale at all.
    pub offered: bool,
}

/// What was asked for and cannot be bought.
#[derive(Clone, Debug, Object)]
pub struct SetAside {
    pub sku: String,
    /// `null` when the SKU is unknown.
    pub title: Option<String>,
    pub quantity: i64,
    pub why: SetAsideWhy,
}

/// Why something cannot be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SetAsideWhy {
    /// No such SKU in this shop.
    Unknown,
    /// Fewer are available.
    SoldOut,
    /// Not for sale any more.
    Withdrawn,
    /// Not a quantity that can be bought.
    BadQuantity,
    /// From a catalog that is not the shop's.
    Foreign,
}

impl From<CartStatus> for cart::Status {
    fn from(status: CartStatus) -> Self {
        match status {
            CartStatus::Open => Self::Open,
            CartStatus::Placed => Self::Placed,
            CartStatus::Dropped => Self::Dropped,
            CartStatus::Expired => Self::Expired,
        }
    }
}

fn view(priced: Priced, shop: &shop::Model, now: Timestamp) -> Result<Cart, Problem> {
    let (cart, currency) = (priced.cart, shop.currency.as_str());
    let is_over = is_over(&cart, shop.cart_days, now);
    let money = |minor| Money::from_minor(minor, currency);
    let line = |line: PricedLine| {
        Ok::<_, Problem>(CartLine {
            variant_id: Id(line.variant_id),
            quantity: line.quantity,
            unit_price: money(line.unit_price_minor)?,
            seen_unit_price: money(line.seen_price_minor)?,
            line_total: money(line.total_minor())?,
            available: line.available,
            offered: line.offered,
            sku: line.sku,
            title: line.title,
        })
    };
    Ok(Cart {
        id: Id(cart.id),
        customer_id: Id(cart.customer_id),
        conversation_id: Id(cart.conversation_id),
        status: match cart.status {
            cart::Status::Open if is_over => CartStatus::Expired,
            cart::Status::Open => CartStatus::Open,
            cart::Status::Placed => CartStatus::Placed,
            cart::Status::Dropped => CartStatus::Dropped,
            cart::Status::Expired => CartStatus::Expired,
        },
        lines: priced.lines.into_iter().map(line).collect::<Result<_, _>>()?,
        set_aside: cart
            .set_aside
            .0
            .into_iter()
            .map(|line| SetAside {
                sku: line.sku,
                title: line.title,
                quantity: line.quantity,
                why: match line.why {
                    cart::Why::Unknown => SetAsideWhy::Unknown,
                    cart::Why::SoldOut => SetAsideWhy::SoldOut,
                    cart::Why::Withdrawn => SetAsideWhy::Withdrawn,
                    cart::Why::BadQuantity => SetAsideWhy::BadQuantity,
                    cart::Why::Foreign => SetAsideWhy::Foreign,
                },
            })
            .collect(),
        total: money(priced.total_minor)?,
        note: cart.note,
        created_at: At(cart.created_at),
        updated_at: At(cart.updated_at),
    })
}

#[OpenApi(prefix_path = "/carts", tag = "Tag::Carts")]
impl CartsApi {
    /// List carts
    ///
    /// Newest first. Prices and availability are those of this moment.
    #[oai(path = "/", method = "get", operation_id = "list_carts")]
    async fn list(
        &self,
        key: Key<OrdersRead>,
        status: Query<Option<CartStatus>>,
        customer_id: Query<Option<Id<CustomerId>>>,
        conversation_id: Query<Option<Id<ConversationId>>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Cart>> {
        let wanted = Wanted::read("carts", limit.0, cursor.0)?;
        let (db, now) = (self.0.reader(), self.0.now());
        let shop = edit::get(db, key.shop()).await?;
        let filter = Filter {
            status: status.0.map(Into::into),
            over_since: over_since(shop.cart_days, now),
            customer: customer_id.0.map(|id| id.0),
            conversation: conversation_id.0.map(|id| id.0),
        };
        let rows = list::list(db, now, shop.id, filter, wanted.after()?, wanted.rows()).await?;
        let carts = rows
            .into_iter()
            .map(|priced| view(priced, &shop, now))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::new(&wanted.page(carts, |cart| cart.id.to_string(), |cart| cart)))
    }

    /// Read a cart
    #[oai(path = "/:id", method = "get", operation_id = "get_cart")]
    async fn get(&self, key: Key<OrdersRead>, id: Path<Id<CartId>>) -> Answer<Cart> {
        let (db, now, id) = (self.0.reader(), self.0.now(), id.0.0);
        let priced = list::get(db, now, key.shop(), id)
            .await?
            .ok_or_else(|| Problem::not_found("cart", id))?;
        let shop = edit::get(db, key.shop()).await?;
        Ok(Reply::new(&view(priced, &shop, now)?))
    }
}
