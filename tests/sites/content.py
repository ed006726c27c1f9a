"""What the imitation sites publish: invented commitments, in every format that states really use."""

from __future__ import annotations

import csv
import html
import io
import json
from dataclasses import dataclass, replace

COLUMNS = ("No.", "Compromiso", "ODS", "Estatus", "Avance", "Dependencia responsable", "Inicio", "Término", "Liga")
_SUBJECTS = (
    ("Padrón abierto de proveedores de la obra pública", "16, 12", "En proceso", "45", "Secretaría de la Función Pública"),
    ("Presupuesto participativo en escuelas rurales", "4", "Concluido", "100", "Secretaría de Educación"),
    ("Monitoreo ciudadano de la calidad del agua", "6", "En proceso", "62.5", "Comisión Estatal del Agua"),
    ("Mapa público de rutas y paraderos accesibles", "11", "No iniciado", "0", "Secretaría de Movilidad"),
    ("Datos abiertos sobre feminicidio y alerta de género", "5, 16", "En proceso", "30", "Fiscalía General del Estado"),
    ("Vigilancia comunitaria de incendios forestales", "15, 13", "Concluido", "100", "Secretaría de Medio Ambiente"),
    ("Compras de medicamentos a la vista de todos", "3", "En proceso", "80", "Servicios de Salud"),
    ("Empleo joven: seguimiento de becas y capacitación", "8, 10", "En proceso", "55", "Secretaría del Trabajo"),
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Columns and rows of text, before any format."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def halved(self) -> Table:
        """The first half of the rows."""
        return replace(self, rows=self.rows[: len(self.rows) // 2])

    def emptied(self) -> Table:
        """The header only."""
        return replace(self, rows=())

    def renamed(self, column: str, new: str) -> Table:
        """One column under another name."""
        return replace(self, columns=tuple(new if name == column else name for name in self.columns))

    def edited(self, row: int, column: str, value: str) -> Table:
        """One cell changed."""
        at = self.columns.index(column)
        cells = list(self.rows[row])
        cells[at] = value
        return replace(self, rows=(*self.rows[:row], tuple(cells), *self.rows[row + 1 :]))


def commitments(state: str, count: int = len(_SUBJECTS)) -> Table:
    """`count` commitments of a state."""
    rows = []
    for index in range(count):
        title, ods, status, progress, institution = _SUBJECTS[index % len(_SUBJECTS)]
        year = 2023 + index % 2
        link = f"https://{state}.example/evidencia/{index + 1}"
        numbered = title if index < len(_SUBJECTS) else f"{title} ({index + 1})"
        dates = (f"15/01/{year}", f"31/12/{year}")
        rows.append((str(index + 1), numbered, ods, status, progress, institution, *dates, link))
    return Table(COLUMNS, tuple(rows))


def as_csv(table: Table, *, encoding: str = "utf-8", delimiter: str = ",", banner: tuple[str, ...] = ()) -> bytes:
    """A CSV file; `banner` rows stand above the header, as office workers like them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([line] for line in banner)
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue().encode(encoding)


def as_html_table(table: Table, title: str = "Plan de Acción Local") -> bytes:
    """A page with one table."""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in table.columns)
    rows = "\n".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return _page(title, f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>")


def as_html_list(table: Table, title: str = "Compromisos de gobierno abierto") -> bytes:
    """A page with a list, “Compromiso 1: …”."""
    at = next(i for i, name in enumerate(table.columns) if i == 1)
    items = "\n".join(f"<li><strong>Compromiso {row[0]}:</strong> {html.escape(row[at])}.</li>" for row in table.rows)
    return _page(title, f"<ul>\n{items}\n</ul>")


def as_json(table: Table) -> bytes:
    """An API's answer: ``{"success": true, "data": {"total": n, "compromisos": […]}}``."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    answer = {"success": True, "data": {"total": len(rows), "compromisos": rows}}
    return json.dumps(answer, ensure_ascii=False, indent=1).encode()


def as_exercise_page(table: Table, state: str = "Michoacán") -> bytes:
    """A state page shaped like those of the national programme of local exercises; the text is ours."""
    items = "\n".join(f"<li><strong>Compromiso {row[0]}:</strong> {html.escape(row[1])}. </li>" for row in table.rows)
    return f"""
<div class="row">
<div class="col-sm-10 col-sm-offset-1">
<h1><strong>{state}</strong>, ejercicio local de gobierno abierto</h1>
<h2>¿Quiénes conforman el ejercicio?</h2>
<p>El Secretariado Técnico Local (STL), está conformado por:</p>
<ul>
<li><h3>3 representantes de la <strong>Sociedad Civil</strong> </h3>
<ol>
<li>Colectivo Lago Abierto, A.C.</li>
<li>Red de Contralorías Ciudadanas </li>
<li>Observatorio del Bosque</li>
</ol>
</li>
<li>
<h3>2 representantes del Gobierno </h3>
<ol>
<li>Secretaría de la Contraloría del Estado</li>
<li>Coordinación General de Planeación</li>
</ol>
</li>
<li><h3>1 representante del Órgano Garante de Acceso a la Información</h3>
<ol>
<li>Instituto de Transparencia del Estado</li>
</ol>
</li>
</ul>
<h2>Contexto</h2>
<p>El 12 de mayo de 2016, el estado de {state} se integró formalmente a los Ejercicios Locales de Gobierno
Abierto a través de la firma de la Declaración Conjunta.</p>
<p>La instalación del STL se formalizó el 3 de agosto de 2016.</p>
<p>Este proceso dio como resultado que el 20 de febrero de 2017 se publicara el
<a href="/michoacan/plan.pdf">Plan de Acción Local</a>. El documento está integrado por {len(table.rows)} compromisos
puntuales, con duración de un año:</p>
<ul>
{items}
</ul>
<h2>Estatus</h2>
<p>En proceso de implementación del Plan de Acción Local.</p>
</div>
</div>
""".encode()


def _page(title: str, inside: str) -> bytes:
    return f"""<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>{title}</title></head>
<body><header><nav><a href="/">Inicio</a></nav></header>
<main><h1>{title}</h1>
{inside}
</main></body></html>
""".encode()


CHALLENGE = b"""<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper" role="main">
<noscript>Enable JavaScript and cookies to continue</noscript></div>
<script>(function(){window._cf_chl_opt={cvId:'3',cType:'managed'};
var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';}());</script>
</body></html>"""

LOGIN = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Acceso al sistema</title></head><body>
<form method="post" action="/login"><h1>Iniciar sesión</h1><label>Usuario <input name="usuario"></label>
<label>Contraseña <input type="password" name="clave"></label><button>Ingresar</button></form></body></html>""".encode()
