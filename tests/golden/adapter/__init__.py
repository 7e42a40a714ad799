"""From the names of the golden cases to the API: arguments renamed, fields selected, nothing computed.

The cases keep the names and units of the documents they come from: a size there is money, units or margin.
Each entry of `CALLS` calls the function, or asks the rule, that means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tests.golden.adapter import entry, exits, halts, maths, profile, views

ROOMS = (maths, entry, exits, halts, profile, views)
CALLS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {name: call for room in ROOMS for name, call in room.CALLS.items()}
)
