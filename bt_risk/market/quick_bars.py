"""Go from bar to bar at little cost where Cerebro runs ahead of time. Gives: `QuickBars`, to the mixin."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.market.indicator_steps import IndicatorSteps


class QuickBars:
    """Do on each bar of a vectorised run what `backtrader.Strategy` does, at less cost: it pays for the risk desk.

    Where another class has a way of its own to go on, or an indicator has one to step, Backtrader's way is taken.
    Runs of the other kind, bar by bar through `_next`, are Backtrader's alone.
    """

    def _once(self) -> None:
        below: Any = super()
        below._once()
        strategy: Any = self
        self._bt_risk_steps = IndicatorSteps(strategy.getindicators())
        is_usual = below._oncepost.__func__ is bt.Strategy._oncepost and not strategy._oldsync
        self._bt_risk_is_quick = is_usual and self._bt_risk_steps.has_all

    def _oncepost(self, dt: float) -> None:
        strategy: Any = self
        self._bt_risk_steps.advance()
        if not self._bt_risk_is_quick:
            below: Any = super()
            below._oncepost(dt)
            return
        for line in strategy.lines.lines:
            line.forward()
        strategy.lines.datetime[0] = dt
        strategy._notify()
        bars_missing = strategy._minperstatus
        if bars_missing >= 0:
            # Once every instrument has had the bars that the indicators need it stays so: nothing is replayed.
            bars_missing = strategy._getminperstatus()
        if bars_missing < 0:
            strategy.next()
        elif bars_missing:
            strategy.prenext()
        else:
            strategy.nextstart()
        strategy._next_analyzers(bars_missing, once=True)
        strategy._next_observers(bars_missing, once=True)
        strategy.clear()
