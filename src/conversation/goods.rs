//! Reads the goods of a shop as the menu shows them: collections, and what is for sale in them.

use std::collections::BTreeSet;

use entity::{ProductId, ShopId, catalog_item, collection, collection_product, product, variant};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, RelationDef, sea_query::Expr,
};

use super::{
    look_up::Whose,
    menu,
    pages::{Page, reach},
    view::{CollectionLine, ProductPage, View},
};
use crate::platform::db::Write;

/// What the menu shows, from that collection on.
pub(super) async fn menu_goods(
    txn: &Write,
    whose: Whose,
    from: u32,
    view: &mut View,
) -> Result<(), DbErr> {
    // Asked for each collection, so that the first product that is found answers: shops have few collections and many
    // products.
    let collection = (collection::Entity, collection::Column::Id);
    let in_it = (collection_product::Entity, collection_product::Column::CollectionId);
    let filled = sellable(whose.shop)
        .select_only()
        .column(product::Column::Id)
        .join(JoinType::InnerJoin, held())
        .filter(Expr::col(in_it).equals(collection))
        .into_query();
    view.collections = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(whose.shop))
        .filter(Expr::exists(filled))
        .order_by_asc(collection::Column::Position)
        .order_by_asc(collection::Column::Code)
        // Not by OFFSET: SQLite 3.51 counts every match of an EXISTS towards it.
        .limit(u64::from(from) + menu::COLLECTIONS as u64)
        .all(txn)
        .await?
        .into_iter()
        .skip(from as usize)
        .map(|c| CollectionLine { id: c.id, code: c.code, title: c.title })
        .collect();
    view.has_goods = !view.collections.is_empty()
        || for_sale(whose.shop, None).limit(1).one(txn).await?.is_some();
    view.has_catalog = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(whose.channel))
        .filter(catalog_item::COLUMN.state.eq(catalog_item::State::Approved))
        .limit(1)
        .one(txn)
        .await?
        .is_some();
    Ok(())
}

/// Title and code of a collection; code 0 is everything and has no title.
pub(super) async fn collection_of(
    txn: &Write,
    shop: ShopId,
    code: i64,
) -> Result<Option<Option<collection::Model>>, DbErr> {
    if code == 0 {
        return Ok(Some(None));
    }
    let found = collection::Entity::find()
        .filter(collection::COLUMN.shop_id.eq(shop))
        .filter(collection::Column::Code.eq(code))
        .one(txn)
        .await?;
    Ok(found.map(Some))
}

/// Active products with an active variant, in no order.
fn sellable(shop: ShopId) -> sea_orm::Select<product::Entity> {
    let of_it = variant::Entity::find()
        .select_only()
        .column(variant::Column::Id)
        .filter(
            Expr::col((variant::Entity, variant::Column::ProductId))
                .equals((product::Entity, product::Column::Id)),
        )
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .into_query();
    product::Entity::find()
        .filter(product::COLUMN.shop_id.eq(shop))
        .filter(product::COLUMN.status.eq(product::Status::Active))
        .filter(Expr::exists(of_it))
}

/// Products for sale of a collection, or of the shop, in the owner's order.
fn for_sale(
    shop: ShopId,
    collection: Option<&collection::Model>,
) -> sea_orm::Select<product::Entity> {
    let find = sellable(shop);
    let Some(collection) = collection else { return find.order_by_asc(product::Column::Code) };
    find.join(JoinType::InnerJoin, held())
        .filter(collection_product::COLUMN.collection_id.eq(collection.id))
        .order_by_asc(collection_product::Column::Position)
        .order_by_asc(product::Column::Id)
}

/// From a product to the collections that hold it.
fn held() -> RelationDef {
    product::Entity::belongs_to(collection_product::Entity)
        .from(product::Column::Id)
        .to(collection_product::Column::ProductId)
        .into()
}

pub(super) async fn products(
    txn: &Write,
    whose: Whose,
    code: i64,
    page: u32,
) -> Result<Option<ProductPage>, DbErr> {
    let Some(collection) = collection_of(txn, whose.shop, code).await? else { return Ok(None) };
    // Not by OFFSET: SQLite 3.51 counts every match of an EXISTS towards it.
    let until: Vec<ProductId> = for_sale(whose.shop, collection.as_ref())
        .select_only()
        .column(product::Column::Id)
        .limit(reach(page, menu::PAGE))
        .into_tuple()
        .all(txn)
        .await?;
    let products = Page::of(until, page, menu::PAGE);
    let has_cards = !approved(txn, whose, &products.items).await?.is_empty();
    let title = collection.map(|c| c.title);
    Ok(Some(ProductPage { code, title, products, has_cards }))
}

/// SKUs of `products` that WhatsApp approved, in the order of the products.
async fn approved(txn: &Write, whose: Whose, products: &[ProductId]) -> Result<Vec<String>, DbErr> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let mut variants = variant::Entity::find()
        .filter(variant::COLUMN.product_id.is_in(products.iter().copied()))
        .filter(variant::COLUMN.status.eq(variant::Status::Active))
        .all(txn)
        .await?;
    let place = |id| products.iter().position(|&p| p == id);
    variants.sort_by_key(|v| (place(v.product_id), v.position));
    let skus: Vec<&String> = variants.iter().map(|v| &v.sku).collect();
    let approved: BTreeSet<String> = catalog_item::Entity::find()
        .filter(catalog_item::COLUMN.channel_id.eq(whose.channel))
        .filter(catalog_item::Column::Sku.is_in(skus))
        .filter(catalog_item::COLUMN.state.eq(catalog_item::State::Approved))
        .all(txn)
        .await?
        .into_iter()
        .map(|item| item.sku)
        .collect();
    Ok(variants.into_iter().map(|v| v.sku).filter(|sku| approved.contains(sku)).collect())
}
