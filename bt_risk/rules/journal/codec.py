"""Typed records as plain JSON values, and back to equal records. Requires: annotated dataclasses. Gives: `Codec`.

What a field is comes from its annotation, so that a new field needs no line here. JSON has no NaN and no infinity:
they are the texts ``"nan"``, ``"inf"`` and ``"-inf"``. Every other float is written with the digits that lead back to
the same bits. Times are ISO texts, members of an enum their names, records objects with a key for every field.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from math import inf, nan
from operator import attrgetter
from typing import Any, NamedTuple

from bt_risk.errors import JournalError

NAMED = {"nan": nan, "inf": inf, "-inf": -inf}


class Codec(NamedTuple):
    """How values of one type are written and read; `write` is None where JSON takes the value as it is."""

    write: Callable[[Any], Any] | None
    read: Callable[[Any], Any]


@functools.cache
def codec_of(annotation: Any) -> Codec:
    """Return the codec of a type.

    Raises
    ------
    TypeError
        No value of that type can be written.
    """
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if origin in (types.UnionType, typing.Union):
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return _optional(codec_of(inner))
    if origin is tuple and arguments[1:] == (...,):
        return _items(codec_of(arguments[0]))
    if origin is Mapping:
        return _mapping(codec_of(arguments[1]))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _member(annotation)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return record_codec(annotation)
    raise TypeError(f"no way to write {annotation!r}")


@functools.cache
def record_codec(kind: type[Any], *left_out: str) -> Codec:
    """Return the codec of a dataclass, without the fields `left_out`, which keep their defaults when read."""
    hints = typing.get_type_hints(kind)
    kept = [field for field in fields(kind) if field.name not in left_out]
    codecs = {field.name: codec_of(hints[field.name]) for field in kept}
    required = {f.name for f in kept if f.default is MISSING and f.default_factory is MISSING}
    names, writers = tuple(codecs), tuple(codec.write for codec in codecs.values())
    values_of = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)

    def write(record: Any) -> dict[str, Any]:
        values = zip(names, writers, values_of(record), strict=True)
        return {name: value if to_plain is None else to_plain(value) for name, to_plain, value in values}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise JournalError(f"a {kind.__name__} must be an object; received {value!r}")
        unknown, absent = value.keys() - codecs.keys(), required - value.keys()
        if unknown or absent:
            what = f"no field {min(unknown)!r}" if unknown else f"a field {min(absent)!r}, which is not there"
            raise JournalError(f"a {kind.__name__} has {what}")
        return kind(**{name: _read_field(name, codecs[name], item) for name, item in value.items()})

    return Codec(write, read)


def _read_field(name: str, codec: Codec, value: Any) -> Any:
    try:
        return codec.read(value)
    except TypeError as error:
        raise JournalError(f"{name} must be {error}; received {value!r}") from None


def _write_number(value: float) -> float | str:
    if -inf < value < inf:
        return value
    return "nan" if value != value else "inf" if value > 0.0 else "-inf"


def _read_number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    raise TypeError(f"a number, or one of {', '.join(NAMED)}")


def _as_it_is(kind: type, words: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(words)
        return value

    return read


def _time(kind: type[dt.datetime] | type[dt.time], words: str) -> Codec:
    def read(value: Any) -> Any:
        try:
            return kind.fromisoformat(value)
        except (TypeError, ValueError):
            raise TypeError(words) from None

    return Codec(kind.isoformat, read)


def _optional(codec: Codec) -> Codec:
    write = codec.write
    return Codec(
        None if write is None else lambda value: None if value is None else write(value),
        lambda value: None if value is None else codec.read(value),
    )


def _items(codec: Codec) -> Codec:
    write = codec.write

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("a list")
        return tuple(map(codec.read, value))

    return Codec(None if write is None else lambda value: [write(item) for item in value], read)


def _mapping(codec: Codec) -> Codec:
    write = codec.write

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise TypeError("an object")
        return {name: codec.read(item) for name, item in value.items()}

    return Codec(
        dict if write is None else lambda value: {name: write(item) for name, item in value.items()}, read
    )


def _member(kind: type[enum.Enum]) -> Codec:
    def read(value: Any) -> enum.Enum:
        if value not in kind.__members__:
            raise TypeError(f"one of {', '.join(kind.__members__)}")
        return kind[value]

    return Codec(lambda member: member.name, read)


_SIMPLE: dict[Any, Codec] = {
    float: Codec(_write_number, _read_number),
    int: Codec(None, _as_it_is(int, "a whole number")),
    str: Codec(None, _as_it_is(str, "a text")),
    # A comparison of numpy's numbers gives a truth value of numpy's.
    bool: Codec(bool, _as_it_is(bool, "true or false")),
    dt.datetime: _time(dt.datetime, "a date and time"),
    dt.time: _time(dt.time, "a time of day"),
}
