//! The edge: webhook, admin API, media, health.
