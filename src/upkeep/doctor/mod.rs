//! `sepet doctor`: everything that can be wrong around a shop, looked at once, each with its remedy. Changes nothing.
//!
//! What is found is judged by pure functions; only the looks themselves ask the disk, the database, WhatsApp and the
//! world. No secret is in a finding.

mod backups;
mod channel;
mod clock;
mod database;
mod disk;
mod report;
mod secrets;
mod waiting;
mod webhook;

use entity::{app, channel as number, shop};
use futures_util::future::BoxFuture;
use sea_orm::{DbErr, EntityTrait};

pub use self::{backups::of_backups, database::of_database, report::Report};
use super::place::Place;
use crate::platform::Platform;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// Goes on, but a person should act.
    Warning,
    /// The shop does not work as it should.
    Error,
}

/// What one look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `disk`, `token` …
    pub check: &'static str,
    pub level: Level,
    /// What it is and what it means, one sentence.
    pub meaning: String,
    /// What to do about it, one sentence; absent when nothing is to be done.
    pub remedy: Option<String>,
}

impl Finding {
    #[must_use]
    pub fn ok(check: &'static str, meaning: impl Into<String>) -> Self {
        Self { check, level: Level::Ok, meaning: meaning.into(), remedy: None }
    }

    #[must_use]
    pub fn warning(
        check: &'static str,
        meaning: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let remedy = Some(remedy.into());
        Self { check, level: Level::Warning, meaning: meaning.into(), remedy }
    }

    #[must_use]
    pub fn error(
        check: &'static str,
        meaning: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { level: Level::Error, ..Self::warning(check, meaning, remedy) }
    }
}

/// Why WhatsApp did not tell what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The access token is not taken.
    Token(String),
    /// It does not know the thing, or does not show it to this token.
    Unknown(String),
    /// No answer, or one that says to come again.
    Silent(String),
}

/// What WhatsApp tells of a number. Absent: it did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberFacts {
    pub display: Option<String>,
    /// `CONNECTED` when messages pass.
    pub status: Option<String>,
    /// `GREEN`, `YELLOW` or `RED`.
    pub quality: Option<String>,
    pub name_status: Option<String>,
    /// How much it may send: `STANDARD` or `HIGH`.
    pub throughput: Option<String>,
    /// Where the app's webhooks go.
    pub webhook: Option<String>,
}

/// An app that gets the webhooks of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribed {
    pub app_id: String,
    /// Another address than the app's own.
    pub elsewhere: Option<String>,
}

/// What customers see of the catalog. Absent: never set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commerce {
    pub catalog_visible: Option<bool>,
    pub cart_enabled: Option<bool>,
}

/// What an answer of WhatsApp is.
pub type Told<T> = Result<T, Refusal>;

/// WhatsApp, asked and not changed.
pub trait Provider: Send + Sync {
    fn number<'a>(&'a self, channel: &'a number::Model) -> BoxFuture<'a, Told<NumberFacts>>;
    /// The apps that get what comes in for the account of the number.
    fn subscriptions<'a>(
        &'a self,
        channel: &'a number::Model,
    ) -> BoxFuture<'a, Told<Vec<Subscribed>>>;
    /// The ids of the catalogs that are connected to the account.
    fn catalogs<'a>(&'a self, channel: &'a number::Model) -> BoxFuture<'a, Told<Vec<String>>>;
    fn commerce<'a>(&'a self, channel: &'a number::Model) -> BoxFuture<'a, Told<Commerce>>;
}

/// Looks at everything around a shop whose database answers and is up to date.
///
/// # Errors
/// When the database fails underway.
pub async fn examine(
    platform: &Platform,
    place: &Place,
    provider: &dyn Provider,
) -> Result<Vec<Finding>, DbErr> {
    let db = platform.db.reader();
    let apps = app::Entity::find().all(db).await?;
    let channels = number::Entity::find().all(db).await?;
    let mut found = disk::look(platform, place).await?;
    found.extend(clock::look(platform, &channels).await?);
    found.extend(secrets::look(platform, &apps, &channels));
    for channel in &channels {
        let app = apps.iter().find(|app| app.id == channel.app_id);
        let app_id = app.map(|app| app.meta_app_id.as_str()).unwrap_or_default();
        let ours = webhook::address(&platform.config.public_url, app_id);
        found.extend(channel::look(provider, channel, app_id, &ours, platform.now()).await);
    }
    for app in &apps {
        found.push(webhook::look(platform, app).await);
    }
    found.extend(waiting::look(platform).await?);
    Ok(found)
}

/// Whether a shop is there at all; without one there is nothing to ask WhatsApp about.
///
/// # Errors
/// When the database fails.
pub async fn has_shop(platform: &Platform) -> Result<bool, DbErr> {
    Ok(shop::Entity::find().one(platform.db.reader()).await?.is_some())
}

/// A length of time as people say it.
fn span(ms: i64) -> String {
    let seconds = ms.unsigned_abs() / 1_000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A client for addresses of our own and for a look at a clock: follows no redirect and waits 10 s at the most.
fn client(url: &str) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(10))
        .user_agent(concat!("sepet/", env!("CARGO_PKG_VERSION")));
    if is_local(url) { builder.no_proxy().tls_certs_only([]).build() } else { builder.build() }
}

/// http to this machine.
fn is_local(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    url.scheme() == "http"
        && (host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_one_unit() {
        let said = [0, 119_999, 120_000, 7_199_000, 7_200_000, 200_000_000].map(span);
        assert_eq!(said, ["0 s", "119 s", "2 min", "119 min", "2 h", "2 days"]);
    }
}
