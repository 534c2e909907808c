//! What the commands do. People read what is printed; errors go to standard error.

pub(crate) mod replay;
pub(crate) mod upkeep;

use std::{net::TcpListener, path::Path, process::ExitCode, sync::Arc, time::Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use sea_orm::ActiveEnum;
use secrecy::ExposeSecret;
use sepet::{
    app::{
        self, App,
        check::{self, Fault},
    },
    catalog, http,
    platform::{
        self,
        clock::{Clock, SystemClock},
        config::{Config, Role},
        db::Db,
        telemetry,
    },
    shop::{
        self, ShopFile,
        keys::{self, Scope},
    },
};
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

/// Exit code when something is missing or wrong; 1 when it failed underway.
const REFUSED: u8 = 2;
const DAY_MS: i64 = 86_400_000;

/// Prints a line for people.
#[expect(clippy::print_stdout, reason = "a command speaks to whoever typed it")]
pub(crate) fn say(line: impl std::fmt::Display) {
    println!("{line}");
}

/// Says why a command failed.
#[expect(clippy::needless_pass_by_value, reason = "the end of the line")]
pub(crate) fn failed(error: anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

fn refused(faults: &[Fault]) -> ExitCode {
    let things = if faults.len() == 1 { "one thing is" } else { "these things are" };
    refused_by(&format!("sepet cannot start: {things} missing or wrong"), faults)
}

/// Says why nothing was begun.
fn refused_by(why: &str, faults: &[Fault]) -> ExitCode {
    eprintln!("{why}");
    for fault in faults {
        eprintln!("  - {fault}");
    }
    ExitCode::from(REFUSED)
}

/// The settings, or all that is wrong with them.
fn settings() -> Result<Config> {
    check::settings().map_err(|faults| {
        let all: String = faults.iter().map(|fault| format!("\n  - {fault}")).collect();
        anyhow::anyhow!("the settings cannot be used:{all}")
    })
}

/// The database of the settings, brought up to date.
pub(crate) async fn open(config: &Config) -> Result<Db> {
    prepare(&config.database_url)?;
    let db = Db::open(&config.database_url, config.database_connections)
        .await
        .context("the database cannot be opened; SEPET_DATABASE_URL names it")?;
    db.migrate().await.context("the database cannot be brought up to date")?;
    Ok(db)
}

/// Makes the folder of an SQLite file.
fn prepare(database_url: &str) -> Result<()> {
    let Some(file) = platform::db::sqlite_file(database_url) else { return Ok(()) };
    if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    Ok(())
}

/// The value of `--role`.
pub(crate) fn role(name: &str) -> Result<Role, String> {
    let name = serde_json::Value::from(name);
    serde_json::from_value(name).map_err(|_| "a role is all, web or worker".to_owned())
}

/// `sepet serve`
pub(crate) async fn serve(role: Option<Role>) -> Result<ExitCode> {
    let started = Instant::now();
    let config = match check::settings() {
        Ok(config) => Config { role: role.unwrap_or(config.role), ..config },
        Err(faults) => return Ok(refused(&faults)),
    };
    telemetry::start(config.log_format, "info,sea_orm_migration=warn");
    let mut faults = check::of_config(&config);
    let db = match open(&config).await {
        Ok(db) => {
            // A key file that cannot be used was told already.
            let sealer = app::sealer(&config).unwrap_or_default();
            faults.extend(check::of_shops(&db, &sealer).await?);
            Some(db)
        }
        Err(error) => {
            let remedy =
                "sqlite://FILE, or postgres://USER:PASSWORD@HOST/NAME of a server that runs";
            faults.push(Fault { what: format!("{error:#}"), remedy: remedy.to_owned() });
            None
        }
    };
    let listener = TcpListener::bind(config.listen);
    if let Err(error) = &listener {
        let what = format!("nothing can listen on {}: {error}", config.listen);
        let remedy = "stop what listens there, or set SEPET_LISTEN to another address".to_owned();
        faults.push(Fault { what, remedy });
    }
    let metrics = config.metrics_listen.map(TcpListener::bind).transpose();
    if let Err(error) = &metrics {
        let what = format!("nothing can listen for /metrics: {error}");
        let remedy = "set SEPET_METRICS_LISTEN to a free address, or leave it out".to_owned();
        faults.push(Fault { what, remedy });
    }
    let (Some(db), Ok(listener), Ok(metrics), true) = (db, listener, metrics, faults.is_empty())
    else {
        return Ok(refused(&faults));
    };
    let listen = config.listen;
    let app = App::build(config, Arc::new(SystemClock), db)?;
    // What an earlier version sold is found from the first message on.
    catalog::search::build_missing(app.platform()).await?;
    app.start_work();
    app.start_server(listener)?;
    if let Some(listener) = metrics {
        if let Some(figures) = platform::metrics::start() {
            tokio::spawn(platform::metrics::kept_small(figures));
        }
        app.start_metrics(listener)?;
    }
    let ms = started.elapsed().as_millis();
    info!(%listen, ms, "serving on http://{listen} after {ms} ms");
    told_to_stop(&app).await?;
    info!("stopping: what is under way is finished within 10 s");
    app.drain().await?;
    Ok(ExitCode::SUCCESS)
}

/// Ends with SIGTERM, SIGINT, or when the service stopped by itself.
pub(crate) async fn told_to_stop(app: &App) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = app.stopped() => bail!("the server failed; the log says why"),
    }
    Ok(())
}

