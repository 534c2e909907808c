//! Several services over one shop: further ones on its database, and workers that take their turns at the same time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use data_encoding::HEXLOWER;
use sepet::{
    app::App,
    catalog, conversation, inbox, order, outbox,
    retention::{self, Purger},
    whatsapp::{Graph, Webhooks},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Backend, Control, Person, Shop, helper::Helper, patience::Patience};

/// Rounds after which the work does not end any more.
const ROUNDS: usize = 500;
/// Who has nothing to do looks again so often while others have.
const LOOK: Duration = Duration::from_millis(5);
/// A database that serves nobody for so long on a machine that has nothing else to do fails the test.
const CALM: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub(super) enum Work {
    Spool,
    Chats,
    Statuses,
    Outbox,
    Marks,
    Orders,
    Sync,
    Purge,
}

impl Work {
    const ALL: [Self; 8] = [
        Self::Spool,
        Self::Chats,
        Self::Statuses,
        Self::Outbox,
        Self::Marks,
        Self::Orders,
        Self::Sync,
        Self::Purge,
    ];
    /// Without the purge: tests of it say themselves when it comes.
    const OF_MESSAGES: &[Self] = Self::ALL.split_at(7).0;
}

/// A service of this process, which takes a turn when it is told.
pub(super) struct Hands {
    app: Arc<App>,
    graph: Graph,
    webhooks: Webhooks,
    purger: Purger,
}

impl Hands {
    pub(super) fn new(app: Arc<App>) -> Self {
        let platform = app.platform();
        Self {
            graph: Graph::new(platform.clone()),
            webhooks: Webhooks::new(platform.clone()),
            purger: Purger::default(),
            app,
        }
    }

    pub(super) async fn turn(&self, work: Work) -> Result<usize, String> {
        fn told(error: impl std::fmt::Display) -> String {
            error.to_string()
        }
        let platform = &**self.app.platform();
        match work {
            Work::Spool => self.app.intake().carry(platform).await.map_err(told),
            Work::Chats => conversation::turn(platform, &self.webhooks).await.map_err(told),
            Work::Statuses => inbox::turn(platform, &self.webhooks).await.map_err(told),
            Work::Outbox => outbox::turn(platform, &self.graph).await.map_err(told),
            Work::Marks => outbox::marks_turn(platform, &self.graph).await.map_err(told),
            Work::Orders => order::turn(platform).await.map_err(told),
            Work::Sync => catalog::sync::turn(platform, &self.graph).await.map_err(told),
            Work::Purge => retention::turn(platform, &self.purger).await.map_err(told),
        }
    }
}

enum Who {
    Here(Hands),
    Process(Helper),
}

/// One service with its workers.
struct Service {
    who: Who,
    /// Inputs that it handled.
    inputs: AtomicUsize,
    /// Rows of the outbox that it moved.
    messages: AtomicUsize,
}

/// What a database says that did not serve in time.
const PASSES: [&str; 2] = ["timed out", "lock timeout"];

impl Service {
    fn new(who: Who) -> Self {
        Self { who, inputs: AtomicUsize::new(0), messages: AtomicUsize::new(0) }
    }

    /// One turn. A database that did not serve in time, on a machine that is busy with other things, is asked again, as a
    /// real worker asks it; whatever else fails fails the test.
    async fn turn(&self, work: Work) -> usize {
        let mut patience = Patience::new(LOOK, CALM);
        let done = loop {
            let more = patience.look().await;
            match self.try_turn(work).await {
                Ok(done) => break done,
                Err(late) if more && PASSES.iter().any(|words| late.contains(words)) => {}
                Err(failed) => panic!("{work:?}: {failed}"),
            }
        };
        match work {
            Work::Chats => self.inputs.fetch_add(done, Ordering::Relaxed),
            Work::Outbox => self.messages.fetch_add(done, Ordering::Relaxed),
            Work::Spool
            | Work::Statuses
            | Work::Marks
            | Work::Orders
            | Work::Sync
            | Work::Purge => 0,
        };
        done
    }

    async fn try_turn(&self, work: Work) -> Result<usize, String> {
        match &self.who {
            Who::Here(hands) => hands.turn(work).await,
            Who::Process(helper) => helper.turn(work).await,
        }
    }

    /// Turns of one kind as long as anybody in the round finds something to do: who is passed over looks again.
    async fn work(&self, work: Work, busy: &AtomicUsize) -> usize {
        let mut look = tokio::time::interval(LOOK);
        let (mut total, mut counted) = (0, true);
        loop {
            let done = self.turn(work).await;
            total += done;
            match (done > 0, counted) {
                (true, false) => _ = busy.fetch_add(1, Ordering::SeqCst),
                (false, true) => _ = busy.fetch_sub(1, Ordering::SeqCst),
                _ => {}
            }
            counted = done > 0;
            if busy.load(Ordering::SeqCst) == 0 {
                return total;
            }
            if !counted {
                look.tick().await;
            }
        }
    }
}

/// Services that work for one shop at the same time. On PostgreSQL each is an app of its own, with its own connections,
/// intake and port; on SQLite, where one process has the file, they are workers over the one app.
pub(crate) struct Services {
    all: Vec<Arc<Service>>,
    /// Where they take webhooks and calls.
    pub(crate) urls: Vec<String>,
    further: Vec<Arc<App>>,
    control: Control,
    /// What is settled.
    work: &'static [Work],
}

impl Shop {
    /// The shop's own service and as many more as make `count`.
    pub(crate) async fn services(&self, count: usize) -> Services {
        self.services_apart(count, 0).await
    }

