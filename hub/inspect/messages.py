"""Every sentence of a report, in Spanish and English: what was found, why it matters, how to publish it better.

One entry a code, or a code and a field. Placeholders: ``{raw}`` the value, ``{field}`` the field's name, ``{detail}`` what
the reader of the cell said, ``{n}`` a count, ``{names}`` a list of columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["es", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One finding in one language."""

    message: str
    why: str = ""
    remedy: str = ""


FIELD_NAMES: dict[str, tuple[str, str]] = {
    "code": ("clave", "code"), "number": ("número", "number"), "title": ("título", "title"),
    "description": ("descripción", "description"), "kind": ("tipo", "kind"), "axis": ("eje", "axis"), "themes": ("temas", "themes"),
    "plan": ("plan", "plan"), "plan_ordinal": ("número de plan", "plan number"),
    "plan_published": ("publicación del plan", "publication of the plan"), "program": ("programa", "programme"),
    "state": ("estado", "state"), "municipality": ("municipio", "municipality"), "ods": ("ODS", "SDG"),
    "ods_target": ("meta ODS", "SDG target"), "institution": ("institución responsable", "responsible institution"),
    "role": ("papel", "role"), "support": ("instituciones de apoyo", "supporting institutions"), "status": ("estatus", "status"),
    "progress": ("avance", "progress"), "progress_date": ("fecha del avance", "date of progress"), "progress_reports": ("avance por periodo", "progress by period"), "milestones": ("hitos", "milestones"), "start": ("inicio", "start"),
    "end": ("término", "end"), "period": ("periodo", "period"), "term": ("plazo", "term"), "year": ("año", "year"), "evidence": ("evidencia", "evidence"),
    "url": ("dirección web", "web address"),
}  # fmt: skip

_WHY = {
    "status": (
        "Sin un estatus conocido el compromiso cuenta como «sin dato» en la vista nacional.",
        "Without a known status the commitment counts as “unknown” in the national view.",
    ),
    "progress": (
        "Un avance que no se puede leer queda fuera de promedios y gráficas.",
        "A progress that cannot be read is left out of averages and charts.",
    ),
    "ods": (
        "Sin ODS legible no aparece en las consultas por objetivo.",
        "Without a readable SDG it is missing from queries by goal.",
    ),
    "date": (
        "Sin fecha cierta el compromiso no se puede ubicar en un año.",
        "Without a certain date the commitment cannot be placed in a year.",
    ),
    "place": (
        "Sin lugar cierto se atribuye al publicador.",
        "Without a certain place it is put down to its publisher.",
    ),
}
_FIX = {
    "status": (
        "Publique una de: No iniciado, En proceso, Avance sustancial, Cumplido, Incumplido, Retirado.",
        "Publish one of: Not started, In progress, Substantial, Completed, Unfulfilled, Withdrawn.",
    ),
    "progress": (
        "Publique un número de 0 a 100 con su signo %, por ejemplo 75%, uno por celda.",
        "Publish a number from 0 to 100 with its % sign, such as 75%, one a cell.",
    ),
    "ods": (
        "Escriba «ODS 16» o la meta «16.6»; separe varios con punto y coma.",
        "Write “SDG 16” or the target “16.6”; separate several by semicolons.",
    ),
    "date": ("Escriba las fechas como AAAA-MM-DD (2024-03-15).", "Write dates as YYYY-MM-DD (2024-03-15)."),
    "place": (
        "Escriba el nombre oficial o la clave del INEGI (20 para Oaxaca, 20067 para su capital).",
        "Write the official name or INEGI's key (20 for Oaxaca, 20067 for its capital).",
    ),
}
_GROUP = {
    "status": "status", "progress": "progress", "ods": "ods", "ods_target": "ods", "state": "place", "municipality": "place",
    "start": "date", "end": "date", "period": "date", "progress_date": "date", "plan_published": "date", "year": "date",
}  # fmt: skip

