//! The command line: parses and delegates, nothing else.

mod commands;
mod demo;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use sepet::platform::config::Role;
use tikv_jemallocator::Jemalloc;

/// How it keeps house stands in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// A WhatsApp number turned into a shop.
#[derive(Parser)]
#[command(name = "sepet", version, about, max_term_width = 100)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service: webhooks, admin API and workers in one process.
    Serve {
        /// all, or a part of the work: web (requests) or worker (chats, sending, catalog). Needs PostgreSQL.
        #[arg(long, value_parser = commands::role)]
        role: Option<Role>,
    },
    /// Brings the database up to date and says whether there was anything to do.
    Migrate,
    /// Prints the description of the admin API (OpenAPI, JSON).
    Openapi,
    /// A whole shop to try, with a simulated WhatsApp, on this machine alone.
    Demo(demo::Options),
    /// Shops.
    #[command(subcommand)]
    Shop(Shop),
    /// Goods.
    #[command(subcommand)]
    Catalog(Catalog),
    /// Forms that customers fill in inside of WhatsApp.
    #[command(subcommand)]
    Flow(Flow),
    /// Keys of the admin API.
    #[command(subcommand)]
    Key(Key),
    /// Looks at everything that can be wrong and says what to do about it; changes nothing.
    ///
    /// Disk, clock, settings and secrets, the database and its books, token, number, webhooks and catalog at WhatsApp,
    /// whether the world reaches us, and what waits too long. Exit code 1 when there is an error.
    Doctor(commands::upkeep::Doctor),
    /// Copies the whole shop into a new folder while it goes on.
    ///
    /// The copy is of one moment, works for SQLite and PostgreSQL alike, and holds the pictures too. The key file
    /// (SEPET_KEY_FILE) is not in it: keep it elsewhere.
    Backup(commands::upkeep::Backup),
    /// Brings a backup into an empty database, or only checks it.
    Restore(commands::upkeep::Restore),
    /// Moves the shop from its SQLite file to PostgreSQL, or back; stop `sepet serve` first.
    ///
    /// Every row is copied, read again from both sides and compared. The old database is not changed; an SQLite file
    /// is renamed to FILE.moved in the end, so that nobody goes on with it by mistake.
    Move(commands::upkeep::Move),
    /// Dead letters of all shops come again, as if they had just come; again changes nothing.
    Replay(commands::replay::Wish),
}

#[derive(Subcommand)]
enum Shop {
    /// Creates or updates the shop, app and number that a shop.toml describes; again changes nothing.
    Apply { file: PathBuf },
}

#[derive(Subcommand)]
enum Catalog {
    /// Reads goods from a CSV file with the columns of Meta's product feed.
    Import {
        file: PathBuf,
        /// The shop's handle.
        #[arg(long)]
        shop: String,
    },
}

#[derive(Subcommand)]
enum Flow {
    /// Publishes the form for an address in the languages of the shop; again changes nothing.
    Publish {
        /// The shop's handle.
        #[arg(long)]
        shop: String,
    },
}

#[derive(Subcommand)]
enum Key {
    /// Makes a key and prints it: it is shown this once.
    Create(commands::NewKey),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Line::parse().command {
        Command::Serve { role } => commands::serve(role).await,
        Command::Migrate => commands::migrate().await,
        Command::Openapi => Ok(commands::openapi()),
        Command::Demo(options) => demo::run(&options).await,
        Command::Shop(Shop::Apply { file }) => commands::apply_shop(&file).await,
        Command::Catalog(Catalog::Import { file, shop }) => commands::import(&file, &shop).await,
        Command::Flow(Flow::Publish { shop }) => commands::publish_forms(&shop).await,
        Command::Key(Key::Create(key)) => commands::create_key(&key).await,
        Command::Doctor(asked) => commands::upkeep::doctor(&asked).await,
        Command::Backup(asked) => commands::upkeep::backup(&asked).await,
        Command::Restore(asked) => commands::upkeep::restore(&asked).await,
        Command::Move(asked) => commands::upkeep::relocate(&asked).await,
        Command::Replay(wish) => commands::replay::run(&wish).await,
    };
    done.unwrap_or_else(commands::failed)
}
