//! `/orders`: find orders, see one whole, move it on, add a note.

mod view;

use entity::{CustomerId, OrderId, order};
use poem_openapi::{OpenApi, param::Path, param::Query, payload::Json};
use sea_orm::ConnectionTrait;

use self::view::{
    NewNote, NewOrderEvent, Order, OrderEvent, OrderStatus, PaymentStatus, WholeOrder,
};
use super::Tag;
use crate::{
    http::{
        auth::{Key, OrdersRead, OrdersWrite},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, IfMatch, Made, Reply},
        types::{At, Id},
    },
    order::{
        self as orders, Change,
        list::{self, Filter},
    },
};

/// Operations under `/orders`.
#[derive(Clone)]
pub struct OrdersApi(pub(super) Edge);

async fn whole(
    db: &impl ConnectionTrait,
    row: order::Model,
) -> Result<Reply<WholeOrder, 200>, Problem> {
    let version = row.version;
    let whole = list::whole(db, row).await?;
    Ok(Reply::versioned(&view::whole(whole)?, version).live())
}

#[OpenApi(prefix_path = "/orders", tag = "Tag::Orders")]
impl OrdersApi {
    /// List orders
    ///
    /// Newest first. To fetch what changed since the last visit, pass the instant of that visit, less a minute, as
    /// `changed_from`, and take what was seen before for what it is.
    #[oai(path = "/", method = "get", operation_id = "list_orders")]
    #[expect(clippy::too_many_arguments, reason = "one for each filter of the query")]
    async fn list(
        &self,
        key: Key<OrdersRead>,
        /// Only with this status; several when it stands several times.
        #[oai(default)]
        status: Query<Vec<OrderStatus>>,
        payment_status: Query<Option<PaymentStatus>>,
        /// As it is said on the phone: `4829-1735`, with or without the dash.
        #[oai(validator(max_length = 30))]
        number: Query<Option<String>>,
        customer_id: Query<Option<Id<CustomerId>>>,
        /// Placed at this instant or later.
        placed_from: Query<Option<At>>,
        /// Placed before this instant.
        placed_until: Query<Option<At>>,
        /// Changed at this instant or later.
        changed_from: Query<Option<At>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Order>> {
        let wanted = Wanted::read("orders", limit.0, cursor.0)?;
        let filter = Filter {
            status: status.0.into_iter().map(Into::into).collect(),
            payment_status: payment_status.0.map(Into::into),
            number: number.0,
            customer: customer_id.0.map(|id| id.0),
            from: placed_from.0.map(|at| at.0),
            until: placed_until.0.map(|at| at.0),
            changed_from: changed_from.0.map(|at| at.0),
        };
        let (db, shop) = (self.0.reader(), key.shop());
        let rows = list::list(db, shop, &filter, wanted.after()?, wanted.rows()).await?;
        let views = rows.iter().map(view::order).collect::<Result<Vec<_>, _>>()?;
        Ok(Reply::new(&wanted.page(views, |order| order.id.to_string(), |order| order)))
    }

    /// Read an order
    ///
    /// With its lines, its history and the events that it can take now.
    #[oai(path = "/:id", method = "get", operation_id = "get_order")]
    async fn get(&self, key: Key<OrdersRead>, id: Path<Id<OrderId>>) -> Answer<WholeOrder> {
        let found = list::get(self.0.reader(), key.shop(), id.0.0)
            .await?
            .ok_or_else(|| Problem::not_found("order", id.0))?;
        let version = found.order.version;
        Ok(Reply::versioned(&view::whole(found)?, version).live())
    }

    /// Record what happened to an order
    ///
    /// The order moves on, its stock with it, and the customer is told in chat; while a person has the chat, only when
    /// they hand it back. What cannot happen now answers
    /// `409 order-refused`, and so does an event that was recorded already.
    #[oai(path = "/:id/events", method = "post", operation_id = "record_order_event")]
    async fn record(
        &self,
        key: Key<OrdersWrite>,
        id: Path<Id<OrderId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        #[oai(name = "If-Match")] if_match: IfMatch,
        body: Json<NewOrderEvent>,
    ) -> Answer<WholeOrder> {
        let change = Change {
            event: body.0.event.into(),
            actor: key.actor(),
            why: body.0.why.unwrap_or_default().trim().to_owned(),
            if_version: if_match.0,
        };
        self.0
            .write(&key, once, async |txn, now| {
                let row = orders::advance(txn, now, key.shop(), id.0.0, change).await?;
                whole(txn, row).await
            })
            .await
    }

    /// Add a note to an order
    ///
    /// For the shop: the customer does not see it. It stands in the order's history.
    #[oai(path = "/:id/notes", method = "post", operation_id = "add_order_note")]
    async fn note(
        &self,
        key: Key<OrdersWrite>,
        id: Path<Id<OrderId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewNote>,
    ) -> Made<OrderEvent> {
        let text = body.0.text;
        self.0
            .write(&key, once, async |txn, now| {
                let (shop, actor) = (key.shop(), key.actor());
                let event = orders::note(txn, now, shop, id.0.0, &actor, &text).await?;
                Ok(Reply::new(&view::event(event)))
            })
            .await
    }
}
