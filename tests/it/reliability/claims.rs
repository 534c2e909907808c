//! The claims: what is promised, which test proves it, what its last run found. `docs/reliability.md` is made from them.
//!
//! Figures lie in `figures/`, one file a claim: the form of the run, and what it found. They are written by
//! `UPDATE_RELIABILITY=1 ./test reliability` and `UPDATE_RELIABILITY=1 ./test --long reliability`; what the long form
//! found is not replaced by a short one. A run that finds other figures than the page holds is no failure.

use std::{fmt::Write as _, path::PathBuf};

use super::long;
use crate::harness::report;

/// One promise.
struct Claim {
    /// Empty: there is no figure.
    id: &'static str,
    promise: &'static str,
    how: &'static str,
    /// A word of the names of its tests, as `./test` takes it.
    test: &'static str,
}

const fn claim(
    id: &'static str,
    promise: &'static str,
    how: &'static str,
    test: &'static str,
) -> Claim {
    Claim { id, promise, how, test }
}

/// A promise whose test finds no figure: it holds or the test fails.
const fn held(promise: &'static str, how: &'static str, test: &'static str) -> Claim {
    Claim { id: "", promise, how, test }
}

const KILL: &str =
    "Nothing acknowledged is lost and nothing is doubled unmarked when the process is killed";
const KILL_HOW: &str = "The real binary is ended by `kill -9` at random moments while ten customers buy; 20 rounds, 200 \
     in the long form. Afterwards every message and status that was answered with 200 is looked for, every message is \
     counted on its phone, and the invariants are read from the database and from WhatsApp's whole journal";
const POINTS: &str = "A message can come twice at one place only, and is marked then";
const POINTS_HOW: &str = "The process ends itself at every named point of the way of one message (`src/platform/points.rs`)";
const API: &str = "A write of the API that is repeated with its key is carried out once";

const WALK: &str =
    "Whatever people do, nobody stands before a closed door, and what must hold holds";
const WALK_HOW: &str = "Random steps of many people at once: old and new buttons, words, nonsense, carts of every kind, \
     what owners and staff do, jumps in time, restarts, a WhatsApp that fails. After each round every chat is judged, \
     every few rounds all books; 10,000 steps, 100,000 in the long form, in four walks, and some more on PostgreSQL";

const STORM: &str = "A webhook that comes many times has one effect";
const STORM_HOW: &str = "Copies in any order over 64 connections, on PostgreSQL at two `--role web` processes with a \
     `--role worker` beside them; every input, answer and phone is counted";
const RUSH: &str = "What is short is sold as often as it is there";
const RUSH_HOW: &str =
    "Hundreds confirm the same at once, handled by three services at the same time";
const STATUSES: &str = "The delivery status of a message never loses rank";
const STATUSES_HOW: &str = "Signed webhooks with sent, failed, delivered and read in every order";
const HELD: &str = "One is held at a named point of the way while the other comes";
const STOCK: &str = "Stock that changes while an order is placed is sold once";
const MOVED: &str = "An order is handed over or cancelled, never both";
const CART: &str = "A cart that comes while another is confirmed is kept apart from it";
const WINDOW: &str =
    "Nothing free-form leaves after the window has closed, however long the sender is held up";
const CONSENT_NEWS: &str = "Who wants no more notices is heard at once, and still told of their own orders, each time once";
const CONSENT_LAST: &str =
    "Of stop and start the one said last holds, typed or by WhatsApp's own switch";
const CONSENT_MERGE: &str =
    "Who says stop while two customers become one gets no notices as either";
const OUTAGE: &str =
    "A provider that is dead, slow or cutting costs no message, and no order of messages";
const OUTAGE_HOW: &str =
    "Virtual time, real webhooks, a WhatsApp that writes down what came and in which order";
const BACKLOG: &str = "A long queue leaves in order, at the rate of the number, with flat memory";
const BACKLOG_HOW: &str =
    "Virtual time; each second is counted, and the resident memory of the process is read";
const RESTART: &str = "A start with much waiting takes seconds";
const RESTART_HOW: &str = "The real binary over a database with a long queue, until it is ready and until the first one leaves";
const LOCKED: &str =
    "A database that takes no writes turns webhooks away politely and recovers by itself";
const LOCKED_HOW: &str =
    "Another writer holds the SQLite file; on PostgreSQL all connections of the pool are taken";
const FULL: &str = "A full disk turns webhooks away, lets reads go on, and harms nothing";
const ROLLING: &str = "Processes of the release before go on beside the new one while it migrates";
const ROLLING_HOW: &str = "The stored database of each such release is migrated; every column it had is there with its type, \
     and rows that do not name the new ones can be written";
