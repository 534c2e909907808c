"""Builds the service and the tools beside it, once."""

import os
import subprocess
from pathlib import Path

from .load import BENCHES
from .process import note

ROOT = BENCHES.parent


def target():
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target")


def tool(name):
    """The binary of a workspace in this folder. BENCH_TOOLS names a folder that has it already."""
    there = os.environ.get("BENCH_TOOLS")
    if there:
        return Path(there).resolve() / name
    manifest = BENCHES / name / "Cargo.toml"
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", manifest]
    # Here, because SQLite is built as `.cargo/config.toml` of this folder says.
    subprocess.run([*command, "--target-dir", target() / "benches"], cwd=ROOT, check=True)
    return (target() / "benches/release" / name).resolve()


def all(binary=None):
    """The service, the load generator and the floor; `binary` is a service that is there."""
    note("building")
    if not binary:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
        binary = target() / "release/sepet"
    return Path(binary).resolve(), tool("wabench"), tool("floor")
