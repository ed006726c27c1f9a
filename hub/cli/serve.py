"""`hub up`, `hub serve` and `hub worker`: the long-running commands."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.console import FellShort, UsageProblem, app, configuration, run
from hub.config import Config
from hub.harvest.outcome import Outcome

if TYPE_CHECKING:
    import socket

    import uvicorn

    from hub.site import Site


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
    try:
        if count > 1 and not harvest:
            run(_opened(config))
            return _many(config, count)
        return run(_one(config, harvest=harvest))
    except KeyboardInterrupt:  # the end that was announced
        return 0


async def _opened(config: Config) -> None:
    """Open the hub once: what keeps many processes from serving is told by none of them, and only one migrates."""
    from hub.site import Site

    async with Site(config).opened():
        pass


async def _one(config: Config, *, harvest: bool) -> int:
    from hub.site import Site

    site = Site(config, harvest=harvest, on_outcome=_say)
    server = _server(config, site)
    _check_port(config)
    try:
        await server.serve()
    except SystemExit:  # uvicorn's word for a site that could not be opened, or an address that it was refused
        raise site.trouble or FellShort("the server did not start; the lines above say why") from None
    return 0


def _server(config: Config, site: Site) -> uvicorn.Server:
    """uvicorn's server, which tells the hub's address once it answers there, and nothing of a start that failed: `_one` does."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            address = f"http://{_shown(config.server.host)}:{config.server.port}"
            sys.stdout.write(f"hub: {address}  (GraphQL en /graphql, Ctrl-C para terminar)\n")
            sys.stdout.flush()

    server = Server(_settings(config, site))
    server_log = logging.getLogger("uvicorn.error")
    server_log.addFilter(lambda record: site.trouble is None)
    server_log.addFilter(_in_one_line)
    return server


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
                f"server: {host}:{port} cannot be used ({error.strerror}); "
                "choose another port with HUB_SERVER__PORT, or another host with HUB_SERVER__HOST, or in config.toml"
            ) from None


def _in_one_line(record: logging.LogRecord) -> bool:
    """Lets every record through; one of a client's bytes that are no text without its traceback, which is of uvicorn alone."""
    if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
        record.exc_info = None
    return True


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
    listening = settings.bind_socket()
    listening.listen(settings.backlog)  # who comes before the first process is ready waits, and is not refused
    sys.stdout.write(f"hub: http://{_shown(config.server.host)}:{config.server.port}  ({count} procesos)\n")
    sys.stdout.flush()
    Multiprocess(settings, sockets=[listening]).run()
    return 0


def worker_site() -> Any:
    """The application of one of many serving processes."""
    import os
    from pathlib import Path

    from hub.config import load
    from hub.site import Site

    logging.getLogger("uvicorn.error").addFilter(_in_one_line)
    return Site(load(Path(os.environ["HUB_CONFIG"])))
