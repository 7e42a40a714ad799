"""`bt-risk run`: one strategy under one profile, kept in a folder."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bt_risk.cli.explain import add_explain, explained
from bt_risk.cli.options import add_account, add_strategy_and_data, chosen_strategy, chosen_terms

if TYPE_CHECKING:
    from bt_risk.studies.recorded_run import RecordedRun


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "run",
        help="run one strategy under one profile and keep the run in a folder",
        description=(
            "Run one strategy under one risk profile. Prints its results and the heat of the book after the last bar, "
            "and writes a folder: run.json, decisions.jsonl, and every series as CSV."
        ),
    )
    add_strategy_and_data(parser)
    parser.add_argument(
        "--profile", metavar="NAME", default="moderate", help="or a TOML or YAML file; see: bt-risk profiles"
    )
    add_account(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        default=Path("out") / "run",
        help="where to write; default: out/run",
    )
    add_explain(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run, write the folder, print the results; 1 where something could not be shown."""
    from bt_risk.cli.doubtful_data import warn_of
    from bt_risk.cli.output import check_folder, left_by_earlier_runs, show, write_files
    from bt_risk.studies.record_run import record_run

    check_folder(arguments.out)
    warn_of(arguments.data, start=arguments.start, end=arguments.end)
    recorded = record_run(
        chosen_strategy(arguments.strategy),
        arguments.data,
        arguments.profile,
        **chosen_terms(arguments),
    )
    written = write_files(arguments.out, recorded.save)
    is_shown = show("results", lambda: print(_results(recorded)))
    drawn: list[str] = []
    try:
        is_explained, drawn = explained(recorded, arguments.explain, arguments.out)
    finally:  # a number that the run has not leaves the run
        print(f"\nwritten to {arguments.out}: {', '.join(sorted([*written, *drawn]))}")
    if older := left_by_earlier_runs(arguments.out, drawn):
        print(f"there from an earlier run: {', '.join(older)}")
    print(f"a page of it: bt-risk report {shlex.quote(str(arguments.out))}")
    return 0 if is_shown and is_explained else 1


def _results(recorded: RecordedRun) -> str:
    import pandas as pd

    from bt_risk.views.metrics import printed_table

    table = printed_table(pd.DataFrame([recorded.summary], index=[recorded.profile.name]))
    head = f"{recorded.title}: {recorded.settings['data']}, {recorded.settings['period']}"
    return f"{head}\n\n{table.to_string(header=False)}\n{_rules_that_bound(recorded)}\n{recorded.dashboard()}"


def _rules_that_bound(recorded: RecordedRun) -> str:
    """Return a line each for the rules that denied and reduced most entries, where there are any."""
    lines = ""
    for outcome in ("denied", "reduced"):
        rules = Counter(one.rule for one in recorded.decisions if one.outcome == outcome)
        if rules:
            counts = ", ".join(f"{rule} {count:,}" for rule, count in rules.most_common(3))
            lines += f"\n{outcome} by{', above all' * (len(rules) > 3)}: {counts}"
    return f"{lines}\n" if lines else ""
