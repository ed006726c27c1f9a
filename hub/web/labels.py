"""The words of the API's enums, as pages show them. Spanish here, English by the catalogue."""

from __future__ import annotations

from schema import labels


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "collect, translate later"
    """Marks a message for the catalogue."""
    return message


STATUS = dict(labels.STATUS)
PROGRAM = dict(labels.PROGRAM)
KIND = {
    "FOLLOW_THE_MONEY": N_("Sigue el dinero"),
    "AGA_AXIS": N_("De un eje de la Alianza"),
    "LOCAL_PROBLEM": N_("Problema local"),
    "PROACTIVE": N_("Proactivo"),
    "OTHER": N_("De otro tipo"),
}
AXIS = {
    "CITIZEN_CENTRED_GOVERNMENT": N_("Gobierno centrado en la ciudadanía"),
    "OPEN_BUDGET": N_("Presupuesto abierto y participativo"),
    "OPEN_DATA": N_("Datos abiertos para el desarrollo"),
    "CITIZEN_EMPOWERMENT": N_("Empoderamiento y participación ciudadana"),
    "NATURAL_RESOURCES": N_("Gobernanza de recursos naturales"),
}
BASIS = {
    "DECLARED": N_("Declarado por quien publica"),
    "EDITORIAL": N_("Juicio editorial de este hub"),
    "INFERRED": N_("Inferido, sin revisar"),
}
ROLE = {
    "LEAD": N_("Responsable"),
    "COORDINATION": N_("Coordina"),
    "SUPPORT": N_("Apoya"),
    "SUPERVISION": N_("Supervisa"),
    "CIVIL_SOCIETY": N_("Sociedad civil"),
}
STEP = {
    "STARTED": N_("Declaratoria firmada"),
    "SECRETARIAT_INSTALLED": N_("Secretariado instalado"),
    "WORKING_GROUPS": N_("Mesas de trabajo"),
    "PLAN_PUBLISHED": N_("Plan publicado"),
    "IMPLEMENTATION": N_("En implementación"),
    "EVALUATION": N_("Evaluación y cierre"),
}
LEVEL = {"NATION": N_("Nación"), "STATE": N_("Estado"), "MUNICIPALITY": N_("Municipio")}
VERDICT = {
    "RUNNING": N_("En curso"),
    "PUBLISHED": N_("Publicó cambios"),
    "UNCHANGED": N_("Sin cambios"),
    "EMPTY": N_("La fuente dice estar vacía"),
    "HELD": N_("Retenida: algo no cuadra"),
    "BLOCKED": N_("Detenida: alguien debe actuar"),
    "SOURCE_DOWN": N_("La fuente no responde"),
    "SOURCE_CHANGED": N_("La fuente cambió de forma"),
    "REFUSED": N_("No permitida"),
    "INTERRUPTED": N_("Interrumpida"),
    "FAILED": N_("Error del hub"),
}
SOURCE_STATE = {
    "ACTIVE": N_("Activa"),
    "PAUSED": N_("En pausa"),
    "PENDING": N_("Por revisar"),
    "REJECTED": N_("No aceptada"),
    "FROZEN": N_("Congelada"),
    "LAPSED": N_("Caducada"),
}
CHANGE = {"ADDED": N_("Nuevo"), "MODIFIED": N_("Cambió"), "REMOVED": N_("Retirado")}
SEVERITY = {"INFO": N_("Nota"), "WARNING": N_("Advertencia"), "ERROR": N_("Error")}
FIELD = {
    "number": N_("Número"),
    "title": N_("Título"),
    "description": N_("Descripción"),
    "kind": N_("Tipo"),
    "axis": N_("Eje"),
    "themes": N_("Temas"),
    "ods": N_("ODS declarado"),
    "institutions": N_("Instituciones"),
    "startDate": N_("Inicio"),
    "endDate": N_("Fin"),
    "start": N_("Inicio"),
    "end": N_("Fin"),
    "date": N_("Fecha"),
    "jurisdiction": N_("Gobierno"),
    "code": N_("Clave"),
    "years": N_("Años"),
    "status": N_("Estatus"),
    "statusRaw": N_("Estatus publicado"),
    "progress": N_("Avance"),
    "progressRaw": N_("Avance publicado"),
    "progressReports": N_("Reportes de avance"),
    "milestones": N_("Hitos"),
    "evidence": N_("Evidencia"),
    "url": N_("Dirección"),
    "source": N_("Fuente"),
    "plan": N_("Plan"),
}
ORDER = {
    "CODE": N_("Clave"),
    "TITLE": N_("Título"),
    "STATE": N_("Estado"),
    "YEAR": N_("Año"),
    "STATUS": N_("Estatus"),
    "PROGRESS": N_("Avance"),
    "UPDATED_AT": N_("Actualización"),
    "RELEVANCE": N_("Cercanía al texto"),
}
INDICATOR = {
    "compromisos_total": N_("Compromisos"),
    "compromisos_entidad": N_("Compromisos de la entidad"),
    "planes_total": N_("Planes de acción"),
    "planes_entidad": N_("Planes de la entidad"),
    "estados_con_plan": N_("Estados con plan"),
    "entidades_total": N_("Entidades incorporadas"),
    "stl_total": N_("Secretariados técnicos instalados"),
    "stl_entidad": N_("Secretariado técnico instalado"),
    "compromisos_alineados_ods": N_("Compromisos alineados a los ODS"),
    "compromisos_ods": N_("Compromisos por ODS"),
    "anio_incorporacion": N_("Año de incorporación"),
    "plan_nacional_compromisos": N_("Compromisos del plan nacional"),
    "plan_nacional_hitos": N_("Hitos del plan nacional"),
    "plan_nacional_actividades": N_("Actividades del plan nacional"),
    "organizaciones_sociedad_civil_total": N_("Organizaciones de sociedad civil"),
    "autoridades_total": N_("Autoridades participantes"),
    "integrantes_stl_total": N_("Integrantes de los secretariados"),
}
"""Official totals that people ask for; any other is shown by its published name."""
EVENT_KIND = {
    "instalacion_stl": N_("Instalación de secretariado"),
    "mesa_trabajo": N_("Mesa de trabajo"),
    "foro": N_("Foro"),
    "firma_declaratoria": N_("Firma de declaratoria"),
    "presentacion_pal": N_("Presentación de plan"),
    "sesion": N_("Sesión"),
    "panel": N_("Panel"),
    "taller": N_("Taller"),
    "encuentro": N_("Encuentro"),
    "cierre_convocatoria": N_("Cierre de convocatoria"),
    "conferencia": N_("Conferencia"),
    "conversatorio": N_("Conversatorio"),
    "curso": N_("Curso"),
    "firma_plan": N_("Firma de plan"),
    "ingreso": N_("Ingreso a un programa"),
    "jornada": N_("Jornada"),
    "reunion_trabajo": N_("Reunión de trabajo"),
    "seminario": N_("Seminario"),
    "sesion_extraordinaria": N_("Sesión extraordinaria"),
    "sesion_ordinaria": N_("Sesión ordinaria"),
}
ODS_ENGLISH = (
    "No poverty", "Zero hunger", "Good health and well-being", "Quality education", "Gender equality",
    "Clean water and sanitation", "Affordable and clean energy", "Decent work and economic growth",
    "Industry, innovation and infrastructure", "Reduced inequalities", "Sustainable cities and communities",
    "Responsible consumption and production", "Climate action", "Life below water", "Life on land",
    "Peace, justice and strong institutions", "Partnerships for the goals",
)  # fmt: skip
"""The goals' official English names, in order."""
