"""A throwaway PostgreSQL. It syncs to disk, as one that is meant to last."""

import glob
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from .process import fail, free_port


class Postgres:
    """A cluster in a folder of its own."""

    def __init__(self, folder):
        found = [shutil.which("initdb"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))]
        found = [path for path in found if path]
        if not found:
            fail("PostgreSQL's server is missing; ./test installs it")
        self.bin = Path(found[-1]).parent
        self.folder = folder / "postgres"
        self.folder.mkdir()
        self.port = free_port()
        self.url = self.url_of("postgres")
        self.prefix = []
        if os.getuid() == 0:  # PostgreSQL refuses to run as root.
            names = {user.pw_name for user in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self.prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            folder.chmod(0o755)

    def __enter__(self):
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        options += " -c shared_preload_libraries=pg_stat_statements"
        self.run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")
        self.ask("CREATE EXTENSION pg_stat_statements")
        self.pid = int((data / "postmaster.pid").read_text().split()[0])
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def url_of(self, database):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, tool, *arguments, text=None):
        # A server inherits what it is given, so only a client's output is waited for.
        kept = subprocess.PIPE if tool in ("psql", "pgbench") else subprocess.DEVNULL
        environment = {**os.environ, "HOME": str(self.folder)}
        command = [*self.prefix, self.bin / tool, *map(str, arguments)]
        given = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, stdout=kept, stderr=kept, text=True, **given
        )
        if done.returncode:
            fail(f"{tool} failed: {done.stderr or self.folder}")
        return done.stdout

    def ask(self, sql, database="postgres"):
        return self.run("psql", "-AtXq", "-d", self.url_of(database), "-c", sql).strip()

    def script(self, text, database, **variables):
        """Runs statements one after the other; the first that fails ends it."""
        given = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        self.run("psql", "-qX", "-v", "ON_ERROR_STOP=1", *given, "-d", self.url_of(database), text=text)

    def counters(self):
        """Statements, commits and syncs to disk so far, without those of this question."""
        asked = """
            SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_%'),
                   (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE query = 'COMMIT'),
                   (SELECT wal_sync FROM pg_stat_wal)"""
        return [int(n) for n in self.ask(asked).split("|")]
