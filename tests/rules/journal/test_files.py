"""Decisions in a file: what the lines look like, that they come back exactly, and what is refused."""

from __future__ import annotations

import dataclasses
import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk import MODERATE
from bt_risk.errors import BtRiskError, JournalError, JournalWarning
from bt_risk.rules.journal import DecisionWriter, iter_decisions, read_decisions, write_decisions
from tests.rules.entries import OPEN, book, request
from tests.rules.journal.records import drawn_decisions, entry, exit_

GROUPED = OPEN.replace(name="grouped", groups={"A": "tech"}, ladder=((1.0, 0.5),), kelly_prior=(0.5, 2.0))


def lines_of(path):
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions.jsonl"


def test_the_header_names_format_version_and_profile(path):
    assert write_decisions(path, [entry(1), exit_(2)]) == path
    header, *rest = lines_of(path)
    assert (header["format"], header["version"]) == ("bt_risk decisions", 1)
    assert header["profile"]["name"] == "open"
    assert header["profile"]["risk_per_trade"] == 0.01
    assert [line["number"] for line in rest] == [1, 2]


def test_a_line_holds_everything_that_was_decided_on(path):
    write_decisions(path, [entry(1, request(wanted=50.0), book(open_risk=500.0))])
    line = lines_of(path)[1]
    assert (line["outcome"], line["rule"], line["given"]) == ("accepted", "own_size", 50.0)
    assert line["request"]["terms"]["loss"] == 5.0
    assert (line["book"]["open_risk"], line["book"]["tier"]) == (500.0, "NORMAL")
    assert {"rule": "halt", "passed": True, "limit": 0.0, "found": 1e5, "text": "", "is_own": False} in line[
        "ruling"
    ]["findings"]
    assert [one["rule"] for one in line["ruling"]["candidates"]] == ["risk_per_trade", "own_size", "cash"]
    assert "profile" not in line


def test_nothing_in_a_file_is_beyond_json(path):
    write_decisions(path, [entry(1, request(atr=math.nan), book(cash=math.inf, equity=-math.inf))])

    def refuse(constant):
        raise AssertionError(constant)

    line = json.loads(path.read_text("ascii").splitlines()[1], parse_constant=refuse)
    assert (line["request"]["atr"], line["book"]["cash"], line["book"]["equity"]) == ("nan", "inf", "-inf")


def test_a_profile_that_changes_has_a_line_of_its_own(path):
    decisions = [entry(1), entry(2, profile=GROUPED), exit_(3, profile=GROUPED), entry(4)]
    write_decisions(path, decisions)
    kinds = [line.get("kind", "profile") for line in lines_of(path)]
    assert kinds == ["profile", "entry", "profile", "entry", "exit", "profile", "entry"]
    assert [one.profile for one in read_decisions(path)] == [OPEN, GROUPED, GROUPED, OPEN]


def test_decisions_without_a_profile_are_kept_without_one(path):
    write_decisions(path, [entry(1, profile=OPEN), dataclasses.replace(entry(2), profile=None)])
    assert [one.profile for one in read_decisions(path)] == [OPEN, None]


def test_a_run_without_decisions_is_a_header(path):
    write_decisions(path, [])
    assert read_decisions(path) == []
    assert lines_of(path)[0]["profile"] is None


def test_one_profile_is_read_once(path):
    write_decisions(path, [entry(1), entry(2)])
    one, two = read_decisions(path)
    assert one.profile is two.profile


@settings(max_examples=60, derandomize=True, deadline=None)
@given(drawn=st.lists(drawn_decisions, max_size=4, unique_by=lambda one: one.number))
def test_whatever_is_written_comes_back(drawn):
    decisions = sorted(drawn, key=lambda one: one.number)
    with tempfile.TemporaryDirectory() as folder:
        again = read_decisions(write_decisions(Path(folder) / "decisions.jsonl", decisions))
    # NaN is not equal to itself, its words are.
    assert repr(again) == repr(decisions)


def test_every_line_is_in_the_file_once_its_decision_is_made(path):
    writer = DecisionWriter(path, OPEN)
    assert read_decisions(path) == []
    writer.write(entry(1))
    assert [one.number for one in read_decisions(path)] == [1]
    writer.write(entry(2))
    assert [one.number for one in read_decisions(path)] == [1, 2]
    writer.close()
    writer.close()


def test_a_writer_that_nobody_closes_loses_nothing(path):
    DecisionWriter(path, OPEN).write(entry(1))
    assert len(read_decisions(path)) == 1


def test_folders_are_made_and_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "new" / "folder" / "decisions.jsonl"
    write_decisions(path, [entry(1), entry(2)])
    write_decisions(path, [entry(5)])
    assert [one.number for one in read_decisions(path)] == [5]


