"""Leaves every bar, whether there is something to leave or not, and comes back every third."""

import backtrader as bt


class ClosesAlways(bt.Strategy):
    def next(self):
        self.close()
        if len(self) % 3 == 0:
            self.buy()


class ClosesAll(bt.Strategy):
    params = (("every", 4),)

    def next(self):
        for data in self.datas:
            self.close(data=data)
            self.order_target_size(data=data, target=0)
            if len(self) % self.p.every == 0:
                self.sell(data=data)
