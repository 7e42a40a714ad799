"""Trade a script on a hand-made market under a risk desk. Gives: every fill, what the user heard, the desk itself.

Bar n is the bar on which ``len(strategy) == n``. A script entry for bar n runs in `next` of that bar; a market order
that it sends fills at the opening of bar n + 1. With `ROUND` and 100 000 of cash one trade risks 1 000: at a price of
100 with the stop 5 below, that is 200 units.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import backtrader as bt

from bt_risk import MODERATE, RiskMixin
from tests.bench.feed import RowFeed, rows_of

LIMIT, STOP, TRAIL = bt.Order.Limit, bt.Order.Stop, bt.Order.StopTrail
CALM = (100, 101, 99, 100)

ROUND = MODERATE.replace(
    name="round",
    risk_per_trade=0.01,
    stop="fixed",
    fixed_stop=0.05,
    trail="none",
    max_position=None,
    max_leverage=None,
    entry_gap_buffer=0.0,
    # No halt and no alert of the account: the tests of these switch them on one by one.
    daily_loss=None,
    drawdown_halt=None,
    drawdown_reduce=None,
    drawdown_emergency=None,
    alert_positions=1_000,
)

# Positions of any risk up to the heat limit of 10 %, so that a few of them can exceed it together.
WIDE = ROUND.replace(name="wide", risk_per_trade=0.1, risk_per_trade_max=None, target_heat=(0.06, 0.10))


@dataclass
class Session:
    """What one run showed: `fills` are (bar, signed size, price), `heard` (bar, name, status) for the user.

    `covers` are (bar, position, units under live stops and live market exits) of every bar and data with a position.
    """

    fills: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    trades: list = field(default_factory=list)
    values: list = field(default_factory=list)
    tiers: list = field(default_factory=list)
    heats: list = field(default_factory=list)
    covers: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    strategy: bt.Strategy = None
    cerebro: bt.Cerebro = None

    @property
    def desk(self):
        return self.strategy.bt_risk

    @property
    def decisions(self):
        return self.desk.decisions

    @property
    def cash(self):
        return self.cerebro.broker.getcash()

    @property
    def position(self):
        return sum(position.size for position in self.cerebro.broker.positions.values())

    @property
    def is_covered(self):
        """Return whether after every bar |live stops| + |live market exits| was |position|."""
        return all(abs(held) == covered for _, held, covered in self.covers)

    @property
    def live(self):
        """Return (signed size, price) of every order that still rests at the broker."""
        return [
            (order.executed.remsize, order.created.price)
            for order in self.cerebro.broker.pending
            if order.alive()
        ]

    def heard_of(self, name):
        return [status for _, label, status in self.heard if label == name]

    def outcomes(self):
        return [(decision.kind, decision.outcome, decision.rule) for decision in self.decisions]

    def event_kinds(self):
        return [event.kind for event in self.desk.events]


class Tape(bt.Analyzer):
    """Write down every fill, whether the user hears of it or not."""

    def create_analysis(self):
        self.session = self.strategy.p.session

    def get_analysis(self):
        return {}

    def notify_order(self, order):
        for bit in order.executed.iterpending():
            self.session.fills.append((len(self.strategy), bit.size, bit.price))

    def next(self):
        self.session.values.append(self.strategy.broker.getvalue())
        desk = getattr(self.strategy, "bt_risk", None)
        if desk is not None:
            self.session.tiers.append(desk.tier.name)
            self.session.heats.append(desk.heat)
        for data in self.strategy.datas:
            self.see_cover(data)

    def see_cover(self, data):
        """Sum up what the broker would sell of a long (buy of a short) if the price fell through every stop.

        A stop that waits for the fill of an add stands for what is not there yet.
        """
        broker = self.strategy.broker
        held = broker.positions[data].size if data in broker.positions else 0
        if held:
            covered = sum(
                abs(order.executed.remsize)
                for order in broker.pending
                if order.data is data
                and order.exectype in (bt.Order.Market, STOP)
                and order.executed.remsize * held < 0
                and not is_waiting(order)
            )
            self.session.covers.append((len(self.strategy), held, covered))


def is_waiting(order):
    """Return whether an order is held until an entry fills."""
    entry = getattr(order.active, "after", None)
    return entry is not None and entry.alive()


class Script(bt.metabase.ParamsBase):
    """Run `script[bar](strategy)`; an order kept in `sent` is recognised in what is heard."""

    params = (("script", {}), ("session", None), ("on_order", None), ("in_open", False), ("in_place", True))

    def __init__(self):
        self.sent = {}

    def start(self):
        if not self.p.in_place:
            self.bt_risk.orders.is_in_place = False

    def _act(self, bar):
        action = self.p.script.get(bar)
        if action is not None:
            action(self)

    def prenext(self):
        self.next()

    def next(self):
        if not self.p.in_open:
            self._act(len(self))

    def next_open(self):
        if self.p.in_open:
            self._act(len(self) + 1)

    prenext_open = nextstart_open = next_open

    def notify_order(self, order):
        name = next(
            (label for label, sent in self.sent.items() if sent is not None and sent.ref == order.ref), "?"
        )
        self.p.session.heard.append((len(self), name, order.getstatusname()))
        if self.p.on_order is not None:
            self.p.on_order(self, order)

    def notify_trade(self, trade):
        if trade.isclosed:
            self.p.session.trades.append((len(self), trade.pnl))


class Scripted(RiskMixin, Script, bt.Strategy):
    """The script under a risk desk."""


def trade(*markets, script, profile=ROUND, cash=100_000.0, strategy=None, prepare=None, **options):
    """Run a script over one or more markets of (open, high, low, close) bars, or feeds; `options` go to Cerebro.

    ``in_open=True`` runs the script in `next_open`; ``in_place=False`` makes the desk cancel and replace.
    """
    names = ("on_order", "in_open", "in_place")
    params = {name: options.pop(name) for name in names if name in options}
    cerebro = bt.Cerebro(stdstats=False, **options)
    cerebro.broker.setcash(cash)
    for number, bars in enumerate(markets):
        data = bars if isinstance(bars, bt.feed.DataBase) else RowFeed(rows=rows_of(bars))
        cerebro.adddata(data, name=f"d{number}")
    if prepare is not None:
        prepare(cerebro)
    session = Session(cerebro=cerebro)
    cerebro.addstrategy(strategy or Scripted, profile=profile, script=script, session=session, **params)
    cerebro.addanalyzer(Tape)
    (session.strategy,) = cerebro.run()
    return session


def do(method, *args, name=None, data=None, **options):
    """Return a script entry that calls one method of the strategy and remembers what it returns under `name`."""

    def act(strategy):
        if data is not None:
            options["data"] = strategy.datas[data]
        result = getattr(strategy, method)(*args, **options)
        label = name or method
        if isinstance(result, list):
            strategy.sent.update(zip((label, f"{label} stop", f"{label} target"), result, strict=True))
        else:
            strategy.sent[label] = result

    return act


def each(*actions):
    """Return a script entry that runs several in turn."""

    def act(strategy):
        for action in actions:
            action(strategy)

    return act


def cancel(name):
    """Return a script entry that cancels the order remembered under `name`."""
    return lambda strategy: strategy.cancel(strategy.sent[name])


def calm(bars):
    """Return that many bars around 100."""
    return [CALM] * bars


def fixed_filler(size):
    """Return a preparation of Cerebro: its broker fills that many units of an order a bar."""
    return lambda cerebro: cerebro.broker.set_filler(bt.broker.fillers.FixedSize(size=size))
