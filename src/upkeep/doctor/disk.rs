//! Room on the disk of the database.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{Finding, is_local};
use crate::{
    platform::Platform,
    upkeep::{files, place::Place, size},
};

const CHECK: &str = "disk";
/// Below this nothing can be promised.
const LEAST: u64 = 200_000_000;
/// Below this, or below twice the database, a person should act.
const FEW: u64 = 1_000_000_000;

pub(super) async fn look(platform: &Platform, place: &Place) -> Result<Vec<Finding>, DbErr> {
    let (taken, folder) = match place {
        Place::File(file) => (length(file) + length(&wal(file)), Some(files::parent(file))),
        Place::Server(url) => of_server(platform, url).await?,
    };
    let Some(folder) = folder else {
        let taken = size(taken);
        let meaning =
            format!("the database takes {taken}; the disk of its server cannot be seen from here");
        return Ok(vec![Finding::ok(CHECK, meaning)]);
    };
    Ok(vec![match files::free(&folder) {
        Ok(free) => judge(free, taken),
        Err(error) => Finding::warning(
            CHECK,
            format!("the free room cannot be told: {error}"),
            "look at it by hand with `df`, and give this user the right to look",
        ),
    }])
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

fn wal(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// What the database takes, and its folder when it is on this machine and shown to us.
async fn of_server(platform: &Platform, url: &str) -> Result<(u64, Option<PathBuf>), DbErr> {
    let db = platform.db.reader();
    let ask = |sql: &str| Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(ask("SELECT pg_database_size(current_database()) AS n")).await?;
    let taken: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0);
    let is_here =
        is_local(&url.replacen("postgresql:", "http:", 1).replacen("postgres:", "http:", 1));
    // Not everybody may ask: then it is not told.
    let asked = db.query_one_raw(ask("SHOW data_directory")).await.ok().flatten();
    let folder = asked.and_then(|row| row.try_get::<String>("", "data_directory").ok());
    let folder = folder.map(PathBuf::from).filter(|folder| is_here && folder.exists());
    Ok((taken.unsigned_abs(), folder))
}

/// A full disk stops a shop; a backup needs the room of the database once more.
fn judge(free: u64, taken: u64) -> Finding {
    let meaning =
        format!("{} are free where the database lies; it takes {}", size(free), size(taken));
    if free < LEAST {
        let remedy = "make room now: with a full disk no message is taken in and no order placed";
        Finding::error(CHECK, meaning, remedy)
    } else if free < FEW.max(taken.saturating_mul(2)) {
        let remedy = "make room or move to a larger disk before it is full; a backup alone needs as much as the database";
        Finding::warning(CHECK, meaning, remedy)
    } else {
        Finding::ok(CHECK, meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::doctor::Level;

    #[test]
    fn room_is_held_against_the_size_of_the_database() {
        let level = |free, taken| judge(free, taken).level;
        assert_eq!(level(50_000_000_000, 10_000_000), Level::Ok);
        assert_eq!(level(900_000_000, 10_000_000), Level::Warning);
        assert_eq!(level(9_000_000_000, 5_000_000_000), Level::Warning);
        assert_eq!(level(100_000_000, 0), Level::Error);
    }
}
