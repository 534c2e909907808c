//! Settings: defaults, then `sepet.toml`, then `SEPET_*` from the environment.

use std::{net::SocketAddr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// Everything that is set per process. What belongs to a shop is in its `shop.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database_url: String,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// How the world reaches it, without a slash at the end; pictures are served under it.
    pub public_url: String,
    /// A file with 64 hexadecimal digits that seals tokens and app secrets in the database.
    pub key_file: Option<PathBuf>,
    /// How log lines look.
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite://sepet-data/sepet.db".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            key_file: None,
            log_format: LogFormat::Text,
        }
    }
}

impl Config {
    /// Reads `sepet.toml` of the working folder, when there is one, and the environment.
    ///
    /// # Errors
    /// A setting that is unknown or of the wrong kind, named.
    #[expect(clippy::result_large_err, reason = "figment's own error, made once at start")]
    pub fn load() -> Result<Self, figment::Error> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file("sepet.toml"))
            .merge(Env::prefixed("SEPET_").ignore(&["log"]))
            .extract()
    }
}
