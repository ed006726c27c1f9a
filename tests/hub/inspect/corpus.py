"""Small tables as public bodies write them, each column with the field it stands for: what the proposals are measured on.

A line of names, a line of fields (``-`` for a column without a place in the model, ``a/b`` where either is right), then rows.
Invented, in the shapes of the formats named; written without looking at what the engine makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """One table and what its columns mean."""

    name: str
    columns: tuple[str, ...]
    fields: tuple[frozenset[str], ...]
    rows: tuple[tuple[str, ...], ...]


def _sample(name: str, text: str) -> Sample:
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
    columns, fields, *rows = lines
    assert len(columns) == len(fields), name
    assert all(len(row) == len(columns) for row in rows), (name, [len(row) for row in rows], len(columns))
    return Sample(name, columns, tuple(frozenset(field.split("/")) for field in fields), tuple(rows))


_TABLES = {
    "the usual": """
No. | Compromiso | Dependencia responsable | ODS | Estatus | Avance | Inicio | Término | Liga
number | title | institution | ods | status | progress | start | end | evidence/url
1 | Padrón abierto de proveedores de obra pública | Secretaría de la Función Pública | 16, 12 | En proceso | 45% | 15/01/2023 | 31/12/2023 | https://ejemplo.mx/1
2 | Presupuesto participativo en escuelas rurales | Secretaría de Educación | 4 | Concluido | 100% | 15/01/2023 | 31/12/2023 | https://ejemplo.mx/2
3 | Monitoreo ciudadano de la calidad del agua | Comisión Estatal del Agua | 6 | No iniciado | 0% | 15/01/2024 | 31/12/2024 | https://ejemplo.mx/3
""",
    "SIPOT format": """
Ejercicio | Fecha de inicio del periodo que se informa | Fecha de término del periodo que se informa | Denominación del compromiso | Objetivo general | Área responsable del compromiso | Estatus del compromiso | Porcentaje de avance | Hipervínculo a la evidencia | Área(s) responsable(s) que genera(n), posee(n), publica(n) y actualizan la información | Fecha de validación | Fecha de actualización | Nota
year | - | - | title | description | institution | status | progress | evidence | - | - | -/progress_date | -
2022 | 01/01/2022 | 31/03/2022 | Mapa público de rutas de transporte accesibles | Que las personas con discapacidad planeen sus viajes | Dirección de Movilidad | En proceso | 30 | https://datos.ejemplo.mx/a | Unidad de Transparencia | 10/04/2022 | 31/03/2022 | Sin nota
2022 | 01/01/2022 | 31/03/2022 | Catálogo de trámites con lenguaje claro | Reducir el tiempo de espera en ventanilla | Dirección de Mejora Regulatoria | Cumplido | 100 | https://datos.ejemplo.mx/b | Unidad de Transparencia | 10/04/2022 | 31/03/2022 | Sin nota
2022 | 01/04/2022 | 30/06/2022 | Padrón abierto de becas municipales | Que se sepa quién recibe las becas y por qué | Dirección de Educación | No iniciado | 0 | https://datos.ejemplo.mx/c | Unidad de Transparencia | 10/07/2022 | 30/06/2022 | Sin nota
""",
    "a year a column": """
Núm. | Eje rector | Compromiso | Dependencia ejecutora | Unidad de medida | Línea base | 2019 | 2020 | 2021 | Avance global | Observaciones
number | axis/themes | title | institution | - | - | - | - | - | progress | -
1 | Gobierno honesto | Publicar en línea las declaraciones patrimoniales | Secretaría de la Función Pública | Declaraciones | 0 | 120 | 300 | 450 | 75.5% | Se atrasó por la contingencia
2 | Bienestar | Ventanilla única de programas sociales | Secretaría de Bienestar | Ventanillas | 2 | 5 | 9 | 14 | 100.0% | Concluido antes de plazo
3 | Seguridad | Mapa de incidencia delictiva por colonia | Fiscalía General | Mapas | 0 | 1 | 1 | 2 | 40.0% | Falta validar datos
""",
    "sector monitor": """
