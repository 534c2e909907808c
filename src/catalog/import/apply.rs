//! From rows to tables: load what the file names, decide product by product, write in sets.

use std::collections::{HashMap, HashSet};

use entity::{
    CollectionId, ProductId, ShopId, StringList, Timestamp, VariantId, collection,
    collection_product,
    import_row::Outcome,
    product, shop,
    variant::{self, Status},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use super::{
    RowResult,
    family::{self, Candidate, Family},
    read::{File, Row, SaleCell, StockCell},
};
use crate::{
    catalog::{
        CatalogError, Result, collection::last_position, image, later, offer, rules, take_codes,
        unless_taken,
    },
    money::Currency,
    platform::db::Write,
};

/// Names of one IN (…), and rows of one INSERT of up to 20 columns: below SQLite's 32,766 parameters.
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

/// What is there of all that the file names.
struct Known {
    products: HashMap<ProductId, product::Model>,
    by_handle: HashMap<String, ProductId>,
    /// By SKU: all variants of those products.
    variants: HashMap<String, variant::Model>,
    members: HashMap<ProductId, Vec<String>>,
    /// By title; of two with one title the first in the menu.
    collections: HashMap<String, collection::Model>,
    collection_handles: HashSet<String>,
    inside: HashSet<(CollectionId, ProductId)>,
    last_inside: HashMap<CollectionId, i32>,
    last_collection: Option<i32>,
    /// Uploaded pictures that rows name and nobody uploaded.
    missing_pictures: HashSet<String>,
}

impl Known {
    /// Locks products, then variants in the order of their SKUs, where the database locks rows.
    async fn load(txn: &Write, shop: ShopId, rows: &[(usize, &Row)]) -> Result<Self> {
        let skus: Vec<&str> = rows.iter().map(|(_, row)| row.sku.as_str()).collect();
        let mut handles: Vec<&str> =
            rows.iter().map(|(_, row)| row.group.as_ref().unwrap_or(&row.sku).as_str()).collect();
        handles.sort_unstable();
        handles.dedup();
        let mut ids: Vec<ProductId> = Vec::new();
        for chunk in skus.chunks(CHUNK) {
            let found = variant::Entity::find()
                .select_only()
                .column(variant::Column::ProductId)
                .filter(variant::COLUMN.shop_id.eq(shop))
                .filter(variant::Column::Sku.is_in(chunk.iter().copied()));
            ids.extend(found.into_tuple::<ProductId>().all(txn).await?);
        }
        for chunk in handles.chunks(CHUNK) {
            let found = product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::COLUMN.shop_id.eq(shop))
                .filter(product::Column::Handle.is_in(chunk.iter().copied()));
            ids.extend(found.into_tuple::<ProductId>().all(txn).await?);
        }
        ids.sort_unstable();
        ids.dedup();

        let mut known = Self::empty();
        for chunk in ids.chunks(CHUNK) {
            let found = product::Entity::find()
                .filter(product::Column::Id.is_in(chunk.iter().copied()))
                .order_by_asc(product::Column::Id)
                .lock_exclusive();
            for product in found.all(txn).await? {
                known.by_handle.insert(product.handle.clone(), product.id);
                known.products.insert(product.id, product);
            }
        }
        for chunk in ids.chunks(CHUNK) {
            let found = variant::Entity::find()
                .filter(variant::Column::ProductId.is_in(chunk.iter().copied()))
                .order_by_asc(variant::Column::Sku)
                .lock_exclusive();
            for variant in found.all(txn).await? {
                known.members.entry(variant.product_id).or_default().push(variant.sku.clone());
                known.variants.insert(variant.sku.clone(), variant);
            }
        }
        known.load_collections(txn, shop, &ids, rows).await?;
        let pictures = rows.iter().filter_map(|(_, row)| row.image.as_deref());
        known.missing_pictures = image::unknown(txn, shop, pictures).await?.into_iter().collect();
        Ok(known)
    }

    fn empty() -> Self {
        Self {
            products: HashMap::new(),
            by_handle: HashMap::new(),
            variants: HashMap::new(),
            members: HashMap::new(),
            collections: HashMap::new(),
            collection_handles: HashSet::new(),
            inside: HashSet::new(),
            last_inside: HashMap::new(),
            last_collection: None,
            missing_pictures: HashSet::new(),
        }
    }

    async fn load_collections(
        &mut self,
        txn: &Write,
        shop: ShopId,
        products: &[ProductId],
        rows: &[(usize, &Row)],
    ) -> Result<()> {
        if rows.iter().all(|(_, row)| row.collection.is_none()) {
            return Ok(());
        }
        self.last_collection = last_position(txn, shop).await?;
        let all = collection::Entity::find()
            .filter(collection::COLUMN.shop_id.eq(shop))
            .order_by_asc(collection::Column::Position)
            .order_by_asc(collection::Column::Id);
        for collection in all.all(txn).await? {
            self.collection_handles.insert(collection.handle.clone());
            self.collections.entry(collection.title.clone()).or_insert(collection);
        }
        let last = collection_product::Entity::find()
            .select_only()
            .column(collection_product::Column::CollectionId)
            .column_as(collection_product::Column::Position.max(), "last")
            .filter(collection_product::COLUMN.shop_id.eq(shop))
            .group_by(collection_product::Column::CollectionId);
        self.last_inside =
            last.into_tuple::<(CollectionId, i32)>().all(txn).await?.into_iter().collect();
        for chunk in products.chunks(CHUNK) {
            let found = collection_product::Entity::find()
                .select_only()
                .column(collection_product::Column::CollectionId)
                .column(collection_product::Column::ProductId)
                .filter(collection_product::Column::ProductId.is_in(chunk.iter().copied()));
            self.inside.extend(found.into_tuple::<(CollectionId, ProductId)>().all(txn).await?);
        }
        Ok(())
    }
}

