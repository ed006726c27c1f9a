"""A process that harvests keeps the collector off what is loaded, and has one heap where the C library knows of several."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest


def told(code: str) -> str:
    """What a fresh process prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_what_is_loaded_is_out_of_the_collectors_sight() -> None:
    assert told("import gc; from hub.process import settle; settle(); print(gc.get_freeze_count() > 1000)") == "True"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas to limit")
def test_threads_share_one_heap() -> None:
    assert told("from hub.process import share_one_arena; print(share_one_arena())") == "True"


def test_the_collector_looks_seldom_while_modules_are_loaded() -> None:
    code = "import gc; from hub.process import loading, settle; {}; print(gc.get_threshold()[0])"
    usual, while_loading, then = (int(told(code.format(what))) for what in ("0", "loading()", "loading(); settle()"))
    assert usual < then < while_loading
