"""Our side: the program, the public files, and the printing of a row."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[4]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = os.environ.get("PEERS_PROGRAM", str(TARGET / "debug/examples/analyze"))
FILES = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".")
SCRATCH = Path(tempfile.mkdtemp(prefix="peers-"))


def file(name):
    return FILES / name


def scratch(name, frame):
    """Writes a table for the program to read."""
    path = SCRATCH / name
    frame.to_csv(path, index=False)
    return path


def rapport(*arguments):
    """What the program answers, as JSON."""
    line = [PROGRAM, *map(str, arguments), "--json"]
    done = subprocess.run(line, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(line)}\n{done.stderr}")
    return json.loads(done.stdout)


class Differences:
    """The largest difference so far, relative to the peer's number where that is above 1."""

    def __init__(self):
        self.largest, self.cases, self.where = 0.0, 0, "–"

    def of(self, ours, theirs, where):
        ours, theirs = np.asarray(ours, float).ravel(), np.asarray(theirs, float).ravel()
        assert ours.shape == theirs.shape, f"{where}: {ours.shape}, {theirs.shape}"
        self.cases += 1
        gap = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
        gap = float(np.where(np.isnan(ours) & np.isnan(theirs), 0.0, gap).max(initial=0.0))
        if not gap <= self.largest:
            self.largest, self.where = gap, where

    def row(self, what, peer):
        print(f"| {what} | {peer} | {self.cases} | {self.largest:.1e} |", flush=True)
        print(f"  largest at: {self.where}", file=sys.stderr)


def version(package):
    from importlib.metadata import version as of

    return f"{package} {of(package)}"
