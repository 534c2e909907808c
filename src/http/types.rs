//! Values that every part of the API shares: ids, instants, money.

use std::{borrow::Cow, fmt, str::FromStr};

use entity::Timestamp;
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::{Value, json};

use super::problem::Problem;
use crate::money;

/// Boilerplate of a type that is a text in JSON and in parameters: `Display` out, `FromStr` in.
macro_rules! text_type {
    ([$($generics:tt)*] $name:ty, $label:expr, $schema:expr) => {
        impl<$($generics)*> Type for $name {
            const IS_REQUIRED: bool = true;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                $label
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Reference(Self::name().into_owned())
            }

            fn register(registry: &mut Registry) {
                registry.create_schema::<Self, _>(Self::name().into_owned(), |_| $schema);
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl<$($generics)*> ParseFromJSON for $name {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                match value {
                    Some(Value::String(text)) => text.parse().map_err(ParseError::custom),
                    other => Err(ParseError::expected_type(other.unwrap_or_default())),
                }
            }
        }

        impl<$($generics)*> ParseFromParameter for $name {
            fn parse_from_parameter(text: &str) -> ParseResult<Self> {
                text.parse().map_err(ParseError::custom)
            }
        }

        impl<$($generics)*> ToJSON for $name {
            fn to_json(&self) -> Option<Value> {
                Some(Value::String(self.to_string()))
            }
        }
    };
}

/// An id type that stands in the API.
pub trait PublicId: fmt::Display + FromStr<Err = entity::BadId> + Copy + Send + Sync {
    /// Its name in the document.
    const NAME: &'static str;
    /// What stands before the underscore.
    const PREFIX: &'static str;
}

macro_rules! public_ids {
    ($($name:ident,)*) => {$(
        impl PublicId for entity::$name {
            const NAME: &'static str = stringify!($name);
            const PREFIX: &'static str = entity::$name::PREFIX;
        }
    )*};
}

public_ids! {
    ApiKeyId, BatchId, CartId, ChannelId, CollectionId, ConversationId, CustomerId, ImageId, ImportId, InboxId, LinkId,
    MergeId, OrderEventId, OrderId, OutboxId, ProductId, ShopId, TermsId, VariantId,
}

/// An id in the API: a prefix that tells its kind and 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<T>(pub T);

impl<T: PublicId> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: PublicId> FromStr for Id<T> {
    type Err = entity::BadId;

    fn from_str(text: &str) -> Result<Self, entity::BadId> {
        text.parse().map(Self)
    }
}

text_type!([T: PublicId] Id<T>, T::NAME.into(), MetaSchema {
    pattern: Some(format!("^{}_[0-9a-f]{{32}}$", T::PREFIX)),
    example: Some(json!(format!("{}_019abc5e7d1078f2b6a1c3d4e5f60718", T::PREFIX))),
    ..MetaSchema::new("string")
});

/// An instant in the API: RFC 3339. Answers are UTC with milliseconds; any offset is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(pub Timestamp);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for At {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|at| Self(Timestamp::from_ms(at.timestamp_millis())))
            .map_err(|_| "an instant here is RFC 3339, such as `2026-11-23T10:00:00Z`")
    }
}

text_type!([] At, "Instant".into(), MetaSchema {
    description: Some("RFC 3339; answers are UTC with milliseconds, any offset is read."),
    format: Some("date-time"),
    example: Some(json!("2026-11-23T10:00:00.000Z")),
    ..MetaSchema::new("string")
});

/// Money in the API: `{"amount": "12.50", "currency": "TRY"}`. Never a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub money::Money);

impl Money {
    /// Minor units that a table keeps with its currency.
    ///
    /// # Errors
    /// An internal problem when a table holds a currency that does not exist.
    pub fn from_minor(minor: i64, currency: &str) -> Result<Self, Problem> {
        let currency = currency.parse().map_err(|error| Problem::internal(&error))?;
        Ok(Self(money::Money::from_minor(minor, currency)))
    }

    /// Minor units, when it is in `currency` and not negative; `pointer` is where it stood in the body.
    ///
    /// # Errors
    /// An `invalid-value` problem.
    pub fn minor_in(self, currency: &str, pointer: &str) -> Result<i64, Problem> {
        let own = self.0.currency().code();
        if own != currency {
            let detail = format!("is in {own}, but the shop keeps its prices in {currency}");
            return Err(Problem::invalid(pointer, detail));
        }
        if self.0.minor() < 0 {
            return Err(Problem::invalid(pointer, "is negative"));
        }
        Ok(self.0.minor())
    }
}

