//! A worker in a process of its own: this test program once more. It is told over HTTP when to take a turn and what time
//! it is, so that several processes work for a shop whose clock stands still.

use std::{
    io::{Read as _, Write as _},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use poem::{
    EndpointExt as _, Route, Server, handler,
    listener::{Acceptor as _, Listener as _, TcpListener},
    post,
    web::{Data, Json},
};
use serde::{Deserialize, Serialize};
use simulator::{Clock as _, ManualClock};

use super::{
    many::{Hands, Work},
    process::Running,
    shop::{build, client},
};

/// The test that is no test: what the process does.
const SELF: &str = "harness::helper::takes_turns_for_another_process";
const DATABASE: &str = "TEST_HELPER_DATABASE";
const SHOP: &str = "TEST_HELPER_SHOP";
const HERE: &str = "a helper at ";

#[derive(Serialize, Deserialize)]
struct Turn {
    work: Work,
    now_ms: i64,
}

/// The process, seen from the test.
pub(super) struct Helper {
    /// Killed when it is dropped.
    _process: Mutex<Running>,
    url: String,
    http: reqwest::Client,
    clock: Arc<ManualClock>,
}

impl Helper {
    pub(super) async fn start(database: &str, shop: &str, clock: Arc<ManualClock>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", SELF, "--ignored", "--nocapture"])
            .env(DATABASE, database)
            .env(SHOP, shop)
            // It ends with us: nobody holds the other side any more.
            .stdin(Stdio::piped());
        let process = Running::start(command);
        let line = process.line(HERE);
        let (_, address) = line.split_once(HERE).unwrap();
        let url = format!("http://{address}/turn");
        Self { _process: Mutex::new(process), url, http: client(), clock }
    }

    /// One turn of the process, at the time of the test's clock.
    pub(super) async fn turn(&self, work: Work) -> Result<usize, String> {
        let asked = Turn { work, now_ms: self.clock.now_ms() };
        let told = self.http.post(&self.url).json(&asked).send().await.unwrap();
        told.json().await.unwrap()
    }
}

#[handler]
async fn turn(
    asked: Json<Turn>,
    own: Data<&Arc<(Hands, Arc<ManualClock>)>>,
) -> Json<Result<usize, String>> {
    let (hands, clock) = &**own.0;
    clock.set_ms(asked.now_ms);
    Json(hands.turn(asked.work).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process of a helper: started by tests, and no test"]
async fn takes_turns_for_another_process() {
    let (Ok(database), Ok(shop)) = (std::env::var(DATABASE), std::env::var(SHOP)) else { return };
    let clock = Arc::new(ManualClock::at(0));
    let app = Arc::new(build(&database, &shop, clock.clone()).await);
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr().remove(0);
    writeln!(std::io::stdout(), "{HERE}{}", address.as_socket_addr().unwrap()).unwrap();
    let own = Arc::new((Hands::new(app), clock));
    let route = Route::new().at("/turn", post(turn)).data(own);
    let server = Server::new_with_acceptor(acceptor).run(route);
    let left = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut vec![]));
    tokio::select! {
        served = server => served.unwrap(),
        _ = left => {}
    }
}