_CATALOGUE: dict[str, tuple[Sentence, Sentence]] = {
    "NOT_NAMED": (
        Sentence("Nada en el archivo dice «compromiso», «gobierno abierto» ni «plan de acción».", "Podría ser una lista de otra cosa, como proyectos u obras.",
                 "Confirme que son compromisos; mejor, llámelos así en el encabezado, el título o el nombre del archivo."),
        Sentence("Nothing in the file says “compromiso”, “open government” or “action plan”.", "It may be a list of something else, such as projects or works.",
                 "Confirm that these are commitments; better, call them so in the header, the title or the name of the file."),
    ),
    "NOT_COMMITMENTS": (
        Sentence("No parece una lista de compromisos: {detail}.", "Publicarla mezclaría otra cosa con los compromisos del país.",
                 "Indique la página o el archivo con un compromiso por fila: título, responsable, estatus y plazo."),
        Sentence("This does not look like a list of commitments: {detail}.", "Publishing it would mix something else with the country's commitments.",
                 "Point to the page or file with one commitment a row: title, responsible institution, status and term."),
    ),
    "UNREADABLE": (
        Sentence("No se puede leer: {detail}", "", "Abra la dirección en un navegador privado; debe mostrar los datos sin cuenta ni prueba."),
        Sentence("It cannot be read: {detail}", "", "Open the address in a private browser window; it must show the data without an account or a test."),
    ),
    "ADDRESS_REFUSED": (
        Sentence("{detail}", "El hub sólo visita direcciones públicas de internet.", "Use la dirección pública del sitio (https://…)."),
        Sentence("The address is refused: {detail}", "The hub visits public internet addresses only.", "Use the site's public address (https://…)."),
    ),
    "WRONG_STATE": (
        Sentence("{detail}", "Los compromisos de una entidad no se publican con el nombre de otra.", "Elija la entidad de quien publica, o la dirección de la suya."),
        Sentence("This is another state's: {detail}", "Commitments of one state are not published under the name of another.", "Choose the publisher's own state, or its own address."),
    ),
    "OTHER_STATE": (
        Sentence("{detail}.", "Los compromisos de una entidad no se publican con el nombre de otra.", "Corrija la entidad o la dirección; si una tabla trae varias entidades, que una columna diga cuál en cada fila."),
        Sentence("{detail}.", "Commitments of one state are not published under the name of another.", "Correct the state or the address; where one table has several states, let a column tell which in each row."),
    ),
    "NO_ROWS": (
        Sentence("Hay encabezado pero ninguna fila.", "Sin filas no hay nada que publicar.", "Publique al menos un compromiso bajo el encabezado."),
        Sentence("There is a header but no row.", "Without rows there is nothing to publish.", "Publish at least one commitment under the header."),
    ),
    "MISSING_TITLE": (
        Sentence("Filas sin título del compromiso: {n}.", "Una fila sin título no dice qué se prometió y se rechaza.", "Llene el título en cada fila o quite la fila."),
        Sentence("Rows without the commitment's title: {n}.", "A row without a title does not say what was promised and is rejected.",
                 "Fill in the title of each row or remove the row."),
    ),
    "UNMATCHED_VALUE": (
        Sentence("«{raw}» en {field}: {detail}."), Sentence("“{raw}” in {field}: the vocabulary does not know it."),
    ),
    "AMBIGUOUS_VALUE": (
        Sentence("«{raw}» en {field} admite varias lecturas: {detail}.", "El hub no adivina: guarda el texto y deja el dato vacío."),
        Sentence("“{raw}” in {field} allows several readings.", "The hub does not guess: it keeps the text and leaves the value empty."),
    ),
    "OUT_OF_RANGE": (
        Sentence("«{raw}» en {field} está fuera de lo posible: {detail}.", "Se conserva el texto, pero no se usa el dato."),
        Sentence("“{raw}” in {field} is out of range.", "The text is kept, the value is not used."),
    ),
    "DATE_ORDER": (
        Sentence("Termina antes de empezar: {raw}.", "Un plazo al revés no se puede ubicar en un año.", "Revise las dos fechas."),
        Sentence("It ends before it starts: {raw}.", "A reversed term cannot be placed in a year.", "Check both dates."),
    ),
    "YEARS_ASSUMED": (
        Sentence("{detail}", "", "Publique inicio y término de cada compromiso."),
        Sentence("The years were assumed from the plan.", "", "Publish the start and end of each commitment."),
    ),
    "PERSON_DROPPED": (
        Sentence("Se omitieron nombres de personas en {field}.", "El hub sólo guarda instituciones.", "Publique el nombre de la dependencia."),
        Sentence("Names of persons in {field} were left out.", "The hub keeps institutions only.", "Publish the institution's name."),
    ),
    "MARK_DROPPED": (
        Sentence("En {field} hay una marca («X», «Sí») en lugar de un nombre.", "Una marca no dice quién es.", "Publique el nombre, o lea las columnas marcadas con «columns» y «ticked»."),
        Sentence("{field} has a mark (“X”, “Sí”) instead of a name.", "A mark does not say who it is.", "Publish the name, or read the marked columns with “columns” and “ticked”."),
    ),
    "PERSONAL_COLUMN": (
        Sentence("{detail}", "El hub no guarda datos de personas.", "Quite esas columnas del archivo público si no hacen falta."),
        Sentence("Columns with data of persons are not kept: {raw}.", "The hub keeps no data of persons.", "Leave them out of the public file if they are not needed."),
    ),
    "LINK_DROPPED": (
        Sentence("«{raw}» no es una dirección http o https.", "No se muestra como enlace.", "Publique la dirección completa, que empiece con https://."),
        Sentence("“{raw}” is no http or https address.", "It is not shown as a link.", "Publish the whole address, beginning with https://."),
    ),
    "UNMAPPED_COLUMN": (
        Sentence("Columnas que no tienen lugar en el modelo: {names}.", "Se archivan tal cual, pero no se puede consultar por ellas."),
        Sentence("Columns without a place in the model: {names}.", "They are archived as they are, but cannot be queried."),
    ),
    "UNSURE_COLUMN": (
        Sentence("La columna «{raw}» se tomó por {field} con confianza {n} %{detail}.", "Si no lo es, los datos saldrían mal.",
                 "Confírmelo en «fields» o dele a la columna su nombre usual."),
        Sentence("Column “{raw}” was taken for {field} with {n} % confidence{detail}.", "If it is something else the data would come out wrong.",
                 "Confirm it in “fields” or give the column its usual name."),
    ),
    "MISSING_FIELD": (
        Sentence("No se publica {names}.", "Es parte de lo que se compara entre estados.", "Agregue la columna cuando tenga el dato."),
        Sentence("Not published: {names}.", "It is part of what is compared across states.", "Add the column when you have the data."),
    ),
    "CAMPAIGN": (
        Sentence("El texto habla de compromisos de campaña.", "Son promesas de una persona, no compromisos de un plan de acción de gobierno abierto.",
                 "Publique los del plan de acción local aparte."),
        Sentence("The text speaks of campaign promises.", "They are a person's promises, not commitments of an open-government action plan.",
                 "Publish those of the local action plan separately."),
    ),
    "YEAR_COLUMNS": (
        Sentence("Hay un año por columna ({names}).", "El modelo espera un avance y su fecha por fila.",
                 "Publique columnas «Año» y «Avance», una fila por compromiso y año, o sólo el avance más reciente."),
        Sentence("There is a year a column ({names}).", "The model expects one progress and its date a row.",
                 "Publish columns “Year” and “Progress”, a row for each commitment and year, or the latest progress only."),
    ),
    "SCALE": (
        Sentence("Los avances de «{raw}» se leyeron como {detail}.", "", "Escriba el signo % para que no haya duda."),
        Sentence("Progress in “{raw}” was read as {detail}.", "", "Write the % sign to leave no doubt."),
    ),
    "SCALE_UNDECIDED": (
        Sentence("No se sabe si «{raw}» trae fracciones o porcentajes.", "0.5 puede ser 50 % o medio por ciento.",
                 "Escriba el signo %, o declare scale = \"percent\" o \"fraction\"."),
        Sentence("It is unknown whether “{raw}” holds fractions or percentages.", "0.5 may be 50 % or half a percent.",
                 'Write the % sign, or declare scale = "percent" or "fraction".'),
    ),
    "LEGACY_ENCODING": (
        Sentence("El texto está en {raw}, no en UTF-8.", "Otros programas mostrarán mal acentos y eñes.", "Guarde como «CSV UTF-8»."),
        Sentence("The text is in {raw}, not in UTF-8.", "Other programs will garble accents and ñ.", "Save it as “CSV UTF-8”."),
    ),
    "TABLES_NOT_LOOKED_AT": (
        Sentence("Se revisaron las {names} tablas más probables; {n} más no se revisaron.", "", "Si los compromisos están en otra, indique cuál con la opción «table» o «selector»."),
        Sentence("The {names} likeliest tables were looked at; {n} more were not.", "", "If the commitments stand in another, name it with the option “table” or “selector”."),
    ),
    "ELEMENTS_NOT_LOOKED_AT": (
        Sentence("La página tiene {n} elementos (filas, puntos de lista, párrafos, títulos) y se revisaron los primeros {names}; lo que sigue no está en este informe, "
                 "y sus conteos son de esa parte.", "", "La lectura periódica la lee entera (de una lista en prosa, hasta 150,000 elementos). Para verla completa aquí, publique los compromisos por sí solos como CSV o XLSX."),
        Sentence("The page has {n} elements (rows, items, paragraphs, headings), of which the first {names} were looked at; the rest is not in this report, "
                 "and its counts are of that part.", "", "Harvests read it whole (of a list in prose, up to 150,000 elements). To see all of it here, publish the commitments by themselves as CSV or XLSX."),
    ),
    "ROWS_NOT_LOOKED_AT": (
        Sentence("Se leyeron las primeras {n} filas; las demás no están en este informe, y sus conteos son de esa parte.", "", "La lectura periódica las lee todas."),
        Sentence("The first {n} rows were read; the others are not in this report, and its counts are of that part.", "", "Harvests read them all."),
    ),
    "TIME_USED_UP": (
        Sentence("El archivo es tan grande que se agotó el tiempo de revisarlo, y no todas sus tablas o listas se revisaron.", "",
                 "Indique el conector y cuál es la tabla (opción «table», «selector» o «sheet»), o publique los compromisos por sí solos como CSV o XLSX."),
        Sentence("The file is so large that the time to look at it was used up, and not all of its tables or lists were looked at.", "",
                 "Name the connector and the table (option “table”, “selector” or “sheet”), or publish the commitments by themselves as CSV or XLSX."),
    ),
    "OTHER_TABLES": (
        Sentence("Hay otras tablas o listas que no se leyeron: {names}."), Sentence("There are other tables or lists that were not read: {names}."),
    ),
    "EXERCISE_FACTS": (
        Sentence("La página trae datos del ejercicio local, pero todavía ningún compromiso.", "", "Publique los compromisos del plan como lista «Compromiso 1: …»."),
        Sentence("The page gives facts of the local exercise, but no commitment yet.", "", "Publish the plan's commitments as a list “Compromiso 1: …”."),
    ),
    "MORE": (
        Sentence("Hay {n} observaciones más del mismo tipo en {field}."), Sentence("There are {n} more findings of this kind in {field}."),
    ),
}  # fmt: skip
_OTHER = (Sentence("{detail}"), Sentence("{code}: {raw}"))


