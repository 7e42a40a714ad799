from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from bt_risk import MODERATE, StrategyError, compare_profiles
from bt_risk.studies import run_all
from bt_risk.studies.summary import summarise
from bt_risk.views.metrics import METRICS
from tests.studies.frames import MARKETS, AlwaysFails, FailsWhenAggressive, Periodic, Plain, prices

ORDER = ["conservative", "moderate", "aggressive", "moderate without stops", "uncontrolled"]
FRAMES = ("table", "equity", "heat", "drawdown", "tiers", "decisions", "events")


@pytest.fixture(scope="module")
def compared():
    return compare_profiles(Periodic, MARKETS)


def same(one, other):
    return all(getattr(one, name).equals(getattr(other, name)) for name in FRAMES)


def test_the_rows_are_the_profiles_in_order_and_then_the_baselines(compared):
    assert list(compared.table.index) == ORDER
    assert list(compared.table.columns) == [metric.key for metric in METRICS]
    assert [profile.name for profile in compared.profiles] == ORDER
    for frame in (compared.equity, compared.heat, compared.drawdown, compared.tiers):
        assert list(frame.columns) == ORDER
        assert frame.index.equals(MARKETS["AAA"].index.rename("datetime"))
        assert not frame.isna().any().any()


def test_equity_starts_at_the_start_cash(compared):
    assert compared.equity.iloc[0].tolist() == [100_000.0] * 5
    assert (
        compare_profiles(Periodic, MARKETS, ["moderate"], baselines=False, cash=25_000).equity.iloc[0, 0]
        == 25_000.0
    )


def test_drawdown_is_the_fall_of_the_equity_from_its_peak(compared):
    expected = 1 - compared.equity / compared.equity.cummax()
    pd.testing.assert_frame_equal(compared.drawdown, expected, check_names=False)
    assert compared.table["max_drawdown"].tolist() == compared.drawdown.max().tolist()


def test_the_table_agrees_with_the_curves_and_the_decisions(compared):
    last = compared.equity.iloc[-1]
    assert compared.table["total_return"].tolist() == (last / 100_000.0 - 1).tolist()
    assert compared.table["peak_heat"].tolist() == compared.heat.max().tolist()
    denied = compared.decisions.query("outcome == 'denied'").groupby("profile").size()
    assert compared.table["denied"].to_dict() == {name: denied.get(name, 0) for name in ORDER}


class Forgetful(Periodic):
    def start(self):
        self.bt_risk.keep_decisions(2)


def test_a_strategy_that_keeps_few_decisions_is_compared_by_all_of_them(compared, tmp_path):
    forgetful = compare_profiles(Forgetful, MARKETS)
    pd.testing.assert_frame_equal(forgetful.table, compared.table)
    assert forgetful.decisions.groupby("profile").size().to_dict() == dict.fromkeys(ORDER, 2)
    forgotten = len(compared.decisions) - 2 * len(ORDER)
    page = forgetful.to_html(tmp_path / "report.html").read_text("utf-8")
    assert f" {forgotten:,} earlier decisions were not kept in memory." in page
    assert len(forgetful.to_csv(tmp_path)) == 6


class Eager(Plain):
    keep = None

    def start(self):
        self.bt_risk.keep_decisions(self.keep)

    def next(self):
        for data in self.datas:
            self.buy(data)


class EagerAndForgetful(Eager):
    keep = 2


def test_denials_that_are_not_in_memory_any_more_are_counted():
    whole, forgetful = (
        compare_profiles(strategy, MARKETS, ["moderate"], baselines=False)
        for strategy in (Eager, EagerAndForgetful)
    )
    denied = whole.decisions["outcome"].eq("denied").sum()
    assert forgetful.table.loc["moderate", "denied"] == whole.table.loc["moderate", "denied"] == denied > 100
    reduced = whole.decisions["outcome"].eq("reduced").sum()
    assert forgetful.table.loc["moderate", "reduced"] == whole.table.loc["moderate", "reduced"] == reduced


def test_the_target_band_is_undefined_for_profiles_without_one(compared):
    band = compared.table["in_target_band"]
    assert band[["moderate without stops", "uncontrolled"]].isna().all()
    heat = compared.heat["moderate"]
    assert band["moderate"] == ((heat >= 0.06) & (heat <= 0.08)).mean()


