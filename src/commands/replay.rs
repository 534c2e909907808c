//! `sepet replay`: dead letters come again. The operator sees those of all shops, and those that belong to none.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use clap::Args;
use entity::{InboxId, Timestamp, inbox};
use sea_orm::{ActiveEnum, DbErr};
use sepet::{
    app::App,
    inbox::{
        Fate, Reader, Whose,
        letters::{self, Filter},
    },
    platform::clock::{Clock, SystemClock},
    shop,
    whatsapp::Webhooks,
};

use super::{open, say, settings};

/// Letters that are looked for at once.
const PAGE: u64 = 100;

/// What `sepet replay` wants to know.
#[derive(Args)]
pub(crate) struct Wish {
    /// Ids of letters (`in_…`).
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<InboxId>,
    /// All that fit `--kind`, `--state`, `--since` and `--shop`, the oldest first.
    #[arg(long)]
    all: bool,
    /// message, status, account, other or unreadable.
    #[arg(long, requires = "all", value_parser = kind)]
    kind: Option<inbox::Kind>,
    /// dead, or kept: of a kind that nothing handled when it came.
    #[arg(long, requires = "all", default_value = "dead", value_parser = state)]
    state: inbox::State,
    /// Received then or later: 2026-11-23 or 2026-11-23T10:00:00Z.
    #[arg(long, requires = "all", value_parser = instant)]
    since: Option<Timestamp>,
    /// Only letters of the shop with this handle.
    #[arg(long)]
    shop: Option<String>,
    /// A file with what the one letter holds in truth: it takes the place of what came.
    #[arg(long, conflicts_with = "all")]
    payload: Option<PathBuf>,
    /// Only tells what would come of it.
    #[arg(long)]
    dry_run: bool,
}

fn kind(name: &str) -> Result<inbox::Kind, String> {
    inbox::Kind::try_from_value(&name.to_owned())
        .map_err(|_| "a kind is message, status, account, other or unreadable".to_owned())
}

fn state(name: &str) -> Result<inbox::State, String> {
    match name {
        "dead" => Ok(inbox::State::Dead),
        "kept" => Ok(inbox::State::Kept),
        _ => Err("a state is dead or kept".to_owned()),
    }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    chrono::DateTime::parse_from_rfc3339(&whole)
        .map(|at| at.to_utc().into())
        .map_err(|_| "an instant is 2026-11-23 or 2026-11-23T10:00:00Z".to_owned())
}

/// Exit code 1 when a letter was refused or is not there; the others come again.
pub(crate) async fn run(wish: &Wish) -> Result<ExitCode> {
    if wish.payload.is_some() && wish.ids.len() != 1 {
        bail!("--payload corrects one letter: name its id");
    }
    let config = settings()?;
    let db = open(&config).await?;
    let app = App::build(config, Arc::new(SystemClock), db)?;
    let told = replay(&app, wish).await;
    app.drain().await?;
    let refused = told?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Gives the number of letters that did not come again.
async fn replay(app: &App, wish: &Wish) -> Result<usize> {
    let platform = app.platform();
    let db = platform.db.reader();
    let whose = match &wish.shop {
        Some(handle) => Whose::Shop(shop::by_handle(db, handle).await?.id),
        None => Whose::Anybodys,
    };
    let webhooks = Webhooks::new(platform.clone());
    let reader = Reader::open(platform, &webhooks, &webhooks).await?;
    if let (Some(file), [id], false) = (&wish.payload, wish.ids.as_slice(), wish.dry_run) {
        let payload =
            std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let txn = platform.db.begin_write().await?;
        letters::correct::<DbErr>(&txn, whose, *id, payload, |_| Ok(())).await?;
        txn.commit().await?;
    }
    let mut refused = 0;
    let one = async |id: InboxId, about: &str| -> Result<bool> {
        let now = SystemClock.now();
        let fate = if wish.dry_run {
            reader.would(db, now, whose, id).await?
        } else {
            // Each alone: one that the database refuses harms no other.
            let txn = platform.db.begin_write().await?;
            let fate = reader.replay(&txn, now, whose, id).await?;
            txn.commit().await?;
            fate
        };
        let came = match (&fate, wish.dry_run) {
            (Some(Fate::Due), true) => "would come again".to_owned(),
            (Some(Fate::Due), false) => "comes again".to_owned(),
            (Some(Fate::Already), _) => "is due or handled already".to_owned(),
            (Some(Fate::Refused(reason)), _) => format!("still cannot be handled: {reason}"),
            (None, _) => "is not there".to_owned(),
        };
        say(format_args!("{id}{about}: {came}"));
        Ok(matches!(fate, Some(Fate::Due | Fate::Already)))
    };
    for id in &wish.ids {
        refused += usize::from(!one(*id, "").await?);
    }
    let filter =
        Filter { state: Some(wish.state), kind: wish.kind, since: wish.since, ..Filter::default() };
    let mut after = None;
    if !wish.all {
        return Ok(refused);
    }
    loop {
        let page = letters::oldest(db, whose, &filter, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for letter in page {
            let (kind, at) = (letter.kind.to_value(), letter.received_at);
            let why = letter.reason.unwrap_or_default();
            let about = format!(" ({kind}, {at}: {why})");
            refused += usize::from(!one(letter.id, &about).await?);
        }
    }
    Ok(refused)
}
