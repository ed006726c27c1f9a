"""The publication standard as a model: `compromisos.schema.json` is generated from it, and documents are checked by it.

Field names are Spanish: they are what a state's team writes. Dates are as precise as they are known: ``2026``, ``2026-03``
or ``2026-03-15``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = "1.0"
SCHEMA_ID = "urn:gobierno-abierto:compromisos:1.0"
Fecha = Annotated[
    str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$", description="AAAA, AAAA-MM o AAAA-MM-DD")
]
Liga = Annotated[str, Field(pattern=r"^https?://\S+$", description="dirección web completa")]
Clave = Annotated[
    str, Field(min_length=1, max_length=120, description="no cambia nunca, aunque cambien el título o el orden")
]
Estatus = Literal[
    "no iniciado", "en proceso", "avance sustancial", "concluido", "incumplido", "retirado", "sin información"
]
Papel = Literal["lidera", "coordina", "apoya", "supervisa", "sociedad civil"]
Programa = Literal["cocreación local", "OGP local", "plan nacional", "otro"]
Tipo = Literal["seguir el dinero", "eje de la AGA", "problema local", "proactivo", "otro"]
Eje = Literal[
    "gobierno centrado en la ciudadanía", "presupuesto abierto", "datos abiertos", "empoderamiento ciudadano",
    "recursos naturales",
]  # fmt: skip
Ods = (
    Annotated[int, Field(ge=1, le=17, description="objetivo, p. ej. 16")]
    | Annotated[str, Field(pattern=r"^([1-9]|1[0-7])(\.(\d{1,2}|[a-d]))?$", description="objetivo o meta, p. ej. 16.6")]
)


class _Parte(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Evidencia(_Parte):
    """Una prueba publicada."""

    url: Liga
    titulo: str | None = None


class Institucion(_Parte):
    """Quién participa. Instituciones, nunca personas."""

    nombre: str = Field(min_length=2)
    papel: Papel = "lidera"


class Avance(_Parte):
    """Un informe de avance con su fecha."""

    fecha: Fecha
    avance: float | None = Field(default=None, ge=0, le=100, description="por ciento, de 0 a 100")
    estatus: Estatus | None = None
    resumen: str | None = None
    evidencia: list[Evidencia] = Field(default_factory=list)


class Hito(_Parte):
    """Un paso del compromiso."""

    titulo: str = Field(min_length=1)
    inicio: Fecha | None = None
    fin: Fecha | None = None
    estatus: Estatus | None = None
    avance: float | None = Field(default=None, ge=0, le=100)
    indicador: str | None = None
    verificacion: str | None = None


class Compromiso(_Parte):
    """Un compromiso de un plan."""

    clave: Clave
    titulo: str = Field(min_length=1)
    plan: str | None = Field(default=None, description="clave de un plan de «planes»")
    numero: int | None = Field(default=None, ge=1, description="número en su plan; los proactivos se numeran aparte")
    descripcion: str | None = None
    tipo: Tipo | None = None
    eje: Eje | None = None
    temas: list[str] = Field(default_factory=list)
    ods: list[Ods] = Field(default_factory=list)
    instituciones: list[Institucion] = Field(default_factory=list)
    municipio: str | None = Field(default=None, description="nombre o clave INEGI, si es de un municipio")
    inicio: Fecha | None = None
    fin: Fecha | None = None
    estatus: Estatus | None = None
    avance: float | None = Field(default=None, ge=0, le=100, description="por ciento, de 0 a 100")
    avances: list[Avance] = Field(default_factory=list)
    hitos: list[Hito] = Field(default_factory=list)
    evidencia: list[Evidencia] = Field(default_factory=list)
    url: Liga | None = None


class Plan(_Parte):
    """Un plan de acción."""

    clave: Clave
    titulo: str = Field(min_length=1)
    programa: Programa = "cocreación local"
    ordinal: int | None = Field(default=None, ge=1, description="1 para el primer plan")
    publicado: Fecha | None = None
    inicio: Fecha | None = None
    fin: Fecha | None = None
    compromisos_declarados: int | None = Field(default=None, ge=0, description="cuántos tiene, proactivos incluidos")
    estatus: str | None = None
    url: Liga | None = None


class Integrantes(_Parte):
    """Lugares del secretariado técnico local, por sector."""

    gobierno: int | None = Field(default=None, ge=0)
    sociedad_civil: int | None = Field(default=None, ge=0)
    organo_garante: int | None = Field(default=None, ge=0)
    academia: int | None = Field(default=None, ge=0)
    organismos_autonomos: int | None = Field(default=None, ge=0)


class Ejercicio(_Parte):
    """El ejercicio local de la entidad."""

    incorporacion: Fecha | None = None
    secretariado_instalado: Fecha | None = None
    integrantes: Integrantes | None = None
    estatus: str | None = None


class Documento(_Parte):
    """Lo que una entidad publica: sus planes y compromisos, completos, en un solo archivo."""

    schema_: str | None = Field(default=None, alias="$schema")
    version: Literal["1.0"]
    publicador: str = Field(min_length=2, description="institución que publica")
    estado: str = Field(min_length=2, description="nombre o clave INEGI de la entidad; «00» la nación")
    actualizado: Fecha
    licencia: str | None = Field(default=None, description="p. ej. CC-BY-4.0")
    ejercicio: Ejercicio | None = None
    planes: list[Plan] = Field(default_factory=list)
    compromisos: list[Compromiso]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document."""
    schema = Documento.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


CSV_COLUMNS = (
    "clave", "plan", "plan_titulo", "plan_ordinal", "plan_publicado", "programa", "estado", "municipio", "numero", "titulo",
    "descripcion", "tipo", "eje", "temas", "ods", "lidera", "coordina", "apoya", "supervisa", "sociedad_civil", "inicio",
    "fin", "estatus", "avance", "fecha_avance", "evidencia", "url",
)  # fmt: skip
"""The CSV twin: a row a commitment; lists inside a cell are separated by ``;``."""
