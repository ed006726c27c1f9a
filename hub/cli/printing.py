"""Where commands print for people: rich's consoles, which a server has no use for."""

from __future__ import annotations

import sys

from rich.console import Console

# What is printed was published by others: a text in square brackets is text, not rich's markup.
out = Console(highlight=False, markup=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
