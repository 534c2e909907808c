//! The black box: the real router on a real port, a real database of each kind, a simulated WhatsApp.
//!
//! `harness/` opens a shop; each other file tells about one side of it. A test on both databases is written
//! `on_both! { async fn name(shop: &Shop) { … } }` and becomes `name::sqlite` and `name::postgres`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[macro_use]
#[allow(dead_code, reason = "a house has more doors than one visitor needs")]
mod harness;

#[macro_use]
mod chat_runner;

mod after;
mod api;
mod api_data;
mod api_orders;
mod api_plans;
mod api_walk;
mod browser;
mod catalog;
mod catalog_api;
mod catalog_import;
mod catalog_sync;
mod chats;
mod checkout;
mod commands;
mod concurrent;
mod corpus;
mod delivery;
mod flood;
mod held;
mod identity;
mod lanes;
mod letters;
mod lifecycle;
mod limits;
mod links;
mod merge;
mod model;
mod orders;
mod pseudo;
mod ready;
mod reliability;
mod retention;
mod roles;
mod rush;
mod search;
mod shop;
mod smoke;
mod spec;
mod spool;
mod stories;
mod texts;
mod tidy;
mod traces;
mod upgrade;
mod upkeep;
mod webhook;
