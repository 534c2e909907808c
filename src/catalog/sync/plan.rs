//! What is to be done so that WhatsApp holds what it should. Pure.

use std::collections::BTreeMap;

use entity::catalog_item::State;

use super::{
    BatchRequest, Method,
    item::{Item, delete, same_face},
};

/// What a SKU should be at WhatsApp; one that is not for sale is not in the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Item(Item),
    /// It should be there, and cannot: why.
    Blocked(String),
}

/// What is known of a SKU at WhatsApp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// Of what was sent last; `None` when WhatsApp does not hold it.
    pub(super) hash: Option<String>,
    pub(super) state: State,
    pub(super) reason: Option<String>,
    /// On its way: decided when it has arrived.
    pub(super) in_flight: bool,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Send {
        item: Item,
        method: Method,
        /// WhatsApp will look at it again.
        reviewed: bool,
    },
    Delete {
        sku: String,
    },
    /// Nothing is sent: the owner is told why.
    Block {
        sku: String,
        reason: String,
    },
    /// Nothing is sent: it was never there.
    Forget {
        sku: String,
    },
}

impl Change {
    #[cfg(test)]
    pub(super) fn sku(&self) -> &str {
        match self {
            Self::Send { item, .. } => &item.sku,
            Self::Delete { sku } | Self::Block { sku, .. } | Self::Forget { sku } => sku,
        }
    }

    /// The request, when something is to be sent.
    pub(super) fn request(&self) -> Option<BatchRequest> {
        match self {
            Self::Send { item, method, .. } => Some(item.request(*method)),
            Self::Delete { sku } => Some(delete(sku)),
            Self::Block { .. } | Self::Forget { .. } => None,
        }
    }

    /// What must not wait comes first: nobody should buy what is sold out or gone.
    pub(super) fn urgency(&self) -> u8 {
        match self {
            Self::Send { item, method: Method::Update, .. } if item.sold_out => 0,
            Self::Delete { .. } => 1,
            Self::Send { method: Method::Update, .. } => 2,
            Self::Send { .. } => 3,
            Self::Block { .. } | Self::Forget { .. } => 4,
        }
    }
}

/// What is to be done, by SKU; what is on its way is left alone.
pub(super) fn plan(
    wanted: &BTreeMap<String, Wanted>,
    held: &BTreeMap<String, Held>,
) -> Vec<Change> {
    let mut changes: Vec<Change> =
        wanted.iter().filter_map(|(sku, wanted)| for_wanted(sku, wanted, held.get(sku))).collect();
    let gone = held.iter().filter(|(sku, _)| !wanted.contains_key(*sku));
    changes.extend(gone.filter_map(|(sku, held)| for_gone(sku, held)));
    changes
}

fn for_wanted(sku: &str, wanted: &Wanted, held: Option<&Held>) -> Option<Change> {
    if held.is_some_and(|held| held.in_flight) {
        return None;
    }
    let known = held.and_then(|held| held.hash.as_deref());
    match (wanted, known) {
        (Wanted::Item(item), None) => {
            Some(Change::Send { item: item.clone(), method: Method::Create, reviewed: true })
        }
        (Wanted::Item(item), Some(known)) => {
            let hash = item.hash();
            let refused = held.is_some_and(|held| held.state == State::Refused);
            (hash != known).then(|| Change::Send {
                item: item.clone(),
                method: Method::Update,
                reviewed: refused || !same_face(&hash, known),
            })
        }
        (Wanted::Blocked(_), Some(_)) => Some(Change::Delete { sku: sku.to_owned() }),
        // It was under way in a batch that was given up: perhaps WhatsApp holds it.
        (Wanted::Blocked(_), None)
            if held.is_some_and(|h| !matches!(h.state, State::Deleted | State::Refused)) =>
        {
            Some(Change::Delete { sku: sku.to_owned() })
        }
        (Wanted::Blocked(reason), None) => {
            let told = held.is_some_and(|held| {
                held.state == State::Refused && held.reason.as_ref() == Some(reason)
            });
            (!told).then(|| Change::Block { sku: sku.to_owned(), reason: reason.clone() })
        }
    }
}

fn for_gone(sku: &str, held: &Held) -> Option<Change> {
    let sku = sku.to_owned();
    match (&held.hash, held.state) {
        _ if held.in_flight => None,
        (_, State::Deleted) => None,
        // Refused before it was ever taken, or taken out since.
        (None, State::Refused) => Some(Change::Forget { sku }),
        _ => Some(Change::Delete { sku }),
    }
}

#[cfg(test)]
mod tests {
    use entity::{ProductId, ShopId, StringList, Timestamp, VariantId, product, variant};
    use proptest::prelude::*;

    use super::{super::item::Frame, *};

    /// Price, pieces, whether it has a picture.
    type Goods = (i64, Option<i64>, bool);

