//! Scripted people: what each waits for, and which bubble each saw last.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use tokio::sync::Notify;

/// What a reply did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The last one that was waited for; the message had been due then.
    Answered(Instant),
    More,
    TooMany,
}

#[derive(Default)]
pub struct Person {
    state: Mutex<State>,
    answered: Notify,
}

#[derive(Default)]
struct State {
    waiting: Option<Waiting>,
    bubble: String,
    bubble_id: String,
}

struct Waiting {
    replies: usize,
    since: Instant,
}

impl Person {
    /// From now on so many replies are waited for.
    pub fn wait_for(&self, replies: usize, since: Instant) {
        let waiting = (replies > 0).then_some(Waiting { replies, since });
        self.state.lock().expect("no holder panics").waiting = waiting;
    }

    /// The last bubble with buttons or rows, and its id.
    pub fn bubble(&self) -> (String, String) {
        let state = self.state.lock().expect("no holder panics");
        (state.bubble.clone(), state.bubble_id.clone())
    }

    /// A reply came; `bubble` when it is one to tap on.
    pub fn hear(&self, id: &str, bubble: Option<&str>) -> Heard {
        let mut state = self.state.lock().expect("no holder panics");
        if let Some(bubble) = bubble {
            bubble.clone_into(&mut state.bubble);
            id.clone_into(&mut state.bubble_id);
        }
        let Some(waiting) = &mut state.waiting else { return Heard::TooMany };
        waiting.replies -= 1;
        if waiting.replies > 0 {
            return Heard::More;
        }
        let since = waiting.since;
        state.waiting = None;
        self.answered.notify_one();
        Heard::Answered(since)
    }

    /// Whether all replies came in time.
    pub async fn is_answered(&self, patience: Duration) -> bool {
        let done = async {
            while self.state.lock().expect("no holder panics").waiting.is_some() {
                self.answered.notified().await;
            }
        };
        tokio::time::timeout(patience, done).await.is_ok()
    }
}
