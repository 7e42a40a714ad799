"""Recorded entries decided again: by their own profile the same, by another one with the differences in words."""

from __future__ import annotations

import dataclasses
import math
import pickle
import subprocess
import sys

import pytest
from hypothesis import given

from bt_risk.errors import JournalError, ProfileError
from bt_risk.rules.checks import CHECKS
from bt_risk.rules.decision import Finding
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.journal import read_decisions, replay, write_decisions
from tests.rules.entries import OPEN, book, request
from tests.rules.journal.records import entry, exit_
from tests.rules.test_entry_properties import books, profiles, requests, thorough

SMALL = OPEN.replace(name="small", max_position=0.15)
RECORDED = [
    entry(1),
    entry(2, request(wanted=50.0)),
    exit_(3),
    entry(4, request(data="B", is_long=False, stop=105.0), book(positions=2)),
]


def mondays(asked, held, profile):
    return Finding("only_mondays", False, math.nan, math.nan, "today is Tuesday", is_own=True)


def denied_by_own_check(number, **changes):
    ruling = decide_entry(request(), book(), OPEN, checks=(*CHECKS, mondays))
    return entry(number, ruling=ruling, **changes)


def test_by_the_recorded_profile_every_ruling_comes_out_as_it_was():
    again = replay(RECORDED)
    assert (again.entries, again.others, again.exact, again.changed) == (3, 1, 3, ())
    assert (again.profile, again.unread, again.own_checks) == (None, (), {})
    assert again.is_exact
    assert str(again) == "3 entries under the recorded profile: 0 change, each on the account as recorded"


def test_a_file_replays_as_its_decisions_do(tmp_path):
    path = write_decisions(tmp_path / "decisions.jsonl", RECORDED)
    assert str(replay(path, SMALL)) == str(replay(str(path), SMALL)) == str(replay(RECORDED, SMALL))
    assert replay(path) == replay(read_decisions(path)) == replay(RECORDED)


def test_another_profile_shows_which_decisions_change_from_what_to_what_by_which_rule():
    again = replay(RECORDED, SMALL.replace(max_positions=2))
    assert [(one.decision.number, one.ruling.units, one.ruling.rule) for one in again.changed] == [
        (1, 150, "max_position"),
        (4, 0, "max_positions"),
    ]
    # Only the recorded gate on positions had another limit in the second one.
    assert (again.exact, again.is_exact) == (0, False)
    assert str(again).splitlines() == [
        "3 entries under 'small': 2 change, each on the account as recorded",
        "1 2024-01-03 16:30 A buy accepted 200 by risk_per_trade -> reduced 150 by max_position",
        "4 2024-01-06 16:30 B sell accepted 200 by risk_per_trade -> denied by max_positions: "
        "2 positions are open or on their way, the limit is 2",
    ]


def test_a_size_that_only_trembles_is_no_change():
    (one,) = replay([entry(1)], OPEN.replace(risk_per_trade=0.01 * (1 + 1e-12), lot=0.0)).changed or (None,)
    assert one is None


def test_the_same_size_by_another_rule_is_a_change():
    again = replay([entry(1)], OPEN.replace(name="twice", risk_per_trade=0.02, max_position=0.20))
    assert (
        str(again).splitlines()[1].endswith("accepted 200 by risk_per_trade -> reduced 200 by max_position")
    )


def test_the_same_size_and_outcome_by_another_rule_is_a_change_too():
    again = replay([entry(1, request(wanted=200.0))], OPEN.replace(name="twice", risk_per_trade=0.02))
    assert str(again).splitlines()[1].endswith("accepted 200 by risk_per_trade -> accepted 200 by own_size")


def test_fields_that_shape_the_request_and_the_account_are_named():
    again = replay(RECORDED, OPEN.replace(name="wide", atr_stop=4.0, daily_loss=0.02, max_position=0.9))
    assert again.unread == ("atr_stop", "daily_loss")
    assert str(again).splitlines()[-1] == (
        "no rule looked at atr_stop, daily_loss: stops, exits and halts are as recorded"
    )


