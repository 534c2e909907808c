//! Goods are found by the words that people type, alike on both databases.
//!
//! The words of titles, options, SKUs, collections, brands and keywords stand folded in a table of the shop, written in
//! the transaction that changes them ([`index`]). A query is folded the same way ([`words`]); each of its words may mean
//! words of the shop, exactly, by the beginning, or with a mistake ([`vocabulary`]). Which things have these words is
//! plain SQL, and one pure function ranks them ([`rank`]).
//!
//! A chat that searches costs one statement, and a second one when the shop's words have changed since this process read
//! them last: until then they are remembered under the version in the shop's row, which every chat has loaded anyway.

mod hits;
pub(super) mod index;
mod rank;
mod vocabulary;
mod words;

use std::sync::Arc;

use entity::{ShopId, search_word::Field, shop};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect};

pub use index::build;
pub use rank::{Found, Results};
pub use vocabulary::Vocabulary;
pub use words::{has_words, only_fillers};

use crate::platform::{Platform, db::Write, memory::Memory};
use rank::Meant;

/// How words are taken from goods. Whoever changes that, or how letters are folded, adds one: the words of every shop
/// are then taken anew at start.
pub(super) const FORM: i32 = 1;

/// Which goods are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// What is for sale.
    ForSale,
    /// Drafts and archived ones too.
    All,
}

/// The words of what a shop sells. Of a shop whose words were not taken from its goods yet, this is done now.
///
/// # Errors
/// The database's.
pub async fn vocabulary(
    txn: &Write,
    memory: &Memory,
    shop: &shop::Model,
) -> Result<Arc<Vocabulary>, DbErr> {
    if shop.words_form != FORM {
        build(txn, shop.id).await?;
        return Ok(Arc::new(hits::vocabulary(txn, shop.id, Among::ForSale).await?));
    }
    if let Some(known) = memory.recall(shop.id.0, shop.words_version) {
        return Ok(known);
    }
    let read = Arc::new(hits::vocabulary(txn, shop.id, Among::ForSale).await?);
    memory.keep(shop.id.0, shop.words_version, read.clone());
    Ok(read)
}

/// What the words of `text` lead to.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &impl ConnectionTrait,
    shop: &shop::Model,
    vocabulary: &Vocabulary,
    text: &str,
    among: Among,
) -> Result<Results, DbErr> {
    let query: Vec<Meant> = words::of_query(text)
        .into_iter()
        .map(|sought| {
            let meant = vocabulary.meant(&sought).into_iter();
            // A filler that the shop has as a word may be meant, a similar one is not.
            let meant = meant.filter(|(word, _)| !sought.filler || *word == sought.word);
            let words = meant.map(|(word, met)| (word.to_owned(), met)).collect();
            Meant { sought, words }
        })
        .collect();
    let mut words: Vec<&str> =
        query.iter().flat_map(|meant| meant.words.keys()).map(String::as_str).collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() {
        return Ok(Results::default());
    }
    let mut hits = hits::read(db, shop.id, &words, among).await?;
    // The shop's own name as a brand tells nothing apart.
    let own = words::of_text(&shop.name);
    hits.retain(|hit| hit.field != Field::Brand || !own.contains(&hit.word));
    Ok(rank::rank(&query, &hits))
}

/// What the words of `text` lead to among all goods of a shop, for people of the shop.
///
/// # Errors
/// The database's.
pub async fn find_all(platform: &Platform, shop: ShopId, text: &str) -> Result<Results, DbErr> {
    let db = platform.db.reader();
    let Some(shop) = shop::Entity::find_by_id(shop).one(db).await? else {
        return Ok(Results::default());
    };
    if shop.words_form != FORM {
        let txn = platform.db.begin_write().await?;
        build(&txn, shop.id).await?;
        txn.commit().await?;
    }
    let vocabulary = hits::vocabulary(db, shop.id, Among::All).await?;
    find(db, &shop, &vocabulary, text, Among::All).await
}

/// Takes the words of all shops whose goods were written by a version that took none, or took them otherwise.
///
/// # Errors
/// The database's.
pub async fn build_missing(platform: &Platform) -> Result<(), DbErr> {
    let shops: Vec<(ShopId, i32)> = shop::Entity::find()
        .select_only()
        .column(shop::Column::Id)
        .column(shop::Column::WordsForm)
        .into_tuple()
        .all(platform.db.reader())
        .await?;
    for (shop, _) in shops.into_iter().filter(|&(_, form)| form != FORM) {
        let txn = platform.db.begin_write().await?;
        build(&txn, shop).await?;
        txn.commit().await?;
    }
    Ok(())
}
