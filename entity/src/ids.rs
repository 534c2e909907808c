//! One id type a table: UUIDv7 inside, a prefix and 32 hexadecimal digits in public (`ord_0193…`).

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::Timestamp;

/// A text that is no id of the wanted table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadId {
    /// The prefix that was expected, without the underscore.
    pub prefix: &'static str,
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an id here is `{}_` and 32 hexadecimal digits", self.prefix)
    }
}

impl std::error::Error for BadId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore in public.
            pub const PREFIX: &'static str = $prefix;

            /// A new id whose order is that of `now`, to the millisecond.
            #[must_use]
            pub fn new(now: Timestamp) -> Self {
                Self(crate::ids::uuid_at(now))
            }

            /// The least id that can be new at `at`, to the millisecond: what was made before has a lesser one.
            #[must_use]
            pub fn least(at: Timestamp) -> Self {
                let ms = u64::try_from(at.ms()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(ms, &[0; 10]).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = BadId { prefix: $prefix };
                let hex = text.strip_prefix(concat!($prefix, "_")).ok_or(bad)?;
                if hex.len() != 32 {
                    return Err(bad);
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| bad)
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

/// A UUIDv7 of the instant `now`, the rest random.
fn uuid_at(now: Timestamp) -> Uuid {
    let ms = u64::try_from(now.ms()).unwrap_or(0);
    let nanos = u32::try_from(ms % 1_000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, ms / 1_000, nanos))
}

ids! {
    /// A Meta app.
    AppId = "app";
    /// A shop: the tenant.
    ShopId = "shop";
    /// One WhatsApp number of a shop.
    ChannelId = "ch";
    /// A person in one shop.
    CustomerId = "cus";
    /// One way in which WhatsApp names a person.
    IdentityId = "idn";
    /// Two customers that became one.
    MergeId = "mrg";
    /// The chat of one customer on one channel.
    ConversationId = "con";
    /// One stored item of a webhook.
    InboxId = "in";
    /// One message that must go out.
    OutboxId = "out";
    /// A product.
    ProductId = "prod";
    /// A variant of a product.
    VariantId = "var";
    /// A collection of products.
    CollectionId = "col";
    /// A picture that we serve.
    ImageId = "img";
    /// One run of a catalog import.
    ImportId = "imp";
    /// One batch of items on its way to WhatsApp's catalog.
    BatchId = "bat";
    /// A cart.
    CartId = "cart";
    /// An address of a customer.
    AddressId = "adr";
    /// A placed order.
    OrderId = "ord";
    /// A line of a placed order.
    OrderLineId = "oln";
    /// One thing that happened to an order.
    OrderEventId = "oev";
    /// A link that opens a chat with goods.
    LinkId = "lnk";
    /// One version of a shop's terms of sale in one language.
    TermsId = "trm";
    /// A key of the admin API.
    ApiKeyId = "key";
}

impl CartId {
    /// 48 of its random bits, for ids that must be short. The shop's unique key refuses the one pair in 10¹⁴ that is equal.
    #[must_use]
    pub fn short(self) -> i64 {
        let [.., a, b, c, d, e, f] = *self.0.as_bytes();
        i64::from_be_bytes([0, 0, a, b, c, d, e, f])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_form_goes_there_and_back() {
        let id = OrderId::new(Timestamp::from_ms(1_790_000_000_123));
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert!(id.to_string().starts_with("ord_0"));
    }

    #[test]
    fn another_tables_id_is_refused() {
        let id = CartId::new(Timestamp::from_ms(0)).to_string();
        assert_eq!(id.parse::<OrderId>(), Err(BadId { prefix: "ord" }));
        assert_eq!("ord_00".parse::<OrderId>(), Err(BadId { prefix: "ord" }));
    }

    #[test]
    fn later_ids_sort_later() {
        let early = OrderId::new(Timestamp::from_ms(1_000));
        let late = OrderId::new(Timestamp::from_ms(1_001));
        assert!(early < late);
    }
}
