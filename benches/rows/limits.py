"""More customers than ever, and more messages than the machine can take."""

from functools import partial

from common.bench import at, median, shown

CUSTOMERS = (32, 64, 128, 256, 512)
#: An acknowledgement that takes longer is late, a refusal that takes longer did not come at once. Milliseconds.
LATE, AT_ONCE = 1_000, 250


def many(bench):
    """512 customers beside the best that fewer reach."""
    runs = {f"{c} customers": partial(bench.of_sepet, "order", customers=c, conns=c) for c in CUSTOMERS}
    found = bench.rounds(**runs)
    rates = {name: median(figures, "replies_per_s") for name, figures in found.items()}
    *fewer, most = rates.items()
    best = max(fewer, key=lambda pair: pair[1])
    if not best[1]:
        return bench.line("512 customers ÷ the best at fewer", "no figure", "≥ 0.95", False)
    share = most[1] / best[1]
    told = ", ".join(f"{name.split()[0]}: {shown(rate)}/s" for name, rate in rates.items())
    return bench.line("512 customers ÷ the best at fewer", f"{told}: **{share:.2f}**", "≥ 0.95", share >= 0.95)


def above(bench):
    """Twice what the service can do, on schedule: what it cannot take is turned away at once."""
    capacity = bench.of_sepet("order", customers=256, conns=256)["replies_per_s"]
    if not capacity:
        return bench.line("twice of what it can do", "what it can do is not known", "503 at once", False)
    # More than that the generator cannot offer beside the service on two cores.
    rate = 2 * capacity
    shop = bench.shop()
    with bench.wabench.graph(bench.graph_port), shop.started() as server:
        figures = bench.load(
            "ack", server, shop, mode="open", rate=rate, customers=2_000, conns=2_000, retries=0,
            population=100_000, graph_listen=f"127.0.0.1:{bench.floor_port}",
        )
    bench.drop(shop)
    away, taken = at(figures, "turned_away_ms") or {}, at(figures, "accepted_ms") or {}
    offered = away.get("n", 0) + taken.get("n", 0)
    share = away.get("n", 0) / max(1, offered)
    if offered < 0.8 * rate * bench.scale.seconds:
        bench.unsound.append(f"only {offered:,} of {rate * bench.scale.seconds:,.0f} messages were answered in time")
    broken = at(figures, "faults.webhooks_broken")
    what = f"twice of what it can do ({shown(rate)}/s)"
    bench.line(
        f"{what}: turned away with 503",
        f"{share:.0%} of {offered:,}; p50 {away.get('p50', 0):.0f} ms, "
        f"p99 {away.get('p99', 0):.0f} ms, latest {away.get('max', 0):.0f} ms; {broken} cut off",
        f"at once (p99 ≤ {AT_ONCE} ms)", away.get("p99", 0) <= AT_ONCE and not broken,
    )
    return bench.line(
        f"{what}: acknowledged",
        f"{median([figures], 'webhooks_per_s'):,.0f}/s; p50 {taken.get('p50', 0):.0f} ms, p99 "
        f"{taken.get('p99', 0):.0f} ms, latest {taken.get('max', 0):.0f} ms after the POST; "
        f"memory {figures['server']['mem_peak_mib']:.0f} MiB at the most",
        f"never late (latest ≤ {LATE} ms)", bool(taken) and taken["max"] <= LATE,
    )
