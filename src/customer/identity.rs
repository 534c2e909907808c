//! Finding and making customers for a group of inputs, in a few set statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    CustomerId, IdentityId, ShopId, Timestamp, customer,
    identity::{self, Kind},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};

use crate::{
    message::{Person, PhoneNumber},
    platform::db::Write,
};

/// A person as an input names them.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub shop: ShopId,
    /// Scope of BSUIDs.
    pub portfolio: &'a str,
    pub person: &'a Person,
    /// For a new customer: the language to begin with.
    pub language: &'a str,
}

type Name = (ShopId, Kind, String, String);

/// The customers of a group of inputs, in their order; unknown people become customers, new aliases are kept.
///
/// # Errors
/// When the database fails. Another process may make the same customer at the same instant: the unique key refuses one
/// of the two, whose group is then done anew.
pub async fn resolve(
    txn: &Write,
    now: Timestamp,
    seen: &[Seen<'_>],
) -> Result<Vec<customer::Model>, DbErr> {
    let mut names = known_names(txn, seen).await?;
    let ids: BTreeSet<CustomerId> = names.values().copied().collect();
    let mut customers: BTreeMap<CustomerId, customer::Model> = customer::Entity::find()
        .filter(customer::COLUMN.id.is_in(ids))
        .all(txn)
        .await?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    let (mut made, mut changed) = (BTreeSet::new(), BTreeSet::new());
    let (mut aliases, mut moves) = (Vec::new(), Vec::new());
    let mut found = Vec::with_capacity(seen.len());
    for one in seen {
        let called = names_of(one.shop, one.portfolio, one.person);
        let id = called.iter().find_map(|name| names.get(name).copied()).unwrap_or_else(|| {
            let new = new_customer(one, now);
            let id = new.id;
            customers.insert(id, new);
            made.insert(id);
            id
        });
        for name in called {
            match names.get(&name) {
                Some(&owner) if owner == id => {}
                Some(_) => moves.push((name.clone(), id)),
                None => aliases.push(alias(&name, id, now)),
            }
            names.insert(name, id);
        }
        if let Some(customer) = customers.get_mut(&id)
            && freshen(customer, one.person, now)
            && !made.contains(&id)
        {
            changed.insert(id);
        }
        found.push(id);
    }
    let of = |ids: &BTreeSet<CustomerId>| -> Vec<customer::Model> {
        ids.iter().filter_map(|id| customers.get(id).cloned()).collect()
    };
    if !made.is_empty() {
        let rows = of(&made).into_iter().map(|c| c.into_active_model().reset_all());
        customer::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    for customer in of(&changed) {
        customer.into_active_model().reset_all().update(txn).await?;
    }
    if !aliases.is_empty() {
        identity::Entity::insert_many(aliases).exec_without_returning(txn).await?;
    }
    for (name, to) in moves {
        move_alias(txn, &name, to).await?;
    }
    Ok(found.iter().filter_map(|id| customers.get(id).cloned()).collect())
}

/// WhatsApp says that a customer has another number, and perhaps another BSUID: both become aliases, the old ones stay.
///
/// # Errors
/// When the database fails.
pub async fn moved(
    txn: &Write,
    now: Timestamp,
    customer: &customer::Model,
    portfolio: &str,
    to: &Person,
) -> Result<(), DbErr> {
    let called = names_of(customer.shop_id, portfolio, to);
    let seen = Seen { shop: customer.shop_id, portfolio, person: to, language: "" };
    let known = known_names(txn, &[seen]).await?;
    for name in called {
        match known.get(&name) {
            Some(&owner) if owner == customer.id => {}
            Some(_) => move_alias(txn, &name, customer.id).await?,
            None => {
                identity::Entity::insert(alias(&name, customer.id, now))
                    .exec_without_returning(txn)
                    .await?;
            }
        }
    }
    let mut changed = customer.clone();
    if freshen(&mut changed, to, now) {
        changed.into_active_model().reset_all().update(txn).await?;
    }
    Ok(())
}

async fn known_names(txn: &Write, seen: &[Seen<'_>]) -> Result<HashMap<Name, CustomerId>, DbErr> {
    let called: Vec<Name> =
        seen.iter().flat_map(|one| names_of(one.shop, one.portfolio, one.person)).collect();
    let shops: BTreeSet<ShopId> = called.iter().map(|n| n.0).collect();
    let scopes: BTreeSet<&String> = called.iter().map(|n| &n.2).collect();
    let values: BTreeSet<&String> = called.iter().map(|n| &n.3).collect();
    let rows = identity::Entity::find()
        // All columns of the unique index: without kind and scope it would be walked for the whole shop.
        .filter(identity::COLUMN.shop_id.is_in(shops))
        .filter(identity::Column::Kind.is_in([Kind::Phone, Kind::Bsuid, Kind::ParentBsuid]))
        .filter(identity::Column::Scope.is_in(scopes))
        .filter(identity::Column::Value.is_in(values))
        .all(txn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.shop_id, row.kind, row.scope, row.value), row.customer_id))
        .collect())
}

