"""What the database is asked for one message: PostgreSQL counts it."""

from common.bench import shown

CUSTOMERS = (8, 256)
SHOWN = 25
LONGEST = 110


def statements(bench):
    """Statements a message, with a few customers and with many: a group of lanes shares them."""
    for customers in CUSTOMERS:
        postgres, shop = bench.postgres(), bench.shop("postgres")
        with shop.started() as server:
            load = {"customers": customers, "conns": customers}
            bench.load("order", server, shop, **{**load, "duration": 1})
            postgres.ask("SELECT pg_stat_statements_reset()")
            before = postgres.counters()
            figures = bench.load("order", server, shop, **{**load, "warmup": 0})
            calls, commits, syncs = (b - a for a, b in zip(before, postgres.counters()))
            rows = postgres.ask(f"""
                SELECT calls, total_exec_time * 1000, rows, regexp_replace(query, '\\s+', ' ', 'g')
                FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = '{shop.database}'""")
        bench.drop(shop)
        messages = max(1, figures["totals"]["webhooks"])
        told = f"{calls / messages:.1f} statements, {commits / messages:.2f} commits, {syncs / messages:.2f} syncs"
        bench.line(f"what PostgreSQL does for one order message, {customers} customers", told)
        table = ["| a message | µs a message | rows | statement |", "|--:|--:|--:|---|"]
        for query, (count, took, touched) in heaviest(rows):
            per = (count / messages, took / messages, touched / messages)
            table.append(f"| {per[0]:.3f} | {shown(per[1])} | {per[2]:.2f} | `{query}` |")
        bench.tables[customers] = table


def heaviest(rows):
    """Statements by the time they took; those that differ only in how many rows they carry are one."""
    sums = {}
    for row in rows.splitlines():
        *figures, query = row.split("|", 3)
        query = query.replace('"', "").replace("|", "\\|").replace("`", "'")
        query = query if len(query) <= LONGEST else query[: LONGEST - 1] + "…"
        old = sums.get(query, (0, 0, 0))
        sums[query] = tuple(a + float(b) for a, b in zip(old, figures))
    return sorted(sums.items(), key=lambda pair: -pair[1][1])[:SHOWN]
