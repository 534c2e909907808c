//! What keeps a shop safe: looked over, backed up, brought back, moved to another database.
//!
//! One file a command. `copy/` carries rows between the two kinds of database and is under all of them but the doctor;
//! tables come from the database's own schema, so a new one cannot be forgotten. `docs/operating.md` is for those who
//! run a shop, `docs/adr/0011-a-backup-is-an-sqlite-file.md` says why it is so.

pub mod backup;
pub mod books;
pub mod copy;
pub mod doctor;
mod files;
pub mod moving;
pub mod place;
pub mod restore;

use std::path::{Path, PathBuf};

use sea_orm::DbErr;

/// Why a backup, a restore or a move did not happen. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    #[error("`{0}` names no database; write sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME")]
    NoPlace(String),
    #[error("there is no database {0}; SEPET_DATABASE_URL or database_url of sepet.toml names it")]
    NoDatabase(PathBuf),
    #[error(
        "{0} cannot be reached or refuses us ({1}): check that the server runs, and host, name, user and password"
    )]
    Unreachable(String, DbErr),
    #[error(
        "another process has {0} open: stop `sepet serve` (and whatever else reads the file) first"
    )]
    Held(PathBuf),
    #[error("{0} is in use by {1} `sepet` connections: stop `sepet serve` everywhere first")]
    InUse(String, i64),
    #[error(
        "{place} is not empty: {what}; name a new file or a database that was just created, nothing was changed"
    )]
    NotEmpty { place: String, what: String },
    #[error("{0} is there already; name a folder that does not exist yet")]
    Taken(PathBuf),
    #[error("the tables are older than this version: run `sepet migrate` first")]
    Behind,
    #[error(
        "the tables were made by a newer version (it knows `{0}`): use that version of sepet or a newer one"
    )]
    Newer(String),
    #[error(
        "from {0} to {1} there is nothing to move: `sepet backup` and `sepet restore` copy a database of one kind"
    )]
    SameKind(String, String),
    #[error("a backup needs {needed} here and {free} are free: make room or name another disk")]
    NoRoom { needed: String, free: String },
    #[error("the column `{table}.{column}` is a `{kind}`, which cannot be carried exactly")]
    Strange { table: String, column: String, kind: String },
    #[error("the tables of the two databases differ: {0}")]
    Unlike(String),
    #[error(
        "webhooks that were acknowledged lie in {0}-spool in a form that this version does not read: start the version that wrote them once, or put the `-spool` files aside to go on without them"
    )]
    Unreadable(PathBuf),
    #[error("the table `{table}` could not be copied: {source}")]
    Table { table: String, source: DbErr },
    #[error("the copy differs from the original, and nothing of it was kept: {0}")]
    Different(String),
    #[error("the backup {backup} cannot be used:{}", lines(.faults))]
    Damaged { backup: PathBuf, faults: Vec<String> },
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
    #[error("the database failed: {0}")]
    Db(#[from] DbErr),
}

impl UpkeepError {
    /// Whether it was refused before anything was begun.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NoPlace(_)
                | Self::NoDatabase(_)
                | Self::Unreachable(..)
                | Self::Held(_)
                | Self::InUse(..)
                | Self::NotEmpty { .. }
                | Self::Taken(_)
                | Self::Behind
                | Self::Newer(_)
                | Self::SameKind(..)
                | Self::NoRoom { .. }
                | Self::Unreadable(_)
        )
    }

    fn io(what: &str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let what = format!("{} cannot be {what}", path.display());
        move |source| Self::Io { what, source }
    }
}

fn lines(faults: &[String]) -> String {
    faults.iter().map(|fault| format!("\n  - {fault}")).collect()
}

/// What this room's verbs answer.
pub type Result<T> = std::result::Result<T, UpkeepError>;

/// Told of each table when it is done: its name and its rows.
pub type Told<'a> = &'a (dyn Fn(&str, u64) + Sync);

/// Bytes as people read them: `12.4 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: &[(u64, &str)] = &[(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let unit = UNITS.iter().find(|(unit, _)| bytes >= *unit);
    unit.map_or_else(
        || format!("{bytes} bytes"),
        |(unit, name)| format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        let read = [999, 1_000, 12_450_000, 3_000_000_000].map(size);
        assert_eq!(read, ["999 bytes", "1.0 kB", "12.4 MB", "3.0 GB"]);
    }
}
