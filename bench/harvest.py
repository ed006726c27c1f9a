"""How long a whole harvest takes beside merely fetching the same bytes, and how much memory it needs.

    python bench/harvest.py [--runs 5] [--large 1] [--json] [--write]

A server in another process answers each request after 20 ms. In turn, several times: a bare httpx loop that fetches 32 files
of 500 rows one after another and throws them away; the same eight at a time; and a harvest of the 32 into a new store
(robots.txt, fetch, archive, parse, normalise, judge, publish, read model; `pace` 0, `concurrency` 8). Then one source of
200,000 rows. Like is held against like, twice:

* from start to exit: fresh processes, `hub harvest` itself, with all that it loads and an empty store that it first makes;
* from ready to done: modules loaded and client or hub open, from the first request to the last byte written.

Clock, CPU (user and system, the process that reads beside a harvest included) and peak memory are medians; the ratio is the
median of the rounds' own ratios. Memory is the larger of the main process' peak (`ru_maxrss`) and the most that it and the
process beside it were seen to hold together (proportional set size, looked at every 50 ms); start-up is included. `--write`
puts the table into bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCES = 32
ROWS = 500
LARGE = 200_000
LATENCY = 0.02
CONCURRENCY = 8
HEADER = "No.,Compromiso,ODS,Estatus,Avance,Dependencia responsable,Inicio,Término,Liga"
FIELDS = ("number", "title", "ods", "status", "progress", "institution", "start", "end", "evidence")
STATUS = ("En proceso", "Concluido", "No iniciado", "Cumplido", "Sin avance")
SUBJECTS = ("Padrón abierto de proveedores", "Presupuesto participativo", "Calidad del agua", "Rutas accesibles")


def table(source: int, rows: int) -> bytes:
    """A state's CSV: invented commitments."""
    lines = [HEADER]
    for row in range(1, rows + 1):
        year = 2019 + row % 5
        lines.append(
            f'{row},"{SUBJECTS[row % 4]} {source}-{row}: seguimiento, en línea","{row % 17 + 1}, {row % 7 + 1}",'
            f"{STATUS[row % 5]},{row * 7 % 101},Secretaría número {row % 40},15/01/{year},31/12/{year},"
            f"https://estado-{source}.example/evidencia/{row}"
        )
    return "\r\n".join(lines).encode()


async def serve(sock: Any) -> None:
    """The sites: every path one table, every answer after 20 ms."""
    import uvicorn

    bodies = {f"/{n}.csv": table(n, ROWS) for n in range(SOURCES)} | {"/large.csv": table(99, LARGE)}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = bodies.get(scope["path"])
        await asyncio.sleep(LATENCY)
        status = 404 if body is None else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/csv")]})
        await send({"type": "http.response.body", "body": body or b""})

    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    await uvicorn.Server(config).serve(sockets=[sock])


@contextmanager
def sites() -> Iterator[str]:
    """The sites in a process of their own; their address."""
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(256)
        sock.set_inheritable(True)
        command = [sys.executable, __file__, "--serve", str(sock.fileno())]
        server = subprocess.Popen(command, pass_fds=[sock.fileno()])
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.terminate()
            server.wait()


@dataclass
class Spent:
    """What one go took: seconds by the clock, seconds of CPU, and its peak in MB."""

    clock: float
    cpu: float
    peak: float = 0.0


@dataclass
class Rounds:
    """One contestant's goes, from start to exit and from ready to done."""

    whole: list[Spent] = field(default_factory=list)
    ready: list[Spent] = field(default_factory=list)


@contextmanager
def timed(spent: list[Spent]) -> Iterator[None]:
    """Times the block in this process and those that it starts and ends."""
    clock, cpu = time.perf_counter(), sum(os.times()[:4])
    yield
    spent.append(Spent(time.perf_counter() - clock, sum(os.times()[:4]) - cpu))


async def fetch(base: str, names: Sequence[str], width: int, spent: list[Spent]) -> None:
    """The bare loop: every file with one client, at most `width` at once."""
    import httpx

    slots = asyncio.Semaphore(width)
    async with httpx.AsyncClient(timeout=60) as client:

        async def one(name: str) -> int:
            async with slots:
                answer = await client.get(f"{base}/{name}.csv")
                return len(answer.raise_for_status().content)

        with timed(spent):
            await asyncio.gather(*map(one, names))


