"""Where the programs are that the checks try. They are built before, all at once, and never here: a build of one package alone
chooses other features for what it stands on, and compiles it a second time."""
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
BUILD = "cargo build --workspace --all-targets"
# How many times longer than on a quiet computer anything may take (see tests/calibrate).
PATIENCE = max(1.0, float(os.environ.get("HEDGEROW_PATIENCE") or 1))


def hedgerow():
    """The program under test."""
    return os.environ.get("HEDGEROW_BIN") or str(TARGET / "debug" / "hedgerow")


def example(name):
    """An example program that was built beside the one under test."""
    path = pathlib.Path(hedgerow()).resolve().parent / "examples" / name
    if not path.is_file():
        sys.exit(f"FAILED: {path} is not there: run `{BUILD}` first, or give one with --program")
    return str(path)
