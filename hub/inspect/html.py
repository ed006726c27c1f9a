"""A report as an HTML fragment for the hub's pages. Pure; every published text is escaped, no style, no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hub.inspect.messages import Lang, field_name, label, status_name
from hub.inspect.model import ConformanceReport, Finding, Inspection, PreviewRecord
from hub.model import IssueSeverity

_WORD = {IssueSeverity.ERROR: "error", IssueSeverity.WARNING: "warning", IssueSeverity.INFO: "info"}


def render(inspection: Inspection, *, heading: int = 2) -> str:
    """The whole report as one ``<section class="report">``.

    Args:
        heading: level of its headings, to fit the page around it.
    """
    report = inspection.report
    lang: Lang = "en" if report.lang == "en" else "es"
    parts = [_verdict(report, lang), _facts(report, lang)]
    if report.columns and report.accepted_as_commitments:
        parts.append(_titled("columns", _columns(report, lang), lang, heading))
    if inspection.records:
        parts.append(_titled("records", _records(inspection.records, lang), lang, heading))
    if report.findings:
        parts.append(_titled("findings", _findings(report.findings, lang), lang, heading))
    return f'<section class="report" lang="{lang}">{"".join(parts)}</section>'


def _titled(name: str, inside: str, lang: Lang, heading: int) -> str:
    return f"<h{heading}>{escape(label(name, lang))}</h{heading}>{inside}"


def _verdict(report: ConformanceReport, lang: Lang) -> str:
    good = report.accepted_as_commitments
    clean = good and all(finding.severity is IssueSeverity.INFO for finding in report.findings)
    name = "verdict_ok" if clean else "verdict_part" if good else "verdict_no"
    score = f'<meter min="0" max="1" low="0.3" value="{report.score}">{report.score:.2f}</meter>'
    words = f"{escape(label('score', lang))} {report.score:.2f}"
    return f'<p class="verdict {name.replace("_", "-")}"><strong>{escape(label(name, lang))}</strong> {score} <span>{words}</span></p>'


def _facts(report: ConformanceReport, lang: Lang) -> str:
    facts = [
        ("rows", str(report.rows)), ("accepted", str(report.accepted)), ("rejected", str(report.rejected)), ("connector", report.connector),
        ("platform", report.platform), ("place", report.place), ("media", report.media_type), ("encoding", report.encoding),
    ]  # fmt: skip
    said = "".join(
        f"<div><dt>{escape(label(name, lang))}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value
    )
    return f"<dl>{said}</dl>"


def _columns(report: ConformanceReport, lang: Lang) -> str:
    head = "".join(
        f'<th scope="col">{escape(label(name, lang))}</th>'
        for name in ("column", "field", "confidence", "runner_up", "sample")
    )
    rows = []
    for guess in report.columns:
        field = escape(field_name(guess.field, lang)) if guess.field else "–"
        sure = f"{guess.confidence * 100:.0f} %" if guess.field else ""
        other = escape(field_name(guess.runner_up, lang)) if guess.unsure and guess.runner_up else ""
        sample = escape(guess.sample[0]) if guess.sample else ""
        mark = ' class="unsure"' if guess.unsure else ""
        rows.append(
            f'<tr{mark}><th scope="row">{escape(guess.column)}</th><td>{field}</td><td>{sure}</td><td>{other}</td><td>{sample}</td></tr>'
        )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _records(records: Sequence[PreviewRecord], lang: Lang) -> str:
    head = "".join(
        f'<th scope="col">{escape(label(name, lang))}</th>' for name in ("code", "title", "status", "progress", "ods")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(_record(record, lang) for record in records)}</tbody></table>"


def _record(record: PreviewRecord, lang: Lang) -> str:
    progress = f"{record.progress:g} %" if record.progress is not None else ""
    cells = (record.title, status_name(record.status.value, lang), progress, ", ".join(map(str, record.ods)))
    return f'<tr><th scope="row">{escape(record.code)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'


def _findings(findings: Sequence[Finding], lang: Lang) -> str:
    return f"<ul>{''.join(_finding(finding, lang) for finding in findings)}</ul>"


def _finding(finding: Finding, lang: Lang) -> str:
    word = _WORD[finding.severity]
    parts = [f"<strong>{escape(label(word, lang))}</strong> {escape(finding.message)}"]
    if finding.suggestion:
        parts.append(f"<em>{escape(label('suggestion', lang, status_name(finding.suggestion, lang)))}</em>")
    if finding.where:
        times = f" · {label('times', lang, finding.count)}" if finding.count > len(finding.where) else ""
        parts.append(f"<small>{escape(', '.join(finding.where) + times)}</small>")
    advice = " ".join(part for part in (finding.why, finding.remedy) if part)
    if advice:
        parts.append(f"<p>{escape(advice)}</p>")
    return f'<li class="{word}">{" ".join(parts)}</li>'
