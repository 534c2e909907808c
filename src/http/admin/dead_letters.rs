//! `/dead-letters`: webhook items that nothing could handle.

use entity::{ChannelId, InboxId, inbox};
use poem_openapi::{
    Enum, Object, OpenApi, param::Path, param::Query, payload::Json, types::Example,
};

use super::Tag;
use crate::{
    http::{
        auth::{ConversationsRead, ConversationsWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::{Code, Problem},
        reply::{Answer, IfMatch, Reply},
        types::{At, Id},
    },
    inbox::{
        Fate, Reader, Whose,
        letters::{self, Filter, Letter},
    },
    platform::secret::sha256_hex,
};

/// Letters that one call replays at the most.
const AT_ONCE: u64 = 100;

/// Operations under `/dead-letters`.
#[derive(Clone)]
pub struct DeadLettersApi(pub(super) Edge);

/// An item of a webhook that nothing could handle.
#[derive(Clone, Debug, Object)]
pub struct DeadLetter {
    pub id: Id<InboxId>,
    pub channel_id: Option<Id<ChannelId>>,
    pub kind: DeadLetterKind,
    pub state: DeadLetterState,
    /// Why it was not handled.
    pub reason: String,
    /// How often it was tried.
    pub attempts: i32,
    pub received_at: At,
}

/// A dead letter with what came.
#[derive(Clone, Debug, Object)]
pub struct WholeDeadLetter {
    pub letter: DeadLetter,
    /// What came, as text; bytes that are no text are shown as `�`. It may hold personal data.
    pub payload: String,
}

/// What was in the webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeadLetterKind {
    Message,
    Status,
    /// Something that nothing handles yet.
    Other,
    /// News of the account or of one of its numbers.
    Account,
    /// No webhook at all, though rightly signed.
    Unreadable,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeadLetterState {
    /// Of a kind that nothing handles yet: stored for later.
    Kept,
    /// It could not be handled.
    Dead,
}

/// What a person corrected.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct DeadLetterChange {
    /// All of it, as JSON text; at most 1 MB.
    #[oai(validator(min_length = 2))]
    pub payload: String,
}

