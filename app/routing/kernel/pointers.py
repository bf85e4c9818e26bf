"""How compiled code reads a `Record`: a pointer to its table. Loaded before anything is compiled that takes one."""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, register_model, unbox
from numba.np.arrayobj import make_array, populate_array

from app.routing.records import Field, Record, layout

WORD = ir.IntType(64)


class RecordType(types.Type):
    """The type of the records of one class."""

    def __init__(self, record: type):
        self.record = record
        super().__init__(f"Record({record.__module__}.{record.__qualname__})")


Record._numba_type_ = property(lambda self: RecordType(type(self)))  # type: ignore[attr-defined]  # numba asks for it


def _type_of(field: Field) -> Any:
    if field.kind in (int, float):
        return types.int64 if field.kind is int else types.float64
    if issubclass(field.kind, Record):
        return RecordType(field.kind)
    return types.Array(numba.from_dtype(np.dtype(field.kind)), field.dims, "C")


@register_model(RecordType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: RecordType):
        super().__init__(manager, kind, WORD.as_pointer())


@unbox(RecordType)  # type: ignore[untyped-decorator]  # numba has no types
def _unbox(kind: RecordType, record: Any, c: Any) -> Any:
    address = c.pyapi.object_getattr_string(record, "_address")
    word = c.pyapi.long_as_longlong(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(word, WORD.as_pointer()), is_error=c.pyapi.c_api_error())


@infer_getattr
class _Fields(AttributeTemplate):
    key = RecordType

    def generic_resolve(self, kind: RecordType, name: str) -> Any:  # type: ignore[override]  # numba names it otherwise
        """The type of a field, None where there is none."""
        field = layout(kind.record).get(name)
        return field and _type_of(field)


@lower_getattr_generic(RecordType)  # type: ignore[untyped-decorator]  # numba has no types
def _get(context: Any, builder: Any, kind: RecordType, table: Any, name: str) -> Any:
    field = layout(kind.record)[name]
    found = _type_of(field)

    def word(number: int) -> Any:
        """A word of the table, which the compiler may take for the same wherever it is read."""
        load = builder.load(builder.gep(table, [WORD(field.place + number)]))
        load.set_metadata("invariant.load", builder.module.add_metadata(()))
        return load

    if found is types.int64:
        return word(0)
    if found is types.float64:
        return builder.bitcast(word(0), ir.DoubleType())
    if isinstance(found, RecordType):
        return builder.inttoptr(word(0), WORD.as_pointer())
    return _array(context, builder, found, [word(i) for i in range(1 + field.dims)])


def _array(context: Any, builder: Any, kind: Any, words: list[Any]) -> Any:
    """The array at an address with a shape; nobody counts who holds it."""
    address, *shape = words
    holds = context.get_data_type(kind.dtype)
    width = context.get_abi_sizeof(holds)
    strides = [WORD(width)]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    array = make_array(kind)(context, builder)
    populate_array(array, builder.inttoptr(address, holds.as_pointer()), shape, strides, width, None)
    return array._getvalue()
