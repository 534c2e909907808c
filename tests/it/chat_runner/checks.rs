//! What a script asserts of the shop's books: `!`.

use entity::{
    ConversationId, cart, conversation, customer, order, order_event, outbox, terms, variant,
};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::{Play, script::items};

impl Play<'_> {
    /// One check; several are parted by `;`.
    pub(super) async fn check(&mut self, check: &str) -> Result<(), String> {
        let (word, rest) = check.split_once(' ').unwrap_or((check, ""));
        let rest = rest.trim();
        let found = match word {
            "orders" => format!("= {}", self.orders().await.len()),
            "order" => return self.order(rest).await,
            "history" => return self.history(rest).await,
            "about" => self.about().await?,
            "receiver" => return self.receiver(rest).await,
            "terms" => return self.terms(rest).await,
            "ours" => format!("= {}", self.ours().await?),
            "stock" => return self.stock(rest).await,
            "cart" => return self.cart(rest).await,
            "held" => format!("= {}", self.outgoing(outbox::State::Held).await?),
            "failed" => format!("= {}", self.outgoing(outbox::State::Failed).await?),
            "repeated" => format!("= {}", self.repeated().await?),
            "window" => self.window().await?,
            "owner" => match self.chat().await?.owner {
                conversation::Owner::Bot => "bot".to_owned(),
                conversation::Owner::Person => "person".to_owned(),
            },
            "language" => self.customer().await?.language.unwrap_or_else(|| "unknown".to_owned()),
            "notices" => match self.customer().await?.notices_stopped_at {
                None => "allowed".to_owned(),
                Some(_) => "stopped".to_owned(),
            },
            "customers" => {
                let count = customer::Entity::find().count(self.shop.db().reader()).await;
                format!("= {}", count.unwrap())
            }
            _ => return Err(format!("`! {word}` is no check: see chats/README.md")),
        };
        same(check, rest, &found)
    }

    /// All orders, in the order in which they were placed.
    pub(super) async fn orders(&self) -> Vec<order::Model> {
        let all = order::Entity::find()
            .order_by_asc(order::Column::PlacedAt)
            .order_by_asc(order::Column::Id);
        all.all(self.shop.db().reader()).await.unwrap()
    }

    /// The order that a script calls by its place: `1`, `2`, … or `last`.
    pub(super) async fn order_at(&self, place: &str) -> Result<order::Model, String> {
        let mut orders = self.orders().await;
        let count = orders.len();
        let at = match place {
            "last" => count.checked_sub(1),
            place => place.parse::<usize>().ok().and_then(|n| n.checked_sub(1)),
        };
        at.filter(|at| *at < count)
            .map(|at| orders.swap_remove(at))
            .ok_or_else(|| format!("there is no order {place}: {count} were placed"))
    }

    /// `1 is placed, unpaid, 360.00, delivery, cash_on_delivery`: any of them, in any order.
    async fn order(&self, rest: &str) -> Result<(), String> {
        let (place, wanted) = rest
            .split_once(" is ")
            .ok_or("write `! order 1 is placed, unpaid, 360.00, delivery, cash_on_delivery`")?;
        let order = self.order_at(place.trim()).await?;
        let total = format!("{}.{:02}", order.total_minor / 100, order.total_minor % 100);
        let known = [
            name(&order.status),
            name(&order.payment_status),
            total,
            name(&order.delivery_method),
            name(&order.payment_method),
        ];
        for one in wanted.split(',').map(str::trim) {
            if !known.iter().any(|k| k == one) {
                return Err(format!("order {place} is {}, not {one}", known.join(", ")));
            }
        }
        Ok(())
    }

    /// `1 = placed, cancelled_by_customer`: all that happened to an order, the oldest first.
    async fn history(&self, rest: &str) -> Result<(), String> {
        let (place, wanted) = rest.split_once('=').ok_or("write `! history 1 = placed, …`")?;
        let order = self.order_at(place.trim()).await?;
        let events = order_event::Entity::find()
            .filter(order_event::Column::OrderId.eq(order.id))
            .order_by_asc(order_event::Column::Sequence);
        let events = events.all(self.shop.db().reader()).await.unwrap();
        let found: Vec<_> = events.iter().map(|event| event.event.as_str()).collect();
        same(&format!("history {place}"), wanted.trim(), &found.join(", "))
    }

    /// `order 1` or `nothing`: what a person is asked about in the chat.
    async fn about(&mut self) -> Result<String, String> {
        let Some(id) = self.chat().await?.about_order else { return Ok("nothing".to_owned()) };
        let place = self.orders().await.iter().position(|order| order.id == id);
        place.map(|at| format!("order {}", at + 1)).ok_or_else(|| "an order is gone".to_owned())
    }

    /// `1 = NAME, PHONE`: who receives an order; what is not known is `none`.
    async fn receiver(&self, rest: &str) -> Result<(), String> {
        let (place, wanted) = rest.split_once('=').ok_or("write `! receiver 1 = NAME, PHONE`")?;
        let order = self.order_at(place.trim()).await?;
        let told = |part: Option<String>| part.unwrap_or_else(|| "none".to_owned());
        let found = format!("{}, {}", told(order.receiver_name), told(order.receiver_phone));
        same(&format!("receiver {place}"), wanted.trim(), &found)
    }

    /// `1 = TEXT`: how the terms begin that an order was placed under, by which message of its customer; or `none`.
    async fn terms(&self, rest: &str) -> Result<(), String> {
        let (place, wanted) = rest.split_once('=').ok_or("write `! terms 1 = TEXT`")?;
        let order = self.order_at(place.trim()).await?;
        let found = match order.terms_id {
            None => "none".to_owned(),
            Some(id) => {
                let row = terms::Entity::find_by_id(id).one(self.shop.db().reader()).await.unwrap();
                let row = row.ok_or("the terms of the order are gone")?;
                if order.terms_wamid.is_none() || order.terms_accepted_at.is_none() {
                    return Err("how the terms were accepted is not kept".to_owned());
                }
                row.body.lines().next().unwrap_or_default().to_owned()
            }
        };
        same(&format!("terms {place}"), wanted.trim(), &found)
    }

    /// How many messages of ours the person got.
    async fn ours(&mut self) -> Result<usize, String> {
        let screen = self.screen()?;
        Ok(screen.person.bubbles().await.len())
    }

    /// `SKU = 8` (available), or `SKU = 20 on hand, 2 reserved`.
    async fn stock(&self, rest: &str) -> Result<(), String> {
        let (sku, wanted) = rest.split_once('=').ok_or("write `! stock SKU = 8`")?;
        let (sku, wanted) = (sku.trim(), wanted.trim());
        let row = variant::Entity::find()
            .filter(variant::Column::Sku.eq(sku))
            .one(self.shop.db().reader())
            .await
            .unwrap()
            .ok_or_else(|| format!("no variant `{sku}`"))?;
        let found = if wanted.contains("on hand") {
            format!("{} on hand, {} reserved", row.on_hand, row.reserved)
        } else if row.tracked {
            (row.on_hand - row.reserved).to_string()
        } else {
            "uncounted".to_owned()
        };
        same(&format!("stock {sku}"), wanted, &found)
    }

    /// `2 × SKU, 1 × SKU`, or `empty`: the open cart of the person.
    async fn cart(&mut self, rest: &str) -> Result<(), String> {
        let chat = self.chat().await?;
        let open = cart::Entity::find()
            .filter(cart::Column::ConversationId.eq(chat.id))
            .filter(cart::Column::Status.eq(cart::Status::Open))
            .order_by_desc(cart::Column::Number)
            .one(self.shop.db().reader())
            .await
            .unwrap();
        let lines = open.map(|cart| cart.lines.0).unwrap_or_default();
        let mut found: Vec<_> =
            lines.iter().map(|l| (l.sku.clone(), i64::from(l.quantity))).collect();
        let mut wanted = if rest == "empty" { Vec::new() } else { items(rest)? };
        found.sort();
        wanted.sort();
        same("cart", &format!("{wanted:?}"), &format!("{found:?}"))
    }

    async fn window(&mut self) -> Result<String, String> {
        let now = self.shop.now();
        let open = self.chat().await?.window_ends_at.is_some_and(|end| end > now);
        Ok(if open { "open" } else { "closed" }.to_owned())
    }

    async fn outgoing(&mut self, state: outbox::State) -> Result<u64, String> {
        let chat = self.chat().await?.id;
        Ok(self.count(chat, outbox::Column::State.eq(state)).await)
    }

    async fn repeated(&mut self) -> Result<u64, String> {
        let chat = self.chat().await?.id;
        Ok(self.count(chat, outbox::Column::Repeated.eq(true)).await)
    }

    async fn count(&self, chat: ConversationId, which: sea_orm::sea_query::SimpleExpr) -> u64 {
        outbox::Entity::find()
            .filter(outbox::Column::ConversationId.eq(chat))
            .filter(which)
            .count(self.shop.db().reader())
            .await
            .unwrap()
    }

    /// The customer row of the person.
    async fn customer(&mut self) -> Result<customer::Model, String> {
        let screen = self.screen()?;
        let (phone, bsuid) = (screen.person.phone.clone(), screen.person.bsuid.clone());
        customer::Entity::find()
            .filter(customer::Column::Phone.eq(phone).or(customer::Column::Bsuid.eq(bsuid)))
            .one(self.shop.db().reader())
            .await
            .unwrap()
            .ok_or_else(|| "this person never wrote".to_owned())
    }

    /// The conversation of the person.
    pub(super) async fn chat(&mut self) -> Result<conversation::Model, String> {
        let customer = self.customer().await?.id;
        conversation::Entity::find()
            .filter(conversation::Column::CustomerId.eq(customer))
            .one(self.shop.db().reader())
            .await
            .unwrap()
            .ok_or_else(|| "this person has no chat".to_owned())
    }
}

fn same(what: &str, wanted: &str, found: &str) -> Result<(), String> {
    if wanted == found { Ok(()) } else { Err(format!("`{what}`: found {found}")) }
}

/// As it is written in the table.
fn name<T: sea_orm::ActiveEnum<Value = String>>(value: &T) -> String {
    value.to_value()
}
