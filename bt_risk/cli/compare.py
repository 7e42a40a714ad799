"""`bt-risk compare`: one strategy, the same prices, several risk profiles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bt_risk.cli.parser import amount, count, fraction, setting
from bt_risk.errors import StrategyError

if TYPE_CHECKING:
    from bt_risk.studies.comparison import Comparison

DEFAULT_DATA = ("AAPL", "MSFT", "IBM")
DEFAULT_PROFILES = ("conservative", "moderate", "aggressive")
_EXAMPLE = Path("strategies") / "donchian_breakout.py"


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "compare",
        help="run one strategy under several risk profiles and two baselines",
        description=(
            "Run one strategy on the same prices under several risk profiles and two baselines. Prints a table and "
            "writes figures, an HTML report and CSV files."
        ),
    )
    option = parser.add_argument
    option(
        "--strategy",
        metavar="FILE.py:CLASS",
        help="or MODULE:CLASS; default: the example strategies/donchian_breakout.py:DonchianBreakout",
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
    option(
        "--profiles", nargs="+", metavar="NAME", default=list(DEFAULT_PROFILES), help="see: bt-risk profiles"
    )
    option("--no-baselines", action="store_true", help="leave out the two runs without stops and limits")
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
    option("--jobs", type=count, metavar="N", default=1, help="processes to run in; default: 1")
    option("--out", type=Path, metavar="FOLDER", default=Path("out"), help="where to write; default: out")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare, print the table, write the files; 1 where a run failed."""
    from bt_risk.cli.output import check_folder, write_files
    from bt_risk.studies.compare import compare_profiles
    from bt_risk.studies.strategy_source import load_strategy
    from bt_risk.views.metrics import printed_table

    check_folder(arguments.out)
    comparison = compare_profiles(
        load_strategy(arguments.strategy or _example()),
        arguments.data,
        arguments.profiles,
        baselines=not arguments.no_baselines,
        cash=arguments.cash,
        commission=arguments.commission,
        slippage=arguments.slippage,
        params=dict(arguments.params),
        jobs=arguments.jobs,
        progress=True,
        start=arguments.start,
        end=arguments.end,
    )
    print(f"{comparison.title}: {comparison.settings['data']}, {comparison.settings['period']}\n")
    print(printed_table(comparison.table).to_string())
    written = write_files(arguments.out, lambda folder: _write(comparison, folder))
    print(f"\nwritten to {arguments.out}: {', '.join(written)}")
    for name, reason in comparison.failures.items():
        print(f"bt-risk: profile {name!r} did not finish: {reason}", file=sys.stderr)
    return 1 if comparison.failures else 0


def _write(comparison: Comparison, folder: Path) -> None:
    comparison.plot(folder / "equity.png")
    comparison.plot_heat(folder / "heat.png")
    comparison.to_html(folder / "report.html")
    comparison.to_csv(folder)


def _example() -> str:
    beside_the_package = Path(__file__).resolve().parents[2] / _EXAMPLE
    path = next((path for path in (beside_the_package, _EXAMPLE) if path.is_file()), None)
    if path is None:
        raise StrategyError(
            "the example strategy is not beside the package; name yours, e.g. --strategy my_strategy.py:MyStrategy"
        )
    return f"{path}:DonchianBreakout"
