//! Settings: defaults, then `sepet.toml`, then `SEPET_*` from the environment.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use super::db::CONNECTIONS;

/// Everything that is set per process. What belongs to a shop is in its `shop.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database_url: String,
    /// Connections to PostgreSQL of this process at the most; SQLite has five.
    pub database_connections: u32,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// How the world reaches it, without a slash at the end; pictures are served under it.
    pub public_url: String,
    /// A file with 64 hexadecimal digits that seals tokens and app secrets in the database.
    pub key_file: Option<PathBuf>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Where `/metrics` is told to Prometheus; absent: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The base address of an OpenTelemetry collector (OTLP over HTTP); absent: no traces are told.
    pub otlp_endpoint: Option<String>,
    /// Which part of the work this process does.
    pub role: Role,
    /// Days that messages of both sides are kept.
    pub keep_messages_days: u16,
    /// Days that reports of deliveries are kept.
    pub keep_statuses_days: u16,
    /// Days that dead letters are kept.
    pub keep_dead_letters_days: u16,
    /// Days that carts are kept that were emptied or left alone.
    pub keep_carts_days: u16,
    /// Days that runs of imports and of the catalog's sync are kept.
    pub keep_runs_days: u16,
}

/// Which part of the work a process does. Several processes over one PostgreSQL share it; one alone does all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Both.
    #[default]
    All,
    /// Answers requests: webhooks, admin API, pictures.
    Web,
    /// Handles what came in and sends what must go out; serves nothing but its health.
    Worker,
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
            database_connections: CONNECTIONS,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            key_file: None,
            log_format: LogFormat::Text,
            metrics_listen: None,
            otlp_endpoint: None,
            role: Role::All,
            keep_messages_days: 365,
            keep_statuses_days: 30,
            keep_dead_letters_days: 90,
            keep_carts_days: 90,
            keep_runs_days: 90,
        }
    }
}

/// Each setting: its name and what it means, in the words of the example file.
const SETTINGS: &[(&str, &str)] = &[
    ("database_url", "sqlite://FILE, or postgres://USER:PASSWORD@HOST/NAME."),
    (
        "database_connections",
        "Connections to PostgreSQL of this process at the most: 8 to 200. All processes together need fewer than its max_connections.",
    ),
    ("listen", "Where the service listens. A TLS proxy stands in front of it."),
    (
        "public_url",
        "How the world reaches it: https, without a slash at the end. Pictures are served under it.",
    ),
    (
        "key_file",
        "A file with 64 hexadecimal digits (openssl rand -hex 32) that seals tokens and app secrets in the database. Without it they rest in the clear.",
    ),
    (
        "log_format",
        "text or json. SEPET_LOG in the environment filters: info, debug, warn,sepet=debug …",
    ),
    (
        "metrics_listen",
        "Where /metrics is told to Prometheus, such as 127.0.0.1:9464; without it nowhere. It is not for the world.",
    ),
    (
        "otlp_endpoint",
        "Where traces are told to an OpenTelemetry collector (OTLP over HTTP), such as http://127.0.0.1:4318; without it nowhere.",
    ),
    (
        "role",
        "all, web (requests only) or worker (chats, sending, catalog). Several processes need PostgreSQL.",
    ),
    (
        "keep_messages_days",
        "Days that messages of both sides are kept: 30 to 3650. Orders and customers stay.",
    ),
    ("keep_statuses_days", "Days that reports of deliveries are kept: 30 to 3650."),
    ("keep_dead_letters_days", "Days that dead letters are kept: 30 to 3650."),
    ("keep_carts_days", "Days that carts are kept that were emptied or left alone: 7 to 3650."),
    ("keep_runs_days", "Days that runs of imports and of the catalog's sync are kept: 7 to 3650."),
];

impl Config {
    /// The example file: every setting with its meaning and its default, commented out.
    #[must_use]
    pub fn example() -> String {
        let mut text = "# Settings of the service. Each can also stand in the environment: SEPET_DATABASE_URL and so on,\n\
                        # which wins over this file. What belongs to a shop is in its shop.toml.\n"
            .to_owned();
        let defaults = toml::Table::try_from(Self::default()).unwrap_or_default();
        for (name, meaning) in SETTINGS {
            let value = defaults.get(*name).map_or_else(|| unset(name), ToString::to_string);
            text.push_str(&format!("\n# {meaning}\n# {name} = {value}\n"));
        }
        text
    }