OBJETIVO | ODS | DEPENDENCIA RESPONSABLE | VALOR META | CIERRE | RESULTADO | SEMÁFORO
title | ods | institution | - | - | progress | status
Incrementar el acceso de la población a servicios de salud de calidad | ODS 3. Salud y bienestar | Secretaría de Salud | 25.00% | 24.10 | 96.40 | Verde
Fortalecer la conclusión oportuna de la educación media superior | ODS 4. Educación de calidad | Secretaría de Educación | 10.00 | 7.50 | 75.00 | Amarillo
Asegurar la disponibilidad de agua en comunidades rurales | ODS 6. Agua limpia y saneamiento | Comisión Estatal del Agua | 40 | 12 | 30.00 | Rojo
""",
    "vertical sheet laid out": """
COMPROMISO | PLAZO | DEPENDENCIA | ROLL DE TRABAJO
title | period | institution | role
Consolidar el Sistema Estatal de Información Ambiental | DICIEMBRE 2022 – DICIEMBRE 2023 | Secretaría de Ecología y Medio Ambiente | Lídera
Consolidar el Sistema Estatal de Información Ambiental | DICIEMBRE 2022 – DICIEMBRE 2023 | Instituto de Biodiversidad | Apoyo
Consolidar el Sistema Estatal de Información Ambiental | DICIEMBRE 2022 – DICIEMBRE 2023 | Secretaría de la Contraloría | Supervisa
""",
    "OGP database": """
Commitment Unique Identifier | Country/Locality | Theme | Year Of Submission | Action Plan Number | Commitment Number | Commitment Title | Full Text | Lead Institution | Supporting Institution(s) | URL | Specificity | Potential Impact | Completion (Progress Report) | Did It Open Government (Overall)
code | state | themes | plan_published/year | plan_ordinal | number | title | description | institution | support | url/evidence | - | - | status | -
JAL0001 | Jalisco | Anti-Corruption | 2016 | 1 | 1 | Public works open portal | Create a portal that shows each stage of public works | Ministry of Infrastructure | Network of Engineers | https://www.opengovpartnership.org/jal0001 | High | Moderate | Substantial | Marginal
JAL0002 | Jalisco | Education | 2016 | 1 | 2 | Participatory budgets in schools | Let parents decide on repairs of their schools | Ministry of Education | ND | https://www.opengovpartnership.org/jal0002 | Medium | Minor | Limited | Did not change
JAL0003 | Jalisco | Health | 2019 | 2 | 1 | Stock of medicines in clinics | Publish the stock of medicines each week | Ministry of Health | University of Guadalajara | https://www.opengovpartnership.org/jal0003 | High | Transformative | Complete | Major
""",
    "follow-up matrix": """
Consecutivo | Línea de acción | Actividad | Responsable | Corresponsable | Fecha compromiso | Estado que guarda | Medio de verificación
number | title | description/- | institution | support | end | status | evidence
1 | Micrositio de obra pública con datos abiertos | Publicar contratos, avances y pagos | Secretaría de Obras Públicas | Contraloría del Estado | 30/06/2021 | Concluido | https://obras.ejemplo.mx
2 | Comité ciudadano de vigilancia de compras | Emitir convocatoria y capacitar | Oficialía Mayor | Colegio de Contadores, A.C. | 31/08/2021 | En proceso | https://compras.ejemplo.mx
3 | Sistema de alertas de contratos con sobrecosto | Desarrollar y probar el sistema | Secretaría de Finanzas | Universidad Autónoma | 15/12/2021 | Sin iniciar | https://alertas.ejemplo.mx
""",
    "English": """
ID | Commitment title | Description | Responsible institution | Start date | End date | Status | Progress | SDG
code/number | title | description | institution | start | end | status | progress | ods
C-01 | Open contracting portal for public works | Publish every stage of procurement as open data | Ministry of Finance | 2021-03-01 | 2022-02-28 | In progress | 60% | SDG 16
C-02 | Citizen oversight of water quality | Sensors and public reports of water quality | Water Commission | 2021-03-01 | 2022-02-28 | Completed | 100% | SDG 6
C-03 | Plain language for procedures | Rewrite the forms of the most used procedures | Civil Service Office | 2021-05-01 | 2022-02-28 | Not started | 0% | SDG 16
""",
    "typos and missing accents": """
