"""Golden outputs: the drafts of a fixture as JSON, looked at by a person once and held ever after."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from connectors.base import Draft


def text_of(drafts: Sequence[Draft]) -> str:
    """Drafts as the text of a golden file."""
    return json.dumps([asdict(draft) for draft in drafts], ensure_ascii=False, indent=1, default=str) + "\n"


def compare(path: Path, drafts: Sequence[Draft], *, update: bool) -> str | None:
    """Hold drafts against a golden file.

    Args:
        update: write the file instead.

    Returns:
        What differs and what to do, or None where all is well.
    """
    text = text_of(drafts)
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return None
    if not path.exists():
        return f"there is no {path}; write it with `pytest --update-golden`, then read it"
    kept = path.read_text(encoding="utf-8")
    if kept == text:
        return None
    lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), path.name, "now", lineterm="", n=2)
    shown = "\n".join(list(lines)[:40])
    return f"the drafts differ from {path}; if that is meant, run `pytest --update-golden`:\n{shown}"
