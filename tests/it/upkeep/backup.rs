//! Backups made while people buy, checked, damaged and brought back.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use entity::order;
use rand::RngExt;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use sepet::{
    platform::clock::{Clock, SystemClock},
    upkeep::{
        backup::{self, DATABASE, MANIFEST, SUMS},
        place::Place,
    },
};

use super::{run, run_with};
use crate::harness::{
    Backend, Base, Shop,
    buyer::Crowd,
    invariants,
    process::Folder,
    town::{Habits, Town},
};

const BUYERS: usize = 4;
/// Backups that are made while they buy.
const BACKUPS: usize = 3;

fn path(folder: &Folder, name: &str) -> String {
    folder.0.join(name).display().to_string()
}

on_both! {
    /// While orders are placed: each backup is whole, and a service goes on with one as if time had stood still.
    async fn backups_during_purchases_are_whole_and_go_on(on: Backend) {
        let folder = Folder::new();
        let mut town = Town::open(Base::create(on).await, Habits::default()).await;
        let mut service = town.serve().await;
        let crowd = Crowd::enter(&town, BUYERS, usize::MAX);
        let mut made = Vec::new();
        for n in 0..BACKUPS {
            // Somebody bought twice: not all of it was placed before the backup before.
            crowd.until(crowd.bought() + BUYERS + 1).await;
            let (database, dest) = (town.base.url.clone(), path(&folder, &format!("backup-{n}")));
            let asked = dest.clone();
            let ended = tokio::task::spawn_blocking(move || run(&database, &["backup", &asked]));
            ended.await.unwrap().well();
            made.push(dest);
        }
        let (_, bought) = crowd.home().await;
        // Reports that WhatsApp still holds would be of messages that the backups do not know.
        let db = town.db().await;
        town.quiet(&db).await;
        db.close().await.unwrap();
        assert!(service.stop().success());
        let mut orders = Vec::new();
        for dest in &made {
            let checked = run("sqlite://nowhere", &["restore", dest, "--verify"]);
            assert!(checked.well().said.contains("is whole and usable"), "{}", checked.said);
            let manifest = std::fs::read_to_string(Path::new(dest).join(MANIFEST)).unwrap();
            let manifest: backup::Manifest = serde_json::from_str(&manifest).unwrap();
            orders.push(manifest.tables["orders"]);
        }
        eprintln!("{} backups with {orders:?} orders", made.len());
        assert!(orders.is_sorted() && orders[0] < bought as u64, "{orders:?}");

        // One from the middle goes on, on the other kind of database too.
        let middle = made.len() / 2;
        let other = if on == Backend::Sqlite { Backend::Postgres } else { Backend::Sqlite };
        for target in [on, other] {
            let new = Base::empty(target).await;
            run(&new.url, &["restore", &made[middle]]).well();
            std::mem::replace(&mut town.base, new).remove().await;
            town.leases_run_out().await;
            let mut service = town.serve().await;
            let db = town.db().await;
            town.quiet(&db).await;
            assert!(order::Entity::find().count(db.reader()).await.unwrap() >= orders[middle]);
            let broken = invariants::broken(&db, SystemClock.now(), &[]).await;
            assert!(broken.is_empty(), "{}", invariants::told(&broken));
            db.close().await.unwrap();
            assert!(service.stop().success());
        }
        town.close().await;
    }
}

/// A backup of a shop with a picture and an order in it.
async fn a_backup(shop: &Shop, folder: &Folder) -> PathBuf {
    let ayse = shop.customer("Ayşe").await;
    ayse.send_cart(&[("turk-100", 1)]).await;
    let picture = png();
    let sent = shop.http().post(format!("{}/api/v1/images", shop.url));
    let key = secrecy::ExposeSecret::expose_secret(&shop.key);
    let sent = sent.bearer_auth(key).header("content-type", "image/png").body(picture);
    assert!(sent.send().await.unwrap().status().is_success());
    let dest = folder.0.join("backup");
    let place = Place::parse(shop.database_url()).unwrap();
    backup::backup(&place, &dest, shop.now(), &|_, _| {}).await.unwrap();
    dest
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 600, 600);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&[7; 360_000]).unwrap();
    bytes
}

on_both! {
    async fn a_damaged_byte_is_found_wherever_it_is(shop: &Shop) {
        let folder = Folder::new();
        let dest = a_backup(shop, &folder).await;
        let name = dest.display().to_string();
        let verify = || run("sqlite://nowhere", &["restore", &name, "--verify"]);
        assert!(verify().well().said.contains("pictures  1"));
        for file in [DATABASE, MANIFEST, SUMS] {
            let path = dest.join(file);
            let whole = std::fs::read(&path).unwrap();
            let middle = rand::rng().random_range(0..whole.len());
            for at in [0, middle, whole.len() - 1] {
                let mut damaged = whole.clone();
                damaged[at] ^= 0x20;
                std::fs::write(&path, damaged).unwrap();
                verify().refused(1, &["cannot be used"]);
            }
            std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
            verify().refused(1, &["cannot be used"]);
            std::fs::remove_file(&path).unwrap();
            verify().refused(1, &["cannot be used", file]);
            std::fs::write(&path, whole).unwrap();
        }
        verify().well();
        let left: Vec<_> = std::fs::read_dir(&folder.0).unwrap().collect();
        assert_eq!(left.len(), 1, "a check leaves nothing behind: {left:?}");
    }
}

