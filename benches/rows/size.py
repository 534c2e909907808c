"""Memory, start, size, and a page of goods."""

import json
import statistics
import time

from common.bench import median, shown
from common.process import memory_mib

#: A key may ask 50 times a second: so many are needed to find out what the service can do.
KEYS = 200


def memory(bench):
    """At rest, with work for more than it can do, and with more people than before."""
    scale, shop = bench.scale, bench.shop()
    load = {"customers": 256, "conns": 256, "population": 2_000}
    with shop.started() as server:
        with bench.wabench.graph(bench.graph_port, skus=1_000):
            time.sleep(scale.rest)
            idle = memory_mib(server.pid)
        bench.line("memory idle", f"{idle:.1f} MiB", "≤ 15 MiB", idle <= 15)
        # Twice: the first time, allocators and caches still grow.
        first = max(bench.load("order", server, shop, **load)["server"]["mem_peak_mib"] for _ in range(2))
        bench.line("memory saturated (256 customers)", f"{first:.1f} MiB", "≤ 100 MiB", first <= 100)
        bench.load(
            "order", server, shop, customers=256, conns=256, population=scale.customers, conversations=scale.customers,
            first_number=906_000_000_000,
        )
        then = bench.load("order", server, shop, **load)["server"]["mem_peak_mib"]
        bench.line(
            f"memory saturated again after {scale.customers:,} more customers",
            f"{then:.1f} MiB: **+ {then - first:.1f} MiB**", "+ ≤ 10 MiB", then - first <= 10,
        )
    bench.drop(shop)


def start(bench):
    """From the start of the process to its first answer; what lies on the disk."""
    shop, answers, readies = bench.shop(), [], []
    for _ in range(bench.scale.starts):
        with shop.serve() as server:
            answers.append(server.first_page(shop.port, "/health/live"))
            readies.append(server.first_page(shop.port, "/health/ready"))
    bench.drop(shop)
    first, ready = statistics.median(answers), statistics.median(readies)
    bench.line(
        "start to first answer",
        f"{first:.0f} ms ({min(answers):.0f} to {max(answers):.0f} of {len(answers)}), ready {ready:.0f} ms",
        "≤ 50 ms", first <= 50,
    )
    size = bench.sepet.stat().st_size / 1e6
    bench.line("binary", f"{size:.1f} MB", "≤ 30 MB", size <= 30)


def page(bench):
    """A page of 20 products by the admin API, with a key, beside the least that a list can cost."""
    shop = bench.shop()
    keys = [shop.key() for _ in range(KEYS)]
    ours = flow(bench, "sepet", "/api/v1/products?limit=20", {"authorization": "Bearer {{key}}"}, "/items/19/id")
    theirs = flow(bench, "floor", "/products", {}, "/items/19/sku")

    def sepet():
        with shop.started() as server:
            base = f"http://127.0.0.1:{shop.port}"
            return run(bench, ours, server, base, var="key=" + ",".join(keys))

    def floor():
        with bench.floor() as server:
            return run(bench, theirs, server, f"http://127.0.0.1:{bench.floor_port}")

    found = bench.rounds(floor=floor, sepet=sepet)
    bench.drop(shop)
    bench.ratio(
        "page of 20 products by the API", "/s", "requests_per_s", found["sepet"], found["floor"], "≥ 0.4 ×",
        "`floor bot`'s list", least=0.4,
    )
    took = shown(median(found["sepet"], "server.cpu_us_per_request"))
    bench.line("CPU of one page", f"{took} µs beside {shown(median(found['floor'], 'server.cpu_us_per_request'))} µs")


def flow(bench, name, path, headers, last):
    """A file for `wabench flow`: one GET, all of whose twenty items must be there."""
    step = {"name": "page", "method": "GET", "path": path, "headers": headers, "check": {last: None}}
    file = bench.folder / f"{name}-page.json"
    file.write_text(json.dumps({"name": name, "steps": [step]}))
    return file


def run(bench, file, server, base, **options):
    figures = bench.wabench.flow(
        file, base=base, users=16, pid=server.pid, warmup=bench.scale.warmup, duration=bench.scale.seconds, **options
    )
    if figures["failures"]:
        bench.unsound.append(f"{figures['failures']} requests failed: {figures['samples'][:1]}")
    return figures
