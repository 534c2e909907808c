//! The words of goods in their table. They are written in the transaction that changes the goods.
//!
//! Whoever writes words has moved `words_version` before, and holds the shop's row with it: so nobody reads goods that
//! another one is changing and writes down the old words.

use std::collections::BTreeSet;

use entity::{
    CollectionId, ProductId, ShopId, collection, product,
    search_word::{self, Field},
    shop, variant,
};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{FORM, words};
use crate::platform::db::Write;

/// Rows of one INSERT of 6 columns, and names of one IN (…): far below SQLite's 32,766 parameters.
const CHUNK: usize = 500;

/// Words of something, as they stand in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::catalog) struct Entry {
    thing: Uuid,
    shop: ShopId,
    product: Option<ProductId>,
    live: bool,
    words: BTreeSet<(Field, String)>,
}

/// The words of a product as a whole.
pub(in crate::catalog) fn of_product(product: &product::Model) -> Entry {
    let fields = [
        (Field::Title, &product.title),
        (Field::Keyword, &product.keywords),
        (Field::Brand, &product.brand),
    ];
    Entry {
        thing: product.id.0,
        shop: product.shop_id,
        product: Some(product.id),
        live: product.status == product::Status::Active,
        words: fields.into_iter().flat_map(|(field, text)| of(field, text)).collect(),
    }
}

/// The words of a variant beside those of its product.
pub(in crate::catalog) fn of_variant(product: &product::Model, variant: &variant::Model) -> Entry {
    let options = variant.option_values.0.iter().flat_map(|value| of(Field::Option, value));
    let sku = words::of_sku(&variant.sku).into_iter().map(|word| (Field::Sku, word));
    Entry {
        thing: variant.id.0,
        shop: product.shop_id,
        product: Some(product.id),
        live: product.status == product::Status::Active
            && variant.status == variant::Status::Active,
        words: options.chain(sku).collect(),
    }
}

/// The words of a collection.
pub(in crate::catalog) fn of_collection(collection: &collection::Model) -> Entry {
    Entry {
        thing: collection.id.0,
        shop: collection.shop_id,
        product: None,
        live: true,
        words: of(Field::Collection, &collection.title).collect(),
    }
}

fn of(field: Field, text: &str) -> impl Iterator<Item = (Field, String)> + use<> {
    words::of_text(text).into_iter().map(move |word| (field, word))
}

/// Writes the words of what is new. The caller has moved the version: [`super::super::take_codes`] does.
pub(in crate::catalog) async fn add(txn: &Write, entries: &[Entry]) -> Result<(), DbErr> {
    let rows: Vec<search_word::Model> = entries
        .iter()
        .flat_map(|entry| {
            entry.words.iter().map(|(field, word)| search_word::Model {
                thing: entry.thing,
                field: *field,
                word: word.clone(),
                shop_id: entry.shop,
                product_id: entry.product,
                live: entry.live,
            })
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        search_word::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// Writes the words of what has changed, in place of those of before.
pub(in crate::catalog) async fn replace(
    txn: &Write,
    shop: ShopId,
    entries: &[Entry],
) -> Result<(), DbErr> {
    if entries.is_empty() {
        return Ok(());
    }
    moved(txn, shop).await?;
    for chunk in entries.chunks(CHUNK) {
        forget(txn, chunk.iter().map(|entry| entry.thing)).await?;
    }
    add(txn, entries).await
}

/// Drops the words of a collection that is gone.
pub(in crate::catalog) async fn remove(
    txn: &Write,
    shop: ShopId,
    id: CollectionId,
) -> Result<(), DbErr> {
    moved(txn, shop).await?;
    forget(txn, [id.0]).await
}

async fn forget(txn: &Write, things: impl IntoIterator<Item = Uuid>) -> Result<(), DbErr> {
    search_word::Entity::delete_many()
        .filter(search_word::Column::Thing.is_in(things))
        .exec(txn)
        .await?;
    Ok(())
}

async fn moved(txn: &Write, shop: ShopId) -> Result<(), DbErr> {
    shop::Entity::update_many()
        .col_expr(shop::Column::WordsVersion, Expr::col(shop::Column::WordsVersion).add(1))
        .filter(shop::COLUMN.id.eq(shop))
        .exec(txn)
        .await?;
    Ok(())
}

/// Takes the words of all goods of a shop anew, unless another one has just done so.
///
/// # Errors
/// The database's.
pub async fn build(txn: &Write, shop: ShopId) -> Result<(), DbErr> {
    let hit = shop::Entity::update_many()
        .col_expr(shop::Column::WordsVersion, Expr::col(shop::Column::WordsVersion).add(1))
        .col_expr(shop::Column::WordsForm, Expr::value(FORM))
        .filter(shop::COLUMN.id.eq(shop))
        .filter(shop::Column::WordsForm.ne(FORM))
        .exec(txn)
        .await?;
    if hit.rows_affected == 0 {
        return Ok(());
    }
    search_word::Entity::delete_many()
        .filter(search_word::COLUMN.shop_id.eq(shop))
        .exec(txn)
        .await?;
    let collections = collection::Entity::find().filter(collection::COLUMN.shop_id.eq(shop));
    let entries: Vec<_> = collections.all(txn).await?.iter().map(of_collection).collect();
    add(txn, &entries).await?;
    let mut after: Option<ProductId> = None;
    loop {
        let mut query = product::Entity::find()
            .filter(product::COLUMN.shop_id.eq(shop))
            .order_by_asc(product::Column::Id)
            .limit(CHUNK as u64);
        if let Some(after) = after {
            query = query.filter(product::Column::Id.gt(after));
        }
        let products = query.all(txn).await?;
        let Some(last) = products.last() else { return Ok(()) };
        after = Some(last.id);
        let mut entries: Vec<Entry> = products.iter().map(of_product).collect();
        let variants = variant::Entity::find()
            .filter(variant::Column::ProductId.is_in(products.iter().map(|p| p.id)))
            .all(txn)
            .await?;
        entries.extend(variants.iter().filter_map(|variant| {
            // In the order of their ids.
            let at = products.binary_search_by_key(&variant.product_id, |p| p.id).ok()?;
            Some(of_variant(&products[at], variant))
        }));
        add(txn, &entries).await?;
    }
}
