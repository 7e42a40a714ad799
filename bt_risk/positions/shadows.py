"""Trades denied for the record of those before, followed while the run goes on. Requires: the desk. Gives: results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bt_risk.broker.shadow_profit import profit_of
from bt_risk.market.day_end import DayEnd
from bt_risk.rules.checks import min_expectancy
from bt_risk.rules.counterfactual import recorded_checks
from bt_risk.rules.decision import Decision
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.methods import kelly
from bt_risk.rules.shadow.bar import Bar, Moment
from bt_risk.rules.shadow.fills import FILLED, Fills
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.signals import signal_of

if TYPE_CHECKING:
    from bt_risk.desk import RiskDesk


class Shadows:
    """Keep the record of the trades alive while it denies every entry, so that entries can pass again.

    A request that nothing but the record has denied, Kelly without an edge or ``min_expectancy``, is followed on the
    prices, one an instrument at a time, with the same fills, stops and exits; when it has left, its result joins
    those of the real trades. Nothing is known of a bar before the desk has seen it. Where the profile has neither
    rule, nothing is done.

    Its size is worth what the entries of the run were worth on average, so that its gains and losses weigh as theirs
    do; before the first of them it is what the other rules would have granted.
    """

    def __init__(self, desk: RiskDesk) -> None:
        self._desk = desk
        self.followed: dict[Any, ShadowPosition] = {}
        self._entries = 0
        self._notional = 0.0
        self._fills: Fills | None = None

    def see(self, decision: Decision, data: Any) -> None:
        """Take in a decision: an entry's size, an exit of the strategy's, or a request to follow."""
        profile = self._desk.profile
        if profile.min_expectancy is None and kelly.NAME not in profile.sizing:
            return
        request, position = decision.request, self.followed.get(data)
        if request is not None and request.terms is not None and decision.given > 0.0:
            self._entries += 1
            self._notional += decision.given * request.terms.notional
        if position is not None:
            self._hear(decision, position)
        # What waits for its price gives way: the strategy holds no order of it, and may think of another price.
        if (position is None or position.is_waiting) and _is_denied_by_record(decision):
            self._begin(decision, data)

    def _hear(self, decision: Decision, position: ShadowPosition) -> None:
        signal = signal_of(decision)
        if signal is not None and signal.closes(is_long=position.is_long):
            position.hear(decision.datetime, units=signal.units, held=signal.held)

    def _begin(self, decision: Decision, data: Any) -> None:
        desk, request, units = self._desk, decision.request, _size_without_record(decision)
        if request is None or request.terms is None or request.exectype not in FILLED or not units > 0.0:
            return
        if self._entries:
            units = self._notional / self._entries / request.terms.notional
        if self._fills is None:
            self._fills = desk.view.fills()
        self.followed[data] = ShadowPosition(
            request,
            units,
            profile=desk.profile,
            fills=self._fills,
            equity=decision.equity,
            is_day_over=None if desk.profile.end_of_day is None else DayEnd(data, desk.profile),
        )

    def follow(self) -> None:
        """Take in the bar that the desk has just seen."""
        desk = self._desk
        moment = Moment(desk.clock.number, desk.clock.now)
        for data, position in list(self.followed.items()):
            instrument = desk.instruments[data]
            if instrument.bar == desk.bar:
                position.meet(
                    Bar(
                        instrument.bars,
                        instrument.last_time,
                        instrument.open[0],
                        instrument.high[0],
                        instrument.low[0],
                        instrument.close[0],
                        instrument.atr.value,
                    ),
                    moment,
                )
            position.watch(moment)
            if position.is_over:
                del self.followed[data]
                trade = position.trade()
                if trade.entry is not None:
                    desk.tally.shadow.add(profit_of(trade, data, desk.view))


def _is_denied_by_record(decision: Decision) -> bool:
    """Return whether a request was denied, and Kelly bets nothing at all, or the trades have earned too little."""
    ruling = decision.ruling
    if ruling is None or decision.outcome != "denied":
        return False
    has_no_edge = any(c.rule == kelly.NAME and c.units == 0.0 for c in ruling.candidates)
    return has_no_edge or any(f.rule == min_expectancy.NAME and not f.passed for f in ruling.findings)


def _size_without_record(decision: Decision) -> float:
    """Return what all other rules would have granted."""
    request, book, ruling, profile = decision.request, decision.book, decision.ruling, decision.profile
    if request is None or book is None or ruling is None or profile is None:
        return 0.0
    off = (kelly.NAME, min_expectancy.NAME)
    return decide_entry(request, book, profile, checks=recorded_checks(ruling), off=off).units
