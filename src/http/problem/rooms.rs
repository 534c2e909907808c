//! What the rooms of the shop report, as problems.

use sea_orm::{DbErr, SqlErr};

use super::{Code, FieldError, Problem};
use crate::{
    cart::link::LinkError,
    catalog::{CatalogError, image::BadPicture, import::ImportError, sync::SyncError},
    conversation::staff::StaffError,
    customer::MergeError,
    inbox::InboxError,
    message::LimitError,
    money::MoneyError,
    order::OrderError,
    outbox::OutboxError,
    platform::db::is_passing,
    shop::ShopError,
    text::TextError,
};

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(_)) = error.sql_err() {
            return Self::new(Code::AlreadyExists, "one with the same name was made meanwhile");
        }
        if is_passing(&error) {
            tracing::warn!(%error, "the database is busy: {error}");
            return Self::new(Code::Busy, "the database is busy").retry_after(1);
        }
        Self::internal(&error)
    }
}

impl From<ShopError> for Problem {
    fn from(error: ShopError) -> Self {
        match error {
            ShopError::NoKey(id) => Self::not_found("key", id),
            ShopError::NoTerms(id) => Self::not_found("terms", id),
            ShopError::NoChannel(id) => Self::not_found("channel", id),
            ShopError::Stale(version) => crate::http::reply::stale(version),
            ShopError::Invalid(faults) => Self::all_invalid(
                faults
                    .into_iter()
                    .map(|(pointer, detail)| FieldError { pointer, detail })
                    .collect(),
            ),
            ShopError::NoShop(_) => Self::new(Code::NotFound, error.to_string()),
            ShopError::NoScope(_) => Self::invalid("/scopes", error.to_string()),
            ShopError::BadKey | ShopError::Faults(_) => {
                Self::new(Code::InvalidValue, error.to_string())
            }
            ShopError::ForeignChannel { .. } | ShopError::CurrencyInUse { .. } => {
                Self::new(Code::Conflict, error.to_string())
            }
            ShopError::Secret(error) => Self::internal(&error),
            ShopError::Db(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotFound(id) => Self::not_found("link", id),
            LinkError::NoChannel(_) => Self::new(Code::NotFound, error.to_string()),
            LinkError::Invalid(faults) => Self::all_invalid(
                faults
                    .into_iter()
                    .map(|(pointer, detail)| FieldError { pointer, detail })
                    .collect(),
            ),
            LinkError::Secret(error) => Self::internal(&error),
            LinkError::Db(error) => error.into(),
        }
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        match error {
            TextError::NoText(_) => Self::new(Code::NotFound, error.to_string()),
            TextError::Invalid(fault) => Self::invalid("/text", fault),
            TextError::Db(error) => error.into(),
        }
    }
}

impl From<MergeError> for Problem {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::NotFound(id) => Self::not_found("customer", id),
            MergeError::Same(_) => Self::invalid("/into", error.to_string()),
            MergeError::Db(error) => error.into(),
        }
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        let told = error.to_string();
        match error {
            CatalogError::NoShop(_) | CatalogError::NoSku(_) => Self::new(Code::NotFound, told),
            CatalogError::NoProduct(id) => Self::not_found("product", id),
            CatalogError::NoVariant(id) => Self::not_found("variant", id),
            CatalogError::NoCollection(id) => Self::not_found("collection", id),
            CatalogError::Stale(_) => Self::new(Code::Stale, told),
            CatalogError::SkuTaken(_) | CatalogError::HandleTaken(_) => {
                Self::new(Code::AlreadyExists, told)
            }
            CatalogError::Invalid(invalid) => {
                // The API keeps the sale in an object of its own.
                let field = invalid.field.replace("sale_price", "sale/price");
                Self::invalid(format!("/{field}"), invalid.why)
            }
            CatalogError::TooFew { .. }
            | CatalogError::Held { .. }
            | CatalogError::Uncounted(_) => Self::new(Code::Conflict, told),
            CatalogError::Picture(BadPicture::TooLarge(_)) => Self::new(Code::BodyTooLarge, told),
            CatalogError::Picture(_) => Self::new(Code::InvalidValue, told),
            CatalogError::Money(error) => error.into(),
            CatalogError::Db(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        use crate::catalog::import::Unusable;
        match error {
            ImportError::Unusable(Unusable::TooLarge(_)) => {
                Self::new(Code::BodyTooLarge, error.to_string())
            }
            ImportError::Unusable(unusable) => Self::new(Code::InvalidValue, unusable.to_string()),
            ImportError::Catalog(error) => error.into(),
        }
    }
}

impl From<SyncError> for Problem {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Catalog(error) => error.into(),
            SyncError::Money(error) => error.into(),
            SyncError::Db(error) => error.into(),
        }
    }
}

impl From<MoneyError> for Problem {
    fn from(error: MoneyError) -> Self {
        Self::new(Code::InvalidValue, error.to_string())
    }
}

impl From<LimitError> for Problem {
    fn from(error: LimitError) -> Self {
        Self::new(Code::InvalidValue, error.to_string())
    }
}

impl From<InboxError> for Problem {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::Db(error) => error.into(),
            InboxError::Outbox(error) => error.into(),
            InboxError::Secret(_) | InboxError::Panicked => Self::internal(&error),
        }
    }
}

impl From<OutboxError> for Problem {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::NoConversation(id) => Self::not_found("conversation", id),
            OutboxError::Db(error) => error.into(),
        }
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::NotFound(id) => Self::not_found("conversation", id),
            StaffError::NotTakenOver(_) => Self::new(Code::NotTakenOver, error.to_string()),
            StaffError::WindowClosed(Some(ended)) => {
                Self::new(Code::WindowClosed, format!("the window ends at {ended}"))
            }
            StaffError::WindowClosed(None) => {
                Self::new(Code::WindowClosed, "the customer never wrote")
            }
            StaffError::Limit(error) => Self::invalid("/text", error.to_string()),
            StaffError::Step(error) => Self::internal(&error),
            StaffError::Outbox(error) => error.into(),
            StaffError::Db(error) => error.into(),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::NotFound(id) => Self::not_found("order", id),
            OrderError::Stale(id) => {
                Self::new(Code::Stale, format!("order `{id}` has another ETag now"))
            }
            OrderError::Refused(refused) => {
                let (status, payment) = (word(&refused.status), word(&refused.payment));
                let detail = format!("it is {status} and {payment}: no `{}` now", refused.event);
                Self::new(Code::OrderRefused, detail)
            }
            OrderError::BadNote => Self::invalid("/text", error.to_string()),
            OrderError::Outbox(error) => error.into(),
            OrderError::Db(error) => error.into(),
        }
    }
}

/// A status as the API spells it.
fn word(status: &impl serde::Serialize) -> String {
    let text = serde_json::to_value(status).ok();
    text.as_ref().and_then(serde_json::Value::as_str).unwrap_or("in an unknown state").to_owned()
}
