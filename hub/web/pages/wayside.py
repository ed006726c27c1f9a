"""What stands by the way: robots.txt, sitemap.xml, the icon."""

from __future__ import annotations

from xml.sax.saxutils import escape

from hub.web.pages.view import Page, View

SVG = "image/svg+xml"
PAGES = ("/", "/compromisos", "/estados", "/planes", "/ods", "/eventos", "/fuentes", "/conciliacion", "/consultas",
         "/descargas", "/conectar", "/acerca")  # fmt: skip
MOST = 45_000
"""Addresses of a sitemap; the protocol allows 50,000."""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5d4e"/>'
    '<g fill="#fff"><circle cx="16" cy="6" r="2.6"/><circle cx="24.7" cy="11" r="2.6"/><circle cx="24.7" cy="21" r="2.6"/>'
    '<circle cx="16" cy="26" r="2.6"/><circle cx="7.3" cy="21" r="2.6"/><circle cx="7.3" cy="11" r="2.6"/></g>'
    '<circle cx="16" cy="16" r="4.6" fill="none" stroke="#fff" stroke-width="2.2"/></svg>'
)


async def robots(view: View) -> Page:
    """Everything is public; searches and files in bulk are not for crawlers."""
    text = (
        "User-agent: *\nDisallow: /graphql\nDisallow: /api/\nDisallow: /compromisos?\nDisallow: /snapshots/\nDisallow: /*as_of=\n"
        f"Sitemap: {view.base}/sitemap.xml\n"
    )
    return Page(text.encode(), media_type="text/plain; charset=utf-8")


async def sitemap(view: View) -> Page:
    """Every page that stands for itself."""
    paths = [*PAGES, *(f"/ods/{number}" for number in range(1, 18))]
    paths += [f"/estados/{state['code']}" for state in (await view.ask("state_list"))["states"]]
    paths += [f"/fuentes/{view.segment(source['key'])}" for source in (await view.ask("coverage"))["sources"]]
    after = None
    while len(paths) < MOST:
        found = (await view.ask("addresses", after=after))["commitments"]
        paths += [f"/compromisos/{view.segment(node['code'])}" for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    urls = "".join(f"<url><loc>{escape(view.base + path)}</loc></url>" for path in paths[:MOST])
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n'
    return Page(body.encode(), media_type="application/xml; charset=utf-8")


async def favicon(view: View) -> Page:
    """The mark of the hub."""
    return Page(ICON.encode(), media_type=SVG)
