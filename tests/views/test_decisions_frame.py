"""Decisions as a table and as CSV: a row each, the flat columns, empty where there was nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from bt_risk import decisions_frame
from bt_risk.rules.journal import DecisionMemory, write_decisions
from tests.rules.entries import request
from tests.rules.journal.records import entry, exit_

DECISIONS = [entry(1, request(wanted=50.0)), exit_(2, order=None, target=110.0)]
COLUMNS = [
    "number",
    "datetime",
    "data",
    "side",
    "kind",
    "outcome",
    "rule",
    "text",
    "price",
    "stop",
    "target",
    "wanted",
    "given",
    "heat_before",
    "heat_after",
    "equity",
    "order",
    "bar",
    "held",
]


def test_a_row_for_each_decision_in_the_flat_columns():
    frame = decisions_frame(DECISIONS)
    assert list(frame.columns) == COLUMNS
    assert frame["kind"].tolist() == ["entry", "exit"]
    assert frame["given"].tolist() == [50.0, 200.0]
    assert frame["datetime"].tolist() == [pd.Timestamp("2024-01-03 16:30"), pd.Timestamp("2024-01-04 16:30")]
    assert frame["target"].isna().tolist() == [True, False]
    assert frame["order"].tolist() == [7, pd.NA]


def test_the_memory_of_a_run_and_its_file_give_the_same(tmp_path):
    memory = DecisionMemory()
    for decision in DECISIONS:
        memory.add(decision)
    path = write_decisions(tmp_path / "decisions.jsonl", DECISIONS)
    for source in (memory, path, str(path)):
        pd.testing.assert_frame_equal(decisions_frame(source), decisions_frame(DECISIONS))


def test_nothing_decided_is_a_table_without_rows():
    frame = decisions_frame([])
    assert (len(frame), list(frame.columns)) == (0, COLUMNS)


def test_csv_gives_the_numbers_back(tmp_path):
    frame = decisions_frame(DECISIONS)
    frame.to_csv(tmp_path / "decisions.csv", index=False)
    again = pd.read_csv(tmp_path / "decisions.csv", parse_dates=["datetime"])
    assert list(again.columns) == COLUMNS
    assert again["heat_after"].tolist() == frame["heat_after"].tolist()
    assert again["order"].tolist() == pytest.approx([7, float("nan")], nan_ok=True)
