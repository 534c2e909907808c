//! What could not be handled, for people to look at.

use entity::{
    ChannelId, InboxId, ShopId, Timestamp, channel,
    inbox::{self, Kind, State},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, sea_query::Expr,
};

/// One of them, without what came.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Letter {
    pub id: InboxId,
    pub channel_id: Option<ChannelId>,
    pub kind: Kind,
    pub state: State,
    pub attempts: i32,
    pub reason: Option<String>,
    pub received_at: Timestamp,
}

/// Kept and dead items of a shop's channels, the newest first, after the one with id `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &impl ConnectionTrait,
    shop: ShopId,
    state: Option<State>,
    after: Option<InboxId>,
    limit: u64,
) -> Result<Vec<Letter>, DbErr> {
    let mut find = of_shop(shop);
    if let Some(state) = state {
        find = find.filter(inbox::Column::State.eq(state));
    }
    if let Some(after) = after {
        find = find.filter(inbox::Column::Id.lt(after));
    }
    bare(find).order_by_desc(inbox::Column::Id).limit(limit).into_model().all(db).await
}

/// One kept or dead item of a shop's channels, with the bytes that came.
///
/// # Errors
/// The database's.
pub async fn get(
    db: &impl ConnectionTrait,
    shop: ShopId,
    id: InboxId,
) -> Result<Option<(Letter, Vec<u8>)>, DbErr> {
    let find = of_shop(shop).filter(inbox::Column::Id.eq(id));
    let letter = bare(find).into_model::<Letter>().one(db).await?;
    let whole = inbox::Entity::find_by_id(id).one(db).await?;
    Ok(letter.zip(whole.map(|whole| whole.payload)))
}

fn bare(find: Select<inbox::Entity>) -> Select<inbox::Entity> {
    use inbox::Column as C;
    find.select_only().columns([
        C::Id,
        C::ChannelId,
        C::Kind,
        C::State,
        C::Attempts,
        C::Reason,
        C::ReceivedAt,
    ])
}

fn of_shop(shop: ShopId) -> Select<inbox::Entity> {
    let channels = channel::Entity::find()
        .select_only()
        .column(channel::Column::Id)
        .filter(channel::Column::ShopId.eq(shop))
        .into_query();
    inbox::Entity::find()
        // Written out and not bound: only so both planners see that the partial index serves.
        .filter(Expr::cust("inbox.state IN ('dead', 'kept')"))
        .filter(inbox::Column::ChannelId.in_subquery(channels))
}
