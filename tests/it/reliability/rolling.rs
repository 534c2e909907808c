//! A rolling upgrade: while the new version migrates, processes of the old one still run. Migrations expand first and
//! contract a release later: nothing that the old version names is gone, and what it does not name fills itself.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use sea_orm::{ConnectionTrait, Statement};
use sepet::platform::db::Db;

use super::{long, proven};
use crate::harness::{Backend, Base, postgres_url};

/// Releases whose processes may still run beside the present one.
const BESIDE: &[&str] = &["v0.1.0"];

/// A column: its type, and whether a row that does not name it can be written.
type Columns = BTreeMap<(String, String), (String, bool)>;

async fn columns(db: &Db, on: Backend) -> Columns {
    let sql = match on {
        Backend::Sqlite => {
            "SELECT m.name AS t, c.name AS c, lower(c.type) AS k, \
             c.\"notnull\" = 0 OR c.dflt_value IS NOT NULL AS f \
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        Backend::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k, \
             (is_nullable = 'YES' OR column_default IS NOT NULL) AS f \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    rows.iter()
        .map(|row| {
            let fills = row.try_get::<bool>("", "f").unwrap();
            ((text(row, "t"), text(row, "c")), (text(row, "k"), fills))
        })
        .filter(|((table, _), _)| table != "seaql_migrations" && !table.starts_with("sqlite"))
        .collect()
}

on_both! {
    async fn a_process_of_the_release_before_finds_everything_it_names(on: Backend) {
        let mut told = Vec::new();
        for version in BESIDE {
            let folder = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", version];
            let base = Base::stored(on, &folder.iter().collect::<PathBuf>()).await;
            let db = Db::connect(&base.url).await.unwrap();
            let old = columns(&db, on).await;
            let steps = db.migrate().await.unwrap();
            let new = columns(&db, on).await;
            db.close().await.unwrap();
            assert!(old.len() > 100, "the old columns are read");
            for (name, (kind, _)) in &old {
                let (now, _) = new.get(name).unwrap_or_else(|| panic!("{name:?} of {version} is gone"));
                assert_eq!(now, kind, "{name:?} of {version} is of another type");
            }
            let known = |table: &str| old.keys().any(|(t, _)| t == table);
            let mut added = 0;
            for ((table, column), (_, fills)) in &new {
                if known(table) && !old.contains_key(&(table.clone(), column.clone())) {
                    assert!(fills, "{table}.{column}: a row of {version} does not name it");
                    added += 1;
                }
            }
            told.push(format!("{version}: {} columns there, {added} added ones fill themselves, {steps} steps", old.len()));
            base.remove().await;
        }
        proven(&format!("rolling-{}", on.name()), &told.join("; "));
    }
}

/// The program of that release, built from the history: in the long form.
#[test]
fn the_program_of_the_release_before_works_beside_this_one() {
    if !long() || postgres_url().is_none() {
        return;
    }
    let script = [env!("CARGO_MANIFEST_DIR"), "benches", "beside"].iter().collect::<PathBuf>();
    let done = Command::new(script).output().unwrap();
    let complaints = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{complaints}");
    proven("beside", String::from_utf8(done.stdout).unwrap().trim());
}
