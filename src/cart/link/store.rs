//! Links in the database.

use entity::{
    ChannelId, LinkId, ShopId, Timestamp, channel,
    link::{self, Opens},
    product, shop, variant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{
    super::MAX_QUANTITY,
    LinkError, MAX_LINES, MAX_WORDS, WholeLink,
    token::{self, Token},
};
use crate::{
    catalog::offer::title,
    platform::{db::Write, secret},
    text::{Lang, Voice, t, t_with},
};

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The shop's first number when absent.
    pub channel: Option<ChannelId>,
    pub opens: Opens,
    /// Our own words in the shop's language when absent.
    pub words: Option<String>,
    pub expires_at: Option<Timestamp>,
}

/// Makes a link. Its SKUs are the shop's; what is sold out may be linked all the same.
///
/// # Errors
/// [`LinkError::NoChannel`], [`LinkError::Invalid`] with all that is wrong, the database's.
pub async fn create(
    txn: &Write,
    now: Timestamp,
    shop: ShopId,
    new: NewLink,
) -> Result<WholeLink, LinkError> {
    let channel = channel_of(txn, shop, new.channel).await?;
    let mut faults = Vec::new();
    let mut fault = |pointer: String, what: &str| faults.push((pointer, what.to_owned()));
    if new.expires_at.is_some_and(|at| at <= now) {
        fault("/expires_at".to_owned(), "is over already");
    }
    let wanted: Vec<(String, &str)> = match &new.opens {
        Opens::Product { sku } => vec![("/sku".to_owned(), sku)],
        Opens::Cart { lines } => {
            if lines.is_empty() || lines.len() > MAX_LINES {
                fault("/cart".to_owned(), &format!("has 1 to {MAX_LINES} lines"));
            }
            let at = |(at, line): (usize, &link::Wish)| {
                if !(1..=MAX_QUANTITY).contains(&line.quantity) {
                    let pointer = format!("/cart/{at}/quantity");
                    fault(pointer, &format!("must be 1 to {MAX_QUANTITY}"));
                }
                if lines[..at].iter().any(|before| before.sku == line.sku) {
                    fault(format!("/cart/{at}/sku"), "stands twice");
                }
            };
            lines.iter().enumerate().for_each(at);
            lines.iter().enumerate().map(|(n, l)| (format!("/cart/{n}/sku"), &*l.sku)).collect()
        }
    };
    let known = variant::Entity::find()
        .filter(variant::COLUMN.shop_id.eq(shop))
        .filter(variant::Column::Sku.is_in(wanted.iter().map(|(_, sku)| *sku)))
        .all(txn)
        .await?;
    for (pointer, sku) in &wanted {
        if known.iter().all(|variant| variant.sku != *sku) {
            faults.push((pointer.clone(), format!("no variant has the SKU `{sku}`")));
        }
    }
    let words = new.words.as_deref().map(|w| w.split_whitespace().collect::<Vec<_>>().join(" "));
    if let Some(words) = &words {
        let length = words.chars().count();
        if length == 0 || length > MAX_WORDS {
            faults.push(("/words".to_owned(), format!("has 1 to {MAX_WORDS} characters")));
        }
        if words.contains('#') {
            faults.push(("/words".to_owned(), "holds no `#`: it marks the token".to_owned()));
        }
    }
    if !faults.is_empty() {
        return Err(LinkError::Invalid(faults));
    }
    let shop = shop::Entity::find_by_id(shop).one(txn).await?.ok_or_else(|| gone("shop"))?;
    let words = match words {
        Some(words) => words,
        None => own_words(txn, &shop, &new.opens, known.first()).await?,
    };
    let row = link::Model {
        id: LinkId::new(now),
        shop_id: shop.id,
        channel_id: channel.id,
        code: free_code(txn).await?,
        opens: new.opens,
        words,
        expires_at: new.expires_at,
        uses: 0,
        last_used_at: None,
        created_at: now,
    };
    link::Entity::insert(row.clone().into_active_model()).exec_without_returning(txn).await?;
    Ok(WholeLink::of(row, &shop, &channel))
}

/// A code that no link has.
async fn free_code(txn: &Write) -> Result<String, LinkError> {
    loop {
        let code = token::code(secret::random_bytes()?);
        let taken = link::Entity::find().filter(link::Column::Code.eq(&code)).one(txn).await?;
        if taken.is_none() {
            return Ok(code);
        }
    }
}

