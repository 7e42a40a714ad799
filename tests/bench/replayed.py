"""Play the entries of a run once more, and put the result beside what the run did. Gives: `differences`."""

from __future__ import annotations

from collections import Counter, defaultdict

from bt_risk.broker.shadow_profit import profit_of
from bt_risk.market.history import History
from bt_risk.rules.shadow.position import ShadowPosition
from bt_risk.rules.shadow.replay import replay
from bt_risk.rules.shadow.signals import signals_of
from tests.bench.book import same

# What the desk does for the account's sake is not replayed.
FOR_THE_ACCOUNT = ("heat_reduction", "drawdown", "emergency")
STOPS = ("stop", "trail", "break_even")


def said(reason: str) -> str:
    """Return the desk's word for an order that leaves for a reason."""
    return "stop" if reason in STOPS else reason


def differences(run, trips, met: Counter, *, is_day_over=None) -> list:
    """Return (decision, round trip, shadow trade) of each entry that a replay does not repeat.

    `met` counts what was compared, by the reasons for which it left.
    """
    desk = run.bt_risk
    history, fills = History(desk.instruments, desk.profile.atr_period), desk.view.fills()
    datas = {each.name: each.data for each in desk.instruments.values()}
    signals = {name: signals_of(desk.decisions, name) for name in datas}
    entries = {each.order: each for each in desk.decisions if each.request is not None and each.given > 0.0}
    found = []
    for trip in trips:
        if len(trip.orders) > 1 or any(reason in FOR_THE_ACCOUNT for reason in trip.reasons):
            met["left out"] += 1
            continue
        decision = entries[next(iter(trip.orders))]
        position = ShadowPosition(
            decision.request, decision.given, profile=desk.profile, fills=fills, is_day_over=is_day_over
        )
        later = (signal for signal in signals[trip.data] if signal.number > decision.number)
        trade = replay(position, history.steps(trip.data, decision.bar, is_watched=True), later)
        met["compared"] += 1
        met.update(part.reason for part in trade.parts)
        data = datas[trip.data]
        profit = profit_of(trade, data, desk.view)
        if run.broker.getcommissioninfo(data).p.interest:
            profit = None
        if not is_same(trip, trade, profit):
            found.append((decision, trip, trade))
    return found


def is_same(trip, trade, profit) -> bool:
    """Return whether they have the same fills, and the same profit unless that is None: a shadow pays no interest."""
    if trade.entry is None or (trade.entry.price, trade.entry.bar) != (trip.entry, trip.bar):
        return False
    left, reasons = defaultdict(float), set()
    for part in trade.parts:
        if not part.is_open:
            left[part.price, part.bar] += part.units
            reasons.add(said(part.reason))
    for units, price, bar in trip.parts:
        left[price, bar] -= units
    if any(not same(units + trade.units, trade.units) for units in left.values()):
        return False
    if trade.is_open == trip.is_closed or reasons != set(trip.reasons):
        return False
    return (
        trade.is_open or profit is None or abs(profit - trip.profit) <= 1e-9 * trade.units * trade.entry.price
    )
