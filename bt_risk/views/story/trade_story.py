"""One trade told from its request to its end. Requires: the record and the run around it. Gives: `TradeStory`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import pandas as pd

from bt_risk.rules.attribution import Attribution
from bt_risk.rules.decision import Decision
from bt_risk.rules.explanation import explain
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.story.bars import AFTER, BEFORE, trade_bars
from bt_risk.views.story.moments import Moment, moments_of, written
from bt_risk.views.text import UNDEFINED, as_money, as_number


@dataclass(frozen=True, eq=False, slots=True)
class TradeStory:
    """A trade with its request, its bars, and what happened on them; ``str`` tells it.

    Attributes
    ----------
    trade
        The record.
    decision
        The request that opened it; None where none did, or where the run did not keep it.
    bars
        Prices, stop and heat, bar by bar; see `trade_bars`.
    moments
        What happened, in the order of time.
    """

    trade: TradeRecord
    decision: Decision | None
    bars: pd.DataFrame
    moments: tuple[Moment, ...]

    @property
    def title(self) -> str:
        """The trade in one line."""
        trade = self.trade
        head = f"trade {trade.number}" if trade.is_closed else "open trade"
        text = f"{head}: {trade.data} {trade.side} {trade.units:,.6g}, {written(trade.opened)}"
        if trade.closed is not None:
            text += f" to {written(trade.closed)}, left by {trade.reason.replace('_', ' ')}"
        return f"{text}, {as_number(trade.r_multiple)} R"

    def __str__(self) -> str:
        """Return the request with every rule, what happened, and planned against realised."""
        request = (
            "no request of the strategy's is kept" if self.decision is None else str(explain(self.decision))
        )
        width = max(len(moment.when) for moment in self.moments)
        told = [f"  {moment.when:<{width}}  {moment.text}" for moment in self.moments]
        parts = [("the request", request), ("what happened", "\n".join(told)), self._realised()]
        return "\n\n".join((self.title, *(f"{head}\n{text}" for head, text in parts)))

    def _realised(self) -> tuple[str, str]:
        trade, risk = self.trade, self.trade.risk
        rows = [
            (part.name.replace("_", " "), getattr(trade.parts, part.name)) for part in fields(Attribution)
        ]
        rows.append(("realised", trade.realised))
        lines = [f"  {'':<20}{'money':>14}{'R':>9}"]
        lines += [
            f"  {name:<20}{as_money(money + 0.0, 2):>14}"
            f"{as_number(money / risk + 0.0) if risk > 0.0 else UNDEFINED:>9}"
            for name, money in rows
        ]
        if round(trade.never_promised, 2):
            lines.append(f"  of which {as_money(trade.never_promised, 2)} was never promised")
        return "planned against realised", "\n".join(lines)


def trade_story(
    trade: TradeRecord,
    *,
    decisions: Iterable[Decision],
    events: pd.DataFrame,
    prices: pd.DataFrame,
    book: pd.DataFrame,
    account: pd.DataFrame,
    before: int = BEFORE,
    after: int = AFTER,
) -> TradeStory:
    """Return the story of one trade; the frames are those of a `RecordedRun`, `prices` those of its instrument.

    `before` and `after` are bars to show besides those of the trade.
    """
    kept = list(decisions)
    bars = trade_bars(trade, prices=prices, book=book, account=account, before=before, after=after)
    opening = next((one for one in kept if one.number == trade.decision), None)
    return TradeStory(trade, opening, bars, tuple(moments_of(trade, bars, kept, events)))
