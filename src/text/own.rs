//! A shop's own texts in place of the built-in ones.
//!
//! They are kept as rows, checked when they are saved. A process reads all of a shop's at once and keeps them; the
//! shop's row, which every turn loads anyway, carries the number of the last change, so that a change made by another
//! process is seen with the next message and no message costs a statement.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use entity::{ShopId, Timestamp, shop, shop_text};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};

use super::{
    Lang, Voice,
    builtin::{self, Bundle, Source},
    pattern::{Named, depth, file},
};
use crate::platform::db::Write;

/// Characters of an own text, as it is written.
pub const LONGEST: usize = 2_000;
/// Placeables in placeables.
const DEEPEST: usize = 4;
/// UTF-16 units of a whole message, with room for what stands beside it.
const MESSAGE: usize = 1_000;

/// A shop's own texts in each language.
#[derive(Default)]
pub struct OwnTexts(HashMap<Lang, Bundle>);

impl fmt::Debug for OwnTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnTexts").field(&self.0.keys()).finish()
    }
}

impl OwnTexts {
    fn read(rows: Vec<shop_text::Model>) -> Self {
        let mut all = Self::default();
        for row in rows {
            let Ok(lang) = row.language.parse::<Lang>() else { continue };
            if let Ok(resource) = FluentResource::try_new(file(&row.key, &row.text)) {
                let bundle = all.0.entry(lang).or_insert_with(|| builtin::bundle(lang));
                bundle.add_resource_overriding(resource);
            }
        }
        all
    }

    /// An own text with its values; none when the shop has none, or when it was written for other values.
    pub(super) fn say(&self, lang: Lang, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        builtin::format(self.0.get(&lang)?, key, args)
    }
}

/// Why a text was not saved.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    #[error("there is no text `{0}`")]
    NoText(String),
    /// What is wrong with it.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// What this process knows: of each shop the number of the last change, and the texts then.
static KNOWN: Mutex<BTreeMap<ShopId, (i32, Arc<OwnTexts>)>> = Mutex::new(BTreeMap::new());

/// The own texts of a shop. `version` is that of its row; 0 is a shop that never had any.
///
/// # Errors
/// When the database fails.
pub async fn own_texts(
    db: &impl ConnectionTrait,
    shop: ShopId,
    version: i32,
) -> Result<Option<Arc<OwnTexts>>, DbErr> {
    if version == 0 {
        return Ok(None);
    }
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&shop).cloned();
    if let Some((at, texts)) = known
        && at == version
    {
        return Ok(Some(texts));
    }
    let rows = shop_text::Entity::find().filter(shop_text::COLUMN.shop_id.eq(shop)).all(db).await?;
    let texts = Arc::new(OwnTexts::read(rows));
    let mut all = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    all.insert(shop, (version, Arc::clone(&texts)));
    Ok(Some(texts))
}

/// A voice for a shop whose row is not at hand: one short read finds out whether its own texts changed.
///
/// # Errors
/// When the database fails.
pub async fn voice_of(db: &impl ConnectionTrait, id: ShopId, lang: Lang) -> Result<Voice, DbErr> {
    let version: Option<i32> = shop::Entity::find_by_id(id)
        .select_only()
        .column(shop::Column::TextsVersion)
        .into_tuple()
        .one(db)
        .await?;
    Ok(Voice::new(lang, own_texts(db, id, version.unwrap_or(0)).await?))
}

/// A text that customers read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: String,
    /// As Sepet says it.
    pub built_in: String,
    /// As the shop says it.
    pub own: Option<String>,
    /// What may be named in it.
    pub variables: Vec<String>,
    /// UTF-16 units that it may have with its values.
    pub room: usize,
    /// Another with every change; 0 is the built-in text.
    pub version: i32,
}

/// Every text of a language, by its key.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    lang: Lang,
) -> Result<Vec<Listed>, DbErr> {
    let rows = shop_text::Entity::find()
        .filter(shop_text::COLUMN.shop_id.eq(shop))
        .filter(shop_text::Column::Language.eq(lang.tag()))
        .order_by_asc(shop_text::Column::Key)
        .all(db)
        .await?;
    let mut own: HashMap<String, shop_text::Model> =
        rows.into_iter().map(|row| (row.key.clone(), row)).collect();
    let texts = builtin::texts(lang).iter();
    Ok(texts.map(|(key, text)| listed(key, text, own.remove(key))).collect())
}

/// One text of a language.
///
/// # Errors
/// [`TextError::NoText`] for a key that nothing is said under, the database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    lang: Lang,
    key: &str,
) -> Result<Listed, TextError> {
    let built_in = find(lang, key)?;
    let id = (shop, lang.tag().to_owned(), key.to_owned());
    let own = shop_text::Entity::find_by_id(id).one(db).await?;
    Ok(listed(key, built_in, own))
}

