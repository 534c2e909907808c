//! The whole service: built once from settings, a clock and a database; started, settled, drained.

pub mod check;
pub mod forms;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use poem::{EndpointExt, Response, Server, endpoint::BoxEndpoint};
use secrecy::SecretString;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::{
    catalog::{self, sync::SyncError},
    conversation::{self, ConversationError},
    http,
    inbox::{self, InboxError, Intake},
    order::{self, OrderError},
    outbox::{self, OutboxError},
    platform::{
        Platform, bell,
        clock::Clock,
        config::{Config, Role},
        db::Db,
        memory::Memory,
        points::Points,
        secret::{Sealer, SecretError},
        trace::{TraceError, Traces},
        worker::{self, Wake},
    },
    retention::{self, Purger},
    shop::ShopError,
    whatsapp::{CallError, Graph, Webhooks},
};

/// How often a worker looks for what other processes did.
const POLL: Duration = Duration::from_millis(500);
/// Ticks, read marks and the like: nobody waits for them, and so many at once are one commit.
const GATHER: Duration = Duration::from_millis(50);
/// What nobody waits for begins so much later than the service.
const LATER: Duration = Duration::from_millis(200);
/// What is open when the service is told to stop has so long to finish.
const DRAIN: Duration = Duration::from_secs(10);
/// The last traces have so long of that, and are no reason to stay longer.
const LAST_TRACES: Duration = Duration::from_secs(3);
/// A connection that says nothing is closed after so long.
const IDLE: Duration = Duration::from_secs(75);
/// Rounds after which [`App::settle`] gives up: two workers feed each other for ever.
const ROUNDS: usize = 1_000;