const JUMP: &str = "A clock that jumps loses nothing and doubles nothing";
const JUMP_HOW: &str = "The clock of the service is set back and forth while messages wait";
const APART: &str = "Workers whose clocks differ do everything once";
const APART_HOW: &str = "Three workers over one database take turns at the same time";
const FLOOD: &str = "Slow lines and floods do not keep honest webhooks out";
const FLOOD_HOW: &str =
    "Open lines that stop within head or body, and unsigned webhooks, beside signed ones";

const CLAIMS: &[Claim] = &[
    claim("kill-sqlite", KILL, KILL_HOW, "kill_9_under_load"),
    claim("kill-postgres", KILL, KILL_HOW, "kill_9_under_load"),
    claim(
        "wal-cut",
        "A torn write-ahead log costs at most what was not committed",
        "After a kill under load, copies of the SQLite file and of its spool are opened with one of the two logs cut at random \
         bytes",
        "a_log_that_is_cut_anywhere",
    ),
    held(
        "What was acknowledged and is not in the inbox yet is lost to nobody (SQLite)",
        "A process dies before it carries anything out of its spool; others start, back up, restore and move; some rows the \
         database never takes",
        "what_a_dead_process_left",
    ),
    claim("points-sqlite", POINTS, POINTS_HOW, "ends_at_every_point"),
    claim("points-postgres", POINTS, POINTS_HOW, "ends_at_every_point"),
    claim("points-api-sqlite", API, POINTS_HOW, "a_call_with_a_key_is_carried_out_once"),
    claim("points-api-postgres", API, POINTS_HOW, "a_call_with_a_key_is_carried_out_once"),
    claim("first_walk-sqlite", WALK, WALK_HOW, "first_walk"),
    claim("second_walk-sqlite", WALK, WALK_HOW, "second_walk"),
    claim("third_walk-sqlite", WALK, WALK_HOW, "third_walk"),
    claim("fourth_walk-sqlite", WALK, WALK_HOW, "fourth_walk"),
    claim("walk_on_postgres-postgres", WALK, WALK_HOW, "walk_on_postgres"),
    claim("storm-sqlite", STORM, STORM_HOW, "a_storm_of_duplicates"),
    claim("storm-postgres", STORM, STORM_HOW, "a_storm_of_duplicates"),
    claim("between-stock-sqlite", STOCK, HELD, "stock_that_changes_while"),
    claim("between-stock-postgres", STOCK, HELD, "stock_that_changes_while"),
    claim("between-order-sqlite", MOVED, HELD, "shipped_or_cancelled_and_never_both"),
    claim("between-order-postgres", MOVED, HELD, "shipped_or_cancelled_and_never_both"),
    claim("between-cart-sqlite", CART, HELD, "a_cart_that_comes_while"),
    claim("between-cart-postgres", CART, HELD, "a_cart_that_comes_while"),
    claim("between-window-sqlite", WINDOW, HELD, "never_writes_into_a_closed_window"),
    claim("between-window-postgres", WINDOW, HELD, "never_writes_into_a_closed_window"),
    claim("consent-news-sqlite", CONSENT_NEWS, HELD, "who_says_stop_while_news"),
    claim("consent-news-postgres", CONSENT_NEWS, HELD, "who_says_stop_while_news"),
    claim("consent-last-sqlite", CONSENT_LAST, HELD, "of_stop_and_start"),
    claim("consent-last-postgres", CONSENT_LAST, HELD, "of_stop_and_start"),
    claim("consent-merge-sqlite", CONSENT_MERGE, HELD, "who_says_stop_while_two_become_one"),
    claim("consent-merge-postgres", CONSENT_MERGE, HELD, "who_says_stop_while_two_become_one"),
    claim("rush-one-sqlite", RUSH, RUSH_HOW, "one_unit_and_hundreds"),
    claim("rush-one-postgres", RUSH, RUSH_HOW, "one_unit_and_hundreds"),
    claim("rush-some-sqlite", RUSH, RUSH_HOW, "some_units_and_hundreds"),
    claim("rush-some-postgres", RUSH, RUSH_HOW, "some_units_and_hundreds"),
    claim("statuses-sqlite", STATUSES, STATUSES_HOW, "in_all_24_orders"),
    claim("statuses-postgres", STATUSES, STATUSES_HOW, "in_all_24_orders"),
    held(
        "A confirmation that is tapped twenty times places one order",
        "Each tap's webhook comes to two services at once while the workers of both are at it",
        "twenty_taps_on_confirm",
    ),
    held(
        "A broken item harms nothing beside it",
        "Webhooks of a thousand items with every third unreadable or unknown, and every payload of `tests/corpus` beside an \
         ordinary message",
        "a_thousand_updates_in_one_post",
    ),
    held(
        "A status that comes before the send is written down is not lost",
        "The answer of the send is held back while its status comes",
        "a_status_may_come_before",
    ),
    held(
        "A worker that dies is replaced by the others",
        "One `--role web` and two `--role worker` processes over one PostgreSQL, one of them killed in the middle of purchases",
        "a_dead_worker_is_replaced",
    ),
    claim(
        "processes",
        "Many processes at one PostgreSQL do each thing once",
        "One `--role web` and three `--role worker` processes in real time, while many buy and every webhook comes twice; one \
         taps the same confirmation again and again; in the long form workers are killed and others started",
        "a_storm_of_purchases_over_one_door",
    ),
    held(
        "A database of an earlier release is opened and its chats go on",
        "Files that the released version left behind, migrated and used",
        "opens_what_earlier_versions_left",
    ),
    claim("outage-sqlite", OUTAGE, OUTAGE_HOW, "dead_then_slow_then_cutting"),
    claim("outage-postgres", OUTAGE, OUTAGE_HOW, "dead_then_slow_then_cutting"),
    claim("backlog-sqlite", BACKLOG, BACKLOG_HOW, "a_long_queue_drains"),
    claim("backlog-postgres", BACKLOG, BACKLOG_HOW, "a_long_queue_drains"),
    claim("restart-sqlite", RESTART, RESTART_HOW, "a_start_with_much_waiting"),
    claim("restart-postgres", RESTART, RESTART_HOW, "a_start_with_much_waiting"),
    claim(
        "postgres-restarts",
        "PostgreSQL may crash, restart and cut connections under a running service",
        "A cluster of the test's own is treated so while six customers buy; the service is not restarted",
        "postgresql_is_restarted",
    ),
    held(
        "A machine that is gone without a word keeps nobody waiting (PostgreSQL)",
        "Somebody holds the row that a purchase needs and says no more: everybody else is answered, for a \
         lock is waited for 10 s and no longer; the purchase is made once it is free; whoever is silent for 30 s loses it",
        "a_lock_that_nobody_gives_back",
    ),
    claim("locked-sqlite", LOCKED, LOCKED_HOW, "a_locked_database"),
    claim("locked-postgres", LOCKED, LOCKED_HOW, "a_locked_database"),
    claim(
        "disk-full-sqlite",
        FULL,
        "The file may not grow any more (`max_page_count`) while webhooks come",
        "a_full_disk_under_sqlite",
    ),
    claim(
        "disk-full-postgres",
        FULL,
        "The server's data lies on a small file system that is filled; where nothing may be mounted the test says so",
        "a_full_disk_under_postgresql",
    ),
    claim(
        "fuzz-replay",
        "What strangers write breaks nothing",
        "The inputs of `fuzz/corpus` (webhooks, cursors, phone numbers, product feeds, amounts, words typed at every step of a \
         chat) are replayed, and changed at random; each input must keep the rules of `fuzz/src/checks.rs`",
        "what_strangers_write_breaks_nothing",
    ),
    claim(
        "long-texts",
        "Nobody holds others up by what they type",
        "Texts of many shapes are read at every step of a chat; the time that the processor gave is compared with the length",
        "a_text_of_any_length",
    ),
    claim(
        "fuzz-guided",
        "The same, looked for with coverage",
        "libFuzzer over the same rules: `fuzz/run SECONDS [TARGET…]`, in the long form ten minutes for each target",
        "libfuzzer_finds_nothing",
    ),
    claim("rolling-sqlite", ROLLING, ROLLING_HOW, "a_process_of_the_release_before"),
    claim("rolling-postgres", ROLLING, ROLLING_HOW, "a_process_of_the_release_before"),
    claim(
        "beside",
        "The program of the release before works beside this one",
        "`benches/beside`: the first release, built from the history, has a PostgreSQL database and its door; this version \
         starts and migrates beside it, both work, the door moves, the old one goes. Orders come all the time and every reply \
         is compared",
        "the_program_of_the_release_before",
    ),
    claim("clock-jumps-sqlite", JUMP, JUMP_HOW, "a_clock_that_jumps"),
    claim("clock-jumps-postgres", JUMP, JUMP_HOW, "a_clock_that_jumps"),
    claim("clocks-apart-sqlite", APART, APART_HOW, "clocks_differ_by_seconds"),
    claim("clocks-apart-postgres", APART, APART_HOW, "clocks_differ_by_seconds"),
    claim("floods-sqlite", FLOOD, FLOOD_HOW, "slow_lines_and_floods"),
    claim("floods-postgres", FLOOD, FLOOD_HOW, "slow_lines_and_floods"),
];

