//! Products as a whole: made, changed, taken out of sale.

use entity::{
    ProductId, ShopId, Timestamp, VariantId,
    product::{self, Condition, Status},
    variant,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{
    CatalogError, Invalid, Result, check_version, image, later,
    rules::{self, Member},
    search::index,
    take_codes, unless_taken,
    variant::{NewVariant, check_skus, new_row},
};
use crate::platform::db::Write;

/// A product to be made.
#[derive(Clone, Debug)]
pub struct NewProduct {
    /// Absent: made of the title.
    pub handle: Option<String>,
    pub title: String,
    pub description: String,
    pub brand: String,
    /// Other words that people may look for it by; may be empty.
    pub keywords: String,
    pub condition: Condition,
    pub link: Option<String>,
    pub status: Status,
    /// Names, in order. Empty: exactly one variant.
    pub options: Vec<String>,
    /// Links, or `/media/…` paths of uploaded pictures.
    pub images: Vec<String>,
    pub variants: Vec<NewVariant>,
}

/// What is to change; `None` leaves as it is.
#[derive(Clone, Debug, Default)]
pub struct ProductChange {
    pub handle: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub brand: Option<String>,
    pub keywords: Option<String>,
    pub condition: Option<Condition>,
    pub link: Option<Option<String>>,
    pub status: Option<Status>,
    pub options: Option<Vec<String>>,
    /// Goes with other options: the values that variants have then.
    pub option_values: Vec<(VariantId, Vec<String>)>,
    pub images: Option<Vec<String>>,
}

/// Makes a product with its variants.
///
/// # Errors
/// [`CatalogError::Invalid`], [`CatalogError::SkuTaken`], [`CatalogError::HandleTaken`]: nothing is made then.
pub async fn create_product(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    new: NewProduct,
) -> Result<(product::Model, Vec<variant::Model>)> {
    let (code, shop_row) = take_codes(txn, shop, 1 + new.variants.len()).await?;
    let currency = shop_row.currency.parse()?;
    let title = rules::line("title", &new.title, 1, rules::TITLE)?;
    let handle = match &new.handle {
        Some(handle) => {
            let handle = rules::line("handle", handle, 1, rules::NAME)?;
            if handle_is_taken(txn, shop, &handle).await? {
                return Err(CatalogError::HandleTaken(handle));
            }
            handle
        }
        None => free_handle(txn, shop, &title, code).await?,
    };
    let row = product::Model {
        id: ProductId::new(now),
        shop_id: shop,
        handle,
        code,
        title,
        description: rules::text("description", &new.description, 0, rules::DESCRIPTION)?,
        brand: rules::line("brand", &new.brand, 0, rules::NAME)?,
        keywords: rules::line("keywords", &new.keywords, 0, rules::KEYWORDS)?,
        condition: new.condition,
        link: new.link.map(|link| rules::link("link", &link)).transpose()?,
        status: new.status,
        options: rules::options(&new.options)?,
        images: rules::images(&new.images)?,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut variants = Vec::with_capacity(new.variants.len());
    for (i, (variant, code)) in new.variants.iter().zip(code + 1..).enumerate() {
        let mut variant = new_row(now, &row, variant, currency)
            .map_err(|e| Invalid::new(format!("variants/{i}/{}", e.field), e.why))?;
        variant.code = code;
        variant.position = i32::try_from(i).unwrap_or(i32::MAX);
        variants.push(variant);
    }
    rules::family(&row.options.0, variants.iter().map(member))?;
    check_skus(txn, shop, variants.iter().map(|v| v.sku.as_str())).await?;
    let pictures = row.images.0.iter().chain(variants.iter().filter_map(|v| v.image.as_ref()));
    image::check(txn, shop, pictures.map(String::as_str)).await?;

    product::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::HandleTaken(row.handle.clone())))?;
    variant::Entity::insert_many(variants.iter().cloned().map(IntoActiveModel::into_active_model))
        .exec_without_returning(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::SkuTaken(row.handle.clone())))?;
    let mut words = vec![index::of_product(&row)];
    words.extend(variants.iter().map(|variant| index::of_variant(&row, variant)));
    index::add(txn, &words).await?;
    Ok((row, variants))
}

