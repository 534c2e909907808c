//! `/conversations`: chats, and what people of the shop do in them.

use entity::{ChannelId, ConversationId, CustomerId, OrderId, OutboxId, conversation, outbox};
use poem_openapi::{
    Enum, Object, OpenApi, param::Path, param::Query, payload::Json, types::Example,
};

use super::Tag;
use crate::{
    conversation::{
        history::{self, Entry, Place},
        resume,
        staff::{self, Filter, Seen},
    },
    http::{
        auth::{ConversationsRead, ConversationsWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        reply::{Answer, Made, Reply},
        types::{At, Id},
    },
    outbox::window_open,
};

/// Operations under `/conversations`.
#[derive(Clone)]
pub struct ConversationsApi(pub(super) Edge);

/// The chat of one customer on one channel.
#[derive(Clone, Debug, Object)]
pub struct Conversation {
    pub id: Id<ConversationId>,
    pub channel_id: Id<ChannelId>,
    pub customer_id: Id<CustomerId>,
    /// As the customer's profile says; may be empty.
    pub customer_name: String,
    /// `+` and digits; `null` when WhatsApp does not tell.
    pub customer_phone: Option<String>,
    /// Who answers.
    pub owner: Owner,
    /// A person owns it, and nobody wrote since the customer did.
    pub needs_person: bool,
    /// The order that the customer talks to a person about; `null`: none in particular.
    pub about_order_id: Option<Id<OrderId>>,
    /// Its number, as it is said on the phone.
    pub about_order_number: Option<String>,
    /// Whether texts may be sent now.
    pub window_open: bool,
    /// End of the customer service window; `null`: the customer never wrote.
    pub window_ends_at: Option<At>,
    pub last_inbound_at: Option<At>,
    pub created_at: At,
    pub updated_at: At,
}

/// Who answers in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Owner {
    Bot,
    Person,
}

impl From<conversation::Owner> for Owner {
    fn from(owner: conversation::Owner) -> Self {
        match owner {
            conversation::Owner::Bot => Self::Bot,
            conversation::Owner::Person => Self::Person,
        }
    }
}

impl From<Owner> for conversation::Owner {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Bot => Self::Bot,
            Owner::Person => Self::Person,
        }
    }
}

/// One message of a chat.
#[derive(Clone, Debug, Object)]
pub struct Message {
    /// `in_…` for what came in, `out_…` for what went out.
    pub id: String,
    pub from: Author,
    pub at: At,
    /// `text`, `tap`, `cart`, `form`, `location`, `image`, `edit`, `revoke`, `system`, `buttons`, `list`, `product` …;
    /// more may come. What staff wrote from the app on the phone stands here too.
    pub kind: String,
    /// What a person reads; may be empty.
    pub text: String,
    /// What could be tapped.
    pub choices: Vec<String>,
    /// WhatsApp's id of the file that came with it; `null`: none did.
    pub media_id: Option<String>,
    /// It was written elsewhere and passed on.
    pub forwarded: bool,
    /// When the customer changed it; what it says now stands in a message of the kind `edit`.
    pub edited_at: Option<At>,
    /// When the customer took it back.
    pub revoked_at: Option<At>,
    /// What became of it; `null` for what came in.
    pub delivery: Option<MessageDelivery>,
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Author {
    Customer,
    Bot,
    Staff,
}

/// What became of a message that went out.
#[derive(Clone, Debug, Object)]
pub struct MessageDelivery {
    pub state: DeliveryState,
    /// Why it is held, waits, expired or failed.
    pub reason: Option<String>,
    /// WhatsApp's code of the last refusal.
    pub error_code: Option<i64>,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits for its turn, or is being sent.
    Queued,
    /// The window is closed: it leaves when the customer writes again.
    Held,
    /// Sent without an answer: WhatsApp's report or a second try will tell.
    Unknown,
    /// WhatsApp took it.
    Sent,
    /// It is on the phone.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It was finally refused.
    Failed,
    /// It could not leave in time.
    Expired,
}

impl DeliveryState {
    fn of(state: outbox::State, delivery: outbox::Delivery) -> Self {
        use outbox::{Delivery, State};
        match (state, delivery) {
            (_, Delivery::Read | Delivery::Played) => Self::Read,
            (_, Delivery::Delivered) => Self::Delivered,
            (State::Failed, _) | (State::Sent, Delivery::Failed) => Self::Failed,
            (State::Sent, _) => Self::Sent,
            (State::Due | State::Leased, _) => Self::Queued,
            (State::Unknown, _) => Self::Unknown,
            (State::Held, _) => Self::Held,
            (State::Expired, _) => Self::Expired,
        }
    }
}

/// A text of a person of the shop.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewMessage {
    /// 1 to 4096 characters; WhatsApp's marks for *bold* and _italic_ work.
    #[oai(validator(min_length = 1, max_length = 4096))]
    pub text: String,
}

