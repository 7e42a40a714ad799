"""Every kind of signal, and nothing but signals."""

import backtrader as bt


class Above(bt.Indicator):
    """How far the close is above its average."""

    lines = ("above",)
    params = (("period", 10),)

    def __init__(self):
        self.lines.above = self.data - bt.ind.SMA(self.data, period=self.p.period)


class LongShort(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_LONGSHORT, Above(self.data))


class LongOnly(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG, Above(self.data))


class ShortOnly(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_SHORT, Above(self.data))


class LongAndShort(bt.SignalStrategy):
    """Two signals, each of which closes what the other has opened."""

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG, Above(self.data, period=5))
        self.signal_add(bt.SIGNAL_SHORT, Above(self.data, period=20))


class LongInverted(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG_INV, Above(self.data))


class ShortInverted(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_SHORT_INV, Above(self.data))


class LongAny(bt.SignalStrategy):
    """Long whatever the signal says, until another one says leave."""

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG_ANY, bt.ind.CrossOver(self.data, bt.ind.SMA(period=5)))
        self.signal_add(bt.SIGNAL_LONGEXIT_ANY, bt.ind.CrossOver(self.data, bt.ind.SMA(period=12)))
        self.signal_add(bt.SIGNAL_LONGEXIT, Above(self.data, period=20))


class ShortAny(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_SHORT_ANY, bt.ind.CrossOver(self.data, bt.ind.SMA(period=5)))
        self.signal_add(bt.SIGNAL_SHORTEXIT_ANY, bt.ind.CrossOver(self.data, bt.ind.SMA(period=12)))
        self.signal_add(bt.SIGNAL_SHORTEXIT, Above(self.data, period=20))


class WithExits(bt.SignalStrategy):
    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG, Above(self.data, period=5))
        self.signal_add(bt.SIGNAL_LONGEXIT, Above(self.data, period=15))
        self.signal_add(bt.SIGNAL_SHORT, Above(self.data, period=25))
        self.signal_add(bt.SIGNAL_SHORTEXIT, Above(self.data, period=15))


class InvertedExits(bt.SignalStrategy):
    def __init__(self):
        fall = 0.0 - Above(self.data, period=8)
        self.signal_add(bt.SIGNAL_LONG, Above(self.data, period=8))
        self.signal_add(bt.SIGNAL_LONGEXIT_INV, fall)


class Accumulating(bt.SignalStrategy):
    """Add to a position as long as the signal stands, orders on their way or not."""

    params = (("_accumulate", True), ("_concurrent", True))

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONGSHORT, Above(self.data))


class WithNext(bt.SignalStrategy):
    """Signals and a ``next`` of its own on the second data."""

    params = (("_data", 1),)

    def __init__(self):
        self.signal_add(bt.SIGNAL_LONG, Above(self.data1))
        self.highest = 0.0

    def next(self):
        self.highest = max(self.highest, self.data1.close[0])
        if self.getposition(self.data1).size and self.data1.close[0] < 0.9 * self.highest:
            self.highest = 0.0
            self.close(self.data1)


class Bare(bt.SignalStrategy):
    """Gets its signals from ``cerebro.add_signal``."""
