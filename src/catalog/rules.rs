//! What products, variants and collections may look like. Pure.
//!
//! The limits are those of WhatsApp's catalog (Commerce item fields, read 2026-11), so that what is accepted here can
//! be shown there.

use entity::{StringList, Timestamp, variant};
use unicode_normalization::UnicodeNormalization;

use crate::money::{Currency, Money};

/// Characters of a SKU, of a handle and of a brand.
pub const NAME: usize = 100;
/// Characters of a title.
pub const TITLE: usize = 200;
/// Characters of the keywords.
pub const KEYWORDS: usize = 500;
/// Characters of a description.
pub const DESCRIPTION: usize = 9_999;
/// Characters of an option value.
pub const OPTION_VALUE: usize = 100;
/// Characters of a link.
pub const LINK: usize = 2_000;
/// Options of a product.
pub const OPTIONS: usize = 5;
/// Variants of a product.
pub const VARIANTS: usize = 200;
/// Pictures of a product.
pub const IMAGES: usize = 20;
/// Products of a collection.
pub const COLLECTION: usize = 1_000;
/// Pieces on hand of one variant.
pub const ON_HAND: i64 = 1_000_000_000;
/// Minor units of a price.
pub const PRICE: i64 = 100_000_000_000;

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {why}")]
pub struct Invalid {
    /// As the API and the import name it.
    pub field: String,
    /// Reads after the name: `is longer than 200 characters`.
    pub why: String,
}

impl Invalid {
    /// `field` is wrong because it `why`.
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A price cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    pub price: Money,
    /// Absent: from ever.
    pub starts_at: Option<Timestamp>,
    /// Exclusive; absent: for ever.
    pub ends_at: Option<Timestamp>,
}

/// Text without space around it: `min` to `max` characters, no control characters but line breaks and tabs.
///
/// # Errors
/// [`Invalid`].
pub fn text(field: &str, text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let text = text.trim();
    let length = text.chars().count();
    if length < min {
        return Err(Invalid::new(field, "is empty"));
    }
    if length > max {
        return Err(Invalid::new(field, format!("is longer than {max} characters")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Invalid::new(field, "holds control characters"));
    }
    Ok(text.to_owned())
}

/// One line of text.
///
/// # Errors
/// [`Invalid`].
pub fn line(field: &str, line: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let line = text(field, line, min, max)?;
    if line.contains(['\n', '\r', '\t']) {
        return Err(Invalid::new(field, "must be one line"));
    }
    Ok(line)
}

/// An `https` or `http` link with a host.
///
/// # Errors
/// [`Invalid`].
pub fn link(field: &str, link: &str) -> Result<String, Invalid> {
    let link = line(field, link, 1, LINK)?;
    let bad = || Invalid::new(field, "must be a link that starts with https:// or http://");
    let parsed = reqwest::Url::parse(&link).map_err(|_| bad())?;
    if !matches!(parsed.scheme(), "https" | "http") || parsed.host_str().is_none() {
        return Err(bad());
    }
    if link.contains(char::is_whitespace) {
        return Err(Invalid::new(field, "must not contain spaces"));
    }
    Ok(link)
}

/// A picture: a link, or the `/media/…` path of an uploaded one.
///
/// # Errors
/// [`Invalid`].
pub fn image(field: &str, image: &str) -> Result<String, Invalid> {
    match super::image::MediaName::of_path(image.trim()) {
        Some(name) => Ok(name.path()),
        None => link(field, image),
    }
}

/// The pictures of a product, in order and each once.
///
/// # Errors
/// [`Invalid`].
pub fn images(images: &[String]) -> Result<StringList, Invalid> {
    if images.len() > IMAGES {
        return Err(Invalid::new("images", format!("holds more than {IMAGES} pictures")));
    }
    let mut taken = Vec::with_capacity(images.len());
    for (i, one) in images.iter().enumerate() {
        let one = image(&format!("images/{i}"), one)?;
        if !taken.contains(&one) {
            taken.push(one);
        }
    }
    Ok(StringList(taken))
}

/// The names of the options, each once.
///
/// # Errors
/// [`Invalid`].
pub fn options(names: &[String]) -> Result<StringList, Invalid> {
    if names.len() > OPTIONS {
        return Err(Invalid::new("options", format!("holds more than {OPTIONS} options")));
    }
    let mut taken: Vec<String> = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let field = format!("options/{i}");
        let name = line(&field, name, 1, 50)?;
        if taken.contains(&name) {
            return Err(Invalid::new(field, "is named twice"));
        }
        taken.push(name);
    }
    Ok(StringList(taken))
}

/// The values of a variant's options.
///
/// # Errors
/// [`Invalid`].
pub fn option_values(values: &[String]) -> Result<StringList, Invalid> {
    values
        .iter()
        .enumerate()
        .map(|(i, value)| line(&format!("option_values/{i}"), value, 1, OPTION_VALUE))
        .collect::<Result<Vec<_>, _>>()
        .map(StringList)
}

/// One variant as the family rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    pub sku: &'a str,
    pub values: &'a [String],
    pub status: variant::Status,
}

