//! Nothing grows without an end: what is old by rule is deleted, a little at a time.
//!
//! [`rules`] says what is kept how long. A round goes through all tables once, oldest rows first, and begins anew an hour
//! later. It looks at [`CHUNK`] rows without a write, deletes those of them that are due in a transaction of their own,
//! and rests: who writes beside it waits for one such chunk at the most. Where a round ended is remembered, so the next
//! does not look at the same rows again; once a day it begins at the beginning. No index is needed that is not there: the
//! ids hold the time of making.

pub mod rules;

use std::sync::{Mutex, PoisonError};

use entity::Timestamp;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use tracing::info;
use uuid::Uuid;

use self::rules::{By, Purge, RULES, Rule};
use crate::platform::{Platform, metrics, sql::Sql};

/// Rows of one look, and of one delete.
pub const CHUNK: i64 = 256;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Where the purge of this process stands. All of it may be forgotten at any time.
#[derive(Debug, Default)]
pub struct Purger(Mutex<State>);

#[derive(Clone, Debug, Default)]
struct State {
    /// When the round under way began; absent between rounds.
    round: Option<Timestamp>,
    /// Which purge of which table is next.
    step: usize,
    /// For each purge the last id that was looked at.
    seen: Vec<Option<Uuid>>,
    deleted: u64,
    next_round: Option<Timestamp>,
    next_day: Option<Timestamp>,
}

/// One look, and one delete where something is due. Gives the number of rows that were looked at or deleted; 0 between
/// rounds.
///
/// # Errors
/// When the database refuses; the round goes on where it was.
pub async fn turn(platform: &Platform, purger: &Purger) -> Result<usize, DbErr> {
    let now = platform.now();
    let steps: Vec<(&'static str, Purge)> = steps().collect();
    let mut state = purger.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let round = match state.round {
        Some(round) => round,
        None if state.next_round.is_some_and(|at| now < at) => return Ok(0),
        None => {
            if state.next_day.is_none_or(|at| at <= now) {
                state.seen = vec![None; steps.len()];
                state.next_day = Some(now.plus_ms(DAY_MS));
            }
            state.step = 0;
            state.deleted = 0;
            now
        }
    };
    state.round = Some(round);
    let mut looked = 0;
    while looked == 0 {
        let Some((table, purge)) = steps.get(state.step) else {
            if state.deleted > 0 {
                info!("the purge deleted {} rows", state.deleted);
            }
            state.round = None;
            state.next_round = Some(now.plus_ms(HOUR_MS));
            break;
        };
        let old = round.plus_ms(-purge.age.ms(&platform.config));
        let done = match purge.by {
            By::Id(which) => {
                let seen = state.seen.get_mut(state.step);
                by_id(platform, table, which, old, seen.unwrap_or(&mut None)).await?
            }
            By::Oldest { key, old: which, order } => {
                oldest(platform, table, key, which, order, old).await?
            }
        };
        metrics::purged(table, done.deleted);
        state.deleted += done.deleted;
        looked = done.looked;
        if done.looked == 0 {
            state.step += 1;
        }
    }
    *purger.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    Ok(looked)
}

fn steps() -> impl Iterator<Item = (&'static str, Purge)> {
    RULES.iter().flat_map(|(table, rule)| {
        let purges = match rule {
            Rule::Kept(_) => &[],
            Rule::Purged(purges) => *purges,
        };
        purges.iter().map(|purge| (*table, *purge))
    })
}

#[derive(Clone, Copy, Debug, Default)]
struct Done {
    looked: usize,
    deleted: u64,
}

/// The next rows behind the last one seen.
async fn by_id(
    platform: &Platform,
    table: &'static str,
    which: &str,
    old: Timestamp,
    seen: &mut Option<Uuid>,
) -> Result<Done, DbErr> {
    let backend = platform.db.backend();
    let after = seen.unwrap_or(Uuid::nil());
    let values: [Value; 4] = [old.into(), smallest_id(old).into(), after.into(), CHUNK.into()];
    let sql = format!(
        "SELECT id, CASE WHEN ({which}) AND $1 = $1 THEN 1 ELSE 0 END AS due FROM {table} \
         WHERE id < $2 AND id > $3 ORDER BY id LIMIT $4"
    );
    let rows = platform.db.reader().query_all_raw(Sql::new(sql, values).build(backend)).await?;
    let Some(last) = rows.last() else { return Ok(Done::default()) };
    let last: Uuid = last.try_get("", "id")?;
    let due =
        |row: &QueryResult| -> Result<bool, DbErr> { Ok(row.try_get::<i32>("", "due")? == 1) };
    let mut deleted = 0;
    if rows.iter().map(due).collect::<Result<Vec<_>, _>>()?.contains(&true) {
        let values: [Value; 3] = [old.into(), last.into(), after.into()];
        let sql =
            format!("DELETE FROM {table} WHERE id <= $2 AND id > $3 AND ({which}) AND $1 = $1");
        deleted = delete(platform, Sql::new(sql, values)).await?;
    }
    *seen = Some(last);
    Ok(Done { looked: rows.len(), deleted })
}

/// The oldest rows by an index of theirs.
async fn oldest(
    platform: &Platform,
    table: &'static str,
    key: &str,
    which: &str,
    order: &str,
    old: Timestamp,
) -> Result<Done, DbErr> {
    let values = || -> [Value; 2] { [old.into(), smallest_id(old).into()] };
    let any = format!("SELECT 1 FROM {table} WHERE {which} AND $1 = $1 AND $2 = $2 LIMIT 1");
    let any = Sql::new(any, values()).build(platform.db.backend());
    if platform.db.reader().query_one_raw(any).await?.is_none() {
        return Ok(Done::default());
    }
    let sql = format!(
        "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} \
         WHERE {which} AND $1 = $1 AND $2 = $2 ORDER BY {order} LIMIT {CHUNK})"
    );
    let deleted = delete(platform, Sql::new(sql, values())).await?;
    Ok(Done { looked: usize::try_from(deleted).unwrap_or(usize::MAX), deleted })
}

async fn delete(platform: &Platform, sql: Sql) -> Result<u64, DbErr> {
    let txn = platform.db.begin_write().await?;
    let deleted = sql.run(&txn).await?;
    txn.commit().await?;
    Ok(deleted)
}

/// No id that was made then or later is smaller.
fn smallest_id(at: Timestamp) -> Uuid {
    let ms = u128::try_from(at.ms().max(0)).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_before_an_instant_are_smaller_than_its_smallest() {
        let at = Timestamp::from_ms(1_790_000_000_000);
        let id = |at| entity::InboxId::new(at).0;
        assert!(id(at.plus_ms(-1)) < smallest_id(at));
        assert!(id(at) >= smallest_id(at));
    }
}
