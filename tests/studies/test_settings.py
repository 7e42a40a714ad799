"""What a study says that it has run."""

from __future__ import annotations

import backtrader as bt

from bt_risk.studies.settings import settings_of
from tests.studies.frames import MARKETS


class Signals(bt.SignalStrategy):
    params = (("fast", 5),)


class Accumulating(Signals):
    params = (("_accumulate", True),)


def parameters(cls, **params):
    said = settings_of(cls, params=params, prices=MARKETS, cash=1e5, commission=0.0, slippage=0.0)
    return said["parameters"]


def test_what_every_signal_strategy_has_is_told_only_where_it_was_changed():
    assert parameters(Signals) == "fast 5"
    assert parameters(Accumulating) == "_accumulate True, fast 5"
    assert parameters(Signals, _accumulate=True) == "_accumulate True, fast 5"
    assert parameters(bt.SignalStrategy) == "none"