def settings(base: str, names: Sequence[str]) -> str:
    """A config.toml with these files as sources (JSON's strings are TOML's)."""
    lines = [
        '[network]\nallow = ["127.0.0.0/8"]\nmax_body = 100000000',
        f"[harvest]\npace = 0\nconcurrency = {CONCURRENCY}",
    ]
    columns = "\n".join(
        f"{name} = {json.dumps(column)}" for name, column in zip(FIELDS, HEADER.split(","), strict=True)
    )
    for index, name in enumerate(names):
        lines.append(
            f'[sources.fuente-{name}]\ntitle = "Plan de Acción Local {name}"\nstate = "{index % 32 + 1:02}"\n'
            f'connector = "csv"\nurl = "{base}/{name}.csv"\n[sources.fuente-{name}.fields]\n{columns}'
        )
    return "\n".join(lines)


async def harvest(path: Path, names: Sequence[str], spent: list[Spent]) -> None:
    """The harvest of an open hub, as `hub harvest` does it."""
    from hub.app import Hub
    from hub.config import load
    from hub.process import settle

    async with Hub(load(path)) as hub:
        await hub.prepare()
        settle()
        due = await hub.harvester.due()
        with timed(spent):
            outcomes = await hub.harvester.harvest(due)
    check([outcome.to_json() for outcome in outcomes], names)


def check(runs: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """All rows are published, or there is nothing to time."""
    expected = LARGE if list(names) == ["large"] else ROWS * len(names)
    verdicts = {run["verdict"] for run in runs}
    if verdicts != {"PUBLISHED"} or sum(run["added"] for run in runs) != expected:
        raise SystemExit(f"not everything was published: {verdicts}, {runs[:1]}")


def measured(command: Sequence[str], out: Path) -> Spent:
    """A process from start to exit; what it says goes to a file."""
    clock, ended, held = time.perf_counter(), threading.Event(), [0.0]
    with out.open("wb") as said:
        process = subprocess.Popen(command, stdout=said)
        looking = threading.Thread(target=look, args=(process.pid, ended, held))
        looking.start()
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - clock
    ended.set()
    looking.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}: {out.read_text()[-2000:]}")
    return Spent(seconds, used.ru_utime + used.ru_stime, max(used.ru_maxrss / 1024, *held))


def look(pid: int, ended: threading.Event, held: list[float]) -> None:
    """Keep the most that a process and its children were seen to hold together, in MB."""
    while not ended.wait(0.05):
        try:
            children = [
                child
                for task in Path(f"/proc/{pid}/task").iterdir()
                for child in (task / "children").read_text().split()
            ]
            held[0] = max(held[0], sum(map(proportional, (str(pid), *children))) / 1024)
        except OSError:  # one of them is gone
            continue


def proportional(pid: str) -> int:
    """What a process holds, in kB, pages that others hold too counted in part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def one_fetch(base: str, width: int, rounds: Rounds) -> None:
    """One fresh process of the bare loop, which also tells its own part from ready to done."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "said.json")
        rounds.whole.append(measured([sys.executable, __file__, "--fetch", base, str(width)], out))
        rounds.ready.append(Spent(**json.loads(out.read_bytes())))


