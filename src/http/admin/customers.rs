//! `/customers`: people who wrote to the shop.

use entity::{
    ConversationId, CustomerId, MergeId, ShopId, customer, identity,
    merge::{self as merge_table, Why},
};
use poem_openapi::{
    Enum, Object, OpenApi, param::Path, param::Query, payload::Json, types::Example,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::Tag;
use crate::{
    conversation::staff::{self, Filter},
    customer::{self as people, Merge, list},
    http::{
        auth::{CustomersRead, CustomersWrite, Key},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::Problem,
        reply::{Answer, Reply},
        types::{At, Id},
    },
};

/// Operations under `/customers`.
#[derive(Clone)]
pub struct CustomersApi(pub(super) Edge);

/// A person in this shop.
#[derive(Clone, Debug, Object)]
pub struct Customer {
    pub id: Id<CustomerId>,
    /// As their profile names them; may be empty.
    pub name: String,
    /// `+` and digits; `null` for people whom WhatsApp names by an id only.
    pub phone: Option<String>,
    /// A number to call that the customer typed; `null` when none was asked for.
    pub contact_phone: Option<String>,
    /// WhatsApp's id of the person for this business.
    pub bsuid: Option<String>,
    /// Language tag of the chat; `null` until it is known.
    pub language: Option<String>,
    /// Since when no notice that needs consent may be sent; `null`: it may.
    pub notices_stopped_at: Option<At>,
    pub created_at: At,
    pub updated_at: At,
}

impl Customer {
    fn of(row: customer::Model) -> Self {
        Self {
            id: Id(row.id),
            name: row.name,
            phone: row.phone,
            contact_phone: row.contact_phone,
            bsuid: row.bsuid,
            language: row.language,
            notices_stopped_at: row.notices_stopped_at.map(At),
            created_at: At(row.created_at),
            updated_at: At(row.updated_at),
        }
    }
}

/// A person with all that names them and their chats.
#[derive(Clone, Debug, Object)]
pub struct WholeCustomer {
    pub customer: Customer,
    /// Every way in which WhatsApp names or named the person, the oldest first.
    pub identities: Vec<Identity>,
    /// Chats of the person, the newest first, at most 100.
    pub conversation_ids: Vec<Id<ConversationId>>,
    /// Other customers who turned out to be this person, the oldest first.
    pub merges: Vec<CustomerMerge>,
}

/// A customer who is gone, because they turned out to be another one.
#[derive(Clone, Debug, Object)]
pub struct CustomerMerge {
    pub id: Id<MergeId>,
    /// Who is gone; reading that id answers with who stayed.
    pub from_id: Id<CustomerId>,
    pub why: MergeReason,
    /// The input (`in_…`) or the key (`key_…`) that brought it about.
    pub by: String,
    pub at: At,
}

/// What showed that two customers are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum MergeReason {
    /// WhatsApp said that the one became the other.
    Moved,
    /// One message named both.
    SeenTogether,
    /// Asked for over the API.
    Asked,
}

impl From<Why> for MergeReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Moved => Self::Moved,
            Why::SeenTogether => Self::SeenTogether,
            Why::Asked => Self::Asked,
        }
    }
}

impl CustomerMerge {
    fn of(row: merge_table::Model) -> Self {
        Self {
            id: Id(row.id),
            from_id: Id(row.from_id),
            why: row.why.into(),
            by: row.by,
            at: At(row.created_at),
        }
    }
}

/// Who a customer really is.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct MergeInto {
    /// Who stays.
    pub into: Id<CustomerId>,
}

impl Example for MergeInto {
    fn example() -> Self {
        Self { into: Id(CustomerId(Uuid::from_u128(0x0199_a000_0000_7000_8000_0000_0000_00ff))) }
    }
}

/// One way in which WhatsApp names a person.
#[derive(Clone, Debug, Object)]
pub struct Identity {
    pub kind: IdentityKind,
    /// `+` and digits, or WhatsApp's id as it came.
    pub value: String,
    pub created_at: At,
}

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IdentityKind {
    Phone,
    Bsuid,
    ParentBsuid,
}

