"""How many runs: a short suite by default, a long one with BT_RISK_LONG=1.

The long suite puts more than a million bar-requests (see `tests.bench.tally`) to the desk. It can be run in parts:
BT_RISK_LONG_SEEDS="0:500" takes the hostile runs of those seeds only, and BT_RISK_LONG_COUNTS names a file that keeps
their counts. ``pytest tests/properties/test_order_protocol.py -k hostile`` leaves out the rest.
"""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

IS_LONG = os.environ.get("BT_RISK_LONG") == "1"
LONG_SEEDS = 25_000
# What the long suite has to say at its end, line by line.
SUMMARY: list[str] = []


def runs(short: int, long: int) -> int:
    return long if IS_LONG else short


def seeds(short: int) -> range:
    """Return the seeds of the hostile runs: the first `short`, or in the long suite those asked for."""
    if not IS_LONG:
        return range(short)
    first, _, last = os.environ.get("BT_RISK_LONG_SEEDS", f"0:{LONG_SEEDS}").partition(":")
    return range(int(first), int(last))


def counts_file() -> Path | None:
    """Return where the long suite keeps its counts, None for nowhere."""
    name = os.environ.get("BT_RISK_LONG_COUNTS") if IS_LONG else None
    return Path(name) if name else None


def examples(short: int, long: int) -> settings:
    """Return hypothesis settings: the same examples on every machine, no deadline on a shared one."""
    return settings(
        derandomize=True,
        deadline=None,
        max_examples=runs(short, long),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