async fn channel_of(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: Option<ChannelId>,
) -> Result<channel::Model, LinkError> {
    let mut find = channel::Entity::find()
        .filter(channel::Column::ShopId.eq(shop))
        .order_by_asc(channel::Column::Id);
    if let Some(id) = id {
        find = find.filter(channel::Column::Id.eq(id));
    }
    let named = || id.map_or_else(|| "of any number".to_owned(), |id| id.to_string());
    find.limit(1).one(db).await?.ok_or_else(|| LinkError::NoChannel(named()))
}

/// What stands before the token when the shop says nothing else.
async fn own_words(
    db: &impl ConnectionTrait,
    shop: &shop::Model,
    opens: &Opens,
    variant: Option<&variant::Model>,
) -> Result<String, LinkError> {
    let tag = shop.languages.0.first().map_or("en", String::as_str);
    let voice = Voice::from(tag.parse().unwrap_or(Lang::En));
    let (Opens::Product { .. }, Some(variant)) = (opens, variant) else {
        return Ok(t(&voice, "link-words-cart"));
    };
    let product = product::Entity::find_by_id(variant.product_id).one(db).await?;
    let name = product.map_or_else(|| variant.sku.clone(), |product| title(&product, variant));
    let short: String = name.replace('#', "").chars().take(MAX_WORDS / 2).collect();
    Ok(t_with(&voice, "link-words-product", [("title", short.trim().into())]))
}

/// Links of a shop, the newest first, before the one with id `before`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    before: Option<LinkId>,
    limit: u64,
) -> Result<Vec<WholeLink>, LinkError> {
    let mut find = link::Entity::find()
        .filter(link::Column::ShopId.eq(shop))
        .order_by_desc(link::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        find = find.filter(link::Column::Id.lt(before));
    }
    let rows = find.all(db).await?;
    whole(db, shop, rows).await
}

/// One link of a shop.
///
/// # Errors
/// [`LinkError::NotFound`], or the database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: LinkId,
) -> Result<WholeLink, LinkError> {
    let found = link::Entity::find_by_id(id).filter(link::Column::ShopId.eq(shop)).one(db).await?;
    let whole = whole(db, shop, found.into_iter().collect()).await?.pop();
    whole.ok_or(LinkError::NotFound(id))
}

async fn whole(
    db: &impl ConnectionTrait,
    shop: ShopId,
    rows: Vec<link::Model>,
) -> Result<Vec<WholeLink>, LinkError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let shop = shop::Entity::find_by_id(shop).one(db).await?.ok_or_else(|| gone("shop"))?;
    let channels =
        channel::Entity::find().filter(channel::Column::ShopId.eq(shop.id)).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let channel = channels.iter().find(|channel| channel.id == row.channel_id);
            let channel = channel.ok_or_else(|| gone("channel"))?;
            Ok(WholeLink::of(row, &shop, channel))
        })
        .collect()
}

fn gone(what: &str) -> LinkError {
    LinkError::Db(DbErr::RecordNotFound(format!("the {what} of a link")))
}

/// Takes a link away: its token opens nothing any more.
///
/// # Errors
/// [`LinkError::NotFound`], or the database's.
pub async fn delete(txn: &Write, shop: ShopId, id: LinkId) -> Result<(), LinkError> {
    let gone = link::Entity::delete_many()
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::ShopId.eq(shop))
        .exec(txn)
        .await?;
    if gone.rows_affected == 0 { Err(LinkError::NotFound(id)) } else { Ok(()) }
}

/// The link of a token, whoever's it is; `None` when nobody made it.
///
/// # Errors
/// The database's.
pub async fn by_token(
    db: &impl ConnectionTrait,
    token: &Token,
) -> Result<Option<WholeLink>, LinkError> {
    let found = link::Entity::find().filter(link::Column::Code.eq(&token.code)).one(db).await?;
    let Some(found) = found else { return Ok(None) };
    let shop = found.shop_id;
    let Some(whole) = whole(db, shop, vec![found]).await?.pop() else { return Ok(None) };
    Ok((token::parse(&whole.name).as_ref() == Some(token)).then_some(whole))
}

/// Counts that customers sent the message of a link.
///
/// # Errors
/// The database's.
pub async fn used(txn: &Write, now: Timestamp, id: LinkId, times: i64) -> Result<(), DbErr> {
    link::Entity::update_many()
        .col_expr(link::Column::Uses, Expr::col(link::Column::Uses).add(times))
        .col_expr(link::Column::LastUsedAt, Expr::value(now))
        .filter(link::Column::Id.eq(id))
        .exec(txn)
        .await?;
    Ok(())
}
