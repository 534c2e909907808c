//! Goods are found by the words that people type, alike on both databases.
//!
//! The words of titles, options, SKUs, collections, brands and keywords stand folded in a table of the shop, written in
//! the transaction that changes them ([`index`]). A query is folded the same way ([`words`]); each of its words may mean
//! words of the shop, exactly, by the beginning, or with a mistake ([`vocabulary`]). Which things have these words is
//! plain SQL, and one pure function ranks them ([`rank`]). How many pieces are wanted is not looked for, and what rests
//! on a mistake in a short word is a guess, which is told.
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
    let query = meant(vocabulary, text);
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

/// The words of `text`, each with those of the shop that it may mean.
fn meant(vocabulary: &Vocabulary, text: &str) -> Vec<Meant> {
    words::of_query(text)
        .into_iter()
        .map(|sought| {
            let meant = vocabulary.meant(&sought).into_iter();
            // A filler that the shop has as a word may be meant, a similar one is not.
            let meant = meant.filter(|(word, _)| !sought.filler || *word == sought.word);
            let words = meant.map(|(word, met)| (word.to_owned(), met)).collect();
            Meant { sought, words }
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use entity::ProductId;
    use uuid::Uuid;

    use super::{rank::Hit, *};

    /// Title, keywords, and the option of each variant.
    const GOODS: &[(&str, &str, &[&str])] = &[
        ("Türk · Turkish Coffee", "türk kahvesi turkish", &["100 g", "250 g"]),
        ("Fincan · Cup & Saucer", "türk kahvesi fincanı turkish coffee cup", &["Set: 2", "Set: 6"]),
        ("Kupa · Ceramic Mug", "seramik kupa", &["Mavi · Blue", "Beyaz · White"]),
        ("Lokum · Rose Delight", "güllü lokum turkish delight", &["250 g", "500 g"]),
        ("Değirmen · Hand Grinder", "el değirmeni mill", &[]),
        ("Menengiç · Pistachio", "menengiç kahvesi coffee", &[]),
        ("Espresso Blend", "espresso harmanı çekirdek kahve coffee beans", &["250 g", "1 kg"]),
    ];

    fn hits_of(code: u32, field: Field, variant: u32, text: &str) -> Vec<Hit> {
        let thing = |number: u32| Uuid::from_u128(number.into());
        let hit = |word| Hit {
            word,
            field,
            thing: thing(code * 10 + variant),
            product: ProductId(thing(code * 10)),
            code: code.into(),
            in_stock: true,
        };
        words::of_text(text).into_iter().map(hit).collect()
    }

    /// What is found: `+` before it when it has all words, then ten times the place of the product among the goods, and
    /// the place of the variant added to it.
    fn find(text: &str) -> String {
        let mut hits: Vec<Hit> = Vec::new();
        for (code, (title, keywords, options)) in (1..).zip(GOODS) {
            hits.extend(hits_of(code, Field::Title, 0, title));
            hits.extend(hits_of(code, Field::Keyword, 0, keywords));
            for (variant, option) in (1..).zip(*options) {
                hits.extend(hits_of(code, Field::Option, variant, option));
            }
        }
        let vocabulary: Vocabulary = hits.iter().map(|hit| hit.word.clone()).collect();
        let query = meant(&vocabulary, text);
        hits.retain(|hit| query.iter().any(|meant| meant.words.contains_key(&hit.word)));
        let results = rank::rank(&query, &hits);
        let mut shown = Vec::new();
        for found in &results.found {
            let thing = found.variant.map_or(found.product.0, |variant| variant.0);
            shown.push(thing.as_u128().to_string());
        }
        let whole = results.whole && !shown.is_empty();
        format!("{}{}", if whole { "+" } else { "" }, shown.join(" "))
    }

    #[test]
    fn what_people_type_leads_to_what_they_mean() {
        for (typed, wanted) in [
            ("türk kahvesi", "+10 20"),
            ("2 adet türk kahvesi", "+10 20"),
            ("2 turkish coffees", "+10 20"),
            ("2 mugs", "+30"),
            ("3 lokum", "+40"),
            ("2 fincan", "+20"),
            // Not a number of pieces.
            ("2", "+21"),
            ("set 2", "+21"),
            ("250 g lokum", "+41"),
            ("250 gr lokum", "+41"),
            ("1kg espresso", "+72"),
            ("1 kg espresso", "+72"),
            ("çekirdek kahve 1kg", "+72"),
            // Mistakes, guesses, beginnings.
            ("kavhe", "+10 20 60 70"),
            ("milk", "50"),
            ("menu", "60"),
            ("espr", "+70"),
            ("bisiklet", ""),
        ] {
            assert_eq!(find(typed), wanted, "{typed}");
        }
    }
}
