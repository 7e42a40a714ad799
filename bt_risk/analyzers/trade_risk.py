"""Analyzer of the closed trades, in R. Requires: the desk's trade book, or a plain strategy's fills. Gives: figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.analyzers.plain import desk_of, plain
from bt_risk.broker.plain_trades import PlainTrades
from bt_risk.errors import RequestError
from bt_risk.rules.r_ledger import r_ledger
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.rules.trade_summary import days_held, summarise_trades, trade_return_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "number",
    "data",
    "side",
    "units",
    "opened",
    "closed",
    "bars",
    "days",
    "entry",
    "exit",
    "stop",
    "reason",
    "adds",
    "risk",
    "realised",
    "costs",
    "trade_return",
    "r_multiple",
    "mae",
    "mfe",
)


class TradeRiskAnalyzer(bt.Analyzer):
    """Tell what the closed trades made: in money after costs, and in R, the planned risk of each (Tharp 2008).

    Adds and partial exits belong to one trade, from the first fill until the position is flat; futures and currencies
    count by their commission schemes. At a risk desk the plan is the decision's price and stop. Of a plain strategy it
    is the fill and its own live Stop orders: those that stood, or were sent by the end of that bar, and cover all of
    the position. A trade without such a stop has no R.

    Parameters
    ----------
    confidence
        Of the intervals and of Kelly's lower bound.
    """

    params = (("confidence", 0.95),)

    def create_analysis(self) -> None:
        """Start with an empty record."""
        if not 0.5 < self.p.confidence < 1.0:
            raise RequestError(f"confidence must be in (0.5, 1), e.g. 0.95; received {self.p.confidence!r}")
        self._trades: list[TradeRecord] = []
        self._left_open: list[TradeRecord] = []
        self._fills: PlainTrades | None = None
        self._has_desk = self._is_over = False

    def start(self) -> None:
        """Follow the desk's trade book, or else the fills."""
        desk = desk_of(self.strategy)
        self._has_desk = desk is not None
        if desk is None:
            self._fills = PlainTrades(self.strategy)
            self._trades = self._fills.closed
        else:
            desk.trade_book.listeners.append(self._trades.append)

    def notify_order(self, order: Any) -> None:
        """Hear of the fills of a plain strategy."""
        if self._fills is not None:
            self._fills.take(order)

    def next(self) -> None:
        """Look at the stops that stand when the bar ends; Backtrader calls it during the warm-up as well."""
        if self._fills is not None:
            self._fills.end_bar()

    def stop(self) -> None:
        """Keep the trades that are open, and let go of the run."""
        self._left_open = self.open_trades
        self._is_over, self._fills = True, None
        desk = desk_of(self.strategy)
        if desk is not None:
            desk.trade_book.listeners.remove(self._trades.append)

    @property
    def trades(self) -> list[TradeRecord]:
        """The closed trades, in the order of their ends."""
        return self._trades

    @property
    def open_trades(self) -> list[TradeRecord]:
        """The trades that are open, or were when the run ended, as they stand."""
        if self._is_over:
            return self._left_open
        desk = desk_of(self.strategy)
        if desk is not None:
            return desk.open_trades
        return [] if self._fills is None else self._fills.open

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each closed trade; its risk and R are empty where it had no stop.

        ``trade_return`` is what was realised over the notional of the entries, empty without a stop as well: nothing
        else tells an instrument's multiplier.
        """
        import pandas as pd

        rows = [
            {
                **trade.to_row(),
                "days": days_held(trade),
                "costs": trade.costs,
                "trade_return": trade_return_of(trade),
                "risk": trade.risk or None,
            }
            for trade in self._trades
        ]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        times = {name: pd.to_datetime(frame[name]) for name in ("opened", "closed")}
        return frame.assign(**times).astype({"stop": float, "risk": float})

    def get_analysis(self) -> dict[str, Any]:
        """Return the figures as a plain dict that JSON can hold; money after costs, None where undefined.

        Keys
        ----
        trades, won, lost, win_rate, net, rated, total_r, mean_r
            Closed trades; `rated` are those with an R. The same of every group below.
        open
            Trades that were open when the run ended; they are in no figure.
        gross_win, gross_loss, average_win, average_loss, largest_win, largest_loss, payoff, profit_factor, costs
            Money, losses negative; payoff is mean win / mean loss, profit factor gross win / gross loss.
        expectancy
            Mean ``r`` and ``money`` of a trade with its interval, the ``confidence`` and the ``method``.
        sqn, sqn_100
            sqrt(n) * mean / deviation of R, of all trades and, as Tharp has it, of 100 at most.
        mae, mfe, mae_of_winners, mfe_of_losers
            Furthest moves against and with the trade in R: mean, median, max.
        kelly
            ``full`` fraction, ``lower_bound`` with Wilson's bound of the win rate, ``of`` R or money.
        exits, sides, by_instrument
            Groups by the reason of the last exit, by side and by instrument.
        holding
            Bars and days from the first fill to the last: mean, median, max.
        ledger
            Planned against realised (`rules.r_ledger.RLedger`); None without a desk.
        missing
            What is not known, and why.
        """
        figures = summarise_trades(self._trades, self.p.confidence)
        return {
            **plain(figures),
            "open": len(self.open_trades),
            "ledger": plain(r_ledger(self._trades).to_dict()) if self._has_desk else None,
            "missing": self._missing(figures),
        }

    def _missing(self, figures: dict[str, Any]) -> dict[str, str]:
        missing = {}
        count, rated, lost, won = (figures[name] for name in ("trades", "rated", "lost", "won"))
        if not self._has_desk:
            missing["ledger"] = "what was decided, and why a trade was left, is known to a risk desk alone"
        if not count:
            missing["trades"] = "no trade was closed"
            return missing
        if rated < count:
            missing["r"] = (
                f"{count - rated} of {count} trades had no stop for all of the position when they began"
            )
        if rated < 2:
            missing["expectancy.r_low"] = missing["sqn"] = f"{rated} trades with an R: it takes two"
        if not lost:
            missing["profit_factor"] = missing["payoff"] = missing["kelly"] = "no trade lost"
        elif not won:
            missing["payoff"] = missing["kelly"] = "no trade won"
        return missing
