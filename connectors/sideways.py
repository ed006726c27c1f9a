"""Tables that lie on their side: the names of the fields down a column, a commitment in each column beside it, or one under another.

Told from ordinary tables by where the usual names stand: several down one column, and no row that holds as many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from connectors.base import Cell
from connectors.header import HEAD_ROWS, Line, Merge, filled, looks_like_label
from connectors.item_label import NUMBER, TITLE, ItemLabel, commitment_label
from connectors.synonyms import header_hits
from connectors.text import fold, is_blank, shown, tidy

_FEWEST = 3
"""Usual names down a column from which on they are the names of the fields."""
_FIRST = 4
"""Columns among which the names may stand."""
_DICTIONARY = re.compile(
    r"campos?|variables?|columnas?|atributos?|nombre (?:del? )?(?:la )?(?:campo|variable|columna|atributo)|field|column|variable name"
)
"""What heads the names of fields in a dictionary of data, which describes a table and is none."""
_LEVEL = re.compile(r"(fin|proposito|componente|actividad)(?:s|es)?\b(?! d)")
_FEWEST_LEVELS = 3
"""Levels of a results matrix (MIR: Fin, Propósito, Componente, Actividad), which are rows and no names of fields."""
_HEADS = frozenset({"concepto", "rubro", "apartado", "elemento", "dato", "seccion"})
"""What heads the names of fields in a sheet of one commitment."""


def set_up(lines: Sequence[Line], expected: Iterable[str] = (), merges: Sequence[Merge] = ()) -> list[Line] | None:
    """The lines of a table that lies on its side, set upright: a line of names, then one for each commitment.

    A line keeps the number of the row where its commitment begins, and says its column. None: the table stands already.

    Args:
        lines: every line of the table.
        expected: names that a mapping waits for.
        merges: merged ranges; a value merged over several columns holds for each of them.
    """
    plain = [line for line in lines if _which(line) is None]
    labelled = _names_at(plain[:HEAD_ROWS], {fold(name) for name in expected})
    if labelled is None:
        return None
    lines = list(_with_banners(lines, labelled))
    told = [line for line in lines if len(line.cells) > labelled and any(i > labelled for i in filled(line.cells))]
    told = _without_head(_before_inner(told, labelled), labelled)
    if not told:
        return None
    spread = _spread(lines, merges, labelled)
    columns = sorted({i for line in told for i in filled(spread.get(line.number, line.cells)) if i > labelled})
    columns = [column for column in columns if not _says_the_names(told, column, labelled)]
    blocks = _blocks(told, labelled)
    names = list(dict.fromkeys(name for block in blocks for name, _ in block))
    stood = [Line(told[0].number, list(names))]
    for block in blocks:
        for column in columns:
            cells = _record(block, names, column, spread)
            if any(not is_blank(cell) for cell in cells):
                begins = block[0][1][0]
                stood.append(Line(begins.number, cells, begins.place, column=f" column {_letters(column)}"))
    return stood if len(stood) > 1 else None


def _which(line: Line) -> ItemLabel | None:
    """“Compromiso 3”, “Compromiso 3. Abrir el padrón” alone in a row: which commitment the rows below it tell."""
    places = filled(line.cells)
    label = commitment_label(shown(line.cells[places[0]])) if len(places) == 1 else None
    return label if label is not None and label.number else None


def _with_banners(lines: Sequence[Line], labelled: int) -> Iterator[Line]:
    """The lines, with the number and title that stand across the table as fields like the others."""
    width = max((len(line.cells) for line in lines), default=0)
    for line in lines:
        label = _which(line)
        if label is None:
            yield line
            continue
        for name, text in ((NUMBER, label.number), (TITLE, label.title)):
            if text:
                cells: list[Cell] = [None] * labelled
                yield replace(line, cells=[*cells, name, *[text] * (width - labelled - 1)], merged=frozenset())


def _before_inner(told: Sequence[Line], labelled: int) -> list[Line]:
    """The lines before a table of its own that a sheet ends with: «Hito | Fecha | Estatus» below the fields of the commitment."""
    for at, line in enumerate(told):
        values = [shown(line.cells[i]) for i in filled(line.cells) if i > labelled]
        if (
            at >= _FEWEST
            and len(values) > 1
            and header_hits(values)
            and all(looks_like_label(value) for value in values)
        ):
            return list(told[:at]) if len({fold(value) for value in values}) == len(values) else list(told)
    return list(told)


def _names_at(lines: Sequence[Line], wanted: set[str]) -> int | None:
    """The column that holds the names of the fields; None where a row names them as well as any column does."""
    best, most = None, 0
    for column in range(_FIRST):
        labels = [
            shown(line.cells[column])
            for line in lines
            if column < len(line.cells) and looks_like_label(line.cells[column])
        ]
        if any(_DICTIONARY.fullmatch(fold(label)) for label in labels[:3]) or _are_levels(labels):
            return None
        hits = _hits(labels, wanted)
        if hits > most and hits >= _FEWEST and 2 * hits >= len({fold(label) for label in labels}):
            best, most = column, hits
    if best is None:
        return None
    across = max(
        (_hits([shown(cell) for cell in line.cells if isinstance(cell, str)], wanted) for line in lines), default=0
    )
    return best if across < min(most, _FEWEST) else None


def _are_levels(labels: Sequence[str]) -> bool:
    """Whether labels are the levels of a results matrix (CONAC, Matriz de Indicadores para Resultados)."""
    return len({found[1] for label in labels if (found := _LEVEL.match(fold(label)))}) >= _FEWEST_LEVELS


def _hits(labels: Sequence[str], wanted: set[str]) -> int:
    """How many different names of fields there are among some labels."""
    different = {fold(label): label for label in labels if label}
    return max(header_hits(different.values()), len(different.keys() & wanted))


def _says_the_names(told: Sequence[Line], column: int, labelled: int) -> bool:
    """Whether a column repeats the names of the fields, for the commitment beside it."""
    cells = [(line.cells[labelled], line.cells[column]) for line in told if column < len(line.cells)]
    said = [(fold(shown(name)), fold(shown(cell))) for name, cell in cells if not is_blank(cell)]
    return bool(said) and 2 * sum(name == cell for name, cell in said) >= len(said)


def _without_head(told: list[Line], labelled: int) -> list[Line]:
    """The lines without one above them that heads both columns («Concepto | Información»)."""
    return told[1:] if told and fold(shown(told[0].cells[labelled])) in _HEADS else told


def _spread(lines: Sequence[Line], merges: Sequence[Merge], labelled: int) -> dict[int, list[Cell]]:
    """The cells of the rows whose values are merged over several columns, each column with the value."""
    found: dict[int, list[Cell]] = {}
    for merge in merges:
        if merge.left <= labelled or merge.right == merge.left or merge.top >= len(lines):
            continue
        line = lines[merge.top]
        cells = found.setdefault(line.number, list(line.cells))
        cells.extend([None] * (merge.right + 1 - len(cells)))
        for column in range(merge.left, merge.right + 1):
            cells[column] = line.cells[merge.left] if merge.left < len(line.cells) else None
    return found


Block = list[tuple[str, list[Line]]]
"""The fields of commitments that stand side by side: each name, and the rows that tell it."""


def _blocks(told: Sequence[Line], labelled: int) -> list[Block]:
    """The fields in order. A first name that comes again begins the next commitment; a row without name continues the one above."""
    blocks: list[Block] = []
    block: Block = []
    for line in told:
        name = tidy(shown(line.cells[labelled])).rstrip(" :")
        if not name:
            if block:
                block[-1][1].append(line)
            continue
        if block and fold(name) == fold(block[0][0]):
            blocks.append(block)
            block = []
        block.append((_unused(name, [known for known, _ in block]), [line]))
    return [*blocks, block] if block else blocks


def _unused(name: str, known: Sequence[str]) -> str:
    """A name that no other field of the commitment has: ``Avance (2)``."""
    same = sum(fold(other) == fold(name) for other in known)
    return f"{name} ({same + 1})" if same else name


def _record(block: Block, names: Sequence[str], column: int, spread: dict[int, list[Cell]]) -> list[Cell]:
    said: dict[str, Cell] = {}
    for name, rows in block:
        cells = [cells[column] for row in rows if column < len(cells := spread.get(row.number, row.cells))]
        given = [cell for cell in cells if not is_blank(cell)]
        said[name] = given[0] if len(given) == 1 else "\n".join(map(shown, given)) or None
    return [said.get(name) for name in names]


def _letters(column: int) -> str:
    """The name of a column as a spreadsheet shows it: A, B … AA."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
