"""The words, in Spanish, for values that clients show in facets."""

from __future__ import annotations

from types import MappingProxyType

STATUS = MappingProxyType(
    {
        "NOT_STARTED": "Sin iniciar",
        "IN_PROGRESS": "En proceso",
        "SUBSTANTIAL": "Avance sustancial",
        "COMPLETED": "Cumplido",
        "UNFULFILLED": "Incumplido",
        "WITHDRAWN": "Retirado",
        "UNKNOWN": "Sin dato",
    }
)
"""In the order of STATUS, the order field."""

PROGRAM = MappingProxyType(
    {
        "COCREACION_LOCAL": "Cocreación desde lo Local",
        "OGP_LOCAL": "OGP Local",
        "NATIONAL_PLAN": "Plan de acción nacional",
        "OTHER": "Otro programa",
    }
)
