"""Records of named, shaped arrays that compiled code takes as one pointer.

A named tuple of fifty arrays costs a compiled call some three hundred arguments. A `Record` hands over the address of
a table with the addresses and the shapes of its arrays, and compiled code reads from there what it names
(`kernel/pointers.py`). To everything else it is a frozen dataclass:

    @dataclass(frozen=True, eq=False)
    class Trips(Record):
        count: int
        homes: Row        # shape (n,)
        rows: Table       # shape (n, m)

Compiled code sees fields that are `int`, `float`, arrays and other records. Whoever calls it keeps the record; the
numbers in its arrays may change, which arrays they are may not.
"""

from __future__ import annotations

import struct
from dataclasses import fields
from functools import cache, cached_property
from itertools import accumulate
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Row = Annotated[Ints, 1]
Table = Annotated[Ints, 2]
Cube = Annotated[Ints, 3]
FloatRow = Annotated[Floats, 1]
Dice = Annotated[NDArray[np.uint64], 1]
"""How many dimensions an array has; what it holds says the type."""


class Field(NamedTuple):
    """A field that compiled code sees. `place`: the word of the table where it begins; `kind`: `int`, `float`, a class
    of records, or what an array of `dims` dimensions holds."""

    place: int
    kind: Any
    dims: int


class Record:
    """Base of a frozen dataclass whose fields compiled code may read by name."""

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        seen: dict[str, Field] = layout(self.__class__)  # type: ignore[arg-type]  # a class has a hash
        words = [_words(name, field, getattr(self, name)) for name, field in seen.items()]
        return np.array([x for row in words for x in row], dtype=np.int64)

    @cached_property
    def _address(self) -> int:
        return int(self._table.ctypes.data)


@cache
def layout(record: Any) -> dict[str, Field]:
    """The fields of a class of records that compiled code sees, by name."""
    hints = get_type_hints(record, include_extras=True)
    seen = {f.name: kind for f in fields(record) if (kind := _kind(hints[f.name])) is not None}
    places = accumulate((1 + dims for _, dims in seen.values()), initial=0)
    return {name: Field(place, *kind) for (name, kind), place in zip(seen.items(), places, strict=False)}


def _kind(hint: Any) -> tuple[Any, int] | None:
    if hint in (int, float) or (isinstance(hint, type) and issubclass(hint, Record)):
        return hint, 0
    if get_origin(hint) is Annotated:
        array, dims = get_args(hint)
        return get_args(get_args(array)[1])[0], dims
    return None


def _words(name: str, field: Field, value: Any) -> list[int]:
    """What the table says of a field: an array's address and shape, a record's table, a number itself."""
    if field.kind is int:
        return [int(value)]
    if field.kind is float:
        return list(struct.unpack("q", struct.pack("d", value)))
    if isinstance(value, Record):
        return [value._address]
    if value.dtype != field.kind or value.ndim != field.dims or not value.flags.c_contiguous:
        raise TypeError(f"{name} holds {value.dtype} in {value.ndim} dimensions")
    return [int(value.ctypes.data), *value.shape]