Numero | Conpromiso | Dependecia responsable | Estatos | Porcentage de avance | Fecha de incio | Fecha de termno | Evidensia
number | title | institution | status | progress | start | end | evidence
1 | Observatorio ciudadano de seguridad pública | Secretaría de Seguridad | En proceso | 20 % | 2022-01-10 | 2022-12-15 | http://ejemplo.mx/1
2 | Datos abiertos de licencias de construcción | Secretaría de Desarrollo Urbano | Cumplido | 100 % | 2022-01-10 | 2022-12-15 | http://ejemplo.mx/2
3 | Consejo consultivo de niñas y niños | Sistema DIF Estatal | En proceso | 55 % | 2022-01-10 | 2022-12-15 | http://ejemplo.mx/3
""",
    "abbreviations": """
Núm. Comp. | Comp. | Dep. Resp. | Est. | % Av. | F. Inicio | F. Término | Obs.
number | title | institution | status | progress | start | end | -
1 | Transparencia en el manejo del arbolado urbano | Secretaría del Medio Ambiente | En proceso | 35 | 01/02/2021 | 31/01/2022 | Falta firma
2 | Trazabilidad del presupuesto de emergencia | Secretaría de Finanzas | Cumplido | 100 | 01/02/2021 | 31/01/2022 | Se publicó en marzo
3 | Registro público de beneficiarios de vivienda | Instituto de Vivienda | No cumplido | 10 | 01/02/2021 | 31/01/2022 | Sin comentarios
""",
    "no header": """
(columna 1) | (columna 2) | (columna 3) | (columna 4) | (columna 5) | (columna 6)
number | title | institution | ods | status | progress
1 | Apertura de los datos de calidad del aire por estación | Secretaría de Medio Ambiente | ODS 11 | En proceso | 45%
2 | Registro abierto de concesiones de agua | Comisión del Agua | ODS 6 | Cumplido | 100%
3 | Consulta pública de reglamentos municipales | Consejería Jurídica | ODS 16 | En proceso | 60%
4 | Tablero de listas de espera en hospitales | Secretaría de Salud | ODS 3 | No iniciado | 0%
""",
    "estado is the status": """
Compromiso | Entidad responsable | Estado | Periodo de ejecución
title | institution | status | period
Padrón de becarios con datos abiertos | Secretaría de Educación | En proceso | enero 2022 - diciembre 2022
Ruta de la denuncia ciudadana | Fiscalía del Estado | Cumplido | marzo 2022 - agosto 2022
Cabildo abierto en línea | Secretaría del Ayuntamiento | Sin avance | abril 2022 - diciembre 2022
""",
    "estado is the state": """
Estado | Plan | Compromiso | Institución | Avance
state | plan | title | institution | progress
Oaxaca | Primer Plan de Acción Local | Programa de transparencia en obra pública | Secretaría de Infraestructura | 80%
Morelos | Primer Plan de Acción Local | Observatorio de feminicidios | Fiscalía General | 40%
Durango | Segundo Plan de Acción Local | Datos abiertos del agua | Comisión del Agua | 10%
""",
    "avance is words": """
# | Nombre del compromiso | Avance | Área
number | title | status | institution
1 | Publicar indicadores de calidad del servicio de limpia | Completado | Dirección de Servicios Públicos
2 | Canal de denuncias con seguimiento por folio | En proceso | Contraloría Municipal
3 | Agenda pública de funcionarios de primer nivel | Sin iniciar | Secretaría Particular
""",
    "fractions": """
Clave | Título | Institución líder | Nivel de avance
code | title | institution | progress
PAL-01 | Sistema de seguimiento a recomendaciones de auditoría | Auditoría Superior | 0.25
PAL-02 | Micrositio de presupuesto ciudadano | Secretaría de Hacienda | 0.9
PAL-03 | Mesas de trabajo con comunidades indígenas | Instituto de Pueblos Indígenas | 1
""",
    "goal names and targets": """