def test_a_profile_may_be_named_or_described():
    assert replay(RECORDED, "conservative").profile.name == "conservative"
    assert replay(RECORDED, {"base": OPEN, "max_position": 0.15}).changed[0].ruling.units == 150
    with pytest.raises(ProfileError, match="unknown profile 'conservativ'"):
        replay(RECORDED, "conservativ")


def test_a_record_that_is_not_what_the_rules_say_is_found():
    forged = dataclasses.replace(entry(1).ruling, units=250.0)
    again = replay([entry(1, ruling=forged)])
    assert (again.exact, again.is_exact) == (0, False)
    assert (
        str(again)
        .splitlines()[1]
        .endswith("accepted 250 by risk_per_trade -> accepted 200 by risk_per_trade")
    )


def test_a_number_of_a_rule_that_does_not_bind_is_found_too():
    ruling = entry(1).ruling
    first = dataclasses.replace(ruling.findings[0], found=99.0)
    again = replay([entry(1, ruling=dataclasses.replace(ruling, findings=(first, *ruling.findings[1:])))])
    assert (again.changed, again.exact, again.is_exact) == ((), 0, False)


def test_each_decision_is_replayed_by_the_profile_it_was_made_under():
    recorded = [entry(1), entry(2, profile=SMALL), entry(3)]
    assert [one.given for one in recorded] == [200, 150, 200]
    assert replay(recorded).is_exact


def test_a_check_of_ones_own_is_taken_from_the_record_and_said():
    recorded = [entry(1), denied_by_own_check(2), denied_by_own_check(3)]
    again = replay(recorded)
    assert again.is_exact
    assert again.own_checks == {"only_mondays": (2, 3)}
    assert str(again).splitlines()[1] == (
        "taken from the record, a check of the strategy's own, only_mondays: 2, 3"
    )
    assert [one.decision.number for one in replay(recorded, SMALL).changed] == [1]


def test_a_check_of_ones_own_that_something_else_came_before_took_nothing():
    ruling = decide_entry(request(), book(is_breaker_open=True), OPEN, checks=(*CHECKS, mondays))
    assert replay([entry(1, request(), book(is_breaker_open=True), ruling=ruling)]).own_checks == {}


def test_a_long_list_is_cut_in_the_text_only():
    recorded = [*map(entry, range(1, 26)), *map(denied_by_own_check, range(26, 51))]
    again = replay(recorded, SMALL)
    lines = str(again).splitlines()
    assert (len(again.changed), len(again.own_checks["only_mondays"])) == (25, 25)
    assert len(lines) == 1 + 20 + 1 + 1
    assert lines[21] == "and 5 more"
    assert lines[22].endswith("43, 44, 45, ...")


def test_an_entry_without_a_profile_needs_one():
    bare = dataclasses.replace(entry(1), profile=None)
    with pytest.raises(JournalError, match="decision 1 names no profile: give one to replay it by"):
        replay([bare])
    assert replay([bare], OPEN).is_exact


def test_nothing_recorded_is_nothing_to_replay():
    assert replay([]).is_exact
    assert str(replay([exit_(1)])).startswith("0 entries")


def test_a_replay_travels():
    again = replay(RECORDED, SMALL)
    assert str(pickle.loads(pickle.dumps(again))) == str(again)


@thorough
@given(asked=requests(), held=books(), profile=profiles())
def test_whatever_was_decided_is_decided_again(asked, held, profile):
    assert replay([entry(1, asked, held, profile=profile)]).is_exact


def test_a_fresh_process_replays_without_backtrader_and_pandas(tmp_path):
    path = write_decisions(tmp_path / "decisions.jsonl", RECORDED)
    code = (
        "import sys; from bt_risk import explain, read_decisions, replay\n"
        f"path = {str(path)!r}\n"
        "print(replay(path).is_exact, len(replay(path, 'conservative').changed))\n"
        "print(len(explain(read_decisions(path)[0]).lines) > 5)\n"
        "print([name for name in ('backtrader', 'pandas', 'numpy', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True 2", "True", "[]"]
