//! Reads the words of a shop, and what they lead to: one statement each, the same on both databases.

use entity::{ProductId, ShopId, search_word::Field};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use uuid::Uuid;

use super::{Among, rank::Hit, vocabulary::Vocabulary};
use crate::platform::sql::Sql;

#[derive(FromQueryResult)]
struct Word {
    word: String,
}

/// The words of a shop.
pub(super) async fn vocabulary(
    db: &impl ConnectionTrait,
    shop: ShopId,
    among: Among,
) -> Result<Vocabulary, DbErr> {
    let sql = Sql::new("SELECT DISTINCT word FROM search_words WHERE shop_id = ", []).value(shop);
    let sql = match among {
        Among::ForSale => sql.then(" AND live"),
        Among::All => sql,
    };
    let words = Word::find_by_statement(sql.build(db.get_database_backend())).all(db).await?;
    Ok(words.into_iter().map(|row| row.word).collect())
}

#[derive(FromQueryResult)]
struct Row {
    word: String,
    field: Field,
    thing: Uuid,
    product_id: ProductId,
    code: i64,
    /// 2: a piece can be bought; 1: it is for sale; 0: it is not.
    shelf: i32,
}

const SHELF: &str = "CASE WHEN p.status <> 'active' THEN 0 \
     WHEN EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.status = 'active' \
     AND (NOT v.tracked OR v.on_hand > v.reserved)) THEN 2 \
     WHEN EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.status = 'active') \
     THEN 1 ELSE 0 END AS shelf";

/// The products that these words lead to, also over their collections.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    shop: ShopId,
    words: &[&str],
    among: Among,
) -> Result<Vec<Hit>, DbErr> {
    let live = match among {
        Among::ForSale => " AND w.live",
        Among::All => "",
    };
    let select = "SELECT w.word, w.field, w.thing, p.id AS product_id, p.code, ";
    let of_shop = |sql: Sql| {
        sql.then(live).then(" AND w.shop_id = ").value(shop).then(" AND w.word IN ").list(words)
    };
    let sql = Sql::new(select, []).then(SHELF);
    let sql = sql.then(
        " FROM search_words w JOIN products p ON p.id = w.product_id \
          WHERE w.product_id IS NOT NULL",
    );
    let sql = of_shop(sql).then(" UNION ALL ").then(select).then(SHELF);
    let sql = sql.then(
        " FROM search_words w JOIN collection_products c ON c.collection_id = w.thing \
          JOIN products p ON p.id = c.product_id WHERE w.product_id IS NULL",
    );
    let sql = of_shop(sql);
    let rows = Row::find_by_statement(sql.build(db.get_database_backend())).all(db).await?;
    Ok(rows
        .into_iter()
        .filter(|row| among == Among::All || row.shelf > 0)
        .map(|row| Hit {
            word: row.word,
            field: row.field,
            thing: row.thing,
            product: row.product_id,
            code: row.code,
            in_stock: row.shelf == 2,
        })
        .collect())
}