Compromiso | Objetivo de Desarrollo Sostenible | Meta ODS | Dependencia
title | ods | ods_target | institution
Alertas tempranas de violencia familiar | 5. Igualdad de género | 5.2 | Instituto de las Mujeres
Restauración de cuencas con participación social | 15. Vida de ecosistemas terrestres | 15.1 | Comisión Forestal
Empleo digno para jóvenes | 8. Trabajo decente y crecimiento económico | 8.6 | Secretaría del Trabajo
""",
    "months and years": """
No | Compromiso público | Inicia | Concluye | Instancia responsable | Situación actual
number | title | start | end | institution | status
1 | Reglas claras para el uso de cámaras de vigilancia | marzo de 2022 | febrero de 2023 | Centro de Control y Comando | En proceso
2 | Banco de proyectos de inversión a la vista | abril de 2022 | febrero de 2023 | Coordinación de Planeación | Cumplido
3 | Contraloría social en comedores comunitarios | mayo de 2022 | febrero de 2023 | Secretaría de Bienestar | Cancelado
""",
    "persons beside institutions": """
Compromiso | Dependencia | Nombre del enlace | Correo electrónico | Teléfono | Estatus
title | institution | - | - | - | status
Catálogo abierto de bibliotecas públicas | Secretaría de Cultura | Lic. Ana Pérez Luna | ana@ejemplo.mx | 5555555555 | En proceso
Inventario de arte público | Instituto de Bellas Artes | Mtro. Luis Gómez Ríos | luis@ejemplo.mx | 5555555556 | Concluido
Ruta de museos comunitarios | Consejo de Cultura | Ing. Eva Soto Paz | eva@ejemplo.mx | 5555555557 | En proceso
""",
    "several links": """
Compromiso | Descripción del compromiso | Estatus de cumplimiento | Liga de evidencia | Página web
title | description | status | evidence | url/evidence
Plataforma de gasto en salud | Se muestra el gasto mensual por hospital y por insumo | Cumplido | https://ejemplo.mx/ev1.pdf | https://salud.ejemplo.mx
Jurado ciudadano de obra | Se sortean vecinos que dan el visto bueno | En proceso | https://ejemplo.mx/ev2.pdf | https://obra.ejemplo.mx
Escuela de datos | Talleres de uso de datos para periodistas locales | No iniciado | https://ejemplo.mx/ev3.pdf | https://escuela.ejemplo.mx
""",
    "two-row header": """
Datos generales / No. | Datos generales / Nombre del compromiso | Datos generales / Eje temático | Responsables / Dependencia | Responsables / Sociedad civil | Vigencia / Inicio | Vigencia / Término | Cumplimiento / Porcentaje | Cumplimiento / Estatus
number | title | axis/themes | institution | support | start | end | progress | status
1 | Portal de trámites sin filas | Gobierno centrado en la ciudadanía | Secretaría de Economía | Fundación Ciudad Abierta, A.C. | 01/03/2023 | 28/02/2024 | 50% | En proceso
2 | Presupuesto con perspectiva de género | Presupuesto abierto | Secretaría de Finanzas | Red de Mujeres, A.C. | 01/03/2023 | 28/02/2024 | 100% | Concluido
3 | Inventario de bosques urbanos | Recursos naturales | Secretaría de Ecología | Pronatura, A.C. | 01/03/2023 | 28/02/2024 | 5% | En proceso
""",
    "tab-like export of an API": """
id | numero_compromiso | titulo_compromiso | descripcion | fecha_inicio | fecha_fin | estatus | porcentaje_avance | dependencia | ods | url_evidencia | created_at
code/- | number | title | description | start | end | status | progress | institution | ods | evidence/url | -/progress_date
a1f0c3de-1111-4c5a-9d0a-000000000001 | 1 | Datos abiertos de movilidad | Publicar aforos y rutas en formatos abiertos | 2023-02-01 | 2023-12-31 | en_proceso | 40 | Secretaría de Movilidad | 11 | https://ejemplo.mx/a | 2023-01-15T10:00:00
a1f0c3de-1111-4c5a-9d0a-000000000002 | 2 | Catastro multifinalitario abierto | Compartir la cartografía catastral con la academia | 2023-02-01 | 2023-12-31 | cumplido | 100 | Instituto Catastral | 11 | https://ejemplo.mx/b | 2023-01-15T10:00:00
a1f0c3de-1111-4c5a-9d0a-000000000003 | 3 | Consejo de cuenca transparente | Transmitir las sesiones y publicar las actas | 2023-02-01 | 2023-12-31 | sin_avance | 0 | Comisión del Agua | 6 | https://ejemplo.mx/c | 2023-01-15T10:00:00
""",
    "kinds of commitment": """
