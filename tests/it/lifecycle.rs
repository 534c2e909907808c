//! The tables by which orders and payments move, drawn into `docs/lifecycle.md`, so that the picture cannot lie.
//!
//! `UPDATE_DOCS=1 cargo test --test it lifecycle` draws it anew.

use std::fmt::Write as _;

use entity::order::{DeliveryMethod, PaymentStatus, Status};
use sea_orm::ActiveEnum;
use sepet::order::lifecycle::{Event, LIFECYCLE, PAYMENT_LIFECYCLE, next};

const HEAD: &str = "# How an order moves

What can happen to an order, in the words of the admin API. Everything else is refused and changes nothing. The customer
is told of every step in the chat, but for what happens while a person has it: that is told when they hand it back.

How long customers may cancel by themselves, or change the address, is the shop's rule: `[orders]` in `shop.toml`, by
default until the shop accepts the order. Afterwards they are offered a person.

<!-- Drawn from src/order/lifecycle.rs by tests/it/lifecycle.rs: UPDATE_DOCS=1 cargo test --test it lifecycle -->
";

fn name<T: ActiveEnum<Value = String>>(value: T) -> String {
    value.to_value()
}

/// Whether an event fits only one way of delivery.
fn only(from: Status, event: Event) -> &'static str {
    let fits = |delivery| {
        [PaymentStatus::Unpaid, PaymentStatus::Paid, PaymentStatus::Void]
            .into_iter()
            .any(|payment| next(from, payment, delivery, event).is_ok())
    };
    match (fits(DeliveryMethod::Delivery), fits(DeliveryMethod::Pickup)) {
        (true, false) => "delivery only",
        (false, true) => "pickup only",
        _ => "",
    }
}

fn drawn() -> String {
    let mut doc = HEAD.to_owned();
    doc.push_str("\n## The order\n\n```mermaid\nstateDiagram-v2\n");
    doc.push_str("    [*] --> awaiting_payment: bank transfer\n    [*] --> placed: cash\n");
    for &(from, event, to) in LIFECYCLE {
        let _ = writeln!(doc, "    {} --> {}: {event}", name(from), name(to));
    }
    doc.push_str("    delivered --> [*]\n    cancelled --> [*]\n```\n\n");
    doc.push_str("| from | what happens | to | |\n|---|---|---|---|\n");
    for &(from, event, to) in LIFECYCLE {
        let only = only(from, event);
        let _ = writeln!(doc, "| {} | `{event}` | {} | {only} |", name(from), name(to));
    }
    doc.push_str("\n## The payment\n\n```mermaid\nstateDiagram-v2\n    [*] --> unpaid\n");
    for &(from, event, to) in PAYMENT_LIFECYCLE {
        let _ = writeln!(doc, "    {} --> {}: {event}", name(from), name(to));
    }
    doc.push_str("```\n\n| from | what happens | to |\n|---|---|---|\n");
    for &(from, event, to) in PAYMENT_LIFECYCLE {
        let _ = writeln!(doc, "| {} | `{event}` | {} |", name(from), name(to));
    }
    doc.push_str(
        "\nAn event that stands in neither column of a table leaves the payment as it is: cash on delivery ships unpaid. \
         Money that\ncomes after a cancellation is owed back (`to_refund`); a person pays it back.\n",
    );
    doc
}

#[test]
fn the_picture_of_the_lifecycle_is_true() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lifecycle.md");
    let drawn = drawn();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept == drawn,
        "docs/lifecycle.md is not what src/order/lifecycle.rs says: \
         UPDATE_DOCS=1 cargo test --test it lifecycle"
    );
}
