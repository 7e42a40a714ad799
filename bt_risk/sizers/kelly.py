"""Size by the Kelly share of the strategy's own trades. Gives: `KellySizer`."""

from __future__ import annotations

from dataclasses import replace

from bt_risk.rules.decision import Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest
from bt_risk.sizers.base import CHECKS, RiskSizer

# A coin that pays what it takes: Kelly bets nothing on it.
NO_EDGE = (0.5, 1.0)


class KellySizer(RiskSizer):
    """Buy a part of the Kelly share of equity as notional, from the trades that the strategy has closed.

    Kelly share = W - (1 - W) / R, with the win rate W and the mean win / mean loss R (Kelly 1956). Until
    `kelly_min_trades` trades are closed and one of them has lost, `fallback` is bought instead. Without an edge it
    is `kelly_floor`.

    Parameters
    ----------
    kelly_fraction
        Multiplier on the full Kelly share (Thorp 2008).
    kelly_min_trades, kelly_prior, fallback
        Closed trades needed; (win rate, ratio of mean win to mean loss) assumed before; notional / equity bought
        before without a prior, None to refuse.
    kelly_min_win_rate, kelly_floor, kelly_min, kelly_max, kelly_shrinkage
        As in a profile: the win rate below which there is no bet, the share traded without an edge, the bounds where
        there is one, the confidence level of the bound to which the win rate is shrunk.
    """

    params = (
        ("kelly_fraction", 0.25),
        ("kelly_min_trades", 20),
        ("kelly_prior", None),
        ("kelly_min_win_rate", None),
        ("kelly_floor", 0.0),
        ("kelly_min", None),
        ("kelly_max", None),
        ("kelly_shrinkage", None),
        ("fallback", 0.01),
        ("max_position", 0.10),
    )
    METHODS = ("kelly",)

    def _find_problems(self) -> list[str]:
        share = self.p.fallback
        if share is None or (isinstance(share, (int, float)) and 0.0 < share <= 1.0):
            return []
        return [f"fallback must be a fraction in (0, 1], e.g. 0.01 for 1 %, or None; received {share!r}"]

    def _own_profile(self) -> RiskProfile:
        if self.p.fallback is not None:
            self._fallback = self._make_profile(
                ("fixed_fraction",), fixed_fraction=self.p.fallback, kelly_prior=None
            )
        # A profile that sizes by Kelly alone wants a prior; without the user's own, the fallback speaks instead.
        return self._make_profile(self.METHODS, kelly_prior=self.p.kelly_prior or NO_EDGE)

    def _rule(self, request: EntryRequest, book: Book) -> Ruling:
        ruling = super()._rule(request, book)
        trades, needed = book.history.trades, self.p.kelly_min_trades
        is_early = self.p.kelly_prior is None and trades < needed
        if not is_early and ruling.rule != "sizing":
            return ruling
        if self.p.fallback is not None:
            return decide_entry(request, book, self._fallback, checks=CHECKS)
        if not is_early:
            return ruling
        return replace(ruling, units=0.0, text=f"kelly needs {needed} closed trades, {trades} are closed")
