"""Values that systems wrap in an object of their own: MongoDB and Firestore their type, PHP a date with its zone, others each language."""

from __future__ import annotations

from typing import Any

_TYPED = frozenset({
    "$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal",  # MongoDB's extended JSON
    "stringValue", "integerValue", "doubleValue", "booleanValue", "timestampValue", "nullValue", "referenceValue",  # Firestore
})  # fmt: skip
_PHP_DATE = frozenset({"date", "timezone_type", "timezone"})
_DAY = frozenset({"year", "month", "day"})
_LANGUAGES = frozenset({"es", "en", "fr", "pt", "es-mx", "es_mx", "en-us", "en_us", "und"})
_SPANISH = ("es-mx", "es_mx", "es")


def plain_value(node: Any) -> Any:
    """What a wrapped value is; anything else as it stands. Of several languages the Spanish one counts."""
    while isinstance(node, dict) and node:
        if len(node) == 1 and (kind := next(iter(node))) in _TYPED:
            node = node[kind]
        elif node.keys() == _PHP_DATE:
            return node["date"]
        elif node.keys() == _DAY and all(isinstance(part, int) for part in node.values()):
            return f"{node['year']:04}-{node['month']:02}-{node['day']:02}"
        elif (own := _own_language(node)) is not None:
            return node[own]
        else:
            return node
    return node


def _own_language(node: dict[str, Any]) -> str | None:
    if len(node) > len(_LANGUAGES) or not all(isinstance(key, str) and key.casefold() in _LANGUAGES for key in node):
        return None
    if not all(text is None or isinstance(text, str) for text in node.values()):
        return None
    return next((key for wanted in _SPANISH for key in node if key.casefold() == wanted and node[key]), None)
