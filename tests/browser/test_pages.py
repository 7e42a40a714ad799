"""The pages in a browser: sorting by mouse and keyboard, searching, themes, phones, and no request to anywhere."""

from __future__ import annotations

import pytest

from bt_risk import MODERATE, record_run
from bt_risk.views.report import comparison_page
from bt_risk.views.report.markup import Cell, Column, listing, section
from bt_risk.views.report.page import fill_page
from tests.studies.frames import MARKETS, Periodic
from tests.views.frames import report

SIZES = {"desk": 1280, "phone": 390}
SHOWN = "[...document.querySelectorAll('#{0} tbody tr')].map(row => row.cells[{1}].textContent)"


def column(page, table, number):
    return page.ask(SHOWN.format(table, number))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return the path of a run's page."""
    made = record_run(Periodic, MARKETS, MODERATE)
    return made.to_html(tmp_path_factory.mktemp("run") / "run.html")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Return the path of a comparison's page."""
    path = tmp_path_factory.mktemp("compared") / "compared.html"
    path.write_text(comparison_page(report()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """Return the path of a page with a list of 30 rows, of which 10 are shown."""
    columns = [Column("name"), Column("size", is_number=True)]
    rows = [[Cell(f"row {n} {'odd' if n % 2 else 'even'}"), Cell(f"{n}", float(-n))] for n in range(30)]
    rows[5][1] = Cell("", float("nan"))
    body = section("rows", "Rows", "", listing("list", "rows", columns, rows, most=10))
    numbers = {"datetime": [], "equity": {}}
    path = tmp_path_factory.mktemp("long") / "long.html"
    path.write_text(fill_page(title="Rows", body=body, numbers=numbers), encoding="utf-8")
    return path


@pytest.fixture
def quiet(browser):
    """Give a way to open pages; in the end none of them may have raised an error or asked for an address."""
    opened = []

    def open_page(path, **options):
        opened.append(browser.page(path, **options))
        return opened[-1]

    yield open_page
    for page in opened:
        assert page.told("Runtime.exceptionThrown") == []
        assert [one["entry"] for one in page.told("Log.entryAdded")] == []
        asked = {one["request"]["url"].split(":")[0] for one in page.told("Network.requestWillBeSent")}
        assert asked <= {"file", "about"}


def test_a_click_on_a_heading_sorts_by_number_and_a_second_one_turns_the_order(quiet, run):
    page = quiet(run)
    before = [float(text.replace(",", "")) for text in column(page, "trade-list", 10)]
    page.click("#trade-list th:nth-child(11) button")
    rising = [float(text.replace(",", "")) for text in column(page, "trade-list", 10)]
    assert rising == sorted(before) != before
    assert page.ask("document.querySelector('#trade-list th:nth-child(11)').ariaSort") == "ascending"
    page.click("#trade-list th:nth-child(11) button")
    falling = [float(text.replace(",", "")) for text in column(page, "trade-list", 10)]
    assert falling == sorted(before, reverse=True)
    assert page.ask("document.querySelector('#trade-list th:nth-child(11)').ariaSort") == "descending"


@pytest.mark.parametrize(("key", "text"), [("Enter", "\r"), (" ", " ")])
def test_the_keyboard_reaches_a_heading_and_sorts_by_it(quiet, compared, key, text):
    page = quiet(compared)
    page.ask("document.querySelector('#results th button').focus()")
    page.press("Tab")
    assert page.ask("document.activeElement.textContent") == "total return"
    page.press(key, text)
    shown = [float(one.removesuffix(" %")) for one in column(page, "results", 1)]
    assert shown == sorted(shown)
    assert page.ask("document.activeElement.parentElement.ariaSort") == "ascending"


def test_a_search_keeps_the_rows_that_hold_every_word(quiet, run):
    page = quiet(run)
    everything = column(page, "decisions", 0)
    page.click("input[data-table=decisions]")
    page.type("BBB entry")
    found = column(page, "decisions", 2)
    assert 0 < len(found) < len(everything)
    assert set(found) == {"BBB"}
    assert set(column(page, "decisions", 4)) == {"entry"}
    assert page.ask("document.getElementById('decisions-count').textContent") == f"{len(found)} match"
    page.ask("document.querySelector('input[data-table=decisions]').select()")
    page.type("no such word")
    assert column(page, "decisions", 0) == []
    assert page.ask("document.getElementById('decisions-count').textContent") == "0 match"


def test_a_search_and_a_sort_reach_the_rows_that_are_not_shown(quiet, long):
    page = quiet(long)
    assert column(page, "list", 0) == [f"row {n} {'odd' if n % 2 else 'even'}" for n in range(10)]
    page.click("#list th:nth-child(2) button")  # row 29 has the smallest number
    assert column(page, "list", 1) == [str(n) for n in range(29, 19, -1)]
    page.click("input[data-table=list]")
    page.type("odd")
    assert column(page, "list", 1) == [str(n) for n in range(29, 10, -2)]
    assert page.ask("document.getElementById('list-count').textContent") == "15 match, the first 10 shown"
    page.type(" 5")  # words of a search: "odd" and "5"
    assert column(page, "list", 0) == ["row 25 odd", "row 15 odd", "row 5 odd"]  # without a number: last
    page.click("#list th:nth-child(2) button")
    assert column(page, "list", 0) == ["row 15 odd", "row 25 odd", "row 5 odd"]


@pytest.mark.parametrize("name", ["run", "compared"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_fits_its_window_in_both_themes(quiet, request, name, size, theme):
    page = quiet(request.getfixturevalue(name), width=SIZES[size], theme=theme)
    assert page.ask("document.documentElement.scrollWidth") <= SIZES[size]
    drawn = "[...document.querySelectorAll('svg')].filter(one => one.getBoundingClientRect().width)"
    shown = page.ask(f"{drawn}.map(one => one.classList[0])")
    assert set(shown) == {"wide" if size == "desk" else "narrow"}
    paper, ink = page.ask(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (paper == "rgb(255, 255, 255)") is (theme == "light")
    assert ink != paper


def test_a_cursor_reads_the_bar_under_the_mouse(quiet, run):
    page = quiet(run)
    page.point_at("figure[data-reading=overview] svg.wide", across=0.5, down=0.2)
    told = page.ask(
        "document.querySelector('figure[data-reading=overview] .reading').textContent"
    ).splitlines()
    assert told[0].startswith("2005-")
    assert told[1].startswith("moderate")
    assert told[1].endswith("% heat")
    page.point_at("h1")
    assert page.ask("document.querySelector('figure[data-reading=overview] .reading').hidden")
