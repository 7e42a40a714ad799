"""What the closed trades of a run made in R, and how much of their losses was promised. Gives: `RLedger`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isfinite, nan
from typing import Any

from bt_risk.rules.attribution import NOTHING, Attribution
from bt_risk.rules.trade_record import TradeRecord


@dataclass(frozen=True, slots=True)
class RLedger:
    """The trades of a run, planned against realised.

    Attributes
    ----------
    trades, won, lost
        Closed trades, and those that made or lost money after costs.
    unprotected
        Trades that passed the bar of an entry without a working stop.
    total_r, mean_r
        Sum and mean of the R multiples; the mean, Tharp's expectancy, is NaN without a trade that has one.
    parts
        Each part of the attribution in R, over all trades that have an R: what planned, gaps, stops, exits, slippage
        and costs came to.
    worst_overshoot, worst_trade
        Largest loss beyond what was planned and what the commissions cost, in R, and the number of its trade, None
        where nothing was lost beyond it.
    losses, never_promised
        Money lost in the losing trades, and what of it was never promised; both positive.
    """

    trades: int
    won: int
    lost: int
    unprotected: int
    total_r: float
    mean_r: float
    parts: Attribution
    worst_overshoot: float
    worst_trade: int | None
    losses: float
    never_promised: float

    @property
    def never_promised_share(self) -> float:
        """Share of the losses that no plan had promised; NaN without a loss."""
        return self.never_promised / self.losses if self.losses > 0.0 else nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; None where undefined."""
        row = {**asdict(self), "never_promised_share": self.never_promised_share}
        return {
            name: None if isinstance(value, float) and not isfinite(value) else value
            for name, value in row.items()
        }

    def to_text(self) -> str:
        """Return the ledger in a few plain lines."""
        worst = "none"
        if self.worst_trade is not None:
            worst = f"{self.worst_overshoot:.2f} R in trade {self.worst_trade}"
        lines = [
            f"{self.trades} trades, {self.won} won, {self.lost} lost: {self.total_r:+.2f} R, mean {self.mean_r:+.2f} R",
            f"worst overshoot: {worst}",
            f"lost {self.losses:,.2f}, of which {self.never_promised:,.2f} was never promised",
        ]
        parts = asdict(self.parts).items()
        lines += [f"{name.replace('_', ' '):20}{round(value, 2) + 0.0:+9.2f} R" for name, value in parts]
        return "\n".join(lines)


def r_ledger(trades: Iterable[TradeRecord]) -> RLedger:
    """Return the ledger of the closed ones of `trades`; a trade of exactly zero is neither won nor lost."""
    closed = [trade for trade in trades if trade.is_closed]
    made = [trade.realised for trade in closed]
    rated = [trade for trade in closed if trade.risk > 0.0]
    worst = max(rated, key=lambda trade: trade.overshoot, default=None)
    if worst is not None and worst.overshoot == 0.0:
        worst = None
    total = sum(trade.r_multiple for trade in rated)
    return RLedger(
        trades=len(closed),
        won=sum(money > 0.0 for money in made),
        lost=sum(money < 0.0 for money in made),
        unprotected=sum(trade.is_unprotected for trade in closed),
        total_r=total,
        mean_r=total / len(rated) if rated else nan,
        parts=sum((trade.parts.over(trade.risk) for trade in rated), NOTHING),
        worst_overshoot=0.0 if worst is None else worst.overshoot,
        worst_trade=None if worst is None else worst.number,
        losses=sum(-money for money in made if money < 0.0),
        never_promised=sum(trade.parts.never_promised for trade in closed),
    )
