"""One trade from its first fill to its last, planned against realised. Gives: `TradeRecord`, to journals and views."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from math import nan
from typing import Any

from bt_risk.rules.attribution import Attribution, no_stop_level

_OWN_COLUMNS = (
    "number",
    "data",
    "side",
    "units",
    "opened",
    "closed",
    "bars",
    "decision",
    "decided",
    "stop",
    "entry",
    "exit",
    "reason",
    "adds",
    "is_unprotected",
    "risk",
    "realised",
    "r_multiple",
    "mae",
    "mfe",
    "overshoot",
    "never_promised",
)
# The names of a row: the trade, then the parts of what it made.
FLAT_COLUMNS = (*_OWN_COLUMNS, *(part.name for part in fields(Attribution)))


@dataclass(frozen=True, slots=True)
class EntryFill:
    """Units that came in with one fill; money in account currency.

    Attributes
    ----------
    units
        Without a sign.
    decision
        Number of the decision; None where no request of the strategy's led to it.
    decided, stop
        Price and stop as they were decided, at the fill's time. A stop of None promises nothing.
    quote, price
        Market price before slippage; the fill.
    time, bar
        When: the bar's time, and its number among the instrument's.
    commission, risk
        What the broker took; what the units lose from the decided price to the decided stop.
    is_add
        The fill enlarged a position that another order had opened.
    unprotected_close
        Close of the bar where no stop worked on it behind the fill; None where one did.
    """

    units: float
    decision: int | None
    decided: float
    stop: float | None
    quote: float
    price: float
    time: dt.datetime
    bar: int
    commission: float
    risk: float
    is_add: bool
    unprotected_close: float | None

    @property
    def is_unprotected(self) -> bool:
        """Whether no stop worked on the bar of the fill."""
        return self.unprotected_close is not None

    def distance(self, *, is_long: bool) -> float:
        """Return the planned distance from the decided price to the stop, without a stop to where all is lost."""
        level = no_stop_level(self.decided, is_long=is_long) if self.stop is None else self.stop
        return abs(self.decided - level)


@dataclass(frozen=True, slots=True)
class ExitFill:
    """Units that left with one fill; money in account currency.

    Attributes
    ----------
    units
        Without a sign.
    reason
        The rule of the exit's decision, or the order that was met: ``"stop"``, ``"trail"``, ``"break_even"``,
        ``"target"``, ``"ladder"``; ``"outside"`` for an order that did not come through the desk.
    stop
        The stop in force for these units; None without one.
    quote, price
        Market price before slippage; the fill.
    time, bar
        When: the bar's time, and its number among the instrument's.
    commission, pnl
        What the broker took, and the profit that it booked, before commissions.
    parts
        What these units made, in parts; the entry's commissions are not in it.
    """

    units: float
    reason: str
    stop: float | None
    quote: float
    price: float
    time: dt.datetime
    bar: int
    commission: float
    pnl: float
    parts: Attribution

    def with_parts(self, parts: Attribution) -> ExitFill:
        """Return the fill with what it made."""
        # As `dataclasses.replace` does, at a tenth of its steps.
        return ExitFill(
            self.units,
            self.reason,
            self.stop,
            self.quote,
            self.price,
            self.time,
            self.bar,
            self.commission,
            self.pnl,
            parts,
        )


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """One trade: every fill, what was planned, what became of it, and why they differ.

    Attributes
    ----------
    number
        1 for the first trade of the run that was closed; 0 while it is open.
    data
        Name of the instrument.
    entries, exits
        Fills in their order.
    parts
        What the units that have left made, in parts; every commission paid so far is in it.
    mae, mfe
        Furthest that the price went against and with the trade while it was open, from the average entry, in R; both
        positive. NaN where no distance was planned.
    bars
        Bars of the instrument since the first fill: 0 on its own bar.
    is_closed
        Whether all units have left.
    """

    number: int
    data: str
    is_long: bool
    entries: tuple[EntryFill, ...]
    exits: tuple[ExitFill, ...]
    parts: Attribution
    mae: float
    mfe: float
    bars: int
    is_closed: bool

    @property
    def side(self) -> str:
        """``"long"`` or ``"short"``."""
        return "long" if self.is_long else "short"

    @property
    def decision(self) -> int | None:
        """Number of the decision that opened it; None where no request of the strategy's did."""
        return self.entries[0].decision

    @property
    def decided(self) -> float:
        """Price of that decision."""
        return self.entries[0].decided

    @property
    def stop(self) -> float | None:
        """Stop of that decision; None without one."""
        return self.entries[0].stop

    @property
    def units(self) -> float:
        """Units that came in, all entries together."""
        return sum(fill.units for fill in self.entries)

    @property
    def entry(self) -> float:
        """Mean price of the entries' fills."""
        return sum(fill.units * fill.price for fill in self.entries) / self.units

    @property
    def exit(self) -> float:
        """Mean price of the exits' fills; NaN before the first."""
        left = sum(fill.units for fill in self.exits)
        return sum(fill.units * fill.price for fill in self.exits) / left if left else nan

    @property
    def opened(self) -> dt.datetime:
        """Time of the first fill."""
        return self.entries[0].time

    @property
    def closed(self) -> dt.datetime | None:
        """Time of the last fill; None while it is open."""
        return self.exits[-1].time if self.is_closed else None

    @property
    def reason(self) -> str:
        """Why its last units left; empty while it is open."""
        return self.exits[-1].reason if self.is_closed else ""

    @property
    def costs(self) -> float:
        """Commissions so far, positive."""
        return sum(fill.commission for fills in (self.entries, self.exits) for fill in fills)

    @property
    def realised(self) -> float:
        """What the broker booked for it so far, after commissions."""
        return sum(fill.pnl for fill in self.exits) - self.costs

    @property
    def risk(self) -> float:
        """One R: what it was allowed to lose before costs, positive, as decided for each entry."""
        return sum(fill.risk for fill in self.entries)

    @property
    def multiplier(self) -> float:
        """Money that one unit makes for a move of the price by 1, over the planned distances; NaN without one."""
        distance = sum(fill.units * fill.distance(is_long=self.is_long) for fill in self.entries)
        return self.risk / distance if distance else nan

    @property
    def r_multiple(self) -> float:
        """Realised / risk (Tharp); NaN where nothing was at risk."""
        return self.realised / self.risk if self.risk > 0.0 else nan

    @property
    def overshoot(self) -> float:
        """Loss beyond what was planned and what the commissions cost, in R; 0 without one, NaN where R is none."""
        return self.never_promised / self.risk if self.risk > 0.0 else nan

    @property
    def never_promised(self) -> float:
        """The same in money; 0 without one."""
        return self.parts.never_promised

    @property
    def adds(self) -> int:
        """Entries that enlarged it, each counted once however many fills it took."""
        return len({fill.decision for fill in self.entries if fill.is_add})

    @property
    def is_unprotected(self) -> bool:
        """Whether a bar of one of its entries passed without a working stop."""
        return any(fill.is_unprotected for fill in self.entries)

    def to_row(self) -> dict[str, Any]:
        """Return one flat row of plain values, `FLAT_COLUMNS`: the trade, then its parts."""
        return {**{name: getattr(self, name) for name in _OWN_COLUMNS}, **asdict(self.parts)}

    def to_text(self) -> str:
        """Return one line: the trade, its R, and planned against realised."""
        return f"{self.data} {self.side} {self.units:g}: {self.r_multiple:.2f} R, {self.parts.to_text()}"