/// Changes a product. Other options need a value of each variant that is not archived, in the same call.
///
/// # Errors
/// [`CatalogError::NoProduct`], [`CatalogError::Stale`], [`CatalogError::Invalid`],
/// [`CatalogError::HandleTaken`]: nothing has changed then.
pub async fn update_product(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ProductId,
    change: ProductChange,
    if_version: Option<i32>,
) -> Result<product::Model> {
    let old = find(txn, shop, id).await?;
    check_version(&id, old.version, if_version)?;
    let mut new = old.clone();
    if let Some(handle) = &change.handle {
        new.handle = rules::line("handle", handle, 1, rules::NAME)?;
        if new.handle != old.handle && handle_is_taken(txn, shop, &new.handle).await? {
            return Err(CatalogError::HandleTaken(new.handle));
        }
    }
    if let Some(title) = &change.title {
        new.title = rules::line("title", title, 1, rules::TITLE)?;
    }
    if let Some(description) = &change.description {
        new.description = rules::text("description", description, 0, rules::DESCRIPTION)?;
    }
    if let Some(brand) = &change.brand {
        new.brand = rules::line("brand", brand, 0, rules::NAME)?;
    }
    if let Some(keywords) = &change.keywords {
        new.keywords = rules::line("keywords", keywords, 0, rules::KEYWORDS)?;
    }
    if let Some(link) = &change.link {
        new.link = link.as_deref().map(|link| rules::link("link", link)).transpose()?;
    }
    if let Some(images) = &change.images {
        new.images = rules::images(images)?;
        image::check(txn, shop, new.images.0.iter().map(String::as_str)).await?;
    }
    new.condition = change.condition.unwrap_or(old.condition);
    new.status = change.status.unwrap_or(old.status);
    if let Some(options) = &change.options {
        new.options = rules::options(options)?;
    }
    let revalued = change.options.is_some() || !change.option_values.is_empty();
    if revalued {
        revalue(txn, now, &new, change.option_values).await?;
    }
    let new = store(txn, now, &old, new).await?;
    let words = index::of_product(&new);
    let mut changed = Vec::new();
    if revalued || new.status != old.status {
        let members = members_of(txn, id).await?;
        changed.extend(members.iter().map(|variant| index::of_variant(&new, variant)));
    }
    changed.extend(Some(words).filter(|words| *words != index::of_product(&old)));
    index::replace(txn, shop, &changed).await?;
    Ok(new)
}

/// Takes a product out of sale; it stays readable, and orders keep naming it.
///
/// # Errors
/// [`CatalogError::NoProduct`], [`CatalogError::Stale`].
pub async fn archive_product(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ProductId,
    if_version: Option<i32>,
) -> Result<product::Model> {
    let change = ProductChange { status: Some(Status::Archived), ..Default::default() };
    update_product(txn, now, shop, id, change, if_version).await
}

/// Adds a variant to a product.
///
/// # Errors
/// [`CatalogError::NoProduct`], [`CatalogError::Invalid`], [`CatalogError::SkuTaken`].
pub async fn add_variant(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    id: ProductId,
    new: NewVariant,
) -> Result<variant::Model> {
    // The product and its variants before the shop's row, as who changes a product and who places an order lock them.
    let product = find(txn, shop, id).await?;
    let others = members_of(txn, id).await?;
    let (code, shop_row) = take_codes(txn, shop, 1).await?;
    let mut row = new_row(now, &product, &new, shop_row.currency.parse()?)?;
    row.code = code;
    row.position = others.iter().map(|v| v.position + 1).max().unwrap_or(0);
    rules::family(&product.options.0, others.iter().chain([&row]).map(member))?;
    check_skus(txn, shop, [row.sku.as_str()]).await?;
    image::check(txn, shop, row.image.as_deref()).await?;
    variant::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::SkuTaken(row.sku.clone())))?;
    store(txn, now, &product, product.clone()).await?;
    index::add(txn, &[index::of_variant(&product, &row)]).await?;
    Ok(row)
}

