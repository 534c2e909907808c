//! `sepet restore DEST`: a backup is checked to the last row, and brought into an empty database if that is wanted.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait, TransactionTrait};
use tempfile::TempDir;

use super::{
    Result, Told, UpkeepError,
    backup::{self, DATABASE, FORMAT, MANIFEST, Manifest, SUMS},
    books, copy, files,
    place::{self, Place, Way},
};
use crate::{
    inbox,
    platform::{
        db::{self, Db},
        secret::sha256_hex,
    },
};

/// A backup that was found good.
pub struct Checked {
    pub manifest: Manifest,
    /// Its tables are older than this version: a copy was brought up to date without a fault.
    pub was_migrated: bool,
    /// How many pictures have the content that their name promises.
    pub pictures: u64,
    /// A copy of its database, up to date; gone with this value.
    scratch: TempDir,
}

impl Checked {
    fn file(&self) -> PathBuf {
        self.scratch.path().join(DATABASE)
    }
}

/// Checks the backup without a change to anything: hashes, integrity, references, numbers of rows, that it opens and
/// migrates (a copy in the folder for temporary files), pictures, and what the books must say.
///
/// # Errors
/// [`UpkeepError::Damaged`] with everything that is wrong with it.
pub async fn verify(backup: &Path) -> Result<Checked> {
    let scratch =
        tempfile::tempdir().map_err(UpkeepError::io("written to", &std::env::temp_dir()))?;
    check(backup, scratch).await
}

/// Checks the backup and brings it into the empty database `to`. Gives the number of its rows too.
///
/// # Errors
/// [`UpkeepError::Damaged`], [`UpkeepError::NotEmpty`], or what failed; `to` is as empty as before then.
pub async fn restore(backup: &Path, to: &Place, told: Told<'_>) -> Result<Checked> {
    match to {
        Place::File(file) => {
            vacant(file).await?;
            let checked = check(backup, files::draft(file)?).await?;
            files::private(&checked.file())?;
            files::sync(&checked.file())?;
            vacant(file).await?;
            files::rename(&checked.file(), file)?;
            Ok(checked)
        }
        Place::Server(url) => {
            let checked = verify(backup).await?;
            let db = place::file(&checked.file(), Way::Alone).await?;
            let txn = db.begin().await?;
            copy::into_server(&txn, url, &to.to_string(), told).await?;
            txn.commit().await?;
            db.close().await?;
            Ok(checked)
        }
    }
}

/// Refuses a file with something in it or in its spool, and a place where only its log is left. One without is taken away:
/// another takes its place.
pub(super) async fn vacant(file: &Path) -> Result<()> {
    if file.exists() {
        let db = place::file(file, Way::Alone).await?;
        place::empty(&db, &file.display().to_string()).await?;
        db.close().await?;
    } else {
        without_log(file)?;
    }
    let left = inbox::left(file)?;
    if !left.is_empty() {
        let what = format!(
            "{} items of webhooks that were acknowledged lie in its spool (put its `-spool` files back when it is restored, \
             and they come into it)",
            left.len()
        );
        return Err(UpkeepError::NotEmpty { place: file.display().to_string(), what });
    }
    Ok(())
}

/// Refuses the place of a file that is gone while its log is there: SQLite would write the log into whatever comes there. An
/// index of a log is worth nothing alone and is taken away.
fn without_log(file: &Path) -> Result<()> {
    for end in ["-wal", "-journal"] {
        let log = db::beside(file, end);
        if log.exists() {
            let what = format!(
                "{} is the log of a file that is gone (put it aside with that file)",
                log.display()
            );
            return Err(UpkeepError::NotEmpty { place: file.display().to_string(), what });
        }
    }
    let index = db::beside(file, "-shm");
    match std::fs::remove_file(&index) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(UpkeepError::io("removed", &index)(error))
        }
        _ => Ok(()),
    }
}

async fn check(backup: &Path, scratch: TempDir) -> Result<Checked> {
    let damaged =
        |faults: Vec<String>| Err(UpkeepError::Damaged { backup: backup.to_owned(), faults });
    let manifest = match sealed(backup) {
        Ok(manifest) => manifest,
        Err(faults) => return damaged(faults),
    };
    let file = scratch.path().join(DATABASE);
    std::fs::copy(backup::database(backup), &file).map_err(UpkeepError::io("written", &file))?;
    let faults = of_database(&file, &manifest).await?;
    if !faults.is_empty() {
        return damaged(faults);
    }
    let url = place::file_url(&file);
    let db = Db::connect(&url).await?;
    let was_migrated = match db.migrate().await {
        Ok(steps) => steps > 0,
        Err(error) => return damaged(vec![format!("it cannot be brought up to date: {error}")]),
    };
    let breaches = books::breaches(db.reader()).await?;
    let mut faults: Vec<_> = breaches
        .iter()
        .map(|b| format!("its books are wrong ({}): {}", b.invariant, b.what))
        .collect();
    let pictures = pictures(db.reader(), &mut faults).await?;
    db.close().await?;
    if !faults.is_empty() {
        return damaged(faults);
    }
    Ok(Checked { manifest, was_migrated, pictures, scratch })
}

