"""From the text of a document to an operation that may run: parsed, measured, validated, its variables read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from schema.http.config import HttpConfig
from schema.http.errors import BAD_USER_INPUT, PARSE_FAILED, VALIDATION_FAILED, ErrorFormatter, RequestError
from schema.http.finite import FiniteFloatsRule
from schema.http.limits import CostModel, Measure, check_cost, check_shape, check_size, measure, operations
from schema.http.request import Operation
from schema.http.weights import hub_cost_model

_KEPT_DOCUMENTS = 512
_LONGEST_KEPT = 16_000

# Whether fields of one name can be merged is asked of every two of them: graphql-core's own budget for it lets 1,500 times
# the same field hold the event loop for seconds. This one ends in a tenth of that, far above every sane document; the
# attribute is graphql-core's documented way to set it.
overlapping.MAX_COMPLEXITY_BUDGET = 50_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that is valid, within every limit, and whose variables fit."""

    document: DocumentNode
    operation: OperationDefinitionNode
    measure: Measure

    @property
    def kind(self) -> OperationType:
        return self.operation.operation


def parse_document(text: str, max_tokens: int | None = None) -> DocumentNode:
    """A document by the grammar of the specification, where a selection set selects something; graphql-core alone lets `{}` be one.

    Raises:
        GraphQLError: it is none, or has more tokens or more comments than `max_tokens`.
    """
    return parse(text, max_lexical_tokens=max_tokens, max_comments=max_tokens, allow_empty_selection_sets=False)


class Documents:
    """Prepares operations against one schema; keeps the most recent valid documents parsed."""

    def __init__(
        self,
        schema: GraphQLSchema,
        config: HttpConfig,
        formatter: ErrorFormatter,
        model: CostModel | None = None,
    ) -> None:
        self.schema = schema
        self.config = config
        self.formatter = formatter
        self.model = model or hub_cost_model(config)
        own = (FiniteFloatsRule, MaybeNullValidationRule, OneOfInputValidationRule)
        self.rules = (*specified_rules, *own, *(() if config.introspection else (NoSchemaIntrospectionCustomRule,)))
        self._valid: OrderedDict[str, DocumentNode] = OrderedDict()

    def prepare(self, asked: Operation) -> Prepared:
        """The operation that `asked` names, ready to run.

        Raises:
            RequestError: a syntax error, no or no single operation, a mutation where only queries may run, a limit
                passed, invalid against the schema, or variables that do not fit.
        """
        text = asked.query or ""
        valid = self._valid.get(text)
        document = valid if valid is not None else self._parse(text)
        operation = self._operation(document, asked)
        figures = measure(self.schema, document, operation, asked.variables, self.model)
        check_shape(figures, self.config)
        if valid is None:
            self._validate(text, document)
        else:
            self._valid.move_to_end(text)
        try:
            self._check_variables(operation, asked.variables)
            check_cost(figures, self.config)
        except RequestError as error:
            error.cost = figures.cost
            raise
        return Prepared(document, operation, figures)

    def _parse(self, text: str) -> DocumentNode:
        check_size(text, self.config)
        try:
            return parse_document(text, self.config.max_tokens)
        except GraphQLError as error:
            raise self._refused([error], PARSE_FAILED) from None

    def _operation(self, document: DocumentNode, asked: Operation) -> OperationDefinitionNode:
        found = operations(document)
        name = asked.operation_name
        if name is not None:
            named = [node for node in found if node.name is not None and node.name.value == name]
            if not named:
                raise _no_operation(f"The document has no operation named {name[:80]!r}.")
            operation = named[0]
        elif not found:
            raise _no_operation("The document has no operation.")
        elif len(found) > 1:
            raise _no_operation("The document has several operations; name one in `operationName`.")
        else:
            operation = next(iter(found))
        if asked.only_query and operation.operation is OperationType.MUTATION:
            raise RequestError(405, "GET serves queries only; send mutations by POST.", headers=[(b"allow", b"POST")])
        if operation.operation is OperationType.SUBSCRIPTION and not asked.streams:
            raise RequestError(
                400,
                "A subscription needs a stream: ask for text/event-stream, or use the WebSocket subprotocol"
                " graphql-transport-ws.",
            )
        return operation

    def _validate(self, text: str, document: DocumentNode) -> None:
        errors = validate(
            self.schema,
            document,
            self.rules,
            max_errors=self.config.max_errors,
            hide_suggestions=not self.config.introspection,
        )
        if errors:
            raise self._refused(errors, VALIDATION_FAILED)
        if len(text) <= _LONGEST_KEPT:
            self._valid[text] = document
            if len(self._valid) > _KEPT_DOCUMENTS:
                self._valid.popitem(last=False)

    def _check_variables(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> None:
        if not operation.variable_definitions:
            return
        values = get_variable_values(
            self.schema,
            operation.variable_definitions,
            variables,
            max_errors=self.config.max_errors,
            hide_suggestions=not self.config.introspection,
        )
        if isinstance(values, list):
            raise self._refused(values, BAD_USER_INPUT)

    def _refused(self, errors: list[GraphQLError], code: str) -> RequestError:
        return RequestError(
            400, errors[0].message, well_formed=True, code=code, errors=self.formatter.coded(errors, code)
        )


def _no_operation(message: str) -> RequestError:
    return RequestError(400, message, well_formed=True)
