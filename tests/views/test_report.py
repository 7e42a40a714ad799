from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from bt_risk.rules.profile import CONSERVATIVE, MODERATE, UNCONTROLLED
from bt_risk.views.report import comparison_page
from bt_risk.views.report.logs import decision_log
from bt_risk.views.report.page import embedded_json
from tests.views.frames import PROFILES, decisions, emergencies, report

EVIL = "<script>alert('x')</script>&\"</script>"


@pytest.fixture(scope="module")
def page():
    return comparison_page(report())


def numbers_in(page):
    return json.loads(
        re.search(r'<script type="application/json" id="numbers">(.*?)</script>', page, re.DOTALL)[1]
    )


class Collector(HTMLParser):
    """Count elements, keep their attributes and check that they are nested rightly."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.attributes, self.count = [], [], [], {}
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.count[tag] = self.count.get(tag, 0) + 1
        self.attributes += attributes
        self.ids += [value for key, value in attributes if key == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_outside(page):
    assert re.search(r"https?://|//www\.|@import|url\((?!#)", page) is None
    for key, value in Collector(page).attributes:
        if key in ("src", "href", "xlink:href"):
            assert value.startswith("#")


def test_the_page_is_nested_rightly_and_no_id_is_used_twice(page):
    found = Collector(page)
    assert len(found.ids) == len(set(found.ids))
    assert found.count["h1"] == 1
    assert found.count["svg"] == 2


def test_the_same_run_gives_the_same_page(page):
    assert comparison_page(report()) == page


def test_the_page_fits_phones_and_both_themes(page):
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "prefers-color-scheme: dark" in page
    assert page.count('<div class="scroll"') == page.count("<table") == 4


def test_every_name_that_a_user_can_choose_is_escaped():
    profiles = [CONSERVATIVE.replace(name=EVIL), *PROFILES[1:]]
    hostile = report(
        profiles=profiles,
        title=EVIL,
        settings={EVIL: EVIL},
        failures={EVIL: EVIL},
        decisions=decisions(2, [EVIL], text=EVIL),
        events=emergencies((EVIL, 3)),
    )
    made = comparison_page(hostile)
    assert EVIL not in made
    assert "<script>alert" not in made
    assert Collector(made).count["script"] == 2
    assert EVIL in numbers_in(made)["equity"]


def test_the_raw_numbers_are_in_the_page():
    shown = report()
    numbers = numbers_in(comparison_page(shown))
    assert numbers["datetime"][0] == "2005-01-03"
    assert len(numbers["datetime"]) == 60
    assert numbers["equity"]["moderate"] == shown.equity["moderate"].round(2).tolist()
    assert numbers["heat"]["moderate"] == pytest.approx(shown.heat["moderate"].tolist(), abs=1e-6)
    assert numbers["table"]["moderate"]["max_drawdown"] == shown.table.loc["moderate", "max_drawdown"]
    assert numbers["table"]["uncontrolled"]["in_target_band"] is None


def test_bars_within_a_day_keep_their_time():
    shown = report()
    for frame in (shown.equity, shown.drawdown, shown.heat):
        frame.index = frame.index + pd.Timedelta(minutes=930)
    assert numbers_in(comparison_page(shown))["datetime"][0] == "2005-01-03T15:30:00"


def test_embedded_json_cannot_end_its_element():
    text = embedded_json({"a": "</script><!--", "b": float("inf"), "c": [float("nan"), 1.5]})
    assert "</" not in text
    assert "<!--" not in text
    assert json.loads(text) == {"a": "</script><!--", "b": None, "c": [None, 1.5]}


def test_the_table_sorts_by_numbers_and_not_by_their_texts(page):
    row = re.search(r'<table id="results".*?</table>', page, re.DOTALL)[0]
    assert 'data-order="0.12">12.0 %' in row
    assert 'data-order="">n/a' in row


def test_heat_is_defined_and_the_profiles_are_listed(page):
    assert "share of equity that is lost if every stop is hit" in page
    listed = re.search(r'<table id="profiles".*?</table>', page, re.DOTALL)[0]
    assert '<th scope="row">max heat</th><td class="number">8 %</td><td class="number">10 %</td>' in listed
    assert '<th scope="row">target heat</th><td class="number">4 to 6 %</td>' in listed


def test_a_baseline_is_explained_where_it_was_run(page):
    assert "takes the sizes of the moderate profile" in page
    assert "The uncontrolled run spends" in page
    alone = comparison_page(report(profiles=[MODERATE]))
    assert "takes the sizes" not in alone
    assert "uncontrolled run" not in alone


def test_failures_are_said_at_the_top():
    made = comparison_page(report(failures={"aggressive": "division by zero"}))
    assert '<p class="failure"><b>aggressive</b> did not finish: division by zero</p>' in made


def test_a_long_decision_log_shows_the_first_and_keeps_the_rest_for_searching():
    section = decision_log(decisions(50, ["moderate", "aggressive"]), most=20)
    assert "The first 20 of 100, in the order of the runs; searching and sorting reach all." in section
    numbers = re.findall(r'<td class="number" data-order="([\d.]+)">\d+</td><td>2005', section)
    assert [float(number) for number in numbers] == [*range(1, 21)]
    kept = json.loads(
        re.search(r'data-more="decisions" data-most="20">(.*?)</script>', section, re.DOTALL)[1]
    )
    assert len(kept["rows"]) == 80
    assert kept["rows"][-1][:2] == [["aggressive", None], ["50", 50.0]]


def test_requests_that_had_nothing_to_close_are_counted_and_left_out():
    frame = decisions(5)
    frame.loc[[1, 3], "outcome"] = "nothing"
    section = decision_log(frame)
    assert section.count("<tr>") == 4
    assert "All 3, in the order of the runs. 2 requests to close what was not open are left out." in section


def test_decisions_that_were_not_kept_are_counted_and_said():
    frame = decisions(30, ["moderate", "aggressive"])
    section = decision_log(frame[frame["number"] > 20])
    assert "All 20, in the order of the runs. 40 earlier decisions were not kept in memory." in section


def test_a_short_decision_log_is_shown_whole():
    section = decision_log(decisions(3))
    assert "All 3, in the order of the runs.</p>" in section
    assert section.count("<tr>") == 4


def test_a_decision_shows_its_numbers_and_leaves_undefined_ones_empty():
    section = decision_log(decisions(1))
    assert '<td class="number" data-order="18.5">18.50</td>' in section
    assert '<td class="number" data-order=""></td>' in section  # nothing wanted: the desk chose the size
    assert '<td class="number" data-order="0.0233">2.3 %</td>' in section


def test_a_run_without_decisions_or_events_says_that_there_were_none():
    made = comparison_page(report(decisions=decisions(0), events=emergencies()))
    assert made.count("There were none.") == 2


def test_profiles_without_a_limit_alone_make_a_page_too():
    assert "no limit" not in comparison_page(report(profiles=[MODERATE])).lower().split("<svg")[0]
    assert Collector(comparison_page(report(profiles=[UNCONTROLLED]))).count["svg"] == 2
