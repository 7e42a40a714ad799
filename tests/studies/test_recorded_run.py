"""A run that is kept: what is in it, and that a folder gives back the same."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from bt_risk import MODERATE, BtRiskError, StrategyError, load_run, record_run
from bt_risk.rules.journal import replay
from bt_risk.studies.compare import compare_profiles
from tests.studies.frames import MARKETS, AlwaysFails, Averaged, Periodic, Plain, Turns


@pytest.fixture(scope="module")
def run():
    return record_run(Periodic, MARKETS, MODERATE.replace(max_positions=1), slippage=0.001)


@pytest.fixture
def folder(run, tmp_path):
    run.save(tmp_path / "run")
    return tmp_path / "run"


def test_a_run_is_the_one_that_a_comparison_makes(run):
    compared = compare_profiles(
        Periodic, MARKETS, [MODERATE.replace(max_positions=1)], baselines=False, slippage=0.001
    )
    (_, row), *_ = compared.table.iterrows()
    assert run.summary == pytest.approx(row.to_dict(), nan_ok=True)
    assert run.equity.tolist() == compared.equity["moderate"].tolist()
    assert len(run.decisions) == len(compared.decisions)


def test_the_risks_of_the_book_are_the_open_heat_of_every_bar(run):
    shares = run.book.groupby("datetime")["risk"].sum().reindex(run.account.index, fill_value=0.0)
    assert (shares / run.equity).tolist() == pytest.approx(run.account["open_heat"].tolist())
    assert run.book.groupby("datetime").size().max() == run.account["positions"].max() == 1


def test_a_strategy_that_knows_no_desk_is_guarded(run):
    plain = record_run(Plain, MARKETS, MODERATE.replace(max_positions=1), slippage=0.001)
    assert plain.equity.tolist() == run.equity.tolist()


def test_a_folder_gives_back_the_same_run(run, folder):
    back = load_run(folder)
    for name in ("account", "book", "events", "forecasts"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(run, name), check_freq=False)
    for name, frame in run.prices.items():
        pd.testing.assert_frame_equal(back.prices[name], frame, check_names=False, check_freq=False)
    for name in (
        "title",
        "settings",
        "profile",
        "cash",
        "decisions",
        "trades",
        "open_trades",
        "round_trips",
        "outcomes",
    ):
        assert getattr(back, name) == getattr(run, name), name
    assert back.dashboard() == run.dashboard()


def test_a_run_is_drawn_with_its_name_and_the_same_from_its_folder(run, folder, tmp_path):
    drawn = [one.plot(tmp_path / f"{name}.svg") for name, one in (("run", run), ("read", load_run(folder)))]
    assert run.title in [text.get_text() for text in drawn[0].texts]
    assert (tmp_path / "run.svg").read_bytes() == (tmp_path / "read.svg").read_bytes()


def test_a_run_that_was_read_is_written_as_the_same_bytes(folder, tmp_path):
    load_run(folder).save(tmp_path / "again")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_decisions_of_a_folder_can_be_decided_again(folder):
    assert replay(folder / "decisions.jsonl").is_exact


def test_orders_count_from_one_however_many_runs_a_process_has_made(run):
    assert min(one.order for one in run.decisions if one.order is not None) == 1


def test_a_run_without_a_position_has_an_empty_book(tmp_path):
    idle = record_run(Periodic, MARKETS, params={"every": 1000})
    idle.save(tmp_path)
    assert load_run(tmp_path).book.empty
    assert load_run(tmp_path).dashboard() == idle.dashboard()


def test_a_strategy_that_raises_is_named_with_the_place():
    with pytest.raises(
        StrategyError, match=r"did not come to its end: KeyError: 'missing' \(frames.py, line"
    ):
        record_run(AlwaysFails, MARKETS)


def test_an_error_in_a_library_is_told_with_the_place_in_the_users_file_that_led_to_it():
    with pytest.raises(StrategyError, match=r"TypeError: .* \(frames.py, line \d+\)$"):
        record_run(Averaged, MARKETS, params={"period": "ten"})


def test_fewer_bars_than_an_indicator_needs_are_named_as_the_cause():
    few = {name: frame.iloc[:4] for name, frame in MARKETS.items()}
    with pytest.raises(
        StrategyError, match=r"\(basicops.py, line \d+\); there may be fewer bars than an indicator"
    ):
        record_run(Averaged, few)


def test_a_folder_without_a_run_says_how_to_make_one(tmp_path):
    with pytest.raises(
        BtRiskError, match=r"must hold a saved run, e.g. one of 'bt-risk run --out .*no run.json"
    ):
        load_run(tmp_path)


def test_a_file_that_is_missing_is_named(folder):
    (folder / "book.csv").unlink()
    with pytest.raises(BtRiskError, match=r"without its book.csv"):
        load_run(folder)


@pytest.mark.parametrize("name", ["decisions.jsonl", "trades.jsonl", "account.csv", "prices.csv", "book.csv"])
def test_half_a_file_makes_no_run_that_looks_whole(folder, name):
    path = folder / name
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    rows = len(lines) - 1
    said = rf"whose {name} is damaged: it must have {rows} rows, as run.json says; received {rows - 1}"
    with pytest.raises(BtRiskError, match=said):
        load_run(folder)
    path.write_bytes(b"\n" if name.endswith(".csv") else b"".join(lines)[:-40])
    with pytest.raises(BtRiskError, match=rf"whose {name} is damaged: "):
        load_run(folder)


def test_a_run_that_was_saved_without_its_rows_is_read(run, folder):
    header = json.loads((folder / "run.json").read_text())
    del header["rows"]
    (folder / "run.json").write_text(json.dumps(header))
    assert load_run(folder).decisions == run.decisions


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 2}, "version must be 1; received 2"),
        ({"format": "something"}, "is no file of a saved run"),
        ({"cash": None, "profile": {"name": "x", "max_heat": "hot"}}, "max_heat"),
        ({"settings": ...}, "damaged: 'settings'"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(folder, change, message):
    path = folder / "run.json"
    header = {**json.loads(path.read_text()), **change}
    path.write_text(json.dumps({key: value for key, value in header.items() if value is not ...}))
    with pytest.raises(BtRiskError, match=message):
        load_run(folder)


def test_every_decision_that_traded_leads_to_its_trade(run):
    for trade in run.trades:
        assert run.trade_of(trade.decision) == trade.number
    left = [one for one in run.decisions if one.kind == "exit" and one.given]
    assert left
    told = [run.explain_decision(one.number).story.trade for one in left]
    assert all(trade.opened <= one.datetime <= trade.closed for one, trade in zip(left, told, strict=True))


def test_a_decision_that_denied_leads_to_no_trade(run):
    for denied in (one for one in run.decisions if one.outcome == "denied"):
        assert run.explain_decision(denied.number).story is None
    assert str(run.explain_decision(denied.number)).endswith("no trade came of it")


@pytest.mark.parametrize("changes", [{}, {"ladder": ((0.5, 0.5),)}, {"trail": "none", "break_even": 0.5}])
def test_no_bar_that_a_trade_outlived_had_touched_the_stop_that_is_shown(changes):
    # An off-by-one in the stops of a story would show a level that the bar must have hit.
    kept = record_run(Turns, MARKETS, MODERATE.replace(name="turns", atr_stop=1.0, trail_atr=1.0, **changes))
    outlived = 0
    for trade in kept.trades:
        bars = kept.explain_trade(trade.number).bars
        inside = bars[(bars.index >= trade.opened) & (bars.index < trade.closed)]
        assert inside["stop"].notna().all()
        beyond = inside["low"] <= inside["stop"] if trade.is_long else inside["high"] >= inside["stop"]
        assert not beyond.any(), trade.number
        outlived += len(inside)
        if trade.reason in ("stop", "trail", "break_even"):
            last = bars.loc[trade.closed]
            assert last["low"] <= last["stop"] if trade.is_long else last["high"] >= last["stop"]
    assert outlived > 40
    assert {"long", "short"} == {trade.side for trade in kept.trades}