/// The variants of a product together: at least one that is not archived, exactly one without options, as many values
/// as options, and no combination twice. Archived ones do not count.
///
/// # Errors
/// [`Invalid`].
pub fn family<'a>(
    options: &[String],
    members: impl IntoIterator<Item = Member<'a>>,
) -> Result<(), Invalid> {
    let mut seen: Vec<Member<'_>> = Vec::new();
    for member in members.into_iter().filter(|m| m.status != variant::Status::Archived) {
        let Member { sku, values, .. } = member;
        if values.len() != options.len() {
            let why =
                format!("of `{sku}` has {} values for {} options", values.len(), options.len());
            return Err(Invalid::new("option_values", why));
        }
        if let Some(twin) = seen.iter().find(|other| other.values == values) {
            let why = if options.is_empty() {
                format!("are missing: `{}` and `{sku}` need an option to differ in", twin.sku)
            } else {
                format!("of `{sku}` are those of `{}` already", twin.sku)
            };
            return Err(Invalid::new("option_values", why));
        }
        seen.push(member);
    }
    match seen.len() {
        0 => Err(Invalid::new("variants", "must hold one that is not archived")),
        n if n > VARIANTS => {
            Err(Invalid::new("variants", format!("holds more than {VARIANTS} variants")))
        }
        _ => Ok(()),
    }
}

/// Minor units of a price in the shop's currency: above zero.
///
/// # Errors
/// [`Invalid`].
pub fn price(field: &str, price: Money, currency: Currency) -> Result<i64, Invalid> {
    if price.currency() != currency {
        let why = format!("is in {}, but the shop sells in {currency}", price.currency());
        return Err(Invalid::new(field, why));
    }
    match price.minor() {
        ..=0 => Err(Invalid::new(field, "must be above zero")),
        n if n > PRICE => Err(Invalid::new(field, "is too large")),
        n => Ok(n),
    }
}

/// Minor units of a sale price: below the price, and its dates in order.
///
/// # Errors
/// [`Invalid`].
pub fn sale(sale: &Sale, price_minor: i64, currency: Currency) -> Result<i64, Invalid> {
    let minor = price("sale_price", sale.price, currency)?;
    sale_fits(minor, price_minor, sale.starts_at, sale.ends_at)?;
    Ok(minor)
}

/// A sale price beside the price that it cuts.
///
/// # Errors
/// [`Invalid`].
pub fn sale_fits(
    sale_minor: i64,
    price_minor: i64,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
) -> Result<(), Invalid> {
    if sale_minor >= price_minor {
        return Err(Invalid::new("sale_price", "must be below the price"));
    }
    if let (Some(start), Some(end)) = (starts_at, ends_at)
        && start >= end
    {
        return Err(Invalid::new("sale_price", "ends before it starts"));
    }
    Ok(())
}

/// Pieces on hand.
///
/// # Errors
/// [`Invalid`].
pub fn on_hand(field: &str, pieces: i64) -> Result<i64, Invalid> {
    match pieces {
        ..0 => Err(Invalid::new(field, "must not be negative")),
        n if n > ON_HAND => Err(Invalid::new(field, format!("is above {ON_HAND}"))),
        n => Ok(n),
    }
}

/// A handle made of a title: lower case letters, digits and `-`; may be empty.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.nfkd().flat_map(char::to_lowercase) {
        match c {
            'ı' => slug.push('i'),
            c if c.is_alphanumeric() => slug.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.chars().count() >= 60 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use variant::Status::{Active, Archived};

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&t| t.to_owned()).collect()
    }

    fn check(
        options: &[&str],
        members: &[(&str, &[&str], variant::Status)],
    ) -> Result<(), Invalid> {
        let values: Vec<_> = members.iter().map(|m| strings(m.1)).collect();
        let members = members.iter().zip(&values);
        family(
            &strings(options),
            members.map(|(&(sku, _, status), values)| Member { sku, values, status }),
        )
    }

    #[test]
    fn a_family_is_told_apart_by_its_options() {
        assert_eq!(check(&[], &[("a", &[], Active)]), Ok(()));
        assert_eq!(check(&["size"], &[("a", &["S"], Active), ("b", &["M"], Active)]), Ok(()));
        assert!(check(&[], &[]).is_err());
        assert!(check(&[], &[("a", &[], Active), ("b", &[], Active)]).is_err());
        assert!(check(&["size"], &[("a", &["S"], Active), ("b", &["S"], Active)]).is_err());
        assert!(check(&["size"], &[("a", &[], Active)]).is_err());
    }

    #[test]
    fn archived_variants_do_not_count() {
        assert_eq!(check(&["size"], &[("a", &["S"], Active), ("b", &["S"], Archived)]), Ok(()));
        assert!(check(&["size"], &[("a", &["S"], Archived)]).is_err());
    }

    #[test]
    fn links_are_https_or_http() {
        for good in ["https://example.com/a.jpg", "http://127.0.0.1:8080/x"] {
            assert_eq!(link("link", good).as_deref(), Ok(good));
        }
        for bad in
            ["ftp://example.com", "javascript:alert(1)", "example.com", "/p/1", "https://", ""]
        {
            assert!(link("link", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn text_is_trimmed_and_counted_in_characters() {
        assert_eq!(text("title", "  Çay \n", 1, 3).as_deref(), Ok("Çay"));
        assert_eq!(text("title", "Çaylı", 1, 3).unwrap_err().why, "is longer than 3 characters");
        assert!(text("title", "a\0b", 0, 9).is_err());
        assert!(line("title", "a\nb", 0, 9).is_err());
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("Çekirdek Kahve — IŞIK (250 g)"), "cekirdek-kahve-isik-250-g");
        assert_eq!(slug("!!!"), "");
        assert_eq!(slug("قهوة عربية"), "قهوة-عربية");
    }
}
