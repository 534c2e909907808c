//! Writes of one moment share a commit.
//!
//! SQLite has one writer, and a durable commit waits for the disk: longer than most writes take. So what waits to write
//! goes one after the other into one transaction, each after a savepoint of its own, and one commit makes all of it last.
//! Each is told that it is committed after that, and not before. One that fails takes back only its own part; when the
//! commit itself fails, nothing of the moment was kept and everybody is told so.
//!
//! What one leaves may be the next one's work: a webhook is stored, the chat is answered, the answer is leased. So who
//! calls the next before the commit ([`Part::release`]) has it in the same one: the whole way of a message costs one
//! wait for the disk, and nothing leaves the house before it.
//!
//! PostgreSQL groups commits by itself.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, RuntimeErr, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use super::db::{Write, write_options};

/// Writes that share a commit at the most.
const MOST: usize = 8;
/// After so long no more are let in: those who are done wait.
const LONGEST: Duration = Duration::from_millis(20);
/// So long somebody is waited for who was called.
const CALLED: Duration = Duration::from_millis(1);
/// Where the part of the one begins who writes now. They stay open one in the other until the commit: closing one is one
/// more call for nothing.
const SAVE: &str = "SAVEPOINT part";
const BACK: &str = "ROLLBACK TO part";

type Told = oneshot::Sender<Result<(), DbErr>>;
type Ask = oneshot::Sender<Result<Part, DbErr>>;

/// How one ends: it gives the open transaction back for the next.
#[derive(Debug)]
enum End {
    Done {
        all: Write,
        told: Told,
        /// Whether somebody was called who may begin in a moment.
        follows: bool,
    },
    /// Its own part is to be taken back.
    Failed(Write),
}

/// One write among those that share a commit. Dropped without [`Part::commit`], it is taken back.
#[derive(Debug)]
pub struct Part {
    /// There until it ends.
    txn: Option<Write>,
    end: Option<oneshot::Sender<End>>,
}

impl Part {
    /// A transaction of its own.
    pub(super) fn alone(txn: Write) -> Self {
        Self { txn: Some(txn), end: None }
    }

    /// Comes back when it is committed, with whatever shares the commit.
    ///
    /// # Errors
    /// When the database refuses: nothing of it was kept.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.end(false).await?.committed().await
    }

    /// Ends it: who begins now sees what it wrote, and is waited for a moment. It lasts when [`Released::committed`]
    /// says so. On PostgreSQL it is committed at once.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn release(self) -> Result<Released, DbErr> {
        self.end(true).await
    }

    async fn end(mut self, follows: bool) -> Result<Released, DbErr> {
        let all = self.txn.take().ok_or_else(gone)?;
        let Some(end) = self.end.take() else {
            all.commit().await?;
            return Ok(Released(None));
        };
        let (told, done) = oneshot::channel();
        let _gone = end.send(End::Done { all, told, follows });
        Ok(Released(Some(done)))
    }

    /// Takes it back: on PostgreSQL now, on SQLite before anybody else begins.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn rollback(mut self) -> Result<(), DbErr> {
        match (self.txn.take(), self.end.take()) {
            (Some(txn), None) => txn.rollback().await,
            (Some(txn), Some(end)) => {
                let _gone = end.send(End::Failed(txn));
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let (Some(txn), Some(end)) = (self.txn.take(), self.end.take()) {
            let _gone = end.send(End::Failed(txn));
        }
    }
}

/// A write that ended and is not committed yet.
#[derive(Debug)]
#[must_use = "it is not committed yet"]
pub struct Released(Option<oneshot::Receiver<Result<(), DbErr>>>);

impl Released {
    /// Comes back when it is committed.
    ///
    /// # Errors
    /// When the database refuses: nothing of it was kept.
    pub async fn committed(self) -> Result<(), DbErr> {
        match self.0 {
            Some(done) => done.await.unwrap_or_else(|_| Err(gone())),
            None => Ok(()),
        }
    }
}

impl Deref for Part {
    type Target = Write;

    fn deref(&self) -> &Write {
        // It is taken by what consumes the part.
        self.txn.as_ref().expect("a part holds its transaction until it ends")
    }
}

/// The one who begins and commits. Clones ask the same one.
#[derive(Clone, Debug)]
pub(super) struct Shared(mpsc::UnboundedSender<Ask>);

impl Shared {
    /// Starts it; it ends with its last clone.
    pub fn start(writer: DatabaseConnection) -> Self {
        let (ask, asked) = mpsc::unbounded_channel();
        tokio::spawn(run(writer, asked));
        Self(ask)
    }

    pub async fn begin(&self) -> Result<Part, DbErr> {
        let (ask, begun) = oneshot::channel();
        self.0.send(ask).map_err(|_| gone())?;
        begun.await.unwrap_or_else(|_| Err(gone()))
    }
}

async fn run(writer: DatabaseConnection, mut asked: mpsc::UnboundedReceiver<Ask>) {
    while let Some(first) = asked.recv().await {
        match writer.begin_with_options(write_options()).await {
            Ok(all) => together(all, first, &mut asked).await,
            Err(error) => {
                let _gone = first.send(Err(error));
            }
        }
    }
}

