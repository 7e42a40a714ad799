"""Writes down everything it hears."""

import backtrader as bt


class Logger(bt.Strategy):
    params = (("period", 5), ("verbose", True))

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)
        self.lines_written = []
        self.order = None

    def log(self, text, when=None):
        if self.p.verbose:
            when = when or self.datas[0].datetime.date(0)
            self.lines_written.append(f"{when.isoformat()}, {text}")

    def notify_order(self, order):
        if order.status in [order.Submitted, order.Accepted]:
            self.log(f"{order.getstatusname()} {order.ref}")
            return
        if order.status == order.Completed:
            side = "BUY" if order.isbuy() else "SELL"
            executed = order.executed
            self.log(
                f"{side} {executed.size} @ {executed.price:.2f} cost {executed.value:.2f} {executed.comm:.2f}"
            )
            self.log(f"{order.getordername()} {order.created.price} {order.created.dt} {order.info}")
        else:
            self.log(f"{order.getstatusname()} {order.ref} {order.data._name}")
        self.order = None
        str(order)

    def notify_trade(self, trade):
        self.log(
            f"TRADE {trade.ref} {trade.status_names[trade.status]} {trade.pnl:.2f} net {trade.pnlcomm:.2f}"
        )
        if trade.isclosed:
            self.log(f"held {trade.barlen} bars from {trade.open_datetime()} to {trade.close_datetime()}")

    def notify_cashvalue(self, cash, value):
        self.log(f"cash {cash:.2f} value {value:.2f}")

    def notify_fund(self, cash, value, fundvalue, shares):
        self.log(f"fund {fundvalue:.2f} x {shares:.2f}")

    def notify_data(self, data, status, *args, **kwargs):
        self.log(data._getstatusname(status))

    def notify_store(self, msg, *args, **kwargs):
        self.log(msg)

    def next(self):
        self.log(f"close {self.data.close[0]:.2f}")
        if self.order:
            return
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.log("BUY CREATE")
                self.order = self.buy()
        elif self.data.close[0] < self.sma[0]:
            self.log("SELL CREATE")
            self.order = self.sell()

    def stop(self):
        self.log(f"end {self.broker.getvalue():.2f}")
