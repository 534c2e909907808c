//! Orders as people and programs look for them.

use entity::{
    CustomerId, OrderId, ShopId, Timestamp, customer,
    order::{self, PaymentStatus, Status},
    order_event, order_line,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

/// Which orders are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of them; empty: all.
    pub status: Vec<Status>,
    pub payment_status: Option<PaymentStatus>,
    /// As people say it on the phone.
    pub number: Option<String>,
    pub customer: Option<CustomerId>,
    /// Placed at or after.
    pub from: Option<Timestamp>,
    /// Placed before.
    pub until: Option<Timestamp>,
    /// Changed at or after: for programs that fetch what is new to them.
    pub changed_from: Option<Timestamp>,
}

/// An order with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Whole {
    pub order: order::Model,
    pub customer: Option<customer::Model>,
    pub lines: Vec<order_line::Model>,
    /// The oldest first.
    pub events: Vec<order_event::Model>,
}

/// Orders of a shop, the newest first, after the one with id `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    filter: &Filter,
    after: Option<OrderId>,
    limit: u64,
) -> Result<Vec<order::Model>, DbErr> {
    use order::Column as C;
    let mut find = order::Entity::find().filter(C::ShopId.eq(shop));
    if !filter.status.is_empty() {
        find = find.filter(C::Status.is_in(filter.status.iter().copied()));
    }
    if let Some(status) = filter.payment_status {
        find = find.filter(C::PaymentStatus.eq(status));
    }
    if let Some(number) = &filter.number {
        find = find.filter(C::Number.eq(grouped(number)));
    }
    if let Some(customer) = filter.customer {
        find = find.filter(C::CustomerId.eq(customer));
    }
    // An order has its id from the moment at which it is placed: with it the list begins where it should.
    if let Some(from) = filter.from {
        find = find.filter(C::Id.gte(OrderId::least(from)));
    }
    if let Some(until) = filter.until {
        find = find.filter(C::Id.lt(OrderId::least(until)));
    }
    if let Some(from) = filter.changed_from {
        find = find.filter(C::UpdatedAt.gte(from));
    }
    if let Some(after) = after {
        find = find.filter(C::Id.lt(after));
    }
    find.order_by_desc(C::Id).limit(limit).all(db).await
}

/// One order of a shop, whole.
///
/// # Errors
/// The database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: OrderId,
) -> Result<Option<Whole>, DbErr> {
    let found =
        order::Entity::find_by_id(id).filter(order::Column::ShopId.eq(shop)).one(db).await?;
    match found {
        Some(order) => Ok(Some(whole(db, order).await?)),
        None => Ok(None),
    }
}

/// What belongs to an order.
///
/// # Errors
/// The database's.
pub async fn whole(db: &impl ConnectionTrait, order: order::Model) -> Result<Whole, DbErr> {
    let customer = customer::Entity::find_by_id(order.customer_id).one(db).await?;
    let lines = order_line::Entity::find()
        .filter(order_line::Column::OrderId.eq(order.id))
        .order_by_asc(order_line::Column::Position)
        .all(db)
        .await?;
    let events = order_event::Entity::find()
        .filter(order_event::Column::OrderId.eq(order.id))
        .order_by_asc(order_event::Column::Sequence)
        .all(db)
        .await?;
    Ok(Whole { order, customer, lines, events })
}

/// A number as people type it, in the groups that it is kept in: `48291735` and `4829 1735` are `4829-1735`.
fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let mut text = String::new();
    for (at, digit) in digits.iter().enumerate() {
        let behind = digits.len() - at;
        if at > 0 && (behind == 8 || behind == 4) {
            text.push('-');
        }
        text.push(*digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn numbers_are_found_however_they_are_typed() {
        for typed in ["48291735", "4829 1735", " 4829-1735"] {
            assert_eq!(grouped(typed), "4829-1735");
        }
        assert_eq!(grouped("148291735"), "1-4829-1735");
        assert_eq!(grouped("4829"), "4829");
    }
}
