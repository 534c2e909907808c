//! Finding and making customers for a group of inputs, in a few set statements.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{
    CustomerId, IdentityId, ShopId, Timestamp, customer,
    identity::{self, Kind},
};
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Value, sea_query::Expr,
};

use super::{
    merge::{self, MergeError},
    same,
};
use crate::{
    message::{Person, PhoneNumber},
    platform::{
        db::Write,
        sql::{Sql, Statements},
    },
};

/// A person as an input names them.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub shop: ShopId,
    /// Scope of BSUIDs.
    pub portfolio: &'a str,
    pub person: &'a Person,
    /// What the person is called from now on, when the input tells of a new number or BSUID: these become aliases too,
    /// and the old ones stay.
    pub becomes: Option<&'a Person>,
    /// For a new customer: the language to begin with.
    pub language: &'a str,
    /// The provider's time of the input.
    pub at: Timestamp,
    /// The input, for whoever asks later.
    pub by: &'a str,
}

pub(super) type Name = (ShopId, Kind, String, String);

/// Names in one statement at the most.
const MOST_NAMES: usize = 512;

/// The customers of a group of inputs, in their order; unknown people become customers, new aliases are kept: what that
/// writes is added to `writes`.
///
/// A phone that is known, seen with a BSUID that is not, although its customer has another one in the same portfolio,
/// was given to somebody else: they are a new customer, and the phone is theirs. Customers who turn out to be one are
/// merged first.
///
/// # Errors
/// When the database fails. Another process may make the same customer at the same instant: the unique key refuses one
/// of the two, whose group is then done anew.
pub async fn resolve(
    txn: &Write,
    writes: &mut Statements,
    now: Timestamp,
    seen: &[Seen<'_>],
) -> Result<Vec<customer::Model>, DbErr> {
    let (mut names, mut customers) = known(txn, now, seen).await?;
    let mut bsuids = bsuids(txn, seen, &names).await?;
    let (mut made, mut changed) = (BTreeSet::new(), BTreeSet::new());
    let (mut aliases, mut moves) = (Vec::new(), Vec::new());
    let mut found: Vec<Option<CustomerId>> = vec![None; seen.len()];
    // Who moved is known by the new names before anybody is looked for by them, and who is named twice before those who
    // are named by one of these names.
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by_key(|&at| {
        let person = seen[at].person;
        (seen[at].becomes.is_none(), person.phone.is_none() || person.bsuid.is_none())
    });
    for at in order {
        let one = &seen[at];
        let called = names_of(one.shop, one.portfolio, one.person);
        let known = called.iter().find_map(|name| {
            let id = names.get(name).copied()?;
            let given_away = name.1 == Kind::Phone
                && called[0].1 == Kind::Bsuid
                && bsuids.contains(&(id, called[0].2.clone()));
            (!given_away).then_some(id)
        });
        // Who moved, and is known by the new BSUID only.
        let known = known.or_else(|| {
            let names_now = names_of(one.shop, one.portfolio, one.becomes?);
            names_now
                .iter()
                .filter(|name| name.1 == Kind::Bsuid)
                .find_map(|n| names.get(n).copied())
        });
        let id = known.unwrap_or_else(|| {
            let new = new_customer(one, now);
            let id = new.id;
            customers.insert(id, new);
            made.insert(id);
            id
        });
        let becomes = one.becomes.map(|to| names_of(one.shop, one.portfolio, to));
        for name in called.into_iter().chain(becomes.into_iter().flatten()) {
            match names.get(&name) {
                Some(&owner) if owner == id => {}
                Some(&loser) => moves.push((name.clone(), loser, id)),
                None => aliases.push(alias(&name, id, now)),
            }
            if name.1 == Kind::Bsuid {
                bsuids.insert((id, name.2.clone()));
            }
            names.insert(name, id);
        }
        if let Some(customer) = customers.get_mut(&id) {
            let held = customer.bsuid.clone();
            let mut new = freshen(customer, one.person, now);
            if let Some(to) = one.becomes {
                if leaves_number(held.as_deref(), to) {
                    customer.phone = None;
                }
                new |= freshen(customer, to, now);
            }
            if new && !made.contains(&id) {
                changed.insert(id);
            }
        }
        found[at] = Some(id);
    }
    let of = |ids: &BTreeSet<CustomerId>| -> Vec<customer::Model> {
        ids.iter().filter_map(|id| customers.get(id).cloned()).collect()
    };
    if !made.is_empty() {
        let rows = of(&made).into_iter().map(|c| c.into_active_model().reset_all());
        writes.query(&customer::Entity::insert_many(rows));
    }
    for customer in of(&changed) {
        rename(writes, customer);
    }
    if !aliases.is_empty() {
        writes.query(&identity::Entity::insert_many(aliases));
    }
    for (name, from, to) in moves {
        move_alias(writes, &name, from, to);
    }
    Ok(found.into_iter().flatten().filter_map(|id| customers.get(&id).cloned()).collect())
}

/// Who is known by these names, locked; customers who are one are merged before.
async fn known(
    txn: &Write,
    now: Timestamp,
    seen: &[Seen<'_>],
) -> Result<(HashMap<Name, CustomerId>, BTreeMap<CustomerId, customer::Model>), DbErr> {
    loop {
        let names = known_names(txn, seen).await?;
        if let Some(merge) = same::find(txn, seen, &names).await? {
            match merge::merge(txn, now, merge).await {
                // Somebody else did it meanwhile: it is looked at anew.
                Ok(_) | Err(MergeError::NotFound(_)) => continue,
                Err(MergeError::Db(error)) => return Err(error),
                Err(error @ MergeError::Same(_)) => return Err(DbErr::Custom(error.to_string())),
            }
        }
        let ids: BTreeSet<CustomerId> = names.values().copied().collect();
        if ids.is_empty() {
            return Ok((names, BTreeMap::new()));
        }
        let customers: BTreeMap<CustomerId, customer::Model> = customer::Entity::find()
            .filter(customer::COLUMN.id.is_in(ids.iter().copied()))
            .order_by_asc(customer::Column::Id)
            .lock_exclusive()
            .all(txn)
            .await?
            .into_iter()
            .map(|c| (c.id, c))
            .collect();
        // Whoever is missing was merged while we waited for the lock: the names tell who they are now.
        if customers.len() == ids.len() {
            return Ok((names, customers));
        }
    }
}

/// Which of the customers that are known by phone have a BSUID in which portfolio. Asked only when an unknown BSUID comes
/// with a known phone.
async fn bsuids(
    txn: &Write,
    seen: &[Seen<'_>],
    names: &HashMap<Name, CustomerId>,
) -> Result<HashSet<(CustomerId, String)>, DbErr> {
    let mut ids: BTreeSet<CustomerId> = BTreeSet::new();
    for one in seen {
        let called = names_of(one.shop, one.portfolio, one.person);
        if called.first().is_some_and(|n| n.1 == Kind::Bsuid && !names.contains_key(n)) {
            let phones = called.iter().filter(|n| n.1 == Kind::Phone);
            ids.extend(phones.filter_map(|name| names.get(name)));
        }
    }
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = identity::Entity::find()
        .filter(identity::COLUMN.customer_id.is_in(ids))
        .filter(identity::COLUMN.kind.eq(Kind::Bsuid))
        .all(txn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.customer_id, row.scope)).collect())
}

async fn known_names(txn: &Write, seen: &[Seen<'_>]) -> Result<HashMap<Name, CustomerId>, DbErr> {
    let called: Vec<Name> = seen
        .iter()
        .flat_map(|one| {
            let people = [Some(one.person), one.becomes].into_iter().flatten();
            people.flat_map(|person| names_of(one.shop, one.portfolio, person))
        })
        .collect();
    let mut found = HashMap::new();
    for names in called.chunks(MOST_NAMES) {
        let rows = names.iter().enumerate().map(|(at, (shop, kind, scope, value))| {
            let at = i32::try_from(at).unwrap_or(i32::MAX);
            let (scope, value) = (scope.as_str().into(), value.as_str().into());
            [Value::from(at), (*shop).into(), kind.to_value().into(), scope, value]
        });
        // Each name is looked up by the index: a planner that does not know yet how many there are would read all of
        // the shop's.
        let sql = Sql::new(
            "SELECT v.column1 AS at, (SELECT i.customer_id FROM identities i \
             WHERE i.shop_id = v.column2 AND i.kind = v.column3 AND i.scope = v.column4 \
             AND i.value = v.column5) AS customer_id FROM (",
            [],
        );
        let sql = sql.rows(rows).then(") AS v").build(txn.get_database_backend());
        for row in txn.query_all_raw(sql).await? {
            let at = usize::try_from(row.try_get::<i32>("", "at")?).unwrap_or(usize::MAX);
            let customer: Option<CustomerId> = row.try_get("", "customer_id")?;
            if let (Some(name), Some(customer)) = (names.get(at), customer) {
                found.insert(name.clone(), customer);
            }
        }
    }
    Ok(found)
}

/// What the person is called, the surest first.
pub(super) fn names_of(shop: ShopId, portfolio: &str, person: &Person) -> Vec<Name> {
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
        contact_phone: None,
        bsuid: None,
        language: Some(seen.language.to_owned()),
        language_chosen: false,
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

/// Whether `to` tells of a number left behind without telling the new one. A new BSUID comes with a new number
/// (reference §1.5): the old number is nobody's whom we know, and only the BSUID still reaches them.
fn leaves_number(held: Option<&str>, to: &Person) -> bool {
    to.phone.is_none() && to.bsuid.is_some() && to.bsuid.as_deref() != held
}

/// Stores what a customer is called now; nothing else of the row, which others may be changing.
fn rename(writes: &mut Statements, customer: customer::Model) {
    let change = customer::Entity::update_many()
        .col_expr(customer::Column::Phone, Expr::value(customer.phone))
        .col_expr(customer::Column::Bsuid, Expr::value(customer.bsuid))
        .col_expr(customer::Column::Name, Expr::value(customer.name))
        .col_expr(customer::Column::Version, Expr::value(customer.version))
        .col_expr(customer::Column::UpdatedAt, Expr::value(customer.updated_at))
        .filter(customer::COLUMN.id.eq(customer.id));
    writes.query(&change);
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

fn move_alias(writes: &mut Statements, name: &Name, from: CustomerId, to: CustomerId) {
    let (shop, kind, scope, value) = name;
    let alias = identity::Entity::update_many()
        .col_expr(identity::Column::CustomerId, Expr::value(to))
        .filter(identity::COLUMN.shop_id.eq(*shop))
        .filter(identity::COLUMN.kind.eq(*kind))
        .filter(identity::Column::Scope.eq(scope.as_str()))
        .filter(identity::Column::Value.eq(value.as_str()));
    writes.query(&alias);
    // Who had it is not written to by it any more: it is somebody else's now.
    let column = match kind {
        Kind::Phone => customer::Column::Phone,
        Kind::Bsuid => customer::Column::Bsuid,
        Kind::ParentBsuid => return,
    };
    let left = customer::Entity::update_many()
        .col_expr(column, Expr::value(Option::<String>::None))
        .col_expr(customer::Column::Version, Expr::col(customer::Column::Version).add(1))
        .filter(customer::COLUMN.id.eq(from))
        .filter(column.eq(value.as_str()));
    writes.query(&left);
}
