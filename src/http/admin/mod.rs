//! The admin API. One struct per path prefix, one file per struct; each operation allows, calls one verb, and shapes
//! the answer.

pub mod keys;
pub mod me;

use poem_openapi::Tags;

use super::once::Edge;

/// Parts of the reference.
#[derive(Tags)]
#[expect(dead_code, reason = "the rooms behind are being furnished")]
pub(crate) enum Tag {
    /// The key in use, and what it may do.
    Me,
    /// Name, languages, checkout.
    Shop,
    /// The WhatsApp numbers of the shop.
    Channels,
    /// Keys of this API.
    Keys,
    /// People who wrote to the shop.
    Customers,
    /// Chats: read, take over, write, hand back.
    Conversations,
    /// Carts that customers fill.
    Carts,
    /// Orders: find, move on, note.
    Orders,
    /// Webhook items that nothing could handle.
    #[oai(rename = "Dead letters")]
    DeadLetters,
}

/// All of the admin API.
pub(super) type Apis = (me::MeApi, keys::KeysApi);

/// All of the admin API over one edge.
pub(super) fn apis(edge: &Edge) -> Apis {
    (me::MeApi(edge.clone()), keys::KeysApi(edge.clone()))
}
