"""Makes `hub harvest` processes to be killed: each is forked from one that has imported the hub, so that a hundred of
them cost no hundred imports. A line in: the configuration's path. Two lines out: the process id, and its exit status."""

from __future__ import annotations

import os
import sys
import warnings


def child(config: str) -> None:
    """What the `hub` command does, with this configuration."""
    sys.argv = ["hub", "--config", config, "harvest", "--all", "--json"]
    os.dup2(os.open(f"{config}.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)  # standard output is the parent's
    from hub.cli.console import app, run_app

    status = 70
    try:
        status = run_app(app)
    finally:
        os._exit(status)


def main() -> None:
    """Until the last line."""
    import hub.app
    import hub.cli.harvest
    import hub.readmodel.from_store  # noqa: F401

    warnings.simplefilter("error")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(line.strip())
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
