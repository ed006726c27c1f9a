"""Fetches the query editor's files from npm into hub/web/assets/graphiql, so that the hub serves them itself.

Run by `make assets`; needs Node.js with npm and nothing else. Each file is checked against its known integrity first.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "hub" / "web" / "assets" / "graphiql"


def main(target: Path = TARGET) -> int:
    """Installs the packages aside and copies the files. Returns the exit status; says in one line what went wrong."""
    sys.path.insert(0, str(ROOT))
    from hub.web.from_npm import NotFetched, checked, installed
    from schema.http.graphiql_files import FILES

    packages = sorted({f"{file.package}@{file.version}" for file in FILES})
    try:
        with installed(packages) as modules:
            found = {file.name: checked(modules / file.package / file.path, file.integrity) for file in FILES}
    except NotFetched as error:
        print(f"assets: {error}", file=sys.stderr)
        return error.status
    target.mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        (target / name).write_bytes(data)
    print(f"assets: {len(found)} files in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
