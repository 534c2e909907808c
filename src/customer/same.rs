//! Which customers are one person, by what an input says of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    CustomerId, customer,
    identity::{self, Kind},
    merge::Why,
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::{
    identity::{Name, Seen, names_of},
    merge::Merge,
};
use crate::platform::db::Write;

/// Two customers of whom an input says that they are one.
struct Pair {
    /// By a BSUID, before or now.
    one: CustomerId,
    other: CustomerId,
    kind: PairKind,
}

#[derive(Clone, Copy)]
enum PairKind {
    /// `one` became who is known by this BSUID.
    MovedToBsuid,
    /// `one` moved to the phone of `other`.
    MovedToPhone,
    /// One message names the BSUID of `one` and the phone of `other`.
    Together,
}

/// The first merge that these inputs ask for. The older customer stays.
pub(super) async fn find<'a>(
    txn: &Write,
    seen: &[Seen<'a>],
    names: &HashMap<Name, CustomerId>,
) -> Result<Option<Merge<'a>>, DbErr> {
    for one in seen {
        for pair in pairs(one, names) {
            let known = Known::read(txn, &pair).await?;
            let Some(known) = known else { continue };
            let (into, from) = (pair.one.min(pair.other), pair.one.max(pair.other));
            let why = match pair.kind {
                PairKind::MovedToBsuid => Why::Moved,
                PairKind::MovedToPhone if known.came_after(one) => Why::Moved,
                PairKind::Together if known.may_be_one(one) => Why::SeenTogether,
                PairKind::MovedToPhone | PairKind::Together => continue,
            };
            return Ok(Some(Merge { shop: one.shop, into, from, why, by: one.by }));
        }
    }
    Ok(None)
}

/// Customers whom the names of one input lead to, two by two. Nearly always none: then nothing is asked of the database.
fn pairs(one: &Seen<'_>, names: &HashMap<Name, CustomerId>) -> Vec<Pair> {
    let called = names_of(one.shop, one.portfolio, one.person);
    let by = |kind: Kind| {
        called.iter().find(|name| name.1 == kind).and_then(|name| names.get(name).copied())
    };
    let mut pairs = Vec::new();
    let mut pair = |one: Option<CustomerId>, other: Option<CustomerId>, kind| {
        if let (Some(one), Some(other)) = (one, other)
            && one != other
        {
            pairs.push(Pair { one, other, kind });
        }
    };
    pair(by(Kind::Bsuid), by(Kind::Phone), PairKind::Together);
    let before = by(Kind::Bsuid).or_else(|| by(Kind::Phone));
    let becomes = one.becomes.map(|to| names_of(one.shop, one.portfolio, to)).unwrap_or_default();
    for name in becomes {
        let now = names.get(&name).copied();
        match name.1 {
            Kind::Bsuid => pair(before, now, PairKind::MovedToBsuid),
            Kind::Phone => pair(before, now, PairKind::MovedToPhone),
            Kind::ParentBsuid => {}
        }
    }
    pairs
}

/// What speaks for or against it.
struct Known {
    one: customer::Model,
    other: customer::Model,
    /// Portfolios in which `other` has a BSUID, with it.
    other_bsuids: HashSet<(String, String)>,
}

impl Known {
    async fn read(txn: &Write, pair: &Pair) -> Result<Option<Self>, DbErr> {
        let both = BTreeSet::from([pair.one, pair.other]);
        let rows =
            customer::Entity::find().filter(customer::COLUMN.id.is_in(both)).all(txn).await?;
        let find = |id| rows.iter().find(|row| row.id == id).cloned();
        let (Some(one), Some(other)) = (find(pair.one), find(pair.other)) else { return Ok(None) };
        let names = identity::Entity::find()
            .filter(identity::COLUMN.customer_id.eq(pair.other))
            .filter(identity::COLUMN.kind.eq(Kind::Bsuid))
            .all(txn)
            .await?;
        let other_bsuids = names.into_iter().map(|name| (name.scope, name.value)).collect();
        Ok(Some(Self { one, other, other_bsuids }))
    }

    /// Whether the customer of the phone has no BSUID in this portfolio but the one that the person has now.
    fn is_nobody_else(&self, portfolio: &str, now: Option<&str>) -> bool {
        self.other_bsuids.iter().all(|(scope, value)| scope != portfolio || Some(&**value) == now)
    }

    /// A phone that was never seen with a BSUID, and a BSUID that was never seen with a phone: the message that names
    /// both says that they are one.
    fn may_be_one(&self, seen: &Seen<'_>) -> bool {
        self.one.phone.is_none() && self.is_nobody_else(seen.portfolio, None)
    }

    /// Whoever was there before the person moved to the number is somebody else, who had it before.
    fn came_after(&self, seen: &Seen<'_>) -> bool {
        let now = seen.becomes.and_then(|to| to.bsuid.as_deref());
        self.other.created_at >= seen.at && self.is_nobody_else(seen.portfolio, now)
    }
}
