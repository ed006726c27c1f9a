"""The query editor in a real browser: it loads under its own policy, and runs the query that it shows first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.staticfiles import StaticFiles

from hub.web.graphiql_assets import main as make_assets
from schema.http.graphiql import GraphiQL
from tests.schema.http.country import country

pytestmark = [pytest.mark.npm, pytest.mark.browser]


def test_the_editor_runs_its_first_query_under_its_policy(
    npm: Path, serve: Callable[[Any], str], tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's Chromium is not installed")
    from playwright.sync_api import sync_playwright

    if make_assets(tmp_path / "graphiql") != 0:
        pytest.skip("npm could not fetch the editor's files")
    editor = GraphiQL(assets=tmp_path / "graphiql", assets_url="/assets/graphiql")
    assert editor.local
    endpoint = country(tmp_path, graphiql=editor)
    files = StaticFiles(directory=tmp_path)

    async def site(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/assets/"):
            await files({**scope, "root_path": "/assets"}, receive, send)
        else:
            await endpoint(scope, receive, send)

    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if "Security" in message.text else None)
        page.goto(f"http://{serve(site)}/graphql")
        page.locator(".graphiql-execute-button").click(timeout=20_000)
        result = page.locator(".result-window")
        result.get_by_text('"totalCount"').first.wait_for(timeout=20_000)
        assert '"errors"' not in result.inner_text()
        browser.close()
    assert troubles == []
