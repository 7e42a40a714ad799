"""`bt-risk compare`: one strategy, the same prices, several risk profiles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bt_risk.cli.options import add_account, add_strategy_and_data, chosen_strategy, chosen_terms
from bt_risk.cli.parser import count

if TYPE_CHECKING:
    from bt_risk.studies.comparison import Comparison

DEFAULT_PROFILES = ("conservative", "moderate", "aggressive")


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
    add_strategy_and_data(parser)
    option = parser.add_argument
    option(
        "--profiles", nargs="+", metavar="NAME", default=list(DEFAULT_PROFILES), help="see: bt-risk profiles"
    )
    option("--no-baselines", action="store_true", help="leave out the two runs without stops and limits")
    add_account(parser)
    option("--jobs", type=count, metavar="N", default=1, help="processes to run in; default: 1")
    option("--out", type=Path, metavar="FOLDER", default=Path("out"), help="where to write; default: out")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare, print the table, write the files; 1 where a run failed or a picture could not be made."""
    from bt_risk.cli.doubtful_data import warn_of
    from bt_risk.cli.output import check_folder, show, write_files
    from bt_risk.studies.compare import compare_profiles
    from bt_risk.views.metrics import printed_table

    check_folder(arguments.out)
    warn_of(arguments.data, start=arguments.start, end=arguments.end)
    comparison = compare_profiles(
        chosen_strategy(arguments.strategy),
        arguments.data,
        arguments.profiles,
        baselines=not arguments.no_baselines,
        jobs=arguments.jobs,
        progress=True,
        **chosen_terms(arguments),
    )
    print(f"{comparison.title}: {comparison.settings['data']}, {comparison.settings['period']}\n")
    print(printed_table(comparison.table).to_string())
    written = write_files(arguments.out, comparison.to_csv)
    is_shown = show(
        "pictures and the page",
        lambda: written.extend(write_files(arguments.out, lambda folder: _write_views(comparison, folder))),
    )
    print(f"\nwritten to {arguments.out}: {', '.join(sorted(written))}")
    for name, reason in comparison.failures.items():
        print(f"bt-risk: profile {name!r} did not finish: {reason}", file=sys.stderr)
    return 1 if comparison.failures or not is_shown else 0


def _write_views(comparison: Comparison, folder: Path) -> None:
    comparison.plot(folder / "equity.png")
    comparison.plot_heat(folder / "heat.png")
    comparison.to_html(folder / "report.html")
