"""A portfolio risk desk inside the bar loop of Backtrader.

The profiles are plain values and load at once. Everything that needs Backtrader, pandas or matplotlib loads when it
is first used, so that ``import bt_risk`` stays cheap.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from bt_risk.errors import (
    BtRiskError,
    DataUnavailable,
    EngineError,
    JournalError,
    JournalWarning,
    PriceError,
    ProfileError,
    RequestError,
    StrategyError,
    StrategyWarning,
)
from bt_risk.rules.profile import (
    AGGRESSIVE,
    CONSERVATIVE,
    MODERATE,
    UNCONTROLLED,
    UNPROTECTED,
    ProfileWarning,
    RiskProfile,
    load_profile,
)

if TYPE_CHECKING:
    from bt_risk.feeds import ArrayFeed
    from bt_risk.prices import check_prices, fetch_prices, load_prices
    from bt_risk.rules.counterfactual import without_each_rule
    from bt_risk.rules.explanation import explain
    from bt_risk.rules.journal import read_decisions, read_trades, replay, write_decisions, write_trades
    from bt_risk.rules.r_ledger import r_ledger
    from bt_risk.strategy import RiskMixin, RiskSignalStrategy, RiskStrategy, guard
    from bt_risk.studies.compare import compare_profiles
    from bt_risk.studies.plot_cerebro import plot_cerebro
    from bt_risk.studies.record_run import record_run
    from bt_risk.studies.run_recorder import RunRecorder
    from bt_risk.studies.saved_run import load_run
    from bt_risk.studies.shadow import shadow_book
    from bt_risk.views.decisions import decisions_frame
    from bt_risk.views.trades import trades_frame

__version__ = "0.1.0"

_LAZY = {
    "ArrayFeed": "bt_risk.feeds",
    "RiskMixin": "bt_risk.strategy",
    "RiskSignalStrategy": "bt_risk.strategy",
    "RiskStrategy": "bt_risk.strategy",
    "RunRecorder": "bt_risk.studies.run_recorder",
    "check_prices": "bt_risk.prices",
    "compare_profiles": "bt_risk.studies.compare",
    "decisions_frame": "bt_risk.views.decisions",
    "explain": "bt_risk.rules.explanation",
    "fetch_prices": "bt_risk.prices",
    "guard": "bt_risk.strategy",
    "load_prices": "bt_risk.prices",
    "load_run": "bt_risk.studies.saved_run",
    "plot_cerebro": "bt_risk.studies.plot_cerebro",
    "r_ledger": "bt_risk.rules.r_ledger",
    "read_decisions": "bt_risk.rules.journal",
    "read_trades": "bt_risk.rules.journal",
    "record_run": "bt_risk.studies.record_run",
    "replay": "bt_risk.rules.journal",
    "shadow_book": "bt_risk.studies.shadow",
    "trades_frame": "bt_risk.views.trades",
    "without_each_rule": "bt_risk.rules.counterfactual",
    "write_decisions": "bt_risk.rules.journal",
    "write_trades": "bt_risk.rules.journal",
}

__all__ = [
    "AGGRESSIVE",
    "CONSERVATIVE",
    "MODERATE",
    "UNCONTROLLED",
    "UNPROTECTED",
    "ArrayFeed",
    "BtRiskError",
    "DataUnavailable",
    "EngineError",
    "JournalError",
    "JournalWarning",
    "PriceError",
    "ProfileError",
    "ProfileWarning",
    "RequestError",
    "RiskMixin",
    "RiskProfile",
    "RiskSignalStrategy",
    "RiskStrategy",
    "RunRecorder",
    "StrategyError",
    "StrategyWarning",
    "check_prices",
    "compare_profiles",
    "decisions_frame",
    "explain",
    "fetch_prices",
    "guard",
    "load_prices",
    "load_profile",
    "load_run",
    "plot_cerebro",
    "r_ledger",
    "read_decisions",
    "read_trades",
    "record_run",
    "replay",
    "shadow_book",
    "trades_frame",
    "without_each_rule",
    "write_decisions",
    "write_trades",
]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name in _LAZY:
        value = globals()[name] = getattr(importlib.import_module(_LAZY[name]), name)
        return value
    raise AttributeError(f"module 'bt_risk' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