def test_a_last_line_that_was_cut_off_is_left_out_and_told(path):
    write_decisions(path, [entry(1), entry(2)])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.warns(JournalWarning, match="line 3 is cut off and left out"):
        assert [one.number for one in read_decisions(path)] == [1]


def test_a_last_line_without_its_end_counts_if_it_is_whole(path):
    write_decisions(path, [entry(1), entry(2)])
    path.write_bytes(path.read_bytes()[:-1])
    assert len(read_decisions(path)) == 2


def test_large_files_are_read_line_by_line(path):
    write_decisions(path, [entry(1), entry(2)])
    with path.open("a") as file:
        file.write("no json\n")
    each = iter_decisions(path)
    assert (next(each).number, next(each).number) == (1, 2)
    with pytest.raises(JournalError, match="line 4: no line of a file of decisions"):
        next(each)


def changed(line, **changes):
    return json.dumps(json.loads(line) | changes)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda lines: [], "is empty"),
        (lambda lines: ["number,datetime,data"], "line 1: no line of a file of decisions"),
        (lambda lines: lines[1:], "line 1: a file of decisions begins with its format, 'bt_risk decisions'"),
        (lambda lines: ["[]"], "line 1: a file of decisions begins with its format"),
        (lambda lines: [changed(lines[0], version=2)], "line 1: version must be 1; received 2"),
        (lambda lines: [changed(lines[0], profile=5)], "line 1: a profile must be an object of its fields"),
        (lambda lines: [changed(lines[0], profile={"stopp": 5})], "line 1: .*unknown key 'stopp'"),
        (lambda lines: [changed(lines[0], profile={"max_heat": 5})], "line 1: .*max_heat must be a fraction"),
        (lambda lines: [lines[0], lines[1][:-9], lines[2]], "line 2: no line of a file of decisions"),
        (lambda lines: [lines[0], "5"], "line 2: a Decision must be an object; received 5"),
        (lambda lines: [lines[0], "{}"], "line 2: a Decision has a field 'data', which is not there"),
        (lambda lines: [lines[0], changed(lines[1], given="much")], "line 2: given must be a number"),
        (
            lambda lines: [lines[0], changed(lines[1], colour="red")],
            "line 2: a Decision has no field 'colour'",
        ),
        (
            lambda lines: [lines[0], lines[1].replace('"nan"', "NaN")],
            "line 2: no line of a file of decisions",
        ),
        (lambda lines: [*lines, lines[1]], "line 4: decision 1 stands behind 2: two runs wrote it"),
        (lambda lines: [*lines, lines[2]], "line 4: decision 2 stands behind 2: two runs wrote it"),
    ],
)
def test_a_damaged_file_is_one_clear_error(path, damage, words):
    write_decisions(path, [entry(1), entry(2)])
    lines = damage(path.read_text("ascii").splitlines())
    path.write_text("".join(line + "\n" for line in lines), "ascii")
    with pytest.raises(JournalError, match=words) as caught:
        read_decisions(path)
    assert str(path) in str(caught.value)
    assert isinstance(caught.value, BtRiskError)


def test_bytes_that_are_no_text_are_refused(path):
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(JournalError, match="line 1: no line"):
        read_decisions(path)


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path):
    with pytest.raises(JournalError, match=r"nowhere.jsonl cannot be read: No such file"):
        read_decisions(tmp_path / "nowhere.jsonl")
    with pytest.raises(JournalError, match="cannot be written: Is a directory"):
        write_decisions(tmp_path, [entry(1)])


class Full:
    """A file on a disk that takes no more."""

    def write(self, text):
        raise OSError(28, "No space left on device")

    flush = close = lambda self: None


def test_a_full_disk_is_one_clear_error(path, monkeypatch):
    monkeypatch.setattr(DecisionWriter, "_put", lambda self, value: Full().write(value))
    with pytest.raises(JournalError, match="cannot be written: No space left on device"):
        write_decisions(path, [entry(1)])


def test_a_disk_that_fills_up_on_the_way_is_one_too(path):
    def decisions():
        yield entry(1)
        monkey.setattr(DecisionWriter, "_put", lambda self, value: Full().write(value))
        yield entry(2)

    with pytest.MonkeyPatch.context() as monkey:
        with pytest.raises(JournalError, match="No space left"):
            write_decisions(path, decisions())
    assert [one.number for one in read_decisions(path)] == [1]


def test_a_profile_of_an_older_version_has_defaults_for_what_is_new(path):
    write_decisions(path, [entry(1, profile=MODERATE)])
    lines = path.read_text("ascii").splitlines()
    header = json.loads(lines[0])
    del header["profile"]["stress_atr"]
    path.write_text("\n".join([json.dumps(header), *lines[1:], ""]), "ascii")
    assert read_decisions(path)[0].profile == MODERATE
