//! `/stock`: how much there is, set after counting or adjusted by differences.

use entity::VariantId;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json, types::Example};

use super::{Tag, variants::StockView};
use crate::{
    catalog::{self, CatalogError, Stock, Which},
    http::{
        auth::{CatalogWrite, Key},
        once::{Edge, Once},
        problem::Problem,
        reply::{Answer, IfMatch, Reply},
        types::Id,
    },
    platform::db::Write,
};

/// Operations under `/stock`.
#[derive(Clone)]
pub struct StockApi(pub(super) Edge);

/// What a count found.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewStock {
    /// Pieces, with those that orders hold; left out: they are not counted any more.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000000")))]
    pub on_hand: Option<i64>,
}

impl Example for NewStock {
    fn example() -> Self {
        Self { on_hand: Some(20) }
    }
}

/// Pieces that came or went.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct StockAdjustment {
    /// Negative: so many went.
    #[oai(validator(minimum(value = "-1000000000"), maximum(value = "1000000000")))]
    pub by: i64,
}

impl Example for StockAdjustment {
    fn example() -> Self {
        Self { by: -2 }
    }
}

/// Changes of stock, each by itself.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct StockChanges {
    #[oai(validator(min_items = 1, max_items = 500))]
    pub changes: Vec<StockChange>,
}

/// One change: `sku` or `variant_id` says of what; `on_hand` sets, `by` adjusts.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct StockChange {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub sku: Option<String>,
    pub variant_id: Option<Id<VariantId>>,
    /// Pieces, with those that orders hold.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000000")))]
    pub on_hand: Option<i64>,
    /// Pieces that came; negative: that went.
    #[oai(validator(minimum(value = "-1000000000"), maximum(value = "1000000000")))]
    pub by: Option<i64>,
}

impl Example for StockChanges {
    fn example() -> Self {
        let one = |sku: &str, on_hand, by| StockChange {
            sku: Some(sku.to_owned()),
            on_hand,
            by,
            ..StockChange::default()
        };
        Self { changes: vec![one("filtre-250", Some(20), None), one("cezve", None, Some(-2))] }
    }
}

/// What became of the changes, in their order.
#[derive(Clone, Debug, Object)]
pub struct StockResults {
    pub results: Vec<StockResult>,
    /// Changes that were made.
    pub done: u32,
    /// Changes that were refused.
    pub refused: u32,
}

/// What became of one change.
#[derive(Clone, Debug, Object)]
pub struct StockResult {
    /// `null` when the variant was named by its id and is not there.
    pub sku: Option<String>,
    /// How much there is now; `null` when it was refused.
    pub stock: Option<StockView>,
    /// The kind of problem: `not-found`, `conflict`, `invalid-value`; `null` when it was done.
    pub code: Option<String>,
    /// Why it was refused.
    pub detail: Option<String>,
}

async fn change(
    txn: &Write,
    now: entity::Timestamp,
    shop: entity::ShopId,
    change: &StockChange,
) -> Result<entity::variant::Model, CatalogError> {
    let which = match (&change.sku, change.variant_id) {
        (Some(sku), None) => Which::Sku(sku.clone()),
        (None, Some(id)) => Which::Id(id.0),
        _ => {
            let why = "or `variant_id` must be there, and not both";
            return Err(catalog::Invalid::new("sku", why).into());
        }
    };
    match (change.on_hand, change.by) {
        (Some(pieces), None) => {
            catalog::set_stock(txn, now, shop, which, Stock::Counted(pieces), None).await
        }
        (None, Some(by)) => catalog::adjust_stock(txn, now, shop, which, by).await,
        _ => {
            let why = "or `by` must be there, and not both";
            Err(catalog::Invalid::new("on_hand", why).into())
        }
    }
}

#[OpenApi(prefix_path = "/stock", tag = "Tag::Stock")]
impl StockApi {
    /// Set the stock of a variant
    ///
    /// To what a count found, with the pieces that orders hold: less than those is refused. Without `on_hand`, or with
    /// `null`, pieces are not counted any more and it never sells out.
    #[oai(path = "/:variant_id", method = "put", operation_id = "set_stock")]
    async fn set(
        &self,
        key: Key<CatalogWrite>,
        variant_id: Path<Id<VariantId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<NewStock>,
    ) -> Answer<StockView> {
        let stock = body.0.on_hand.map_or(Stock::Uncounted, Stock::Counted);
        self.0
            .write(&key, once, async |txn, now| {
                let (shop, id) = (key.shop(), variant_id.0.0);
                let row = catalog::set_stock(txn, now, shop, id, stock, if_match.0).await?;
                Ok(Reply::versioned(&StockView::of(&row), row.version).live())
            })
            .await
    }

    /// Adjust the stock of a variant
    ///
    /// By a difference, so that two at once both count. Less than orders hold is refused.
    #[oai(path = "/:variant_id/adjustments", method = "post", operation_id = "adjust_stock")]
    async fn adjust(
        &self,
        key: Key<CatalogWrite>,
        variant_id: Path<Id<VariantId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<StockAdjustment>,
    ) -> Answer<StockView> {
        let by = body.0.by;
        self.0
            .write(&key, once, async |txn, now| {
                let row = catalog::adjust_stock(txn, now, key.shop(), variant_id.0.0, by).await?;
                Ok(Reply::versioned(&StockView::of(&row), row.version).live())
            })
            .await
    }

    /// Change the stock of many variants
    ///
    /// Each change by itself: a refused one does not touch the others. The answer has a result for each, in their order.
    #[oai(path = "/changes", method = "post", operation_id = "change_stock")]
    async fn change_many(
        &self,
        key: Key<CatalogWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<StockChanges>,
    ) -> Answer<StockResults> {
        let changes = body.0.changes;
        self.0
            .write(&key, once, async |txn, now| {
                let named = changes.iter().flat_map(|one| {
                    let sku = one.sku.clone().map(Which::Sku);
                    sku.into_iter().chain(one.variant_id.map(|id| Which::Id(id.0)))
                });
                catalog::lock_stock(txn, key.shop(), named).await?;
                let mut all = StockResults { results: Vec::new(), done: 0, refused: 0 };
                for one in &changes {
                    let result = match change(txn, now, key.shop(), one).await {
                        Ok(row) => {
                            all.done += 1;
                            StockResult {
                                stock: Some(StockView::of(&row)),
                                sku: Some(row.sku),
                                code: None,
                                detail: None,
                            }
                        }
                        // Not about this row: nothing is written.
                        Err(error @ CatalogError::Db(_)) => return Err(error.into()),
                        Err(error) => {
                            all.refused += 1;
                            let problem = Problem::from(error);
                            StockResult {
                                sku: one.sku.clone(),
                                stock: None,
                                code: Some(problem.code().slug().to_owned()),
                                detail: Some(problem.detail().to_owned()),
                            }
                        }
                    };
                    all.results.push(result);
                }
                Ok(Reply::new(&all))
            })
            .await
    }
}