def say(
    code: str,
    lang: Lang,
    *,
    field: str | None = None,
    raw: str | None = None,
    detail: str = "",
    n: int = 0,
    names: str = "",
) -> Sentence:
    """A finding in one language, its placeholders filled; why and remedy of the field where the code has none of its own."""
    index = 0 if lang == "es" else 1
    found = _CATALOGUE.get(code, _OTHER)[index]
    group = _GROUP.get(field or "")
    why = found.why or (_WHY[group][index] if group in _WHY and code in _CATALOGUE else "")
    remedy = found.remedy or (_FIX[group][index] if group in _FIX and code in _CATALOGUE else "")
    values = {
        "raw": raw or "", "field": field_name(field, lang), "detail": detail.strip().rstrip(".") if "{detail}." in found.message else detail,
        "n": f"{n:,}", "names": names, "code": code,
    }  # fmt: skip
    return Sentence(_fill(found.message, values), _fill(why, values), _fill(remedy, values))


def _fill(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template


def field_name(field: str | None, lang: Lang) -> str:
    """A model field in a person's words."""
    if field is None:
        return ""
    names = FIELD_NAMES.get(field.rpartition(".")[2])
    return names[0 if lang == "es" else 1] if names else field


STATUS_NAMES: dict[str, tuple[str, str]] = {
    "NOT_STARTED": ("No iniciado", "Not started"), "IN_PROGRESS": ("En proceso", "In progress"),
    "SUBSTANTIAL": ("Avance sustancial", "Substantial"), "COMPLETED": ("Cumplido", "Completed"),
    "UNFULFILLED": ("Incumplido", "Unfulfilled"), "WITHDRAWN": ("Retirado", "Withdrawn"), "UNKNOWN": ("Sin dato", "Unknown"),
}  # fmt: skip


def status_name(value: str, lang: Lang) -> str:
    """A status in a person's words; what is no status stays as it is."""
    names = STATUS_NAMES.get(value)
    return names[0 if lang == "es" else 1] if names else value


LABELS: dict[str, tuple[str, str]] = {
    "verdict_ok": ("Se puede publicar", "Ready to publish"),
    "verdict_part": ("Se puede publicar, con observaciones", "Can be published, with findings"),
    "verdict_no": ("No se puede publicar así", "Cannot be published as it is"),
    "score": ("puntaje", "score"), "rows": ("filas", "rows"), "accepted": ("aceptadas", "accepted"), "rejected": ("rechazadas", "rejected"),
    "connector": ("conector", "connector"), "platform": ("plataforma", "platform"), "encoding": ("codificación", "encoding"),
    "place": ("dónde", "where"), "columns": ("Columnas", "Columns"), "column": ("columna", "column"), "field": ("campo", "field"),
    "confidence": ("confianza", "confidence"), "runner_up": ("o bien", "or else"), "records": ("Así se publicarían", "As they would be published"),
    "findings": ("Observaciones", "Findings"), "status": ("estatus", "status"), "progress": ("avance", "progress"), "code": ("clave", "code"),
    "title": ("título", "title"), "nothing": ("nada", "nothing"), "sample": ("ejemplo", "example"), "suggestion": ("¿quiso decir {}?", "did you mean {}?"),
    "more": ("y {} más", "and {} more"), "options": ("opciones", "options"), "media": ("tipo", "type"), "times": ("en {} filas", "in {} rows"),
    "ods": ("ODS", "SDG"), "error": ("error", "error"), "warning": ("aviso", "warning"), "info": ("nota", "note"),
}  # fmt: skip


def label(name: str, lang: Lang, *values: object) -> str:
    """A word of the report itself."""
    return LABELS[name][0 if lang == "es" else 1].format(*values)
