"""How much goes through, beside the limit of the machine."""

from functools import partial

from common.bench import ORDERS_AT_ONCE, PGBENCH_CLIENTS, median, shown

CUSTOMERS = (32, 256)
FLOOR = "`floor bot`"


def closed(bench):
    """Each customer sends the next order when the reply to the last has come."""
    for customers in CUSTOMERS:
        load = {"customers": customers, "conns": customers}
        found = bench.rounds(
            floor=partial(bench.of_floor, "order-floor", **load), sepet=partial(bench.of_sepet, "order", **load)
        )
        ours, theirs = found["sepet"], found["floor"]
        bench.ratio(
            f"order → re-priced cart → reply on SQLite, {customers} customers", "/s", "replies_per_s", ours, theirs,
            "≥ 0.6 ×", FLOOR, least=0.6,
        )
        bench.ratio(
            f"CPU per order message on SQLite, {customers} customers", " µs", "server.cpu_us_per_message", ours,
            theirs, "≤ 2.5 × (about 350 µs)", FLOOR, most=2.5,
        )


def on_postgres(bench):
    """The same on PostgreSQL, beside the same order as a script of pgbench on the same cluster."""
    loads = {c: {"database": "postgres", "customers": c, "conns": c} for c in CUSTOMERS}
    found = bench.rounds(
        single=partial(bench.pgbench, "order.sql"),
        fifty=partial(bench.pgbench, "order_batch.sql", ORDERS_AT_ONCE),
        **{f"sepet{c}": partial(bench.of_sepet, "order", **load) for c, load in loads.items()},
    )
    for c in CUSTOMERS:
        ours = found[f"sepet{c}"]
        what = f"the same on PostgreSQL, {c} customers"
        one = f"pgbench `order.sql` ({PGBENCH_CLIENTS} clients, one by one)"
        bench.ratio(what, "/s", "webhooks_per_s", ours, found["single"], "≥ 3 ×", one, least=3)
        many = f"pgbench `order_batch.sql` ({PGBENCH_CLIENTS} clients, fifty at once)"
        bench.ratio(what, "/s", "webhooks_per_s", ours, found["fifty"], "≥ 0.5 ×", many, least=0.5)
        own, db = (median(ours, f"{part}.cpu_us_per_message") for part in ("server", "database"))
        bench.line(
            f"CPU per order message on PostgreSQL, {c} customers",
            f"{shown(own)} µs, with the database's processes {shown(own + db)} µs",
        )


def open_loop(bench):
    """500 orders a second, each answered, each answer reported as sent, delivered and read."""
    load = {"mode": "open", "rate": 500, "customers": 4_000, "conns": 128, "statuses": "sent,delivered,read"}
    found = bench.rounds(
        floor=partial(bench.of_floor, "order-floor", **load), sepet=partial(bench.of_sepet, "order", **load)
    )
    ours, theirs = found["sepet"], found["floor"]
    what = "500 orders/s + 1,500 statuses/s"
    cores, rate = median(ours, "server.cores"), median(ours, "webhooks_per_s")
    statuses = median(ours, "status_webhooks_per_s")
    kept = rate > 470 and statuses > 1_400
    bench.line(
        f"{what}: cores",
        f"{cores:.2f} at {shown(rate)} + {shown(statuses)}/s beside {median(theirs, 'server.cores'):.2f} of {FLOOR}",
        "≤ 0.8 core", kept and cores <= 0.8,
    )
    bench.ratio(
        f"{what}: acknowledgement p99", " ms", "ack_ms.p99", ours, theirs, "≤ 1.5 ×", FLOOR, most=1.5
    )
    bench.ratio(f"{what}: statuses acknowledged p99", " ms", "status_ack_ms.p99", ours, theirs, "–", f"{FLOOR} (stores none)")
    bench.line(f"{what}: CPU per order with its statuses", f"{shown(median(ours, 'server.cpu_us_per_message'))} µs")
