"""`bt-risk check-data`: report what is wrong with price files, or looks so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bt_risk.cli.parser import count
from bt_risk.errors import PriceError

if TYPE_CHECKING:
    from bt_risk.prices import PriceReport

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
            "volume); and notes on what is unusual and probably right. Nothing is changed; --repair writes mended "
            "copies and says what was done to which line."
        ),
        epilog="exit code: 0 no error and no warning, 1 some, 2 a file that cannot be read as prices, or not mended so",
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
    parser.add_argument(
        "--repair",
        nargs="+",
        metavar="KIND",
        default=[],
        help="unknown_volume widen_bars drop_bad_rows sort drop_duplicates adjust_splits",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        default=Path("mended"),
        help="for mended copies; default: mended",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a report for each file, go on after one that cannot be read, and return the worst code."""
    if arguments.repair:
        from bt_risk.cli.output import check_folder

        check_folder(arguments.out)
    return max([_check(name, arguments) for name in arguments.files])


def _check(name: str, arguments: argparse.Namespace) -> int:
    from bt_risk.prices import check_prices, find_prices
    from bt_risk.prices.findings import table_of

    try:
        path = find_prices(name)
        report = check_prices(path)
        print("\n".join([report.summary, *_cut(table_of(report.findings), arguments.shown)]))
        if arguments.repair:
            report = _mend(path, arguments)
    except PriceError as error:
        print(f"bt-risk: error: {error}", file=sys.stderr)
        return UNUSABLE
    return CLEAN if report.is_clean else FINDINGS


def _mend(path: Path, arguments: argparse.Namespace) -> PriceReport:
    """Write a mended copy, print what was done, and return the report of the copy."""
    from bt_risk.cli.output import write_files
    from bt_risk.prices import check_prices, load_prices

    prices = load_prices(path, repair=arguments.repair)
    repairs = [f"  {line}" for line in prices.attrs["repairs"]]
    copy = f"{path.stem}.csv"
    write_files(arguments.out, lambda folder: prices.to_csv(folder / copy, lineterminator="\n"))
    report = check_prices(arguments.out / copy)
    print("\n".join([f"mended, {len(repairs)} times: {report.summary}", *_cut(repairs, arguments.shown)]))
    return report


def _cut(lines: list[str], shown: int) -> list[str]:
    hidden = len(lines) - shown
    return (
        lines
        if hidden <= 0
        else [*lines[:shown], f"  and {hidden} more; --shown {len(lines)} shows them all"]
    )
