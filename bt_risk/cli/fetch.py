"""`bt-risk fetch`: download prices from Yahoo into a folder of CSV files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bt_risk.errors import DataUnavailable

DONE, SOME_FAILED, ALL_FAILED = 0, 1, 2


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "fetch",
        help="download prices from Yahoo",
        description=(
            "Download prices from Yahoo through yfinance: for every symbol a CSV file, and a JSON file that says what "
            "it holds. What is there already and covers the dates is not downloaded again. A rate limit is waited for, "
            "up to half a minute. Other commands find the prices by name: bt-risk compare --data SPY."
        ),
        epilog="exit code: 0 all symbols are there, 1 some are not, 2 none is, or the command line does not fit",
    )
    option = parser.add_argument
    option("symbols", nargs="+", metavar="SYMBOL", help="as Yahoo writes it, e.g. SPY ^GSPC EURUSD=X BTC-USD")
    option("--start", metavar="DATE", help="first day, e.g. 2005-01-03; default: the first there is")
    option("--end", metavar="DATE", help="last day, inclusive; default: the last there is")
    option("--interval", metavar="STEP", default="1d", help="1d 1wk 1mo 1h 30m 15m 5m 1m; default: 1d")
    option("--raw", action="store_true", help="do not adjust for dividends; kept in files of its own")
    option(
        "--out",
        type=Path,
        metavar="FOLDER",
        default=Path("prices"),
        help="where to keep them; default: prices",
    )
    option("--offline", action="store_true", help="use what is in the folder, without a network")
    option(
        "--repair",
        nargs="+",
        metavar="KIND",
        default=[],
        help="mend what Yahoo sends broken, e.g. drop_bad_rows",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fetch every symbol, print one line for each, and go on after one that cannot be had."""
    from tqdm import tqdm

    from bt_risk.cli.output import check_folder
    from bt_risk.prices.fetch import fetch

    check_folder(arguments.out)
    failures = []
    symbols = list(dict.fromkeys(symbol.upper() for symbol in arguments.symbols))
    # disable=None: a bar on a terminal, nothing in a file or a pipe
    for symbol in tqdm(symbols, desc="fetch", unit="symbol", disable=None, leave=False):
        try:
            fetched = fetch(
                symbol,
                start=arguments.start,
                end=arguments.end,
                interval=arguments.interval,
                is_adjusted=not arguments.raw,
                folder=arguments.out,
                offline=arguments.offline,
                repair=arguments.repair,
            )
        except DataUnavailable as error:
            failures.append(str(error))
            continue
        entry = fetched.entry
        how = "from the folder" if fetched.is_from_cache else "downloaded"
        print(f"{symbol}: {entry.rows} rows, {entry.first[:10]} to {entry.last[:10]}, {fetched.path} ({how})")
        for line in entry.repairs:
            print(f"  repaired {line}")
    for failure in failures:
        print(f"bt-risk: error: {failure}", file=sys.stderr)
    if not failures:
        return DONE
    return ALL_FAILED if len(failures) == len(symbols) else SOME_FAILED