def test_heat_stays_within_its_limit_where_there_is_one(compared):
    for profile in compared.profiles:
        if profile.max_heat is not None:
            assert 0.0 < compared.heat[profile.name].max() <= profile.max_heat


def test_round_trips_are_counted_when_they_are_closed():
    one = compare_profiles(Periodic, {"AAA": MARKETS["AAA"]}, ["uncontrolled"], baselines=False)
    # Bought on bars 20, 40 ... 140 and closed ten bars later; what is bought on bar 160 is never filled.
    assert one.table["trades"].tolist() == [7]


def test_a_comparison_is_the_same_every_time_and_in_several_processes(compared):
    assert same(compared, compare_profiles(Periodic, MARKETS))
    assert same(compared, compare_profiles(Periodic, MARKETS, jobs=2))


def test_a_plain_strategy_is_guarded(compared):
    guarded = compare_profiles(Plain, MARKETS)
    assert same(compared, guarded)


def test_prices_may_be_frames_paths_or_names(tmp_path):
    path = tmp_path / "AAA.csv"
    MARKETS["AAA"].to_csv(path)
    by_frame = compare_profiles(Periodic, {"AAA": MARKETS["AAA"]}, ["moderate"], baselines=False)
    by_path = compare_profiles(Periodic, {"AAA": path}, ["moderate"], baselines=False)
    by_list = compare_profiles(Periodic, [path], ["moderate"], baselines=False)
    assert same(by_frame, by_path)
    assert same(by_frame, by_list)
    named = compare_profiles(
        Periodic, "IBM", "moderate", baselines=False, start="2005-01-03", end="2005-03-31"
    )
    assert named.settings["data"] == "IBM"


def test_dates_cut_the_prices_at_both_ends_inclusive():
    cut = compare_profiles(
        Periodic, MARKETS, ["moderate"], baselines=False, start="2005-02-01", end="2005-04-29"
    )
    assert cut.equity.index[0] == pd.Timestamp("2005-02-01")
    assert cut.equity.index[-1] == pd.Timestamp("2005-04-29")


def test_profiles_may_be_named_made_or_described():
    mine = MODERATE.replace(name="mine", max_positions=1)
    found = compare_profiles(
        Periodic, MARKETS, ["moderate", mine, {"base": "moderate", "name": "described", "max_positions": 1}]
    )
    assert list(found.table.index) == [
        "moderate",
        "mine",
        "described",
        "moderate without stops",
        "uncontrolled",
    ]
    assert found.equity["mine"].equals(found.equity["described"].rename("mine"))
    assert not found.equity["mine"].equals(found.equity["moderate"].rename("mine"))


def test_a_baseline_that_is_asked_for_runs_once():
    found = compare_profiles(Periodic, MARKETS, ["uncontrolled"])
    assert list(found.table.index) == ["uncontrolled", "moderate without stops"]


def test_costs_lower_the_result():
    free = compare_profiles(Periodic, MARKETS, "uncontrolled", baselines=False, commission=0.0)
    costly = compare_profiles(Periodic, MARKETS, "uncontrolled", baselines=False, commission=0.01)
    slipped = compare_profiles(
        Periodic, MARKETS, "uncontrolled", baselines=False, commission=0.0, slippage=0.01
    )
    assert free.equity.iloc[-1, 0] > costly.equity.iloc[-1, 0]
    assert free.equity.iloc[-1, 0] > slipped.equity.iloc[-1, 0]


def test_parameters_reach_the_strategy_and_the_settings():
    found = compare_profiles(Periodic, MARKETS, "moderate", baselines=False, params={"every": 40})
    assert found.settings["parameters"] == "every 40"
    assert (
        found.table["trades"].iloc[0]
        < compare_profiles(Periodic, MARKETS, "moderate", baselines=False).table["trades"].iloc[0]
    )


