//! Messages that were changed or taken back: what they said before, and the mark on them.

use std::collections::HashMap;

use entity::{ConversationId, Timestamp, inbox as inbox_table};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::{intent::Intent, load::Turn};
use crate::{
    inbox::{Source, message_key},
    message::Content,
    platform::db::Write,
};

/// What the changed messages of a group said before, as far as they were texts of the same chat.
pub(super) async fn originals(
    txn: &Write,
    source: &dyn Source,
    turns: &mut [Turn],
) -> Result<(), DbErr> {
    let of = |turn: &Turn| match &turn.intent {
        Intent::Edited { of, .. } => Some(message_key(&turn.chat.channel.phone_number_id, of)),
        _ => None,
    };
    let keys: Vec<String> = turns.iter().filter_map(of).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let rows = inbox_table::Entity::find()
        .filter(inbox_table::Column::DedupeKey.is_in(keys))
        .all(txn)
        .await?;
    let rows: HashMap<&str, &inbox_table::Model> =
        rows.iter().map(|row| (row.dedupe_key.as_str(), row)).collect();
    for turn in turns {
        let row = of(turn).and_then(|key| rows.get(key.as_str()).copied());
        let own = row.filter(|row| row.conversation_id == Some(turn.chat.conversation.id));
        let read = own.and_then(|row| source.message(&row.payload).ok());
        if let Some(Content::Text(text)) = read.map(|inbound| inbound.content) {
            turn.chat.view.original = Some(text);
        }
    }
    Ok(())
}

/// A message of a chat that was changed or taken back.
pub(super) struct Changed {
    pub chat: ConversationId,
    pub key: String,
    pub at: Timestamp,
    pub revoked: bool,
}

/// Marks them, so that people see it in the chat.
pub(super) async fn mark(txn: &Write, changed: Vec<Changed>) -> Result<(), DbErr> {
    use inbox_table::Column::{ConversationId, DedupeKey, EditedAt, RevokedAt};
    for one in changed {
        let column = if one.revoked { RevokedAt } else { EditedAt };
        inbox_table::Entity::update_many()
            .col_expr(column, Expr::value(one.at))
            .filter(DedupeKey.eq(one.key))
            .filter(ConversationId.eq(one.chat))
            .exec(txn)
            .await?;
    }
    Ok(())
}
