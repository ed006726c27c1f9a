"""`hub token`: access tokens of operators and readers."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from hub.cli.console import UsageProblem, app, configuration, run
from hub.cli.printing import out
from hub.config import Config

if TYPE_CHECKING:
    from hub.store.tokens import TokenRecord

token_app = typer.Typer(help="Access tokens: create, list, revoke.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(token_app, name="token")

BITS = 256


class TokenRole(StrEnum):
    """Roles that the command line may give; publishers get theirs by registering."""

    operator = "operator"
    reader = "reader"


@token_app.command()
def create(
    ctx: typer.Context,
    role: Annotated[TokenRole, typer.Option(help="What the token may do.")],
    name: Annotated[str | None, typer.Option(help="Whose it is, for the list.")] = None,
) -> None:
    """Make a token. It is shown once; only its hash is kept."""
    secret = secrets.token_urlsafe(BITS // 8)
    run(_create(configuration(ctx), secret, role, name))
    sys.stdout.write(secret + "\n")
    sys.stderr.write("hub: this token is shown only now; keep it safe (Authorization: Bearer …)\n")


@token_app.command("list")
def list_tokens(ctx: typer.Context) -> None:
    """Every token: role, name, last use. Never the token itself."""
    table = Table(box=None, pad_edge=False)
    for name in ("id", "role", "name", "source", "created", "last used", "revoked"):
        table.add_column(name)
    for token in run(_list(configuration(ctx))):
        moments = (token.created_at, token.last_used_at, token.revoked_at)
        table.add_row(
            token.id, token.role, token.name or "–", token.source or "–",
            *(moment.isoformat(timespec="seconds") if moment else "–" for moment in moments),
        )  # fmt: skip
    out.print(table)


@token_app.command()
def revoke(ctx: typer.Context, token_id: Annotated[str, typer.Argument(metavar="ID", help="Its id.")]) -> None:
    """Make a token worthless, now and for good."""
    if not run(_revoke(configuration(ctx), token_id)):
        raise UsageProblem(f'there is no token "{token_id}" that still holds (hub token list shows them)')
    sys.stdout.write(f"{token_id} revoked\n")


async def _create(config: Config, secret: str, role: TokenRole, name: str | None) -> None:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        await hub.store.add_token(secret, role=role.value, name=name, now=datetime.now(UTC))


async def _list(config: Config) -> list[TokenRecord]:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        return await hub.store.tokens()


async def _revoke(config: Config, token_id: str) -> bool:
    from hub.app import Hub

    async with Hub(config) as hub:
        await hub.prepare()
        return await hub.store.revoke_token(token_id, now=datetime.now(UTC))
