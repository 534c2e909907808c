//! Items of a catalog, and the batches that change them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One product as it was written, in the words of the feed (`title`, `price`, `image_link` …), and its review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Our `id` in `data`: the retailer's id, up to 100 characters.
    pub(crate) retailer_id: String,
    /// The id of the product node.
    pub(crate) node_id: String,
    pub(crate) data: Map<String, Value>,
    pub(crate) review: ReviewStatus,
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// What the review decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewStatus {
    Pending,
    Approved,
    Rejected,
}

impl ReviewStatus {
    /// As in `review_status`.
    pub(crate) fn lower(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// As in `capability_to_review_status`.
    pub(crate) fn upper(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
        }
    }
}

impl Item {
    /// A field as text, `""` when it is not there.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.data.get(key).and_then(Value::as_str).unwrap_or("")
    }

    /// Whether a message may show it: approved and not archived.
    pub(crate) fn shown(&self) -> bool {
        self.review == ReviewStatus::Approved
            && !matches!(self.text("status"), "archived" | "staging")
            && !matches!(self.text("visibility"), "staging")
    }

    /// What the phone asks for one: amount and currency of the sale price, else of the price.
    pub(crate) fn asked(&self) -> Option<(&str, &str)> {
        let sale = self.text("sale_price");
        let price = if sale.is_empty() { self.text("price") } else { sale };
        price.split_once(' ')
    }
}

/// All items of one catalog, by retailer id.
#[derive(Default)]
pub(crate) struct Catalog {
    pub(crate) items: BTreeMap<String, Item>,
}

/// One `items_batch` call on its way into the catalog.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Batch {
    pub(crate) handle: String,
    pub(crate) catalog_id: String,
    pub(crate) at_ms: i64,
    pub(crate) allow_upsert: bool,
    /// What passed the first look; empty once finished.
    pub(crate) changes: Vec<Change>,
    pub(crate) finished: bool,
    /// Filled when finished.
    pub(crate) errors: Vec<Trouble>,
}

/// One request of a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) method: Method,
    pub(crate) retailer_id: String,
    pub(crate) data: Map<String, Value>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Create,
    Update,
    Delete,
}

/// Why an item was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    pub(crate) retailer_id: String,
    pub(crate) message: String,
}

/// What every item needs. Source: product data specification (read 2026); `brand` may be `mpn` or `gtin` instead.
pub(crate) const REQUIRED: &[&str] =
    &["title", "description", "availability", "condition", "price", "link", "image_link"];

/// What a batch does to a catalog: items to keep, ids to drop, requests refused.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) kept: Vec<Item>,
    pub(crate) dropped: Vec<String>,
    pub(crate) errors: Vec<Trouble>,
}

impl Catalog {
    /// What `changes` would do. `node_id` makes ids for new items; `approve` decides the review of what is new or
    /// looks different.
    pub(crate) fn ingest(
        &self,
        batch: &Batch,
        approve: bool,
        mut node_id: impl FnMut() -> String,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let fresh = if approve { ReviewStatus::Approved } else { ReviewStatus::Pending };
        for change in &batch.changes {
            let old = self.items.get(&change.retailer_id);
            if change.method == Method::Delete {
                if old.is_some() {
                    outcome.dropped.push(change.retailer_id.clone());
                }
                continue;
            }
            if old.is_none() && change.method == Method::Update && !batch.allow_upsert {
                continue;
            }
            let mut data = old.map(|item| item.data.clone()).unwrap_or_default();
            for (key, value) in &change.data {
                if value.is_null() {
                    data.remove(key);
                } else {
                    data.insert(key.clone(), value.clone());
                }
            }
            if let Some(message) = missing(&data) {
                outcome.errors.push(Trouble { retailer_id: change.retailer_id.clone(), message });
                continue;
            }
            let review = match old {
                Some(old) if !approve && !looks_different(&old.data, &data) => old.review,
                Some(_) | None => fresh,
            };
            outcome.kept.push(Item {
                retailer_id: change.retailer_id.clone(),
                node_id: old.map_or_else(&mut node_id, |item| item.node_id.clone()),
                data,
                review,
                reason: None,
            });
        }
        outcome
    }
}

/// Which required field is not there.
fn missing(data: &Map<String, Value>) -> Option<String> {
    let has =
        |key: &str| data.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if let Some(key) = REQUIRED.iter().find(|key| !has(key)) {
        return Some(format!("A required field is missing: {key}"));
    }
    (!["brand", "mpn", "gtin"].into_iter().any(has))
        .then(|| "A required field is missing: brand, mpn or gtin".to_owned())
}

/// Whether a reviewer would have to look again.
fn looks_different(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    ["title", "description", "image_link"].iter().any(|key| old.get(*key) != new.get(*key))
}
