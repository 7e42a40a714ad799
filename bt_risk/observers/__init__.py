"""Observers to attach with ``cerebro.addobserver``, one class a file; `StopObserver` with ``addobservermulti``."""

from bt_risk.observers.breaker import BreakerObserver
from bt_risk.observers.drawdown import DrawdownObserver
from bt_risk.observers.heat import HeatObserver
from bt_risk.observers.stop import StopObserver

__all__ = ["BreakerObserver", "DrawdownObserver", "HeatObserver", "StopObserver"]
