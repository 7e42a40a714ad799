from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.errors import BtRiskError
from bt_risk.maths.position_size import reduced_size
from bt_risk.rules.reduction import Cut, Protocol, plan_protocol, plan_reduction

BOOK = [("QQQ", 3600.0), ("TSLA", 2000.0), ("NVDA", 2000.0), ("AMZN", 4500.0)]


def plan(risks=BOOK, *, policy="highest_risk", untouchable=0.0, equity=100_000.0, max_heat=0.12):
    return plan_reduction(risks, untouchable=untouchable, equity=equity, max_heat=max_heat, policy=policy)


@pytest.mark.parametrize(
    ("policy", "cuts"),
    [
        ("highest_risk", [Cut("AMZN", 1.0)]),
        ("lowest_risk", [Cut("TSLA", 1.0)]),  # of two equal ones the first
        ("trim", [Cut("AMZN", 100 / 4500)]),
    ],
)
def test_a_hundred_over_the_limit_is_cut_by_each_policy(policy, cuts):
    # 12,100 at risk, 12,000 allowed
    assert plan(policy=policy) == [Cut(cut.key, pytest.approx(cut.share)) for cut in cuts]


def test_at_its_limit_nothing_is_cut():
    assert plan(max_heat=0.121) == []
    assert plan(max_heat=0.121 * (1 - 1e-12)) == []


def test_positions_go_one_after_the_other_until_the_rest_fits():
    assert plan(max_heat=0.05) == [Cut("AMZN", 1.0), Cut("QQQ", 1.0)]
    assert plan(max_heat=0.05, policy="lowest_risk") == [
        Cut("TSLA", 1.0),
        Cut("NVDA", 1.0),
        Cut("QQQ", 1.0),
    ]
    trimmed = plan(max_heat=0.06, policy="trim")
    assert trimmed == [Cut("AMZN", 1.0), Cut("QQQ", pytest.approx(1600 / 3600))]


def test_an_account_of_pennies_is_reduced_like_any_other():
    # 1 % of 50 is a limit of 0.50
    pennies = [("A", 0.75), ("B", 0.25), ("SAFE", 0.0)]
    assert plan(pennies, equity=50.0, max_heat=0.01) == [Cut("A", 1.0)]
    assert plan(pennies, equity=50.0, max_heat=0.01, policy="trim") == [Cut("A", pytest.approx(2 / 3))]
    assert plan(pennies[1:], equity=50.0, max_heat=0.01) == []


def test_risk_that_cannot_be_cut_takes_room_from_the_others():
    assert plan([("A", 1000.0)], untouchable=11_500.0) == [Cut("A", 1.0)]


def test_a_position_without_risk_is_cut_only_when_the_account_is_lost():
    free = [*BOOK, ("SAFE", 0.0)]
    assert Cut("SAFE", 1.0) not in plan(free, max_heat=0.0001)
    assert {cut.key for cut in plan(free, equity=0.0)} == {"QQQ", "TSLA", "NVDA", "AMZN", "SAFE"}
    assert {cut.share for cut in plan(free, equity=-5.0, policy="trim")} == {1.0}


def test_close_all_and_close_positions_close_whole_positions():
    assert plan_protocol("close_all", BOOK) == [Cut(key, 1.0) for key, _ in BOOK]
    assert plan_protocol(Protocol.CLOSE_POSITIONS, BOOK, keys=["AMZN", "QQQ"]) == [
        Cut("QQQ", 1.0),
        Cut("AMZN", 1.0),
    ]
    assert plan_protocol("close_positions", BOOK) == []


def test_reduce_positions_halves_every_size():
    cuts = plan_protocol("reduce_positions", [("A", 1.0), ("B", 1.0), ("C", 1.0)])
    kept = [reduced_size(size, 1 - cut.share, lot=0) for size, cut in zip([1.0, 0.4, 100], cuts, strict=True)]
    assert kept == [0.5, 0.2, 50]
    assert plan_protocol("reduce_positions", BOOK, keys=["TSLA"], share=0.25) == [Cut("TSLA", 0.25)]
    assert plan_protocol("reduce_positions", BOOK, share=1.0) == plan_protocol("close_all", BOOK)


def test_redistribution_leaves_no_position_above_the_mean_risk():
    # the mean is 3,025: QQQ and AMZN are above it
    cuts = plan_protocol("redistribute_positions", BOOK)
    assert [cut.key for cut in cuts] == ["QQQ", "AMZN"]
    risks = dict(BOOK)
    assert [risks[cut.key] * (1 - cut.share) for cut in cuts] == pytest.approx([3025, 3025])
    assert plan_protocol("redistribute_positions", []) == []
    assert plan_protocol("redistribute_positions", [("A", 5.0), ("B", 5.0)]) == []
    assert plan_protocol("redistribute_positions", [("A", 5.0)]) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("close_some", BOOK), "protocol must be one of close_all, close_positions"),
        (("reduce_positions", BOOK, {"share": 50}), r"share must be a fraction in \(0, 1\], e.g. 0.5"),
        (("reduce_positions", BOOK, {"share": 0.0}), "share must be a fraction"),
        (("reduce_positions", BOOK, {"share": 1.01}), "share must be a fraction"),
        (("close_positions", BOOK, {"keys": ["IBM"]}), r"keys must be open positions, e.g. \['QQQ'"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(arguments, message):
    protocol, risks, options = (*arguments, {})[:3]
    with pytest.raises(BtRiskError, match=message):
        plan_protocol(protocol, risks, **options)


risks = st.lists(st.one_of(st.floats(0, 1e5), st.just(0.0)), max_size=8).map(lambda r: list(enumerate(r)))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    risks=risks,
    untouchable=st.floats(0, 1e4),
    equity=st.floats(-1e4, 1e6),
    max_heat=st.floats(0.001, 0.5),
    policy=st.sampled_from(["highest_risk", "lowest_risk", "trim"]),
)
def test_after_the_plan_the_heat_is_within_its_limit_or_all_risk_is_gone(
    risks, untouchable, equity, max_heat, policy
):
    cuts = plan(risks, untouchable=untouchable, equity=equity, max_heat=max_heat, policy=policy)
    left = dict(risks)
    for cut in cuts:
        assert 0.0 < cut.share <= 1.0
        left[cut.key] *= 1.0 - cut.share
    limit = max_heat * max(equity, 0.0)
    total = untouchable + sum(left.values())
    assert total <= limit * (1 + 1e-9) + 1e-6 or sum(left.values()) <= 1e-6


@settings(derandomize=True, max_examples=150, deadline=None)
@given(protocol=st.sampled_from(list(Protocol)), risks=risks, share=st.floats(0.01, 1))
def test_no_protocol_enlarges_a_position(protocol, risks, share):
    cuts = plan_protocol(protocol, risks, share=share)
    assert len({cut.key for cut in cuts}) == len(cuts) <= len(risks)
    assert all(0.0 < cut.share <= 1.0 for cut in cuts)
