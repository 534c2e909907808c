//! Terms of sale: what a shop's file or an edit says becomes the version that holds from now on. Every version stays.

use std::collections::BTreeMap;

use entity::{ShopId, TermsId, Timestamp, shop, shop::CurrentTerms, terms};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};

use super::{ShopError, check};
use crate::platform::{db::Write, secret::sha256_hex};

/// Characters of a text.
const LONGEST: usize = 20_000;
/// Characters of a link: it stands in the summary.
const LONGEST_LINK: usize = 120;

/// Terms in one language: a text, a link, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsText {
    /// May be empty.
    pub body: String,
    pub url: Option<String>,
}

/// Terms by language tag; the empty tag is for every language that has none of its own. Empty: there are none.
pub type TermsPart = BTreeMap<String, TermsText>;

/// Whether customers can be asked to accept `text`.
///
/// # Errors
/// The field and what is wrong with it.
pub fn check(text: &TermsText) -> Result<(), (&'static str, String)> {
    if text.body.trim().is_empty() && text.url.is_none() {
        return Err(("text", "is missing, and so is `url`".to_owned()));
    }
    if !text.body.trim().is_empty() {
        let long = text.body.chars().count() > LONGEST;
        if long {
            return Err(("text", format!("has more than {LONGEST} characters")));
        }
        if text.body.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            return Err(("text", "holds a control character".to_owned()));
        }
    }
    let Some(url) = &text.url else { return Ok(()) };
    if !url.starts_with("https://") || url.chars().any(char::is_whitespace) {
        return Err(("url", format!("`{url}` must begin with https:// and hold no blank")));
    }
    if url.chars().count() > LONGEST_LINK {
        return Err(("url", format!("has more than {LONGEST_LINK} characters")));
    }
    Ok(())
}

/// The terms that hold in a language.
#[must_use]
pub fn current<'a>(shop: &'a shop::Model, language: &str) -> Option<&'a CurrentTerms> {
    let all = &shop.checkout.terms;
    let of = |tag: &str| all.iter().find(|terms| terms.language == tag);
    of(language)
        .or_else(|| of(""))
        .or_else(|| shop.languages.0.first().and_then(|tag| of(tag)))
        .or_else(|| all.first())
}

/// Makes `part` the terms that hold: a version that was there before is found again, a new one is added.
///
/// # Errors
/// The database's.
pub async fn settle(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    part: &TermsPart,
) -> Result<Vec<CurrentTerms>, ShopError> {
    let mut current = Vec::with_capacity(part.len());
    for (language, text) in part {
        let body = text.body.trim().replace("\r\n", "\n");
        let url = text.url.clone();
        let whole = format!("{}\n{body}", url.as_deref().unwrap_or_default());
        let sha256 = sha256_hex(whole.as_bytes());
        let known = terms::Entity::find()
            .filter(terms::Column::ShopId.eq(shop))
            .filter(terms::Column::Language.eq(language))
            .filter(terms::Column::Sha256.eq(&sha256))
            .one(txn)
            .await?;
        let id = match known {
            Some(known) => known.id,
            None => {
                let id = TermsId::new(now);
                let new = terms::Model {
                    id,
                    shop_id: shop,
                    language: language.clone(),
                    body: body.clone(),
                    url: url.clone(),
                    sha256,
                    created_at: now,
                };
                let new = new.into_active_model().reset_all();
                terms::Entity::insert(new).exec_without_returning(txn).await?;
                id
            }
        };
        let has_text = !body.is_empty();
        current.push(CurrentTerms { id, language: language.clone(), url, has_text });
    }
    Ok(current)
}

/// Makes `part` the terms of a stored shop. Answers whether anything changed.
pub(super) async fn apply(
    txn: &Write,
    now: Timestamp,
    id: ShopId,
    part: &TermsPart,
) -> Result<bool, ShopError> {
    let Some(old) = shop::Entity::find_by_id(id).one(txn).await? else {
        return Err(ShopError::NoShop(id.to_string()));
    };
    let terms = settle(txn, now, id, part).await?;
    if terms == old.checkout.terms {
        return Ok(false);
    }
    let (version, checkout) = (old.version + 1, old.checkout.clone());
    let mut row = old.into_active_model();
    row.checkout = Set(shop::Checkout { terms, ..checkout });
    row.version = Set(version);
    row.updated_at = Set(now);
    row.update(txn).await?;
    Ok(true)
}

/// One version of a shop's terms.
///
/// # Errors
/// [`ShopError::NoTerms`] when the shop never had it, or the database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: TermsId,
) -> Result<terms::Model, ShopError> {
    terms::Entity::find_by_id(id)
        .filter(terms::Column::ShopId.eq(shop))
        .one(db)
        .await?
        .ok_or(ShopError::NoTerms(id))
}

/// Checks every language of `part`; what is wrong, by language and field.
#[must_use]
pub fn faults(part: &TermsPart) -> Vec<(String, &'static str, String)> {
    let mut faults = Vec::new();
    for (language, text) in part {
        if !language.is_empty()
            && let Err(what) = check::language(language)
        {
            faults.push((language.clone(), "language", what));
        }
        if let Err((field, what)) = check(text) {
            faults.push((language.clone(), field, what));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str, url: Option<&str>) -> TermsText {
        TermsText { body: body.to_owned(), url: url.map(str::to_owned) }
    }

    #[test]
    fn terms_are_a_text_or_a_link() {
        assert_eq!(check(&text("Cayma hakkı 14 gündür.", None)), Ok(()));
        assert_eq!(check(&text("", Some("https://shop.example/kosullar"))), Ok(()));
        for (body, url, field) in [
            (" ", None, "text"),
            ("a\u{7}", None, "text"),
            (&*"a".repeat(20_001), None, "text"),
            ("a", Some("http://shop.example"), "url"),
            ("a", Some("https://shop.example/a b"), "url"),
        ] {
            assert_eq!(check(&text(body, url)).unwrap_err().0, field, "{url:?}");
        }
    }
}
