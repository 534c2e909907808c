"""A provider that is slow, dead, or refuses; a service that is killed."""

import random
import time
from functools import partial

from common.bench import median, shown
from common.process import ask, free_port, memory_mib, note

DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
RATE = 500
#: Of a provider that takes its time: so many replies are under way without a queue.
SLOW_RATE = 100


def slow_provider(bench):
    """An acknowledgement does not know how long the provider takes."""
    load = {"mode": "open", "rate": SLOW_RATE, "customers": 1_000}
    found = bench.rounds(
        fast=partial(bench.of_sepet, "order", graph_delay_ms=0, **load),
        slow=partial(bench.of_sepet, "order", graph_delay_ms=200, **load),
    )
    bench.keeps(found, SLOW_RATE)
    bench.ratio(
        f"acknowledgement p50 with the provider at 200 ms ({SLOW_RATE} orders/s)", " ms", "ack_ms.p50", found["slow"],
        found["fast"], "≤ 1.1 ×", "itself at 0 ms", most=1.1,
    )
    replies = (shown(median(found[side], "reply_ms.p50")) for side in ("slow", "fast"))
    bench.line("replies at the provider meanwhile, p50", " ms, at 0 ms ".join(replies) + " ms")


def dead_provider(bench):
    """Nobody listens where replies should go; orders go on coming."""
    scale, shop = bench.scale, bench.shop()
    before, alone = 5 if scale.dead > 10 else 2, free_port()
    graph = bench.wabench.graph(bench.graph_port)
    with shop.started() as server:
        run = bench.wabench.begin("ack", **bench.options(
            server, shop, mode="open", rate=RATE, customers=1_000, conns=64, population=200_000, warmup=0,
            duration=before + scale.dead, graph_listen=f"127.0.0.1:{alone}",
        ))
        with run:
            time.sleep(before)
            graph.kill()
            began, at_first = time.monotonic(), memory_mib(server.pid)
            most = at_first
            while time.monotonic() - began < scale.dead:
                most = max(most, memory_mib(server.pid))
                time.sleep(0.25)
            figures = bench.sound(bench.wabench.end(run), "ack")
        with bench.wabench.graph(bench.graph_port):
            back = time.monotonic()
            open_rows = "SELECT count(*) FROM outbox WHERE state IN ('due', 'leased', 'unknown', 'held')"
            open_inputs = "SELECT count(*) FROM inbox WHERE state = 'due'"
            drained = bench.until(lambda: not bench.ask(shop, open_rows) and not bench.ask(shop, open_inputs))
            # Both providers together: what the first one had when it ended nobody can ask it.
            took = time.monotonic() - back
            sent = int(bench.ask(shop, "SELECT count(*) FROM outbox WHERE state = 'sent'"))
    bench.drop(shop)
    faults, acked = figures["faults"], figures["totals"]["webhooks"]
    bad = faults["webhooks_refused"] + faults["webhooks_broken"]
    what = f"provider dead for {scale.dead:.0f} s at {RATE} orders/s"
    bench.line(
        f"{what}: acknowledgements",
        f"{acked:,} good, {bad} not; p50 {shown(figures['ack_ms']['p50'])} ms, p99 {shown(figures['ack_ms']['p99'])} ms",
        "all good", bad == 0,
    )
    bench.line(
        f"{what}: memory", f"{at_first:.0f} MiB, at the most {most:.0f}: **+ {most - at_first:.1f} MiB**", "+ ≤ 20 MiB",
        most - at_first <= 20,
    )
    gone = f"in {took:.0f} s" if drained else f"not all within {took:.0f} s"
    bench.line(f"{what}: replies once it is back", f"{sent:,} for {acked:,} orders, {gone}")


def exact(bench):
    """Trouble on all sides at once; every reply comes, once, and is the right one."""
    for database, name in DATABASES.items():
        figures = bench.of_sepet(
            "order", database=database, customers=64, dup=0.2, graph_fail=0.1, graph_mps=80, no_phone=0.5,
            timeout=120, settle=3, duration=bench.scale.exact,
        )
        faults, graph = figures["faults"], figures["graph"]
        kinds = ("missing", "unexpected", "mismatched")
        told = ", ".join(f"{faults['replies_' + kind]} {kind}" for kind in kinds)
        bench.line(
            f"exact replies on {name} under 20 % duplicates, 10 % refusals, 80/s, half without phone",
            f"{figures['totals']['replies']:,} replies: {told} ({figures['duplicates_sent']:,} duplicates, "
            f"{graph['refused']:,} refused, {graph['throttled']:,} throttled): `exact: {str(figures['exact']).lower()}`",
            "none missing, doubled, wrong", figures["exact"], void=[],
        )
        bench.unsound.clear()


def kills(bench):
    """SIGKILL at random moments; what was acknowledged is there, and so is the service."""
    for database, name in DATABASES.items():
        kill_often(bench, database, name)


def kill_often(bench, database, name):
    scale, shop, dice = bench.scale, bench.shop(database), random.Random(4)
    pauses = [dice.uniform(1.5, 3.0) for _ in range(scale.kills)]
    log, readies = shop.folder / "acked", []
    server = shop.started()
    with bench.wabench.graph(bench.graph_port):
        run = bench.wabench.begin("ack", **bench.options(
            server, shop, mode="open", rate=RATE, customers=1_000, conns=64, population=200_000, warmup=0,
            duration=sum(pauses) + scale.kills * 0.3 + 2, retries=6, acked_log=log,
            graph_listen=f"127.0.0.1:{free_port()}",
        ))
        with run:
            for pause in pauses:
                time.sleep(pause)
                server.kill()
                server = shop.serve()
                readies.append(server.first_page(shop.port, "/health/ready"))
            figures = bench.wabench.end(run)
        with server:
            settled = bench.until(lambda: not bench.ask(shop, "SELECT count(*) FROM inbox WHERE state = 'due'"))
            stored = stored_wamids(bench, shop)
    acked = set(log.read_text().split())
    forgotten = len(acked - stored)
    bench.drop(shop)
    note(f"{len(acked)} acknowledged, {len(stored)} stored")
    what = f"{scale.kills} kills at {RATE}/s on {name}"
    told = "all handled" if settled else "not all handled yet"
    bench.line(
        f"{what}: acknowledged messages",
        f"{len(acked):,} acknowledged, **{forgotten} forgotten**, {told} ({figures['faults']['webhooks_retried']:,} "
        "POSTs came again)",
        "0 forgotten", forgotten == 0 and len(acked) > 0, void=[],
    )
    slowest, middle = max(readies), sorted(readies)[len(readies) // 2]
    bench.line(
        f"{what}: ready after each start", f"median {middle:.0f} ms, slowest {slowest:.0f} ms", "≤ 100 ms",
        slowest <= 100, void=[],
    )


def stored_wamids(bench, shop):
    """Provider ids of all messages in the inbox, whatever became of them."""
    sql = "SELECT dedupe_key FROM inbox WHERE kind = 'message'"
    return {key.rsplit(":", 1)[-1] for key in bench.column(shop, sql)}
