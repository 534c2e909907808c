//! Shops, apps and channels: applied from `shop.toml`.
