"""The rule that a Float is finite, which graphql-core keeps for variables and lets pass for literals: ``1e400`` is infinity to it."""

from __future__ import annotations

import math
from typing import Any

from graphql import FloatValueNode, GraphQLError, GraphQLFloat, IntValueNode, ValidationRule, get_named_type


class FiniteFloatsRule(ValidationRule):
    """Refuses a literal that no finite number of double precision stands for (specification, 3.5.2)."""

    def enter_float_value(self, node: FloatValueNode, *_args: Any) -> None:
        """A number with a point or an exponent."""
        self._look(node)

    def enter_int_value(self, node: IntValueNode, *_args: Any) -> None:
        """A number without, which may stand where a Float is wanted."""
        self._look(node)

    def _look(self, node: FloatValueNode | IntValueNode) -> None:
        wanted = get_named_type(self.context.get_input_type())
        if wanted is GraphQLFloat and not math.isfinite(float(node.value)):
            self.report_error(GraphQLError(f"Float cannot represent non-finite value: {node.value[:40]}", node))
