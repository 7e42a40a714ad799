"""The worked examples, as data; BT_RISK_GOLDEN names further files of their shape (os.pathsep)."""

from __future__ import annotations

import json
import os
from math import isnan
from pathlib import Path

import pytest

from tests.golden.adapter import CALLS

# Decisions and texts, of bt_risk.rules and bt_risk.views: their cases wait for an adapter.
BELONGS_TO_RULES = frozenset(
    {
        "breaker_sequence",
        "breaker_size",
        "can_open_position",
        "check_stop",
        "combined_size",
        "config_validate",
        "effective_config",
        "emergency_conditions",
        "evaluate_exit",
        "evaluate_position_risk",
        "format_heat_dashboard",
        "heat_actions",
        "heat_level",
        "heat_metrics",
        "monitor_position",
        "pre_trade_check",
        "reduce_heat_plan",
        "risk_alerts",
        "risk_level",
        "trailing_sequence",
        "validate_signal",
    }
)

# Cases held to be wrong, by id, each with its proof.
DISPUTED: dict[str, str] = {}

OWN_FILE = Path(__file__).with_name("golden_cases.json")


def read_cases() -> list[dict]:
    further = [Path(path) for path in os.environ.get("BT_RISK_GOLDEN", "").split(os.pathsep) if path]
    return [case for path in (OWN_FILE, *further) for case in json.loads(path.read_text("utf-8"))["cases"]]


CASES = read_cases()


def mismatches(found, expected, tolerance, where="value") -> list[str]:
    """Say where `found` differs from `expected`, which may be a part of it; null stands for NaN or None."""
    if isinstance(expected, dict):
        return [line for key in expected for line in mismatches(found[key], expected[key], tolerance, key)]
    if isinstance(expected, list):
        found = list(found)
        if len(found) != len(expected):
            return [f"{where}: {len(expected)} values expected, {len(found)} found"]
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for i, (a, b) in pairs for line in mismatches(a, b, tolerance, f"{where}[{i}]")]
    if expected is None:
        agrees = found is None or isnan(found)
    elif isinstance(expected, bool | str):
        agrees = found == expected and type(found) is type(expected)
    else:
        agrees = not isinstance(found, bool) and abs(found - expected) <= tolerance
    return [] if agrees else [f"{where}: {expected!r} expected, {found!r} found"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_api_agrees_with_the_worked_example(case):
    if case["function"] in BELONGS_TO_RULES:
        pytest.skip(f"{case['function']} is a rule without an adapter yet")
    inputs, expected = case["inputs"], case["expected"]
    found = CALLS[case["function"]](
        *inputs.get("args", ()), **{k: v for k, v in inputs.items() if k != "args"}
    )
    # A scalar and a list are wrapped as {"value": ...}; no function has a field of that name.
    wrong = mismatches({"value": found} if "value" in expected else found, expected, case["tolerance"])
    if case["id"] in DISPUTED:
        assert wrong, f"{case['id']} is disputed, but the API agrees with it"
    else:
        assert not wrong


def test_each_function_of_the_cases_has_one_place():
    functions = {case["function"] for case in json.loads(OWN_FILE.read_text("utf-8"))["cases"]}
    assert functions == CALLS.keys() | BELONGS_TO_RULES
    assert not CALLS.keys() & BELONGS_TO_RULES


def test_only_known_cases_are_disputed():
    assert DISPUTED.keys() <= {case["id"] for case in CASES}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1.0, 1.1),
        (True, 1),
        (1, True),
        (1.0, None),
        ("a", "b"),
        ([1.0], [1.0, 2.0]),
        ({"a": 1.0}, {"a": 2.0}),
    ],
)
def test_a_difference_is_noticed(found, expected):
    assert mismatches(found, expected, 1e-9)
