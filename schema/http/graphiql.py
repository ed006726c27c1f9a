"""The query editor for browsers: GraphiQL, from our own assets where they were made, else from a public CDN.

Every file is named with its integrity, so that a CDN can serve what was published and nothing else. The page has a
content security policy of its own: it talks to this endpoint only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from pathlib import Path
from typing import Any

from schema.http.graphiql_files import FILES, SCRIPTS, STYLES, EditorFile

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

DEFAULT_QUERY = """\
# Bienvenida, bienvenido al hub de gobierno abierto.
#
# Escriba su consulta aquí; Ctrl+Intro la ejecuta.
# Esta pide los compromisos que se alinean con el ODS 16, por estado.

query CompromisosPorOds {
  commitments(filter: { ods: [16] }, first: 10) {
    totalCount
    nodes {
      code
      title
      status
      progress
      jurisdiction { name }
    }
    facets {
      state { label count }
    }
  }
}
"""

_PAGE = """\
<!doctype html>
<html lang="es-MX">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{styles}
<style>{style}</style>
</head>
<body>
<div id="graphiql" role="main"><p class="aviso">Cargando el editor de consultas…</p></div>
<noscript><p class="aviso">El editor necesita JavaScript. La API responde igual sin él: envía tu consulta por POST.</p></noscript>
{scripts}
<script>{boot}</script>
</body>
</html>
"""
_STYLE = "html,body,#graphiql{height:100%;margin:0}.aviso{font:1rem system-ui,sans-serif;padding:1.5rem}"
_BOOT = """\
(function () {
  var place = document.getElementById("graphiql");
  if (!window.GraphiQL || !window.ReactDOM) {
    place.querySelector("p").textContent =
      "No se pudo cargar el editor. Instala sus archivos con «make assets», o revisa la conexión.";
    return;
  }
  var here = location.origin + location.pathname;
  var fetcher = GraphiQL.createFetcher({
    url: here,
    subscriptionUrl: here.replace(/^http/, "ws")
  });
  var asked = new URLSearchParams(location.search);
  ReactDOM.createRoot(place).render(React.createElement(GraphiQL, {
    fetcher: fetcher,
    defaultQuery: %s,
    query: asked.get("query") || undefined,
    variables: asked.get("variables") || undefined,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false
  }));
})();
"""


class GraphiQL:
    """Serves the editor's page.

    Args:
        assets: folder that `make assets` fills. Where one of its files is absent, all come from the CDN.
        assets_url: where the hub serves that folder.
        title: title of the page.
        query: what the editor shows at first.
    """

    def __init__(
        self,
        *,
        assets: Path | None = None,
        assets_url: str = "/assets/graphiql",
        title: str = "Editor de consultas",
        query: str = DEFAULT_QUERY,
    ) -> None:
        self.local = assets is not None and all((assets / file.name).is_file() for file in FILES)
        self._assets_url = assets_url.rstrip("/")
        # A JSON string inside a script element must not be able to close it.
        boot = _BOOT % json.dumps(query).replace("<", "\\u003c")
        self._body = _PAGE.format(
            title=escape(title),
            styles="\n".join(
                f'<link rel="stylesheet" href="{self._url(file)}" integrity="{file.integrity}" crossorigin="anonymous">'
                for file in STYLES
            ),
            scripts="\n".join(
                f'<script src="{self._url(file)}" integrity="{file.integrity}" crossorigin="anonymous"></script>'
                for file in SCRIPTS
            ),
            style=_STYLE,
            boot=boot,
        ).encode()
        self._headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self._body)).encode()),
            (b"content-security-policy", self._policy(boot).encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"accept"),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]

    def _url(self, file: EditorFile) -> str:
        return f"{self._assets_url}/{file.name}" if self.local else file.cdn

    def _policy(self, boot: str) -> str:
        """The page's content security policy. GraphiQL's code editor writes style attributes: hence unsafe-inline there."""
        digest = base64.b64encode(hashlib.sha256(boot.encode()).digest()).decode()
        cdn = "" if self.local else " https://unpkg.com"
        return "; ".join(
            (
                "default-src 'none'",
                f"script-src 'self' 'sha256-{digest}'{cdn}",
                f"style-src 'self' 'unsafe-inline'{cdn}",
                "connect-src 'self' ws: wss:",
                "img-src 'self' data:",
                "font-src 'self' data:",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(self._headers)})
        await send({"type": "http.response.body", "body": self._body})
