"""The arguments that many fields share, described once."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.scalars import DateTime

First = Annotated[int | None, strawberry.argument(description="How many records from the start; at most 500.")]
After = Annotated[str | None, strawberry.argument(description="Only records after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many records from the end; at most 500.")]
Before = Annotated[str | None, strawberry.argument(description="Only records before this cursor.")]
AsOf = Annotated[
    DateTime | None,
    strawberry.argument(
        description="As this hub knew it at that instant; before the first harvest there is nothing. Default: now."
    ),
]
