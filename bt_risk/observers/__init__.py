"""Observers to attach with ``cerebro.addobserver``, one class a file."""

from bt_risk.observers.heat import HeatObserver

__all__ = ["HeatObserver"]
