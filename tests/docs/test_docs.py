"""The documentation says what the code does: nothing is undocumented, nothing documented is gone, no link is dead."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import hub
from hub.readmodel.ddl import TABLES, VIEWS
from hub.store import errors as store_errors
from hub.web.doors.records import COLUMNS
from schema.http.errors import CODES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SCREEN = 45
"""Lines that a README may have."""


def scripts_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scripts_docs", ROOT / "scripts" / "docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


docs = scripts_docs()


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def first_cells(text: str) -> set[str]:
    """Names in backquotes in the first column of a page's tables."""
    rows = (line.split("|")[1] for line in text.splitlines() if line.startswith("|"))
    return {name for cell in rows for name in re.findall(r"`([^`]+)`", cell)}


def test_the_generated_parts_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_part_is_noticed_and_mended() -> None:
    page = f"# Page\n\n{docs.OPEN.format('x')}\nold\n{docs.CLOSE.format('x')}\nend\n"
    new = docs.renewed(page, "x", "new")
    assert "old" not in new
    assert docs.renewed(new, "x", "new") == new
    with pytest.raises(ValueError, match="markers of y"):
        docs.renewed(page, "y", "new")


def test_every_setting_is_explained() -> None:
    rows = [line for line in docs.settings().splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row for row in rows if row.rstrip(" |").endswith("|") or not row.split("|")[3].strip()] == []


def test_every_option_of_every_connector_is_explained() -> None:
    rows = [line for line in docs.connectors().splitlines() if line.startswith("| `")]
    assert len(rows) > 40
    assert [row for row in rows if not re.split(r"(?<!\\)\|", row)[4].strip()] == []


def test_every_command_and_option_says_what_it_does() -> None:
    parts = re.split(r"^### ", docs.commands(), flags=re.MULTILINE)[1:]
    assert len(parts) > 15
    for part in parts:
        name, _, body = part.partition("\n")
        assert body.strip(), f"{name} has no help"
        assert not [line for line in body.splitlines() if line.startswith("| `") and not line.split("|")[2].strip()], (
            name
        )


def test_every_code_has_its_meaning_and_remedy_and_no_code_is_gone() -> None:
    documented = docs.documented(DOCS / "errors.md")
    used = set(docs.codes()) | CODES
    assert documented == used


def test_the_codes_of_the_page_on_fetching_are_codes() -> None:
    assert docs.documented(DOCS / "fetch.md") <= set(docs.codes())


def test_every_row_of_codes_says_when_and_what_to_do() -> None:
    rows = [line.strip("|").split("|") for line in text_of("errors.md").splitlines() if line.startswith("| `")]
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


def test_every_error_of_the_store_is_explained() -> None:
    classes = {
        name
        for name, kind in vars(store_errors).items()
        if isinstance(kind, type) and issubclass(kind, store_errors.StoreError) and kind is not store_errors.StoreError
    }
    named = {name for name in first_cells(text_of("errors.md")) if re.fullmatch(r"[A-Z][a-z]\w+", name)}
    assert named == classes


def test_every_column_of_the_exports_is_explained_and_none_is_gone() -> None:
    page = text_of("data-set.md").partition("## Columns of the tables")[2].partition("\n## ")[0]
    assert first_cells(page) == set(COLUMNS)


@pytest.mark.parametrize("view", ["commitment", "commitment_version"])
def test_every_column_of_the_views_is_explained(view: str) -> None:
    page = text_of("data-set.md").partition("## Views of the SQLite file")[2]
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES + VIEWS)
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({view})")}
    for statement in re.findall(r"^SELECT.*?;", page, flags=re.MULTILINE | re.DOTALL):
        connection.execute(statement)  # the examples run
    connection.close()
    assert columns <= first_cells(page)
    if view == "commitment_version":
        assert first_cells(page) == columns


def test_the_changelog_begins_with_this_version() -> None:
    found = re.search(
        r"^## (\S+) – \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert found
    assert found[1] == hub.__version__ == PROJECT["project"]["version"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\s\[<>=!~;]", one, maxsplit=1)[0] for one in requirements}


@pytest.mark.parametrize(
    ("heading", "packages"),
    [
        ("Always installed", names(PROJECT["project"]["dependencies"])),
        ("Extras", names([one for some in PROJECT["project"]["optional-dependencies"].values() for one in some])),
        ("For development", names(PROJECT["dependency-groups"]["dev"])),
    ],
)
def test_every_dependency_says_what_it_is_for(heading: str, packages: set[str]) -> None:
    page = text_of("dependencies.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")][2:]
    listed = {row[0].strip(): row[1].strip() for row in rows}
    also_extra = packages & names(
        [one for some in PROJECT["project"]["optional-dependencies"].values() for one in some]
    )
    expected = packages - also_extra if heading == "For development" else packages
    assert set(listed) == expected
    assert all(listed.values())


PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part in ("node_modules", "var", "dist") for part in page.relative_to(ROOT).parts)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_dead(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    named = re.findall(r"(?<![\w/.])(docs/[\w-]+\.md)", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "LEEME.md"])
def test_a_readme_stays_one_screen(page: str) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= SCREEN


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    queue = [ROOT / "README.md"]
    while queue:
        page = queue.pop()
        if page in reached or not page.exists():
            continue
        reached.add(page)
        text = page.read_text(encoding="utf-8")
        queue += [(page.parent / link).resolve() for link in re.findall(r"\]\((?!\w+:|#)([^)#\s]+\.md)", text)]
        queue += [ROOT / name for name in re.findall(r"(?<![\w/.])(docs/[\w-]+\.md)", text)]
    assert set(DOCS.glob("*.md")) <= reached


FOREIGN = re.compile(
    "|".join((
        r"(?<![\w.])/wo" r"rk/", r"/tm" r"p/hub", r"\bCla" r"ude\b", r"\bAnthr" r"opic\b", r"\bChat" r"GPT\b", r"\bsub" r"agent",
        r"py" r"pi\.org", r"python" r"hosted\.org", r"registry\.npm" r"js\.org",
    )),
    re.IGNORECASE,
)  # fmt: skip
"""Words about how or where this was made, and hosts of package registries: the project speaks of itself alone."""


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    found = []
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not name or not path.is_file() or path.stat().st_size > 5_000_000:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if FOREIGN.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert found == []