/// What is rightly sealed and wrong all the same: rows that are gone, books that do not add up, a picture changed.
#[tokio::test]
async fn a_backup_whose_content_is_wrong_is_found() {
    let shop = Shop::open(Backend::Sqlite).await;
    let folder = Folder::new();
    let dest = a_backup(&shop, &folder).await;
    for (sql, word) in [
        ("DELETE FROM collection_products", "`collection_products` has 0 rows"),
        ("UPDATE variants SET reserved = 7", "its books are wrong (I2)"),
        ("UPDATE images SET bytes = x'00'", "is another than its name says"),
        ("DELETE FROM customers", "refer to nothing in `customers`"),
        ("INSERT INTO seaql_migrations VALUES ('m9999_later', 0)", "`m9999_later`"),
    ] {
        let wrong = folder.0.join("wrong");
        std::fs::create_dir(&wrong).unwrap();
        for file in [DATABASE, MANIFEST] {
            std::fs::copy(dest.join(file), wrong.join(file)).unwrap();
        }
        let db = format!("sqlite://{}", wrong.join(DATABASE).display());
        let db = sea_orm::Database::connect(db).await.unwrap();
        db.execute_unprepared(&format!("PRAGMA foreign_keys = OFF; {sql}")).await.unwrap();
        db.close().await.unwrap();
        // Whoever did it made the hashes fit.
        let sum = |name: &str| {
            let bytes = std::fs::read(wrong.join(name)).unwrap();
            sepet::platform::secret::sha256_hex(&bytes)
        };
        let text = std::fs::read_to_string(wrong.join(MANIFEST)).unwrap();
        let mut manifest: backup::Manifest = serde_json::from_str(&text).unwrap();
        manifest.files[0].sha256 = sum(DATABASE);
        std::fs::write(wrong.join(MANIFEST), serde_json::to_string(&manifest).unwrap()).unwrap();
        let sums = format!("{}  {DATABASE}\n{}  {MANIFEST}\n", sum(DATABASE), sum(MANIFEST));
        std::fs::write(wrong.join(SUMS), sums).unwrap();
        let name = wrong.display().to_string();
        let code = if word.contains("m9999") { 2 } else { 1 };
        run("sqlite://nowhere", &["restore", &name, "--verify"]).refused(code, &[word]);
        std::fs::remove_dir_all(wrong).unwrap();
    }
    shop.close().await;
}

on_both! {
    /// Nothing is written over, and a copy that fails leaves nothing that looks like one.
    async fn what_is_there_is_never_written_over(shop: &Shop) {
        let folder = Folder::new();
        let dest = a_backup(shop, &folder).await.display().to_string();
        run(shop.database_url(), &["backup", &dest]).refused(2, &["is there already"]);
        // The shop has its file open, and its server's tables are full.
        let why = if shop.on == Backend::Sqlite { "another process has" } else { "is not empty" };
        run(shop.database_url(), &["restore", &dest]).refused(2, &[why]);
        let nowhere = format!("sqlite://{}", path(&folder, "new.db"));
        run(&nowhere, &["restore", &path(&folder, "none")])
            .refused(1, &["SHA256SUMS cannot be read", "no whole backup"]);
        let gone = format!("sqlite://{}", path(&folder, "gone.db"));
        run(&gone, &["backup", &path(&folder, "b")]).refused(2, &["there is no database"]);
        run("mysql://x", &["backup", &path(&folder, "b")]).refused(2, &["names no database"]);
        let full = Town::open(Base::create(Backend::Sqlite).await, Habits::default()).await;
        run(&full.base.url, &["restore", &dest]).refused(2, &["is not empty: there are rows in"]);
        full.close().await;
        // A file-size limit stands for a full disk.
        let limited = Command::new("sh")
            .args(["-c", "ulimit -f 100; trap '' XFSZ; exec \"$0\" backup \"$1\"", env!("CARGO_BIN_EXE_sepet")])
            .arg(path(&folder, "full"))
            .env("SEPET_DATABASE_URL", shop.database_url())
            .output()
            .unwrap();
        assert_eq!(limited.status.code(), Some(1), "{}", String::from_utf8_lossy(&limited.stderr));
        let left: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|f| f.unwrap().file_name()).collect();
        assert_eq!(left, ["backup"]);
    }
}

/// SQLite would write what a lost file left behind into the one that comes in its place.
#[tokio::test]
async fn nothing_is_restored_beside_the_log_of_a_file_that_is_gone() {
    let shop = Shop::open(Backend::Sqlite).await;
    let folder = Folder::new();
    let dest = a_backup(&shop, &folder).await.display().to_string();
    let file = path(&folder, "lost.db");
    let url = format!("sqlite://{file}");
    for end in ["-wal", "-journal"] {
        let log = format!("{file}{end}");
        std::fs::write(&log, "what was written last").unwrap();
        run(&url, &["restore", &dest]).refused(2, &["is not empty", &log, "put it aside"]);
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "what was written last");
        assert!(!Path::new(&file).exists());
        std::fs::remove_file(&log).unwrap();
    }
    // Nothing stands in an index alone.
    std::fs::write(format!("{file}-shm"), [7_u8; 32_768]).unwrap();
    run(&url, &["restore", &dest]).well();
    assert!(!Path::new(&format!("{file}-shm")).exists());
    shop.close().await;
}

/// The settings may be in a file of another name, which must be there.
#[tokio::test]
async fn settings_are_read_from_the_file_that_is_named() {
    let (base, folder) = (Base::create(Backend::Sqlite).await, Folder::new());
    let file = path(&folder, "other.toml");
    std::fs::write(&file, format!("database_url = \"{}\"\n", base.url)).unwrap();
    let without = |command: &mut Command| {
        command.env_remove("SEPET_DATABASE_URL").current_dir(&folder.0);
    };
    let dest = path(&folder, "b");
    run_with("", &["backup", &dest, "--config", &file], without).well();
    run_with("", &["backup", &dest, "--config", "none.toml"], without)
        .refused(2, &["there is no file none.toml"]);
    base.remove().await;
}