Tipo de compromiso | Compromiso | Ente público responsable | Cumplimiento
kind | title | institution | status
Seguir el dinero | Gasto en medicamentos a la vista | Servicios de Salud | Completo
Problema local | Basura en playas | Secretaría de Turismo | Limitado
Proactivo | Declaraciones 3 de 3 en formato abierto | Contraloría | Sustancial
""",
    "long and short title": """
Commitment Number | Short Title | Commitment Title | Commitment Description | Lead implementing agency | Completion
number | title/- | title/- | description | institution | status
1 | Open budgets | Open budgets for citizens in every municipality | The state will publish a citizens' budget with open data | State Treasury | Complete
2 | Clean water | Open data on water quality and supply | The commission will publish weekly measurements | State Water Commission | Limited
3 | Safe routes | Safe routes to school with citizen audits | Audits with parents will decide on works | Ministry of Mobility | Not started
""",
    "municipal": """
Municipio | Compromiso | Regiduría responsable | Fecha límite | Semáforo
municipality | title | institution | end | status
Mérida | Cabildo infantil con acuerdos públicos | Regiduría de Educación | 30 de noviembre de 2022 | En proceso
Progreso | Padrón de permisos de playa | Regiduría de Turismo | 15 de diciembre de 2022 | Cumplido
Valladolid | Mercado digital de artesanas | Regiduría de Economía | 20 de diciembre de 2022 | No iniciado
""",
    "quarters": """
Compromisos del PAL | Trimestre | Instituciones participantes | Grado de avance | Última actualización
title | period | support/institution | progress | progress_date
Estrategia de lenguaje ciudadano | 1er trimestre 2024 | Secretaría de Administración; Instituto de Transparencia | 25% | 31/03/2024
Ventanilla de datos abiertos | 2do trimestre 2024 | Secretaría de Planeación; Universidad Autónoma | 60% | 30/06/2024
Presupuesto en lenguas indígenas | 3er trimestre 2024 | Secretaría de Finanzas; Instituto de Lenguas | 90% | 30/09/2024
""",
    "statuses by icon words": """
Núm | Acción comprometida | Dependencia o entidad | ¿Se cumplió? | Link
number | title | institution | status | url/evidence
I | Publicar las actas del comité de adquisiciones | Oficialía Mayor | Sí, cumplido | https://ejemplo.mx/i
II | Transmitir en vivo las licitaciones | Oficialía Mayor | En proceso | https://ejemplo.mx/ii
III | Publicar el padrón de contratistas | Secretaría de Obras | No cumplido | https://ejemplo.mx/iii
""",
    "plan and ordinal": """
Plan de acción | Número de plan | Fecha de publicación del plan | Número de compromiso | Título corto | Texto completo | Institución responsable
plan | plan_ordinal | plan_published | number | title | description | institution
Plan de Acción Local de Veracruz | 1 | 12/12/2018 | 1 | Obra pública abierta | Plataforma para vigilar la obra pública desde su licitación | Secretaría de Infraestructura
Plan de Acción Local de Veracruz | 1 | 12/12/2018 | 2 | Agua para todas | Datos abiertos de la calidad del agua en las cuencas | Comisión del Agua
Plan de Acción Local de Veracruz | 2 | 20/11/2021 | 1 | Búsqueda de personas | Registro público de acciones de búsqueda | Comisión de Búsqueda
""",
    "agenda 2030 wording": """
Compromiso de Gobierno Abierto | Alineación a la Agenda 2030 | Organismo responsable | Organizaciones de la sociedad civil | Vigencia
title | ods | institution | support | period
Semillero de proyectos contra el hambre | ODS 2 Hambre cero; ODS 3 Salud y bienestar | Secretaría de Desarrollo Rural | Campo Vivo, A.C. | 2021-2022
Energía limpia en escuelas | ODS 7 Energía asequible y no contaminante | Agencia de Energía | Sol y Aula, A.C. | 2021-2022
Industria con inclusión | ODS 9; ODS 10 | Secretaría de Economía | Cámara de la Industria | 2022-2023
""",
    "few columns": """
