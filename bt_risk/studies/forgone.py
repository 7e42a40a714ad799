"""The trades that a run has forgone, one request after the other. Requires: its desk. Gives: `ShadowRecord`s."""

from __future__ import annotations

from collections.abc import Sequence

from bt_risk.broker.shadow_profit import profit_of
from bt_risk.desk import RiskDesk
from bt_risk.market.day_end import DayEnd
from bt_risk.market.history import History
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.counterfactual import recorded_checks
from bt_risk.rules.decision import Decision
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.shadow.chain import Chain
from bt_risk.rules.shadow.fills import FILLED
from bt_risk.rules.shadow.leaving import is_watched
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.record import ShadowRecord
from bt_risk.rules.shadow.replay import replay
from bt_risk.rules.shadow.signals import signals_of
from bt_risk.rules.shadow.trade import ShadowTrade

# What these gates refuse could not have been sent as it was.
FAULTS = ("valid_stop", "valid_target", "valid_size")
# What the strategy asks for is no rule to do without.
OWN_SIZES = ("own_size", "sizer")
ENTRIES = ("entry", "add", "reversal")


class ForgoneTrades:
    """Follow the requests of a run that were denied or cut, on the bars that it had."""

    def __init__(self, desk: RiskDesk, decisions: Sequence[Decision]) -> None:
        self._desk = desk
        self._decisions = decisions
        self._datas = {each.name: each.data for each in desk.instruments.values()}
        self._signals = {name: signals_of(decisions, name) for name in self._datas}
        self._chains = {name: Chain(signals) for name, signals in self._signals.items()}
        self._history = History(desk.instruments, desk.profile.atr_period)
        self._fills = desk.view.fills()

    def records(self) -> list[ShadowRecord]:
        """Return a record of each request that was denied or reduced, in their order."""
        entries = (each for each in self._decisions if each.kind in ENTRIES)
        return [self._record(each) for each in entries if each.outcome in ("denied", "reduced")]

    def _record(self, decision: Decision) -> ShadowRecord:
        chain, profile = self._chains[decision.data], decision.profile or self._desk.profile
        text, within = _refusal(decision), chain.find(decision)
        asked = alone = multiple = money = money_alone = trade = None
        if not text:
            alone = _size_without_rule(decision, profile)
            asked = _size_asked(decision, alone, profile)
            text = "" if asked else "no size was asked for"
        if asked and within is None:
            trade = self._follow(decision, asked, profile)
            earned, given = self._profit(decision, trade), self._profit_of(decision, decision.given, profile)
            multiple, money = _in_r(decision, earned, asked), earned - given
            if alone is not None:
                money_alone = self._profit_of(decision, alone, profile) - given
            if decision.outcome == "denied":
                chain.add(decision, trade)
        return ShadowRecord(
            number=decision.number,
            datetime=decision.datetime,
            data=decision.data,
            side=decision.side,
            rule=decision.rule,
            outcome=decision.outcome,
            breached=() if decision.ruling is None else decision.ruling.breached,
            asked=asked,
            given=decision.given,
            trade=trade,
            r=multiple,
            money=money,
            alone=alone,
            money_alone=money_alone,
            within=within,
            text=text,
        )

    def _follow(self, decision: Decision, units: float, profile: RiskProfile) -> ShadowTrade:
        assert decision.request is not None
        data = self._datas[decision.data]
        position = ShadowPosition(
            decision.request,
            units,
            profile=profile,
            fills=self._fills,
            equity=decision.equity,
            is_day_over=None if profile.end_of_day is None else DayEnd(data, profile),
        )
        steps = self._history.steps(decision.data, decision.bar, is_watched=is_watched(profile))
        later = (signal for signal in self._signals[decision.data] if signal.number > decision.number)
        return replay(position, steps, later)

    def _profit_of(self, decision: Decision, units: float, profile: RiskProfile) -> float:
        return self._profit(decision, self._follow(decision, units, profile)) if units > 0.0 else 0.0

    def _profit(self, decision: Decision, trade: ShadowTrade) -> float:
        """Return what a trade has earned, in account currency at the decision's rate."""
        data, view = self._datas[decision.data], self._desk.view
        assert decision.request is not None
        return profit_of(trade, data, view) * decision.request.rate / view.convert(data, 1.0)


def _refusal(decision: Decision) -> str:
    """Return why a request cannot be followed; empty where it can."""
    request, ruling = decision.request, decision.ruling
    if request is None or ruling is None or request.terms is None:
        return "there is no price, stop or rate to follow it by"
    faults = [found.text for found in ruling.findings if found.rule in FAULTS and not found.passed]
    if faults:
        return faults[0]
    return "" if request.exectype in FILLED else f"an order of type {request.exectype} is not followed"


def _size_without_rule(decision: Decision, profile: RiskProfile) -> float | None:
    """Return what would have been granted without the rule that denied or cut; None where nothing tells."""
    request, book, ruling = decision.request, decision.book, decision.ruling
    if request is None or book is None or ruling is None or decision.rule in OWN_SIZES:
        return None
    return decide_entry(request, book, profile, checks=recorded_checks(ruling), off=(decision.rule,)).units


def _size_asked(decision: Decision, alone: float | None, profile: RiskProfile) -> float | None:
    """Return the size asked for in whole lots; where that is none, what the other rules would have granted."""
    asked = 0.0 if decision.ruling is None else floor_to_lot(decision.ruling.asked, profile.lot)
    # NaN is not above anything: nothing was sized.
    asked = max(asked, decision.given) if asked > 0.0 else alone or 0.0
    return asked or None


def _in_r(decision: Decision, money: float, units: float) -> float | None:
    request = decision.request
    if request is None or request.terms is None or request.stop is None or not request.terms.loss > 0.0:
        return None
    return money / (request.terms.loss * units)
