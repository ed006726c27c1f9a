"""How a process that harvests or serves uses memory: small objects that die in order, on a few threads."""

from __future__ import annotations

import gc

_M_ARENA_MAX = -8
"""`mallopt`'s name for the most arenas, in glibc's malloc.h."""

_THRESHOLDS = (150_000, 20, 20)
"""A harvest leaves next to no cycles behind, and has tens of thousands of cells at hand that each look goes through."""

_LOADING = (200_000, 20, 20)


def loading() -> None:
    """Keep the garbage collector from looking through what is being loaded: a seventh of what loading costs.

    Modules stay as long as the process. `settle` ends it where a process goes on.
    """
    gc.set_threshold(*_LOADING)


def share_one_arena() -> bool:
    """Let all threads take memory from one heap; whether this C library has such a setting. Call it before there are threads.

    glibc gives every thread a heap of its own, each of which keeps what it once needed: here a fifth of the peak. Threads
    that hold the interpreter's lock while they allocate gain nothing by it.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_ARENA_MAX, 1) == 1


def settle() -> None:
    """Keep the garbage collector off what was loaded, and off records that no cycle holds. Call it once all is loaded."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
