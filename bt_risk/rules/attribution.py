"""Planned against realised: which part of a trade's loss was promised. Requires: its prices. Gives: `Attribution`."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True, slots=True)
class TradePath:
    """The prices that one closed trade went through.

    Attributes
    ----------
    size
        Units bought, negative for a short.
    decided, decided_stop
        Price and stop of the decision. A stop of None promises nothing: the whole notional is at risk.
    quoted_entry, entry
        Market price at the entry, before slippage; the fill.
    last_stop
        The stop in force at the exit; None without one.
    quoted_exit, exit
        Market price at the exit, before slippage; the fill.
    is_stopped
        The stop closed the trade, rather than a target, a signal or another rule.
    costs
        Commissions of both sides, in account currency.
    multiplier
        Money that one unit makes when the price rises by 1.
    """

    size: float
    decided: float
    decided_stop: float | None
    quoted_entry: float
    entry: float
    last_stop: float | None
    quoted_exit: float
    exit: float
    is_stopped: bool
    costs: float = 0.0
    multiplier: float = 1.0


@dataclass(frozen=True, slots=True)
class Attribution:
    """A trade's profit or loss in parts, in account currency, losses negative; the parts sum to it.

    Attributes
    ----------
    planned
        From the decided price to the decided stop: what the trade was allowed to lose.
    entry_gap
        From the decided price to the market at the entry.
    stop_moves
        What moving the stop changed: anchored to the fill, trailed.
    early_exit
        From the last stop to the market at an exit that the stop did not cause; a target's profit is here.
    exit_gap
        From the last stop to the market at the stop's fill: 0 where it was touched, a loss where the price jumped it.
    slippage, costs
        What the broker took: fills against the market, and commissions.
    """

    planned: float
    entry_gap: float
    stop_moves: float
    early_exit: float
    exit_gap: float
    slippage: float
    costs: float

    @property
    def realised(self) -> float:
        """Profit or loss of the trade after costs."""
        return sum(astuple(self), 0.0)

    @property
    def never_promised(self) -> float:
        """The loss beyond what was planned and what the commissions cost, as a positive amount; 0 without one."""
        return max(0.0, self.planned + self.costs - self.realised)

    def to_text(self) -> str:
        """Return one line: planned, realised, and each part between them that is not zero."""
        parts = [(part.name, getattr(self, part.name)) for part in fields(self)[1:]]
        between = ", ".join(
            f"{name.replace('_', ' ')} {money:,.2f}" for name, money in parts if round(money, 2)
        )
        text = f"planned {self.planned:,.2f}, realised {self.realised:,.2f}"
        if round(self.never_promised, 2):
            text += f", of which {self.never_promised:,.2f} was never promised"
        return f"{text}: {between}" if between else text


def attribute_trade(path: TradePath) -> Attribution:
    """Split what a trade made into the steps from its decision to its exit.

    Each part is the money between two prices of its own, none is what the others leave:
    decided -> decided stop, decided -> quoted entry, decided stop -> last stop, last stop -> quoted exit, and both
    fills against their quotes.
    """
    money = path.size * path.multiplier
    first, last = _level(path, path.decided_stop), _level(path, path.last_stop)
    leaving = money * (path.quoted_exit - last)
    return Attribution(
        planned=money * (first - path.decided),
        entry_gap=money * (path.decided - path.quoted_entry),
        stop_moves=money * (last - first),
        early_exit=0.0 if path.is_stopped else leaving,
        exit_gap=leaving if path.is_stopped else 0.0,
        slippage=money * (path.quoted_entry - path.entry) + money * (path.exit - path.quoted_exit),
        costs=-path.costs,
    )


def _level(path: TradePath, stop: float | None) -> float:
    """Return the stop, or without one the price at which the notional is lost: 0, for a short twice the price."""
    if stop is not None:
        return stop
    return 0.0 if path.size > 0.0 else 2.0 * path.decided