impl Example for DeadLetterChange {
    fn example() -> Self {
        Self { payload: r#"{"object":"whatsapp_business_account","entry":[]}"#.to_owned() }
    }
}

/// Which letters are replayed: those of `ids`, or the oldest that fit the rest.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example)]
pub struct DeadLetterReplay {
    #[oai(validator(max_items = 100))]
    pub ids: Option<Vec<Id<InboxId>>>,
    /// Left out: `dead`.
    pub state: Option<DeadLetterState>,
    pub kind: Option<DeadLetterKind>,
    pub channel_id: Option<Id<ChannelId>>,
    /// Received then or later.
    pub since: Option<At>,
    /// Received before.
    pub until: Option<At>,
    /// Only tells what would come of it.
    #[oai(default)]
    pub dry_run: bool,
}

impl Example for DeadLetterReplay {
    fn example() -> Self {
        Self { kind: Some(DeadLetterKind::Message), dry_run: true, ..Self::default() }
    }
}

/// What came of the wish to replay a letter.
#[derive(Clone, Debug, Object)]
pub struct ReplayedLetter {
    pub id: Id<InboxId>,
    pub outcome: ReplayOutcome,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// What came of the wish to replay a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ReplayOutcome {
    /// It is handled next, in its place.
    Due,
    /// It is due or handled already; nothing was changed.
    Already,
    /// It still cannot be handled; nothing was changed.
    Refused,
    /// This shop has no such letter.
    NotFound,
}

/// What came of each.
#[derive(Clone, Debug, Object)]
pub struct ReplayedLetters {
    pub items: Vec<ReplayedLetter>,
    /// More letters fit than one call takes; those that were refused stay among them.
    pub more: bool,
}

fn replayed(id: InboxId, fate: Option<Fate>) -> ReplayedLetter {
    let (outcome, reason) = match fate {
        Some(Fate::Due) => (ReplayOutcome::Due, None),
        Some(Fate::Already) => (ReplayOutcome::Already, None),
        Some(Fate::Refused(reason)) => (ReplayOutcome::Refused, Some(reason)),
        None => (ReplayOutcome::NotFound, None),
    };
    ReplayedLetter { id: Id(id), outcome, reason }
}

impl From<DeadLetterKind> for inbox::Kind {
    fn from(kind: DeadLetterKind) -> Self {
        match kind {
            DeadLetterKind::Message => Self::Message,
            DeadLetterKind::Status => Self::Status,
            DeadLetterKind::Account => Self::Account,
            DeadLetterKind::Other => Self::Other,
            DeadLetterKind::Unreadable => Self::Unreadable,
        }
    }
}

impl From<DeadLetterState> for inbox::State {
    fn from(state: DeadLetterState) -> Self {
        match state {
            DeadLetterState::Kept => Self::Kept,
            DeadLetterState::Dead => Self::Dead,
        }
    }
}

/// The version of a letter: a fingerprint of what it holds.
fn version(payload: &[u8]) -> i32 {
    i32::from_str_radix(&sha256_hex(payload)[..7], 16).unwrap_or_default()
}

fn whole(letter: Letter, payload: &[u8]) -> Reply<WholeDeadLetter, 200> {
    let text = String::from_utf8_lossy(payload).into_owned();
    let whole = WholeDeadLetter { letter: view(letter), payload: text };
    Reply::versioned(&whole, version(payload)).live()
}

fn view(row: Letter) -> DeadLetter {
    DeadLetter {
        id: Id(row.id),
        channel_id: row.channel_id.map(Id),
        kind: match row.kind {
            inbox::Kind::Message => DeadLetterKind::Message,
            inbox::Kind::Status => DeadLetterKind::Status,
            inbox::Kind::Account => DeadLetterKind::Account,
            inbox::Kind::Other => DeadLetterKind::Other,
            inbox::Kind::Unreadable => DeadLetterKind::Unreadable,
        },
        state: match row.state {
            inbox::State::Kept => DeadLetterState::Kept,
            inbox::State::Due | inbox::State::Done | inbox::State::Dead => DeadLetterState::Dead,
        },
        reason: row.reason.unwrap_or_default(),
        attempts: row.attempts,
        received_at: At(row.received_at),
    }
}

#[OpenApi(prefix_path = "/dead-letters", tag = "Tag::DeadLetters")]
impl DeadLettersApi {
    /// List dead letters
    ///
    /// Newest first, without what came. What names no channel of the shop is not among them: it is the operator's, who
    /// sees it with `sepet replay --all --dry-run`, and what is `kept` with `--state kept` besides.
    #[oai(path = "/", method = "get", operation_id = "list_dead_letters")]
    #[expect(clippy::too_many_arguments, reason = "the parameters of the query")]
    async fn list(
        &self,
        key: Key<ConversationsRead>,
        state: Query<Option<DeadLetterState>>,
        kind: Query<Option<DeadLetterKind>>,
        channel_id: Query<Option<Id<ChannelId>>>,
        since: Query<Option<At>>,
        until: Query<Option<At>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<DeadLetter>> {
        let wanted = Wanted::read("dead-letters", limit.0, cursor.0)?;
        let filter = Filter {
            state: state.0.map(Into::into),
            kind: kind.0.map(Into::into),
            channel: channel_id.0.map(|id| id.0),
            since: since.0.map(|at| at.0),
            until: until.0.map(|at| at.0),
        };
        let (db, whose) = (self.0.reader(), Whose::Shop(key.shop()));
        let rows = letters::list(db, whose, &filter, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), view)))
    }

    /// Read a dead letter
    #[oai(path = "/:id", method = "get", operation_id = "get_dead_letter")]
    async fn get(
        &self,
        key: Key<ConversationsRead>,
        id: Path<Id<InboxId>>,
    ) -> Answer<WholeDeadLetter> {
        let whose = Whose::Shop(key.shop());
        let (letter, payload) = letters::get(self.0.reader(), whose, id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("dead letter", id.0))?;
        Ok(whole(letter, &payload))
    }

    /// Correct a dead letter
    ///
    /// What came is replaced as a whole. Nothing is handled by that: replay it then.
    #[oai(path = "/:id", method = "patch", operation_id = "update_dead_letter")]
    async fn update(
        &self,
        key: Key<ConversationsWrite>,
        id: Path<Id<InboxId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<DeadLetterChange>,
    ) -> Answer<WholeDeadLetter> {
        let payload = body.0.payload;
        if let Err(error) = serde_json::from_str::<&serde_json::value::RawValue>(&payload) {
            let (line, column) = (error.line(), error.column());
            let detail = format!("is no JSON (line {line}, column {column})");
            return Err(Problem::invalid("/payload", detail));
        }
        self.0
            .write(&key, once, async |txn, _now| {
                let whose = Whose::Shop(key.shop());
                let check = |now: &[u8]| if_match.check(version(now));
                let (letter, payload) =
                    letters::correct(txn, whose, id.0.0, payload.into_bytes(), check)
                        .await?
                        .ok_or_else(|| Problem::not_found("dead letter", id.0))?;
                Ok(whole(letter, &payload))
            })
            .await
    }

    /// Replay a dead letter
    ///
    /// It is handled as if it had just come, in its place in the chat. Again changes nothing. `409 conflict` says why it
    /// still cannot be handled.
    #[oai(path = "/:id/replay", method = "post", operation_id = "replay_dead_letter")]
    async fn replay(
        &self,
        key: Key<ConversationsWrite>,
        id: Path<Id<InboxId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<ReplayedLetter> {
        let id = id.0.0;
        let reader = self.reader().await?;
        let answer = self
            .0
            .write(&key, once, async |txn, now| {
                match reader.replay(txn, now, Whose::Shop(key.shop()), id).await? {
                    None => Err(Problem::not_found("dead letter", Id(id))),
                    Some(Fate::Refused(reason)) => {
                        let detail = format!("it still cannot be handled: {reason}");
                        Err(Problem::new(Code::Conflict, detail))
                    }
                    fate => Ok(Reply::new(&replayed(id, fate))),
                }
            })
            .await?;
        self.wake();
        Ok(answer)
    }

    /// Replay many dead letters
    ///
    /// The oldest first, at most 100 in one call; each as if alone.
    #[oai(path = "/replay", method = "post", operation_id = "replay_dead_letters")]
    async fn replay_many(
        &self,
        key: Key<ConversationsWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<DeadLetterReplay>,
    ) -> Answer<ReplayedLetters> {
        let wish = body.0;
        let whose = Whose::Shop(key.shop());
        let reader = self.reader().await?;
        let answer = self
            .0
            .write(&key, once, async |txn, now| {
                let filter = Filter {
                    state: Some(wish.state.map_or(inbox::State::Dead, Into::into)),
                    kind: wish.kind.map(Into::into),
                    channel: wish.channel_id.map(|id| id.0),
                    since: wish.since.map(|at| at.0),
                    until: wish.until.map(|at| at.0),
                };
                let (ids, more) = match wish.ids {
                    Some(ids) => (ids.into_iter().map(|id| id.0).collect(), false),
                    None => {
                        let found = letters::oldest(txn, whose, &filter, None, AT_ONCE + 1).await?;
                        let more = found.len() as u64 > AT_ONCE;
                        let ids: Vec<_> = found.into_iter().map(|letter| letter.id).collect();
                        (ids, more)
                    }
                };
                let mut items = Vec::new();
                for id in ids.into_iter().take(usize::try_from(AT_ONCE).unwrap_or(usize::MAX)) {
                    let fate = if wish.dry_run {
                        reader.would(txn, now, whose, id).await?
                    } else {
                        reader.replay(txn, now, whose, id).await?
                    };
                    items.push(replayed(id, fate));
                }
                Ok(Reply::new(&ReplayedLetters { items, more }))
            })
            .await?;
        self.wake();
        Ok(answer)
    }
}

impl DeadLettersApi {
    async fn reader(&self) -> Result<Reader<'_>, Problem> {
        Ok(Reader::open(self.0.platform(), self.0.door(), self.0.source()).await?)
    }

    fn wake(&self) {
        let wake = &self.0.platform().wake;
        wake.lanes.notify_one();
        wake.statuses.notify_one();
    }
}
