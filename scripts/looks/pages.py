"""What is looked at: every page, and every state of it that a visitor can meet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """One picture's subject.

    Attributes:
        name: of its files.
        says: what it shows, for the index.
        path: its address in the hub.
        follow: a CSS selector of a link to follow from `path`; "" to stay there.
        hub: which hub shows it: `lived` as `make assets` leaves it, `bare` before that, `stale`, `empty`.
        operator: whether the operator has signed in.
        dark: taken in the dark too.
        printed: taken as it prints too.
    """

    name: str
    says: str
    path: str
    follow: str = ""
    hub: str = "lived"
    operator: bool = False
    dark: bool = False
    printed: bool = False


A_DAY = "2026-09-01"

LOOKS = (
    Look("pais", "vista nacional", "/", dark=True, printed=True),
    Look("pais-cuadros", "vista nacional sin el mapa instalado", "/", hub="bare", dark=True),
    Look("pais-filtrado", "vista nacional de un estado y un ODS", "/?state=14&ods=16"),
    Look("pais-sin-nada", "vista nacional con filtros que nada cumple", "/?state=14&status=WITHDRAWN"),
    Look("pais-otro-dia", "vista nacional de un día con historia", f"/?as_of={A_DAY}"),
    Look("pais-antes", "vista nacional de un día antes del hub", "/?as_of=2016-05-03"),
    Look("compromisos", "lista con facetas", "/compromisos", dark=True),
    Look(
        "compromisos-filtrada",
        "lista filtrada",
        "/compromisos?state=10&state=21&status=UNKNOWN&status=IN_PROGRESS&ods=16",
    ),
    Look("compromisos-texto", "búsqueda de texto", "/compromisos?text=agua"),
    Look("compromisos-nada", "búsqueda sin resultados", "/compromisos?text=zzzz&state=14"),
    Look(
        "compromisos-siguiente", "segunda página", "/compromisos?order=title&lang={lang}", follow=".pager a[rel^=next]"
    ),
    Look(
        "compromiso-rico",
        "compromiso con hitos, ODS e instituciones",
        "/compromisos/MXROO0006",
        dark=True,
        printed=True,
    ),
    Look("compromiso-avances", "compromiso con gráfica de avance e historia", "/compromisos/YUC-1-01", dark=True),
    Look("compromiso-historia", "compromiso con muchas versiones", "/estados/21?lang={lang}", follow="ol.list h3 a"),
    Look("compromiso-raro", "compromiso con avisos", "/compromisos?state=26&lang={lang}", follow=".list h3 a"),
    Look("compromiso-pobre", "compromiso del que casi nada se publica", "/compromisos/MX-CAM-PAL-1-C1"),
    Look("compromiso-otro-dia", "el compromiso con avances, como estaba", f"/compromisos/YUC-1-01?as_of={A_DAY}"),
    Look("compromiso-no-esta", "clave desconocida", "/compromisos/JAL0088"),
    Look("estados", "los 32 estados", "/estados", dark=True),
    Look("estados-cuadros", "los 32 estados sin el mapa instalado", "/estados", hub="bare"),
    Look("estado", "estado con varios planes", "/estados/14", dark=True, printed=True),
    Look("estado-ejercicio", "estado con ejercicio, secretariado y fuente propia", "/estados/31"),
    Look("estado-atrasado", "estado de fuente atrasada", "/estados/22"),
    Look("estado-sin", "estado sin nada", "/estados/01"),
    Look("estado-no-esta", "estado desconocido", "/estados/99"),
    Look("estado-nombre", "estado con un nombre mal escrito", "/estados/jalizco"),
    Look("planes", "todos los planes", "/planes", dark=True),
    Look("plan", "un plan", "/planes/MX-JAL-PAL-2"),
    Look(
        "plan-sin",
        "un plan sin compromisos publicados",
        "/planes?lang={lang}",
        follow="tr:has(td:last-child:text-is('0')) a",
    ),
    Look("plan-no-esta", "plan desconocido", "/planes/MX-JAL-PAL-9"),
    Look("ods", "los 17 objetivos", "/ods", dark=True),
    Look("ods-16", "un objetivo con muchos compromisos", "/ods/16", dark=True),
    Look("ods-7", "un objetivo con pocos o ninguno", "/ods/7"),
    Look("ods-no-esta", "objetivo desconocido", "/ods/18"),
    Look("eventos", "eventos", "/eventos"),
    Look("fuentes", "todas las fuentes", "/fuentes", dark=True),
    Look("fuente-incluida", "fuente sana: los datos incluidos", "/fuentes/bundled"),
    Look("fuente-sana", "fuente sana con cambios", "/fuentes/puebla-csv"),
    Look("fuente-retenida", "fuente retenida", "/fuentes/hidalgo-avances"),
    Look("fuente-caida", "fuente que no responde", "/fuentes/queretaro-plan"),
    Look("fuente-muerta", "fuente que nunca se leyó", "/fuentes/zacatecas-csv"),
    Look("fuente-valores", "fuente con valores sin vocabulario", "/fuentes/sonora-api"),
    Look("fuente-vacia", "fuente que dice estar vacía", "/fuentes/tlaxcala-csv"),
    Look("fuente-no-esta", "fuente desconocida", "/fuentes/nada"),
    Look("conciliacion", "cifras oficiales", "/conciliacion", dark=True),
    Look("consultas", "diez consultas", "/consultas"),
    Look("descargas", "descargas", "/descargas"),
    Look("acerca", "acerca y límites", "/acerca"),
    Look("acerca-cuadros", "acerca y límites sin el mapa", "/acerca", hub="bare"),
    Look("graphiql", "el editor de consultas", "/graphql"),
    Look("mal", "una dirección que pide lo que no puede ser", "/?ods=99"),
    Look("por-venir", "un día que aún no llega", "/?as_of=2999-01-01"),
    Look("no-hay", "una dirección que no hay", "/no/hay"),
    Look("vacio", "un hub que aún no lee nada", "/", hub="empty"),
    Look("vacio-compromisos", "su lista", "/compromisos", hub="empty"),
    Look("vacio-fuentes", "sus fuentes", "/fuentes", hub="empty"),
    Look("atrasado", "todas las fuentes atrasadas", "/", hub="stale"),
    Look("atrasado-fuentes", "todas las fuentes atrasadas, en /fuentes", "/fuentes", hub="stale"),
    Look("operacion-entrar", "entrada a la operación", "/operacion"),
    Look("operacion", "registros por revisar", "/operacion", operator=True, dark=True),
    Look("operacion-valores", "valores por decidir", "/operacion/valores", operator=True),
    Look("operacion-duplicados", "posibles duplicados", "/operacion/duplicados", operator=True),
    Look("operacion-fuentes", "fuentes que se pausan y leen", "/operacion/fuentes", operator=True),
    Look("operacion-bitacora", "bitácora", "/operacion/bitacora", operator=True),
)
