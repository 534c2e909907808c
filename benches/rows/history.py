"""What a past costs: the same load on a database that is empty, and on ones that are not."""

from common import seed
from common.bench import folder_mib, median, shown
from common.process import note

#: They exist in every past, lie all over the tables, and are met before the figures count.
PEOPLE = 1_000
RATE = 300


def history(bench):
    """A past of thousands, hundreds of thousands, and a million orders, each with its messages."""
    past(bench, "sqlite", "SQLite")
    if bench.scale.postgres_history:
        past(bench, "postgres", "PostgreSQL")


def past(bench, database, name):
    scale = bench.scale
    shops = {0: bench.shop(database)}
    for orders in scale.history:
        note(f"history: seeding {orders:,} orders")
        shops[orders] = shop = bench.shop(database)
        people = max(PEOPLE, orders // 10)
        carts = min(people, scale.carts)
        took = seed.seed(shop, database == "postgres" and bench.postgres(), shop.database, orders, people, carts)
        size = f", {folder_mib(shop.folder):,.0f} MiB" if database == "sqlite" else ""
        note(f"history: {orders:,} orders in {took:.0f} s{size}")

    def load(shop):
        with shop.started() as server:
            return bench.load(
                "order", server, shop, mode="open", rate=RATE, customers=500, population=PEOPLE,
                warmup=scale.warmup + PEOPLE / RATE,
            )

    found = bench.rounds(**{f"{orders:,} orders": (lambda shop=shop: load(shop)) for orders, shop in shops.items()})
    bench.keeps(found, RATE)
    for shop in shops.values():
        bench.drop(shop)
    sides = list(found.values())
    *_, most = scale.history
    carts = min(max(PEOPLE, most // 10), scale.carts)
    bench.ratio(
        f"{most:,} stored orders, {carts:,} open carts on {name}: acknowledgement p50", " ms", "ack_ms.p50", sides[-1],
        sides[0], "≤ 1.2 ×", "an empty one", most=1.2,
    )
    costs = [median(side, "server.cpu_us_per_message") + median(side, "database.cpu_us_per_message") for side in sides]
    told = ", ".join(f"{n:,}: {shown(cost)} µs" for n, cost in zip(scale.history, costs[1:]))
    growth = costs[-1] / costs[1] - 1 if costs[1] else 0
    bench.line(
        f"CPU per message by stored messages on {name}, {RATE} orders/s", f"{told}: **{growth:+.0%}**", "+ ≤ 20 %",
        growth <= 0.2 and costs[1] > 0,
    )
    acks = ", ".join(f"{n:,}: {shown(median(side, 'ack_ms.p50'))} ms" for n, side in zip(scale.history, sides[1:]))
    bench.line(f"acknowledgement p50 by stored messages on {name}", acks)
