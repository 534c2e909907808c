//! Customers as people look for them.

use entity::{CustomerId, ShopId, customer, identity, merge};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Rows that one search reads at the most; what lies behind is on the next page.
const READ_AT_MOST: u64 = 10_000;
const CHUNK: u64 = 1_000;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub customers: Vec<customer::Model>,
    /// Where to go on, when not all was looked at.
    pub next: Option<CustomerId>,
}

/// Customers of a shop, the newest first, after the one with id `after`. `words` must stand in the name (whatever the
/// case or the marks of its letters), in the phone number, or be the BSUID.
///
/// # Errors
/// The database's.
pub async fn search(
    db: &impl ConnectionTrait,
    shop: ShopId,
    words: Option<&str>,
    after: Option<CustomerId>,
    limit: usize,
) -> Result<Found, DbErr> {
    let wanted = words.map(Wanted::read);
    let chunk = if wanted.is_some() { CHUNK } else { limit as u64 + 1 };
    let (mut found, mut last, mut read) = (Vec::new(), after, 0);
    loop {
        let mut find = customer::Entity::find().filter(customer::Column::ShopId.eq(shop));
        if let Some(last) = last {
            find = find.filter(customer::Column::Id.lt(last));
        }
        let rows = find.order_by_desc(customer::Column::Id).limit(chunk).all(db).await?;
        let end = (rows.len() as u64) < chunk;
        read += chunk;
        for row in rows {
            let fits = wanted.as_ref().is_none_or(|wanted| wanted.fits(&row));
            if fits && found.len() == limit {
                return Ok(Found { next: last_id(&found), customers: found });
            }
            last = Some(row.id);
            if fits {
                found.push(row);
            }
        }
        if end || read >= READ_AT_MOST {
            return Ok(Found { customers: found, next: last.filter(|_| !end) });
        }
    }
}

fn last_id(rows: &[customer::Model]) -> Option<CustomerId> {
    rows.last().map(|row| row.id)
}

/// One customer of a shop. One who was merged into another is that other now.
///
/// # Errors
/// The database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: CustomerId,
) -> Result<Option<customer::Model>, DbErr> {
    let of_shop = |id| customer::Entity::find_by_id(id).filter(customer::Column::ShopId.eq(shop));
    if let Some(found) = of_shop(id).one(db).await? {
        return Ok(Some(found));
    }
    let merged = merge::Entity::find().filter(merge::Column::FromId.eq(id)).one(db).await?;
    match merged {
        Some(merged) => of_shop(merged.into_id).one(db).await,
        None => Ok(None),
    }
}

/// Every way in which WhatsApp names or named a customer, the oldest first.
///
/// # Errors
/// The database's.
pub async fn identities(
    db: &impl ConnectionTrait,
    id: CustomerId,
) -> Result<Vec<identity::Model>, DbErr> {
    identity::Entity::find()
        .filter(identity::Column::CustomerId.eq(id))
        .order_by_asc(identity::Column::Id)
        .all(db)
        .await
}

struct Wanted {
    exact: String,
    folded: String,
    /// At least three, else empty.
    digits: String,
}

impl Wanted {
    fn read(words: &str) -> Self {
        let phone = words.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
        let digits: String = words.chars().filter(char::is_ascii_digit).collect();
        let digits = if phone && digits.len() >= 3 { digits } else { String::new() };
        Self { exact: words.trim().to_owned(), folded: fold(words.trim()), digits }
    }

    fn fits(&self, row: &customer::Model) -> bool {
        let by_phone =
            !self.digits.is_empty() && row.phone.as_ref().is_some_and(|p| p.contains(&self.digits));
        by_phone
            || row.bsuid.as_deref() == Some(self.exact.as_str())
            || (!self.folded.is_empty() && fold(&row.name).contains(&self.folded))
    }
}

/// Small letters without marks; all kinds of I are one.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| if matches!(c, 'ı' | 'İ' | 'I') { 'i' } else { c })
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_the_same_in_any_case_and_with_any_mark() {
        assert_eq!(fold("IŞIL ÇAĞRI"), fold("ışıl çağrı"));
        assert_eq!(fold("Zoë İnce"), "zoe ince");
    }

    #[test]
    fn phones_are_found_by_part_of_their_digits() {
        assert_eq!(Wanted::read("+90 (555) 11").digits, "9055511");
        assert_eq!(Wanted::read("12").digits, "");
        assert_eq!(Wanted::read("Ali 123").digits, "");
    }
}
