"""What the closed trades of a run made in R, and how much of their losses was promised. Gives: `RLedger`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import reduce
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
        Closed trades, and those that made or lost money after costs; one of exactly zero did neither.
    rated
        Those that had something at risk, and so an R.
    unprotected
        Trades that passed the bar of an entry without a working stop.
    total_r
        Sum of the R multiples.
    parts
        Each part of the attribution in R, over all rated trades: what planned, gaps, stops, exits, slippage and costs
        came to.
    worst_overshoot, worst_trade
        Largest loss beyond what was planned and what the commissions cost, in R, and the number of its trade, None
        where nothing was lost beyond it.
    losses, never_promised
        Money lost in the losing trades, and what of it was never promised; both positive.
    """

    trades: int = 0
    won: int = 0
    lost: int = 0
    rated: int = 0
    unprotected: int = 0
    total_r: float = 0.0
    parts: Attribution = NOTHING
    worst_overshoot: float = 0.0
    worst_trade: int | None = None
    losses: float = 0.0
    never_promised: float = 0.0

    def after(self, trade: TradeRecord) -> RLedger:
        """Return the ledger with one more closed trade in it."""
        made = trade.realised
        ledger = replace(
            self,
            trades=self.trades + 1,
            won=self.won + (made > 0.0),
            lost=self.lost + (made < 0.0),
            unprotected=self.unprotected + trade.is_unprotected,
            losses=self.losses + max(0.0, -made),
            never_promised=self.never_promised + trade.never_promised,
        )
        return ledger._rate(trade) if trade.risk > 0.0 else ledger

    def _rate(self, trade: TradeRecord) -> RLedger:
        overshoot, worst = trade.overshoot, (self.worst_overshoot, self.worst_trade)
        if overshoot > self.worst_overshoot:
            worst = (overshoot, trade.number)
        return replace(
            self,
            rated=self.rated + 1,
            total_r=self.total_r + trade.r_multiple,
            parts=self.parts + trade.parts.over(trade.risk),
            worst_overshoot=worst[0],
            worst_trade=worst[1],
        )

    @property
    def mean_r(self) -> float:
        """Mean of the R multiples, Tharp's expectancy; NaN without one."""
        return self.total_r / self.rated if self.rated else nan

    @property
    def never_promised_share(self) -> float:
        """Share of the losses that no plan had promised; NaN without a loss."""
        return self.never_promised / self.losses if self.losses > 0.0 else nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; None where undefined."""
        rates = {"mean_r": self.mean_r, "never_promised_share": self.never_promised_share}
        row = {**asdict(self), **rates}
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
    """Return the ledger of the closed ones of `trades`."""
    return reduce(RLedger.after, (trade for trade in trades if trade.is_closed), RLedger())