/// What stands above the table.
const HEAD: &str = "# Reliability

What is promised, the test that proves it, and what its last run found. This page is made from the tests:
`UPDATE_RELIABILITY=1 ./test reliability` writes the figures of the short form, `UPDATE_RELIABILITY=1 ./test --long
reliability` those of the long one. The seed of a run is among its figures; `TEST_SEED=…` makes the same choices again.
The invariants I1–I10 stand in [architecture.md](architecture.md#what-always-holds).

| promise | how it is proven | found | command |
|---|---|---|---|
";

/// What stands below it: what is not proven, and why.
const FOOT: &str = include_str!("limits.md");

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "it", "reliability", "figures"].iter().collect()
}

/// Tells what a run found about a claim; keeps it for the page when that is asked for.
pub(crate) fn proven(id: &str, found: &str) {
    assert!(CLAIMS.iter().any(|claim| claim.id == id), "`{id}` is no claim");
    report(&format!("reliability-{id}"), &format!("{id}: {found}"));
    if std::env::var_os("UPDATE_RELIABILITY").is_none() {
        return;
    }
    let file = folder().join(format!("{id}.txt"));
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if long() || !kept.starts_with("long") {
        let form = if long() { "long" } else { "short" };
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(file, format!("{form}\n{found}\n")).unwrap();
    }
}