    /// Reads `sepet.toml` of the working folder, when there is one, and the environment.
    ///
    /// # Errors
    /// A setting that is unknown or of the wrong kind, named.
    #[expect(clippy::result_large_err, reason = "figment's own error, made once at start")]
    pub fn load() -> Result<Self, figment::Error> {
        // Of this folder alone: the library would look into those above as well.
        let file = Path::new("sepet.toml");
        if file.is_file() { Self::load_file(file) } else { Self::read(Toml::string("")) }
    }

    /// The same with a file of another name, which must be there.
    ///
    /// # Errors
    /// A setting that is unknown or of the wrong kind, named.
    #[expect(clippy::result_large_err, reason = "figment's own error, made once at start")]
    pub fn load_file(file: &Path) -> Result<Self, figment::Error> {
        if !file.is_file() {
            return Err(format!("there is no file {}", file.display()).into());
        }
        Self::read(Toml::file_exact(file))
    }

    #[expect(clippy::result_large_err, reason = "figment's own error, made once at start")]
    fn read(file: impl figment::Provider) -> Result<Self, figment::Error> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(file)
            .merge(Env::prefixed("SEPET_").ignore(&["log"]).filter(|name| !is_of_kubernetes(name)))
            .extract()
    }
}

/// Whether it is one of the names that Kubernetes puts into the environment beside a service that is called `sepet`.
fn is_of_kubernetes(name: &figment::value::UncasedStr) -> bool {
    let name = name.as_str().to_ascii_lowercase();
    name == "port" || name.starts_with("port_") || name.starts_with("service_")
}

/// What is wrong with a TOML text, without the line that it shows: a secret may be in it.
#[must_use]
pub fn without_line(error: &str) -> String {
    let shown = |line: &&str| {
        let behind = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        !behind.starts_with('|')
    };
    error.lines().filter(shown).collect::<Vec<_>>().join(": ")
}

/// What stands in the example for a setting that has no default.
fn unset(name: &str) -> String {
    let example = match name {
        "metrics_listen" => "127.0.0.1:9464",
        "otlp_endpoint" => "http://127.0.0.1:4318",
        _ => "FILE",
    };
    format!("\"{example}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_text_is_told_without_its_line() {
        let error = toml::from_str::<toml::Table>("a = 1\naccess_token = EAAB123\n").unwrap_err();
        let told = without_line(&error.to_string());
        assert!(told.contains("line 2") && !told.contains("EAAB"), "{told}");
    }

    #[test]
    fn names_that_kubernetes_sets_are_no_settings() {
        for name in ["port", "PORT_8080_TCP_ADDR", "service_host"] {
            assert!(is_of_kubernetes(figment::value::UncasedStr::new(name)), "{name}");
        }
        for name in ["listen", "database_url", "public_url"] {
            assert!(!is_of_kubernetes(figment::value::UncasedStr::new(name)), "{name}");
        }
    }

    #[test]
    fn the_example_names_every_setting() {
        let text = Config::example();
        let set: String = text
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") && !line.starts_with("key_file"))
            .filter(|line| !line.starts_with("metrics_listen"))
            .filter(|line| !line.starts_with("otlp_endpoint"))
            .fold(String::new(), |all, line| all + line + "\n");
        let read: Config = toml::from_str(&set).unwrap();
        assert_eq!(read, Config::default());
        let fields = serde_json::to_value(Config::default()).unwrap();
        for name in fields.as_object().unwrap().keys() {
            assert!(SETTINGS.iter().any(|(known, _)| known == name), "{name} is not explained");
        }
    }

    #[test]
    fn the_example_file_is_the_present_one() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/sepet.example.toml");
        if std::env::var_os("UPDATE_FILES").is_some() {
            std::fs::write(file, Config::example()).unwrap();
        }
        let found = std::fs::read_to_string(file).unwrap_or_default();
        assert!(found == Config::example(), "run the tests with UPDATE_FILES=1 to write {file}");
    }
}
