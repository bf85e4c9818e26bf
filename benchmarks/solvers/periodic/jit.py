"""How the kernel's functions are compiled: to machine code, without the interpreter's lock, kept between runs."""

from __future__ import annotations

from benchmarks.solvers.compiled import compiled as _compiled


def compiled(function):
    """Compile a function on its first call and keep the code on disk.

    Inner functions only look at arrays that their caller holds: counting references would cost more than the moves.
    """
    return _compiled(function, fastmath=True, error_model="numpy", _nrt=False)


def compiled_entry(function):
    """The same for a function that makes arrays of its own."""
    return _compiled(function, fastmath=True, error_model="numpy")
