"""What an entry of some size would mean. Requires: request, book. Gives: `EntryMetrics`, to records and views."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from bt_risk.maths.heat import portfolio_heat
from bt_risk.maths.r_multiples import r_multiple
from bt_risk.rules.request import Book, EntryRequest


@dataclass(frozen=True, slots=True)
class EntryMetrics:
    """An entry in numbers; money in account currency, shares and heats as fractions of equity.

    Attributes
    ----------
    notional, notional_share
        Market value at the decision price.
    risk, risk_share
        Loss at the stop, both commissions included.
    reward_to_risk
        Distance to the target / distance to the stop; NaN without one of the two.
    heat_before, heat_after
        Heat without and with the entry.
    """

    notional: float
    notional_share: float
    risk: float
    risk_share: float
    reward_to_risk: float
    heat_before: float
    heat_after: float


def measure_entry(request: EntryRequest, book: Book, units: float) -> EntryMetrics:
    """Return the metrics of an entry of `units`; NaN where the request has no usable price or stop."""
    terms, stop, target = request.terms, request.stop, request.target
    notional = risk = heat_risk = nan
    if terms is not None:
        notional, risk, heat_risk = units * terms.notional, units * terms.trade_risk, units * terms.heat_risk
    reward = nan
    if stop is not None and target is not None:
        reward = r_multiple(request.price, stop, target, is_long=request.is_long)
    return EntryMetrics(
        notional=notional,
        notional_share=portfolio_heat((notional,), book.equity),
        risk=risk,
        risk_share=portfolio_heat((risk,), book.equity),
        reward_to_risk=reward,
        heat_before=portfolio_heat((book.risk,), book.equity),
        heat_after=portfolio_heat((book.risk, heat_risk), book.equity),
    )