/// Whether the files are those that were written.
fn sealed(backup: &Path) -> std::result::Result<Manifest, Vec<String>> {
    let read = |name: &str| {
        std::fs::read_to_string(backup.join(name))
            .map_err(|e| format!("{name} cannot be read: {e}"))
    };
    let sums = read(SUMS).map_err(|fault| vec![fault, "it is no whole backup".to_owned()])?;
    let mut faults = Vec::new();
    let mut listed = BTreeMap::new();
    for line in sums.lines() {
        match line.split_once("  ") {
            Some((sum, name)) if [DATABASE, MANIFEST].contains(&name) => {
                listed.insert(name.to_owned(), sum.to_owned());
            }
            _ => faults.push(format!("{SUMS} has a line that is no hash of a file of a backup")),
        }
    }
    for name in [DATABASE, MANIFEST] {
        let Some(sum) = listed.get(name) else {
            faults.push(format!("{SUMS} does not list {name}"));
            continue;
        };
        match files::sha256(&backup.join(name)) {
            Ok((found, _)) if found == *sum => {}
            Ok(_) => {
                faults.push(format!("{name} is not as it was written: its SHA-256 is another"));
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    let whole = [DATABASE, MANIFEST].map(|name| {
        format!("{}  {name}\n", listed.get(name).map(String::as_str).unwrap_or_default())
    });
    if faults.is_empty() && sums != whole.concat() {
        faults.push(format!("{SUMS} is not as it was written"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let manifest: Manifest = read(MANIFEST)
        .and_then(|text| serde_json::from_str(&text).map_err(|e| format!("{MANIFEST}: {e}")))
        .map_err(|fault| vec![fault])?;
    let matches = manifest.files.iter().all(|file| listed.get(&file.name) == Some(&file.sha256));
    if manifest.format != FORMAT {
        let form = manifest.format;
        faults.push(format!(
            "it has form {form}, this version reads form {FORMAT}: use a newer sepet"
        ));
    } else if !matches {
        faults.push(format!("{MANIFEST} and {SUMS} belong to two backups"));
    }
    if faults.is_empty() { Ok(manifest) } else { Err(faults) }
}

/// What is wrong with the database of a backup, before it is migrated.
async fn of_database(file: &Path, manifest: &Manifest) -> Result<Vec<String>> {
    let db = place::file(file, Way::Alone).await?;
    let mut faults = copy::integrity(&db).await?;
    db.close().await?;
    if !faults.is_empty() {
        return Ok(faults);
    }
    let (migration, tables) = backup::content(file).await?;
    if migration != manifest.migration {
        faults.push(format!("its tables are of `{migration}`, not of `{}`", manifest.migration));
    }
    for name in tables.keys().chain(manifest.tables.keys().filter(|n| !tables.contains_key(*n))) {
        let (found, said) = (tables.get(name), manifest.tables.get(name));
        if found != said {
            let count = |n: Option<&u64>| n.map_or_else(|| "no table".to_owned(), u64::to_string);
            let (found, said) = (count(found), count(said));
            faults.push(format!("`{name}` has {found} rows where {MANIFEST} says {said}"));
        }
    }
    Ok(faults)
}

/// Each picture has the content that its name is made of. Gives how many there are.
async fn pictures<C: ConnectionTrait>(db: &C, faults: &mut Vec<String>) -> Result<u64> {
    let mut count = 0;
    let mut behind = Vec::new();
    loop {
        let sql = sea_orm::Statement::from_sql_and_values(
            db.get_database_backend(),
            "SELECT id, sha256, bytes FROM images WHERE id > $1 ORDER BY id LIMIT 1",
            [behind.clone().into()],
        );
        let Some(row) = db.query_one_raw(sql).await? else { return Ok(count) };
        let (sha256, bytes): (String, Vec<u8>) =
            (row.try_get("", "sha256")?, row.try_get("", "bytes")?);
        if sha256_hex(&bytes) != sha256 {
            faults.push(format!("the picture {sha256} is another than its name says"));
        }
        let id: uuid::Uuid = row.try_get("", "id")?;
        behind = id.as_bytes().to_vec();
        count += 1;
    }
}
