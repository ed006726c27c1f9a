"""A report for a terminal: rich renderables that hold 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connectors.mapping import DERIVED
from connectors.text import clip
from hub.inspect.messages import Lang, field_name, label, status_name
from hub.inspect.model import HIGH, ConformanceReport, Finding, Inspection, PreviewRecord
from hub.model import IssueSeverity

RECORDS = 3
FINDINGS = 20
_STYLE = {IssueSeverity.ERROR: "red", IssueSeverity.WARNING: "yellow", IssueSeverity.INFO: "cyan"}
_WORD = {IssueSeverity.ERROR: "error", IssueSeverity.WARNING: "warning", IssueSeverity.INFO: "info"}


def render(inspection: Inspection, *, records: int = RECORDS) -> RenderableType:
    """The whole report."""
    report = inspection.report
    lang: Lang = "en" if report.lang == "en" else "es"
    parts: list[RenderableType] = [_verdict(report, lang), *_facts(inspection, lang)]
    if report.columns and report.accepted_as_commitments:
        parts += [Text(""), Text(label("columns", lang), style="bold"), _columns(report, lang)]
    if inspection.records:
        parts += [
            Text(""),
            Text(label("records", lang), style="bold"),
            *_records(inspection.records[:records], report, lang),
        ]
    if report.findings:
        parts += [Text(""), Text(label("findings", lang), style="bold"), *_findings(report.findings, lang)]
    return Group(*parts)


def _verdict(report: ConformanceReport, lang: Lang) -> Text:
    good = report.accepted_as_commitments
    clean = good and not any(f.severity is not IssueSeverity.INFO for f in report.findings)
    name, style = (
        ("verdict_ok", "bold green")
        if clean
        else ("verdict_part", "bold yellow")
        if good
        else ("verdict_no", "bold red")
    )
    filled = round(report.score * 10)
    line = Text()
    line.append(label(name, lang), style=style)
    line.append("   ")
    line.append("█" * filled, style=style).append("░" * (10 - filled), style="dim")
    line.append(f" {label('score', lang)} {report.score:.2f}")
    return line


def _facts(inspection: Inspection, lang: Lang) -> Iterator[Text]:
    report = inspection.report
    counts = f"{label('rows', lang)} {report.rows} · {label('accepted', lang)} {report.accepted} · {label('rejected', lang)} {report.rejected}"
    yield Text(counts)
    told = [
        (label("connector", lang), report.connector), (label("platform", lang), report.platform), (label("place", lang), report.place),
        (label("encoding", lang), report.encoding),
    ]  # fmt: skip
    yield Text(" · ".join(f"{name} {value}" for name, value in told if value), style="dim")


def _columns(report: ConformanceReport, lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, expand=True)
    table.add_column(label("column", lang), ratio=4, overflow="ellipsis", no_wrap=True)
    table.add_column(label("field", lang), ratio=3, overflow="ellipsis", no_wrap=True)
    table.add_column("", width=4, justify="right")
    table.add_column(label("sample", lang), ratio=4, overflow="ellipsis", no_wrap=True, style="dim")
    for guess in report.columns:
        if guess.field is None and guess.column.endswith(DERIVED):
            continue
        if guess.field is None:
            table.add_row(escape(clip(guess.column, 40)), "–", "", escape(_sample(guess.sample)), style="dim")
            continue
        sure = "green" if guess.confidence >= HIGH else "yellow"
        shown = Text(field_name(guess.field, lang))
        if guess.unsure and guess.runner_up and guess.runner_up_confidence > 0.4:
            shown.append(f" ({label('runner_up', lang)} {field_name(guess.runner_up, lang)})", style="dim")
        table.add_row(
            escape(clip(guess.column, 40)),
            shown,
            Text(f"{guess.confidence * 100:.0f}%", style=sure),
            escape(_sample(guess.sample)),
        )
    return table


def _sample(values: Sequence[str]) -> str:
    return clip(values[0], 40) if values else ""


def _records(records: Sequence[PreviewRecord], report: ConformanceReport, lang: Lang) -> Iterator[RenderableType]:
    for record in records:
        head = Text(no_wrap=False)
        head.append(record.code, style="bold cyan").append("  ").append(clip(record.title, 200))
        yield Padding(head, (0, 0, 0, 2), expand=False)
        facts = [
            status_name(record.status.value, lang) if record.status.value != "UNKNOWN" else "",
            f"{record.progress:g} %" if record.progress is not None else "",
            f"{label('ods', lang)} {', '.join(map(str, record.ods))}" if record.ods else "",
            " → ".join(filter(None, (record.start_date, record.end_date))),
            clip("; ".join(record.institutions), 60),
        ]
        told = " · ".join(filter(None, facts))
        yield Padding(
            Text(f"{told}  [{record.locator}]" if told else f"[{record.locator}]", style="dim"),
            (0, 0, 0, 4),
            expand=False,
        )
    if report.accepted > len(records):
        yield Padding(
            Text(label("more", lang, report.accepted - len(records)), style="dim"), (0, 0, 0, 2), expand=False
        )


def _findings(findings: Sequence[Finding], lang: Lang) -> Iterator[RenderableType]:
    for finding in findings[:FINDINGS]:
        line = Text()
        line.append(f"{label(_WORD[finding.severity], lang)} ", style=_STYLE[finding.severity])
        line.append(finding.message)
        if finding.suggestion:
            line.append(" " + label("suggestion", lang, status_name(finding.suggestion, lang)), style="italic")
        if finding.where:
            places = ", ".join(finding.where)
            times = f" · {label('times', lang, finding.count)}" if finding.count > len(finding.where) else ""
            line.append(f" [{places}{times}]", style="dim")
        yield Padding(line, (0, 0, 0, 2), expand=False)
        advice = " ".join(part for part in (finding.why, finding.remedy) if part)
        if advice:
            yield Padding(Text(advice, style="dim"), (0, 0, 0, 4), expand=False)
    if len(findings) > FINDINGS:
        yield Padding(Text(label("more", lang, len(findings) - FINDINGS), style="dim"), (0, 0, 0, 2), expand=False)