Compromiso | Responsable
title | institution
Publicar el calendario de verificaciones | Dirección de Protección Civil
Explicar en qué se gasta la multa | Tesorería Municipal
Abrir las sesiones del consejo | Secretaría del Ayuntamiento
""",
    "capitals and colons": """
NO.: | NOMBRE DEL COMPROMISO: | OBJETIVO: | UNIDAD RESPONSABLE: | FECHA DE INICIO: | FECHA DE CONCLUSIÓN: | AVANCE (%):
number | title | description | institution | start | end | progress
1 | ALERTA CIUDADANA | QUE LAS COLONIAS REPORTEN FUGAS Y VEAN SU ATENCIÓN | DIRECCIÓN DE AGUA POTABLE | 03/01/2022 | 16/12/2022 | 88
2 | OBRA A LA VISTA | QUE SE CONOZCA EL COSTO DE CADA OBRA | DIRECCIÓN DE OBRAS | 03/01/2022 | 16/12/2022 | 100
3 | COMPRAS CLARAS | QUE SE PUBLIQUEN TODAS LAS COMPRAS | OFICIALÍA MAYOR | 03/01/2022 | 16/12/2022 | 12
""",
    "ratios and notes": """
Compromiso | Acciones programadas | Acciones realizadas | Avance físico | Presupuesto ejercido | Dependencia coordinadora
title | - | - | progress | - | institution
Rutas seguras a la escuela | 10 | 7 | 70.0 % | 1,250,000.00 | Secretaría de Seguridad
Juzgados sin papel | 4 | 4 | 100.0 % | 300,000.00 | Poder Judicial
Parlamento de las juventudes | 6 | 1 | 16.7 % | 85,000.00 | Congreso del Estado
""",
    "themes": """
Temática | Compromiso | Institución responsable | Fase | Enlace
themes | title | institution | status | url/evidence
Salud | Expediente de quejas médicas abierto | Comisión de Arbitraje Médico | Implementado | https://ejemplo.mx/s
Educación | Consejos escolares con voto | Secretaría de Educación | En proceso | https://ejemplo.mx/e
Medio ambiente | Verificentros con datos abiertos | Procuraduría Ambiental | No iniciado | https://ejemplo.mx/m
""",
    "mdy dates of an export": """
Title | Lead Institution | Support Institution(s) | Start Date | End Date | Completion Level
title | institution | support | start | end | status
Beneficial ownership of contractors | State Comptroller | Transparency Network | 03/15/2021 | 02/28/2022 | Substantial
Open parliament sessions in sign language | State Congress | Deaf Association | 04/20/2021 | 12/31/2021 | Complete
Data on missing persons | Attorney General | Families' Collective | 05/25/2021 | 02/28/2022 | Limited
""",
    "institution under an odd name": """
Folio | Qué nos comprometimos a hacer | Quién lo hace | Para cuándo | Cómo vamos
code/number | title | institution | end | status/progress
GA-001 | Publicar el costo de cada evento oficial | Secretaría de Turismo | 31/12/2023 | 45%
GA-002 | Publicar las rutas de recolección | Dirección de Limpia | 31/12/2023 | 90%
GA-003 | Publicar los permisos de tala | Secretaría de Ecología | 31/12/2023 | 10%
""",
    "Mac and Windows leftovers": """
NÚMERO DE COMPROMISO | COMPROMISO | INSTITUCIÓN GARANTE | NIVEL DE CUMPLIMIENTO | AÑO
number | title | institution | status | year
C1 | Gobierno sin papel en los registros civiles | Dirección del Registro Civil | Parcial | 2020
C2 | Compras de emergencia con datos abiertos | Secretaría de Administración | Total | 2020
C3 | Defensoría pública con estadísticas | Instituto de Defensoría | Nulo | 2021
""",
    "percent in header": """
Compromiso | Responsables | % | Fecha de corte
title | institution | progress | progress_date
Denuncia segura en el transporte | Secretaría de Movilidad | 33 | 2024-05-31
Becas con reglas abiertas | Secretaría de Educación | 100 | 2024-05-31
Vigilantes del presupuesto | Secretaría de Finanzas | 72 | 2024-05-31
""",
    "roles as columns": """
