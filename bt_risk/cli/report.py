"""`bt-risk report`: the page of a run that was kept, made from its folder alone."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from bt_risk.cli.explain import add_explain, explained
from bt_risk.errors import BtRiskError

TEAR_SHEET = "tear-sheet.html"


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser(
        "report",
        help="make the HTML page of a run that was kept",
        description=(
            "Make report.html from a folder of bt-risk run, without running anything again: one file that needs "
            "nothing beside it."
        ),
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what bt-risk run has written")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.html", help="the page; default: report.html in the folder"
    )
    parser.add_argument(
        "--tear-sheet",
        action="store_true",
        help=f"write {TEAR_SHEET} beside it as well, by quantstats: pip install 'bt-risk[report]'",
    )
    add_explain(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the run, write its page; 1 where something could not be shown."""
    from bt_risk.cli.output import check_folder, show, write_files
    from bt_risk.studies.saved_run import load_run

    page: Path = arguments.out or arguments.folder / "report.html"
    if arguments.folder.is_file():
        raise BtRiskError(
            f"FOLDER must be one of bt-risk run, e.g. 'out/run'; received {str(arguments.folder)!r}, a file"
        )
    check_folder(page.parent)
    if page.is_dir():
        raise BtRiskError(f"--out must be a file, e.g. 'report.html'; received {str(page)!r}, a folder")
    recorded = load_run(arguments.folder)
    beside: list[str] = []
    if arguments.tear_sheet:
        from bt_risk.studies.tear_sheet import write_tear_sheet

        def write(folder: Path) -> object:
            return write_tear_sheet(recorded.equity, folder / TEAR_SHEET, title=recorded.title)

        beside = write_files(page.parent, write)
    is_explained, drawn = explained(recorded, arguments.explain, arguments.folder)
    is_shown = show(
        "page",
        partial(
            write_files,
            page.parent,
            lambda folder: recorded.to_html(folder / page.name, tear_sheet="".join(beside)),
        ),
    )
    written = [str(page)] if is_shown else []
    written += [str(page.parent / name) for name in beside]
    written += [str(arguments.folder / name) for name in drawn]
    if written:
        print(f"written: {', '.join(written)}")
    return 0 if is_explained and is_shown else 1