/// `sepet migrate`
pub(crate) async fn migrate() -> Result<ExitCode> {
    let config = settings()?;
    prepare(&config.database_url)?;
    let db = Db::connect(&config.database_url).await.context("the database cannot be opened")?;
    let steps = db.migrate().await.context("the database cannot be brought up to date")?;
    db.close().await?;
    say(if steps == 0 { "the database was up to date" } else { "the database is up to date now" });
    Ok(ExitCode::SUCCESS)
}

/// `sepet shop apply FILE`
pub(crate) async fn apply_shop(file: &Path) -> Result<ExitCode> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let shop = ShopFile::parse(&text, folder)?;
    let config = settings()?;
    let db = open(&config).await?;
    let txn = db.begin_write().await?;
    let applied = shop::apply(&txn, &app::sealer(&config)?, &shop, SystemClock.now()).await?;
    txn.commit().await?;
    db.close().await?;
    let handle = &shop.shop.handle;
    say(format_args!(
        "shop `{handle}`: {}; app `{}`: {}; number `{}`: {}",
        applied.shop, shop.app.id, applied.app, shop.channel.phone_number_id, applied.channel
    ));
    if applied.created {
        say(format_args!("Next: sepet key create --shop {handle} --scope all"));
    }
    Ok(ExitCode::SUCCESS)
}

/// `sepet flow publish --shop HANDLE`
pub(crate) async fn publish_forms(shop: &str) -> Result<ExitCode> {
    let config = settings()?;
    let db = open(&config).await?;
    let app = App::build(config, Arc::new(SystemClock), db)?;
    let published = app.publish_address_forms(shop).await;
    app.drain().await?;
    for form in published? {
        let what = if form.is_new { "published" } else { "unchanged" };
        let (number, language, id) = (&form.phone_number_id, form.language.tag(), &form.flow_id);
        say(format_args!("number `{number}`, {language}: {what} as Flow `{id}`"));
    }
    Ok(ExitCode::SUCCESS)
}

/// What `sepet key create` wants to know.
#[derive(Args)]
pub(crate) struct NewKey {
    /// The shop's handle.
    #[arg(long)]
    shop: String,
    /// What the key may do, such as `orders:read`; several times or separated by commas; `all` for everything.
    #[arg(long, required = true, value_delimiter = ',')]
    scope: Vec<String>,
    /// What people call the key.
    #[arg(long, default_value = "command line")]
    name: String,
    /// The key ends after so many days; without it, never.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=3650))]
    expires_in_days: Option<u16>,
}

/// `sepet key create`
pub(crate) async fn create_key(new: &NewKey) -> Result<ExitCode> {
    let scopes = Scope::parse_all(&new.scope).map_err(|error| {
        let known: Vec<_> = Scope::ALL.iter().map(|s| s.name()).collect();
        anyhow::anyhow!("{error}; scopes are {} and all", known.join(", "))
    })?;
    let config = settings()?;
    let db = open(&config).await?;
    let now = SystemClock.now();
    let expires = new.expires_in_days.map(|days| now.plus_ms(i64::from(days) * DAY_MS));
    let txn = db.begin_write().await?;
    let shop = shop::by_handle(&txn, &new.shop).await?;
    let (row, key) = keys::create(&txn, now, shop.id, &new.name, &scopes, expires).await?;
    txn.commit().await?;
    db.close().await?;
    say(key.expose_secret());
    let until = row.expires_at.map_or_else(|| "for ever".to_owned(), |at| format!("until {at}"));
    eprintln!("key `{}` of the shop `{}`, {until}. It is not shown again.", row.id, shop.handle);
    Ok(ExitCode::SUCCESS)
}

/// `sepet openapi`
pub(crate) fn openapi() -> ExitCode {
    say(http::openapi_document().trim_end());
    ExitCode::SUCCESS
}

/// `sepet catalog import FILE --shop HANDLE`: exit code 1 when a row was refused; the others are taken in.
pub(crate) async fn import(file: &Path, shop: &str) -> Result<ExitCode> {
    let bytes =
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let goods = catalog::import::read(&bytes)?;
    let config = settings()?;
    let db = open(&config).await?;
    let txn = db.begin_write().await?;
    let shop = shop::by_handle(&txn, shop).await?;
    let report = catalog::import::take(&txn, SystemClock.now(), shop.id, goods).await?;
    txn.commit().await?;
    db.close().await?;
    for row in &report.rows {
        if let Some(message) = &row.message {
            eprintln!("line {}: {}: {message}", row.line, row.outcome.to_value());
        }
    }
    let import = &report.import;
    say(format_args!(
        "shop `{}`: {} created, {} updated, {} unchanged, {} refused",
        shop.handle, import.created, import.updated, import.unchanged, import.refused
    ));
    Ok(if import.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