Compromiso | Institución que lidera | Instituciones que apoyan | Supervisión | Estatus
title | institution | support | -/support/institution | status
Plan de búsqueda con familias | Comisión de Búsqueda | Fiscalía General; Comisión de Víctimas | Comisión de Derechos Humanos | En proceso
Archivo histórico digital | Archivo General del Estado | Universidad Autónoma | Instituto de Transparencia | Cumplido
Cartografía de riesgos | Protección Civil | Colegio de Geólogos | Contraloría | En proceso
""",
    "dotted JSON": """
compromiso.id | compromiso.numero | compromiso.titulo | compromiso.descripcion | dependencia.id | dependencia.nombre | estatus.clave | estatus.nombre | avance.porcentaje | periodo.inicio | periodo.fin
code/- | number | title | description | - | institution | - | status | progress | start | end
101 | 1 | Observatorio del gasto en obra | Un tablero público con los contratos y pagos de cada obra | 7 | Secretaría de Obras Públicas | EP | En proceso | 40 | 2022-03-01 | 2023-02-28
102 | 2 | Agua transparente | Mediciones semanales de calidad del agua en cada colonia | 9 | Comisión del Agua | CU | Cumplido | 100 | 2022-03-01 | 2023-02-28
103 | 3 | Patrullas con bitácora pública | Las rutas y reportes se publican cada mes con datos abiertos | 4 | Secretaría de Seguridad | NI | No iniciado | 0 | 2022-03-01 | 2023-02-28
""",
    "camel case API": """
numeroCompromiso | nombreCompromiso | institucionResponsable | fechaInicio | fechaTermino | porcentajeAvance | estatusActual | alineacionODS | fechaActualizacion
number | title | institution | start | end | progress | status | ods | progress_date
1 | Padrón vehicular oficial abierto | Oficialía Mayor | 2021-05-01 | 2022-04-30 | 15 | En proceso | 16.6 | 2021-12-01
2 | Agenda legislativa ciudadana | Congreso del Estado | 2021-05-01 | 2022-04-30 | 60 | En proceso | 16.7 | 2021-12-01
3 | Inventario de humedales | Secretaría de Ecología | 2021-05-01 | 2022-04-30 | 100 | Concluido | 6.6 | 2021-12-01
""",
    "upper-case spreadsheet of a comptroller": """
NO. PROGRESIVO | NOMBRE DE LA ACCIÓN | ÁREA ENCARGADA | FECHA PROGRAMADA DE TÉRMINO | % DE CUMPLIMIENTO | ESTADO ACTUAL | EVIDENCIA DE CUMPLIMIENTO | OBSERVACIONES
number | title | institution | end | progress | status | evidence | -
1 | DIFUSIÓN DEL PRESUPUESTO CIUDADANO EN MERCADOS | TESORERÍA MUNICIPAL | 30-JUN-2023 | 100% | CONCLUIDO | https://municipio.ejemplo.mx/1.pdf | NINGUNA
2 | ENCUESTA DE SATISFACCIÓN DE TRÁMITES | CONTRALORÍA MUNICIPAL | 30-SEP-2023 | 50% | EN PROCESO | https://municipio.ejemplo.mx/2.pdf | SE AMPLIÓ EL PLAZO
3 | REGISTRO DE ÁRBOLES DE LA CIUDAD | DIRECCIÓN DE ECOLOGÍA | 31-DIC-2023 | 0% | NO INICIADO | https://municipio.ejemplo.mx/3.pdf | FALTA PERSONAL
""",
    "milestones beside commitments": """
Compromiso | Hito | Fecha de inicio del hito | Fecha de término del hito | Responsable del hito | Cumplimiento del hito
title | -/milestones | -/start | -/end | institution | status
Justicia cotidiana en línea | Diagnóstico de trámites del juzgado | 01/02/2022 | 30/04/2022 | Poder Judicial | Cumplido
Justicia cotidiana en línea | Piloto en tres juzgados | 01/05/2022 | 30/09/2022 | Consejo de la Judicatura | En proceso
Basura cero en playas | Censo de puntos de acopio | 15/02/2022 | 30/05/2022 | Secretaría de Turismo | No iniciado
""",
    "one cell for both ends": """