/// Why the service cannot be built or run.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("the key file {path} cannot be read: {source}")]
    KeyFile { path: String, source: std::io::Error },
    #[error("the key file cannot be used: {0}")]
    Key(#[from] SecretError),
    #[error(transparent)]
    Trace(#[from] TraceError),
    #[error("the work does not settle: worker `{0}` still has some after {ROUNDS} rounds")]
    Restless(&'static str),
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error("WhatsApp did not take the form: {0}")]
    Graph(#[from] CallError),
    #[error("the system gives no thread for webhooks: {0}")]
    Thread(std::io::Error),
    #[error("the server failed: {0}")]
    Server(#[from] std::io::Error),
    #[error("the database refused: {0}")]
    Db(#[from] sea_orm::DbErr),
}

/// The work that is done in turns, each by a loop of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// What people wrote, from the spool into the inbox.
    Spool,
    /// The rest of it, together with what it changes.
    Reports,
    /// What customers wrote.
    Chats,
    /// What became of our messages.
    Statuses,
    /// What must go out.
    Outbox,
    /// Ticks and typing, best effort.
    Marks,
    /// WhatsApp's copy of the catalog.
    Sync,
    /// Orders whose time ran out.
    Orders,
    /// What is old and no longer kept.
    Purge,
}

impl Work {
    const ALL: [Self; 9] = [
        Self::Spool,
        Self::Reports,
        Self::Chats,
        Self::Statuses,
        Self::Outbox,
        Self::Marks,
        Self::Sync,
        Self::Orders,
        Self::Purge,
    ];

    /// Whether somebody waits for it: what nobody waits for leaves a start its connections and its processor.
    fn is_urgent(self) -> bool {
        matches!(self, Self::Spool | Self::Reports | Self::Chats | Self::Statuses | Self::Outbox)
    }

    /// How long work may gather before a turn.
    fn gather(self) -> Duration {
        match self {
            Self::Reports | Self::Statuses | Self::Marks | Self::Purge => GATHER,
            Self::Spool | Self::Chats | Self::Outbox | Self::Sync | Self::Orders => Duration::ZERO,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Spool => "spool",
            Self::Reports => "reports",
            Self::Chats => "conversation",
            Self::Statuses => "statuses",
            Self::Outbox => "outbox",
            Self::Marks => "marks",
            Self::Sync => "sync",
            Self::Orders => "orders",
            Self::Purge => "purge",
        }
    }
}

/// What the turns need.
struct Rooms {
    platform: Arc<Platform>,
    graph: Graph,
    webhooks: Arc<Webhooks>,
    intake: Intake,
    /// Rung when something was sent: read marks follow the replies and never go before them.
    marks: Notify,
    /// Never rung: time alone makes orders run out, and rows old.
    time: Notify,
    purger: Purger,
}

impl Rooms {
    async fn turn(&self, work: Work) -> Result<usize, AppError> {
        let platform = &*self.platform;
        let done = match work {
            Work::Spool => self.intake.carry_chats(platform).await?,
            Work::Reports => self.intake.carry_reports(platform, &*self.webhooks).await?,
            Work::Statuses => inbox::turn(platform, &*self.webhooks).await?,
            Work::Outbox => outbox::turn(platform, &self.graph).await?,
            Work::Marks => outbox::marks_turn(platform, &self.graph).await?,
            Work::Chats => conversation::turn(platform, &*self.webhooks).await?,
            Work::Orders => order::turn(platform).await?,
            Work::Sync => catalog::sync::turn(platform, &self.graph).await?,
            Work::Purge => retention::turn(platform, &self.purger).await?,
        };
        match work {
            // On PostgreSQL a chat that is being marked is passed over by the sender, who looks again then.
            Work::Chats | Work::Orders | Work::Marks if done > 0 => {
                platform.wake.outbox.notify_one();
            }
            Work::Outbox if done > 0 => self.marks.notify_one(),
            _ => {}
        }
        Ok(done)
    }

    fn wake(&self, work: Work) -> &Notify {
        let wake = &self.platform.wake;
        match work {
            Work::Spool => &wake.spool,
            Work::Reports => &wake.reports,
            Work::Chats => &wake.lanes,
            Work::Statuses => &wake.statuses,
            Work::Outbox => &wake.outbox,
            Work::Marks => &self.marks,
            Work::Sync => &wake.sync,
            Work::Orders | Work::Purge => &self.time,
        }
    }
}

/// The service.
pub struct App {
    rooms: Arc<Rooms>,
    stop: CancellationToken,
    tasks: Mutex<JoinSet<()>>,
    /// Whether the workers run; `/health/ready` tells.
    working: Arc<AtomicBool>,
}

impl App {
    /// Puts the rooms together. Nothing runs yet but the intake of webhooks.
    ///
    /// # Errors
    /// When the key file cannot be read or used, the address of a collector is none, or the system has no thread left.
    pub fn build(config: Config, clock: Arc<dyn Clock>, db: Db) -> Result<Self, AppError> {
        let sealer = sealer(&config)?;
        let traces = Traces::start(config.otlp_endpoint.as_deref())?;
        let platform = Arc::new(Platform {
            db,
            clock,
            config,
            sealer,
            wake: Wake::default(),
            memory: Memory::default(),
            points: Points::default(),
            traces,
        });
        let rooms = Rooms {
            graph: Graph::new(platform.clone()),
            webhooks: Arc::new(Webhooks::new(platform.clone())),
            intake: Intake::start(platform.clone()).map_err(AppError::Thread)?,
            platform: platform.clone(),
            marks: Notify::new(),
            time: Notify::new(),
            purger: Purger::default(),
        };
        Ok(Self {
            rooms: Arc::new(rooms),
            stop: platform.wake.stop.clone(),
            tasks: Mutex::new(JoinSet::new()),
            working: Arc::default(),
        })
    }

    /// What every verb may use.
    #[must_use]
    pub fn platform(&self) -> &Arc<Platform> {
        &self.rooms.platform
    }

    /// Where webhooks come in.
    #[must_use]
    pub fn intake(&self) -> &Intake {
        &self.rooms.intake
    }

    /// Everything that is served. A service whose workers were not started before has none to wait for.
    #[must_use]
    pub fn endpoint(&self) -> BoxEndpoint<'static, Response> {
        let state = http::State {
            platform: self.rooms.platform.clone(),
            intake: self.rooms.intake.clone(),
            door: self.rooms.webhooks.clone(),
            source: self.rooms.webhooks.clone(),
            workers: self.working.load(Ordering::Acquire).then(|| self.working.clone()),
            limits: http::Limits::default(),
        };
        match self.rooms.platform.config.role {
            Role::Worker => http::health_only(state).boxed(),
            Role::All | Role::Web => http::endpoint(state).boxed(),
        }
    }

    /// Serves on `listener` until the service is drained. A server that fails stops the service.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub fn start_server(&self, listener: std::net::TcpListener) -> Result<(), AppError> {
        self.serve(listener, self.endpoint())
    }

    fn serve(
        &self,
        listener: std::net::TcpListener,
        endpoint: BoxEndpoint<'static, Response>,
    ) -> Result<(), AppError> {
        listener.set_nonblocking(true)?;
        let server =
            Server::new_with_acceptor(http::Connections::new(listener)?).idle_timeout(IDLE);
        let stop = self.stop.clone();
        self.spawn(async move {
            let told = stop.clone().cancelled_owned();
            let ended = server.run_with_graceful_shutdown(endpoint, told, Some(DRAIN)).await;
            if let Err(error) = ended {
                error!(%error, "the server failed");
            }
            stop.cancel();
        });
        Ok(())
    }

    /// Starts what the process is there for: its workers, or the calls to those of others.
    pub fn start_work(&self) {
        let platform = self.rooms.platform.clone();
        match platform.config.role {
            Role::Web => self.spawn(bell::ring(platform)),
            Role::All | Role::Worker => {
                self.start_workers();
                self.spawn(bell::listen(platform));
            }
        }
    }

    /// Tells the figures of this process on `listener` until the service is drained.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub fn start_metrics(&self, listener: std::net::TcpListener) -> Result<(), AppError> {
        self.serve(listener, http::metrics::endpoint(self.rooms.platform.clone()).boxed())
    }

    /// Starts a loop for each kind of work.
    fn start_workers(&self) {
        self.working.store(true, Ordering::Release);
        for work in Work::ALL {
            self.start_worker(work);
        }
    }

    fn start_worker(&self, work: Work) {
        let (rooms, stop) = (self.rooms.clone(), self.stop.clone());
        self.spawn(async move {
            let turn = async || {
                if work == Work::Spool {
                    rooms.intake.gathered().await;
                }
                rooms.turn(work).await
            };
            let (wake, gather) = (rooms.wake(work), work.gather());
            let pulse = &rooms.platform.wake.pulse;
            if !work.is_urgent() {
                let _stopped = tokio::time::timeout(LATER, stop.cancelled()).await;
            }
            worker::run(work.name(), wake, POLL, gather, &stop, pulse, turn).await;
        });
    }

    /// Takes turns of all work, in the order in which a message passes, until there is nothing left that is due now.
    /// Returns how much was done. For tests: they run no workers.
    ///
    /// # Errors
    /// The first turn that fails, or work that never ends.
    pub async fn settle(&self) -> Result<usize, AppError> {
        let mut total = 0;
        let mut restless = None;
        for _ in 0..ROUNDS {
            let before = total;
            for work in Work::ALL {
                let done = self.rooms.turn(work).await?;
                if done > 0 {
                    restless = Some(work.name());
                }
                total += done;
            }
            if total == before {
                return Ok(total);
            }
        }
        Err(AppError::Restless(restless.unwrap_or_default()))
    }

    /// Ends when the service was told to stop, or stopped because its server failed.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Takes nothing new, finishes within 10 s what is under way, closes the database.
    ///
    /// # Errors
    /// When the database cannot be closed cleanly.
    pub async fn drain(&self) -> Result<(), AppError> {
        let began = Instant::now();
        let worked = self.working.swap(false, Ordering::AcqRel);
        self.stop.cancel();
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let finished = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, finished).await.is_err() {
            warn!("some work was not finished in time; it is done after the next start");
            tasks.shutdown().await;
        }
        if worked {
            self.empty_spool(DRAIN.saturating_sub(began.elapsed())).await;
        }
        if let Err(error) = self.rooms.intake.close().await {
            warn!(%error, "the spool was not closed cleanly");
        }
        let left = DRAIN.saturating_sub(began.elapsed());
        self.rooms.platform.traces.close(left.min(LAST_TRACES)).await;
        self.rooms.platform.db.clone().close().await?;
        Ok(())
    }

    /// What is acknowledged goes into the inbox, if there is time; what is not there lies in the spool for the next start.
    async fn empty_spool(&self, left: Duration) {
        let empty = self.rooms.intake.empty(&self.rooms.platform);
        match tokio::time::timeout(left, empty).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!(%error, "the spool could not be emptied"),
            Err(_) => warn!("the spool was not emptied in time"),
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(task);
    }
}

/// Seals with the configured key file, or not at all without one.
///
/// # Errors
/// When the file cannot be read or holds no key.
pub fn sealer(config: &Config) -> Result<Sealer, AppError> {
    let Some(path) = &config.key_file else { return Ok(Sealer::default()) };
    let text = std::fs::read_to_string(path)
        .map_err(|source| AppError::KeyFile { path: path.display().to_string(), source })?;
    Ok(Sealer::with_key(&SecretString::from(text))?)
}
