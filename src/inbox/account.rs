//! News of an account move its channels: stopped, paused, free again, or with another limit.

use entity::{AppId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend};
use tracing::warn;

use super::InboxError;
use crate::platform::{db::Write, sql::Sql};

/// What stands before a reason for which the account stopped its channels; only such a stop is undone by the account.
const STOPPED: &str = "WhatsApp: ";

/// Whether a channel was stopped by a refusal that says of the account what its news say a moment later: restricted (368) or
/// locked (131031). The news take its place, so that the account can undo it.
const REFUSED: &str = "stopped_reason LIKE '% (code 368)' OR stopped_reason LIKE '% (code 131031)'";

/// What is told of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountNews {
    /// The provider's id of the account.
    pub account: String,
    /// The digits of the one number that it is about; else all of the account.
    pub number: Option<String>,
    pub change: AccountChange,
}

/// What follows for the channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// Nothing is sent until a person, or the account, frees it.
    Stop(String),
    /// Nothing is sent before.
    PauseUntil(Timestamp),
    /// It may send again.
    Free,
    /// How many people may be written to outside of their window, in the provider's words.
    Limit(String),
}

/// Moves the channels of the account that belong to the app. Gives their number.
pub(super) async fn apply(
    txn: &Write,
    now: Timestamp,
    app: AppId,
    news: &AccountNews,
) -> Result<u64, InboxError> {
    let sql = match &news.change {
        AccountChange::Stop(why) => Sql::new(
            format!(
                "UPDATE channels SET stopped_reason = CASE WHEN stopped_reason IS NULL OR {REFUSED} \
                 THEN $1 ELSE stopped_reason END, version = version + 1, updated_at = $2 \
                 WHERE app_id = $3"
            ),
            [format!("{STOPPED}{why}").into(), now.into(), app.into()],
        ),
        AccountChange::PauseUntil(end) => Sql::new(
            "UPDATE channels SET paused_until = $1, updated_at = $2 WHERE app_id = $3",
            [(*end).into(), now.into(), app.into()],
        ),
        AccountChange::Free => Sql::new(
            "UPDATE channels SET stopped_reason = CASE WHEN stopped_reason LIKE $1 THEN NULL \
             ELSE stopped_reason END, paused_until = NULL, version = version + 1, \
             updated_at = $2 WHERE app_id = $3",
            [format!("{STOPPED}%").into(), now.into(), app.into()],
        ),
        AccountChange::Limit(limit) => Sql::new(
            "UPDATE channels SET messaging_limit = $1, updated_at = $2 WHERE app_id = $3",
            [limit.as_str().into(), now.into(), app.into()],
        ),
    };
    let sql = match &news.number {
        Some(number) => {
            // The number as people see it may be written with blanks and dashes.
            let digits = match txn.get_database_backend() {
                DbBackend::Postgres => "regexp_replace(display_phone_number, '[^0-9]', '', 'g')",
                _ => "replace(replace(replace(display_phone_number, '+', ''), ' ', ''), '-', '')",
            };
            sql.then(&format!(" AND {digits} = ")).value(number.as_str())
        }
        None => sql.then(" AND waba_id = ").value(news.account.as_str()),
    };
    let moved = sql.run(txn).await?;
    if let AccountChange::Stop(why) = &news.change {
        warn!("{moved} channels are stopped until a person acts: {why}");
    }
    Ok(moved)
}
