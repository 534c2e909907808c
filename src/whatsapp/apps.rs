//! Who may bring webhooks: the secrets, verify token and numbers of an app, kept for a second.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_lc_rs::{constant_time, hmac};
use data_encoding::HEXLOWER;
use entity::{AppId, ChannelId, ShopId, Timestamp, app, channel, inbox::Kind};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use secrecy::{ExposeSecret, SecretString};

use super::{
    account, again, message,
    split::{self, Known as Number, Numbers},
    status,
};
use crate::{
    inbox::{
        AccountNews, Door, InboxError, Keeper, Known, Source, Split, StatusReport, Unreadable,
    },
    message::Inbound,
    platform::Platform,
};

/// After so long an app is read again: what another process applied holds from then on.
const FRESH: Duration = Duration::from_secs(1);

/// WhatsApp's webhooks: checks them at the door and reads what was stored.
pub struct Webhooks {
    platform: Arc<Platform>,
    kept: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    app: Arc<App>,
    read_at: Instant,
    /// When it was last read because of a doubt.
    doubted_at: Option<Instant>,
}

struct App {
    id: AppId,
    keys: Vec<hmac::Key>,
    verify_token: SecretString,
    numbers: Numbers,
}

impl Webhooks {
    #[must_use]
    pub fn new(platform: Arc<Platform>) -> Self {
        Self { platform, kept: Mutex::default() }
    }

    fn remembered(&self, app: &str, known: Known) -> Option<Arc<App>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get_mut(app)?;
        let lately = |at: Instant| at.elapsed() < FRESH;
        let good = match known {
            Known::Now => false,
            Known::Lately => lately(kept.read_at),
            Known::Doubted => kept.doubted_at.is_some_and(lately) && lately(kept.read_at),
        };
        if good {
            return Some(Arc::clone(&kept.app));
        }
        match known {
            // One of many that ask at this moment reads it again; meanwhile the others take what is there.
            Known::Lately => kept.read_at = Instant::now(),
            Known::Doubted => kept.doubted_at = Some(Instant::now()),
            Known::Now => {}
        }
        None
    }

    async fn find(&self, name: &str, known: Known) -> Result<Option<Arc<App>>, InboxError> {
        if let Some(app) = self.remembered(name, known) {
            return Ok(Some(app));
        }
        let db = self.platform.db.reader();
        let found = app::Entity::find().filter(app::Column::MetaAppId.eq(name)).one(db).await?;
        let Some(row) = found else {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
            return Ok(None);
        };
        let channels: Vec<(String, ChannelId, ShopId, String)> = channel::Entity::find()
            .select_only()
            .columns([
                channel::Column::PhoneNumberId,
                channel::Column::Id,
                channel::Column::ShopId,
                channel::Column::WabaId,
            ])
            .filter(channel::Column::AppId.eq(row.id))
            .into_tuple()
            .all(db)
            .await?;
        let mut keys = Vec::with_capacity(row.secrets.0.len());
        for sealed in &row.secrets.0 {
            let secret = self.platform.sealer.open(sealed)?;
            // A blank secret would let anybody sign.
            if !secret.expose_secret().trim().is_empty() {
                keys.push(hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()));
            }
        }
        let numbers = channels
            .into_iter()
            .map(|(id, channel, shop, account)| (id, Number { channel, shop, account }));
        let app = Arc::new(App {
            id: row.id,
            keys,
            verify_token: self.platform.sealer.open(&row.verify_token)?,
            numbers: numbers.collect(),
        });
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let doubted_at = match known {
            Known::Doubted => Some(Instant::now()),
            Known::Lately | Known::Now => all.get(name).and_then(|kept| kept.doubted_at),
        };
        let kept = Kept { app: Arc::clone(&app), read_at: Instant::now(), doubted_at };
        all.insert(name.to_owned(), kept);
        Ok(Some(app))
    }
}

impl Door for Webhooks {
    fn app<'a>(
        &'a self,
        app: &'a str,
        known: Known,
    ) -> BoxFuture<'a, Result<Option<Arc<dyn Keeper>>, InboxError>> {
        async move { Ok(self.find(app, known).await?.map(|app| app as Arc<dyn Keeper>)) }.boxed()
    }
}

impl Source for Webhooks {
    fn message(&self, payload: &[u8]) -> Result<Inbound, Unreadable> {
        message::read(payload)
    }

