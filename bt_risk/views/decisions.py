"""Decisions as a table. Requires: decisions, or the file that holds them. Gives: a DataFrame of the flat columns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import cast

import pandas as pd

from bt_risk.rules.decision import FLAT_COLUMNS, Decision
from bt_risk.rules.journal import decisions_to_rows, iter_decisions


def decisions_frame(source: str | os.PathLike[str] | Iterable[Decision]) -> pd.DataFrame:
    """Return a row for each decision: number, time, what was asked and given, the rule, the heat before and after.

    Rates are fractions. What a decision was made on has no columns; ``frame.to_csv(path, index=False)`` writes the
    rest for a spreadsheet.

    Parameters
    ----------
    source
        Decisions, or the path of a JSON Lines file.

    Raises
    ------
    JournalError
        The file cannot be read.
    """
    is_path = isinstance(source, str | os.PathLike)
    decisions = iter_decisions(cast("str", source)) if is_path else cast("Iterable[Decision]", source)
    frame = pd.DataFrame(decisions_to_rows(decisions), columns=list(FLAT_COLUMNS))
    return frame.astype({"order": "Int64"})