/// What is to be written.
struct Plan<'a> {
    now: Timestamp,
    shop: &'a shop::Model,
    currency: Currency,
    file: &'a File,
    known: &'a Known,
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
            now,
            shop,
            currency: shop.currency.parse()?,
            file,
            known,
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
            match self.draft(old, row) {
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
        let product = self.product(handle, old, lead, options, &drafts[&lead_at]);
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

    /// The variant as the row wants it, product and options aside.
    fn draft(&self, product: Option<&product::Model>, row: &Row) -> Result<variant::Model, String> {
        let old = self.known.variants.get(&row.sku);
        if product.is_none() && row.title.is_none() {
            return Err("`title` is missing: the product is new".to_owned());
        }
        if let Some(image) = row.image.as_ref().filter(|i| self.known.missing_pictures.contains(*i))
        {
            return Err(format!("`image_link` names `{image}`, which was never uploaded"));
        }
        let mut draft = match old {
            Some(old) => old.clone(),
            None => self.blank(row),
        };
        match row.price {
            Some(price) => {
                draft.price_minor =
                    rules::price("price", price, self.currency).map_err(|e| e.to_string())?;
            }
            None if old.is_none() => return Err("`price` is missing: the item is new".to_owned()),
            None => {}
        }
        self.give_sale(&mut draft, row).map_err(|e| e.to_string())?;
        give_stock(&mut draft, row.stock);
        Ok(draft)
    }

    fn blank(&self, row: &Row) -> variant::Model {
        variant::Model {
            id: VariantId::new(self.now),
            shop_id: self.shop.id,
            product_id: ProductId::new(self.now),
            sku: row.sku.clone(),
            code: 0,
            option_values: StringList::default(),
            price_minor: 0,
            sale_price_minor: None,
            sale_starts_at: None,
            sale_ends_at: None,
            tracked: false,
            on_hand: 0,
            reserved: 0,
            status: Status::Active,
            image: None,
            position: 0,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    fn give_sale(&self, draft: &mut variant::Model, row: &Row) -> Result<(), rules::Invalid> {
        match row.sale {
            None => {}
            Some(SaleCell::Over) => {
                draft.sale_price_minor = None;
                draft.sale_starts_at = None;
                draft.sale_ends_at = None;
            }
            Some(SaleCell::At { price, dates }) => {
                draft.sale_price_minor = Some(rules::price("sale_price", price, self.currency)?);
                if let Some((start, end)) = dates {
                    draft.sale_starts_at = start;
                    draft.sale_ends_at = end;
                }
            }
        }
        match draft.sale_price_minor {
            Some(sale) => {
                rules::sale_fits(sale, draft.price_minor, draft.sale_starts_at, draft.sale_ends_at)
            }
            None => Ok(()),
        }
    }

    /// The product as the leading row wants it.
    fn product(
        &self,
        handle: String,
        old: Option<&product::Model>,
        lead: &Row,
        options: Vec<String>,
        lead_variant: &variant::Model,
    ) -> product::Model {
        let mut product = match old {
            Some(old) => old.clone(),
            None => product::Model {
                id: ProductId::new(self.now),
                shop_id: self.shop.id,
                handle,
                code: 0,
                title: String::new(),
                description: String::new(),
                brand: String::new(),
                condition: product::Condition::New,
                link: None,
                status: product::Status::Active,
                options: StringList::default(),
                images: StringList::default(),
                version: 1,
                created_at: self.now,
                updated_at: self.now,
            },
        };
        product.options = StringList(options);
        let fields = [
            (&mut product.title, &lead.title),
            (&mut product.description, &lead.description),
            (&mut product.brand, &lead.brand),
        ];
        for (field, said) in fields {
            if let Some(said) = said {
                field.clone_from(said);
            }
        }
        product.condition = lead.condition.unwrap_or(product.condition);
        if lead.link.is_some() {
            product.link.clone_from(&lead.link);
        }
        if let Some(image) = lead.image.as_ref().filter(|i| lead_variant.image.as_ref() != Some(*i))
        {
            let images = &mut product.images.0;
            match images.iter().position(|known| known == image) {
                Some(place) => images[..=place].rotate_right(1),
                None if images.is_empty() => images.push(image.clone()),
                None => images[0].clone_from(image),
            }
        }
        product
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
                draft.updated_at = later(self.now, old.updated_at);
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
                product.updated_at = later(self.now, old.updated_at);
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
                    let id = CollectionId::new(self.now);
                    self.new_collections.push(collection::Model {
                        id,
                        shop_id: self.shop.id,
                        handle: free_handle(&title, &mut handles),
                        code: 0,
                        title: title.clone(),
                        position,
                        version: 1,
                        created_at: self.now,
                        updated_at: self.now,
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
                shop_id: self.shop.id,
                position: *last,
            };
            self.new_inside.push(row);
            self.mark_updated(at);
        }
    }

    /// What exists first, then the shop's row for the codes, then what is new: the order in which placing an order locks.
    async fn write(&mut self, txn: &Write) -> Result<()> {
        use entity::{product::Column as P, variant::Column as V};

        let variants = OnConflict::column(V::Id)
            .update_columns([
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
            ])
            .to_owned();
        self.changed_variants.sort_by(|a, b| a.sku.cmp(&b.sku));
        for chunk in self.changed_variants.chunks(CHUNK) {
            variant::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .on_conflict(variants.clone())
            .exec_without_returning(txn)
            .await?;
        }
        let products = OnConflict::column(P::Id)
            .update_columns([
                P::Title,
                P::Description,
                P::Brand,
                P::Condition,
                P::Link,
                P::Options,
                P::Images,
                P::Version,
                P::UpdatedAt,
            ])
            .to_owned();
        for chunk in self.changed_products.chunks(CHUNK) {
            product::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .on_conflict(products.clone())
            .exec_without_returning(txn)
            .await?;
        }
        self.number(txn).await?;
        for chunk in self.new_products.chunks(CHUNK) {
            product::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .exec_without_returning(txn)
            .await
            .map_err(|e| unless_taken(e, CatalogError::HandleTaken(chunk[0].handle.clone())))?;
        }
        for chunk in self.new_variants.chunks(CHUNK) {
            variant::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .exec_without_returning(txn)
            .await
            .map_err(|e| unless_taken(e, CatalogError::SkuTaken(chunk[0].sku.clone())))?;
        }
        for chunk in self.new_collections.chunks(CHUNK) {
            collection::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .exec_without_returning(txn)
            .await?;
        }
        for chunk in self.new_inside.chunks(CHUNK) {
            collection_product::Entity::insert_many(
                chunk.iter().cloned().map(IntoActiveModel::into_active_model),
            )
            .exec_without_returning(txn)
            .await?;
        }
        Ok(())
    }

    /// Gives everything new its short code.
    async fn number(&mut self, txn: &Write) -> Result<()> {
        let new = self.new_products.len() + self.new_variants.len() + self.new_collections.len();
        if new == 0 {
            return Ok(());
        }
        let (mut code, _) = take_codes(txn, self.shop.id, new).await?;
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

fn give_stock(draft: &mut variant::Model, cell: StockCell) {
    let (tracked, on_hand) = match cell {
        StockCell::Unsaid => return,
        // A file without the column does not forget a count that agrees with it.
        StockCell::InStock { asked: false } if offer::available(draft).is_some_and(|n| n > 0) => {
            return;
        }
        StockCell::InStock { .. } => (false, 0),
        StockCell::OutOfStock => (true, 0),
        StockCell::Counted(pieces) => (true, pieces),
    };
    (draft.tracked, draft.on_hand) = (tracked, on_hand);
}

/// A variant has a picture of its own only when it is not the product's first.
fn give_picture(draft: &mut variant::Model, row: &Row, product: &product::Model) {
    if let Some(image) = &row.image {
        let own = product.images.0.first() != Some(image) || draft.image.as_ref() == Some(image);
        draft.image = own.then(|| image.clone());
    }
}

/// What the row says of the product, but otherwise than the leading row.
fn left_out(lead: &Row, row: &Row) -> Vec<&'static str> {
    let differs = |said: bool, same: bool| said && !same;
    [
        ("title", differs(row.title.is_some(), row.title == lead.title)),
        ("description", differs(row.description.is_some(), row.description == lead.description)),
        ("brand", differs(row.brand.is_some(), row.brand == lead.brand)),
        ("condition", differs(row.condition.is_some(), row.condition == lead.condition)),
        ("product_type", differs(row.collection.is_some(), row.collection == lead.collection)),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
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
