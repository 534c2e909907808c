"""The load generator: how it is called, and what it says."""

import json
import subprocess
from pathlib import Path

from .process import Process, fail, note

BENCHES = Path(__file__).resolve().parent.parent


def words(options):
    """`{"no_phone": 0.5}` as `--no-phone 0.5`; a list several times, `True` without a value. A 0 is one."""
    found = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            found.append(flag)
        elif value is not None and value is not False:
            for one in value if isinstance(value, (list, tuple)) else [value]:
                found += [flag, str(one)]
    return found


class Wabench:
    def __init__(self, binary):
        self.binary = binary

    def graph(self, port, **options):
        """The fake Graph API alone, until it is ended."""
        options = {"graph_listen": f"127.0.0.1:{port}", **options}
        process = Process([self.binary, "graph", *words(options)])
        process.first_page(port, "/stats")
        return process

    def begin(self, script, **options):
        """A run that goes on beside what happens next; see `end`."""
        command = [self.binary, "run", "--script", BENCHES / f"scripts/{script}.json", *words(options)]
        return Process(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, process):
        """Waits for a run and gives its figures."""
        printed, complaints = process.child.communicate()
        if process.child.returncode not in (0, 1):
            fail(f"wabench: {complaints}")
        figures = json.loads(printed)
        if not figures["exact"]:
            note(f"not exact: {json.dumps(figures['faults'])} {figures['samples'][:3]}")
        return figures

    def run(self, script, **options):
        with self.begin(script, **options) as process:
            return self.end(process)

    def flow(self, file, **options):
        """Figures of an HTTP API under load."""
        command = [self.binary, "flow", "--file", file, *words(options)]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            fail(f"wabench: {done.stderr}")
        figures = json.loads(done.stdout)
        if figures["failures"]:
            note(f"failures: {figures['failures']} {figures['samples'][:3]}")
        return figures
