from __future__ import annotations

import numpy as np
import pytest
from matplotlib.dates import date2num

from bt_risk.rules.profile import MODERATE, UNCONTROLLED
from bt_risk.views.plots import heat_figure
from tests.views.frames import PROFILES, curves, days, emergencies
from tests.views.geometry import outside, overlapping, texts


def line(axes, label):
    return next(line for line in axes.get_lines() if line.get_label() == label)


@pytest.fixture(scope="module")
def heat():
    return curves()[2]


def test_every_profile_has_a_panel_with_its_heat(heat):
    panels = heat_figure(heat, PROFILES).axes
    assert len(panels) == len(PROFILES)
    for axes, profile in zip(panels, PROFILES, strict=True):
        assert line(axes, profile.name).get_ydata().tolist() == heat[profile.name].tolist()


def test_the_tiers_of_the_moderate_profile_are_drawn_at_nine_nine_and_a_half_and_ten_percent(heat):
    axes = heat_figure(heat[["moderate"]], [MODERATE]).axes[0]
    levels = {tier: line(axes, tier).get_ydata()[0] for tier in ("WARNING", "CRITICAL", "EMERGENCY")}
    assert levels == {"WARNING": pytest.approx(0.09), "CRITICAL": pytest.approx(0.095), "EMERGENCY": 0.10}
    band = next(patch for patch in axes.patches if patch.get_label() == "target band")
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((0.06, 0.08))


def test_the_tiers_and_the_band_are_labelled_with_their_values(heat):
    said = texts(heat_figure(heat[["moderate"]], [MODERATE]))
    assert {"EMERGENCY above 10 %", "CRITICAL from 9.5 %", "WARNING from 9 %", "target 6 to 8 %"} <= set(said)


def test_a_profile_without_a_limit_has_a_scale_of_its_own_and_no_levels(heat):
    *limited, unprotected, uncontrolled = heat_figure(heat, PROFILES).axes
    assert len({axes.get_ylim() for axes in limited}) == 1
    assert limited[0].get_ylim()[1] < 0.2
    for axes in (unprotected, uncontrolled):
        assert axes.get_ylim()[1] > 0.9
        assert {line.get_label() for line in axes.get_lines()} & {"WARNING", "CRITICAL", "EMERGENCY"} == set()


def test_emergencies_are_marked_at_their_bars_and_counted(heat):
    events = emergencies(("moderate", 20), ("moderate", 30), ("aggressive", 40))
    events.loc[len(events)] = {"profile": "moderate", "datetime": days(1)[0], "kind": "tier"}
    figure = heat_figure(heat, PROFILES, events)
    marks = line(figure.axes[1], "emergencies").get_xdata()
    assert marks.tolist() == date2num(days(31)[[20, 30]].to_numpy()).tolist()
    said = " ".join(texts(figure))
    assert "2 emergencies" in said
    assert "1 emergency" in said


def test_heat_above_the_limit_stays_inside_its_panel(heat):
    high = heat.copy()
    high.iloc[100, 0] = 0.31
    assert heat_figure(high, PROFILES).axes[0].get_ylim()[1] > 0.31


def test_infinite_heat_does_not_stretch_the_scale(heat):
    ruined = heat.copy()
    ruined.iloc[100, 0] = np.inf
    assert heat_figure(ruined, PROFILES).axes[0].get_ylim() == heat_figure(heat, PROFILES).axes[0].get_ylim()


def test_a_profile_that_never_traded_still_has_its_panel(heat):
    flat = heat[["uncontrolled"]] * 0.0
    assert heat_figure(flat, [UNCONTROLLED]).axes[0].get_ylim() == (0.0, 0.01)


@pytest.mark.parametrize(("width", "title"), [(10.0, "Portfolio heat"), (4.0, None)])
def test_no_text_overlaps_another_or_leaves_the_figure(heat, width, title):
    figure = heat_figure(heat, PROFILES, emergencies(("moderate", 20)), title=title, width=width)
    assert overlapping(figure) == []
    assert outside(figure) == []


def test_thinning_keeps_the_highest_heat(heat):
    high = heat.copy()
    high.iloc[137, 1] = 0.099
    thin = line(heat_figure(high, PROFILES, max_points=40).axes[1], "moderate").get_ydata()
    assert len(thin) <= 40
    assert thin.max() == max(high["moderate"])
