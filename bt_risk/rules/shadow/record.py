"""What one denied or reduced request would have earned. Gives: `ShadowRecord`, to the shadow book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bt_risk.rules.shadow.trade import ShadowTrade


@dataclass(frozen=True, slots=True)
class ShadowRecord:
    """A request of which a rule has denied all or cut a part, and the trade that was forgone.

    Attributes
    ----------
    number, datetime, data, side
        The decision's number and time, the instrument, ``"buy"`` or ``"sell"``.
    rule, outcome, breached
        The rule that denied or cut; ``"denied"`` or ``"reduced"``; every rule that would have.
    asked, given
        Units asked for, rounded down to the lot, and granted. Where the rule left nothing to ask for, the size that
        the other rules would have granted. `asked` is None where no size was proposed.
    trade
        The trade at the size asked for; None where it cannot be followed, and `text` says why.
    r
        What it would have earned after commissions, per unit, in multiples of the planned risk of a unit: from the
        decided price to the decided stop. None without a trade, and without a stop.
    money
        What the units forgone would have earned, in account currency at the rate of the decision; negative for a
        loss avoided. None without a trade.
    alone, money_alone
        The size that would have been granted if this one rule had been off and all others on, and what its units
        beyond `given` would have earned. None where it cannot be told.
    within
        Number of the earlier request whose forgone trade was still on: this one would have met a position, so that
        it counts in no sum. None for all others.
    """

    number: int
    datetime: dt.datetime
    data: str
    side: str
    rule: str
    outcome: str
    breached: tuple[str, ...]
    asked: float | None
    given: float
    trade: ShadowTrade | None
    r: float | None
    money: float | None
    alone: float | None
    money_alone: float | None
    within: int | None
    text: str = ""

    @property
    def units(self) -> float | None:
        """Units forgone."""
        return None if self.asked is None else max(0.0, self.asked - self.given)

    @property
    def share(self) -> float:
        """Share of the size asked for that was forgone: 1 for a request that was denied."""
        units = self.units
        return 1.0 if units is None or not self.asked else units / self.asked

    @property
    def counts(self) -> bool:
        """Whether it is part of the sums."""
        return self.trade is not None and self.within is None

    def to_row(self) -> dict[str, Any]:
        """Return the columns as a plain dict, the trade's prices and times among them."""
        trade = self.trade
        entry = None if trade is None else trade.entry
        parts = () if trade is None else trade.parts
        told = {
            "breached": " ".join(self.breached),
            "entry": None if entry is None else entry.price,
            "entered": None if entry is None else entry.time,
            "exit": None if trade is None else trade.exit,
            "left": parts[-1].time if parts else None,
            "exit_reason": "" if trade is None else trade.exit_reason,
        }
        return {name: told[name] if name in told else getattr(self, name) for name in COLUMNS}


COLUMNS = (
    "number",
    "datetime",
    "data",
    "side",
    "rule",
    "outcome",
    "breached",
    "asked",
    "given",
    "units",
    "entry",
    "entered",
    "exit",
    "left",
    "exit_reason",
    "r",
    "money",
    "alone",
    "money_alone",
    "within",
    "text",
)
