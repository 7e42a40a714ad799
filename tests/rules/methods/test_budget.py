import pytest

from tests.rules.entries import book, decide, request, units_of

BAND = {"allocation": "target_heat", "target_heat": (0.04, 0.06), "max_heat": 0.10}


def test_one_percent_of_equity_is_lost_at_the_stop():
    assert decide().units == 200.0


def test_a_risk_in_money_replaces_the_share():
    assert decide(risk_money=250.0).units == 50.0
    assert decide(risk_money=250.0, risk_per_trade=None).units == 50.0


def test_both_commissions_count_as_risk():
    assert decide(request(costs=0.25)).units == 181.0  # 1000 / 5.5


@pytest.mark.parametrize(
    ("open_risk", "reserved_risk", "units"),
    [(0, 0, 200), (5_000, 0, 200), (4_000, 1_500, 100), (5_999, 0, 0)],
)
def test_a_size_of_our_own_stays_below_the_upper_edge_of_the_band(open_risk, reserved_risk, units):
    ruling = decide(held=book(open_risk=open_risk, reserved_risk=reserved_risk), **BAND)
    assert (ruling.units, ruling.rule) == (units, "risk_per_trade")


@pytest.mark.parametrize("own", [{"has_own_stop": True}, {"wanted": 500.0}])
def test_an_own_stop_or_size_may_use_the_room_up_to_the_limit(own):
    ruling = decide(request(**own), held=book(open_risk=9_500.0), **BAND)
    assert (ruling.units, ruling.rule) == (100.0, "max_heat")


def test_the_band_is_not_asked_by_a_single_trades_allocation():
    assert decide(held=book(open_risk=5_900.0), **{**BAND, "allocation": "risk_per_trade"}).units == 200.0


def test_equal_heat_splits_the_upper_edge_over_the_positions():
    split = {**BAND, "allocation": "equal_heat", "max_positions": 3}
    assert decide(**split).units == 400.0  # 6 % / 3 = 2 %, whatever risk_per_trade says
    assert decide(held=book(open_risk=5_000.0), **split).units == 200.0  # 1 % is left


@pytest.mark.parametrize(("word", "units"), [("high", 400), ("medium", 200), ("low", 100)])
def test_conviction_multiplies_the_risk(word, units):
    assert decide(request(conviction=word), allocation="conviction").units == units


def test_the_profile_sets_the_multipliers_of_conviction():
    assert decide(request(conviction="high"), allocation="conviction", conviction_high=3.0).units == 600.0


def test_conviction_fits_into_the_heat_that_is_left():
    held = book(open_risk=5_000.0)
    assert (
        decide(request(conviction="high"), held=held, **{**BAND, "allocation": "conviction"}).units == 200.0
    )


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (None, "allocation 'conviction' needs buy(conviction=...) or a conviction(data) method"),
        ("hgih", "conviction must be one of high, medium, low; received 'hgih'"),
    ],
)
def test_no_usable_conviction_is_no_proposal(word, reason):
    ruling = decide(request(conviction=word), allocation="conviction")
    assert (ruling.units, ruling.rule) == (0.0, "sizing")
    assert ruling.text == f"no method proposes a size yet: {reason}"
    assert ruling.missing == (reason,)


@pytest.mark.parametrize(
    ("volatility", "units"), [(0.10, 200), (0.20, 200), (0.2001, 150), (0.30, 150), (0.3001, 100)]
)
def test_a_volatility_tier_holds_strictly_above_its_threshold(volatility, units):
    tiers = ((0.30, 0.5), (0.20, 0.75))
    assert decide(request(annual_volatility=volatility), volatility_tiers=tiers).units == units


def test_a_volatility_tier_scales_an_equal_share_too():
    split = {**BAND, "allocation": "equal_heat", "max_positions": 3, "volatility_tiers": ((0.20, 0.75),)}
    assert decide(request(annual_volatility=0.25), **split).units == 300.0


def test_an_unknown_volatility_is_no_proposal_where_tiers_ask_for_it():
    ruling = decide(volatility_tiers=((0.30, 0.5),))
    assert ruling.missing == ("volatility_tiers needs the annualised volatility, which is not known yet",)
    assert units_of(ruling) == {}