    fn wanted(sku: &str, (price, stock, pictured): Goods) -> Wanted {
        let now = Timestamp::from_ms(0);
        let frame = Frame {
            now,
            shop_name: "S",
            currency: "TRY".parse().unwrap(),
            public_url: "https://s.example",
        };
        let (shop_id, product_id) = (ShopId::new(now), ProductId::new(now));
        let product = product::Model {
            id: product_id,
            shop_id,
            handle: "h".into(),
            code: 1,
            // The face changes with the price in steps, so that both kinds of change occur.
            title: format!("T{}", price / 3),
            description: String::new(),
            brand: String::new(),
            keywords: String::new(),
            condition: product::Condition::New,
            link: None,
            status: product::Status::Active,
            options: StringList::default(),
            images: pictured.then(|| "https://s.example/a.png".to_owned()).into_iter().collect(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let variant = variant::Model {
            id: VariantId::new(now),
            shop_id,
            product_id,
            sku: sku.to_owned(),
            code: 1,
            option_values: StringList::default(),
            price_minor: price,
            sale_price_minor: None,
            sale_starts_at: None,
            sale_ends_at: None,
            tracked: stock.is_some(),
            on_hand: stock.unwrap_or_default(),
            reserved: 0,
            status: variant::Status::Active,
            image: None,
            position: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        match Item::of(&frame, &product, &variant, 1) {
            Ok(item) => Wanted::Item(item),
            Err(reason) => Wanted::Blocked(reason),
        }
    }

    fn all(goods: &BTreeMap<String, Goods>) -> BTreeMap<String, Wanted> {
        goods.iter().map(|(sku, goods)| (sku.clone(), wanted(sku, *goods))).collect()
    }

    /// What is known when everything was sent and answered.
    fn apply(held: &mut BTreeMap<String, Held>, changes: Vec<Change>) {
        for change in changes {
            let sku = change.sku().to_owned();
            let (hash, state, reason) = match change {
                Change::Send { item, .. } => (Some(item.hash()), State::Approved, None),
                Change::Delete { .. } | Change::Forget { .. } => (None, State::Deleted, None),
                Change::Block { reason, .. } => (None, State::Refused, Some(reason)),
            };
            held.insert(sku, Held { hash, state, reason, in_flight: false });
        }
    }

    fn hashes(held: &BTreeMap<String, Held>) -> BTreeMap<String, String> {
        held.iter().filter_map(|(sku, h)| Some((sku.clone(), h.hash.clone()?))).collect()
    }

    fn goods() -> impl Strategy<Value = BTreeMap<String, Goods>> {
        let one = (1..9_i64, prop::option::of(0..3_i64), prop::bool::weighted(0.8));
        prop::collection::btree_map("[a-f]", one, 0..6)
    }

    proptest! {
        #[test]
        fn what_is_planned_and_done_gives_what_was_wanted(before in goods(), after in goods()) {
            let mut held = BTreeMap::new();
            let changes = plan(&all(&before), &held);
            apply(&mut held, changes);
            let wanted = all(&after);
            // A block of what WhatsApp holds takes it out first, and is told then.
            for _ in 0..2 {
                let changes = plan(&wanted, &held);
                apply(&mut held, changes);
            }
            let items = wanted.iter().filter_map(|(sku, w)| match w {
                Wanted::Item(item) => Some((sku.clone(), item.hash())),
                Wanted::Blocked(_) => None,
            });
            prop_assert_eq!(hashes(&held), items.collect::<BTreeMap<_, _>>());
            prop_assert_eq!(plan(&wanted, &held), vec![]);
        }

        #[test]
        fn what_is_on_its_way_is_left_alone(before in goods(), after in goods()) {
            let mut held = BTreeMap::new();
            let changes = plan(&all(&before), &held);
            apply(&mut held, changes);
            for held in held.values_mut() {
                held.in_flight = true;
            }
            let changes = plan(&all(&after), &held);
            prop_assert!(changes.iter().all(|change| !held.contains_key(change.sku())));
        }
    }

    #[test]
    fn a_delete_that_was_given_up_is_asked_for_again() {
        let blocked = BTreeMap::from([("a".to_owned(), wanted("a", (1, None, false)))]);
        let held = |state| {
            let held = Held { hash: None, state, reason: None, in_flight: false };
            BTreeMap::from([("a".to_owned(), held)])
        };
        let delete = vec![Change::Delete { sku: "a".to_owned() }];
        for state in [State::Sent, State::InReview, State::Approved, State::Rejected] {
            assert_eq!(plan(&blocked, &held(state)), delete, "{state:?}");
            assert_eq!(plan(&BTreeMap::new(), &held(state)), delete, "{state:?}");
        }
        let changes = plan(&blocked, &held(State::Deleted));
        assert!(matches!(changes[..], [Change::Block { .. }]), "{changes:?}");
    }

    #[test]
    fn what_is_sold_out_goes_first() {
        let many = |price, stock| -> BTreeMap<String, Goods> {
            ["a", "b"].iter().map(|s| ((*s).to_owned(), (price, Some(stock), true))).collect()
        };
        let mut held = BTreeMap::new();
        let changes = plan(&all(&many(1, 5)), &held);
        assert!(changes.iter().all(|c| c.urgency() == 3));
        apply(&mut held, changes);
        let mut after = many(1, 5);
        after.insert("a".into(), (2, Some(5), true));
        after.insert("b".into(), (1, Some(0), true));
        after.insert("c".into(), (1, Some(0), true));
        let mut changes = plan(&all(&after), &held);
        changes.sort_by_key(Change::urgency);
        assert_eq!(changes.iter().map(Change::sku).collect::<Vec<_>>(), ["b", "a", "c"]);
        assert!(matches!(changes[0], Change::Send { reviewed: false, .. }));
    }
}
