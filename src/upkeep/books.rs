//! What the books must say at any moment, also in the middle of a day: each as a query whose rows are the breaches.
//!
//! I2 to I10 of `docs/architecture.md`, as far as SQL alone can tell.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};

/// A breach: which invariant, and what breaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    pub invariant: &'static str,
    pub what: String,
}

#[derive(FromQueryResult)]
struct Row {
    what: String,
}

/// All breaches, at most a hundred of a kind.
///
/// # Errors
/// When the database fails.
pub async fn breaches(db: &impl ConnectionTrait) -> Result<Vec<Breach>, DbErr> {
    let mut found = Vec::new();
    for (invariant, sql) in BOOKS {
        let sql = format!("SELECT what FROM ({sql}) AS breaches LIMIT 100");
        let rows = Row::find_by_statement(Statement::from_string(db.get_database_backend(), sql));
        for Row { what } in rows.all(db).await? {
            found.push(Breach { invariant, what });
        }
    }
    Ok(found)
}

/// Each query gives one text column `what`.
pub const BOOKS: &[(&str, &str)] = &[
    // I2: stock never negative, reserved = sum of live reservations.
    (
        "I2",
        "SELECT 'stock of ' || v.sku || ' is off' AS what FROM variants v
         WHERE v.on_hand < 0 OR v.reserved < 0 OR (v.tracked AND v.reserved > v.on_hand)
            OR v.reserved <> COALESCE((SELECT SUM(r.quantity) FROM reservations r
               WHERE r.variant_id = v.id AND r.state = 'live'), 0)",
    ),
    // I3: at most one order per (cart, version).
    (
        "I3",
        "SELECT 'two orders of one cart: ' || MIN(number) AS what FROM orders
         GROUP BY cart_id, cart_version HAVING COUNT(*) > 1",
    ),
    (
        "I3",
        "SELECT 'order of a cart that is ' || c.status || ': ' || o.number AS what
         FROM orders o JOIN carts c ON c.id = o.cart_id WHERE c.status <> 'placed'",
    ),
    // I4: money adds up.
    (
        "I4",
        "SELECT 'sums of order ' || o.number || ' are off' AS what FROM orders o
         WHERE o.paid_minor < 0 OR o.paid_minor > o.total_minor
            OR o.total_minor <> o.lines_minor + o.tax_minor + o.delivery_minor - o.discount_minor
            OR o.lines_minor <> COALESCE((SELECT SUM(l.line_total_minor) FROM order_lines l
               WHERE l.order_id = o.id), -1)
            OR (o.payment_status = 'paid' AND o.paid_minor <> o.total_minor)",
    ),
    (
        "I4",
        "SELECT 'a line of order ' || o.number || ' is off' AS what
         FROM order_lines l JOIN orders o ON o.id = l.order_id
         WHERE l.line_total_minor <> l.quantity * l.unit_price_minor OR l.quantity < 1",
    ),
    // I5: what has ended or waits for something says why.
    (
        "I5",
        "SELECT 'a message without its reason: ' || state || ' ' || CAST(id AS TEXT) AS what FROM outbox
         WHERE (state IN ('held', 'failed', 'expired') AND COALESCE(reason, '') = '')
            OR (state = 'sent' AND sent_at IS NULL)",
    ),
    (
        "I5",
        "SELECT 'two messages in one place of a chat' AS what FROM outbox
         GROUP BY conversation_id, sequence HAVING COUNT(*) > 1",
    ),
    // I8: no row visible across shops.
    (
        "I8",
        "SELECT 'row of another shop: ' || t AS what FROM (
           SELECT 'order of a customer' AS t FROM orders a JOIN customers b ON b.id = a.customer_id
             WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'order of a cart' FROM orders a JOIN carts b ON b.id = a.cart_id
             WHERE a.shop_id <> b.shop_id OR a.customer_id <> b.customer_id
           UNION ALL SELECT 'cart of a chat' FROM carts a
             JOIN conversations b ON b.id = a.conversation_id
             WHERE a.shop_id <> b.shop_id OR a.customer_id <> b.customer_id
           UNION ALL SELECT 'chat of a channel' FROM conversations a
             JOIN channels b ON b.id = a.channel_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'chat of a customer' FROM conversations a
             JOIN customers b ON b.id = a.customer_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'message of a chat' FROM outbox a
             JOIN conversations b ON b.id = a.conversation_id
             WHERE a.shop_id <> b.shop_id OR a.channel_id <> b.channel_id
           UNION ALL SELECT 'identity of a customer' FROM identities a
             JOIN customers b ON b.id = a.customer_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'merge into a customer' FROM merges a
             JOIN customers b ON b.id = a.into_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'address of a customer' FROM addresses a
             JOIN customers b ON b.id = a.customer_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'variant of a product' FROM variants a
             JOIN products b ON b.id = a.product_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'product of a collection' FROM collection_products a
             JOIN products b ON b.id = a.product_id JOIN collections c ON c.id = a.collection_id
             WHERE a.shop_id <> b.shop_id OR a.shop_id <> c.shop_id
           UNION ALL SELECT 'reservation of an order' FROM reservations a
             JOIN orders b ON b.id = a.order_id WHERE a.shop_id <> b.shop_id
           UNION ALL SELECT 'line of a variant' FROM order_lines a
             JOIN orders b ON b.id = a.order_id JOIN variants c ON c.id = a.variant_id
             WHERE b.shop_id <> c.shop_id
           UNION ALL SELECT 'catalog item of a channel' FROM catalog_items a
             JOIN channels b ON b.id = a.channel_id WHERE a.shop_id <> b.shop_id
         ) AS found",
    ),
    // I10: history is append-only and unbroken.
    (
        "I10",
        "SELECT 'history of order ' || o.number || ' is broken' AS what FROM orders o
         WHERE (SELECT COUNT(*) FROM order_events e WHERE e.order_id = o.id) < 1
            OR (SELECT MIN(e.sequence) FROM order_events e WHERE e.order_id = o.id) <> 1
            OR (SELECT MAX(e.sequence) FROM order_events e WHERE e.order_id = o.id)
               <> (SELECT COUNT(*) FROM order_events e WHERE e.order_id = o.id)",
    ),
    (
        "I10",
        "SELECT 'order ' || o.number || ' is not where its history ends' AS what FROM orders o
         JOIN order_events e ON e.order_id = o.id
          AND e.sequence = (SELECT MAX(x.sequence) FROM order_events x WHERE x.order_id = o.id)
         WHERE e.status <> o.status OR e.payment_status <> o.payment_status",
    ),
];
