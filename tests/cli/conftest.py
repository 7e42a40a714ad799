"""Yahoo without a network, for the console too."""

from tests.prices.conftest import served, waits  # noqa: F401
