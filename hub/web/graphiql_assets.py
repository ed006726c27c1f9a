"""Fetches the query editor's files from npm into hub/web/assets/graphiql, so that the hub serves them itself.

Run by `make assets`; needs Node.js with npm and nothing else. Each file is checked against its known integrity first.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "hub" / "web" / "assets" / "graphiql"


def integrity(data: bytes) -> str:
    """The subresource integrity of some bytes."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def main(target: Path = TARGET) -> int:
    """Installs the packages aside and copies the files. Returns the exit status; says in one line what went wrong."""
    sys.path.insert(0, str(ROOT))
    from schema.http.graphiql_files import FILES

    npm = shutil.which("npm")
    if npm is None:
        print("assets: npm is missing; install Node.js, or leave the editor to the CDN", file=sys.stderr)
        return 2
    packages = sorted({f"{file.package}@{file.version}" for file in FILES})
    with tempfile.TemporaryDirectory() as aside:
        command = [npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", aside]
        done = subprocess.run([*command, *packages], capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            print(f"assets: npm could not install {', '.join(packages)}:\n{done.stderr.strip()}", file=sys.stderr)
            return 1
        target.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            data = (Path(aside) / "node_modules" / file.package / file.path).read_bytes()
            if integrity(data) != file.integrity:
                print(f"assets: {file.package}/{file.path} is not the file that is known; not copied", file=sys.stderr)
                return 1
            (target / file.name).write_bytes(data)
    print(f"assets: {len(FILES)} files in {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
