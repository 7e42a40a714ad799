"""Planned against realised: which part of a trade's loss was promised. Requires: its prices. Gives: `Attribution`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, fields

from bt_risk.maths.limits import at_least

# Profit of `size` units from one price to another, in account currency: the size, the price before, the price after.
Money = Callable[[float, float, float], float]


@dataclass(frozen=True, slots=True)
class Exposure:
    """An entry's bar on which no stop worked, and behind which the next bar found the price beyond the stop.

    Attributes
    ----------
    share
        Of the units that leave, those that came in on that bar, as a fraction.
    since, until
        Market price at their entry, and the bar's close.
    """

    share: float
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class TradePath:
    """The prices that units went through from the decision on them to their exit.

    Where units came in at several prices, each price of the way in is the mean of theirs, weighted by units.

    Attributes
    ----------
    size
        Units that left, negative for a short.
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
    exposure
        What no stop guarded on the bar of the entry; None where one did.
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
    exposure: Exposure | None = None


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
    entry_bar_exposure
        What the price did beyond the stop on the bar of the entry, where no stop worked yet.
    exit_gap
        From the last stop to the market at the stop's fill: 0 where it was touched, a loss where the price jumped it.
    slippage, costs
        What the broker took: fills against the market, and commissions.
    """

    planned: float
    entry_gap: float
    stop_moves: float
    early_exit: float
    entry_bar_exposure: float
    exit_gap: float
    slippage: float
    costs: float

    def __add__(self, other: Attribution) -> Attribution:
        return Attribution(*map(operator.add, _AMOUNTS(self), _AMOUNTS(other)))

    def with_costs(self, paid: float) -> Attribution:
        """Return it after the payment of commissions."""
        return Attribution(
            self.planned,
            self.entry_gap,
            self.stop_moves,
            self.early_exit,
            self.entry_bar_exposure,
            self.exit_gap,
            self.slippage,
            self.costs - paid,
        )

    def over(self, unit: float) -> Attribution:
        """Return every part in units of `unit`, as of R."""
        return Attribution(*(part / unit for part in _AMOUNTS(self)))

    @property
    def realised(self) -> float:
        """Profit or loss of the trade after costs."""
        return sum(_AMOUNTS(self), 0.0)

    @property
    def never_promised(self) -> float:
        """The loss beyond what was planned and what the commissions cost, as a positive amount; 0 without one."""
        promised, realised = self.planned + self.costs, self.realised
        return 0.0 if at_least(realised, promised) else promised - realised

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


# `dataclasses.astuple` copies every value, which takes longer than all the arithmetic of a trade.
_AMOUNTS: Callable[[Attribution], tuple[float, ...]] = operator.attrgetter(*Attribution.__annotations__)
NOTHING = Attribution(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def attribute_trade(path: TradePath, money: Money | None = None) -> Attribution:
    """Split what units made into the steps from their decision to their exit.

    Each part is the money between two prices of its own, none is what the others leave:
    decided -> decided stop, decided -> quoted entry, decided stop -> last stop, last stop -> quoted exit, and both
    fills against their quotes. At a stop's exit after an exposed bar the step from the stop on is two: while no stop
    worked, and before and after.

    Parameters
    ----------
    path
        The prices.
    money
        What the instrument makes of a step; without it `path.multiplier` times the difference.
    """
    size = path.size
    if money is None:
        money = _linear(path.multiplier)
    first, last = _level(path, path.decided_stop), _level(path, path.last_stop)
    early = exposed = gap = 0.0
    if path.is_stopped:
        share, start, end = _exposed(path, last)
        exposed = share * money(size, start, end)
        gap = share * (money(size, last, start) + money(size, end, path.quoted_exit))
        gap += (1.0 - share) * money(size, last, path.quoted_exit)
    else:
        early = money(size, last, path.quoted_exit)
    return Attribution(
        planned=money(size, path.decided, first),
        entry_gap=money(size, path.quoted_entry, path.decided),
        stop_moves=money(size, first, last),
        early_exit=early,
        entry_bar_exposure=exposed,
        exit_gap=gap,
        slippage=money(size, path.entry, path.quoted_entry) + money(size, path.quoted_exit, path.exit),
        costs=0.0 - path.costs,
    )


def _linear(multiplier: float) -> Money:
    return lambda size, before, after: size * multiplier * (after - before)


def _exposed(path: TradePath, stop: float) -> tuple[float, float, float]:
    """Return the share of the units that was exposed, and from where to where the price went meanwhile.

    From the stop, or from an entry beyond it, to the close; no further than the exit, since what the price came back
    was not lost.
    """
    exposure = path.exposure
    if exposure is None:
        return 0.0, stop, stop
    worse, better = (min, max) if path.size > 0.0 else (max, min)
    start = worse(stop, exposure.since)
    return exposure.share, start, worse(start, better(exposure.until, path.quoted_exit))


def no_stop_level(decided: float, *, is_long: bool) -> float:
    """Return the price at which the notional is lost: 0, for a short twice the price."""
    return 0.0 if is_long else 2.0 * decided


def _level(path: TradePath, stop: float | None) -> float:
    return no_stop_level(path.decided, is_long=path.size > 0.0) if stop is None else stop
