//! Reads what WhatsApp approved of the goods, in the owner's order.

use entity::collection;
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use super::{
    look_up::Whose,
    view::{Card, Cards},
};
use crate::platform::{db::Write, sql::Sql};

/// Variants that are read at most: as many as a collection may hold products.
pub(super) const CARDS: usize = 1_000;

#[derive(FromQueryResult)]
struct Row {
    sku: String,
    code: i64,
    title: String,
    place: Option<String>,
}

/// Up to `most` variants for sale of a collection, or of the shop, that WhatsApp approved: one statement.
pub(super) async fn cards(
    txn: &Write,
    whose: Whose,
    collection: Option<collection::Model>,
    most: usize,
) -> Result<Cards, DbErr> {
    let place = match collection {
        Some(_) => "CAST(NULL AS text)",
        None => {
            "(SELECT c.title FROM collections c JOIN collection_products x \
             ON x.collection_id = c.id WHERE x.product_id = p.id \
             ORDER BY c.position, c.code LIMIT 1)"
        }
    };
    let sql = Sql::new("SELECT v.sku, v.code, p.title, ", []).then(place).then(
        " AS place FROM products p JOIN variants v ON v.product_id = p.id \
         JOIN catalog_items i ON i.sku = v.sku AND i.state = 'approved' AND i.channel_id = ",
    );
    let sql = sql.value(whose.channel);
    let sql = match &collection {
        Some(collection) => sql
            .then(" JOIN collection_products x ON x.product_id = p.id AND x.collection_id = ")
            .value(collection.id),
        None => sql,
    };
    let sql = sql.then(" WHERE p.status = 'active' AND v.status = 'active' AND p.shop_id = ");
    let order = match collection {
        Some(_) => " ORDER BY x.position, p.id, v.position, v.code LIMIT ",
        None => " ORDER BY p.code, v.position, v.code LIMIT ",
    };
    let sql = sql.value(whose.shop).then(order).value(i64::try_from(most).unwrap_or(i64::MAX));
    let rows = Row::find_by_statement(sql.build(txn.get_database_backend())).all(txn).await?;
    let card = |Row { sku, code, title, place }: Row| Card { sku, code, title, place };
    Ok(Cards {
        code: collection.as_ref().map_or(0, |collection| collection.code),
        title: collection.map(|collection| collection.title),
        cards: rows.into_iter().map(card).collect(),
    })
}
