"""The worked examples, as data; BT_RISK_GOLDEN names further files of their shape (os.pathsep)."""

from __future__ import annotations

import json
import os
from math import isnan
from pathlib import Path

import pytest

from tests.golden.adapter import CALLS, ROOMS

# Cases held to be wrong, by id, each with its proof.
DISPUTED: dict[str, str] = {}

VARIABLE = "BT_RISK_GOLDEN"
OWN_FILE = Path(__file__).with_name("golden_cases.json")


def read_cases() -> list[dict]:
    further = [Path(path) for path in os.environ.get(VARIABLE, "").split(os.pathsep) if path]
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
    functions = [case["function"] for case in json.loads(OWN_FILE.read_text("utf-8"))["cases"]]
    assert len(functions) == 303
    assert sorted(set(functions)) == sorted(name for room in ROOMS for name in room.CALLS)


def test_further_files_of_cases_are_read_after_our_own(monkeypatch, tmp_path):
    paths = [tmp_path / "first.json", tmp_path / "second.json"]
    for path in paths:
        path.write_text(json.dumps({"cases": [{"id": path.stem}]}), "utf-8")
    monkeypatch.delenv(VARIABLE, raising=False)
    own = read_cases()
    monkeypatch.setenv(VARIABLE, os.pathsep.join(map(str, paths)))
    assert read_cases() == [*own, {"id": "first"}, {"id": "second"}]


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
