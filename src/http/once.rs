//! Writes: each in one transaction, carried out once for an `Idempotency-Key`.
//!
//! The answer is kept under the key in the business transaction itself, for 72 hours: either both are there or none.
//! Only successes are kept: a refused request left nothing behind and may be corrected and sent again under its key.
//!
//! Two requests with the same key at the same time: the first inserts the key's row and holds it until its end. On
//! PostgreSQL the second waits at that row; on SQLite it waits for the one writer. Then it finds the stored answer, or
//! no row, because the first was refused, and carries the request out itself. After 5 s of waiting it gets 409.
//!
//! An answer with a secret is sealed with what only its caller knows, the API key: the database alone cannot show it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use entity::{ApiKeyId, Sealed, Timestamp, idempotency_key as row};
use poem::{Request, RequestBody};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchema, MetaSchemaRef},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::Expr,
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    auth::{self, Key},
    problem::{Code, Problem},
    reply::Reply,
};
use crate::{
    inbox::{Door, Source},
    platform::{
        Platform,
        db::Write,
        secret::{self, Sealer},
    },
};

/// How long an answer is kept: 72 hours.
const KEPT_MS: i64 = 72 * 3_600_000;
/// How long a request waits for another with the same key.
const WAIT: Duration = Duration::from_secs(5);
/// Stands in a row whose request is being carried out; never seen after a commit.
const OPEN: i32 = 0;

/// The `Idempotency-Key` of a write, when it has one.
#[derive(Clone, Debug)]
pub struct Once(Option<Ticket>);

#[derive(Clone, Debug)]
struct Ticket {
    key: String,
    request_hash: String,
    /// Opens with the caller's API key only.
    sealer: Sealer,
}

/// What a sealed body begins with; JSON never does.
const SEALED: &[u8] = b"v1:";

impl Ticket {
    fn seal(&self, body: &[u8]) -> Result<Vec<u8>, Problem> {
        let text = SecretString::from(String::from_utf8_lossy(body).into_owned());
        let sealed = self.sealer.seal(&text).map_err(|error| Problem::internal(&error))?;
        Ok(sealed.0.into_bytes())
    }

    fn open(&self, body: Vec<u8>) -> Result<Vec<u8>, Problem> {
        if !body.starts_with(SEALED) {
            return Ok(body);
        }
        let sealed = Sealed(String::from_utf8_lossy(&body).into_owned());
        let text = self.sealer.open(&sealed).map_err(|error| Problem::internal(&error))?;
        Ok(text.expose_secret().as_bytes().to_vec())
    }
}

/// SHA-256 of method, path with query, and body; put there by the guard when a request has an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub(super) struct RequestHash(pub(super) String);

impl<'a> ApiExtractor<'a> for Once {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Inline(Box::new(MetaSchema {
            min_length: Some(1),
            max_length: Some(255),
            example: Some(serde_json::json!("0b5a6f0e-6c39-4f2c-9f0e-5d1f3a7f0c11")),
            ..MetaSchema::new("string")
        })))
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let Some(value) = request.headers().get("Idempotency-Key") else {
            return Ok(Self(None));
        };
        let key = value
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()))
            .filter(|key| key.bytes().all(|b| b.is_ascii_graphic()))
            .ok_or_else(|| {
                Problem::new(Code::InvalidIdempotencyKey, "it is not 1 to 255 visible characters")
            })?;
        let Some(RequestHash(request_hash)) = request.data::<RequestHash>().cloned() else {
            return Err(Problem::internal(&"a write came in without its hash").into());
        };
        let caller = auth::presented(request)?;
        // With the scheme before the key, as answers were always sealed.
        let seal = format!("{key} Bearer {caller}");
        let seal = SecretString::from(secret::sha256_hex(seal.as_bytes()));
        let sealer = Sealer::with_key(&seal).map_err(|error| Problem::internal(&error))?;
        Ok(Self(Some(Ticket { key: key.to_owned(), request_hash, sealer })))
    }
}

/// What every part of the admin API holds: reads by [`Edge::platform`], writes by [`Edge::write`].
#[derive(Clone)]
pub struct Edge {
    platform: Arc<Platform>,
    source: Arc<dyn Source>,
    door: Arc<dyn Door>,
    open: Arc<Mutex<HashSet<(ApiKeyId, String)>>>,
}

impl Edge {
    #[must_use]
    pub fn new(platform: Arc<Platform>, source: Arc<dyn Source>, door: Arc<dyn Door>) -> Self {
        Self { platform, source, door, open: Arc::default() }
    }

    /// Reads stored messages of customers.
    #[must_use]
    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Takes webhooks apart.
    #[must_use]
    pub fn door(&self) -> &dyn Door {
        &*self.door
    }

    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The connection for reading.
    #[must_use]
    pub fn reader(&self) -> &sea_orm::DatabaseConnection {
        self.platform.db.reader()
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.platform.now()
    }

    /// Begins, looks the idempotency key up, runs `work`, keeps its answer under the key, commits, wakes the workers.
    ///
    /// # Errors
    /// What `work` refuses: then nothing is kept. Besides, `idempotency-mismatch` and `idempotency-in-flight`.
    pub async fn write<D, T, W, const STATUS: u16>(
        &self,
        key: &Key<D>,
        once: Once,
        work: W,
    ) -> Result<Reply<T, STATUS>, Problem>
    where
        W: AsyncFnOnce(&Write, Timestamp) -> Result<Reply<T, STATUS>, Problem>,
    {
        let Some(ticket) = once.0 else {
            let txn = self.platform.db.begin_write().await?;
            return self.finish(txn, None, work).await;
        };
        let (txn, _open) = self.begin(key.id(), &ticket).await?;
        match claim(&txn, key.id(), &ticket, self.now()).await {
            Ok(None) => self.finish(txn, Some((key.id(), &ticket)), work).await,
            Ok(Some(kept)) => {
                txn.rollback().await?;
                replay(kept, &ticket)
            }
            Err(error) => {
                txn.rollback().await?;
                Err(if is_lock_timeout(&error) { in_flight() } else { error.into() })
            }
        }
    }

