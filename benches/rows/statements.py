"""What the database is asked for one message: PostgreSQL counts it."""

from common.bench import shown

CUSTOMERS = (8, 256)
SHOWN = 30
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
                SELECT round(calls::numeric, 0), round((total_exec_time * 1000)::numeric, 0), rows,
                       regexp_replace(query, '\\s+', ' ', 'g')
                FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = '{shop.database}' ORDER BY total_exec_time DESC LIMIT {SHOWN}""")
        bench.drop(shop)
        messages = max(1, figures["totals"]["webhooks"])
        told = f"{calls / messages:.1f} statements, {commits / messages:.2f} commits, {syncs / messages:.2f} syncs"
        bench.line(f"what PostgreSQL does for one order message, {customers} customers", told)
        table = ["| a message | µs a message | rows | statement |", "|--:|--:|--:|---|"]
        for row in rows.splitlines():
            count, took, touched, query = row.split("|", 3)
            query = query if len(query) <= LONGEST else query[: LONGEST - 1] + "…"
            query = query.replace("|", "\\|").replace("`", "'")
            per = (float(count) / messages, float(took) / messages, float(touched) / messages)
            table.append(f"| {per[0]:.3f} | {shown(per[1])} | {per[2]:.2f} | `{query}` |")
        bench.tables[customers] = table
