"""Signs of wrong prices in rows that each look sound. A sign is one file and one line in the tuple below."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bt_risk.prices.signs.gaps import gaps
from bt_risk.prices.signs.jumps import jumps
from bt_risk.prices.signs.sign import Sign
from bt_risk.prices.signs.stale import stale_runs
from bt_risk.prices.signs.volume import zero_volumes

SIGNS = (jumps, gaps, stale_runs, zero_volumes)


def signs_of(frame: pd.DataFrame) -> Iterator[Sign]:
    """Give the signs in sound, rising rows; a column "Adj Close" is read where there is one."""
    for sign in SIGNS:
        yield from sign(frame)
