//! The commands that keep a shop safe: doctor, backup, restore, move.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use anyhow::Result;
use clap::Args;
use sepet::{
    app::{
        App,
        check::{self, Fault},
    },
    platform::{
        clock::{Clock, SystemClock},
        config::Config,
        db::Db,
    },
    upkeep::{
        self, UpkeepError, backup,
        doctor::{self, Finding, Level, Report},
        moving,
        place::Place,
        restore,
    },
    whatsapp::Graph,
};

use super::{REFUSED, refused_by, say};

/// Where the settings are.
#[derive(Args)]
pub(crate) struct Settings {
    /// The file with the settings; without it sepet.toml of this folder, if there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Settings {
    fn load(&self) -> Result<Config, Vec<Fault>> {
        check::settings_of(self.config.as_deref())
    }

    /// The settings, or the exit code after all that is wrong with them was told.
    fn usable(&self) -> Result<Config, ExitCode> {
        self.load().map_err(|faults| refused_by("the settings cannot be used", &faults))
    }
}

/// What `sepet doctor` wants to know.
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    settings: Settings,
    /// For machines: {"ok", "errors", "warnings", "findings": [{"check", "level", "meaning", "remedy"}]}.
    #[arg(long)]
    json: bool,
    /// Where backups lie: it says how old the newest is.
    #[arg(long, value_name = "FOLDER")]
    backups: Option<PathBuf>,
}