/// The page, from the claims and the figures that are kept.
fn page() -> String {
    let mut page = HEAD.to_owned();
    for claim in CLAIMS {
        let (promise, how, test) = (claim.promise, claim.how, claim.test);
        if claim.id.is_empty() {
            let _ = writeln!(page, "| {promise} | {how} | holds | `./test {test}` |");
            continue;
        }
        let kept = std::fs::read_to_string(folder().join(format!("{}.txt", claim.id)));
        let kept = kept.unwrap_or_else(|_| "long\nnot run yet".to_owned());
        let (form, found) = kept.split_once('\n').unwrap();
        let long = if form == "long" { "--long " } else { "" };
        let on = if claim.id.ends_with("-sqlite") {
            " (SQLite)"
        } else if claim.id.ends_with("-postgres") {
            " (PostgreSQL)"
        } else {
            ""
        };
        let found = found.trim();
        let _ = writeln!(page, "| {promise}{on} | {how} | {found} | `./test {long}{test}` |");
    }
    page + "\n" + FOOT
}

/// Comes last when the page is written: `./test` runs it once more then.
#[test]
fn the_page_is_made_from_claims_and_figures() {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "docs", "reliability.md"].iter().collect();
    let page = page();
    if std::env::var_os("UPDATE_RELIABILITY").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == page,
        "docs/reliability.md is not the present one: UPDATE_RELIABILITY=1 ./test the_page_is_made"
    );
}

/// Each claim names a test that is there, and each figure belongs to a claim.
#[test]
fn every_claim_has_its_test_and_every_figure_its_claim() {
    let here: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "it"].iter().collect();
    let mut code = String::new();
    let mut folders = vec![here];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                code.push_str(&std::fs::read_to_string(entry).unwrap());
            }
        }
    }
    let plain = code.match_indices("fn ").map(|(at, _)| code[at + 3..].split('(').next().unwrap());
    // What a macro makes for one database: `first_walk: Backend::Sqlite`.
    let made =
        code.match_indices(": Backend::").map(|(at, _)| code[..at].rsplit(' ').next().unwrap());
    let functions: Vec<&str> = plain.chain(made).collect();
    for claim in CLAIMS {
        assert!(functions.iter().any(|name| name.contains(claim.test)), "no test `{}`", claim.test);
    }
    for claim in CLAIMS.iter().filter(|claim| !claim.id.is_empty()) {
        let file = folder().join(format!("{}.txt", claim.id));
        assert!(file.exists(), "`{}` was never run with UPDATE_RELIABILITY=1", claim.id);
    }
    for figure in std::fs::read_dir(folder()).unwrap().map(|figure| figure.unwrap().path()) {
        let id = figure.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(CLAIMS.iter().any(|claim| claim.id == id), "figures/{id}.txt belongs to no claim");
    }
}
