"""What a row of the table stands on: a fresh shop, the floor, rounds that take turns, and lines."""

import os
import shutil
import sqlite3
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .load import BENCHES, Wabench
from .postgres import Postgres
from .process import Process, fail, free_port, note
from .shop import NAMES, SECRET, Shop

ORDERS_AT_ONCE = 50
PGBENCH_CLIENTS = 16


@dataclass
class Scale:
    """How much of everything."""

    rounds: int = 3
    seconds: float = 10
    warmup: float = 3
    exact: float = 30
    dead: float = 60
    kills: int = 10
    starts: int = 10
    customers: int = 100_000
    history: tuple = (1_000, 100_000, 1_000_000)
    carts: int = 100_000
    rest: float = 20
    patience: float = 180
    postgres_history: bool = False


QUICK = Scale(
    rounds=1, seconds=2, warmup=1, exact=3, dead=5, kills=3, starts=3, customers=2_000,
    history=(100, 1_000, 10_000), carts=1_000, rest=3, patience=30,
)


@dataclass
class Line:
    """What was measured, what is asked, and whether it is reached (`None`: nothing is asked, or the figure is void)."""

    row: str
    what: str
    measured: str
    asked: str = "–"
    reached: bool | None = None
    void: list = field(default_factory=list)


class Bench:
    def __init__(self, folder, sepet, wabench, floor, scale):
        self.folder, self.sepet, self.floor_binary, self.scale = folder, sepet, floor, scale
        self.wabench = Wabench(wabench)
        self.port, self.graph_port, self.floor_port = free_port(), free_port(), free_port()
        self.lines, self.row, self.shops, self.unsound = [], "", 0, []
        self.cluster, self.templates = None, {}
        #: Statements of one message, by customers.
        self.tables = {}

    # --- what is measured ------------------------------------------------------------------------------------------

    def postgres(self):
        """The cluster, started when it is wanted first."""
        if not self.cluster:
            note("starting PostgreSQL")
            self.cluster = Postgres(self.folder)
            self.cluster.__enter__()
        return self.cluster

    def close(self):
        if self.cluster:
            self.cluster.__exit__()

    def shop(self, database="sqlite"):
        """A new shop with 1,000 goods, no pace, no read marks, and nothing that ever happened in it."""
        self.shops += 1
        folder = self.folder / f"shop{self.shops}"
        folder.mkdir()
        if database not in self.templates:
            self.templates[database] = self.open(database)
        template = self.templates[database]
        name = f"shop{self.shops}"
        if database == "sqlite":
            shutil.copy(template, folder / "sepet.db")
            url = f"sqlite://{folder}/sepet.db"
        else:
            self.postgres().ask(f"CREATE DATABASE {name} TEMPLATE {template}")
            url = self.postgres().url_of(name)
        shop = Shop(folder, self.sepet, url, self.port, self.graph_port)
        shop.database = None if database == "sqlite" else name
        return shop

    def open(self, database):
        """What every shop is a copy of: a file, or the name of a database."""
        note(f"opening a shop ({database})")
        folder = self.folder / f"template-{database}"
        folder.mkdir()
        if database == "sqlite":
            url = f"sqlite://{folder}/sepet.db"
        else:
            self.postgres().ask("CREATE DATABASE template_shop")
            url = self.postgres().url_of("template_shop")
        shop = Shop(folder, self.sepet, url, self.port, self.graph_port)
        shop.command("migrate")
        shop.apply(0, 0)
        shop.stock()
        with shop.started():
            shop.without_read_marks()
        if database != "sqlite":
            return "template_shop"
        with sqlite3.connect(folder / "sepet.db") as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        return folder / "sepet.db"

    def drop(self, shop):
        """Frees the disk."""
        if shop.database:
            self.postgres().ask(f"DROP DATABASE {shop.database} WITH (FORCE)")
        shutil.rmtree(shop.folder, ignore_errors=True)

    def floor(self):
        """`floor bot` on a new file, started; and where it takes webhooks."""
        self.shops += 1
        file = self.folder / f"floor{self.shops}.db"
        command = [self.floor_binary, "bot", "--listen", f"127.0.0.1:{self.floor_port}", "--file", file]
        command += ["--graph", f"http://127.0.0.1:{self.graph_port}", "--secret", SECRET]
        process = Process(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process.first_page(self.floor_port, "/products")
        return process

    def options(self, server, shop=None, **options):
        """What `wabench run` is told; `shop` none for the floor."""
        base = shop.base if shop else f"http://127.0.0.1:{self.floor_port}/webhook"
        told = {
            "base": base, "graph_listen": f"127.0.0.1:{self.graph_port}", "pid": server.pid, **NAMES,
            "warmup": self.scale.warmup, "duration": self.scale.seconds, "population": 20_000, "timeout": 30,
        }
        if shop and shop.database:
            told["db_pid"] = self.postgres().pid
        return {**told, **options}

    def load(self, script, server, shop=None, **options):
        """Figures of one run. One that is not exact voids the row's figures."""
        return self.sound(self.wabench.run(script, **self.options(server, shop, **options)), script)

    def sound(self, figures, script):
        if not figures["exact"]:
            faults = {name: n for name, n in figures["faults"].items() if n}
            self.unsound.append(f"`{script}` was not exact: {faults}")
        if figures["generator_cores"] > 0.95:
            self.unsound.append("the load generator had no time left: it is what was measured")
        return figures

    def keeps(self, found, rate):
        """Voids figures of a schedule that was not kept: what waited before they count was answered in their place."""
        for name, figures in found.items():
            slowest = min(f["webhooks_per_s"] for f in figures)
            if slowest < 0.9 * rate:
                self.unsound.append(f"{name}: only {shown(slowest)} of {rate} a second were acknowledged")

    def of_sepet(self, script, database="sqlite", **options):
        """A run on a new shop."""
        shop = self.shop(database)
        with shop.started() as server:
            figures = self.load(script, server, shop, **options)
        self.drop(shop)
        return figures

    def of_floor(self, script, **options):
        with self.floor() as server:
            return self.load(script, server, **options)

    def rounds(self, **sides):
        """Runs the sides in turn, A B A B …; gives each side's figures, one a round."""
        self.unsound = []
        found = {name: [] for name in sides}
        for n in range(self.scale.rounds):
            for name, run in sides.items():
                found[name].append(run())
                note(f"{self.row}: round {n + 1} of {self.scale.rounds}: {name}: {brief(found[name][-1])}")
        return found

    def pgbench(self, script, orders=1):
        """Orders a second of one of `pg/`."""
        postgres = self.postgres()
        if "floor" not in self.templates:
            note("filling the tables of pgbench")
            postgres.ask("CREATE DATABASE floor")
            postgres.script((BENCHES / "pg/schema.sql").read_text(), "floor", products=100_000)
            self.templates["floor"] = "floor"
        file = postgres.folder / script
        file.write_text((BENCHES / "pg" / script).read_text())
        seconds = max(1, round(self.scale.seconds))
        printed = postgres.run(
            "pgbench", "-n", "-M", "prepared", "-f", file, "-D", "products=99999", "-c", PGBENCH_CLIENTS, "-j", 1,
            "-T", seconds, "-h", "127.0.0.1", "-p", postgres.port, "-U", "postgres", "floor",
        )
        tps = [line.split()[2] for line in printed.splitlines() if line.startswith("tps = ")]
        if not tps:
            fail(f"pgbench: {printed}")
        return {"webhooks_per_s": float(tps[0]) * orders}

    # --- what is asked of a shop's database -------------------------------------------------------------------------

    def column(self, shop, sql):
        """The first column, as text; also while the service runs."""
        if shop.database:
            return self.postgres().ask(sql, shop.database).splitlines()
        db = sqlite3.connect(f"file:{shop.folder}/sepet.db?mode=ro", uri=True, timeout=30)
        try:
            return [str(row[0]) for row in db.execute(sql)]
        finally:
            db.close()

    def ask(self, shop, sql):
        """One number."""
        return int(self.column(shop, sql)[0])

    def until(self, condition):
        """Whether it came true while there was patience."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > self.scale.patience:
                return False
            time.sleep(0.5)
        return True

    # --- what is told -----------------------------------------------------------------------------------------------

    def line(self, what, measured, asked="–", reached=None, void=None):
        void = self.unsound if void is None else void
        self.lines.append(Line(self.row, what, measured, asked, None if void else reached, list(dict.fromkeys(void))))
        told = {True: "reached", False: "NOT REACHED", None: ""}[self.lines[-1].reached]
        note(f"{self.row}: {what}: {measured} (asked: {asked}) {told}{' VOID' if void else ''}")

    def ratio(self, what, unit, path, ours, theirs, asked, beside, least=None, most=None):
        """A line with our median, theirs, and the median of the ratios round by round."""
        a, b = [at(f, path) for f in ours], [at(f, path) for f in theirs]
        if None in a or None in b or 0 in b:
            return self.line(what, "no figure", asked, False)
        each = [x / y for x, y in zip(a, b)]
        middle = statistics.median(each)
        spread = f" ({min(each):.2f} to {max(each):.2f})" if len(each) > 1 else ""
        measured = f"{shown(statistics.median(a))}{unit} beside {shown(statistics.median(b))}{unit} of {beside}:"
        reached = middle >= least if least is not None else middle <= most if most is not None else None
        return self.line(what, f"{measured} **{middle:.2f} ×**{spread}", asked, reached)


def at(figures, path):
    """`server.cores` of a report; none where it is missing."""
    for part in path.split("."):
        figures = figures.get(part) if isinstance(figures, dict) else None
    return figures


def median(figures, path):
    """Over the rounds; 0 where there is no figure."""
    values = [at(f, path) for f in figures]
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else 0


def shown(value):
    """Digits that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def brief(figures):
    told = [f"{shown(figures['webhooks_per_s'])}/s"] if "webhooks_per_s" in figures else []
    told += [f"{shown(figures['requests_per_s'])}/s"] if "requests_per_s" in figures else []
    for name, path in (("ack p50", "ack_ms.p50"), ("µs", "server.cpu_us_per_message")):
        if at(figures, path) is not None:
            told.append(f"{name} {shown(at(figures, path))}")
    return ", ".join(told)


def load_average():
    return ", ".join(f"{n:.1f}" for n in os.getloadavg())


def folder_mib(folder):
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20