impl Example for NewMessage {
    fn example() -> Self {
        Self { text: "Merhaba, ben Ayşe. Hemen bakıyorum.".to_owned() }
    }
}

/// A message that was put in its place.
#[derive(Clone, Debug, Object)]
pub struct QueuedMessage {
    /// Under which it stands in the messages of the chat.
    pub id: Id<OutboxId>,
    pub state: DeliveryState,
}

impl ConversationsApi {
    fn view(&self, seen: Seen) -> Conversation {
        let row = seen.conversation;
        Conversation {
            id: Id(row.id),
            channel_id: Id(row.channel_id),
            customer_id: Id(row.customer_id),
            customer_name: seen.customer.name,
            customer_phone: seen.customer.phone,
            owner: row.owner.into(),
            needs_person: seen.needs_person,
            about_order_id: seen.about.as_ref().map(|order| Id(order.id)),
            about_order_number: seen.about.map(|order| order.number),
            window_open: window_open(row.window_ends_at, self.0.now()),
            window_ends_at: row.window_ends_at.map(At),
            last_inbound_at: row.last_inbound_at.map(At),
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

fn message(entry: Entry) -> Message {
    Message {
        id: entry.place.public_id(),
        from: match entry.from {
            history::From::Customer => Author::Customer,
            history::From::Bot => Author::Bot,
            history::From::Staff => Author::Staff,
        },
        at: At(entry.at),
        kind: entry.kind,
        text: entry.text,
        choices: entry.choices,
        media_id: entry.media_id,
        forwarded: entry.forwarded,
        edited_at: entry.edited_at.map(At),
        revoked_at: entry.revoked_at.map(At),
        delivery: entry.fate.map(|fate| MessageDelivery {
            state: DeliveryState::of(fate.state, fate.delivery),
            reason: fate.reason,
            error_code: fate.error_code,
        }),
    }
}

#[OpenApi(prefix_path = "/conversations", tag = "Tag::Conversations")]
impl ConversationsApi {
    /// List conversations
    ///
    /// Newest first, by when they began. `needs_person=true` is the list of those who wait for an answer.
    #[oai(path = "/", method = "get", operation_id = "list_conversations")]
    #[expect(clippy::too_many_arguments, reason = "one for each filter of the query")]
    async fn list(
        &self,
        key: Key<ConversationsRead>,
        /// Only those that the bot, or a person, answers in.
        owner: Query<Option<Owner>>,
        /// Only those that wait for a person, or only the others.
        needs_person: Query<Option<bool>>,
        channel_id: Query<Option<Id<ChannelId>>>,
        customer_id: Query<Option<Id<CustomerId>>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Conversation>> {
        let wanted = Wanted::read("conversations", limit.0, cursor.0)?;
        let filter = Filter {
            owner: owner.0.map(Into::into),
            needs_person: needs_person.0,
            channel: channel_id.0.map(|id| id.0),
            customer: customer_id.0.map(|id| id.0),
        };
        let (db, shop) = (self.0.reader(), key.shop());
        let rows = staff::list(db, shop, filter, wanted.after()?, wanted.rows()).await?;
        let page =
            wanted.page(rows, |seen| seen.conversation.id.to_string(), |seen| self.view(seen));
        Ok(Reply::new(&page))
    }

    /// Read a conversation
    #[oai(path = "/:id", method = "get", operation_id = "get_conversation")]
    async fn get(
        &self,
        key: Key<ConversationsRead>,
        id: Path<Id<ConversationId>>,
    ) -> Answer<Conversation> {
        let seen = staff::get(self.0.reader(), key.shop(), id.0.0).await?;
        Ok(Reply::new(&self.view(seen)))
    }

    /// List messages of a conversation
    ///
    /// What came in and what went out, the newest first.
    #[oai(path = "/:id/messages", method = "get", operation_id = "list_messages")]
    async fn messages(
        &self,
        key: Key<ConversationsRead>,
        id: Path<Id<ConversationId>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Message>> {
        let wanted = Wanted::read("messages", limit.0, cursor.0)?;
        let before = wanted.after::<Place>()?;
        let db = self.0.reader();
        staff::get(db, key.shop(), id.0.0).await?;
        let entries = history::messages(db, self.0.source(), id.0.0, before, wanted.rows()).await?;
        Ok(Reply::new(&wanted.page(entries, |entry| entry.place.to_string(), message)))
    }

    /// Take a conversation over
    ///
    /// The bot falls silent until the conversation is released, and nothing automatic is sent: what happens to orders
    /// meanwhile is told then. A chat that somebody answered from the app on the phone stays with people from then on,
    /// until it is released. Taking over again changes nothing.
    #[oai(path = "/:id/take-over", method = "post", operation_id = "take_conversation_over")]
    async fn take_over(
        &self,
        key: Key<ConversationsWrite>,
        id: Path<Id<ConversationId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<Conversation> {
        self.0
            .write(&key, once, async |txn, now| {
                staff::take_over(txn, now, key.shop(), id.0.0).await?;
                let seen = staff::get(txn, key.shop(), id.0.0).await?;
                Ok(Reply::new(&self.view(seen)))
            })
            .await
    }

    /// Hand a conversation back to the bot
    ///
    /// While the customer service window is open, the customer reads one message that shows where the chat was and what
    /// happened to orders meanwhile. While it is closed only the news of orders is kept, and leaves when the customer
    /// writes. The bot answers from then on. Releasing again changes nothing.
    #[oai(path = "/:id/release", method = "post", operation_id = "release_conversation")]
    async fn release(
        &self,
        key: Key<ConversationsWrite>,
        id: Path<Id<ConversationId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<Conversation> {
        self.0
            .write(&key, once, async |txn, now| {
                let public_url = &self.0.platform().config.public_url;
                resume::release(txn, now, public_url, key.shop(), id.0.0).await?;
                let seen = staff::get(txn, key.shop(), id.0.0).await?;
                Ok(Reply::new(&self.view(seen)))
            })
            .await
    }

    /// Write to the customer
    ///
    /// The conversation must have been taken over, and the customer service window must be open: WhatsApp delivers
    /// texts only within 24 hours of the customer's last message. It leaves at once, in its order; what became of it
    /// stands in the messages.
    #[oai(path = "/:id/messages", method = "post", operation_id = "send_message")]
    async fn send(
        &self,
        key: Key<ConversationsWrite>,
        id: Path<Id<ConversationId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewMessage>,
    ) -> Made<QueuedMessage> {
        let text = body.0.text;
        self.0
            .write(&key, once, async |txn, now| {
                let id = staff::send(txn, now, key.shop(), id.0.0, &text).await?;
                Ok(Reply::new(&QueuedMessage { id: Id(id), state: DeliveryState::Queued }))
            })
            .await
    }
}
