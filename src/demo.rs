//! A whole shop to try: service and simulated WhatsApp in one process, on the loopback, with one clock that the
//! simulator's page may move. What is sold and said lies in `sepet-data` and is there again at the next start.

use std::{
    fmt::Write as _,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use entity::{ShopId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use secrecy::{ExposeSecret, SecretString};
use sepet::{
    app::App,
    catalog, inbox,
    platform::{
        clock::Clock,
        config::{Config, LogFormat},
        db::{self, Db},
        secret::{Sealer, sha256_hex},
        telemetry,
    },
    shop::{
        self, ShopFile,
        keys::{self, Scope},
    },
};
use simulator::{Account, OffsetClock, Simulator};

use crate::commands::{open, say, told_to_stop};

const SHOP: &str = include_str!("../assets/demo/shop.toml");
/// `picture:NAME` stands for the picture of that name.
const GOODS: &str = include_str!("../assets/demo/catalog.csv");
macro_rules! pictures {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../assets/demo/pictures/", $name, ".png")))),*]
    };
}
const PICTURES: &[(&str, &[u8])] = pictures![
    "cezve",
    "cikolata",
    "degirmen",
    "fincan",
    "french-press",
    "kagit",
    "kupa-beyaz",
    "kupa-mavi",
    "lokum",
    "paket-kahve",
    "paket-kirmizi",
    "paket-yesil",
    "turk",
    "v60",
];
const SQLITE_FILE: &str = "demo.db";
/// Marks a PostgreSQL database as the demo's own.
const MARK: &str = "sepet_demo";
/// The key of a run ends after a year of the demo's clock, which the page moves.
const KEY_MS: i64 = 365 * 86_400_000;

/// What `sepet demo` wants to know.
#[derive(Args)]
pub(crate) struct Options {
    /// Forgets the demo's shop, chats and orders first. Touches nothing that the demo did not make.
    #[arg(long)]
    fresh: bool,
    /// An empty PostgreSQL database to use instead of an SQLite file: postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Where the service listens; a loopback address.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the simulated WhatsApp listens; a loopback address.
    #[arg(long, default_value = "127.0.0.1:9090")]
    simulator_listen: SocketAddr,
    /// The folder for everything that the demo keeps.
    #[arg(long, value_name = "FOLDER", default_value = "sepet-data")]
    data: PathBuf,
}

/// The clock of the simulator, for the service.
struct SharedClock(Arc<OffsetClock>);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(simulator::Clock::now_ms(&*self.0))
    }
}

/// Where things lie.
struct Places {
    database_url: String,
    /// The files of an SQLite database; none for PostgreSQL.
    database: Option<PathBuf>,
    journal: PathBuf,
}

/// `sepet demo`
pub(crate) async fn run(options: &Options) -> Result<ExitCode> {
    telemetry::start(LogFormat::Text, "warn");
    let listener = bind(options.listen, "--listen")?;
    let simulator_listener = bind(options.simulator_listen, "--simulator-listen")?;
    let url = format!("http://{}", listener.local_addr()?);

    std::fs::create_dir_all(&options.data)
        .with_context(|| format!("the folder {} cannot be made", options.data.display()))?;
    let places = places(options);
    let config = Config {
        database_url: places.database_url.clone(),
        listen: options.listen,
        public_url: url.clone(),
        ..Config::default()
    };
    own(&config, options.fresh, &places).await?;
    let db = open(&config).await?;

    let clock = Arc::new(OffsetClock::new());
    let graph_url = format!("http://{}", simulator_listener.local_addr()?);
    let file = ShopFile::parse(&SHOP.replace("GRAPH_URL", &graph_url), Path::new("."))?;
    let simulator = simulate(&file, &url, clock.clone(), &places, simulator_listener).await?;
    let app = App::build(config, Arc::new(SharedClock(clock)), db)?;
    app.start_server(listener)?;
    let key = furnish(&app, &file).await?;
    app.start_work();

    say(welcome(&url, &simulator.base_url(), key.expose_secret(), &options.data, &file.shop.name));
    told_to_stop(&app).await?;
    say("Stopping. The next start goes on from here.");
    app.drain().await?;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    ensure!(
        address.ip().is_loopback(),
        "{address} is no loopback address: the demo has no secrets and listens on this machine only ({flag})"
    );
    TcpListener::bind(address).with_context(|| {
        format!(
            "nothing can listen on {address}; choose another address with {flag} 127.0.0.1:PORT"
        )
    })
}

fn places(options: &Options) -> Places {
    match &options.database_url {
        None => {
            let file = options.data.join(SQLITE_FILE);
            Places {
                database_url: format!("sqlite://{}", file.display()),
                database: Some(file),
                journal: options.data.join("demo-simulator.jsonl"),
            }
        }
        Some(url) => Places {
            database_url: url.clone(),
            database: None,
            // One memory for each database.
            journal: options
                .data
                .join(format!("demo-simulator-{}.jsonl", &sha256_hex(url.as_bytes())[..12])),
        },
    }
}

