"""Fills a shop's database with a past: people, orders, messages, open carts.

Straight by SQL, a statement a table, the same on both databases. What is written is what the service itself leaves
behind after a customer bought three things: the message that came in, the answer, a placed cart, and a delivered order.
"""

import sqlite3
import time

from .process import fail

FIRST_NUMBER = 905_000_000_000
#: A prime: the people with the first numbers lie all over the tables.
STRIDE = 7919
BODY = "🛒 *Sepetiniz*\n\n1 × Goods 1 = ₺11,50\n2 × Goods 32 = ₺85,00\n1 × Goods 63 = ₺73,50\n\n*Toplam: ₺170,00*"
#: `{n}` counts from 0; `{uid}(kind, n)` is an id; `{shop}`, `{channel}` and `{app}` are ids as well, `{lane}` a text.
STATEMENTS = [
    """CREATE TEMP TABLE v (i INTEGER PRIMARY KEY, id {uuid}, sku TEXT, title TEXT, price BIGINT, short TEXT)""",
    """INSERT INTO v SELECT row_number() OVER (ORDER BY a.sku) - 1, a.id, a.sku, p.title, a.price_minor,
           'var_' || {hex_of_id} FROM variants a JOIN products p ON p.id = a.product_id""",
    """CREATE TEMP TABLE person (n INTEGER PRIMARY KEY, number BIGINT)""",
    """WITH RECURSIVE g(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {people})
       INSERT INTO person SELECT n, {first} + (n * {stride}) % {people} FROM g""",
    """CREATE TEMP TABLE bought (n INTEGER PRIMARY KEY, person INTEGER, a BIGINT, b BIGINT, c BIGINT, at BIGINT)""",
    """WITH RECURSIVE g(n) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {orders})
       INSERT INTO bought SELECT n, n % {people}, (n * 7) % {goods}, (n * 7 + 31) % {goods}, (n * 7 + 62) % {goods},
           {now} - 864000000 + n * 864000000 / {orders} FROM g WHERE n < {orders}""",
    """INSERT INTO customers (id, shop_id, name, phone, bsuid, language, last_delivery, last_payment, version,
           created_at, updated_at)
       SELECT {uid}(1, n), {shop}, 'Customer ' || n, '+' || number, 'TR.' || number, 'tr', 'pickup',
           'cash_on_delivery', 2, {now} - 864000000, {now} - 864000000 FROM person""",
    """INSERT INTO identities (id, shop_id, kind, scope, value, customer_id, created_at)
       SELECT {uid}(2, n), {shop}, 'bsuid', '300000000000003', 'TR.' || number, {uid}(1, n), {now} - 864000000
       FROM person""",
    """INSERT INTO identities (id, shop_id, kind, scope, value, customer_id, created_at)
       SELECT {uid}(3, n), {shop}, 'phone', '', '+' || number, {uid}(1, n), {now} - 864000000 FROM person""",
    """INSERT INTO conversations (id, shop_id, channel_id, customer_id, owner, step, out_sequence, window_ends_at,
           last_inbound_at, pair_tat_ms, version, created_at, updated_at)
       SELECT {uid}(4, n), {shop}, {channel}, {uid}(1, n), 'bot', '{{"at":"start"}}', {orders} / {people} + 1,
           {now} + 3600000, {now} - 82800000, 0, 2, {now} - 864000000, {now} - 82800000 FROM person""",
    """INSERT INTO lanes (key, channel_id) SELECT '{lane}:TR.' || number, {channel} FROM person""",
    """INSERT INTO carts (id, shop_id, customer_id, conversation_id, number, status, lines, set_aside, note,
           delivery_method, payment_method, version, created_at, updated_at)
       SELECT {uid}(5, b.n), {shop}, {uid}(1, b.person), {uid}(4, b.person), b.n + 1, 'placed',
           {json}('[{{"quantity":1,"sku":"' || x.sku || '","unit_price_minor":' || x.price || ',"variant_id":"' || x.short
               || '"}},{{"quantity":2,"sku":"' || y.sku || '","unit_price_minor":' || y.price || ',"variant_id":"'
               || y.short || '"}},{{"quantity":1,"sku":"' || z.sku || '","unit_price_minor":' || z.price
               || ',"variant_id":"' || z.short || '"}}]'), '[]', '', 'pickup', 'cash_on_delivery', 4, b.at, b.at
       FROM bought b JOIN v x ON x.i = b.a JOIN v y ON y.i = b.b JOIN v z ON z.i = b.c""",
    """INSERT INTO orders (id, shop_id, customer_id, conversation_id, cart_id, cart_version, number, status,
           payment_status, payment_method, delivery_method, currency, lines_minor, tax_minor, delivery_minor,
           discount_minor, total_minor, paid_minor, note, language, version, placed_at, updated_at)
       SELECT {uid}(6, b.n), {shop}, {uid}(1, b.person), {uid}(4, b.person), {uid}(5, b.n), 4, 'S' || b.n,
           'delivered', 'paid', 'cash_on_delivery', 'pickup', 'TRY', x.price + 2 * y.price + z.price, 0, 0, 0,
           x.price + 2 * y.price + z.price, x.price + 2 * y.price + z.price, '', 'tr', 2, b.at, b.at
       FROM bought b JOIN v x ON x.i = b.a JOIN v y ON y.i = b.b JOIN v z ON z.i = b.c""",
    *[
        f"""INSERT INTO order_lines (id, order_id, position, variant_id, sku, title, quantity, unit_price_minor,
               line_total_minor)
           SELECT {{uid}}({20 + place}, b.n), {{uid}}(6, b.n), {place}, x.id, x.sku, x.title, {quantity}, x.price,
               {quantity} * x.price FROM bought b JOIN v x ON x.i = b.{column}"""
        for place, (column, quantity) in enumerate([("a", 1), ("b", 2), ("c", 1)], start=1)
    ],
    """INSERT INTO order_events (id, order_id, sequence, event, actor, status, payment_status, note, at)
       SELECT {uid}(8, n), {uid}(6, n), 1, 'placed', 'customer', 'delivered', 'paid', '', at FROM bought""",
    """INSERT INTO inbox (id, app_id, channel_id, kind, dedupe_key, lane, payload, sent_at, arrival, state, due_at,
           attempts, conversation_id, received_at, done_at)
       SELECT {uid}(9, b.n), {app}, {channel}, 'message', 'm:100000000000001:wamid.SEED' || b.n,
           '{lane}:TR.' || p.number, {blob}('{{"at":' || b.at || ',"message":{{"from_user_id":"TR.' || p.number
               || '","id":"wamid.SEED' || b.n || '","type":"order","order":{{"catalog_id":"400000000000004","text":"",'
               || '"product_items":[{{"product_retailer_id":"SKU-' || b.a
               || '","quantity":1,"item_price":9.99,"currency":"TRY"}},{{"product_retailer_id":"SKU-' || b.b
               || '","quantity":2,"item_price":9.99,"currency":"TRY"}},{{"product_retailer_id":"SKU-' || b.c
               || '","quantity":1,"item_price":9.99,"currency":"TRY"}}]}},"from":"' || p.number || '"}}}}'),
           b.at, b.at * 1000 + b.n % 1000, 'done', b.at, 1, {uid}(4, b.person), b.at, b.at
       FROM bought b JOIN person p ON p.n = b.person""",
    """INSERT INTO outbox (id, shop_id, channel_id, conversation_id, sequence, purpose, message, answers, state,
           due_at, attempts, tried_at, repeated, wamid, delivery, delivery_at, created_at, sent_at)
       SELECT {uid}(10, n), {shop}, {channel}, {uid}(4, person), n / {people} + 1, 'reply', {json}('{body}'),
           {uid}(9, n), 'sent', at, 1, at, FALSE, 'wamid.SENT' || n, 4, at, at, at FROM bought""",
    """INSERT INTO carts (id, shop_id, customer_id, conversation_id, number, status, lines, set_aside, note, version,
           created_at, updated_at)
       SELECT {uid}(11, p.n), {shop}, {uid}(1, p.n), {uid}(4, p.n), {orders} + p.n + 1, 'open',
           {json}('[{{"quantity":1,"sku":"' || x.sku || '","unit_price_minor":' || x.price || ',"variant_id":"'
               || x.short || '"}}]'), '[]', '', 1, {now} - 82800000, {now} - 82800000
       FROM person p JOIN v x ON x.i = p.n % {goods} WHERE p.n < {carts}""",
]
MESSAGE = (
    '{"buttons":{"body":"' + BODY.replace("\n", "\\n") + '","buttons":[{"id":"cart:1:1:checkout","title":"Siparişi '
    'ver"},{"id":"cart:1:1:change","title":"Değiştir"},{"id":"menu:0","title":"Menü"}],"footer":null,"header":null}}'
)


