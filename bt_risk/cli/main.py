"""Choose a command, run it, and turn whatever a user can mend into one line and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bt_risk import __version__
from bt_risk.cli import check_data, compare, fetch, profiles, report, run
from bt_risk.cli.parser import Parser
from bt_risk.errors import BtRiskError

COMMANDS = (compare, run, report, fetch, check_data, profiles)

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the console with `argv` (by default the process's own) and return its exit code.

    0: done. 1: done, but a run failed. 2: the input cannot be used; one line on stderr says why, and nothing is
    written but the run that has no trade or decision of the number that ``--explain`` asks for.
    """
    try:
        try:
            arguments = _parser().parse_args(argv)
        except SystemExit as stop:  # argparse, after --help and --version
            return int(stop.code or 0)
        code: int = arguments.run(arguments)
        return code
    except BtRiskError as error:
        print(f"bt-risk: error: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(f"bt-risk: error: {error.strerror or error}: {error.filename}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("bt-risk: interrupted", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as stop:  # of a strategy: a run that has no results is not done
        from bt_risk.studies.describe import describe

        print(f"bt-risk: error: the strategy ended the run: {describe(stop)}", file=sys.stderr)
        return BAD_INPUT


def _parser() -> Parser:
    parser = Parser(prog="bt-risk", description="A portfolio risk desk for Backtrader strategies.")
    parser.add_argument("--version", action="version", version=f"bt-risk {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return parser
