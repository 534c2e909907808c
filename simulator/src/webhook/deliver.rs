//! How webhooks get to the business: at least once, in no promised order, repeated until answered 200.
//!
//! Source: webhook reference (read 2026): anything but 200 is a failure; retries become rarer over 7 days.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::build;
use super::post::{Answered, post_body};
use crate::config::Account;
use crate::sim::{Sim, State};
use crate::world::fault::Kind;
use crate::world::{Fact, Update};
use crate::{Flushed, Refusal};

/// After this long nobody tries any more: 7 days, in milliseconds.
const GIVE_UP_MS: i64 = 7 * 24 * 3_600 * 1_000;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Posts under way at once.
const AT_ONCE: usize = 16;
/// Updates in one POST at most. Source: webhook reference.
const IN_ONE_POST: usize = 1_000;

/// How often an update was refused, and when it is tried again.
pub(crate) struct Tries {
    count: u32,
    next: Instant,
}

/// One webhook about to leave.
pub(crate) struct Post {
    seqs: Vec<u64>,
    url: String,
    app_secret: String,
    body: Value,
    /// A second copy: its answer changes nothing.
    copy: bool,
}

/// Delivers in the background until the simulator stops. Updates about one person leave one after the other.
pub(crate) async fn run(sim: Arc<Sim>) {
    loop {
        let (posts, next) = take_ready(&sim);
        for post in posts {
            let sim = Arc::clone(&sim);
            tokio::spawn(async move {
                tokio::select! {
                    answered = send(&sim, &post) => settle(&sim, &post, &answered),
                    () = sim.stop.cancelled() => {}
                }
                sim.wake.notify_one();
            });
        }
        let later = next.unwrap_or_else(|| Instant::now() + LONGEST_PAUSE);
        tokio::select! {
            () = sim.wake.notified() => {}
            () = tokio::time::sleep_until(later) => {}
            () = sim.stop.cancelled() => return,
        }
    }
}

/// Delivers everything that is due now, one after the other, and waits for the answers. What is refused stays for the
/// next time.
pub(crate) async fn flush(sim: &Sim) -> Flushed {
    let _turn = sim.flushing.lock().await;
    let mut tried = HashSet::new();
    let mut flushed = Flushed::default();
    loop {
        let mut posts: VecDeque<Post> = {
            let mut state = sim.lock();
            let due = waiting(&state, |update, _| !tried.contains(&update.seq));
            plan(sim, &mut state, due).into()
        };
        if posts.is_empty() {
            break;
        }
        while let Some(post) = posts.pop_front() {
            tried.extend(post.seqs.iter().copied());
            let answered = send(sim, &post).await;
            settle(sim, &post, &answered);
            let told = u64::try_from(post.seqs.len()).unwrap_or(u64::MAX);
            if answered.status != 200 {
                flushed.refused.push(Refusal { status: answered.status, body: answered.body });
                flushed.failed += if post.copy { 0 } else { told };
            } else if !post.copy {
                flushed.delivered += told;
            }
        }
    }
    loop {
        let landed = sim.landed.notified();
        if sim.lock().in_flight.is_empty() {
            break;
        }
        landed.await;
    }
    flushed.pending = u64::try_from(sim.lock().world.due.len()).unwrap_or(u64::MAX);
    flushed
}

async fn send(sim: &Sim, post: &Post) -> Answered {
    let body = build::ascii(&post.body);
    let signature = build::signature(&post.app_secret, body.as_bytes());
    post_body(sim, &post.url, &signature, body, vec![]).await
}

/// Notes what came of a post. The answer to a copy changes nothing.
fn settle(sim: &Sim, post: &Post, answered: &Answered) {
    if !post.copy {
        note(sim, post, answered);
    }
    sim.landed.notify_waiters();
}

fn note(sim: &Sim, post: &Post, answered: &Answered) {
    let now = sim.now();
    let mut state = sim.lock();
    for seq in &post.seqs {
        state.in_flight.remove(seq);
    }
    if answered.status == 200 {
        for seq in &post.seqs {
            state.tries.remove(seq);
        }
        state.record(now, Fact::Done { seqs: post.seqs.clone() });
        return;
    }
    for seq in &post.seqs {
        let count = state.tries.get(seq).map_or(0, |tries| tries.count);
        let pause = Duration::from_secs(1 << count.min(6)).min(LONGEST_PAUSE);
        state.tries.insert(*seq, Tries { count: count + 1, next: Instant::now() + pause });
    }
    let too_old = |seq: &u64| state.world.due.get(seq).is_some_and(|u| now - u.at_ms > GIVE_UP_MS);
    let old: Vec<u64> = post.seqs.iter().copied().filter(too_old).collect();
    if !old.is_empty() {
        state.record(now, Fact::Done { seqs: old });
    }
}

