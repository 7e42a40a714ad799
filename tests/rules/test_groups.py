"""The groups that a profile names, as the caps on exposure read them."""

from __future__ import annotations

from bt_risk.rules.groups import Groups, groups_of
from bt_risk.rules.profile import MODERATE
from tests.rules.entries import OPEN, book, decide

NAMED = OPEN.replace(
    groups={"A": "oil", "B": "oil", "C": "bank"}, limit_other=False, anchor="INDEX", betas={"A": 1.4}
)


def test_a_profile_that_names_no_groups_has_none():
    assert groups_of(MODERATE) == Groups()


def test_the_groups_are_those_of_the_profile():
    groups = groups_of(NAMED)
    assert groups == Groups({"A": "oil", "B": "oil", "C": "bank"}, False, "INDEX", {"A": 1.4})
    assert [groups.group(name) for name in ("A", "C", "X")] == ["oil", "bank", "other"]


def test_the_groups_of_a_profile_are_made_once():
    assert groups_of(NAMED) is groups_of(NAMED.replace())
    assert groups_of(NAMED.replace(anchor="OTHER")) is not groups_of(NAMED)


def test_the_caps_limit_by_the_groups_of_a_profile():
    held = {"values": {"B": 29_000.0, "INDEX": 11_000.0, "X": 90_000.0}}
    ruling = decide(held=book(**held, groups=groups_of(NAMED)), max_sector_exposure=0.30)
    assert (ruling.units, ruling.rule) == (10.0, "max_sector_exposure")
    moving = book(values={"INDEX": 11_000.0}, groups=groups_of(NAMED))
    ruling = decide(held=moving, max_correlated_exposure=0.25)
    assert (ruling.units, ruling.rule) == (
        100.0,
        "max_correlated_exposure",
    )  # (25 000 - 11 000) / (1.4 * 100)
