"""`hub up`, `hub serve` and `hub worker`: the long-running commands."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from hub.cli.console import FellShort, UsageProblem, app, configuration, run
from hub.config import Config
from hub.harvest.outcome import Outcome


@app.command()
def up(
    ctx: typer.Context,
    no_harvest: Annotated[bool, typer.Option("--no-harvest", help="Serve what is there; harvest nothing.")] = False,
) -> int:
    """Migrate, harvest what is due, serve. The main job."""
    return _serve(configuration(ctx), harvest=not no_harvest, workers=None)


@app.command()
def serve(
    ctx: typer.Context,
    workers: Annotated[int | None, typer.Option(min=1, help="Serving processes; they share nothing but files.")] = None,
) -> int:
    """Serve only."""
    return _serve(configuration(ctx), harvest=False, workers=workers)


@app.command()
def worker(ctx: typer.Context) -> int:
    """Take harvest jobs from PostgreSQL until stopped."""
    config = configuration(ctx)
    if not config.store_url.startswith("postgresql"):
        raise UsageProblem(
            f"{config.path}: store.url: workers take their jobs from PostgreSQL and the store is SQLite; "
            "`hub up` harvests by itself"
        )
    run(_work(config))
    return 0


async def _work(config: Config) -> None:
    from hub.app import Hub
    from hub.scheduler import Scheduler

    async with Hub(config) as hub:
        await hub.prepare()
        sys.stdout.write("hub: esperando fuentes que toquen (Ctrl-C para terminar)\n")
        await Scheduler(hub.harvester, on_outcome=_say).run()


def _say(outcome: Outcome) -> None:
    from hub.cli.harvest import line_of

    sys.stdout.write(line_of(outcome) + "\n")
    sys.stdout.flush()


def _serve(config: Config, *, harvest: bool, workers: int | None) -> int:
    count = workers or config.server.workers
    if count > 1 and not harvest:
        return _many(config, count)
    return run(_one(config, harvest=harvest))


async def _one(config: Config, *, harvest: bool) -> int:
    import uvicorn

    from hub.site import Site

    site = Site(config, harvest=harvest, on_outcome=_say)
    server = uvicorn.Server(_settings(config, site))
    _check_port(config)
    sys.stdout.write(
        f"hub: http://{_shown(config.server.host)}:{config.server.port}  (GraphQL en /graphql, Ctrl-C para terminar)\n"
    )
    sys.stdout.flush()
    await server.serve()
    if not server.started:
        raise FellShort(site.trouble or "the server did not start (run it with --verbose to see why)")
    return 0


def _check_port(config: Config) -> None:
    """Say in one line that the port is taken, before uvicorn says it in many."""
    import socket

    host, port = config.server.host, config.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageProblem(
                f"server.port: {host}:{port} cannot be used ({error.strerror}); "
                "choose another with HUB_SERVER__PORT or in config.toml"
            ) from None


def _settings(config: Config, application: Any, **more: Any) -> Any:
    import uvicorn

    from hub.serving.settings import http_protocol

    return uvicorn.Config(
        application, host=config.server.host, port=config.server.port, log_level="warning", access_log=False,
        server_header=False, lifespan="on", http=http_protocol(), ws="websockets-sansio", timeout_graceful_shutdown=5, **more,
    )  # fmt: skip


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _many(config: Config, count: int) -> int:
    """Serving processes that share nothing but files: one socket, one process each."""
    import os

    from uvicorn.supervisors import Multiprocess

    os.environ["HUB_CONFIG"] = str(config.path)
    _check_port(config)
    settings = _settings(config, "hub.cli.serve:worker_site", factory=True, workers=count)
    sys.stdout.write(f"hub: http://{_shown(config.server.host)}:{config.server.port}  ({count} procesos)\n")
    sys.stdout.flush()
    Multiprocess(settings, sockets=[settings.bind_socket()]).run()
    return 0


def worker_site() -> Any:
    """The application of one of many serving processes."""
    import os
    from pathlib import Path

    from hub.config import load
    from hub.site import Site

    return Site(load(Path(os.environ["HUB_CONFIG"])))
