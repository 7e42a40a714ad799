"""A trade that was not made, when it is over. Gives: `Part`, `ShadowTrade`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

NOT_FILLED, EXPIRED, CALLED_OFF, OPEN = "not_filled", "expired", "called_off", "open"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fill: its price, slippage included, the number of the instrument's bar, and its time."""

    price: float
    bar: int
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Units that leave together, at one price.

    `bar` is the number of the instrument's bar, `time` its time, and `reason` one of `ExitReason` or the name of the
    rule that closed them; ``"open"`` for what is held at the last price.
    """

    units: float
    price: float
    bar: int
    time: dt.datetime
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether the units are still held."""
        return self.reason == OPEN


@dataclass(frozen=True, slots=True)
class ShadowTrade:
    """What would have become of an entry.

    Attributes
    ----------
    units
        Size of the entry, without a sign.
    entry
        Its fill; None where there was none.
    parts
        How the units leave, in order; together they are `units`. Empty without a fill.
    exit_reason
        That of the last part; ``"not_filled"``, ``"expired"`` or ``"called_off"`` (by the strategy's next exit)
        without a fill.
    over_at
        Number of the instrument's bar at which it was over; None where it is on at the last one.
    """

    units: float
    is_long: bool
    entry: Entry | None
    parts: tuple[Part, ...]
    exit_reason: str
    over_at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a part of it is still held."""
        return any(part.is_open for part in self.parts)

    @property
    def exit(self) -> float | None:
        """Mean price of all exits; None without a fill."""
        if not self.parts:
            return None
        return sum(part.units * part.price for part in self.parts) / sum(part.units for part in self.parts)
