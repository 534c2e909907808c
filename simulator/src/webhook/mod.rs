//! What the business is told: how a webhook looks ([`build`]), and how it gets there ([`deliver`]).

pub(crate) mod build;
pub(crate) mod deliver;
pub(crate) mod post;
pub(crate) mod status;