Compromiso / acción | Instancia | Duración | Situación | Documentos de soporte
title | institution | period | status | evidence
Capacitación de contralores ciudadanos | Contraloría del Estado | 01/03/2022 al 30/11/2022 | Concluida | https://e.mx/a.pdf
Plataforma de donaciones en emergencia | Protección Civil | 01/06/2022 al 31/05/2023 | En ejecución | https://e.mx/b.pdf
Padrón de comedores | Sistema DIF | 15/03/2022 al 15/12/2022 | Suspendida | https://e.mx/c.pdf
""",
    "statistics beside commitments": """
Entidad | Compromiso | Dependencia responsable | Población beneficiada | Presupuesto asignado | Latitud | Longitud | Estatus | Avance
state | title | institution | - | - | - | - | status | progress
Chiapas | Caminos rurales con contraloría social | Secretaría de Obras Públicas | 12500 | 4500000 | 16.75 | -93.11 | En proceso | 42%
Tabasco | Alertas de inundación por barrio | Instituto de Protección Civil | 80000 | 2100000 | 17.98 | -92.93 | Cumplido | 100%
Yucatán | Cenotes vigilados por su gente | Secretaría de Desarrollo Sustentable | 3000 | 900000 | 20.96 | -89.62 | En proceso | 18%
""",
    "English second": """
No. | Commitment | Lead agency | Partners | Policy area | Timeframe | Level of completion | Evidence | SDGs
number | title | institution | support | themes | period | status | evidence | ods
1 | Open data for road safety | Ministry of Mobility | Cyclists' Network | Transport | January 2022 - June 2023 | Limited | https://e.org/1 | SDG 11
2 | Transparent scholarships | Ministry of Education | Parents' Association | Education | January 2022 - June 2023 | Complete | https://e.org/2 | SDG 4
3 | Forest watch | Forestry Commission | Green Foundation | Environment | March 2022 - June 2023 | Substantial | https://e.org/3 | SDG 15
""",
    "empty columns": """
Número | Compromiso | Responsable | Estatus | Avance | ODS
number | title | institution | status | progress | ods
1 | Abrir el padrón de escuelas con internet | Secretaría de Educación | | |
2 | Abrir el padrón de clínicas con médico | Secretaría de Salud | | |
3 | Abrir el padrón de pozos con medidor | Comisión del Agua | | |
""",
    "responsible in two columns": """
ID compromiso | Descripción del compromiso | Secretaría responsable | Unidad administrativa | Inicio programado | Término programado | Avance reportado | Semaforización
code/number | title/description | institution | -/institution/support | start | end | progress | status
PALGTO-01 | Publicar en formato abierto los dictámenes de impacto ambiental | Secretaría de Medio Ambiente | Dirección de Impacto Ambiental | 01/01/2024 | 30/06/2024 | 80% | Verde
PALGTO-02 | Publicar en formato abierto el registro de fosas clandestinas | Fiscalía General | Unidad de Búsqueda | 01/01/2024 | 31/12/2024 | 20% | Rojo
PALGTO-03 | Publicar en formato abierto la nómina de escuelas | Secretaría de Educación | Dirección de Personal | 01/03/2024 | 31/12/2024 | 55% | Amarillo
""",
    "plan years": """
Plan de Acción | Año | Compromiso | Actor responsable | Organización de la sociedad civil | Resultado de la evaluación
plan | year | title | institution | support | status
Plan de Acción Local 2017-2018 | 2017 | Gasto abierto en publicidad oficial | Coordinación de Comunicación Social | Artículo 20, A.C. | Completo
Plan de Acción Local 2017-2018 | 2018 | Denuncia anónima protegida | Contraloría | Transparencia Ciudadana, A.C. | Sustancial
Plan de Acción Local 2019-2020 | 2019 | Participación en el plan de desarrollo | Secretaría de Planeación | Colectivo Plan B | Limitado
""",
}

SAMPLES = tuple(_sample(name, text) for name, text in _TABLES.items())