/// What `sepet backup` wants to know.
#[derive(Args)]
pub(crate) struct Backup {
    /// A folder that does not exist yet, such as /backups/2026-11-25.
    dest: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// What `sepet restore` wants to know.
#[derive(Args)]
pub(crate) struct Restore {
    /// The folder of a backup.
    dest: PathBuf,
    /// Only checks the backup to the last row; touches neither it nor any database.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    settings: Settings,
}

/// What `sepet move` wants to know.
#[derive(Args)]
pub(crate) struct Move {
    /// The new database, empty: postgres://USER:PASSWORD@HOST/NAME, or sqlite://FILE for the way back.
    #[arg(long, value_name = "URL")]
    to: String,
    #[command(flatten)]
    settings: Settings,
}

/// `sepet doctor`: exit code 1 when something is an error.
pub(crate) async fn doctor(asked: &Doctor) -> Result<ExitCode> {
    let mut findings = examine(&asked.settings).await?;
    // Also when the database is gone: just then somebody wants to know.
    findings.push(doctor::of_backups(asked.backups.as_deref(), SystemClock.now()));
    let report = Report { findings };
    if asked.json {
        say(serde_json::to_string_pretty(&report.json())?);
    } else {
        say(&report);
    }
    let is_well = report.count(Level::Error) == 0;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(faults: Vec<Fault>) -> impl Iterator<Item = Finding> {
    faults.into_iter().map(|fault| Finding::error("settings", fault.what, fault.remedy))
}

async fn examine(settings: &Settings) -> Result<Vec<Finding>> {
    let config = match settings.load() {
        Ok(config) => config,
        Err(faults) => return Ok(told(faults).collect()),
    };
    let faults = check::of_config(&config);
    let mut found: Vec<_> = told(faults).collect();
    if found.is_empty() {
        found.push(Finding::ok("settings", "they can be read and fit together"));
    }
    let place = match Place::parse(&config.database_url) {
        Ok(place) => place,
        Err(error) => {
            let remedy = "correct SEPET_DATABASE_URL, or database_url of sepet.toml";
            found.push(Finding::error("settings", error.to_string(), remedy));
            return Ok(found);
        }
    };
    let (of_database, db) = doctor::of_database(&place).await;
    found.extend(of_database);
    if let Some(db) = db {
        found.extend(of_shops(config, db, &place).await?);
    }
    Ok(found)
}

/// What is found in and around a database that can be used.
async fn of_shops(config: Config, db: Db, place: &Place) -> Result<Vec<Finding>> {
    let Ok(sealer) = sepet::app::sealer(&config) else {
        // A key file that cannot be used was told already, and without it there is no token to ask with.
        db.close().await?;
        return Ok(Vec::new());
    };
    let mut found: Vec<_> = told(check::of_shops(&db, &sealer).await?).collect();
    let app = App::build(config, Arc::new(SystemClock), db)?;
    let graph = Graph::new(app.platform().clone());
    let around = doctor::examine(app.platform(), place, &graph).await;
    app.drain().await?;
    found.extend(around?);
    Ok(found)
}

/// `sepet backup DEST`
pub(crate) async fn backup(asked: &Backup) -> Result<ExitCode> {
    let config = match asked.settings.usable() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let began = Instant::now();
    let made = async {
        let place = Place::parse(&config.database_url)?;
        backup::backup(&place, &asked.dest, SystemClock.now(), &table).await
    };
    let manifest = match made.await {
        Ok(manifest) => manifest,
        Err(error) => return ended(error),
    };
    let (tables, rows) = (manifest.tables.len(), manifest.rows());
    let size = upkeep::size(manifest.bytes());
    let took = took(began);
    say(format_args!(
        "{}: {rows} rows of {tables} tables, {size}, in {took}",
        asked.dest.display()
    ));
    if config.key_file.is_some() {
        say(
            "The key file (SEPET_KEY_FILE) is not in it: without it the tokens in the backup cannot be read.",
        );
    }
    say(format_args!("Next: sepet restore {} --verify", asked.dest.display()));
    Ok(ExitCode::SUCCESS)
}

/// `sepet restore DEST`
pub(crate) async fn restore(asked: &Restore) -> Result<ExitCode> {
    let began = Instant::now();
    let backup = &asked.dest;
    if asked.verify {
        return match restore::verify(backup).await {
            Ok(checked) => {
                say(format_args!("{} is whole and usable:", backup.display()));
                say(examined(&checked));
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => ended(error),
        };
    }
    let config = match asked.settings.usable() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let restored = async {
        let place = Place::parse(&config.database_url)?;
        let checked = restore::restore(backup, &place, &table).await?;
        Ok::<_, UpkeepError>((checked, place))
    };
    match restored.await {
        Ok((checked, place)) => {
            say(examined(&checked));
            say(format_args!("{place} holds this backup now, after {}.", took(began)));
            say("Messages that were on their way when it was made are sent again.");
            say("Next: sepet doctor, then sepet serve");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => ended(error),
    }
}

/// What was looked at, a line each.
fn examined(checked: &restore::Checked) -> String {
    let manifest = &checked.manifest;
    let (made, version, of) = (&manifest.made_at, &manifest.sepet, &manifest.of);
    let tables = if checked.was_migrated {
        "older than this version; brought up to date without a fault"
    } else {
        "of this version"
    };
    let facts = [
        ("made", format!("{made} by sepet {version} from {of}")),
        ("files", format!("as they were written (SHA-256), {}", upkeep::size(manifest.bytes()))),
        (
            "rows",
            format!(
                "{} in {} tables, as many as were written; pages, indexes and references are sound",
                manifest.rows(),
                manifest.tables.len()
            ),
        ),
        ("tables", tables.to_owned()),
        ("pictures", format!("{}, each with the content that its name says", checked.pictures)),
        ("books", "stock, orders, histories and shops add up".to_owned()),
    ];
    facts.map(|(name, fact)| format!("  {name:<10}{fact}")).join("\n")
}

/// `sepet move --to URL`
pub(crate) async fn relocate(asked: &Move) -> Result<ExitCode> {
    let config = match asked.settings.usable() {
        Ok(config) => config,
        Err(code) => return Ok(code),
    };
    let began = Instant::now();
    let moved = async {
        let from = Place::parse(&config.database_url)?;
        let to = Place::parse(&asked.to)?;
        let moved = moving::relocate(&from, &to, &table).await?;
        Ok::<_, UpkeepError>((from, to, moved))
    };
    let (from, to, moved) = match moved.await {
        Ok(moved) => moved,
        Err(error) => return ended(error),
    };
    let (rows, took) = (moved.rows, took(began));
    say(format_args!(
        "{rows} rows were moved to {to} in {took}; each was read again from both sides and is alike."
    ));
    match &moved.old_file {
        Some(file) => say(format_args!("The old file is kept as {}.", shown(file))),
        None => say(format_args!("{from} was not changed. Nobody must go on with it.")),
    }
    say(format_args!("Next: set SEPET_DATABASE_URL to {to} and start `sepet serve`."));
    Ok(ExitCode::SUCCESS)
}

fn shown(file: &Path) -> std::path::Display<'_> {
    file.display()
}

/// A table that is done.
fn table(name: &str, rows: u64) {
    if rows > 0 {
        eprintln!("  {name}: {rows}");
    }
}

fn took(began: Instant) -> String {
    let ms = began.elapsed().as_millis();
    if ms < 10_000 { format!("{ms} ms") } else { format!("{} s", ms / 1_000) }
}

/// Says why; 2 when it was refused before anything was begun, 1 when it failed.
#[expect(clippy::needless_pass_by_value, reason = "the end of the line")]
fn ended(error: UpkeepError) -> Result<ExitCode> {
    eprintln!("error: {error}");
    Ok(if error.is_refusal() { ExitCode::from(REFUSED) } else { ExitCode::FAILURE })
}
