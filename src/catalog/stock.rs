//! Stock: set after counting, adjusted by differences. What orders hold is `order`'s.

use entity::{ShopId, Timestamp, VariantId, variant};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};

use super::{CatalogError, Result, rules};
use crate::platform::db::Write;

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// Nobody counts: never sold out.
    Uncounted,
    /// Pieces on hand, what orders hold included.
    Counted(i64),
}

/// Which variant is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Id(VariantId),
    Sku(String),
}

impl From<VariantId> for Which {
    fn from(id: VariantId) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for Which {
    fn from(sku: &str) -> Self {
        Self::Sku(sku.to_owned())
    }
}

/// Sets what is on hand, what orders hold included.
///
/// # Errors
/// [`CatalogError::NoVariant`], [`CatalogError::NoSku`], [`CatalogError::Stale`], [`CatalogError::Invalid`] for a
/// negative number, [`CatalogError::Held`] when it is less than orders hold.
pub async fn set_stock(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    which: impl Into<Which>,
    stock: Stock,
    if_version: Option<i32>,
) -> Result<variant::Model> {
    let which = which.into();
    let (tracked, on_hand) = match stock {
        Stock::Uncounted => (false, 0),
        Stock::Counted(pieces) => (true, rules::on_hand("on_hand", pieces)?),
    };
    let mut only = Condition::all();
    if tracked {
        only = only.add(variant::Column::Reserved.lte(on_hand));
    }
    if let Some(version) = if_version {
        only = only.add(variant::Column::Version.eq(version));
    }
    match write(txn, now, shop, &which, only, tracked, Expr::value(on_hand)).await? {
        Some(row) => Ok(row),
        None => {
            let row = find(txn, shop, &which).await?;
            if if_version.is_some_and(|version| version != row.version) {
                return Err(CatalogError::Stale(row.id.to_string()));
            }
            Err(CatalogError::Held { sku: row.sku, reserved: row.reserved, wanted: on_hand })
        }
    }
}

/// Adds `by` pieces (takes them away when negative), in one conditional statement: two adjustments at once both count.
///
/// # Errors
/// [`CatalogError::NoVariant`], [`CatalogError::NoSku`], [`CatalogError::Uncounted`], [`CatalogError::TooFew`]
/// when less than nothing would be left, [`CatalogError::Held`] when it would be less than orders hold.
pub async fn adjust_stock(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    which: impl Into<Which>,
    by: i64,
) -> Result<variant::Model> {
    let which = which.into();
    if by.unsigned_abs() > rules::ON_HAND.unsigned_abs() {
        return Err(rules::Invalid::new("by", format!("is above {}", rules::ON_HAND)).into());
    }
    let sum = || Expr::col(variant::Column::OnHand).add(by);
    let only = Condition::all()
        .add(variant::Column::Tracked.eq(true))
        .add(sum().gte(0))
        .add(sum().gte(Expr::col(variant::Column::Reserved)))
        .add(sum().lte(rules::ON_HAND));
    if let Some(row) = write(txn, now, shop, &which, only, true, sum()).await? {
        return Ok(row);
    }
    let row = find(txn, shop, &which).await?;
    if !row.tracked {
        return Err(CatalogError::Uncounted(row.sku));
    }
    let wanted = row.on_hand.saturating_add(by);
    if wanted > rules::ON_HAND {
        return Err(rules::Invalid::new("by", format!("leads above {}", rules::ON_HAND)).into());
    }
    if wanted >= 0 {
        return Err(CatalogError::Held { sku: row.sku, reserved: row.reserved, wanted });
    }
    Err(CatalogError::TooFew { sku: row.sku, on_hand: row.on_hand, by })
}

/// Locks these variants in the order of their ids, as chats and orders do: who changes several at once never waits in a
/// circle. What is not there is passed over.
///
/// # Errors
/// The database's.
pub async fn lock_stock(
    txn: &Write,
    shop: ShopId,
    which: impl IntoIterator<Item = Which>,
) -> Result<()> {
    let (mut ids, mut skus) = (Vec::new(), Vec::new());
    for one in which {
        match one {
            Which::Id(id) => ids.push(id),
            Which::Sku(sku) => skus.push(sku),
        }
    }
    let any =
        Condition::any().add(variant::COLUMN.id.is_in(ids)).add(variant::Column::Sku.is_in(skus));
    variant::Entity::find()
        .select_only()
        .column(variant::Column::Id)
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(any)
        .order_by_asc(variant::Column::Id)
        .lock_exclusive()
        .into_tuple::<VariantId>()
        .all(txn)
        .await?;
    Ok(())
}

async fn write(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    which: &Which,
    only: Condition,
    tracked: bool,
    on_hand: SimpleExpr,
) -> Result<Option<variant::Model>> {
    Ok(variant::Entity::update_many()
        .col_expr(variant::Column::Tracked, Expr::value(tracked))
        .col_expr(variant::Column::OnHand, on_hand)
        .col_expr(variant::Column::Version, Expr::col(variant::Column::Version).add(1))
        .col_expr(variant::Column::UpdatedAt, Expr::value(now))
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(named(which))
        .filter(only)
        .exec_with_returning(txn)
        .await?
        .pop())
}

async fn find(txn: &Write, shop: ShopId, which: &Which) -> Result<variant::Model> {
    variant::Entity::find()
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(named(which))
        .one(txn)
        .await?
        .ok_or_else(|| match which {
            Which::Id(id) => CatalogError::NoVariant(*id),
            Which::Sku(sku) => CatalogError::NoSku(sku.clone()),
        })
}

fn named(which: &Which) -> Condition {
    Condition::all().add(match which {
        Which::Id(id) => variant::Column::Id.eq(*id),
        Which::Sku(sku) => variant::Column::Sku.eq(sku.as_str()),
    })
}
