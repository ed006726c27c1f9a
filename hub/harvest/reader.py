"""The process that reads beside a harvest: bodies in, rows for the store out, until its input ends.

It reads what strangers wrote on a processor of its own, and what breaks there breaks nothing else. Loads neither database nor
network. `python -m hub.harvest.reader` is started by `hub.harvest.beside`, and of no use to people.
"""

from __future__ import annotations

import os
import pickle
from typing import Any, BinaryIO

from hub.process import loading, settle, share_one_arena

LENGTH = 8
"""Bytes before each message, its length in them."""


def packed(message: Any) -> bytes:
    """A message with its length before it."""
    text = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(text).to_bytes(LENGTH, "little") + text


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer each job with its batches of rows, and how it went: ``("rows", how many were read, rows)`` and ``("end", reading, notes)``,
    or ``("refused", reading, notes, error)``, or ``("failed", what)``.
    """
    from connectors.base import Context, HarvestError
    from hub.harvest.reading import Reading, batches

    def send(*message: Any) -> None:
        target.write(packed(message))
        target.flush()

    send("ready")
    while head := source.read(LENGTH):
        job = source.read(int.from_bytes(head, "little"))
        reading = Reading()
        try:
            connector, info, options, notes, snapshots, lookups, run = pickle.loads(job)  # noqa: S301  our own process
            ctx = Context(info, options, None, notes)  # type: ignore[arg-type]
            try:
                for rows in batches(connector, ctx, snapshots, lookups, run, reading):
                    send("rows", reading.measure.read, rows)
                send("end", reading, ctx.notes)
            except HarvestError as error:
                send("refused", reading, ctx.notes, error)
        except BrokenPipeError:
            return
        except Exception as error:  # the harvest reads it again itself, and tells
            send("failed", repr(error))


def main() -> None:
    """Serve the pipes that this process was started with; what a library prints goes nowhere."""
    share_one_arena()
    loading()
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    import hub.normalise.record
    import hub.store.staged_rows  # noqa: F401

    settle()
    serve(source, target)


if __name__ == "__main__":
    main()
