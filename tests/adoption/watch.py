"""Count what a strategy is called with, and keep what it asks for. Gives: `watched`, a subclass with a score."""

from __future__ import annotations

from collections import Counter

import backtrader as bt

from tests.bench.requests import Ask

CALLBACKS = (
    "start",
    "prenext",
    "nextstart",
    "next",
    "prenext_open",
    "nextstart_open",
    "next_open",
    "notify_timer",
    "notify_cashvalue",
    "notify_fund",
    "stop",
)


class Score:
    """What was counted: calls by name, orders handed out, order and trade notices, and the wishes for the auditor."""

    def __init__(self):
        self.calls: Counter = Counter()
        self.handed_out: dict[int, bt.Order] = {}
        self.heard: dict[int, list[int]] = {}
        self.trades: list[tuple[bool, bool]] = []
        self.asked: list[Ask] = []
        self.closed: set[tuple[int, int]] = set()
        self.depth = 0


def watched(cls: type[bt.Strategy]) -> type[bt.Strategy]:
    """Return a subclass of `cls` that does the same and keeps a `Score`, its attribute `score`."""
    made: list[type] = []

    def call(name):
        def count(self, *args, **kwargs):
            score_of(self).calls[name] += 1
            return getattr(super(made[0], self), name)(*args, **kwargs)

        return count

    def ask(name, side):
        def order(self, *args, **kwargs):
            score = score_of(self)
            score.depth += 1
            where, held, bar = wish(self, args, kwargs)
            try:
                result = getattr(super(made[0], self), name)(*args, **kwargs)
            finally:
                score.depth -= 1
            orders = [one for one in (result if isinstance(result, list) else [result]) if one is not None]
            score.handed_out.update((one.ref, one) for one in orders)
            if not score.depth:
                note(score, name, side, where, held, bar, args, kwargs, orders)
            return result

        return order

    def notify_order(self, order):
        score_of(self).heard.setdefault(order.ref, []).append(order.status)
        super(made[0], self).notify_order(order)

    def notify_trade(self, trade):
        score_of(self).trades.append((trade.justopened, trade.isclosed))
        super(made[0], self).notify_trade(trade)

    members = {"__module__": cls.__module__, "notify_order": notify_order, "notify_trade": notify_trade}
    members["asked"] = property(lambda self: score_of(self).asked)
    for name in CALLBACKS:
        if getattr(cls, name) is not getattr(bt.Strategy, name):
            members[name] = call(name)
    if issubclass(cls, bt.SignalStrategy):
        del members["next"]
        members["_next_signal"] = call("_next_signal")
        if hasattr(cls, "_next_custom"):
            members["_next_custom"] = call("_next_custom")
    for name, side in (("buy", 1), ("sell", -1), ("close", 0), ("buy_bracket", 1), ("sell_bracket", -1)):
        members[name] = ask(name, side)
    made.append(type(cls)(cls.__name__, (cls,), members))
    return made[0]


def score_of(strategy) -> Score:
    found = vars(strategy).get("score")
    if found is None:
        found = strategy.score = Score()
    return found


def wish(strategy, args, kwargs):
    """Return the number of the data, what is held in it and the bar."""
    data = args[0] if args else kwargs.get("data")
    if isinstance(data, str):
        data = strategy.getdatabyname(data)
    data = strategy.datas[0] if data is None else data
    where = next(number for number, one in enumerate(strategy.datas) if one is data)
    position = strategy.broker.positions.get(data)
    return where, position.size if position is not None else 0.0, len(strategy)


def note(score, name, side, where, held, bar, args, kwargs, orders):
    """Remember a wish; whether its words allow a position to be opened follows from what was held."""
    refs = tuple(order.ref for order in orders)
    if name == "close":
        side = -1 if held > 0 else 1
        score.closed.add((bar, where))
    size = args[1] if len(args) > 1 else kwargs.get("size")
    may_open = name != "close" and (
        held * side >= 0 or (bar, where) in score.closed or (size is not None and abs(size) > abs(held))
    )
    score.asked.append(Ask(bar, name, where, side, size, held, may_open, refs))
