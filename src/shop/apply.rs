//! Stores a `shop.toml`: creates or updates app, shop and channel, and says which.

use entity::{
    AppId, ChannelId, Sealed, SealedList, ShopId, StringList, Timestamp, app, channel, shop,
    shop::{Checkout, Orders},
    variant,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set,
};
use secrecy::{ExposeSecret, SecretString};

use super::{CartPart, ChannelPart, ShopError, ShopFile, check, terms};
use crate::platform::{
    db::Write,
    secret::{self, Sealer},
};

/// WhatsApp's own limits (Cloud API, throughput and pair rate limit): 80 a second, one per 6 s to a person, 45 at once.
const PER_SECOND: i32 = 80;
const PAIR_SECONDS: i32 = 6;
const PAIR_BURST: i32 = 45;
/// Seconds to wait for a status before an unanswered send is repeated.
const UNKNOWN_SECONDS: i32 = 20;

/// What applying did to one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
    Unchanged,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        })
    }
}

/// What was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    pub app_id: AppId,
    pub shop_id: ShopId,
    pub channel_id: ChannelId,
    /// Whether the shop is new.
    pub created: bool,
    pub app: Change,
    pub shop: Change,
    pub channel: Change,
}

/// Creates or updates what `file` describes: the app by Meta's id, the shop by its handle, the channel by its
/// `phone_number_id`. What the optional tables leave out stays as it is stored. A stopped channel may send again.
///
/// # Errors
/// [`ShopError::ForeignChannel`] when the number belongs to another shop, [`ShopError::CurrencyInUse`], the
/// database's. The transaction is to be dropped then.
pub async fn apply(
    txn: &Write,
    sealer: &Sealer,
    file: &ShopFile,
    now: Timestamp,
) -> Result<Applied, ShopError> {
    let (app_id, app) = apply_app(txn, sealer, file, now).await?;
    let (shop_id, mut shop) = apply_shop(txn, file, now).await?;
    if let Some(part) = &file.terms
        && terms::apply(txn, now, shop_id, part).await?
        && shop == Change::Unchanged
    {
        shop = Change::Updated;
    }
    let (channel_id, channel) = apply_channel(txn, sealer, file, now, app_id, shop_id).await?;
    let created = shop == Change::Created;
    Ok(Applied { app_id, shop_id, channel_id, created, app, shop, channel })
}

async fn apply_app(
    txn: &Write,
    sealer: &Sealer,
    file: &ShopFile,
    now: Timestamp,
) -> Result<(AppId, Change), ShopError> {
    let part = &file.app;
    let old = app::Entity::find().filter(app::Column::MetaAppId.eq(&part.id)).one(txn).await?;
    if let Some(old) = &old
        && old.secrets.0.len() == part.secrets.len()
        && old.secrets.0.iter().zip(&part.secrets).all(|(old, new)| is_same(sealer, old, new))
        && is_same(sealer, &old.verify_token, &part.verify_token)
    {
        return Ok((old.id, Change::Unchanged));
    }
    let secrets = part.secrets.iter().map(|s| sealer.seal(s)).collect::<Result<Vec<_>, _>>()?;
    let secrets = SealedList(secrets);
    let verify_token = sealer.seal(&part.verify_token)?;
    if let Some(old) = old {
        let id = old.id;
        let mut row = old.into_active_model();
        row.secrets = Set(secrets);
        row.verify_token = Set(verify_token);
        row.updated_at = Set(now);
        row.update(txn).await?;
        return Ok((id, Change::Updated));
    }
    let new = app::Model {
        id: AppId::new(now),
        meta_app_id: part.id.clone(),
        secrets,
        verify_token,
        created_at: now,
        updated_at: now,
    };
    let id = new.id;
    app::Entity::insert(new.into_active_model()).exec_without_returning(txn).await?;
    Ok((id, Change::Created))
}

/// Whether `old` holds `new` and rests as it should; one that cannot be opened is replaced.
fn is_same(sealer: &Sealer, old: &Sealed, new: &SecretString) -> bool {
    sealer.is_current(old)
        && sealer.open(old).is_ok_and(|old| old.expose_secret() == new.expose_secret())
}

