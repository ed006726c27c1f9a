"""Write the tested versions of constraints.txt into `[tool.uv] constraint-dependencies` of pyproject.toml.

python scripts/constraints.py            write
python scripts/constraints.py --check    exit 1 where the two differ
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(
    r"\n\[tool\.uv\]\n(?:compile-bytecode = \w+[^\n]*\n)?constraint-dependencies = \[\n.*?\n\]\n", re.DOTALL
)

COMPILED = (
    "compile-bytecode = true # or every process compiles what it imports until Python has kept it: half of a start"
)


def block(constraints: str) -> str:
    lines = [line for line in constraints.splitlines() if line and not line.startswith("#")]
    body = "\n".join(f'  "{line}",' for line in lines)
    return f"\n[tool.uv]\n{COMPILED}\nconstraint-dependencies = [\n{body}\n]\n"


def main() -> int:
    path = ROOT / "pyproject.toml"
    before = path.read_text("utf-8")
    wanted = block((ROOT / "constraints.txt").read_text("utf-8"))
    after = BLOCK.sub(lambda _: wanted, before) if BLOCK.search(before) else before.rstrip("\n") + "\n" + wanted
    if "--check" in sys.argv:
        return int(after != before)
    path.write_text(after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