/// Makes sure that the database is the demo's own, and empties it when it is to start anew.
async fn own(config: &Config, fresh: bool, places: &Places) -> Result<()> {
    if let Some(file) = &places.database {
        if fresh {
            db::remove_file(file)
                .with_context(|| format!("{} cannot be removed", file.display()))?;
            inbox::remove_spool(file)?;
            remove(&places.journal)?;
        }
        return Ok(());
    }
    let db = Db::connect(&config.database_url)
        .await
        .context("the database of --database-url cannot be opened")?;
    ensure!(db.backend() == DbBackend::Postgres, "--database-url takes a postgres:// address");
    let sql = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()";
    let rows = db.reader().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let tables =
        rows.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    let ours = tables.iter().any(|name| name == MARK);
    if !tables.is_empty() && !ours {
        bail!("the database holds tables that the demo did not make; give it an empty one");
    }
    if fresh {
        let txn = db.begin_write().await?;
        for table in &tables {
            txn.execute_unprepared(&format!("DROP TABLE \"{table}\" CASCADE")).await?;
        }
        txn.commit().await?;
        remove(&places.journal)?;
    }
    if fresh || !ours {
        let sql = format!("CREATE TABLE {MARK} (made_by text NOT NULL)");
        let txn = db.begin_write().await?;
        txn.execute_unprepared(&sql).await?;
        txn.commit().await?;
    }
    db.close().await?;
    Ok(())
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be removed", file.display()))
        }
        _ => Ok(()),
    }
}

async fn simulate(
    file: &ShopFile,
    url: &str,
    clock: Arc<OffsetClock>,
    places: &Places,
    listener: TcpListener,
) -> Result<Simulator> {
    let channel = &file.channel;
    let account = Account {
        app_id: file.app.id.clone(),
        app_secret: file.app.secrets[0].expose_secret().to_owned(),
        verify_token: file.app.verify_token.expose_secret().to_owned(),
        webhook_url: format!("{url}/webhooks/whatsapp/{}", file.app.id),
        access_token: channel.access_token.expose_secret().to_owned(),
        phone_number_id: channel.phone_number_id.clone(),
        display_phone_number: channel.display_phone_number.clone(),
        waba_id: channel.waba_id.clone(),
        portfolio_id: channel.portfolio_id.clone(),
        catalog_id: channel.catalog_id.clone().unwrap_or_default(),
        business_name: file.shop.name.clone(),
    };
    let config = simulator::Config {
        journal: Some(places.journal.clone()),
        ..simulator::Config::new(vec![account], clock)
    };
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    simulator::start(config, listener).await.context("the simulator cannot start")
}

/// Applies the shop, fills an empty one with goods, and makes the key of this run.
async fn furnish(app: &App, file: &ShopFile) -> Result<SecretString> {
    let platform = app.platform();
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    let applied = shop::apply(&txn, &Sealer::default(), file, now).await?;
    let (_, key) =
        keys::create(&txn, now, applied.shop_id, "demo", Scope::ALL, Some(now.plus_ms(KEY_MS)))
            .await?;
    txn.commit().await?;
    if applied.created {
        stock(app, applied.shop_id).await?;
    }
    show_catalog(file).await?;
    app.publish_address_forms(&file.shop.handle).await.context("the form for addresses")?;
    Ok(key)
}

/// Switches catalog and cart of the number on, as the owner of a real one does in WhatsApp Manager.
async fn show_catalog(file: &ShopFile) -> Result<()> {
    let channel = &file.channel;
    let url = format!(
        "{}/{}/{}/whatsapp_commerce_settings",
        channel.graph_url, channel.graph_version, channel.phone_number_id
    );
    reqwest::Client::builder()
        .no_proxy()
        .build()?
        .post(url)
        .query(&[("is_catalog_visible", "true"), ("is_cart_enabled", "true")])
        .bearer_auth(channel.access_token.expose_secret())
        .send()
        .await?
        .error_for_status()
        .context("the simulator does not show the catalog")?;
    Ok(())
}

/// Puts the demo's goods on the shelves.
async fn stock(app: &App, shop: ShopId) -> Result<()> {
    let platform = app.platform();
    let now = platform.now();
    let txn = platform.db.begin_write().await?;
    let mut goods = GOODS.to_owned();
    for (name, bytes) in PICTURES {
        let picture = catalog::upload_image(&txn, now, shop, bytes.to_vec()).await?;
        goods = goods.replace(&format!("picture:{name},"), &format!("{},", picture.path()));
    }
    let report = catalog::import::csv(&txn, now, shop, goods.as_bytes()).await?;
    ensure!(report.import.refused == 0, "the demo's own goods were refused: {:?}", report.rows);
    txn.commit().await?;
    Ok(())
}

fn welcome(url: &str, simulator: &str, key: &str, data: &Path, name: &str) -> String {
    let mut text = String::new();
    let mut line = |line: std::fmt::Arguments<'_>| {
        let _ = writeln!(text, "{line}");
    };
    line(format_args!("\n  {name} is open.\n"));
    line(format_args!("  The phone        {simulator}/phone"));
    line(format_args!("  API reference    {url}/api/docs"));
    line(format_args!("  Simulator's log  {simulator}/sim/log"));
    line(format_args!("  API key          {key}   (for a year of the demo's clock)\n"));
    line(format_args!(
        "  Write \"merhaba\" or \"hello\" on the phone. Or look in from the other side:"
    ));
    line(format_args!("  curl -H 'Authorization: Bearer {key}' {url}/api/v1/orders\n"));
    line(format_args!(
        "  Everything is kept in {}. Ctrl-C stops; the next start goes on; --fresh starts anew.",
        data.display()
    ));
    text
}
