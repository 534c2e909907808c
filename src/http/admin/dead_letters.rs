//! `/dead-letters`: webhook items that nothing could handle.

use entity::{ChannelId, InboxId, inbox};
use poem_openapi::{Enum, Object, OpenApi, param::Path, param::Query};

use super::Tag;
use crate::{
    http::{
        auth::{ConversationsRead, Key},
        once::Edge,
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, Reply},
        types::{At, Id},
    },
    inbox::letters::{self, Letter},
};

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
    /// Newest first, without what came.
    #[oai(path = "/", method = "get", operation_id = "list_dead_letters")]
    async fn list(
        &self,
        key: Key<ConversationsRead>,
        state: Query<Option<DeadLetterState>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<DeadLetter>> {
        let wanted = Wanted::read("dead-letters", limit.0, cursor.0)?;
        let state = state.0.map(|state| match state {
            DeadLetterState::Kept => inbox::State::Kept,
            DeadLetterState::Dead => inbox::State::Dead,
        });
        let db = self.0.reader();
        let rows = letters::list(db, key.shop(), state, wanted.after()?, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), view)))
    }

    /// Read a dead letter
    #[oai(path = "/:id", method = "get", operation_id = "get_dead_letter")]
    async fn get(
        &self,
        key: Key<ConversationsRead>,
        id: Path<Id<InboxId>>,
    ) -> Answer<WholeDeadLetter> {
        let (row, payload) = letters::get(self.0.reader(), key.shop(), id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("dead letter", id.0))?;
        let payload = String::from_utf8_lossy(&payload).into_owned();
        Ok(Reply::new(&WholeDeadLetter { letter: view(row), payload }))
    }
}
