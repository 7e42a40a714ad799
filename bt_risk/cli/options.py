"""The options that every command has which runs a strategy. Gives: them to the parsers, and the strategy they name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bt_risk.cli.parser import amount, fraction, setting
from bt_risk.errors import StrategyError

DEFAULT_DATA = ("AAPL", "MSFT", "IBM")
DEFAULT_STRATEGY = "DonchianBreakout"
# The example strategies, by the file that holds each.
SHIPPED = {
    "DonchianBreakout": "donchian_breakout.py",
    "RsiReversion": "rsi_reversion.py",
    "SmaCross": "sma_cross.py",
}
_FOLDER = Path("strategies")


def add_strategy_and_data(parser: argparse.ArgumentParser) -> None:
    """Add what is run: ``--strategy``, ``--data``, ``--start``, ``--end``."""
    option = parser.add_argument
    option(
        "--strategy",
        metavar="FILE.py:CLASS",
        default=DEFAULT_STRATEGY,
        help=f"or MODULE:CLASS, or an example: {', '.join(SHIPPED)}; default: {DEFAULT_STRATEGY}",
    )
    option(
        "--data",
        nargs="+",
        metavar="NAME",
        default=list(DEFAULT_DATA),
        help="shipped names or paths of CSV files; default: AAPL MSFT IBM",
    )
    option("--start", metavar="DATE", help="first day, e.g. 2005-01-03; default: that of the prices")
    option("--end", metavar="DATE", help="last day, inclusive")


def add_account(parser: argparse.ArgumentParser) -> None:
    """Add what it is run with: ``--cash``, ``--commission``, ``--slippage``, ``--params``."""
    option = parser.add_argument
    option("--cash", type=amount, metavar="AMOUNT", default=100_000.0, help="start cash; default: 100000")
    option(
        "--commission",
        type=fraction,
        metavar="FRACTION",
        default=0.001,
        help="of the value; default: 0.001 (0.1 %%)",
    )
    option("--slippage", type=fraction, metavar="FRACTION", default=0.0, help="of the price; default: 0")
    option(
        "--params",
        nargs="+",
        type=setting,
        metavar="NAME=VALUE",
        default=[],
        help="the strategy's own parameters",
    )


def chosen_terms(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the account and the dates that the options name, as the studies take them."""
    names = ("cash", "commission", "slippage", "start", "end")
    return {name: getattr(arguments, name) for name in names} | {"params": dict(arguments.params)}


def chosen_strategy(name: str) -> type:
    """Return the class that ``--strategy`` names, an example by its name alone.

    Raises
    ------
    StrategyError
        There is none, or it cannot be loaded.
    """
    from bt_risk.studies.strategy_source import load_strategy

    if name not in SHIPPED:
        return load_strategy(name)
    beside_the_package = Path(__file__).resolve().parents[2] / _FOLDER / SHIPPED[name]
    path = next((path for path in (beside_the_package, _FOLDER / SHIPPED[name]) if path.is_file()), None)
    if path is None:
        raise StrategyError(
            "the example strategies are not beside the package; name yours, e.g. --strategy my_strategy.py:MyStrategy"
        )
    return load_strategy(f"{path}:{name}")
