//! A power cut tears the write-ahead log of SQLite at any byte, that of the database or that of its spool: the file opens,
//! its integrity check is clean, the invariants hold, what an earlier cut left a later one leaves as well, and behind the
//! last commit nothing is lost.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::RngExt as _;
use sea_orm::{ConnectionTrait, Database, Statement};
use sepet::platform::db::Db;

use super::{chance, of, proven};
use crate::harness::{
    Backend, Base,
    buyer::{BEFORE_EVERYTHING, Crowd, lost, stored},
    invariants,
    process::Folder,
    town::{Habits, Town},
};

/// A file and its log as a kill left them.
struct Left {
    database: PathBuf,
    log: Vec<u8>,
    /// The log up to here is in the database as well: it was on the disk before, and cannot be torn any more.
    first: usize,
    /// Behind the last commit.
    last: usize,
}

impl Left {
    fn copy(database: &Path, folder: &Path) -> Self {
        let copy = folder.join(format!("{}.db", crate::harness::unique()));
        std::fs::copy(database, &copy).unwrap();
        let beside = |end: &str| std::fs::read(format!("{}{end}", database.display()));
        let log = beside("-wal").unwrap_or_default();
        let index = beside("-shm").unwrap_or_default();
        let number = |bytes: &[u8], at: usize| -> usize {
            let four: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
            usize::try_from(u32::from_be_bytes(four)).unwrap()
        };
        if log.len() < 32 {
            return Self { database: copy, first: log.len(), last: log.len(), log };
        }
        // https://www.sqlite.org/fileformat2.html#walformat: a header, then frames of 24 bytes and a page each; those
        // of the present round carry its salt, and the last of a commit the size of the database.
        let frame = 24 + number(&log, 8);
        let salt = &log[16..24];
        let (mut at, mut last) = (32, 32);
        while at + frame <= log.len() && log[at + 8..at + 16] == *salt {
            if number(&log, at + 4) > 0 {
                last = at + frame;
            }
            at += frame;
        }
        // https://www.sqlite.org/walformat.html#the_wal_index_file_format: frames that were brought over, as the
        // machine writes numbers.
        let over = index.get(96..100).map_or(0, |four| {
            usize::try_from(u32::from_ne_bytes(four.try_into().unwrap())).unwrap()
        });
        Self { database: copy, first: 32 + over * frame, last, log }
    }

    /// Puts it at `file` with the log cut at a byte.
    fn put(&self, at: usize, file: &Path) {
        std::fs::copy(&self.database, file).unwrap();
        std::fs::write(format!("{}-wal", file.display()), &self.log[..at]).unwrap();
    }

    /// Bytes at which it is cut: so many at random, its last commit, its end.
    fn places(&self, cuts: usize, rng: &mut impl rand::Rng) -> Vec<usize> {
        let mut places: Vec<usize> =
            (0..cuts).map(|_| rng.random_range(self.first..=self.log.len())).collect();
        places.extend([self.last, self.log.len()]);
        places.sort_unstable();
        places
    }
}

/// A database and its spool.
struct Both {
    database: Left,
    spool: Left,
}

impl Both {
    fn copy(database: &Path, folder: &Path) -> Self {
        let spool = PathBuf::from(format!("{}-spool", database.display()));
        Self { database: Left::copy(database, folder), spool: Left::copy(&spool, folder) }
    }

    /// Opens both with their logs cut, checks them, and gives the keys of what is stored.
    async fn cut(&self, (at, spool_at): (usize, usize), folder: &Path) -> HashSet<String> {
        // Gone at the end: some hundred copies are more than a disk has.
        let place = tempfile::TempDir::new_in(folder).unwrap();
        let file = place.path().join("a.db");
        let spool = PathBuf::from(format!("{}-spool", file.display()));
        self.database.put(at, &file);
        self.spool.put(spool_at, &spool);
        let whole = Database::connect(format!("sqlite://{}", spool.display())).await.unwrap();
        assert_eq!(integrity(&whole).await, ["ok"], "the spool, cut at {spool_at}");
        whole.close().await.unwrap();
        let db = Db::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        assert_eq!(integrity(db.reader()).await, ["ok"], "cut at {at}");
        // What the next start does with it.
        let left = sepet::inbox::left(&file).unwrap();
        let txn = db.begin_write().await.unwrap();
        left.put(&txn).await.unwrap();
        txn.commit().await.unwrap();
        let broken = invariants::broken(&db, BEFORE_EVERYTHING, &[]).await;
        assert!(broken.is_empty(), "cut at {at}: {}", invariants::told(&broken));
        let keys = stored(&db).await;
        db.close().await.unwrap();
        keys
    }
}

async fn integrity(db: &impl ConnectionTrait) -> Vec<String> {
    let check = Statement::from_string(db.get_database_backend(), "PRAGMA integrity_check");
    let rows = db.query_all_raw(check).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_cut_anywhere_opens_and_keeps_what_was_committed() {
    let (rounds, cuts) = of((3, 8), (10, 20));
    let (seed, mut rng) = chance();
    let folder = Folder::new();
    let town = Town::open(Base::create(Backend::Sqlite).await, Habits::default()).await;
    let database = PathBuf::from(town.base.url.trim_start_matches("sqlite://"));
    let mut service = town.serve().await;
    let crowd = Crowd::enter(&town, 8, usize::MAX);
    // The log and the spool are there.
    crowd.until(1).await;
    let mut kills = Vec::new();
    for _ in 0..rounds {
        let life = Duration::from_millis(rng.random_range(300..1_200));
        let _still_alive = tokio::time::timeout(life, std::future::pending::<()>()).await;
        service.kill();
        kills.push((town.journal(), Both::copy(&database, &folder.0)));
        town.leases_run_out().await;
        service = town.serve().await;
    }
    let (people, bought) = crowd.home().await;
    town.tally(&people, bought).await;
    assert!(service.stop().success());

    let (mut opened, mut acknowledged) = (0, 0);
    for (entries, left) in kills {
        let (whole, spooled) = (left.database.log.len(), left.spool.log.len());
        let ways: [Vec<_>; 2] = [
            left.database.places(cuts, &mut rng).into_iter().map(|at| (at, spooled)).collect(),
            left.spool.places(cuts / 2, &mut rng).into_iter().map(|at| (whole, at)).collect(),
        ];
        for way in ways {
            let mut before = HashSet::new();
            for (at, spool_at) in way {
                let keys = left.cut((at, spool_at), &folder.0).await;
                assert!(
                    before.is_subset(&keys),
                    "cut at {at} and {spool_at}: what an earlier cut left is gone"
                );
                if at >= left.database.last && spool_at >= left.spool.last {
                    let (count, lost) = lost(&entries, &keys);
                    assert!(lost.is_empty(), "cut at {at} and {spool_at}: {lost:?}");
                    acknowledged = count;
                }
                before = keys;
                opened += 1;
            }
        }
    }
    let figure = format!(
        "{rounds} kills, {opened} cuts (seed {seed}): each opened, integrity check clean, invariants hold; of \
         {acknowledged} acknowledged, none was lost behind the last commit"
    );
    proven("wal-cut", &figure);
    town.close().await;
}
