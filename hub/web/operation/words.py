"""The words of the operator's page that are no sentence of a template."""

from __future__ import annotations

from collections.abc import Mapping

from hub.web import labels
from hub.web.labels import N_

ACTION = {
    "register": N_("registró"),
    "verify": N_("comprobó la propiedad de"),
    "approve": N_("aprobó"),
    "reject": N_("no aceptó"),
    "pause": N_("puso en pausa"),
    "resume": N_("reanudó"),
    "harvest": N_("leyó"),
    "resolve-value": N_("decidió un valor de"),
    "resolve-duplicate": N_("decidió un posible duplicado"),
    "sign-in": N_("entró a esta página"),
    "sign-out": N_("salió de esta página"),
}
ACTOR = {
    "operator": N_("la línea de órdenes"),
    "public": N_("una visita"),
    "hub": N_("el hub"),
    "config": N_("la configuración"),
}
DETAIL = {
    "comment": N_("comentario"),
    "reason": N_("motivo"),
    "by": N_("por"),
    "url": N_("dirección"),
    "connector": N_("conector"),
    "renewed": N_("renovada"),
    "field": N_("dato"),
    "raw": N_("publicado"),
    "value": N_("significa"),
    "codes": N_("claves"),
    "same": N_("el mismo"),
}
ROLE = {
    "operator": N_("operador"),
    "reader": N_("lector: ve todo, no cambia nada"),
    "publisher": N_("quien publica: sólo su fuente"),
}


def choices(field: str) -> Mapping[str, str]:
    """Value → word, for a field with a closed list of values; empty for any other."""
    return labels.VALUES.get(field.rpartition(".")[2], {})
