//! Stock follows the order: a cancelled order gives its reservations back, a shipped or fetched one takes the goods.

use entity::{
    Timestamp,
    order::{self, Status},
    reservation::{self, State},
    variant,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::platform::db::Write;

/// Moves the live reservations of an order that goes from `before` to `status`.
pub(super) async fn follow(
    txn: &Write,
    now: Timestamp,
    before: &order::Model,
    status: Status,
) -> Result<(), DbErr> {
    let end = match status {
        Status::Cancelled => State::Released,
        Status::Shipped | Status::Delivered => State::Shipped,
        _ => return Ok(()),
    };
    let live = reservation::Entity::find()
        .filter(reservation::COLUMN.order_id.eq(before.id))
        .filter(reservation::COLUMN.state.eq(State::Live))
        .order_by_asc(reservation::Column::VariantId)
        .all(txn)
        .await?;
    for held in &live {
        let mut update = variant::Entity::update_many()
            .col_expr(
                variant::Column::Reserved,
                Expr::col(variant::Column::Reserved).sub(held.quantity),
            )
            .col_expr(variant::Column::UpdatedAt, Expr::value(now));
        if end == State::Shipped {
            // Whoever counted before it left has counted something else.
            let version = Expr::col(variant::Column::Version).add(1);
            update = update.col_expr(variant::Column::Version, version).col_expr(
                variant::Column::OnHand,
                // Counted down by the owner meanwhile: what left cannot be less than nothing.
                Expr::case(
                    Expr::col(variant::Column::OnHand).gt(held.quantity),
                    Expr::col(variant::Column::OnHand).sub(held.quantity),
                )
                .finally(0i64)
                .into(),
            );
        }
        update.filter(variant::COLUMN.id.eq(held.variant_id)).exec(txn).await?;
    }
    reservation::Entity::update_many()
        .col_expr(reservation::Column::State, Expr::value(end))
        .col_expr(reservation::Column::UpdatedAt, Expr::value(now))
        .filter(reservation::COLUMN.order_id.eq(before.id))
        .filter(reservation::COLUMN.state.eq(State::Live))
        .exec(txn)
        .await?;
    Ok(())
}