def made(now):
    """How all ids begin: version 7 and ten days old, younger than what is purged."""
    return f"{(now - 864_000_000) >> 16:08x}"


def uid(begin, kind, n):
    """Those of a table lie in the order of their numbers."""
    return f"{begin}{kind:04x}70008000{n:012x}"


def seed(shop, postgres, database, orders, people, carts):
    """Seconds that it took. The service must not run."""
    if carts > people:
        fail("a person has one open cart")
    began = time.monotonic()
    values = {
        "orders": orders, "people": people, "carts": carts, "first": FIRST_NUMBER, "stride": STRIDE, "goods": 1000,
        "now": int(time.time() * 1000), "body": MESSAGE,
    }
    if postgres:
        on_postgres(postgres, database, values)
    else:
        on_sqlite(shop.url.removeprefix("sqlite://"), values)
    return time.monotonic() - began


def on_sqlite(file, values):
    with sqlite3.connect(file, isolation_level=None) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -262144")
        begin = made(values["now"])
        db.create_function("uid", 2, lambda kind, n: bytes.fromhex(uid(begin, kind, n)), deterministic=True)
        db.create_function("blob", 1, lambda text: text.encode(), deterministic=True)
        channel, shop, app = db.execute("SELECT hex(id), hex(shop_id), hex(app_id) FROM channels").fetchone()
        values |= {"uid": "uid", "json": "", "blob": "blob", "uuid": "BLOB", "hex_of_id": "lower(hex(a.id))"}
        values |= {"channel": f"x'{channel}'", "shop": f"x'{shop}'", "app": f"x'{app}'", "lane": channel.lower()}
        db.execute("BEGIN")
        for statement in STATEMENTS:
            db.execute(statement.format(**values))
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def on_postgres(postgres, database, values):
    ids = postgres.ask("SELECT id, shop_id, app_id FROM channels", database).split("|")
    values |= {"uid": "pg_temp.uid", "json": "pg_temp.json", "blob": "pg_temp.blob", "uuid": "UUID"}
    values |= {name: f"'{id}'::uuid" for name, id in zip(("channel", "shop", "app"), ids)}
    values |= {"hex_of_id": "replace(a.id::text, '-', '')", "lane": ids[0].replace("-", "")}
    helpers = f"""
        SET synchronous_commit = off;
        CREATE FUNCTION pg_temp.uid(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
        $$ SELECT ('{made(values["now"])}' || lpad(to_hex(kind), 4, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid $$;
        CREATE FUNCTION pg_temp.json(t text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT t::jsonb $$;
        CREATE FUNCTION pg_temp.blob(t text) RETURNS bytea LANGUAGE sql IMMUTABLE AS
        $$ SELECT convert_to(t, 'UTF8') $$;
        BEGIN;
    """
    statements = ";\n".join(statement.format(**values) for statement in STATEMENTS)
    postgres.script(f"{helpers}{statements};\nCOMMIT;\nVACUUM ANALYZE;\nCHECKPOINT;", database)
