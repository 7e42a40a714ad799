"""``--explain``: trades and decisions of a run, told and drawn. Requires: the run, and the folder that holds it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bt_risk.cli.output import show, write_files
from bt_risk.cli.parser import record

if TYPE_CHECKING:
    from bt_risk.studies.recorded_run import RecordedRun


def add_explain(parser: argparse.ArgumentParser) -> None:
    """Add the option to a parser."""
    parser.add_argument(
        "--explain",
        nargs="+",
        type=record,
        metavar="N",
        default=[],
        help="tell trade N, or decision dN, rule by rule and bar by bar, and draw it: trade-N.png",
    )


def explained(run: RecordedRun, asked: Sequence[tuple[str, int]], folder: Path) -> tuple[bool, list[str]]:
    """Print what was asked for and draw its trade into `folder`; return whether all could be shown, and the files.

    Raises
    ------
    BtRiskError
        The run has no trade or decision of that number.
    """
    is_all_shown, written = True, []
    for kind, number in asked:
        told = run.explain_trade(number) if kind == "trade" else run.explain_decision(number)
        is_all_shown &= show(f"{kind} {number}", partial(print, f"\n{told}"))
        trade = number if kind == "trade" else run.trade_of(number)
        if trade is not None:
            name = f"trade-{trade}.png"
            draw = partial(_draw, run, trade, folder, name)
            is_all_shown &= show(name, draw)
            written += [name]
    return is_all_shown, sorted(set(written))


def _draw(run: RecordedRun, trade: int, folder: Path, name: str) -> None:
    write_files(folder, lambda unfinished: run.plot_trade(trade, unfinished / name))