impl Type for Money {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Money".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("Money".to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("Money".to_owned(), |_| {
            let amount = MetaSchema {
                description: Some(
                    "Major units, exactly, as a text: at most as many digits after the point as the currency has. \
                     Answers always have all of them.",
                ),
                pattern: Some(r"^-?[0-9]{1,16}(\.[0-9]{1,3})?$".to_owned()),
                example: Some(json!("12.50")),
                ..MetaSchema::new("string")
            };
            let currency = MetaSchema {
                description: Some("ISO 4217."),
                pattern: Some("^[A-Z]{3}$".to_owned()),
                example: Some(json!("TRY")),
                ..MetaSchema::new("string")
            };
            MetaSchema {
                description: Some("An exact amount of one currency."),
                required: vec!["amount", "currency"],
                properties: vec![
                    ("amount", MetaSchemaRef::Inline(Box::new(amount))),
                    ("currency", MetaSchemaRef::Inline(Box::new(currency))),
                ],
                example: Some(json!({"amount": "12.50", "currency": "TRY"})),
                ..MetaSchema::new("object")
            }
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Money {
    fn to_json(&self) -> Option<Value> {
        let (amount, currency) = (self.0.amount().to_string(), self.0.currency().code());
        Some(json!({ "amount": amount, "currency": currency }))
    }
}

impl ParseFromJSON for Money {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        const FORM: &str =
            r#"money is {"amount": "12.50", "currency": "TRY"}, the amount as a text"#;
        let Some(Value::Object(mut fields)) = value else {
            return Err(ParseError::custom(FORM));
        };
        let (Some(Value::String(amount)), Some(Value::String(currency)), true) =
            (fields.remove("amount"), fields.remove("currency"), fields.is_empty())
        else {
            return Err(ParseError::custom(FORM));
        };
        let (sign, digits) = match amount.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, amount.as_str()),
        };
        let money: money::Money =
            format!("{digits} {currency}").parse().map_err(ParseError::custom)?;
        let signed = money::Money::from_minor(sign * money.minor(), money.currency());
        Ok(Self(signed))
    }
}

#[cfg(test)]
mod tests {
    use entity::OrderId;

    use super::*;

    fn read(json: Value) -> Option<Money> {
        Money::parse_from_json(Some(json)).ok()
    }

    #[test]
    fn money_goes_there_and_back_exactly() {
        for (amount, currency) in
            [("12.50", "TRY"), ("0.00", "EUR"), ("-3.05", "TRY"), ("500", "JPY"), ("1.234", "KWD")]
        {
            let json = json!({ "amount": amount, "currency": currency });
            assert_eq!(read(json.clone()).unwrap().to_json(), Some(json));
        }
        let short = read(json!({"amount": "12.5", "currency": "TRY"})).unwrap();
        assert_eq!(short.minor_in("TRY", "/price").unwrap(), 1250);
        assert!(short.minor_in("EUR", "/price").is_err());
    }

    #[test]
    fn numbers_and_strangers_are_no_money() {
        for json in [
            json!(12.5),
            json!("12.50 TRY"),
            json!({"amount": 12.5, "currency": "TRY"}),
            json!({"amount": "12.505", "currency": "TRY"}),
            json!({"amount": "--1", "currency": "TRY"}),
            json!({"amount": "12,50", "currency": "TRY"}),
            json!({"amount": "1", "currency": "XXX"}),
            json!({"amount": "1", "currency": "TRY", "cents": 0}),
            json!({"amount": "1"}),
            Value::Null,
        ] {
            assert_eq!(read(json.clone()), None, "{json}");
        }
    }

    #[test]
    fn ids_and_instants_are_texts() {
        let text = "ord_019abc5e7d1078f2b6a1c3d4e5f60718";
        let id = Id::<OrderId>::parse_from_parameter(text).unwrap();
        assert_eq!(id.to_json(), Some(json!(text)));
        assert!(
            Id::<OrderId>::parse_from_parameter("cart_019abc5e7d1078f2b6a1c3d4e5f60718").is_err()
        );
        let at = At::parse_from_parameter("2026-11-23T13:00:00+03:00").unwrap();
        assert_eq!(at.to_json(), Some(json!("2026-11-23T10:00:00.000Z")));
    }
}
