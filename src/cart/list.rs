//! Carts as people of the shop look at them: with the catalog's prices of this moment.

use std::collections::HashMap;

use entity::{
    CartId, ConversationId, CustomerId, ShopId, Timestamp, VariantId,
    cart::{self, Status},
    conversation, product, variant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::catalog::offer;

/// Which carts are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    /// An open cart that was changed last then or before counts as expired.
    pub over_since: Timestamp,
    pub customer: Option<CustomerId>,
    pub conversation: Option<ConversationId>,
}

/// A cart with what its lines are now.
#[derive(Clone, Debug)]
pub struct Priced {
    pub cart: cart::Model,
    pub lines: Vec<PricedLine>,
    /// Minor units of the shop's currency: the lines at the prices of this moment.
    pub total_minor: i64,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub variant_id: VariantId,
    pub sku: String,
    /// Product and option values; the SKU when the variant is gone.
    pub title: String,
    pub quantity: u32,
    /// Minor units now; what the customer saw when the variant is gone.
    pub unit_price_minor: i64,
    /// Minor units that the customer saw last.
    pub seen_price_minor: i64,
    /// Pieces that can be bought; `None`: not counted.
    pub available: Option<i64>,
    /// Whether it is for sale at all.
    pub offered: bool,
}

impl PricedLine {
    /// quantity × unit price, minor units; stays at the end of the range.
    #[must_use]
    pub fn total_minor(&self) -> i64 {
        self.unit_price_minor.saturating_mul(i64::from(self.quantity))
    }
}

/// Carts of a shop, the newest first, after the one with id `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    now: Timestamp,
    shop: ShopId,
    filter: Filter,
    after: Option<CartId>,
    limit: u64,
) -> Result<Vec<Priced>, DbErr> {
    let mut find = cart::Entity::find();
    find = match chats(db, shop, filter).await? {
        Some(chats) if chats.is_empty() => return Ok(Vec::new()),
        // By these alone: of two indexes that would do, databases may take that of the whole shop.
        Some(chats) => find.filter(cart::Column::ConversationId.is_in(chats)),
        None => find.filter(cart::Column::ShopId.eq(shop)),
    };
    let is_over = cart::Column::UpdatedAt.lte(filter.over_since);
    let open = cart::COLUMN.status.eq(Status::Open);
    find = match filter.status {
        Some(Status::Open) => find.filter(open).filter(is_over.not()),
        Some(Status::Expired) => {
            let counts = Condition::all().add(open).add(is_over);
            let either = Condition::any().add(cart::COLUMN.status.eq(Status::Expired)).add(counts);
            find.filter(either)
        }
        Some(status) => find.filter(cart::COLUMN.status.eq(status)),
        None => find,
    };
    if let Some(after) = after {
        find = find.filter(cart::Column::Id.lt(after));
    }
    let carts = find.order_by_desc(cart::Column::Id).limit(limit).all(db).await?;
    price(db, now, carts).await
}

/// Chats of the shop whose carts are wanted; `None`: all.
async fn chats(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: Filter,
) -> Result<Option<Vec<ConversationId>>, DbErr> {
    use conversation::Column as C;
    let wanted = [
        filter.customer.map(|customer| C::CustomerId.eq(customer)),
        filter.conversation.map(|conversation| C::Id.eq(conversation)),
    ];
    let Some(wanted) = wanted.into_iter().flatten().reduce(ExprTrait::and) else {
        return Ok(None);
    };
    let chats = conversation::Entity::find().select_only().column(C::Id).filter(wanted);
    chats.filter(C::ShopId.eq(shop)).into_tuple().all(db).await.map(Some)
}

/// One cart of a shop.
///
/// # Errors
/// The database's.
pub async fn get(
    db: &impl ConnectionTrait,
    now: Timestamp,
    shop: ShopId,
    id: CartId,
) -> Result<Option<Priced>, DbErr> {
    let found = cart::Entity::find_by_id(id).filter(cart::Column::ShopId.eq(shop)).one(db).await?;
    Ok(price(db, now, found.into_iter().collect()).await?.pop())
}

async fn price(
    db: &impl ConnectionTrait,
    now: Timestamp,
    carts: Vec<cart::Model>,
) -> Result<Vec<Priced>, DbErr> {
    if carts.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = carts.iter().flat_map(|cart| &cart.lines.0).map(|line| line.variant_id);
    let variants =
        variant::Entity::find().filter(variant::Column::Id.is_in(wanted)).all(db).await?;
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(variants.iter().map(|variant| variant.product_id)))
        .all(db)
        .await?;
    let products: HashMap<_, _> = products.into_iter().map(|p| (p.id, p)).collect();
    let known: HashMap<_, _> = variants
        .into_iter()
        .filter_map(|variant| Some((variant.id, (products.get(&variant.product_id)?, variant))))
        .collect();
    Ok(carts
        .into_iter()
        .map(|cart| {
            let lines: Vec<_> = cart
                .lines
                .0
                .iter()
                .map(|line| of_line(line, known.get(&line.variant_id), now))
                .collect();
            let total_minor =
                lines.iter().map(PricedLine::total_minor).fold(0, i64::saturating_add);
            Priced { cart, lines, total_minor }
        })
        .collect())
}

fn of_line(
    line: &cart::Line,
    known: Option<&(&product::Model, variant::Model)>,
    now: Timestamp,
) -> PricedLine {
    let (title, unit_price_minor, available, offered) = match known {
        Some((product, variant)) => (
            offer::title(product, variant),
            offer::unit_price(variant, now),
            offer::available(variant),
            offer::is_offered(product, variant),
        ),
        None => (line.sku.clone(), line.unit_price_minor, Some(0), false),
    };
    PricedLine {
        variant_id: line.variant_id,
        sku: line.sku.clone(),
        title,
        quantity: line.quantity,
        unit_price_minor,
        seen_price_minor: line.unit_price_minor,
        available,
        offered,
    }
}
