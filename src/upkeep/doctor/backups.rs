//! How old the newest backup is. The service has no place for backups of its own: whoever makes them names the folder.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use entity::Timestamp;

use super::{Finding, span};
use crate::upkeep::{
    backup::{self, MANIFEST, Manifest},
    size,
};

const CHECK: &str = "backup";
/// One a night is never older.
const OLD_MS: i64 = 36 * 3_600_000;
const TOO_OLD_MS: i64 = 7 * 24 * 3_600_000;

/// A backup that lies there.
struct Found {
    folder: PathBuf,
    made_at: Timestamp,
    bytes: u64,
}

/// Looks for the newest backup in `folder`, which holds one or is one. Whether it is good, `sepet restore --verify` says.
#[must_use]
pub fn of_backups(folder: Option<&Path>, now: Timestamp) -> Finding {
    let Some(folder) = folder else {
        let meaning = "not looked at: `sepet doctor --backups FOLDER` says how old the newest backup of a folder is, and \
                       `sepet backup FOLDER/NAME` makes one";
        return Finding::ok(CHECK, meaning);
    };
    let shown = folder.display();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("the folder of the backups {shown} cannot be read: {error}");
            return Finding::error(CHECK, what, "name the folder that `sepet backup` writes to");
        }
    };
    let folders = entries.flatten().map(|entry| entry.path()).chain([folder.to_owned()]);
    match folders.filter_map(read).max_by_key(|found| found.made_at) {
        Some(newest) => judge(&newest, now, folder),
        None => Finding::error(CHECK, format!("there is no backup in {shown}"), remedy(folder)),
    }
}

/// A folder with a manifest and a database as long as this says.
fn read(folder: PathBuf) -> Option<Found> {
    let text = std::fs::read_to_string(folder.join(MANIFEST)).ok()?;
    let manifest: Manifest = serde_json::from_str(&text).ok()?;
    let bytes = std::fs::metadata(backup::database(&folder)).ok()?.len();
    let made_at = Timestamp::from(DateTime::parse_from_rfc3339(&manifest.made_at).ok()?.to_utc());
    (bytes == manifest.bytes()).then_some(Found { folder, made_at, bytes })
}

fn judge(newest: &Found, now: Timestamp, folder: &Path) -> Finding {
    // A clock that goes ahead makes none older.
    let age = (now.ms() - newest.made_at.ms()).max(0);
    let (shown, bytes) = (newest.folder.display(), size(newest.bytes));
    let meaning = format!("the newest backup is {} old: {shown}, {bytes}", span(age));
    if age <= OLD_MS {
        Finding::ok(CHECK, meaning)
    } else if age <= TOO_OLD_MS {
        Finding::warning(CHECK, meaning, remedy(folder))
    } else {
        Finding::error(CHECK, meaning, remedy(folder))
    }
}

fn remedy(folder: &Path) -> String {
    let folder = folder.display();
    format!("run `sepet backup {folder}/$(date +%F)`, and let a timer do it every night")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upkeep::doctor::Level;

    #[test]
    fn a_backup_a_night_is_well_and_a_week_without_one_is_not() {
        let now = Timestamp::from_ms(1_790_000_000_000);
        let level = |age: i64| {
            let made_at = now.plus_ms(-age);
            let newest = Found { folder: "/backups/a".into(), made_at, bytes: 1 };
            judge(&newest, now, Path::new("/backups")).level
        };
        assert_eq!([level(-60_000), level(0), level(OLD_MS)], [Level::Ok; 3]);
        assert_eq!([level(OLD_MS + 1), level(TOO_OLD_MS)], [Level::Warning; 2]);
        assert_eq!(level(TOO_OLD_MS + 1), Level::Error);
    }

    #[test]
    fn without_a_folder_it_says_how_to_name_one() {
        let found = of_backups(None, Timestamp::from_ms(1));
        assert_eq!(found.level, Level::Ok);
        assert!(found.meaning.contains("--backups FOLDER"), "{}", found.meaning);
    }
}
