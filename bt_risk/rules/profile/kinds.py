"""The kinds of values a field may hold, each with the words for it. Gives: `Domain` and its makers."""

from __future__ import annotations

import numbers
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

Find = Callable[[str, object], list[str]]

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def plain(value: Any, *, depth: int = 2) -> Any:
    """Return `value` with Python's own numbers for numpy's and tuples for lists, `depth` levels down."""
    if value is None or type(value) in (float, int, str, bool):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, list | tuple) and depth:
        return tuple(plain(item, depth=depth - 1) for item in value)
    return value


def as_pairs(value: Any) -> Any:
    """Return a mapping, or a list of pairs, as a tuple of pairs in the order of their names.

    A mapping can be changed and has no hash; the order of its names means nothing.
    """
    pairs = plain(list(value.items()) if isinstance(value, Mapping) else value)
    if isinstance(pairs, tuple) and all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return tuple(sorted(pairs, key=lambda pair: str(pair[0])))
    return pairs


@dataclass(frozen=True, slots=True)
class Domain:
    """What a field may hold.

    Attributes
    ----------
    text
        The domain in words, unit included: "a fraction in (0, 1]".
    find_problems
        Called with what to call the value and the value; returns one line for each problem.
    none_word
        How a file without a null writes None, e.g. ``off``; empty where None is not allowed.
    is_table
        The value is a mapping of names: kept as pairs, written as a table.
    """

    text: str
    find_problems: Find
    none_word: str = ""
    is_table: bool = False

    def store(self, value: Any) -> Any:
        """Return `value` as a profile keeps it, whether it is in the domain or not."""
        return as_pairs(value) if self.is_table else plain(value)


def fraction(*, least: str = "(0", high: float = 1.0) -> Domain:
    """A rate: above 0, or from 0 with ``least="[0"``, up to `high`."""
    return _simple(
        f"a fraction in {least}, {high:g}]",
        "0.02 for 2 %",
        lambda value: (
            _is_number(value) and (0.0 < value or (least == "[0" and value == 0.0)) and value <= high
        ),
    )


def open_fraction(low: float, example: str) -> Domain:
    """A rate strictly between `low` and 1."""
    return _simple(
        f"a fraction in ({low:g}, 1)", example, lambda value: _is_number(value) and low < value < 1.0
    )


def number(unit: str, example: str, *, zero: bool = False) -> Domain:
    """A number above 0, or from 0 where `zero`, in a `unit` that the message names."""
    sign = ">= 0" if zero else "> 0"
    return _simple(
        f"a number {sign}{unit and f', in {unit}'}",
        example,
        lambda value: _is_number(value) and (value > 0.0 or (zero and value == 0.0)),
    )


def whole(example: str, *, least: int = 1) -> Domain:
    """A count."""
    return _simple(
        f"a whole number >= {least}",
        example,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least,
    )


def choice(*allowed: str) -> Domain:
    """One of the allowed words."""
    return _simple(
        f"one of {', '.join(allowed)}", "", lambda value: isinstance(value, str) and value in allowed
    )


def choices(*allowed: str) -> Domain:
    """A list of the allowed words, none twice."""
    one, listed = choice(*allowed), ", ".join(allowed)

    def find(label: str, value: object) -> list[str]:
        if not isinstance(value, tuple) or not value:
            return [f"{label} must list at least one of {listed}; received {value!r}"]
        problems = [problem for word in value for problem in one.find_problems(label, word)]
        if not problems and len(set(value)) < len(value):
            return [f"{label} must list each method once; received {value!r}"]
        return problems

    return Domain(f"a list of {listed}", find)


def flag() -> Domain:
    """A switch."""
    return _simple("True or False", "", lambda value: isinstance(value, bool))


def text(example: str) -> Domain:
    """One line that can be printed and is not blank."""
    return _simple(
        "a text",
        repr(example),
        lambda value: isinstance(value, str) and value.isprintable() and bool(value.strip()),
    )


def time_of_day(example: str, *words: str) -> Domain:
    """A time "HH:MM", or one of the `words`."""
    return _simple(
        " or ".join(("a time of day", *words)),
        repr(example),
        lambda value: isinstance(value, str) and (value in words or bool(_TIME_OF_DAY.fullmatch(value))),
    )


def pair(first_name: str, first: Domain, second_name: str, second: Domain, example: str) -> Domain:
    """Two values, each with its own domain."""
    words = f"a pair ({first_name}, {second_name})"

    def find(label: str, value: object) -> list[str]:
        if not isinstance(value, tuple) or len(value) != 2:
            return [f"{label} must be {words}, e.g. {example}; received {value!r}"]
        return [
            *first.find_problems(f"{label} {first_name}", value[0]),
            *second.find_problems(f"{label} {second_name}", value[1]),
        ]

    return Domain(words, find)


def pairs(one: Domain, example: str) -> Domain:
    """A list of pairs, which may be empty."""
    words = one.text.replace("a pair", "a list of pairs")

    def find(label: str, value: object) -> list[str]:
        if not isinstance(value, tuple):
            return [f"{label} must be {words}, e.g. {example}; received {value!r}"]
        return [
            problem
            for position, item in enumerate(value)
            for problem in one.find_problems(f"{label}[{position}]", item)
        ]

    return Domain(words, find)


def instrument(example: str) -> Domain:
    """The name of an instrument; not the word that files write for none."""
    one = text(example)
    return _simple(
        "the name of an instrument",
        repr(example),
        lambda value: not one.find_problems("", value) and value.strip().lower() != "off",
    )


def table(key_name: str, key: Domain, value_name: str, value: Domain, example: str) -> Domain:
    """A mapping, or a list of pairs, each key once; it may be empty."""
    words = f"a table of {key_name} and {value_name}"

    def find(label: str, stored: object) -> list[str]:
        if not isinstance(stored, tuple) or any(
            not isinstance(item, tuple) or len(item) != 2 for item in stored
        ):
            return [f"{label} must be {words}, e.g. {example}; received {stored!r}"]
        keys = [name for name, _ in stored]
        return [
            problem
            for name, given in stored
            for problem in (
                *key.find_problems(f"{label} {key_name}", name),
                *value.find_problems(f"{label}[{name!r}] {value_name}", given),
            )
        ] + [f"{label} names {name!r} twice" for name, after in pairwise(keys) if name == after]

    return Domain(words, find, is_table=True)


def optional(domain: Domain, word: str = "off") -> Domain:
    """The domain, or None, which files write as `word`."""

    def find(label: str, value: object) -> list[str]:
        if value is None:
            return []
        # Whoever wrote a 0, a False or a text here may have meant to switch the field off.
        is_zero = _is_number(value) and value == 0
        is_attempt = word == "off" and (is_zero or value is False or isinstance(value, str))
        hint = ' (None, "off" in a file, switches it off)' if is_attempt else ""
        return [problem + hint for problem in domain.find_problems(label, value)]

    return replace(domain, find_problems=find, none_word=word)


def _is_number(value: Any) -> bool:
    # Infinity and NaN fail the comparison; so does an int too large for a float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _simple(words: str, example: str, accepts: Callable[[Any], bool]) -> Domain:
    def find(label: str, value: object) -> list[str]:
        if accepts(value):
            return []
        return [f"{label} must be {words}{example and f', e.g. {example}'}; received {value!r}"]

    return Domain(words, find)
