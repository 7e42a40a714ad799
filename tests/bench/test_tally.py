"""Runs are added up, a crash is a finding, and the counts of a run cut short are kept."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.bench.tally import Tally
from tests.properties import scale


class Strategy:
    """Five bars, of which one data has four."""

    datas = (range(4), range(5))

    def __len__(self):
        return 5


def run_of(seed):
    if seed == 3:
        raise ValueError("three")
    met = {"asked": 10, "round trip": seed, "entry filled": 2}
    problems = ["I1 bar 1 d0: heat"] if seed == 2 else []
    return SimpleNamespace(strategy=Strategy(), met=met, problems=problems, made_of={"costs": seed % 2})


def test_runs_are_added_up():
    tally = Tally().run_all(range(3), run_of)
    assert (tally.runs, tally.bars, tally.data_bars, tally.bar_requests) == (3, 15, 27, 30)
    assert tally.met == {"asked": 30, "round trip": 3, "entry filled": 6}
    assert tally.traded == {("costs", 0): 2, ("costs", 1): 1}
    assert tally.problems == {2: ["I1 bar 1 d0: heat"]}
    assert tally.line().startswith("30 bar-requests in 3 runs over 15 bars (27 of datas): 6 entries, ")


def test_a_crash_is_a_finding_and_the_other_seeds_run():
    tally = Tally().run_all(range(5), run_of)
    assert tally.runs == 4
    assert tally.problems[3] == ["I12 crashed: ValueError: three"]


def test_the_counts_are_kept_in_a_file(tmp_path):
    file = tmp_path / "counts.json"
    tally = Tally().run_all(range(3), run_of, file=file)
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["line"] == tally.line()
    assert (kept["bar_requests"], kept["met"]["asked"], kept["traded"]["costs: 0"]) == (30, 30, 2)
    assert kept["problems"] == {"2": ["I1 bar 1 d0: heat"]}


@pytest.mark.parametrize(
    ("is_long", "asked", "found"),
    [
        (False, "0:9", range(4)),
        (True, None, range(scale.LONG_SEEDS)),
        (True, "0:500", range(500)),
        (True, "500:700", range(500, 700)),
    ],
)
def test_the_long_suite_takes_the_seeds_that_are_asked_for(monkeypatch, is_long, asked, found):
    monkeypatch.setattr(scale, "IS_LONG", is_long)
    monkeypatch.delenv("BT_RISK_LONG_SEEDS", raising=False)
    if asked:
        monkeypatch.setenv("BT_RISK_LONG_SEEDS", asked)
    assert scale.seeds(4) == found


def test_only_the_long_suite_keeps_counts(monkeypatch, tmp_path):
    monkeypatch.setenv("BT_RISK_LONG_COUNTS", str(tmp_path / "counts"))
    monkeypatch.setattr(scale, "IS_LONG", False)
    assert scale.counts_file() is None
    monkeypatch.setattr(scale, "IS_LONG", True)
    assert scale.counts_file() == tmp_path / "counts"