/// Lets one after the other write, commits, and tells them. The first needs no savepoint: what it takes back is all.
async fn together(all: Write, first: Ask, asked: &mut mpsc::UnboundedReceiver<Ask>) {
    let began = Instant::now();
    let mut waiting: Vec<Told> = vec![];
    let mut next = first;
    let mut all = all;
    let done = loop {
        if !waiting.is_empty()
            && let Err(error) = all.execute_unprepared(SAVE).await
        {
            let _gone = next.send(Err(error));
            break all.commit().await;
        }
        let (end, ended) = oneshot::channel();
        // Who is gone gives it back at once.
        drop(next.send(Ok(Part { txn: Some(all), end: Some(end) })));
        let follows = match ended.await {
            Ok(End::Done { all: back, told, follows }) => {
                all = back;
                waiting.push(told);
                follows
            }
            // After one that failed nobody else is let in: some faults make SQLite take back everything, and then
            // there is no savepoint either.
            Ok(End::Failed(back)) if !waiting.is_empty() => {
                break match back.execute_unprepared(BACK).await {
                    Ok(_) => back.commit().await,
                    Err(error) => Err(error),
                };
            }
            Ok(End::Failed(back)) => break back.rollback().await,
            Err(_) => break Err(gone()),
        };
        if waiting.len() >= MOST || began.elapsed() >= LONGEST {
            break all.commit().await;
        }
        let mut ask = asked.try_recv().ok();
        if ask.is_none() && follows {
            ask = tokio::time::timeout(CALLED, asked.recv()).await.ok().flatten();
        }
        match ask {
            Some(ask) => next = ask,
            None => break all.commit().await,
        }
    };
    for told in waiting {
        let _gone = told.send(done.clone());
    }
}

fn gone() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the database is being closed".to_owned()))
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

    use crate::platform::db::Db;

    async fn open(name: &str) -> Db {
        let folder =
            std::env::temp_dir().join(format!("sepet-shared-{name}-{}", std::process::id()));
        let _none = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::connect(&format!("sqlite://{}/a.db", folder.display())).await.unwrap();
        let txn = db.begin_write().await.unwrap();
        txn.execute_unprepared("CREATE TABLE t (n INTEGER PRIMARY KEY)").await.unwrap();
        txn.commit().await.unwrap();
        db
    }

    async fn kept(db: &Db) -> Vec<i64> {
        let sql = Statement::from_string(DatabaseBackend::Sqlite, "SELECT n FROM t ORDER BY n");
        let rows = db.reader().query_all_raw(sql).await.unwrap();
        rows.iter().map(|row| row.try_get("", "n").unwrap()).collect()
    }

    async fn put(db: &Db, n: i64) -> Result<(), sea_orm::DbErr> {
        let part = db.begin_shared().await?;
        part.execute_unprepared(&format!("INSERT INTO t VALUES ({n})")).await?;
        part.commit().await
    }

    #[tokio::test]
    async fn one_that_fails_takes_back_only_its_own() {
        let db = open("one_that_fails").await;
        let (a, b, c, d) = tokio::join!(put(&db, 1), put(&db, 1), put(&db, 2), async {
            let part = db.begin_shared().await.unwrap();
            part.execute_unprepared("INSERT INTO t VALUES (9)").await.unwrap();
            drop(part);
        });
        a.unwrap();
        b.unwrap_err();
        c.unwrap();
        let () = d;
        assert_eq!(kept(&db).await, [1, 2]);
    }

    #[tokio::test]
    async fn who_is_told_of_a_commit_can_read_it() {
        let db = open("who_is_told").await;
        let all: Vec<_> = (0..100)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    put(&db, n).await.unwrap();
                    assert!(kept(&db).await.contains(&n));
                })
            })
            .collect();
        for one in all {
            one.await.unwrap();
        }
        assert_eq!(kept(&db).await.len(), 100);
    }

    /// A fault at which SQLite takes back everything by itself leaves nobody behind who is told of a commit that is none.
    #[tokio::test]
    async fn after_a_full_disk_a_commit_is_one() {
        let db = open("after_a_full_disk").await;
        let room = |pages: i64| {
            let db = db.clone();
            async move {
                let txn = db.begin_write().await.unwrap();
                let sql = format!("PRAGMA max_page_count = {pages}");
                txn.execute_unprepared(&sql).await.unwrap();
                txn.commit().await.unwrap();
            }
        };
        let part = db.begin_shared().await.unwrap();
        part.execute_unprepared("CREATE TABLE u (b BLOB)").await.unwrap();
        part.commit().await.unwrap();
        room(1).await;
        let part = db.begin_shared().await.unwrap();
        let large = "INSERT INTO u VALUES (zeroblob(1000000))";
        part.execute_unprepared(large).await.unwrap_err();
        drop(part);
        room(1_000_000).await;
        put(&db, 1).await.unwrap();
        put(&db, 1).await.unwrap_err();
        put(&db, 2).await.unwrap();
        assert_eq!(kept(&db).await, [1, 2]);
    }

    #[tokio::test]
    async fn who_goes_away_before_the_turn_comes_holds_nobody_up() {
        let db = open("who_goes_away").await;
        let held = db.begin_shared().await.unwrap();
        let waiting = tokio::spawn({
            let db = db.clone();
            async move { put(&db, 5).await }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        held.commit().await.unwrap();
        put(&db, 6).await.unwrap();
        assert_eq!(kept(&db).await, [6]);
    }
}
