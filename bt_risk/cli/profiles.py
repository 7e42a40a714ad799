"""`bt-risk profiles`: print the shipped profiles side by side."""

from __future__ import annotations

import argparse
from typing import Any


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "profiles",
        help="print every number of the shipped profiles",
        description="Print every number of the shipped profiles and of the two baselines, side by side.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    from bt_risk.rules.profile import PROFILES, UNPROTECTED
    from bt_risk.views.profile_table import profile_table

    shown = {**PROFILES, UNPROTECTED.name: UNPROTECTED}
    print(profile_table(list(shown.values())).to_string())
    return 0