    fn account(&self, payload: &[u8]) -> Result<Option<AccountNews>, Unreadable> {
        account::read(payload)
    }

    fn status(&self, payload: &[u8]) -> Result<StatusReport, Unreadable> {
        status::read(payload)
    }
}

impl Keeper for App {
    fn knows(&self, verify_token: &str) -> bool {
        let token = self.verify_token.expose_secret().as_bytes();
        // A blank token is never right, whoever let it in.
        let same = constant_time::verify_slices_are_equal(token, verify_token.as_bytes());
        same.is_ok() && !token.is_empty()
    }

    fn signature(&self, header: &[u8]) -> Option<[u8; 32]> {
        HEXLOWER.decode(header.strip_prefix(b"sha256=")?).ok()?.try_into().ok()
    }

    fn signed(&self, signature: &[u8; 32], body: &[u8]) -> bool {
        self.keys.iter().any(|key| hmac::verify(key, body, signature).is_ok())
    }

    fn split(&self, body: &[u8], now: Timestamp) -> Split {
        split::split(self.id, &self.numbers, body, now)
    }

    fn again(
        &self,
        kind: Kind,
        channel: Option<ChannelId>,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Split, Unreadable> {
        let number = self.numbers.iter().find(|(_, known)| Some(known.channel) == channel);
        let number = number.map(|(id, _)| id.as_str());
        Ok(self.split(again::body(kind, number, payload)?.as_bytes(), now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(secrets: &[&str], token: &str) -> App {
        App {
            id: AppId::new(Timestamp::from_ms(0)),
            keys: secrets.iter().map(|s| hmac::Key::new(hmac::HMAC_SHA256, s.as_bytes())).collect(),
            verify_token: SecretString::from(token),
            numbers: HashMap::new(),
        }
    }

    fn sign(secret: &str, body: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::sign(&key, body).as_ref().try_into().unwrap()
    }

    #[test]
    fn any_secret_of_the_app_may_sign_and_no_other() {
        let app = app(&["old", "new"], "verify");
        for secret in ["old", "new"] {
            assert!(app.signed(&sign(secret, b"{}"), b"{}"));
            assert!(!app.signed(&sign(secret, b"{}"), b"{ }"));
        }
        assert!(!app.signed(&sign("other", b"{}"), b"{}"));
    }

    #[test]
    fn a_signature_is_sha256_and_64_lower_case_digits() {
        let app = app(&["s"], "v");
        let good = format!("sha256={}", "ab".repeat(32));
        assert_eq!(app.signature(good.as_bytes()), Some([0xab; 32]));
        for bad in [
            "",
            "sha256=",
            "sha256=ab",
            &good[7..],
            &good.to_uppercase(),
            &good.replace("256", "1"),
        ] {
            assert_eq!(app.signature(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(app.signature(format!("{good}ab").as_bytes()), None);
    }

    #[tokio::test]
    async fn doubt_reads_an_app_anew_once_a_second_and_a_signed_item_always() {
        use crate::platform::{clock::SystemClock, config::Config, db::Db, worker::Wake};
        let db = Db::connect("sqlite::memory:").await.unwrap();
        let platform = Platform {
            db,
            clock: Arc::new(SystemClock),
            config: Config::default(),
            sealer: Default::default(),
            wake: Wake::default(),
            memory: Default::default(),
            points: Default::default(),
            traces: Default::default(),
        };
        let webhooks = Webhooks::new(Arc::new(platform));
        let kept = Kept { app: Arc::new(app(&[], "v")), read_at: Instant::now(), doubted_at: None };
        webhooks.kept.lock().unwrap().insert("1".to_owned(), kept);
        let remembered = |known| webhooks.remembered("1", known).is_some();
        assert!(remembered(Known::Lately));
        assert!(!remembered(Known::Doubted));
        assert!((0..100).all(|_| remembered(Known::Doubted)));
        assert!(remembered(Known::Lately));
        assert!(!remembered(Known::Now));
    }

    #[test]
    fn the_handshake_knows_one_token_and_no_blank_one() {
        assert!(app(&[], "verify").knows("verify"));
        assert!(!app(&[], "verify").knows("verif"));
        assert!(!app(&[], "verify").knows(""));
        assert!(!app(&[], "").knows(""));
    }
}