fn listed(key: &str, text: &Source, own: Option<shop_text::Model>) -> Listed {
    Listed {
        key: key.to_owned(),
        built_in: text.text.clone(),
        version: own.as_ref().map_or(0, |own| own.version),
        own: own.map(|own| own.text),
        variables: text.variables.iter().cloned().collect(),
        room: room(key),
    }
}

/// Puts an own text in the place of a built-in one.
///
/// # Errors
/// [`TextError::NoText`] for a key that nothing is said under, [`TextError::Invalid`], the database's.
pub async fn set(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    lang: Lang,
    key: &str,
    text: &str,
) -> Result<Listed, TextError> {
    let built_in = find(lang, key)?;
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    check(lang, key, &built_in.variables, text).map_err(TextError::Invalid)?;
    let row = shop_text::Model {
        shop_id: shop,
        language: lang.tag().to_owned(),
        key: key.to_owned(),
        text: text.to_owned(),
        version: changed(txn, shop).await?,
        updated_at: now,
    };
    use shop_text::Column::{Key, Language, ShopId, Text, UpdatedAt, Version};
    let place = OnConflict::columns([ShopId, Language, Key])
        .update_columns([Text, Version, UpdatedAt])
        .to_owned();
    shop_text::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(place)
        .exec_without_returning(txn)
        .await?;
    Ok(listed(key, built_in, Some(row)))
}

/// Goes back to the built-in text; one that the shop never had is none too.
///
/// # Errors
/// [`TextError::NoText`] for a key that nothing is said under, the database's.
pub async fn remove(txn: &Write, shop: ShopId, lang: Lang, key: &str) -> Result<(), TextError> {
    find(lang, key)?;
    let gone = shop_text::Entity::delete_many()
        .filter(shop_text::COLUMN.shop_id.eq(shop))
        .filter(shop_text::Column::Language.eq(lang.tag()))
        .filter(shop_text::Column::Key.eq(key))
        .exec(txn)
        .await?;
    if gone.rows_affected > 0 {
        changed(txn, shop).await?;
    }
    Ok(())
}

fn find(lang: Lang, key: &str) -> Result<&'static Source, TextError> {
    builtin::texts(lang).get(key).ok_or_else(|| TextError::NoText(key.to_owned()))
}

/// Changes of a shop's texts wait for each other from here to the commit.
///
/// # Errors
/// When the database fails.
pub async fn lock(txn: &Write, id: ShopId) -> Result<(), DbErr> {
    let shop = shop::Entity::find_by_id(id).select_only().column(shop::Column::Id);
    shop.lock_exclusive().into_tuple::<ShopId>().one(txn).await?;
    Ok(())
}

/// The number of this change: every process reads the shop's texts anew.
async fn changed(txn: &Write, id: ShopId) -> Result<i32, DbErr> {
    let shops = shop::Entity::update_many()
        .col_expr(shop::Column::TextsVersion, Expr::col(shop::Column::TextsVersion).add(1))
        .filter(shop::COLUMN.id.eq(id))
        .exec_with_returning(txn)
        .await?;
    let shop = shops.first().ok_or_else(|| DbErr::RecordNotFound(id.to_string()))?;
    Ok(shop.texts_version)
}

/// UTF-16 units that a text may have with its values: titles of buttons and rows, what stands below them, footers; the
/// rest are messages. The end of its key tells.
#[must_use]
pub(super) fn room(key: &str) -> usize {
    match key {
        "menu-open" => 20,
        "more" | "menu-goods" | "menu-goods-products" | "menu-rest" => 24,
        // Names of fields in a form.
        "form-name" | "form-phone" | "form-street" | "form-district" | "form-city"
        | "form-note" | "form-send" => 20,
        // Stands below the number of an order.
        "order-row" => 72,
        _ if key.ends_with("-button") => 20,
        _ if key.ends_with("-row") || key.ends_with("-title") => 24,
        _ if key.ends_with("-hint") => 72,
        _ if key.ends_with("-footer") => 60,
        _ => MESSAGE,
    }
}