async fn apply_shop(
    txn: &Write,
    file: &ShopFile,
    now: Timestamp,
) -> Result<(ShopId, Change), ShopError> {
    let part = &file.shop;
    let old = shop::Entity::find().filter(shop::Column::Handle.eq(&part.handle)).one(txn).await?;
    let kept = old.as_ref().map_or_else(Checkout::default, |old| old.checkout.clone());
    let checkout = file.checkout.over(kept);
    if let Err((field, what)) = check::checkout(&checkout) {
        return Err(ShopError::Faults(vec![format!("`checkout.{field}` {what}")]));
    }
    let kept = old.as_ref().map_or_else(Orders::default, |old| old.orders);
    let orders = file.orders.over(kept);
    let Some(old) = old else {
        let new = shop::Model {
            id: ShopId::new(now),
            handle: part.handle.clone(),
            name: part.name.clone(),
            currency: part.currency.clone(),
            languages: StringList(part.languages.clone()),
            time_zone: part.time_zone.clone(),
            prices_include_tax: part.prices_include_tax,
            checkout,
            orders,
            cart_days: file.cart.days.unwrap_or(CartPart::DAYS),
            next_code: 1,
            next_order: 1,
            texts_version: 0,
            words_version: 1,
            words_form: 0,
            number_key: secret::random_bytes::<16>()?.to_vec(),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let id = new.id;
        shop::Entity::insert(new.into_active_model()).exec_without_returning(txn).await?;
        return Ok((id, Change::Created));
    };
    let new = shop::Model {
        name: part.name.clone(),
        currency: part.currency.clone(),
        languages: StringList(part.languages.clone()),
        time_zone: part.time_zone.clone(),
        prices_include_tax: part.prices_include_tax,
        checkout,
        orders,
        cart_days: file.cart.days.unwrap_or(old.cart_days),
        ..old.clone()
    };
    if new == old {
        return Ok((old.id, Change::Unchanged));
    }
    if new.currency != old.currency {
        let priced = variant::Entity::find().filter(variant::Column::ShopId.eq(old.id));
        if priced.count(txn).await? > 0 {
            let (handle, currency) = (old.handle, old.currency);
            return Err(ShopError::CurrencyInUse { handle, currency });
        }
    }
    let mut row = old.clone().into_active_model();
    row.name = Set(new.name);
    row.currency = Set(new.currency);
    row.languages = Set(new.languages);
    row.time_zone = Set(new.time_zone);
    row.prices_include_tax = Set(new.prices_include_tax);
    row.checkout = Set(new.checkout);
    row.orders = Set(new.orders);
    row.cart_days = Set(new.cart_days);
    row.version = Set(old.version + 1);
    row.updated_at = Set(now);
    row.update(txn).await?;
    Ok((old.id, Change::Updated))
}

async fn apply_channel(
    txn: &Write,
    sealer: &Sealer,
    file: &ShopFile,
    now: Timestamp,
    app_id: AppId,
    shop_id: ShopId,
) -> Result<(ChannelId, Change), ShopError> {
    let part = &file.channel;
    let old = channel::Entity::find()
        .filter(channel::Column::PhoneNumberId.eq(&part.phone_number_id))
        .one(txn)
        .await?;
    let Some(old) = old else {
        let new = channel::Model {
            id: ChannelId::new(now),
            shop_id,
            app_id,
            phone_number_id: part.phone_number_id.clone(),
            display_phone_number: part.display_phone_number.clone(),
            waba_id: part.waba_id.clone(),
            portfolio_id: part.portfolio_id.clone(),
            catalog_id: part.catalog_id.clone(),
            address_flows: flows(part, channel::Flows::default()),
            graph_url: part.graph_url.clone(),
            graph_version: part.graph_version.clone(),
            access_token: sealer.seal(&part.access_token)?,
            pace_per_second: part.pace.per_second.unwrap_or(PER_SECOND),
            pair_seconds: part.pace.pair_seconds.unwrap_or(PAIR_SECONDS),
            pair_burst: part.pace.pair_burst.unwrap_or(PAIR_BURST),
            pace_tat_us: 0,
            unknown_seconds: UNKNOWN_SECONDS,
            read_marks: true,
            paused_until: None,
            failures: 0,
            resting_until: None,
            stopped_reason: None,
            messaging_limit: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let id = new.id;
        channel::Entity::insert(new.into_active_model()).exec_without_returning(txn).await?;
        return Ok((id, Change::Created));
    };
    if old.shop_id != shop_id {
        let owner = shop::Entity::find_by_id(old.shop_id).one(txn).await?;
        return Err(ShopError::ForeignChannel {
            phone_number_id: old.phone_number_id,
            handle: owner.map_or_else(String::new, |shop| shop.handle),
        });
    }
    let new = channel::Model {
        app_id,
        display_phone_number: part.display_phone_number.clone(),
        waba_id: part.waba_id.clone(),
        portfolio_id: part.portfolio_id.clone(),
        catalog_id: part.catalog_id.clone(),
        address_flows: flows(part, old.address_flows.clone()),
        graph_url: part.graph_url.clone(),
        graph_version: part.graph_version.clone(),
        access_token: if is_same(sealer, &old.access_token, &part.access_token) {
            old.access_token.clone()
        } else {
            sealer.seal(&part.access_token)?
        },
        pace_per_second: part.pace.per_second.unwrap_or(old.pace_per_second),
        pair_seconds: part.pace.pair_seconds.unwrap_or(old.pair_seconds),
        pair_burst: part.pace.pair_burst.unwrap_or(old.pair_burst),
        stopped_reason: None,
        ..old.clone()
    };
    if new == old {
        return Ok((old.id, Change::Unchanged));
    }
    let mut row = old.clone().into_active_model();
    row.app_id = Set(new.app_id);
    row.display_phone_number = Set(new.display_phone_number);
    row.waba_id = Set(new.waba_id);
    row.portfolio_id = Set(new.portfolio_id);
    row.catalog_id = Set(new.catalog_id);
    row.address_flows = Set(new.address_flows);
    row.graph_url = Set(new.graph_url);
    row.graph_version = Set(new.graph_version);
    row.access_token = Set(new.access_token);
    row.pace_per_second = Set(new.pace_per_second);
    row.pair_seconds = Set(new.pair_seconds);
    row.pair_burst = Set(new.pair_burst);
    row.stopped_reason = Set(None);
    row.version = Set(old.version + 1);
    row.updated_at = Set(now);
    row.update(txn).await?;
    Ok((old.id, Change::Updated))
}

/// The published forms with the one that the file names for every language. Those of single languages stay.
fn flows(part: &ChannelPart, mut flows: channel::Flows) -> channel::Flows {
    match &part.address_flow_id {
        Some(id) => {
            let named = channel::Flow { id: id.clone(), sha256: String::new() };
            flows.0.insert("*".to_owned(), named);
        }
        None => drop(flows.0.remove("*")),
    }
    flows
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{platform::db::Db, shop::keys};

    const FILE: &str = r#"
        [app]
        id = "1234567890"
        secrets = ["app-secret"]
        verify_token = "verify"
        [shop]
        handle = "kahve"
        name = "Kahve Dükkanı"
        currency = "TRY"
        languages = ["tr", "en"]
        time_zone = "Europe/Istanbul"
        [channel]
        phone_number_id = "100000000000001"
        display_phone_number = "+905550000001"
        waba_id = "200000000000002"
        portfolio_id = "300000000000003"
        access_token = "token"
    "#;

    fn file(from: &str, to: &str) -> ShopFile {
        ShopFile::parse(&FILE.replace(from, to), Path::new(".")).unwrap()
    }

    struct Bench {
        db: Db,
        folder: std::path::PathBuf,
    }

    impl Bench {
        async fn open(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("sepet-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let db = Db::connect(&format!("sqlite://{}/a.db", folder.display())).await.unwrap();
            db.migrate().await.unwrap();
            Self { db, folder }
        }

        async fn apply(
            &self,
            sealer: &Sealer,
            file: &ShopFile,
            ms: i64,
        ) -> Result<Applied, ShopError> {
            let txn = self.db.begin_write().await.unwrap();
            let applied = apply(&txn, sealer, file, Timestamp::from_ms(ms)).await?;
            txn.commit().await.unwrap();
            Ok(applied)
        }
    }

    impl Drop for Bench {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }

    #[tokio::test]
    async fn applying_twice_changes_nothing_and_edits_change_only_their_row() {
        let bench = Bench::open("apply").await;
        let clear = Sealer::default();
        let first = bench.apply(&clear, &file("", ""), 1_000).await.unwrap();
        assert!(first.created);
        assert_eq!([first.app, first.shop, first.channel], [Change::Created; 3]);
        let again = bench.apply(&clear, &file("", ""), 2_000).await.unwrap();
        assert_eq!([again.app, again.shop, again.channel], [Change::Unchanged; 3]);
        assert_eq!((again.shop_id, again.channel_id), (first.shop_id, first.channel_id));

        let pace = file("access_token", "pace = { pair_burst = 9 }\n access_token");
        let edited = bench.apply(&clear, &pace, 3_000).await.unwrap();
        use Change::{Unchanged, Updated};
        assert_eq!([edited.app, edited.shop, edited.channel], [Unchanged, Unchanged, Updated]);
        // What the file leaves out stays.
        let kept = bench.apply(&clear, &file("", ""), 4_000).await.unwrap();
        assert_eq!(kept.channel, Unchanged);
        let row =
            channel::Entity::find_by_id(first.channel_id).one(bench.db.reader()).await.unwrap();
        let row = row.unwrap();
        assert_eq!((row.pair_burst, row.pace_per_second, row.version), (9, 80, 2));

        // A key file that is configured later seals what rests in the clear.
        let sealing = Sealer::with_key(&SecretString::from("a".repeat(64))).unwrap();
        let sealed = bench.apply(&sealing, &file("", ""), 5_000).await.unwrap();
        assert_eq!([sealed.app, sealed.shop, sealed.channel], [Updated, Unchanged, Updated]);
        let sealed = bench.apply(&sealing, &file("", ""), 6_000).await.unwrap();
        assert_eq!([sealed.app, sealed.shop, sealed.channel], [Unchanged; 3]);

        let other = file("handle = \"kahve\"", "handle = \"other\"");
        assert!(matches!(
            bench.apply(&sealing, &other, 7_000).await,
            Err(ShopError::ForeignChannel { handle, .. }) if handle == "kahve"
        ));
        assert_eq!(
            shop::Entity::find().all(bench.db.reader()).await.unwrap().len(),
            1,
            "a refused file leaves nothing behind"
        );
    }

    #[tokio::test]
    async fn a_key_is_found_until_it_ends() {
        let bench = Bench::open("keys").await;
        let shop = bench.apply(&Sealer::default(), &file("", ""), 0).await.unwrap().shop_id;
        let at = Timestamp::from_ms;
        let txn = bench.db.begin_write().await.unwrap();
        let scopes = [keys::Scope::OrdersRead];
        let (row, clear) =
            keys::create(&txn, at(1_000), shop, "ERP", &scopes, Some(at(9_000))).await.unwrap();
        let found = async |ms| keys::find(&txn, at(ms), clear.expose_secret()).await.unwrap();
        assert!(matches!(found(2_000).await, keys::Found::Live(live) if live.id == row.id));
        assert!(matches!(found(9_000).await, keys::Found::Expired));
        keys::revoke(&txn, at(3_000), shop, row.id).await.unwrap();
        assert!(matches!(found(3_000).await, keys::Found::Revoked));
        assert!(!row.hash.contains(clear.expose_secret()) && clear.expose_secret() != row.hint);
        let foreign = keys::revoke(&txn, at(4_000), ShopId::new(at(0)), row.id).await;
        assert!(matches!(foreign, Err(ShopError::NoKey(id)) if id == row.id));
        let none = keys::create(&txn, at(0), shop, "x", &[], None).await;
        assert!(matches!(none, Err(ShopError::BadKey)));
    }
}
