"""Every kind of event has its place in the list, and reads as the text it is."""

from __future__ import annotations

import ast
import datetime as dt
import json
from pathlib import Path

import pytest

import bt_risk
from bt_risk.rules.events import EventKind, RiskEvent

PACKAGE = Path(bt_risk.__file__).parent
TIME = dt.datetime(2024, 1, 2, 16)


def told_in(source: str) -> list[str]:
    """Return the kinds that a module names as the first argument of ``tell`` and ``Notice``."""
    tree = ast.parse(source)
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        kind = node.args[0]
        if called in ("tell", "Notice"):
            if isinstance(kind, ast.Constant):
                found.append(kind.value)
            elif isinstance(kind, ast.Name) and kind.id in named:
                found.append(named[kind.id])
    return found


def told() -> dict[str, list[str]]:
    """Return the kinds of each module that tells of any."""
    kinds = {
        path.relative_to(PACKAGE).as_posix(): told_in(path.read_text("utf-8"))
        for path in PACKAGE.rglob("*.py")
    }
    return {name: found for name, found in kinds.items() if found}


@pytest.mark.parametrize(
    ("module", "kinds"), told().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_kind_that_is_told_is_in_the_list(module, kinds):
    assert [kind for kind in kinds if kind not in tuple(EventKind)] == []


def test_the_search_finds_what_the_rules_and_the_desk_tell():
    kinds = {kind for found in told().values() for kind in found}
    assert {"tier", "margin", "daily_loss", "portfolio_drawdown", "correlation_spike", "price_spike"} <= kinds


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("desk.tell('tier', 'info', None, text)", ["tier"]),
        ("KIND = 'breaker'\ndef step():\n    return Notice(KIND, 'info', text)", ["breaker"]),
        ("desk.tell(notice.kind, notice.level, None, notice.text)", []),
        ("tell()", []),
    ],
)
def test_a_kind_is_found_where_it_is_written_or_named(source, kinds):
    assert told_in(source) == kinds


def test_a_kind_is_the_text_it_is_written_as():
    event = RiskEvent(TIME, EventKind.DAILY_LOSS, "warning", None, "the day lost 5 %")
    assert event.kind == "daily_loss"
    assert event == RiskEvent(TIME, "daily_loss", "warning", None, "the day lost 5 %")
    assert type(event.to_dict()["kind"]) is str
    assert json.loads(json.dumps(event.to_dict())) == {
        "datetime": "2024-01-02T16:00:00",
        "kind": "daily_loss",
        "level": "warning",
        "data": None,
        "text": "the day lost 5 %",
        "action": "none",
    }


def test_no_kind_is_listed_twice():
    assert len({kind.value for kind in EventKind}) == len(EventKind.__members__)
    assert all(kind.value == kind.name.lower() for kind in EventKind)