impl From<identity::Kind> for IdentityKind {
    fn from(kind: identity::Kind) -> Self {
        match kind {
            identity::Kind::Phone => Self::Phone,
            identity::Kind::Bsuid => Self::Bsuid,
            identity::Kind::ParentBsuid => Self::ParentBsuid,
        }
    }
}

#[OpenApi(prefix_path = "/customers", tag = "Tag::Customers")]
impl CustomersApi {
    /// List customers
    ///
    /// Newest first. A search may give a short page, or an empty one, that still has a `next`: go on until it is
    /// `null`.
    #[oai(path = "/", method = "get", operation_id = "list_customers")]
    async fn list(
        &self,
        key: Key<CustomersRead>,
        /// Part of the name, whatever the case and the marks of its letters; part of the phone number, at least three
        /// digits; or the whole BSUID.
        #[oai(validator(max_length = 100))]
        search: Query<Option<String>>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<Customer>> {
        let wanted = Wanted::read("customers", limit.0, cursor.0)?;
        let words = search.0.as_deref().map(str::trim).filter(|words| !words.is_empty());
        let found =
            list::search(self.0.reader(), key.shop(), words, wanted.after()?, wanted.limit())
                .await?;
        let next = found.next.map(|id| id.to_string());
        Ok(Reply::new(&wanted.page_before(found.customers, next, Customer::of)))
    }

    /// Read a customer
    ///
    /// The id of one who was merged into another answers with that other.
    #[oai(path = "/:id", method = "get", operation_id = "get_customer")]
    async fn get(
        &self,
        key: Key<CustomersRead>,
        id: Path<Id<CustomerId>>,
    ) -> Answer<WholeCustomer> {
        let (db, shop, id) = (self.0.reader(), key.shop(), id.0.0);
        let row =
            list::get(db, shop, id).await?.ok_or_else(|| Problem::not_found("customer", id))?;
        let version = row.version;
        Ok(Reply::versioned(&whole(db, shop, row).await?, version).live())
    }

    /// Merge a customer into another
    ///
    /// For a person who is known twice. Orders, carts, addresses, chats and all names become those of `into`; two chats
    /// on one number become one; of two open carts the one that was changed last stays; who wanted no notices gets
    /// none. It cannot be undone. WhatsApp's own news of a changed number do the same by themselves.
    #[oai(path = "/:id/merge", method = "post", operation_id = "merge_customer")]
    async fn merge(
        &self,
        key: Key<CustomersWrite>,
        id: Path<Id<CustomerId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<MergeInto>,
    ) -> Answer<WholeCustomer> {
        let (shop, from, into) = (key.shop(), id.0.0, body.0.into.0);
        let by = key.id().to_string();
        self.0
            .write(&key, once, async |txn, now| {
                let wanted = Merge { shop, into, from, why: Why::Asked, by: &by };
                let row = people::merge(txn, now, wanted).await?;
                let version = row.version;
                Ok(Reply::versioned(&whole(txn, shop, row).await?, version).live())
            })
            .await
    }
}

async fn whole(
    db: &impl ConnectionTrait,
    shop: ShopId,
    row: customer::Model,
) -> Result<WholeCustomer, Problem> {
    let id = row.id;
    let identities = list::identities(db, id).await?;
    let filter = Filter { customer: Some(id), ..Filter::default() };
    let chats = staff::list(db, shop, filter, None, 100).await?;
    let merges = people::merges(db, id).await?;
    Ok(WholeCustomer {
        customer: Customer::of(row),
        identities: identities
            .into_iter()
            .map(|row| Identity {
                kind: row.kind.into(),
                value: row.value,
                created_at: At(row.created_at),
            })
            .collect(),
        conversation_ids: chats.into_iter().map(|seen| Id(seen.conversation.id)).collect(),
        merges: merges.into_iter().map(CustomerMerge::of).collect(),
    })
}
