//! From rows to tables: load what the file names, decide product by product, write in sets.

use std::collections::{HashMap, HashSet};

use entity::{
    CollectionId, ProductId, StringList, Timestamp, collection, collection_product,
    import_row::Outcome,
    product, shop,
    variant::{self, Status},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};

use super::{
    RowResult,
    draft::{Frame, give_picture, left_out},
    family::{self, Candidate, Family},
    known::Known,
    read::File,
    row::Row,
};
use crate::{
    catalog::{CatalogError, Result, later, rules, search::index, take_codes, unless_taken},
    platform::db::Write,
};

/// Rows of one INSERT of up to 20 columns: below SQLite's 32,766 parameters.
const CHUNK: usize = 500;

/// Writes the file; a result for each of its lines, in their order.
pub(super) async fn apply(
    txn: &Write,
    now: Timestamp,
    shop: &shop::Model,
    file: &File,
) -> Result<Vec<RowResult>> {
    let rows: Vec<(usize, &Row)> = file
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| line.row.as_ref().ok().map(|row| (at, row)))
        .collect();
    let known = Known::load(txn, shop.id, &rows).await?;
    let mut plan = Plan::new(now, shop, file, &known)?;
    plan.decide(&rows);
    plan.join_collections();
    plan.write(txn).await?;
    Ok(plan.results)
}

/// What is to be written.
struct Plan<'a> {
    frame: Frame<'a>,
    known: &'a Known,
    file: &'a File,
    results: Vec<RowResult>,
    new_products: Vec<product::Model>,
    new_variants: Vec<variant::Model>,
    new_collections: Vec<collection::Model>,
    new_inside: Vec<collection_product::Model>,
    changed_products: Vec<product::Model>,
    changed_variants: Vec<variant::Model>,
    /// Of each product that is taken: the collection that its leading row names, and that row.
    wishes: Vec<(ProductId, String, usize)>,
}

impl<'a> Plan<'a> {
    fn new(
        now: Timestamp,
        shop: &'a shop::Model,
        file: &'a File,
        known: &'a Known,
    ) -> Result<Self> {
        let results = file.lines.iter().map(|line| match &line.row {
            Ok(_) => RowResult { outcome: Outcome::Unchanged, message: None },
            Err(why) => RowResult::refused(why.as_str()),
        });
        Ok(Self {
            frame: Frame { now, shop: shop.id, currency: shop.currency.parse()?, known },
            known,
            file,
            results: results.collect(),
            new_products: Vec::new(),
            new_variants: Vec::new(),
            new_collections: Vec::new(),
            new_inside: Vec::new(),
            changed_products: Vec::new(),
            changed_variants: Vec::new(),
            wishes: Vec::new(),
        })
    }

    fn refuse(&mut self, at: usize, why: impl Into<String>) {
        self.results[at] = RowResult::refused(why);
    }

    fn note(&mut self, at: usize, text: &str) {
        let message = &mut self.results[at].message;
        *message = Some(match message.take() {
            Some(before) => format!("{before}; {text}"),
            None => text.to_owned(),
        });
    }