/// What the person is called, the surest first.
fn names_of(shop: ShopId, portfolio: &str, person: &Person) -> Vec<Name> {
    let scoped = |kind, value: &String| (shop, kind, portfolio.to_owned(), value.clone());
    let mut names = Vec::with_capacity(3);
    names.extend(person.bsuid.as_ref().map(|id| scoped(Kind::Bsuid, id)));
    let phone = person.phone.as_ref();
    names.extend(phone.map(|p| (shop, Kind::Phone, String::new(), p.as_str().to_owned())));
    names.extend(person.parent_bsuid.as_ref().map(|id| scoped(Kind::ParentBsuid, id)));
    names
}

fn new_customer(seen: &Seen<'_>, now: Timestamp) -> customer::Model {
    customer::Model {
        id: CustomerId::new(now),
        shop_id: seen.shop,
        name: String::new(),
        phone: None,
        bsuid: None,
        language: Some(seen.language.to_owned()),
        notices_stopped_at: None,
        last_delivery: None,
        last_payment: None,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Takes over what the person is called now. Answers whether anything is new.
fn freshen(customer: &mut customer::Model, person: &Person, now: Timestamp) -> bool {
    let phone = person.phone.as_ref().map(PhoneNumber::as_str).map(str::to_owned);
    let name = person.name.clone().filter(|name| !name.trim().is_empty());
    let before = (customer.phone.clone(), customer.bsuid.clone(), customer.name.clone());
    customer.phone = phone.or_else(|| customer.phone.take());
    customer.bsuid = person.bsuid.clone().or_else(|| customer.bsuid.take());
    if let Some(name) = name {
        customer.name = name;
    }
    let new = before != (customer.phone.clone(), customer.bsuid.clone(), customer.name.clone());
    if new {
        customer.updated_at = now;
        customer.version += 1;
    }
    new
}

fn alias(name: &Name, customer: CustomerId, now: Timestamp) -> identity::ActiveModel {
    let (shop_id, kind, scope, value) = name.clone();
    identity::Model {
        id: IdentityId::new(now),
        shop_id,
        kind,
        scope,
        value,
        customer_id: customer,
        created_at: now,
    }
    .into_active_model()
    .reset_all()
}

async fn move_alias(txn: &Write, name: &Name, to: CustomerId) -> Result<(), DbErr> {
    let (shop, kind, scope, value) = name;
    identity::Entity::update_many()
        .col_expr(identity::Column::CustomerId, Expr::value(to))
        .filter(identity::COLUMN.shop_id.eq(*shop))
        .filter(identity::COLUMN.kind.eq(*kind))
        .filter(identity::Column::Scope.eq(scope.as_str()))
        .filter(identity::Column::Value.eq(value.as_str()))
        .exec(txn)
        .await?;
    Ok(())
}