def one_harvest(base: str, names: Sequence[str], rounds: Rounds) -> None:
    """`hub harvest` into a new store, and a hub that is ready in a second fresh process, with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "config.toml"), Path(folder, "said.json")
        path.write_text(settings(base, names), encoding="utf-8")
        command = [sys.executable, "-c", "from hub.cli import main; main()"]
        rounds.whole.append(measured([*command, "--config", str(path), "harvest", "--all", "--json"], out))
        check(json.loads(out.read_bytes())["runs"], names)
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "config.toml"), Path(folder, "said.json")
        path.write_text(settings(base, names), encoding="utf-8")
        measured([sys.executable, __file__, "--harvest", str(path), *names], out)
        rounds.ready.append(Spent(**json.loads(out.read_bytes())))


@dataclass
class Figures:
    """Everything one call measured, and on what."""

    singly: Rounds = field(default_factory=Rounds)
    eight: Rounds = field(default_factory=Rounds)
    harvest: Rounds = field(default_factory=Rounds)
    large: Rounds = field(default_factory=Rounds)
    date: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    machine: str = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    load: float = 0.0


def measure(runs: int, large: int) -> Figures:
    """All of them, in turn; the first round of each warms files and bytecode and is thrown away."""
    names = [str(number) for number in range(SOURCES)]
    figures = Figures()
    with sites() as base:
        for number in range(runs + 1):
            kept = figures if number else Figures()
            one_fetch(base, 1, kept.singly)
            one_fetch(base, CONCURRENCY, kept.eight)
            one_harvest(base, names, kept.harvest)
        for _ in range(large):
            one_harvest(base, ["large"], figures.large)
    figures.load = os.getloadavg()[1]
    return figures


def median(goes: Sequence[Spent], name: str) -> float | None:
    """The median of what the goes took; None where there were none."""
    return statistics.median(getattr(spent, name) for spent in goes) if goes else None


def times(mine: Sequence[Spent], other: Sequence[Spent], name: str) -> float:
    """How many times the other's, round by round."""
    ratios: list[float] = [getattr(m, name) / getattr(o, name) for m, o in zip(mine, other, strict=True)]
    return statistics.median(ratios)


def report(figures: Figures) -> str:
    """The table, in Markdown."""

    def shown(value: float | None, form: str) -> str:
        return "" if value is None else format(value, form)

    def line(name: str, rounds: Rounds) -> str:
        cells = [shown(median(goes, key), ".2f") for goes in (rounds.whole, rounds.ready) for key in ("clock", "cpu")]
        return f"| {name} | {' | '.join(cells)} | {shown(median(rounds.whole, 'peak'), '.0f')} |"

    def ratio(name: str, other: Rounds) -> str:
        mine = figures.harvest
        pairs = [(mine.whole, other.whole), (mine.ready, other.ready)]
        cells = [f"**{times(*pair, key):.1f} ×**" for pair in pairs for key in ("clock", "cpu")]
        return f"| {name} | {' | '.join(cells)} | |"

    rows = [
        f"{figures.date} · {figures.machine} · load of the machine at the end {figures.load:.0f} (five minutes)",
        "",
        "| | start to exit, s | CPU, s | ready to done, s | CPU, s | peak, MB |",
        "| --- | --- | --- | --- | --- | --- |",
        line("fetch only, one after another", figures.singly),
        line("fetch only, eight at a time", figures.eight),
        line(f"whole harvest of {SOURCES} × {ROWS} rows", figures.harvest),
        ratio("as a multiple of one after another", figures.singly),
        ratio("as a multiple of eight at a time", figures.eight),
        "| goal | 4 × | | 4 × | | 150 |",
    ]
    if figures.large.whole:
        rows += [line(f"one source of {LARGE:,} rows", figures.large), "| goal | | | | | 250 |"]
    return "\n".join(rows)


def run(coroutine: Any) -> None:
    """On the event loop that the command line uses."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(coroutine)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds of the three (default 5)")
    parser.add_argument("--large", type=int, default=1, help="harvests of the 200,000 rows (default 1)")
    parser.add_argument("--json", action="store_true", help="every single figure, as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    for hidden in ("--serve", "--fetch", "--harvest"):
        parser.add_argument(hidden, nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    spent: list[Spent] = []
    if given.serve:
        import socket

        run(serve(socket.socket(fileno=int(given.serve[0]))))
    elif given.fetch:
        base, width = given.fetch
        run(fetch(base, [str(number) for number in range(SOURCES)], int(width), spent))
    elif given.harvest:
        from hub.process import share_one_arena

        share_one_arena()  # as the command does
        run(harvest(Path(given.harvest[0]), given.harvest[1:], spent))
    else:
        figures = measure(given.runs, given.large)
        print(json.dumps(asdict(figures)) if given.json else report(figures))
        if given.write:
            from report import write_readme

            write_readme(HERE / "README.md", "harvest", report(figures))
    if spent:
        print(json.dumps(asdict(spent[0])))


if __name__ == "__main__":
    main()
