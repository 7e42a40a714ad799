"""Trade the daily bars in the direction of the weekly ones."""

import backtrader as bt


class WeeklyFilter(bt.Strategy):
    """The last data is the first one in weeks."""

    params = dict(days=5, weeks=3)

    def __init__(self):
        self.daily = bt.ind.CrossOver(self.data0, bt.ind.EMA(self.data0, period=self.p.days))
        self.week = self.datas[-1]
        self.trend = bt.ind.SMA(self.week, period=self.p.weeks)

    def next(self):
        is_rising = self.week.close[0] > self.trend[0]
        if not self.position:
            if is_rising and self.daily[0] > 0:
                self.buy()
        elif not is_rising or self.daily[0] < 0:
            self.close()
