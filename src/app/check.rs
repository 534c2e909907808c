//! What `serve` needs before it may start. Everything that is missing or wrong is told at once, with its remedy.

use std::{fmt, path::Path};

use entity::{app, channel, shop};
use sea_orm::EntityTrait;
use secrecy::{ExposeSecret, SecretString};

use super::sealer;
use crate::{
    platform::{
        config::{Config, Role, without_line},
        db::Db,
        secret::Sealer,
        trace,
    },
    retention,
};

/// Each kind of work needs one, and requests some beside them.
const CONNECTIONS: std::ops::RangeInclusive<u32> = 8..=200;

/// Something that keeps the service from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub what: String,
    /// What the operator does about it.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    {}", self.what, self.remedy)
    }
}

fn fault(what: impl Into<String>, remedy: impl Into<String>) -> Fault {
    Fault { what: what.into(), remedy: remedy.into() }
}

/// The settings; all that is wrong with them when they cannot be read.
///
/// # Errors
/// One fault for each setting that is unknown or of the wrong kind.
pub fn settings() -> Result<Config, Vec<Fault>> {
    settings_of(None)
}

/// The same of a file that was named; without one of `sepet.toml`, if it is there.
///
/// # Errors
/// One fault for each setting that is unknown or of the wrong kind.
pub fn settings_of(file: Option<&Path>) -> Result<Config, Vec<Fault>> {
    file.map_or_else(Config::load, Config::load_file).map_err(|errors| {
        errors
            .into_iter()
            .map(|error| {
                let remedy = "sepet.example.toml lists every setting; SEPET_NAME in the environment \
                              overrides `name` of sepet.toml";
                fault(format!("setting: {}", without_line(&error.to_string())), remedy)
            })
            .collect()
    })
}

/// What is wrong with the settings themselves.
#[must_use]
pub fn of_config(config: &Config) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(error) = sealer(config) {
        let remedy = "SEPET_KEY_FILE names a readable file with 64 hexadecimal digits, made once by \
                      `openssl rand -hex 32`";
        faults.push(fault(error.to_string(), remedy));
    }
    let is_file = config.database_url.starts_with("sqlite:");
    if config.role != Role::All && is_file {
        faults.push(fault(
            "an SQLite file belongs to one process, which does all of the work",
            "leave --role and SEPET_ROLE out, or set SEPET_DATABASE_URL to a PostgreSQL database",
        ));
    }
    if !is_file && !CONNECTIONS.contains(&config.database_connections) {
        let (least, most) = CONNECTIONS.into_inner();
        faults.push(fault(
            format!("the setting database_connections is {}", config.database_connections),
            format!("set it to {least} to {most}"),
        ));
    }
    for (name, days, least) in retention::rules::settings(config) {
        if !(least..=retention::rules::LONGEST_DAYS).contains(&days) {
            let most = retention::rules::LONGEST_DAYS;
            faults.push(fault(
                format!("the setting {name} is {days}"),
                format!("set it to {least} to {most} days"),
            ));
        }
    }
    if let Some(endpoint) = config.otlp_endpoint.as_deref().filter(|text| !trace::is_endpoint(text))
    {
        faults.push(fault(
            format!("the collector of traces `{endpoint}` is no http or https address"),
            "set SEPET_OTLP_ENDPOINT to its OTLP over HTTP, such as http://127.0.0.1:4318, or leave it out",
        ));
    }
    if !is_safe(&config.public_url) {
        faults.push(fault(
            format!("the public URL `{}` is no https address", config.public_url),
            "set SEPET_PUBLIC_URL to https://YOUR.HOST, where a TLS proxy passes on to SEPET_LISTEN; http is \
             taken for the loopback only",
        ));
    }
    faults
}

/// What is wrong with the shops that are stored. The tables are up to date.
///
/// # Errors
/// When the database does not answer.
pub async fn of_shops(db: &Db, sealer: &Sealer) -> Result<Vec<Fault>, sea_orm::DbErr> {
    let mut faults = Vec::new();
    let apps = app::Entity::find().all(db.reader()).await?;
    let channels = channel::Entity::find().all(db.reader()).await?;
    let shops = shop::Entity::find().all(db.reader()).await?;
    if shops.is_empty() || channels.is_empty() || apps.is_empty() {
        let remedy = "`sepet shop apply shop.toml` stores one; README.md shows the file";
        faults.push(fault("no shop is applied", remedy));
    }
    for app in &apps {
        let id = &app.meta_app_id;
        if app.secrets.0.is_empty() {
            let remedy = "set `app.secrets` in its shop.toml and apply it";
            faults.push(fault(format!("the app `{id}` has no app secret"), remedy));
        }
        for secret in &app.secrets.0 {
            let what = format!("an app secret of the app `{id}`");
            faults.extend(secret_fault(sealer, secret, &what, "app.secrets"));
        }
        let what = format!("the verify token of the app `{id}`");
        faults.extend(secret_fault(sealer, &app.verify_token, &what, "app.verify_token"));
    }
    for channel in &channels {
        let id = &channel.phone_number_id;
        let what = format!("the access token of the number `{id}`");
        faults.extend(secret_fault(sealer, &channel.access_token, &what, "channel.access_token"));
        if !is_safe(&channel.graph_url) {
            faults.push(fault(
                format!("the number `{id}` would send its token to `{}`", channel.graph_url),
                "`channel.graph_url` in its shop.toml must be https, or http on the loopback; leave it out for \
                 WhatsApp itself",
            ));
        }
    }
    Ok(faults)
}

fn secret_fault(sealer: &Sealer, sealed: &entity::Sealed, what: &str, key: &str) -> Option<Fault> {
    let is_blank = |clear: &SecretString| clear.expose_secret().trim().is_empty();
    match sealer.open(sealed) {
        Ok(clear) if is_blank(&clear) => Some(fault(
            format!("{what} is blank"),
            format!("set `{key}` in its shop.toml and apply it"),
        )),
        Ok(_) => None,
        Err(error) => Some(fault(
            format!("{what} cannot be read: {error}"),
            format!(
                "start with the key file that sealed it, or apply its shop.toml (`{key}`) again"
            ),
        )),
    }
}

/// https, or http to this machine.
fn is_safe(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => url.host_str().is_some_and(|host| {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_the_loopback_only() {
        for url in
            ["https://a.example", "http://127.0.0.1:9090", "http://[::1]:1", "http://localhost"]
        {
            assert!(is_safe(url), "{url}");
        }
        for url in
            ["http://a.example", "http://127.0.0.1.a.example", "ftp://127.0.0.1", "", "https://"]
        {
            assert!(!is_safe(url), "{url}");
        }
    }

    #[test]
    fn all_faults_of_the_settings_are_told() {
        let config = Config {
            public_url: "http://shop.example".into(),
            key_file: Some("/nowhere/key".into()),
            otlp_endpoint: Some("127.0.0.1:4318".into()),
            ..Config::default()
        };
        let faults = of_config(&config);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults.iter().all(|f| !f.remedy.is_empty()));
    }
}
