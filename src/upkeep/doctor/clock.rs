//! This machine's clock against those of the database and of WhatsApp.

use std::collections::BTreeSet;

use chrono::DateTime;
use entity::{Timestamp, channel};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{Finding, client, span};
use crate::platform::Platform;

const CHECK: &str = "clock";
/// Leases are 30 s: clocks that differ by that much take work from each other.
const FAR_DATABASE_MS: i64 = 20_000;
const NEAR_DATABASE_MS: i64 = 2_000;
/// The window gate closes 60 s early; a `Date` is a whole second.
const FAR_WHATSAPP_MS: i64 = 50_000;
const NEAR_WHATSAPP_MS: i64 = 5_000;

pub(super) async fn look(
    platform: &Platform,
    channels: &[channel::Model],
) -> Result<Vec<Finding>, DbErr> {
    let mut found = Vec::new();
    if platform.db.backend() == DbBackend::Postgres {
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS ms";
        let asked = platform.now();
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let row = platform.db.reader().query_one_raw(statement).await?;
        let middle = middle(asked, platform.now());
        if let Some(row) = row {
            let ahead = middle - row.try_get::<i64>("", "ms")?;
            found.push(judge("the database's", ahead, NEAR_DATABASE_MS, FAR_DATABASE_MS));
        }
    }
    let hosts: BTreeSet<_> = channels.iter().map(|channel| channel.graph_url.as_str()).collect();
    for host in hosts {
        let asked = platform.now();
        // Who does not answer is told about where its answer is needed.
        if let Some(date) = date(host).await {
            let ahead = middle(asked, platform.now()) - date;
            found.push(judge("WhatsApp's", ahead, NEAR_WHATSAPP_MS, FAR_WHATSAPP_MS));
        }
    }
    Ok(found)
}

fn middle(before: Timestamp, after: Timestamp) -> i64 {
    before.ms() + (after.ms() - before.ms()) / 2
}

/// The `Date` of whatever a host answers, without a token; in the middle of its second.
async fn date(url: &str) -> Option<i64> {
    let answer = client(url).ok()?.get(url).send().await.ok()?;
    read(answer.headers().get("date")?.to_str().ok()?)
}

fn read(date: &str) -> Option<i64> {
    Some(DateTime::parse_from_rfc2822(date).ok()?.timestamp_millis() + 500)
}

fn judge(whose: &str, ahead_ms: i64, near: i64, far: i64) -> Finding {
    let side = if ahead_ms > 0 { "ahead of" } else { "behind" };
    let meaning = format!("this machine's clock is {} {side} {whose}", span(ahead_ms));
    let remedy =
        "let both machines follow a time server: `timedatectl set-ntp true`, then ask again";
    match ahead_ms.abs() {
        off if off <= near => {
            Finding::ok(CHECK, format!("this machine's clock agrees with {whose}"))
        }
        off if off <= far => Finding::warning(CHECK, meaning, remedy),
        _ => {
            let harm = "windows close, messages expire and work changes hands at wrong moments";
            Finding::error(CHECK, format!("{meaning}: {harm}"), remedy)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::doctor::Level;

    #[test]
    fn a_date_is_read() {
        assert_eq!(read("Mon, 23 Nov 2026 07:00:00 GMT"), Some(1_795_417_200_500));
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn a_clock_may_differ_by_little() {
        let level = |ahead| judge("x", ahead, 2_000, 20_000).level;
        assert_eq!([level(0), level(-2_000)], [Level::Ok; 2]);
        assert_eq!([level(2_001), level(-20_000)], [Level::Warning; 2]);
        assert_eq!([level(20_001), level(-90_000)], [Level::Error; 2]);
        assert!(judge("x", -90_000, 1, 1).meaning.contains("90 s behind"));
    }
}