    async fn finish<T, W, const STATUS: u16>(
        &self,
        txn: Write,
        kept: Option<(ApiKeyId, &Ticket)>,
        work: W,
    ) -> Result<Reply<T, STATUS>, Problem>
    where
        W: AsyncFnOnce(&Write, Timestamp) -> Result<Reply<T, STATUS>, Problem>,
    {
        let now = self.now();
        let reply = match work(&txn, now).await {
            Ok(reply) => reply,
            Err(problem) => {
                txn.rollback().await?;
                return Err(problem);
            }
        };
        if let Some((id, ticket)) = kept {
            let body = if reply.secret { ticket.seal(&reply.body)? } else { reply.body.clone() };
            keep(&txn, id, ticket, i32::from(STATUS), body, reply.etag.clone()).await?;
        }
        self.platform.points.reach("api.written").await;
        txn.commit().await?;
        self.platform.points.reach("api.committed").await;
        self.platform.wake.outbox.notify_one();
        self.platform.wake.sync.notify_one();
        Ok(reply)
    }

    /// Begins a write for a key; the guard says to others that it is being carried out.
    async fn begin(&self, id: ApiKeyId, ticket: &Ticket) -> Result<(Write, Open), Problem> {
        let name = (id, ticket.key.clone());
        let Ok(begun) = tokio::time::timeout(WAIT, self.platform.db.begin_write()).await else {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            return Err(if open.contains(&name) {
                in_flight()
            } else {
                Problem::new(Code::Busy, "the database is busy").retry_after(1)
            });
        };
        let txn = begun?;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        Ok((txn, Open { all: self.open.clone(), name }))
    }
}

/// A request that is being carried out, until this is dropped.
struct Open {
    all: Arc<Mutex<HashSet<(ApiKeyId, String)>>>,
    name: (ApiKeyId, String),
}

impl Drop for Open {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

fn in_flight() -> Problem {
    Problem::new(Code::IdempotencyInFlight, "a request with this Idempotency-Key is under way")
        .retry_after(2)
}

/// Takes the key (`None`), or gives what is kept under it.
async fn claim(
    txn: &Write,
    id: ApiKeyId,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<Option<row::Model>, DbErr> {
    let postgres = txn.get_database_backend() == DbBackend::Postgres;
    if postgres {
        let wait = format!("SET LOCAL lock_timeout = '{}ms'", WAIT.as_millis());
        txn.execute_unprepared(&wait).await?;
    }
    let same =
        || row::Entity::find_by_id((id, ticket.key.clone())).filter(row::Column::Status.ne(OPEN));
    row::Entity::delete_many()
        .filter(row::Column::ApiKeyId.eq(id))
        .filter(row::Column::Key.eq(&ticket.key))
        .filter(row::Column::CreatedAt.lt(now.plus_ms(-KEPT_MS)))
        .exec(txn)
        .await?;
    let new = row::Model {
        api_key_id: id,
        key: ticket.key.clone(),
        request_hash: ticket.request_hash.clone(),
        status: OPEN,
        body: Vec::new(),
        etag: None,
        created_at: now,
    };
    let inserted = row::Entity::insert_many([new.into_active_model()])
        .on_conflict_do_nothing_on([row::Column::ApiKeyId, row::Column::Key])
        .exec_without_returning(txn)
        .await?;
    if postgres {
        txn.execute_unprepared("SET LOCAL lock_timeout = DEFAULT").await?;
    }
    match inserted {
        sea_orm::TryInsertResult::Inserted(1) => Ok(None),
        _ => same().one(txn).await,
    }
}

async fn keep(
    txn: &Write,
    id: ApiKeyId,
    ticket: &Ticket,
    status: i32,
    body: Vec<u8>,
    etag: Option<String>,
) -> Result<(), DbErr> {
    row::Entity::update_many()
        .col_expr(row::Column::Status, Expr::value(status))
        .col_expr(row::Column::Body, Expr::value(body))
        .col_expr(row::Column::Etag, Expr::value(etag))
        .filter(row::Column::ApiKeyId.eq(id))
        .filter(row::Column::Key.eq(&ticket.key))
        .exec(txn)
        .await?;
    Ok(())
}

fn replay<T, const STATUS: u16>(
    kept: row::Model,
    ticket: &Ticket,
) -> Result<Reply<T, STATUS>, Problem> {
    if kept.request_hash != ticket.request_hash {
        let detail = "method, path or body differ from the first request with this key";
        return Err(Problem::new(Code::IdempotencyMismatch, detail));
    }
    // The same method and path have the same status: `STATUS` is what was kept.
    Ok(Reply::stored(ticket.open(kept.body)?, kept.etag, true))
}

fn is_lock_timeout(error: &DbErr) -> bool {
    let (DbErr::Exec(sea_orm::RuntimeErr::SqlxError(e))
    | DbErr::Query(sea_orm::RuntimeErr::SqlxError(e))) = error
    else {
        return false;
    };
    e.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() == Some("55P03")
}
