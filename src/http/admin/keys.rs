//! `/keys`: keys of this API.

use entity::{ApiKeyId, api_key};
use poem_openapi::{Enum, Object, OpenApi, param::Path, param::Query, payload::Json};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use secrecy::ExposeSecret;

use super::Tag;
use crate::{
    http::{
        auth::{Key, KeysRead, KeysWrite},
        once::{Edge, Once},
        page::{Cursor, Limit, Page, Wanted},
        problem::{Code, Problem},
        reply::{Answer, Made, Reply},
        types::{At, Id},
    },
    shop::keys::{self, Scope},
};

/// Operations under `/keys`.
#[derive(Clone)]
pub struct KeysApi(pub(super) Edge);

/// A key of the API; the key itself was shown when it was made.
#[derive(Clone, Debug, Object)]
pub struct ApiKey {
    pub id: Id<ApiKeyId>,
    pub name: String,
    /// The first characters of the key, to tell keys apart.
    pub hint: String,
    pub scopes: Vec<String>,
    /// When it ends by itself; `null`: never.
    pub expires_at: Option<At>,
    /// When it was ended; `null`: it was not.
    pub revoked_at: Option<At>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<At>,
    pub created_at: At,
}

impl ApiKey {
    fn of(row: api_key::Model) -> Self {
        Self {
            id: Id(row.id),
            name: row.name,
            hint: row.hint,
            scopes: row.scopes.0,
            expires_at: row.expires_at.map(At),
            revoked_at: row.revoked_at.map(At),
            last_used_at: row.last_used_at.map(At),
            created_at: At(row.created_at),
        }
    }
}

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[oai(rename = "Scope")]
pub enum ScopeName {
    #[oai(rename = "shop:read")]
    ShopRead,
    #[oai(rename = "shop:write")]
    ShopWrite,
    #[oai(rename = "catalog:read")]
    CatalogRead,
    #[oai(rename = "catalog:write")]
    CatalogWrite,
    #[oai(rename = "orders:read")]
    OrdersRead,
    #[oai(rename = "orders:write")]
    OrdersWrite,
    #[oai(rename = "customers:read")]
    CustomersRead,
    #[oai(rename = "customers:write")]
    CustomersWrite,
    #[oai(rename = "conversations:read")]
    ConversationsRead,
    #[oai(rename = "conversations:write")]
    ConversationsWrite,
    #[oai(rename = "keys:read")]
    KeysRead,
    #[oai(rename = "keys:write")]
    KeysWrite,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::ShopRead => Self::ShopRead,
            ScopeName::ShopWrite => Self::ShopWrite,
            ScopeName::CatalogRead => Self::CatalogRead,
            ScopeName::CatalogWrite => Self::CatalogWrite,
            ScopeName::OrdersRead => Self::OrdersRead,
            ScopeName::OrdersWrite => Self::OrdersWrite,
            ScopeName::CustomersRead => Self::CustomersRead,
            ScopeName::CustomersWrite => Self::CustomersWrite,
            ScopeName::ConversationsRead => Self::ConversationsRead,
            ScopeName::ConversationsWrite => Self::ConversationsWrite,
            ScopeName::KeysRead => Self::KeysRead,
            ScopeName::KeysWrite => Self::KeysWrite,
        }
    }
}

/// A key to be made.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewApiKey {
    /// For people: where the key is used.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// What it may do: only what the key in use may do itself.
    #[oai(validator(min_items = 1, unique_items))]
    pub scopes: Vec<ScopeName>,
    /// When it ends by itself; left out: never.
    pub expires_at: Option<At>,
}

impl poem_openapi::types::Example for NewApiKey {
    fn example() -> Self {
        Self {
            name: "ERP".to_owned(),
            scopes: vec![ScopeName::OrdersRead, ScopeName::OrdersWrite],
            expires_at: None,
        }
    }
}

/// A key that was just made.
#[derive(Clone, Debug, Object)]
pub struct MadeApiKey {
    /// The key itself. It is shown now and never again; we keep only its hash.
    pub key: String,
    pub about: ApiKey,
}

#[OpenApi(prefix_path = "/keys", tag = "Tag::Keys")]
impl KeysApi {
    /// List keys
    ///
    /// Newest first, ended ones included.
    #[oai(path = "/", method = "get", operation_id = "list_keys")]
    async fn list(
        &self,
        key: Key<KeysRead>,
        limit: Query<Limit>,
        cursor: Query<Option<Cursor>>,
    ) -> Answer<Page<ApiKey>> {
        let wanted = Wanted::read("keys", limit.0, cursor.0)?;
        let mut find = api_key::Entity::find().filter(api_key::Column::ShopId.eq(key.shop()));
        if let Some(after) = wanted.after::<ApiKeyId>()? {
            find = find.filter(api_key::Column::Id.lt(after));
        }
        let rows = find
            .order_by_desc(api_key::Column::Id)
            .limit(wanted.rows())
            .all(self.0.reader())
            .await?;
        Ok(Reply::new(&wanted.page(rows, |row| row.id.to_string(), ApiKey::of)))
    }

    /// Make a key
    ///
    /// The answer holds the key itself, this once. A key can be given only scopes that the key in use has.
    /// A repeat with the same Idempotency-Key shows the same key again, for 72 hours.
    #[oai(path = "/", method = "post", operation_id = "create_key")]
    async fn create(
        &self,
        key: Key<KeysWrite>,
        #[oai(name = "Idempotency-Key")] once: Once,
        body: Json<NewApiKey>,
    ) -> Made<MadeApiKey> {
        let NewApiKey { name, scopes, expires_at } = body.0;
        let scopes: Vec<Scope> = scopes.into_iter().map(Scope::from).collect();
        if let Some(beyond) = scopes.iter().find(|scope| !key.has(**scope)) {
            let detail = format!("the key in use lacks `{beyond}` and cannot give it");
            return Err(Problem::new(Code::ScopeMissing, detail));
        }
        self.0
            .write(&key, once, async |txn, now| {
                let ends = expires_at.map(|at| at.0);
                if ends.is_some_and(|at| at <= now) {
                    return Err(Problem::invalid("/expires_at", "is in the past"));
                }
                let (row, clear) = keys::create(txn, now, key.shop(), &name, &scopes, ends).await?;
                let clear = clear.expose_secret().to_owned();
                Ok(Reply::new(&MadeApiKey { key: clear, about: ApiKey::of(row) }).secret())
            })
            .await
    }

    /// Read a key
    #[oai(path = "/:id", method = "get", operation_id = "get_key")]
    async fn get(&self, key: Key<KeysRead>, id: Path<Id<ApiKeyId>>) -> Answer<ApiKey> {
        let row = keys::get(self.0.reader(), key.shop(), id.0.0).await?;
        Ok(Reply::new(&ApiKey::of(row)))
    }

    /// End a key
    ///
    /// At once and for good. Ending it again changes nothing.
    #[oai(path = "/:id/revoke", method = "post", operation_id = "revoke_key")]
    async fn revoke(
        &self,
        key: Key<KeysWrite>,
        id: Path<Id<ApiKeyId>>,
        #[oai(name = "Idempotency-Key")] once: Once,
    ) -> Answer<ApiKey> {
        self.0
            .write(&key, once, async |txn, now| {
                let row = keys::revoke(txn, now, key.shop(), id.0.0).await?;
                Ok(Reply::new(&ApiKey::of(row)))
            })
            .await
    }
}
