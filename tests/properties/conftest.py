"""Print what the long suite has counted."""

from __future__ import annotations

from tests.properties.scale import IS_LONG, SUMMARY


def pytest_terminal_summary(terminalreporter):
    if IS_LONG and SUMMARY:
        terminalreporter.section("hostile runs")
        for line in SUMMARY:
            terminalreporter.write_line(line)