/// Takes what may leave now, and says when to look again.
fn take_ready(sim: &Sim) -> (Vec<Post>, Option<Instant>) {
    let mut state = sim.lock();
    if state.in_flight.len() >= AT_ONCE {
        return (vec![], None);
    }
    let now = Instant::now();
    let mut next: Option<Instant> = None;
    let busy: HashSet<String> = state
        .in_flight
        .iter()
        .filter_map(|seq| state.world.due.get(seq)?.customer.clone())
        .collect();
    let together = state.faults.on.iter().any(|f| matches!(f.kind, Kind::Batch | Kind::Shuffle));
    let mut taken = HashSet::new();
    let due = waiting(&state, |update, tries| {
        if let Some(tries) = tries.filter(|tries| tries.next > now) {
            next = Some(next.map_or(tries.next, |n| n.min(tries.next)));
            return false;
        }
        if together {
            return true;
        }
        if taken.len() >= AT_ONCE {
            return false;
        }
        let lane = update.customer.clone().unwrap_or_else(|| update.seq.to_string());
        !busy.contains(&lane) && taken.insert(lane)
    });
    (plan(sim, &mut state, due), next)
}

/// What is due, not under way, not held back, and wanted.
fn waiting(state: &State, mut wanted: impl FnMut(&Update, Option<&Tries>) -> bool) -> Vec<Update> {
    let held = |update: &&Update| !state.faults.holds(update.customer.as_deref());
    let idle = |update: &&Update| !state.in_flight.contains(&update.seq);
    let due = state.world.due.values().filter(idle).filter(held);
    due.filter(|update| wanted(update, state.tries.get(&update.seq))).cloned().collect()
}

/// Turns updates into posts as the faults want it, and marks them as under way.
fn plan(sim: &Sim, state: &mut State, due: Vec<Update>) -> Vec<Post> {
    let now = sim.now();
    let mut wanted = Vec::new();
    let mut nobody = Vec::new();
    for update in due {
        match target(sim, state, &update) {
            Some(target) => wanted.push((update, target)),
            None => nobody.push(update.seq),
        }
    }
    if !nobody.is_empty() {
        state.record(now, Fact::Done { seqs: nobody });
    }
    let customer = |update: &Update| update.customer.clone();
    if wanted.len() > 1 && state.faults.strike_webhook(&Kind::Shuffle, None) {
        state.ids.shuffle(&mut wanted);
    }
    let mut groups: Vec<((String, String), Vec<Update>)> = Vec::new();
    for (update, target) in wanted {
        let batched = state.faults.on.iter().any(|f| f.kind == Kind::Batch);
        match groups.iter_mut().find(|(t, g)| batched && *t == target && g.len() < IN_ONE_POST) {
            Some((_, group)) => group.push(update),
            None => groups.push((target, vec![update])),
        }
    }
    let mut posts = Vec::new();
    for ((url, app_secret), group) in groups {
        if group.len() > 1 {
            state.faults.strike_webhook(&Kind::Batch, None);
        }
        let seqs: Vec<u64> = group.iter().map(|u| u.seq).collect();
        let body = build::envelope(&group, |number| sim.account(number));
        state.in_flight.extend(seqs.iter().copied());
        let twice = state.faults.strike_webhook(&Kind::Duplicate, customer(&group[0]).as_deref());
        if twice {
            let (seqs, url, app_secret) = (seqs.clone(), url.clone(), app_secret.clone());
            posts.push(Post { seqs, url, app_secret, body: body.clone(), copy: true });
        }
        posts.push(Post { seqs, url, app_secret, body, copy: false });
    }
    posts
}

/// Where an update goes and what signs it; None: nobody is subscribed.
fn target(sim: &Sim, state: &State, update: &Update) -> Option<(String, String)> {
    let account: &Account = sim.account(&update.phone_number_id)?;
    let subscription = state.world.subscription(&account.waba_id);
    subscription.subscribed.then(|| {
        let url = subscription.override_url.unwrap_or_else(|| account.webhook_url.clone());
        (url, account.app_secret.clone())
    })
}