    /// Product by product, in the order in which the file names them first.
    fn decide(&mut self, rows: &[(usize, &'a Row)]) {
        let mut places = HashMap::<String, usize>::new();
        let mut groups: Vec<(String, Vec<(usize, &'a Row)>)> = Vec::new();
        for &(at, row) in rows {
            let home = self
                .known
                .variants
                .get(&row.sku)
                .and_then(|variant| self.known.products.get(&variant.product_id));
            let handle = match (&row.group, home) {
                (Some(group), Some(home)) if home.handle != *group => {
                    let why = format!(
                        "belongs to the product `{}`: a variant does not move to another `item_group_id`",
                        home.handle
                    );
                    self.refuse(at, why);
                    continue;
                }
                (Some(group), _) => group,
                (None, Some(home)) => &home.handle,
                (None, None) => &row.sku,
            };
            let place = *places.entry(handle.clone()).or_insert_with(|| {
                groups.push((handle.clone(), Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push((at, row));
        }
        for (handle, rows) in groups {
            self.decide_product(handle, &rows);
        }
    }

    fn decide_product(&mut self, handle: String, rows: &[(usize, &'a Row)]) {
        let known = self.known;
        let old = known.by_handle.get(&handle).and_then(|id| known.products.get(id));
        let members = old.and_then(|p| known.members.get(&p.id)).map_or(&[][..], Vec::as_slice);

        // Each row by itself first, then all beside each other.
        let mut drafts: HashMap<usize, variant::Model> = HashMap::new();
        for &(at, row) in rows {
            match self.frame.draft(old, row) {
                Ok(draft) => {
                    drafts.insert(at, draft);
                }
                Err(why) => self.refuse(at, why),
            }
        }
        let good: Vec<_> = rows.iter().filter(|(at, _)| drafts.contains_key(at)).copied().collect();
        let counts = |sku: &str| known.variants.get(sku).filter(|v| v.status != Status::Archived);
        let archived =
            |row: &Row| known.variants.contains_key(&row.sku) && counts(&row.sku).is_none();
        let named: HashSet<&str> = good.iter().map(|(_, row)| row.sku.as_str()).collect();
        let others = members
            .iter()
            .filter(|sku| !named.contains(sku.as_str()))
            .filter_map(|sku| counts(sku).map(|v| (sku.as_str(), v.option_values.0.as_slice())));
        let candidates =
            good.iter().filter(|(_, row)| !archived(row)).map(|&(at, row)| Candidate {
                row: at,
                sku: &row.sku,
                now: counts(&row.sku).map(|v| v.option_values.0.as_slice()),
                axes: &row.axes,
            });
        let options = old.map_or(&[][..], |p| p.options.0.as_slice());
        let Family { options, taken, refused } =
            family::settle(options, others.collect(), candidates.collect());
        for (at, why) in refused {
            drafts.remove(&at);
            self.refuse(at, why);
        }
        for (at, values) in taken {
            if let Some(draft) = drafts.get_mut(&at) {
                draft.option_values = StringList(values);
            }
        }
        let taken: Vec<_> = good.into_iter().filter(|(at, _)| drafts.contains_key(at)).collect();
        let Some(&(lead_at, lead)) = taken.first() else { return };
        let product = self.frame.product(handle, old, lead, options, &drafts[&lead_at]);
        let mut position = members
            .iter()
            .filter_map(|sku| known.variants.get(sku))
            .map(|v| v.position.saturating_add(1))
            .max()
            .unwrap_or(0);
        for &(at, row) in &taken {
            if let Some(mut draft) = drafts.remove(&at) {
                draft.product_id = product.id;
                give_picture(&mut draft, row, &product);
                self.keep_variant(at, draft, &mut position);
            }
            if archived(row) {
                self.note(at, "is archived: not for sale until it is activated");
            }
            let left_out = left_out(lead, row);
            if !left_out.is_empty() {
                let line = self.file.lines[lead_at].number;
                let text = format!("its product has {} of line {line}", left_out.join(", "));
                self.note(at, &text);
            }
        }
        if let Some(title) = &lead.collection {
            self.wishes.push((product.id, title.clone(), lead_at));
        }
        self.keep_product(lead_at, product, old);
    }

    fn keep_variant(&mut self, at: usize, mut draft: variant::Model, position: &mut i32) {
        match self.known.variants.get(&draft.sku) {
            None => {
                draft.position = *position;
                *position = position.saturating_add(1);
                self.results[at].outcome = Outcome::Created;
                self.new_variants.push(draft);
            }
            Some(old) if *old != draft => {
                draft.version += 1;
                draft.updated_at = later(self.frame.now, old.updated_at);
                self.results[at].outcome = Outcome::Updated;
                self.changed_variants.push(draft);
            }
            Some(_) => {}
        }
    }

    fn keep_product(
        &mut self,
        lead_at: usize,
        mut product: product::Model,
        old: Option<&product::Model>,
    ) {
        match old {
            None => self.new_products.push(product),
            Some(old) if *old != product => {
                product.version += 1;
                product.updated_at = later(self.frame.now, old.updated_at);
                self.changed_products.push(product);
                self.mark_updated(lead_at);
            }
            Some(_) => {}
        }
    }

    fn mark_updated(&mut self, at: usize) {
        if self.results[at].outcome == Outcome::Unchanged {
            self.results[at].outcome = Outcome::Updated;
        }
    }

    /// Adds products to the collections that they wish for; makes those that are missing.
    fn join_collections(&mut self) {
        let mut last_inside = self.known.last_inside.clone();
        let mut made: HashMap<String, CollectionId> = HashMap::new();
        let mut handles = self.known.collection_handles.clone();
        let mut position = self.known.last_collection.map_or(0, |last| last.saturating_add(1));
        for (product_id, title, at) in std::mem::take(&mut self.wishes) {
            let known = self.known.collections.get(&title).map(|c| c.id);
            let collection_id = match known.or_else(|| made.get(&title).copied()) {
                Some(id) => id,
                None => {
                    let id = CollectionId::new(self.frame.now);
                    self.new_collections.push(collection::Model {
                        id,
                        shop_id: self.frame.shop,
                        handle: free_handle(&title, &mut handles),
                        code: 0,
                        title: title.clone(),
                        position,
                        version: 1,
                        created_at: self.frame.now,
                        updated_at: self.frame.now,
                    });
                    position = position.saturating_add(1);
                    made.insert(title, id);
                    id
                }
            };
            if self.known.inside.contains(&(collection_id, product_id)) {
                continue;
            }
            let last = last_inside.entry(collection_id).or_insert(-1);
            *last = last.saturating_add(1);
            let row = collection_product::Model {
                collection_id,
                product_id,
                shop_id: self.frame.shop,
                position: *last,
            };
            self.new_inside.push(row);
            self.mark_updated(at);
        }
    }

    /// What exists first, then the shop's row for the codes, then what is new: the order in which placing an order locks.
    async fn write(&mut self, txn: &Write) -> Result<()> {
        use entity::{product::Column as P, variant::Column as V};

        self.changed_variants.sort_by(|a, b| a.sku.cmp(&b.sku));
        let columns = [
            V::OptionValues,
            V::PriceMinor,
            V::SalePriceMinor,
            V::SaleStartsAt,
            V::SaleEndsAt,
            V::Tracked,
            V::OnHand,
            V::Image,
            V::Version,
            V::UpdatedAt,
        ];
        let conflict = OnConflict::column(V::Id).update_columns(columns).to_owned();
        insert(txn, &self.changed_variants, Some(conflict)).await?;
        let columns = [
            P::Title,
            P::Description,
            P::Brand,
            P::Keywords,
            P::Condition,
            P::Link,
            P::Options,
            P::Images,
            P::Version,
            P::UpdatedAt,
        ];
        let conflict = OnConflict::column(P::Id).update_columns(columns).to_owned();
        insert(txn, &self.changed_products, Some(conflict)).await?;

        index::replace(txn, self.frame.shop, &self.changed_words()).await?;
        self.number(txn).await?;
        insert(txn, &self.new_products, None).await?;
        insert(txn, &self.new_variants, None).await?;
        insert(txn, &self.new_collections, None).await?;
        insert(txn, &self.new_inside, None).await?;
        index::add(txn, &self.new_words()).await?;
        Ok(())
    }

    /// The words of what changed, where they did.
    fn changed_words(&self) -> Vec<index::Entry> {
        let known = self.known;
        let products = self.changed_products.iter().filter_map(|new| {
            let words = index::of_product(new);
            let old = known.products.get(&new.id).map(index::of_product);
            (old.as_ref() != Some(&words)).then_some(words)
        });
        let variants = self.changed_variants.iter().filter_map(|new| {
            // Its status decides, and that no file changes.
            let product = known.products.get(&new.product_id)?;
            let words = index::of_variant(product, new);
            let old = known.variants.get(&new.sku).map(|old| index::of_variant(product, old));
            (old.as_ref() != Some(&words)).then_some(words)
        });
        products.chain(variants).collect()
    }

    fn new_words(&self) -> Vec<index::Entry> {
        let new: HashMap<ProductId, &product::Model> =
            self.new_products.iter().map(|product| (product.id, product)).collect();
        let variants = self.new_variants.iter().filter_map(|variant| {
            let id = variant.product_id;
            let product = new.get(&id).copied().or_else(|| self.known.products.get(&id))?;
            Some(index::of_variant(product, variant))
        });
        let products = self.new_products.iter().map(index::of_product);
        let collections = self.new_collections.iter().map(index::of_collection);
        products.chain(variants).chain(collections).collect()
    }

    /// Gives everything new its short code.
    async fn number(&mut self, txn: &Write) -> Result<()> {
        let new = self.new_products.len() + self.new_variants.len() + self.new_collections.len();
        if new == 0 {
            return Ok(());
        }
        let (mut code, _) = take_codes(txn, self.frame.shop, new).await?;
        let codes = (self.new_products.iter_mut().map(|p| &mut p.code))
            .chain(self.new_variants.iter_mut().map(|v| &mut v.code))
            .chain(self.new_collections.iter_mut().map(|c| &mut c.code));
        for place in codes {
            *place = code;
            code += 1;
        }
        Ok(())
    }
}

/// A handle made of the title that no other collection has.
fn free_handle(title: &str, taken: &mut HashSet<String>) -> String {
    let slug = match rules::slug(title) {
        slug if slug.is_empty() => "collection".to_owned(),
        slug => slug,
    };
    let mut handle = slug.clone();
    let mut n = 2;
    while !taken.insert(handle.clone()) {
        handle = format!("{slug}-{n}");
        n += 1;
    }
    handle
}

/// Inserts, or updates what `conflict` says, chunk by chunk.
async fn insert<M, A>(txn: &Write, rows: &[M], conflict: Option<OnConflict>) -> Result<()>
where
    M: IntoActiveModel<A> + Clone,
    A: ActiveModelTrait,
{
    for chunk in rows.chunks(CHUNK) {
        let mut statement =
            A::Entity::insert_many(chunk.iter().cloned().map(IntoActiveModel::into_active_model));
        if let Some(conflict) = &conflict {
            statement = statement.on_conflict(conflict.clone());
        }
        statement.exec_without_returning(txn).await.map_err(|e| {
            // Someone made one of them since the file was read: the next try sees it.
            unless_taken(e, CatalogError::Stale("what the file names".to_owned()))
        })?;
    }
    Ok(())
}
