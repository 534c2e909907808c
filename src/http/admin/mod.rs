//! The admin API. One struct per path prefix, one file per struct; each operation allows, calls one verb, and shapes
//! the answer.

pub mod channels;
pub mod keys;
pub mod me;
pub mod shop;

use poem_openapi::Tags;

use super::once::Edge;

/// Parts of the reference.
#[derive(Tags)]
pub(crate) enum Tag {
    /// The key in use, and what it may do.
    Me,
    /// Name, languages, checkout.
    Shop,
    /// The WhatsApp numbers of the shop.
    Channels,
    /// Keys of this API.
    Keys,
}

/// All of the admin API, in two halves because a tuple holds sixteen.
pub(super) type Apis = (People, ());

/// The shop and its people.
type People = (me::MeApi, shop::ShopApi, channels::ChannelsApi, keys::KeysApi);

/// All of the admin API over one edge.
pub(super) fn apis(edge: &Edge) -> Apis {
    let people = (
        me::MeApi(edge.clone()),
        shop::ShopApi(edge.clone()),
        channels::ChannelsApi(edge.clone()),
        keys::KeysApi(edge.clone()),
    );
    (people, ())
}