/// What is wrong with a text that a shop wants to say.
fn check(lang: Lang, key: &str, may: &BTreeSet<String>, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(format!("has {length} characters, {LONGEST} are allowed"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("holds a control character".to_owned());
    }
    // Before it is parsed: the parser goes as deep as the text does.
    if depth(text) > DEEPEST {
        return Err(format!("has more than {DEEPEST} braces in each other"));
    }
    let resource = FluentResource::try_new(file(key, text)).map_err(|(_, faults)| {
        let fault = faults.first().map(|fault| fault.kind.to_string()).unwrap_or_default();
        format!("cannot be read: {fault}")
    })?;
    let named = alone(&resource).ok_or("is no text alone")?;
    if let Some(other) = named.others.first() {
        return Err(format!("names `{other}`: only values can be named"));
    }
    if let Some(unknown) = named.variables.difference(may).next() {
        let known: Vec<_> = may.iter().map(|name| format!("${name}")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(format!("names `${unknown}`; the values of this text: {known}"));
    }
    let mut bundle = builtin::bundle(lang);
    bundle.add_resource_overriding(resource);
    // Every plural of every language.
    for count in [0, 1, 2, 3, 11, 99] {
        let sample = sample(may, count);
        let Some(said) = builtin::format(&bundle, key, &sample) else {
            return Err("cannot be said with its values".to_owned());
        };
        let (units, room) = (said.trim().encode_utf16().count(), room(key));
        if units == 0 {
            return Err(format!("is empty when it counts {count}"));
        }
        if units > room {
            return Err(format!("is {units} units long with its values, {room} have room"));
        }
    }
    Ok(())
}

/// What the only message of a file names; none when there is anything else in it.
fn alone(file: &FluentResource) -> Option<Named> {
    let mut entries = file.entries();
    let (Some(ast::Entry::Message(message)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    let pattern = message.value.as_ref().filter(|_| message.attributes.is_empty())?;
    Some(Named::in_pattern(pattern))
}

/// Values as a text may get them, the longest that are usual.
pub(super) fn sample(names: &BTreeSet<String>, count: i64) -> FluentArgs<'static> {
    let value = |name: &str| -> FluentValue<'static> {
        match name {
            "price" | "total" | "before" | "after" => "₺12.345,00".into(),
            "language" => "Português".into(),
            _ => count.into(),
        }
    };
    names.iter().map(|name| (name.clone(), value(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(key: &str, text: &str) -> Result<(), String> {
        let may = &find(Lang::Tr, key).unwrap().variables;
        check(Lang::Tr, key, may, text)
    }

    #[test]
    fn every_built_in_text_may_be_a_shops_own() {
        for lang in Lang::ALL {
            for (key, source) in builtin::texts(lang) {
                let checked = check(lang, key, &source.variables, &source.text);
                assert_eq!(checked, Ok(()), "{lang}: {key} = {}", source.text);
                let rows = vec![shop_text::Model {
                    shop_id: ShopId::new(Timestamp::from_ms(0)),
                    language: lang.tag().to_owned(),
                    key: key.clone(),
                    text: source.text.clone(),
                    version: 1,
                    updated_at: Timestamp::from_ms(0),
                }];
                let args = sample(&source.variables, 3);
                let own = OwnTexts::read(rows).say(lang, key, &args);
                assert_eq!(own, builtin::say(lang, key, &args), "{lang}: {key}");
            }
        }
    }

    #[test]
    fn what_a_customer_could_not_read_is_refused() {
        let refused = [
            ("checkout-button", "", "is empty"),
            ("checkout-button", "Siparişi hemen tamamla!", "is 23 units long"),
            ("placed", "{ $name }, teşekkürler", "names `$name`; the values of this text: $number"),
            ("menu", "{ $x }", "the values of this text: none"),
            ("placed", "{ placed }", "names `placed`"),
            ("placed", "{ NUMBER($number) }", "names `NUMBER`"),
            ("placed", "{ -brand }", "names `brand`"),
            ("placed", "Teşekkürler {", "cannot be read"),
            ("placed", "Teşekkürler }", "cannot be read"),
            ("placed", "{ $number -> [one] bir }", "cannot be read"),
            (
                "stock-few",
                "{ $count ->\n [one] {\"\"}\n *[other] { $count } adet\n}",
                "is empty when",
            ),
            ("menu", "\u{7}", "holds a control character"),
        ];
        for (key, text, why) in refused {
            let fault = checked(key, text).expect_err(text);
            assert!(fault.contains(why), "{text}: {fault}");
        }
        let deep = "{".repeat(1_500);
        assert!(checked("menu", &deep).is_err_and(|why| why.contains("in each other")));
        assert!(checked("menu", &"x".repeat(2_001)).is_err_and(|why| why.contains("characters")));
        assert!(checked("menu", &"x".repeat(1_001)).is_err_and(|why| why.contains("1000 have")));
    }

    #[test]
    fn what_a_shop_may_say() {
        for (key, text) in [
            ("checkout-button", "Kasaya git"),
            ("placed", "*{ $number }*\n[tamam]\n.\n\nTeşekkürler"),
            ("placed", "Teşekkürler"),
            ("stock-few", "{ $count ->\n    [one] Son bir tane\n   *[other] Son { $count }\n}"),
        ] {
            assert_eq!(checked(key, text), Ok(()), "{text}");
        }
    }
}
