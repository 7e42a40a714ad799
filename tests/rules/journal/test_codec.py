"""Typed values as JSON and back: what each becomes, what is refused, and that nothing is lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.errors import JournalError
from bt_risk.rules.decision import Decision
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.journal.codec import codec_of, record_codec
from bt_risk.rules.request import UnitTerms
from bt_risk.rules.tiers import Tier
from tests.rules.journal.records import drawn_decisions

thorough = settings(max_examples=150, derandomize=True, deadline=None)


@dataclass(frozen=True)
class Pair:
    name: str
    amount: float = 1.0


def written(annotation, value):
    codec = codec_of(annotation)
    return value if codec.write is None else codec.write(value)


def read(annotation, value):
    return codec_of(annotation).read(value)


@pytest.mark.parametrize(
    ("annotation", "value", "plain"),
    [
        (float, 0.1, 0.1),
        (float, 5, 5),
        (float, math.inf, "inf"),
        (float, -math.inf, "-inf"),
        (float | None, None, None),
        (float | None, math.inf, "inf"),
        (int | None, 7, 7),
        (str, "nan", "nan"),
        (bool, True, True),
        (Tier, Tier.CRITICAL, "CRITICAL"),
        (dt.datetime, dt.datetime(2024, 1, 5, 15, 30), "2024-01-05T15:30:00"),
        (dt.time | None, dt.time(9, 30), "09:30:00"),
        (tuple[float, ...], (1.0, math.inf), [1.0, "inf"]),
        (tuple[str, ...], ("a", "b"), ["a", "b"]),
        (Mapping[str, float], {"A": math.inf}, {"A": "inf"}),
        (Mapping[str, str], {"A": "tech"}, {"A": "tech"}),
        (Pair, Pair("A", math.inf), {"name": "A", "amount": "inf"}),
        (tuple[Pair, ...], (Pair("A"),), [{"name": "A", "amount": 1.0}]),
        (Pair | None, None, None),
    ],
    ids=str,
)
def test_a_value_becomes_plain_and_itself_again(annotation, value, plain):
    assert json.loads(json.dumps(written(annotation, value), allow_nan=False)) == plain
    again = read(annotation, plain)
    assert (again, type(again)) == (value, type(value))


def test_nan_is_a_text():
    assert written(float, math.nan) == "nan"
    assert math.isnan(read(float, "nan"))


@pytest.mark.parametrize(
    ("annotation", "value", "plain"),
    [
        (bool, np.bool_(False), False),
        (float, np.float64(0.1), 0.1),
        (float, np.float64("inf"), "inf"),
        (str, ExitReason.STOP, "stop"),
        (str, 'a "name"\n\u2028\ud800', 'a "name"\n\u2028\ud800'),
        (Mapping[str, float], {'"': 1.0, "\u00e9": 2.0}, {'"': 1.0, "\u00e9": 2.0}),
        (tuple[float, ...], (), []),
    ],
    ids=str,
)
def test_what_is_like_a_plain_value_is_written_as_one(annotation, value, plain):
    assert json.loads(json.dumps(written(annotation, value))) == plain


@pytest.mark.parametrize(
    ("annotation", "plain", "words"),
    [
        (
            Pair,
            {"name": "A", "amount": "much"},
            "amount must be a number, or one of nan, inf, -inf; received 'much'",
        ),
        (Pair, {"name": "A", "amount": True}, "amount must be a number"),
        (Pair, {"name": "A", "amount": None}, "amount must be a number"),
        (Pair, {"name": 5}, "name must be a text; received 5"),
        (Pair, {"amount": 5.0}, "a Pair has a field 'name', which is not there"),
        (Pair, {"name": "A", "colour": "red"}, "a Pair has no field 'colour'"),
        (Pair, ["A"], r"a Pair must be an object; received \['A'\]"),
    ],
    ids=str,
)
def test_what_is_no_record_is_refused_by_name(annotation, plain, words):
    with pytest.raises(JournalError, match=words):
        read(annotation, plain)


@pytest.mark.parametrize(
    ("annotation", "plain", "words"),
    [
        (int, 5.0, "a whole number"),
        (int, True, "a whole number"),
        (bool, 1, "true or false"),
        (Tier, "HOT", "one of NORMAL, WARNING, CRITICAL, EMERGENCY"),
        (dt.datetime, "yesterday", "a date and time"),
        (dt.time, 930, "a time of day"),
        (tuple[float, ...], {}, "a list"),
        (Mapping[str, float], [], "an object"),
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_refused_with_what_it_should_be(annotation, plain, words):
    with pytest.raises(TypeError, match=words):
        read(annotation, plain)


def test_a_field_that_is_not_there_has_its_default():
    assert read(Pair, {"name": "A"}) == Pair("A", 1.0)


def test_a_field_may_be_left_out():
    codec = record_codec(Pair, "amount")
    assert codec.write(Pair("A", 5.0)) == {"name": "A"}
    assert codec.read({"name": "A"}) == Pair("A")


@pytest.mark.parametrize("annotation", [complex, tuple[int, str], list[int], float | str])
def test_a_type_without_a_way_is_an_error_when_the_codec_is_made(annotation):
    with pytest.raises((TypeError, ValueError)):
        codec_of(annotation)


@thorough
@given(value=st.floats())
def test_a_float_keeps_its_bits(value):
    again = read(float, json.loads(json.dumps(written(float, value), allow_nan=False)))
    has_same_bits = struct.pack("d", again) == struct.pack("d", value)
    assert has_same_bits or (math.isnan(value) and math.isnan(again))


@thorough
@given(value=st.builds(UnitTerms, *[st.floats()] * 5))
def test_a_record_of_floats_comes_back(value):
    codec = codec_of(UnitTerms)
    assert repr(codec.read(json.loads(json.dumps(codec.write(value), allow_nan=False)))) == repr(value)


@thorough
@given(decision=drawn_decisions)
def test_any_decision_comes_back_as_it_was(decision):
    codec, bare = record_codec(Decision, "profile"), dataclasses.replace(decision, profile=None)
    assert repr(codec.read(json.loads(json.dumps(codec.write(bare), allow_nan=False)))) == repr(bare)
