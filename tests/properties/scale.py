"""How many runs: a short suite by default, a long one with BT_RISK_LONG=1."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

IS_LONG = os.environ.get("BT_RISK_LONG") == "1"


def runs(short: int, long: int) -> int:
    return long if IS_LONG else short


def examples(short: int, long: int) -> settings:
    """Return hypothesis settings: the same examples on every machine, no deadline on a shared one."""
    return settings(
        derandomize=True,
        deadline=None,
        max_examples=runs(short, long),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
