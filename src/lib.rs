//! A WhatsApp number turned into a shop.
//!
//! The rooms stand in the order in which the data flows. The chat runs
//! `http/webhook → inbox → conversation → cart → order → outbox → whatsapp`; the goods run
//! `http/admin → catalog → catalog/sync → whatsapp`. Arrows between rooms point one way: `tests/it/tidy.rs` checks it.

pub mod app;
pub mod message;
pub mod money;
pub mod platform;
pub mod text;

pub mod http;
pub mod inbox;

pub mod conversation;

pub mod cart;

pub mod order;

pub mod outbox;

pub mod whatsapp;

pub mod catalog;
pub mod customer;
pub mod retention;
pub mod shop;

pub mod upkeep;