/// The product, locked where the database locks rows.
pub(super) async fn find(txn: &Write, shop: ShopId, id: ProductId) -> Result<product::Model> {
    product::Entity::find_by_id(id)
        .filter(product::COLUMN.shop_id.eq(shop))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(CatalogError::NoProduct(id))
}

/// All variants of a product, archived ones too, in order.
pub(super) async fn members_of(txn: &Write, id: ProductId) -> Result<Vec<variant::Model>> {
    let mut members = variant::Entity::find()
        .filter(variant::COLUMN.product_id.eq(id))
        .order_by_asc(variant::Column::Id)
        .lock_exclusive()
        .all(txn)
        .await?;
    members.sort_by_key(|member| member.position);
    Ok(members)
}

pub(super) fn member(variant: &variant::Model) -> Member<'_> {
    Member { sku: &variant.sku, values: &variant.option_values.0, status: variant.status }
}

/// Gives variants other option values and checks them against the options that the product has then.
async fn revalue(
    txn: &Write,
    now: Timestamp,
    product: &product::Model,
    values: Vec<(VariantId, Vec<String>)>,
) -> Result<()> {
    let mut members = members_of(txn, product.id).await?;
    let mut touched = Vec::new();
    for (id, values) in values {
        let row = members
            .iter_mut()
            .find(|v| v.id == id)
            .ok_or_else(|| Invalid::new("variants", format!("names `{id}`, which is not there")))?;
        row.option_values = rules::option_values(&values)?;
        row.version += 1;
        row.updated_at = later(now, row.updated_at);
        touched.push(id);
    }
    rules::family(&product.options.0, members.iter().map(member))?;
    for row in members.into_iter().filter(|v| touched.contains(&v.id)) {
        variant::Entity::update_many()
            .set(variant::ActiveModel {
                option_values: Set(row.option_values),
                version: Set(row.version),
                updated_at: Set(row.updated_at),
                ..Default::default()
            })
            .filter(variant::COLUMN.id.eq(row.id))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// Writes what differs, one version later; a writer that lost the race touches no row.
async fn store(
    txn: &Write,
    now: Timestamp,
    old: &product::Model,
    mut new: product::Model,
) -> Result<product::Model> {
    new.version = old.version + 1;
    new.updated_at = later(now, old.updated_at);
    let hit = product::Entity::update_many()
        .set(product::ActiveModel {
            handle: Set(new.handle.clone()),
            title: Set(new.title.clone()),
            description: Set(new.description.clone()),
            brand: Set(new.brand.clone()),
            keywords: Set(new.keywords.clone()),
            condition: Set(new.condition),
            link: Set(new.link.clone()),
            status: Set(new.status),
            options: Set(new.options.clone()),
            images: Set(new.images.clone()),
            version: Set(new.version),
            updated_at: Set(new.updated_at),
            ..Default::default()
        })
        .filter(product::COLUMN.id.eq(old.id))
        .filter(product::COLUMN.version.eq(old.version))
        .exec(txn)
        .await
        .map_err(|e| unless_taken(e, CatalogError::HandleTaken(new.handle.clone())))?;
    if hit.rows_affected == 0 {
        return Err(CatalogError::Stale(old.id.to_string()));
    }
    Ok(new)
}

async fn handle_is_taken(txn: &Write, shop: ShopId, handle: &str) -> Result<bool> {
    let found: Option<ProductId> = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::COLUMN.shop_id.eq(shop))
        .filter(product::Column::Handle.eq(handle))
        .into_tuple()
        .one(txn)
        .await?;
    Ok(found.is_some())
}

/// A handle made of the title; with the code behind it when that one is taken or empty.
async fn free_handle(txn: &Write, shop: ShopId, title: &str, code: i64) -> Result<String> {
    let slug = rules::slug(title);
    if slug.is_empty() {
        return Ok(format!("p{code}"));
    }
    if handle_is_taken(txn, shop, &slug).await? {
        return Ok(format!("{slug}-{code}"));
    }
    Ok(slug)
}