def test_a_run_that_fails_leaves_the_others_their_results(compared):
    found = compare_profiles(FailsWhenAggressive, MARKETS)
    assert list(found.failures) == ["aggressive"]
    assert found.failures["aggressive"].startswith(
        "ZeroDivisionError: the strategy divides by zero (frames.py, line "
    )
    others = [name for name in ORDER if name != "aggressive"]
    assert list(found.table.index) == others
    assert found.equity.equals(compared.equity[others])
    assert set(found.decisions["profile"]) == set(others)


def test_a_strategy_that_always_fails_is_an_error():
    with pytest.raises(StrategyError, match="no run came to its end; conservative: KeyError: 'missing' "):
        compare_profiles(AlwaysFails, MARKETS)


def test_orders_are_not_kept_because_their_numbers_differ_from_run_to_run(compared):
    assert "order" not in compared.decisions.columns
    assert list(compared.decisions.columns)[:4] == ["profile", "number", "datetime", "data"]


def test_several_jobs_without_joblib_name_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(ValueError, match=r"jobs > 1 needs joblib: pip install 'bt-risk\[parallel\]'"):
        compare_profiles(Periodic, MARKETS, jobs=2)


def test_one_job_needs_no_joblib(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    assert not compare_profiles(Periodic, MARKETS, "moderate", baselines=False).failures


def test_progress_is_shown_on_stderr_only_when_asked_for(capsys):
    compare_profiles(Periodic, MARKETS, "moderate", baselines=False)
    assert capsys.readouterr() == ("", "")
    compare_profiles(Periodic, MARKETS, "moderate", baselines=False, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "1/1" in shown.err


def test_answers_come_back_in_the_order_of_the_questions(monkeypatch):
    monkeypatch.setattr(run_all, "run_profile", lambda spec: {"echo": spec["n"]})
    assert run_all.run_all([{"n": n} for n in range(4)], 1, False) == [{"echo": n} for n in range(4)]


def test_a_strategy_of_a_script_keeps_its_parameters_in_other_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import backtrader as bt\n"
        "from bt_risk import compare_profiles\n"
        "from tests.studies.frames import MARKETS, Periodic\n"
        "class Mine(bt.Strategy):\n"
        "    params = dict(every=20)\n"
        "    next = Periodic.next\n"
        "if __name__ == '__main__':\n"
        "    one, two = (compare_profiles(Mine, MARKETS, params={'every': 10}, jobs=n) for n in (1, 2))\n"
        "    assert not two.failures, two.failures\n"
        "    assert one.decisions.equals(two.decisions)\n"
        "    assert len(one.decisions) > 20\n"
    )
    subprocess.run([sys.executable, str(script)], check=True, env={"PYTHONPATH": ".", "PATH": ""})


def test_the_result_cannot_be_changed_by_accident(compared):
    with pytest.raises(dataclasses.FrozenInstanceError):
        compared.table = None


def test_metrics_of_a_curve_that_a_reader_can_redo():
    # 100 -> 120 -> 90 -> 126 in one-year steps: the trough is 30 under a peak of 120.
    equity = pd.Series([100.0, 120.0, 90.0, 126.0], index=pd.to_datetime(["2000", "2001", "2002", "2003"]))
    heat = pd.Series([0.0, 0.06, 0.08, 0.081])
    row = summarise(equity, heat, MODERATE, cash=100.0, trades=2)
    years = (equity.index[-1] - equity.index[0]).days / 365.25
    assert row["total_return"] == pytest.approx(0.26)
    assert row["cagr"] == pytest.approx(1.26 ** (1 / years) - 1)
    assert row["max_drawdown"] == pytest.approx(0.25)
    assert row["volatility"] == pytest.approx(np.std([0.2, -0.25, 0.4], ddof=1) * np.sqrt(3 / years))
    assert row["mean_heat"] == pytest.approx(0.05525)
    assert row["peak_heat"] == 0.081
    assert row["in_target_band"] == 0.5  # its edges are inside
    assert row["trades"] == 2


def test_a_single_bar_leaves_the_yearly_metrics_undefined():
    found = compare_profiles(Periodic, {"AAA": prices(1, bars=1)}, "moderate", baselines=False)
    assert found.table[["cagr", "volatility", "sharpe"]].isna().all().all()
    assert found.table["total_return"].tolist() == [0.0]
