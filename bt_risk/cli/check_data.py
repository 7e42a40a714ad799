"""`bt-risk check-data`: report what is wrong with price files, or looks so."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bt_risk.cli.parser import count
from bt_risk.errors import PriceError

SHOWN = 20
CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "check-data",
        help="report what is wrong with price files",
        description=(
            "Report by line and date what is wrong with price files: errors, which no run accepts; warnings, on which "
            "a backtest is probably wrong (splits, bad ticks, missing sessions, prices that stand still, bars without "
            "volume); and notes on what is unusual and probably right. Nothing is changed."
        ),
        epilog="exit code: 0 no error and no warning, 1 some, 2 a file that cannot be read as prices",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="CSV or Parquet files, or names of shipped ones, e.g. AAPL",
    )
    parser.add_argument(
        "--shown",
        type=count,
        metavar="N",
        default=SHOWN,
        help=f"findings shown of each file; default: {SHOWN}",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a report for each file, go on after one that cannot be read, and return the worst code."""
    return max([_check(name, arguments.shown) for name in arguments.files])


def _check(name: str, shown: int) -> int:
    from bt_risk.prices import check_prices, find_prices
    from bt_risk.prices.findings import table_of

    try:
        report = check_prices(find_prices(name))
    except PriceError as error:
        print(f"bt-risk: error: {error}", file=sys.stderr)
        return UNUSABLE
    print("\n".join([report.summary, *table_of(report.findings[:shown])]))
    hidden = len(report.findings) - shown
    if hidden > 0:
        print(f"  and {hidden} more; --shown {len(report.findings)} shows them all")
    return CLEAN if report.is_clean else FINDINGS
