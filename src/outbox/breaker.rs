//! A provider that gives no answers is left in peace: its channel rests, longer each time, and one message at a time
//! tries whether it is back. Other channels go on. The rule is pure; what it decides lives in columns of the channel,
//! because every process would otherwise have to find out by itself, and again after each restart.

use std::collections::{BTreeMap, BTreeSet};

use entity::{ChannelId, Timestamp, channel};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use tracing::{info, warn};

use super::{Outcome, lease::LEASE_MS, record::Tried};
use crate::platform::{
    db::Write,
    metrics,
    sql::{Sql, Statements},
};

/// Sends in a row without an answer after which the channel rests.
const FAILURES: i32 = 5;
/// The first rest, milliseconds; doubled with each probe that fails.
const FIRST_REST_MS: i64 = 2_000;
/// The longest, milliseconds.
const LONGEST_REST_MS: i64 = 60_000;

/// How a channel fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
struct Health {
    failures: i32,
    resting_until: Option<Timestamp>,
}

/// Whether the channel rests between probes.
pub(super) fn is_resting(channel: &channel::Model) -> bool {
    channel.failures >= FAILURES
}

/// How many of `room` messages may leave: a channel that rests sends one to see whether the provider is back.
pub(super) fn room(channel: &channel::Model, room: usize) -> usize {
    if is_resting(channel) { room.min(1) } else { room }
}

/// Whether nobody answered: a connection that was never made or was cut, no answer in time, one that no provider wrote.
fn is_silence(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Retry { code: None, .. } | Outcome::Unknown { .. })
}

/// Whether it is certain that nothing went out because nobody was there.
pub(super) fn never_left(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Retry { code: None, .. })
}

/// After `count` sends without an answer. While it rests, only the probe counts: the others left before.
fn failed(now: Timestamp, health: Health, count: i32, probe: bool) -> Health {
    let open = health.failures >= FAILURES;
    if open && !probe {
        return health;
    }
    let most = if open { i32::MAX } else { FAILURES };
    let more = if open { 1 } else { count };
    let failures = health.failures.saturating_add(more).min(most);
    let resting_until = (failures >= FAILURES).then(|| now.plus_ms(rest_ms(failures)));
    Health { failures, resting_until }
}

/// The rest after so many failures: 2 s, doubled each time, at most a minute.
fn rest_ms(failures: i32) -> i64 {
    (FIRST_REST_MS << (failures - FAILURES).clamp(0, 12)).min(LONGEST_REST_MS)
}

/// Nobody else tries before the probe that leaves now has its answer, or its lease has run out.
pub(super) fn probe(writes: &mut Statements, now: Timestamp, channel: &channel::Model) {
    metrics::rest("probed");
    let values = [now.plus_ms(LEASE_MS).into(), channel.id.into()];
    writes.add(Sql::new("UPDATE channels SET resting_until = $1 WHERE id = $2", values));
}

/// Takes a group of outcomes in; gives the channels that rest from now on. Where all is well it asks the database nothing.
pub(super) async fn note(
    txn: &Write,
    now: Timestamp,
    group: &[Tried],
) -> Result<BTreeSet<ChannelId>, DbErr> {
    let mut by_channel: BTreeMap<ChannelId, Vec<&Tried>> = BTreeMap::new();
    for tried in group {
        by_channel.entry(tried.0.channel.id).or_default().push(tried);
    }
    let mut resting = BTreeSet::new();
    for (id, group) in by_channel {
        let probe = group.iter().any(|(row, _)| is_resting(&row.channel));
        if group.iter().any(|(_, outcome)| !is_silence(outcome)) {
            if group.iter().any(|(row, _)| row.channel.failures > 0) {
                answered(txn, id, probe).await?;
            }
        } else if silent(txn, now, id, group.len(), probe).await? {
            resting.insert(id);
        }
    }
    Ok(resting)
}

/// The provider is there.
async fn answered(txn: &Write, id: ChannelId, probe: bool) -> Result<(), DbErr> {
    let sql =
        "UPDATE channels SET failures = 0, resting_until = NULL WHERE id = $1 AND failures > 0";
    let changed = Sql::new(sql, [id.into()]).run(txn).await?;
    if probe && changed > 0 {
        info!(channel.id = %id, "channel `{id}` sends again: the provider answers");
        metrics::rest("ended");
    }
    Ok(())
}

/// Nobody answered; whether the channel rests.
async fn silent(
    txn: &Write,
    now: Timestamp,
    id: ChannelId,
    count: usize,
    probe: bool,
) -> Result<bool, DbErr> {
    let backend = txn.get_database_backend();
    let sql = Sql::new("SELECT failures, resting_until FROM channels WHERE id = $1", [id.into()]);
    let found = Health::find_by_statement(sql.locked(backend).build(backend)).one(txn).await?;
    let Some(health) = found else { return Ok(false) };
    let next = failed(now, health, i32::try_from(count).unwrap_or(i32::MAX), probe);
    let values = [next.failures.into(), next.resting_until.into(), id.into()];
    Sql::new("UPDATE channels SET failures = $1, resting_until = $2 WHERE id = $3", values)
        .run(txn)
        .await?;
    if health.failures < FAILURES && next.failures >= FAILURES {
        warn!(channel.id = %id, "channel `{id}` rests: the provider gives no answers");
        metrics::rest("begun");
    }
    Ok(next.failures >= FAILURES)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);
    const WELL: Health = Health { failures: 0, resting_until: None };

    #[test]
    fn five_failures_in_a_row_begin_a_rest() {
        let four = (0..4).fold(WELL, |health, _| failed(NOW, health, 1, false));
        assert_eq!(four, Health { failures: 4, resting_until: None });
        let five = failed(NOW, four, 1, false);
        assert_eq!(five, Health { failures: 5, resting_until: Some(NOW.plus_ms(2_000)) });
        assert_eq!(failed(NOW, WELL, 32, false), five, "many at once are no more than five");
    }

    #[test]
    fn only_probes_make_it_longer() {
        let mut health = failed(NOW, WELL, 5, false);
        assert_eq!(failed(NOW.plus_ms(500), health, 27, false), health);
        let mut rests = vec![];
        for _ in 0..8 {
            let now = health.resting_until.unwrap();
            health = failed(now, health, 1, true);
            rests.push(health.resting_until.unwrap().ms() - now.ms());
        }
        assert_eq!(rests, [4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
    }

    #[test]
    fn a_readable_refusal_is_no_silence() {
        let text = || "why".to_owned();
        assert!(is_silence(&Outcome::Unknown { text: text(), after_ms: None }));
        assert!(is_silence(&Outcome::Retry { code: None, text: text(), after_ms: None }));
        for answer in [
            Outcome::Accepted { wamid: None },
            Outcome::Retry { code: Some(131_016), text: text(), after_ms: None },
            Outcome::Refused { code: None, text: text() },
            Outcome::Throttled { code: 4, text: text(), after_ms: None },
        ] {
            assert!(!is_silence(&answer), "{answer:?}");
        }
    }
}
