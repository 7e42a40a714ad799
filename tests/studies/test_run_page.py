"""The page of one run: complete, safe, the same from memory and from its folder."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from bt_risk import MODERATE, load_run, record_run
from bt_risk.studies.run_report import heat_by_instrument, run_report
from bt_risk.views.report import run_page
from bt_risk.views.report.markup import Cell, Column, listing
from tests.studies.frames import MARKETS, Periodic
from tests.views.test_report import EVIL, Collector, numbers_in

SECTIONS = [
    "overview",
    "account",
    "heat",
    "trades",
    "rules",
    "falls",
    "var",
    "diversification",
    "months",
    "decisions-log",
    "events-log",
    "profile",
]
POSITION = {
    **dict.fromkeys(("symbol", "side", "timestamp", "stop_type"), EVIL),
    **dict.fromkeys(("size", "entry_price", "current_price", "value", "unrealized_pnl", "open_risk"), 1.0),
    "stop": None,
    "target": None,
}


@pytest.fixture(scope="module")
def run():
    return record_run(Periodic, MARKETS, MODERATE.replace(max_positions=1), slippage=0.001)


@pytest.fixture(scope="module")
def page(run):
    return run_page(run_report(run))


def sections(page):
    return re.findall(r'<section id="([^"]+)">', page)


def test_every_section_is_there_and_linked_to(page):
    assert sections(page) == SECTIONS
    for name in SECTIONS:
        assert page.count(f'href="#{name}"') == 1


def test_a_saved_run_gives_the_same_bytes(run, page, tmp_path):
    run.save(tmp_path)
    assert load_run(tmp_path).to_html(tmp_path / "page.html").read_bytes() == page.encode()


def test_the_page_needs_nothing_from_outside(page):
    assert re.search(r"https?://|//www\.|@import|url\((?!#)", page) is None
    for key, value in Collector(page).attributes:
        if key in ("src", "href", "xlink:href"):
            assert value.startswith("#")


def test_the_page_is_nested_rightly_and_no_id_is_used_twice(page):
    found = Collector(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.count["h1"] == 1


def test_every_figure_has_a_drawing_for_a_desk_and_one_for_a_phone(page):
    # 160 bars are too few for a forecast of the value at risk, and its picture.
    assert page.count('class="wide"') == page.count('class="narrow"') == 7


def test_the_raw_numbers_are_in_the_page(run, page):
    numbers = numbers_in(page)
    assert numbers["equity"]["moderate"] == run.equity.round(2).tolist()
    assert numbers["analyses"]["drawdown"]["max_drawdown"] == run.analyses["drawdown"]["max_drawdown"]
    assert numbers["table"]["moderate"]["trades"] == len(run.trades)


def test_what_a_user_can_name_is_escaped(run):
    hostile = replace(
        run_report(run),
        title=EVIL,
        settings={EVIL: EVIL},
        profile=run.profile.replace(name=EVIL),
        dashboard=EVIL,
        tear_sheet=EVIL,
        trades=[replace(one, data=EVIL) for one in run.trades],
        decisions=run_report(run).decisions.assign(text=EVIL, rule=EVIL),
        events=run.events.assign(text=EVIL),
        analyses={
            **run.analyses,
            "account": {
                **run.analyses["account"],
                "timestamp": EVIL,
                "halt_state": {"halt_reasons": [EVIL], "breaker": EVIL},
                "alerts": [{"type": "heat", "message": EVIL}],
                "recommendations": [{"kind": "advice", "text": EVIL}],
                "position_metrics": {"positions": [POSITION]},
            },
            "decisions": {"rules": {EVIL: {**run.analyses["decisions"]["rules"]["risk_per_trade"]}}},
            "drawdown": {**run.analyses["drawdown"], "missing": {EVIL: EVIL}},
        },
    )
    made = run_page(hostile)
    assert EVIL not in made
    assert "<script>alert" not in made
    assert Collector(made).count["script"] == 2


def test_a_run_without_analyses_has_the_other_sections(run):
    bare = run_page(replace(run_report(run), analyses={}))
    missing = {"account", "rules", "falls", "var", "diversification"}
    assert sections(bare) == [name for name in SECTIONS if name not in missing]


def test_a_run_that_never_traded_and_has_no_limit_makes_a_page():
    idle = record_run(Periodic, MARKETS, "uncontrolled", params={"every": 1000})
    made = run_page(run_report(idle, tear_sheet="tear-sheet.html"))
    assert "No trade was closed." in made
    assert made.count("There were none.") == 2
    assert '<a href="tear-sheet.html">' in made


def test_the_heat_of_the_instruments_sums_to_the_open_heat(run):
    shares = heat_by_instrument(run)
    assert list(shares) == ["AAA"]  # the other was never held
    assert shares.sum(axis=1).tolist() == pytest.approx(run.account["open_heat"].tolist())


def test_rows_beyond_the_first_are_kept_for_searching_and_sorting():
    columns = [Column("name"), Column("number", is_number=True)]
    rows = [[Cell(f"</script>{n}"), Cell(f"{n}.0", n if n != 4 else float("nan"))] for n in range(5)]
    made = listing("list", "names", columns, rows, most=2)
    assert made.count("<tr>") == 3  # the head and two
    kept = json.loads(re.search(r'data-most="2">(.*?)</script>', made, re.DOTALL)[1])
    assert kept == {
        "numeric": [False, True],
        "rows": [
            [["</script>2", None], ["2.0", 2.0]],
            [["</script>3", None], ["3.0", 3.0]],
            [["</script>4", None], ["4.0", ""]],
        ],
    }
    assert "data-more" not in listing("list", "names", columns, rows, most=5)
