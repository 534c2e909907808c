//! Who asks, and what they may do: `Authorization: Bearer sepet_…`.
//!
//! The key is looked up before anything else of the request is read; [`Key`] in an operation then demands a scope, so
//! a key that may not do a thing learns nothing about it. Every key belongs to one shop, and [`Key::shop`] is what all
//! queries are limited to: another shop's object is 404.

use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{Arc, Mutex, PoisonError},
};

use entity::{ApiKeyId, ShopId, Timestamp, api_key};
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use super::problem::{Code, Problem};
use crate::{
    platform::Platform,
    shop::keys::{self, Found, Scope},
};

/// The name of the scheme in the document.
pub(super) const SCHEME: &str = "ApiKey";

/// Names a scope in a type, for [`Key`].
pub trait Demand: Send + Sync + 'static {
    /// What the key must have; `None`: any key will do.
    const SCOPE: Option<Scope>;
    /// The scheme in the document with the scope behind it; `docs` takes it apart.
    const SCHEME_NAME: &'static str;
}

macro_rules! demands {
    ($($name:ident = $scope:expr, $scheme:literal;)*) => {$(
        #[doc = concat!("The demand `", $scheme, "`.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Demand for $name {
            const SCOPE: Option<Scope> = $scope;
            const SCHEME_NAME: &'static str = $scheme;
        }
    )*};
}

demands! {
    AnyScope = None, "ApiKey";
    ShopRead = Some(Scope::ShopRead), "ApiKey shop:read";
    ShopWrite = Some(Scope::ShopWrite), "ApiKey shop:write";
    CatalogRead = Some(Scope::CatalogRead), "ApiKey catalog:read";
    CatalogWrite = Some(Scope::CatalogWrite), "ApiKey catalog:write";
    OrdersRead = Some(Scope::OrdersRead), "ApiKey orders:read";
    OrdersWrite = Some(Scope::OrdersWrite), "ApiKey orders:write";
    CustomersRead = Some(Scope::CustomersRead), "ApiKey customers:read";
    CustomersWrite = Some(Scope::CustomersWrite), "ApiKey customers:write";
    ConversationsRead = Some(Scope::ConversationsRead), "ApiKey conversations:read";
    ConversationsWrite = Some(Scope::ConversationsWrite), "ApiKey conversations:write";
    KeysRead = Some(Scope::KeysRead), "ApiKey keys:read";
    KeysWrite = Some(Scope::KeysWrite), "ApiKey keys:write";
}

/// The key that a request carries; it has the scope `D`.
pub struct Key<D> {
    row: Arc<api_key::Model>,
    demand: PhantomData<D>,
}

impl<D> Key<D> {
    /// The shop that the key belongs to.
    #[must_use]
    pub fn shop(&self) -> ShopId {
        self.row.shop_id
    }

    #[must_use]
    pub fn id(&self) -> ApiKeyId {
        self.row.id
    }

    /// How the history of orders and conversations names whoever uses the key.
    #[must_use]
    pub fn actor(&self) -> String {
        self.row.id.to_string()
    }

    /// The whole row.
    #[must_use]
    pub fn row(&self) -> &api_key::Model {
        &self.row
    }

    /// Whether the key has a scope.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.row.scopes.0.iter().any(|name| name == scope.name())
    }
}

impl<'a, D: Demand> ApiExtractor<'a> for Key<D> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = MetaSecurityScheme {
            ty: "http",
            description: Some(
                "A key of the admin API: `sepet_` and 52 characters. It belongs to one shop and has scopes; the \
                 scope that an operation needs stands beside it.",
            ),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: Some("sepet_…"),
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme(SCHEME, scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![D::SCHEME_NAME]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let Some(Identified(row)) = request.data::<Identified>() else {
            return Err(missing().into());
        };
        let key = Self { row: row.clone(), demand: PhantomData };
        if let Some(scope) = D::SCOPE
            && !key.has(scope)
        {
            let detail = format!("the key lacks the scope `{scope}`");
            return Err(Problem::new(Code::ScopeMissing, detail).into());
        }
        Ok(key)
    }
}

/// The live key of a request, put there by the guard.
#[derive(Clone)]
pub(super) struct Identified(pub(super) Arc<api_key::Model>);

fn missing() -> Problem {
    Problem::new(Code::KeyMissing, "the request carries no API key")
}

/// The text of the key that a request carries, whatever stands around it.
///
/// # Errors
/// A `key-missing` problem when it carries none, or more than one.
pub(super) fn presented(request: &Request) -> Result<&str, Problem> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(missing)?;
    if values.next().is_some() {
        return Err(Problem::new(Code::KeyMissing, "there is more than one Authorization header"));
    }
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| {
            Problem::new(Code::KeyMissing, "the Authorization header is not `Bearer` and a key")
        })
}

/// The key that a request carries.
///
/// # Errors
/// A 401 problem when it carries none that is live.
pub(super) async fn identify(
    platform: &Platform,
    request: &Request,
) -> Result<Arc<api_key::Model>, Problem> {
    match keys::find(platform.db.reader(), platform.now(), presented(request)?).await? {
        Found::Live(row) => Ok(Arc::new(row)),
        Found::Revoked => Err(Problem::new(Code::KeyRevoked, "this key was revoked")),
        Found::Expired => Err(Problem::new(Code::KeyExpired, "this key has expired")),
        Found::Unknown => Err(Problem::new(Code::KeyUnknown, "there is no such key")),
    }
}

/// Notes uses of keys, each at most once a minute and beside the request.
#[derive(Clone, Default)]
pub(super) struct Uses {
    noted: Arc<Mutex<HashMap<ApiKeyId, Timestamp>>>,
}

impl Uses {
    pub(super) fn note(&self, platform: &Arc<Platform>, key: &api_key::Model) {
        let now = platform.now();
        if !keys::is_use_stale(key, now) || !self.is_first(key.id, now) {
            return;
        }
        let (platform, id) = (platform.clone(), key.id);
        tokio::spawn(async move {
            if let Err(error) = write(&platform, id, now).await {
                tracing::warn!(key.id = %id, %error, "the use of key `{id}` was not noted");
            }
        });
    }

    /// Whether this process has not noted it within the minute.
    fn is_first(&self, id: ApiKeyId, now: Timestamp) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = noted.get(&id).is_none_or(|at| now >= at.plus_seconds(60));
        if stale {
            noted.insert(id, now);
        }
        stale
    }
}

async fn write(
    platform: &Platform,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<(), crate::shop::ShopError> {
    let txn = platform.db.begin_write().await?;
    keys::note_use(&txn, now, id).await?;
    txn.commit().await?;
    Ok(())
}