    /// The same, each further one with a clock so many milliseconds ahead of the one before it.
    pub(crate) async fn services_apart(&self, count: usize, apart_ms: i64) -> Services {
        let mut further = Vec::new();
        let mut urls = vec![self.url.clone()];
        if self.on == Backend::Postgres {
            for n in 1..count {
                let ahead_ms = apart_ms * i64::try_from(n).unwrap();
                let (app, url) = self.further_app(ahead_ms).await;
                further.push(app);
                urls.push(url);
            }
        }
        let mut apps = vec![self.app()];
        apps.extend(further.iter().cloned());
        apps.resize(count, self.app());
        let all = apps.into_iter().map(|app| Arc::new(Service::new(Who::Here(Hands::new(app)))));
        let control = self.control();
        Services { all: all.collect(), urls, further, control, work: Work::OF_MESSAGES }
    }

    /// The shop's own service and so many processes beside it as make `count`.
    pub(super) async fn processes(&self, count: usize) -> Services {
        let mut all = vec![Arc::new(Service::new(Who::Here(Hands::new(self.app()))))];
        for _ in 1..count {
            let helper = Helper::start(self.database_url(), &self.url, self.shared_clock()).await;
            all.push(Arc::new(Service::new(Who::Process(helper))));
        }
        let (urls, control) = (vec![self.url.clone()], self.control());
        Services { all, urls, further: vec![], control, work: &Work::ALL }
    }
}

impl Services {
    /// Lets all kinds of work of all services, and WhatsApp's webhooks, run at the same time until nothing is due.
    pub(crate) async fn settle(&self) {
        self.run(self.work, true).await;
    }

    /// The chats only: what they answer stays in the outbox.
    pub(crate) async fn settle_chats(&self) {
        self.control.call("POST", "/sim/flush", Some(json!({}))).await;
        self.run(&[Work::Spool, Work::Chats], false).await;
    }

    /// The outboxes only.
    pub(crate) async fn settle_outboxes(&self) {
        self.run(&[Work::Outbox], false).await;
    }

    async fn run(&self, kinds: &[Work], webhooks: bool) {
        for _ in 0..ROUNDS {
            let mut round: JoinSet<usize> = JoinSet::new();
            let busy = Arc::new(AtomicUsize::new(self.all.len() * kinds.len()));
            for service in &self.all {
                for work in kinds {
                    let (service, work, busy) = (service.clone(), *work, busy.clone());
                    round.spawn(async move { service.work(work, &busy).await });
                }
            }
            if webhooks {
                let control = self.control.clone();
                round.spawn(async move {
                    let flushed = control.call("POST", "/sim/flush", Some(json!({}))).await;
                    let delivered = flushed["delivered"].as_u64().unwrap();
                    // What could not be stored in time, on a busy machine, comes again.
                    let refused = flushed["refused"].as_array().into_iter().flatten();
                    let late = refused.filter(|refused| refused["status"] == 503).count();
                    usize::try_from(delivered).unwrap() + late
                });
            }
            // What was passed over at the very end is found in the next round.
            if round.join_all().await.iter().sum::<usize>() == 0 {
                return;
            }
        }
        panic!("the services did not settle in {ROUNDS} rounds");
    }

    /// How many of them handled inputs, and how many sent: a test of several at once that one of them did alone is none.
    pub(crate) fn busy(&self) -> (usize, usize) {
        let count = |of: fn(&Service) -> &AtomicUsize| {
            self.all.iter().filter(|s| of(s).load(Ordering::Relaxed) > 0).count()
        };
        (count(|s| &s.inputs), count(|s| &s.messages))
    }

    /// Posts each webhook to every service, all at once, and gives the statuses.
    pub(crate) async fn post_everywhere(&self, shop: &Shop, bodies: &[Vec<u8>]) -> Vec<u16> {
        let mut calls: JoinSet<u16> = JoinSet::new();
        for body in bodies {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, b"app-secret");
            let signed = HEXLOWER.encode(aws_lc_rs::hmac::sign(&key, body).as_ref());
            // With one service it comes twice all the same.
            for url in self.urls.iter().cycle().take(self.urls.len().max(2)) {
                let call = shop
                    .http()
                    .post(format!("{url}/webhooks/whatsapp/1234567890"))
                    .header("x-hub-signature-256", format!("sha256={signed}"))
                    .body(body.clone());
                calls.spawn(async move { call.send().await.unwrap().status().as_u16() });
            }
        }
        calls.join_all().await
    }

    /// Stops those that were started for this; the shop's own goes on.
    pub(crate) async fn close(self) {
        drop(self.all);
        for app in self.further {
            app.drain().await.unwrap();
        }
    }
}

impl Person<'_> {
    /// Webhooks of all that this person wrote, one for each message.
    pub(crate) async fn webhooks(&self, shop: &Shop) -> Vec<Vec<u8>> {
        let chat = shop.sim("GET", &format!("/sim/customers/{}/chat?after=0", self.id), None).await;
        let written =
            chat["bubbles"].as_array().unwrap().iter().filter(|b| b["from"] == "customer");
        written.map(|bubble| self.webhook(&bubble["message"])).collect()
    }

    fn webhook(&self, message: &Value) -> Vec<u8> {
        let contact = json!({"profile": {"name": self.name}, "wa_id": self.phone.trim_start_matches('+'),
            "user_id": self.bsuid});
        json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [
            {"field": "messages", "value": {"messaging_product": "whatsapp",
                "metadata": {"phone_number_id": "100000000000001"},
                "contacts": [contact], "messages": [message]}}]}]})
        .to_string()
        .into_bytes()
    }
}
