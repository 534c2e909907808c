//! Placing: carts become orders, stock is taken, all for a group of conversations at once.

use std::collections::BTreeMap;

use entity::{
    OrderEventId, OrderId, OrderLineId, TermsId, Timestamp, VariantId,
    cart::{self, Receiver},
    order::{self, DeliveryMethod, PaymentMethod, PaymentStatus, Status},
    order_event, order_line, reservation, shop, variant,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};

use super::number;
use crate::{
    cart::{CartError, Offers, line_total, totals},
    catalog::offer::title,
    money::Currency,
    platform::db::Write,
};

/// What a confirmed cart needs to become an order.
pub struct Terms<'a> {
    pub shop: &'a shop::Model,
    pub cart: &'a cart::Model,
    pub delivery: DeliveryMethod,
    /// The address as text; absent for pickup.
    pub address: Option<&'a str>,
    /// Who receives it, and whom to call.
    pub receiver: Receiver,
    /// Absent when the shop has no terms.
    pub consent: Option<Consent>,
    pub payment: PaymentMethod,
    pub language: &'a str,
    /// Its place in the shop's sequence.
    pub place: i64,
}

/// That the customer accepted the terms of sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub terms: TermsId,
    /// The provider's time of the message that said so.
    pub at: Timestamp,
    /// The provider's id of it.
    pub wamid: String,
}

/// An order that was decided and not stored yet.
#[derive(Clone, Debug)]
pub struct Placement {
    pub order: order::Model,
    pub lines: Vec<order_line::Model>,
    /// Stock to take: tracked variants only.
    pub takes: Vec<(VariantId, i64)>,
}

/// Why a group could not be placed. Nothing has changed once the transaction is rolled back.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("stock was taken by someone else meanwhile")]
    StockMoved,
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Freezes a cart. Its lines must have been held against `offers` before.
///
/// # Errors
/// When a sum overflows or the shop's currency is unknown.
pub fn freeze(terms: &Terms<'_>, offers: &Offers, now: Timestamp) -> Result<Placement, CartError> {
    let Terms { shop, cart, .. } = terms;
    let currency: Currency = shop.currency.parse()?;
    let sums = totals(&cart.lines.0, currency)?;
    let id = OrderId::new(now);
    let transfer = terms.payment == PaymentMethod::BankTransfer;
    let hours = i64::from(shop.checkout.transfer_hours);
    let order = order::Model {
        id,
        shop_id: shop.id,
        customer_id: cart.customer_id,
        conversation_id: cart.conversation_id,
        cart_id: cart.id,
        cart_version: cart.version,
        number: number::of_place(&shop.number_key, terms.place),
        status: if transfer { Status::AwaitingPayment } else { Status::Placed },
        payment_status: PaymentStatus::Unpaid,
        payment_method: terms.payment,
        delivery_method: terms.delivery,
        delivery_address: terms.address.map(str::to_owned),
        receiver_name: terms.receiver.name.clone(),
        receiver_phone: terms.receiver.phone.clone(),
        currency: shop.currency.clone(),
        lines_minor: sums.lines.minor(),
        tax_minor: sums.tax.minor(),
        delivery_minor: sums.delivery.minor(),
        discount_minor: sums.discount.minor(),
        total_minor: sums.total.minor(),
        paid_minor: 0,
        note: cart.note.clone(),
        language: terms.language.to_owned(),
        pay_until: transfer.then(|| now.plus_seconds(hours * 3_600)),
        terms_id: terms.consent.as_ref().map(|consent| consent.terms),
        terms_accepted_at: terms.consent.as_ref().map(|consent| consent.at),
        terms_wamid: terms.consent.as_ref().map(|consent| consent.wamid.clone()),
        version: 1,
        placed_at: now,
        updated_at: now,
    };
    let mut lines = Vec::with_capacity(cart.lines.0.len());
    let mut takes = Vec::new();
    for (position, line) in (1..).zip(&cart.lines.0) {
        let offer = offers.get(line.variant_id);
        lines.push(order_line::Model {
            id: OrderLineId::new(now),
            order_id: id,
            position,
            variant_id: line.variant_id,
            sku: line.sku.clone(),
            title: offer.map_or_else(|| line.sku.clone(), |o| title(&o.product, &o.variant)),
            // At most `MAX_QUANTITY`.
            quantity: i32::try_from(line.quantity).unwrap_or(i32::MAX),
            unit_price_minor: line.unit_price_minor,
            line_total_minor: line_total(line, currency)?.minor(),
        });
        if offer.is_some_and(|o| o.variant.tracked) {
            takes.push((line.variant_id, i64::from(line.quantity)));
        }
    }
    Ok(Placement { order, lines, takes })
}

/// Stores a group of placements and takes their stock: one conditional statement for each SKU, summed over the group.
///
/// # Errors
/// [`PlaceError::StockMoved`] when a condition does not hold: the caller rolls back and does its lanes one by one.
pub async fn store(txn: &Write, now: Timestamp, placed: &[Placement]) -> Result<(), PlaceError> {
    if placed.is_empty() {
        return Ok(());
    }
    let mut takes: BTreeMap<VariantId, i64> = BTreeMap::new();
    for (variant, quantity) in placed.iter().flat_map(|p| &p.takes) {
        *takes.entry(*variant).or_default() += quantity;
    }
    for (id, quantity) in takes {
        let free = Expr::col(variant::Column::OnHand).sub(Expr::col(variant::Column::Reserved));
        let hit = variant::Entity::update_many()
            .col_expr(variant::Column::Reserved, Expr::col(variant::Column::Reserved).add(quantity))
            .filter(variant::COLUMN.id.eq(id))
            .filter(free.gte(quantity))
            .exec(txn)
            .await?;
        if hit.rows_affected != 1 {
            return Err(PlaceError::StockMoved);
        }
    }
    order::Entity::insert_many(
        placed.iter().map(|p| p.order.clone().into_active_model().reset_all()),
    )
    .exec_without_returning(txn)
    .await?;
    let lines = placed.iter().flat_map(|p| &p.lines);
    for chunk in chunks(lines.cloned(), 500) {
        order_line::Entity::insert_many(
            chunk.into_iter().map(|l| l.into_active_model().reset_all()),
        )
        .exec_without_returning(txn)
        .await?;
    }
    let history = placed.iter().map(|p| {
        let event = order_event::Model {
            id: OrderEventId::new(now),
            order_id: p.order.id,
            sequence: 1,
            event: "placed".to_owned(),
            actor: "customer".to_owned(),
            status: p.order.status,
            payment_status: p.order.payment_status,
            note: String::new(),
            at: now,
        };
        event.into_active_model().reset_all()
    });
    order_event::Entity::insert_many(history).exec_without_returning(txn).await?;
    let held = placed.iter().flat_map(|p| {
        p.takes.iter().map(|&(variant_id, quantity)| {
            let held = reservation::Model {
                order_id: p.order.id,
                variant_id,
                shop_id: p.order.shop_id,
                quantity,
                state: reservation::State::Live,
                updated_at: now,
            };
            held.into_active_model().reset_all()
        })
    });
    for chunk in chunks(held, 500) {
        reservation::Entity::insert_many(chunk).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The items in groups that stay under the databases' limit of parameters.
fn chunks<T>(items: impl Iterator<Item = T>, size: usize) -> Vec<Vec<T>> {
    let mut chunks: Vec<Vec<T>> = Vec::new();
    for item in items {
        match chunks.last_mut() {
            Some(last) if last.len() < size => last.push(item),
            _ => chunks.push(vec![item]),
        }
    }
    chunks
}
