"""hub.inspect.columns: which column is which, measured on a corpus and shown on the traps."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mapping import FIELDS
from hub.inspect.columns import assign
from hub.inspect.model import HIGH, ColumnGuess
from hub.inspect.profile import profile
from hub.inspect.proposal import proposed, read_columns
from tests.hub.inspect.corpus import SAMPLES, Sample


@dataclass
class Measure:
    """Columns with a place in the model, those that got it, proposals, wrong ones, wrong ones with high confidence."""

    placed: int = 0
    right: int = 0
    proposed: int = 0
    wrong: int = 0
    wrong_and_sure: int = 0

    @property
    def recall(self) -> float:
        return self.right / self.placed

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.proposed


def guessed(columns: dict[str, list[str]]) -> dict[str, ColumnGuess]:
    return {guess.column: guess for guess in assign([profile(name, cells) for name, cells in columns.items()])}


def measured(sample: Sample) -> Measure:
    profiles = [profile(name, [row[at] for row in sample.rows]) for at, name in enumerate(sample.columns)]
    guesses = assign(profiles)
    fields = proposed(guesses, {p.column: p for p in profiles})
    feeds = {column: field for field, entry in fields.items() for column in read_columns({field: entry})}
    found = Measure()
    for guess, wanted in zip(guesses, sample.fields, strict=True):
        field = feeds.get(guess.column)
        found.placed += "-" not in wanted
        found.right += "-" not in wanted and field in wanted
        found.proposed += field is not None
        found.wrong += field is not None and field not in wanted
        found.wrong_and_sure += field is not None and field not in wanted and guess.confidence >= HIGH
    return found


def test_nine_columns_of_ten_get_their_place_and_none_is_wrong_with_high_confidence() -> None:
    total = Measure()
    for sample in SAMPLES:
        one = measured(sample)
        assert one.wrong_and_sure == 0, sample.name
        total.placed += one.placed
        total.right += one.right
        total.proposed += one.proposed
        total.wrong += one.wrong
    print(f"{len(SAMPLES)} tables, {total.placed} columns: recall {total.recall:.3f}, precision {total.precision:.3f}")
    assert len(SAMPLES) >= 30
    assert total.recall >= 0.95
    assert total.precision >= 0.97


def test_every_sample_gets_its_title() -> None:
    for sample in SAMPLES:
        guesses = assign([profile(name, [row[at] for row in sample.rows]) for at, name in enumerate(sample.columns)])
        assert any(g.field == "title" and "title" in w for g, w in zip(guesses, sample.fields, strict=True)), (
            sample.name
        )


def test_the_cells_decide_what_estado_means() -> None:
    titles = ["Abrir los datos del agua", "Publicar el costo de cada obra", "Rendir cuentas de becas"]
    status = guessed({"Compromiso": titles, "Estado": ["En proceso", "Cumplido", "En proceso"]})
    state = guessed({"Compromiso": titles, "Estado": ["Oaxaca", "Puebla", "Chiapas"]})
    assert (status["Estado"].field, state["Estado"].field) == ("status", "state")


def test_the_period_of_a_report_is_no_term_of_a_commitment() -> None:
    found = guessed(
        {
            "Denominación del compromiso": ["Abrir los datos del agua"],
            "Fecha de inicio del periodo que se informa": ["01/01/2022"],
            "Área(s) responsable(s) que genera(n), posee(n), publica(n) y actualizan la información": [
                "Unidad de Transparencia"
            ],
        }
    )
    assert [guess.field for guess in found.values()] == ["title", None, None]


def test_a_column_of_persons_is_never_proposed() -> None:
    found = guessed(
        {"Compromiso": ["Abrir los datos"], "Nombre del enlace": ["Lic. Ana Pérez"], "Correo": ["ana@e.mx"]}
    )
    assert [guess.field for guess in found.values()] == ["title", None, None]


def test_cells_without_a_known_name_are_proposed_but_never_surely() -> None:
    found = guessed(
        {
            "x": ["ODS 4. Educación de calidad", "ODS 6"],
            "y": ["45%", "100%"],
            "z": ["Secretaría de Salud", "Comisión del Agua"],
        }
    )
    assert [guess.field for guess in found.values()] == ["ods", "progress", "institution"]
    assert all(guess.confidence < HIGH for guess in found.values())


TITLES = ["Abrir los datos del agua", "Publicar el costo de cada obra", "Rendir cuentas de becas"]


@pytest.mark.parametrize("name", ["Vigencia", "Periodo", "Plazo de ejecución"])
def test_years_under_a_name_of_another_field_are_that_field(name: str) -> None:
    found = guessed({"Compromiso": TITLES, name: ["2022", "2023", "2024"]})
    assert found[name].field == "period"


@pytest.mark.parametrize(
    "name", ["Ejercicio local", "Año de la reforma", "Generación", "Administración", "Último censo"]
)
def test_years_under_a_name_that_is_known_in_part_or_not_at_all_are_never_sure(name: str) -> None:
    found = guessed({"Compromiso": TITLES, name: ["2022", "2023", "2024"]})
    assert found[name].confidence < HIGH


def test_institutions_under_a_name_that_is_known_in_part_are_never_sure() -> None:
    found = guessed(
        {"Compromiso": TITLES, "Instituciones premiadas": ["Secretaría de Salud", "Comisión del Agua", "DIF"]}
    )
    assert found["Instituciones premiadas"].confidence < HIGH


@pytest.mark.parametrize("name", ["Avance programado", "Porcentaje de avance programado", "Avance físico esperado"])
def test_planned_progress_is_no_progress(name: str) -> None:
    found = guessed({"Compromiso": TITLES, name: ["20%", "50%", "100%"]})
    assert found[name].field is None


def test_only_cells_that_speak_against_their_name_are_surely_another_field() -> None:
    found = guessed({"Compromiso": TITLES, "Avance": ["En proceso", "Concluido", "No iniciado"]})
    assert found["Avance"].field == "status"
    assert found["Avance"].confidence >= HIGH
    found = guessed({"Compromiso": ["1", "2", "3"], "Título": TITLES})
    assert found["Compromiso"].field == "number"
    assert found["Compromiso"].confidence >= HIGH


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=30),
        st.lists(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats(), st.booleans()), max_size=6),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_any_table_gets_a_guess_a_column_and_uses_no_field_twice(columns: dict[str, list[object]]) -> None:
    guesses = assign([profile(name, cells) for name, cells in columns.items()])
    used = [guess.field for guess in guesses if guess.field is not None]
    assert [guess.column for guess in guesses] == list(columns)
    assert len(used) == len(set(used))
    assert set(used) <= set(FIELDS["commitment"])
    assert all(0 <= guess.confidence <= 1 for guess in guesses)


@pytest.mark.parametrize(
    "cells", [["true", "false"], [True, False], ["Sí", "No", "Sí", "No", "Sí"], ["N", "Y", "Y", "N"]]
)
@pytest.mark.parametrize("name", ["isTop10", "has_detailed_plan", "Cuenta con plan de trabajo"])
def test_a_plain_yes_or_no_is_neither_a_status_nor_a_plan(name: str, cells: list[object]) -> None:
    guess = assign([profile(name, cells)])[0]
    assert guess.field is None


def test_a_column_that_is_called_status_is_one_though_its_few_words_are_unknown() -> None:
    found = guessed({"id": ["T-1", "T-5"], "status": ["EN_COURS", "FAIT"], "destacado": ["true", "true"]})
    assert found["status"].field == "status"
    assert found["destacado"].field is None


def test_a_name_that_only_resembles_a_status_needs_a_cell_that_is_one() -> None:
    measures = [
        "Baches resueltos",
        "Avance en actividades",
        "Equipos entregados",
        "Avance en actividades",
        "Corredores",
    ]
    assert guessed({"cumplimiento_label": measures})["cumplimiento_label"].field != "status"
    said = ["Cumplido", "En proceso", "Cumplido", "No iniciado"]
    assert guessed({"cumplimiento_label": said})["cumplimiento_label"].field == "status"


def test_months_with_a_year_of_two_figures_are_a_term_and_no_code() -> None:
    found = guessed({
        "Compromiso": ["Obra pública abierta", "Compras abiertas", "Cabildo abierto"],
        "Periodo / Inicio": ["ene-23", "feb-23", "mar-23"],
        "Periodo / Fin": ["dic-24", "nov-24", "dic-23"],
    })  # fmt: skip
    assert (found["Periodo / Inicio"].field, found["Periodo / Fin"].field) == ("start", "end")


@pytest.mark.parametrize("cells", [[1, 2, 3, 1, 2], [10, 20, 10, 30], ["1", "2", "2", "3"]])
def test_bare_numbers_under_estado_are_no_keys_of_states(cells: list[object]) -> None:
    titles = [f"Publicar el gasto del año {n}" for n in range(len(cells))]
    found = {guess.column: guess for guess in assign([profile("titulo", titles), profile("estado", cells)])}
    assert found["estado"].field is None


@pytest.mark.parametrize(
    ("name", "cells"), [("cve_ent", [1, 14, 9]), ("Estado", ["09", "14", "31"]), ("Clave de entidad", [14, 9, 30])]
)
def test_numbers_are_keys_of_states_where_their_name_or_their_writing_says_so(name: str, cells: list[object]) -> None:
    titles = ["Publicar el gasto", "Abrir el cabildo", "Medir el agua"]
    found = {guess.column: guess for guess in assign([profile("titulo", titles), profile(name, cells)])}
    assert found[name].field == "state"


def test_a_title_without_a_cell_gives_way_to_any_that_has_them_and_is_nothing_else() -> None:
    found = guessed({
        "compromisos": ["", "", ""],
        "compromisotitulo": ["Mapa de obras en escuelas", "Apertura de datos de salud", "Formato de colectivos"],
        "compromisoavance": ["33.00", "50.00", "0.00"],
    })  # fmt: skip
    assert [found[name].field for name in found] == [None, "title", "progress"]


def test_what_one_stage_says_of_itself_is_not_said_of_the_commitment() -> None:
    cells = ["En proceso", "Completo", "En proceso", "En proceso"]
    found = guessed({"Compromiso": ["Uno", "Dos", "Tres", "Cuatro"], "etapas.1.estado": cells})
    assert found["etapas.1.estado"].field is None


def test_a_column_of_persons_without_titles_is_no_institution() -> None:
    cells = ["Esteban", "Daniela Escobar", "Laura Q y Luisa Victoria", "Juan H"]
    found = guessed({"Compromiso": ["Uno", "Dos", "Tres", "Cuatro"], "Responsable": cells})
    assert found["Responsable"].field is None


def test_of_two_columns_with_one_name_and_different_cells_none_is_sure() -> None:
    cells = {
        "Compromiso": ["Abrir el gasto", "Abrir el agua"],
        "Avance": ["10%", "50%"],
        "Estatus": ["Cumplido", "En proceso"],
    }
    assert guessed({**cells, "Avance (2)": ["20%", "100%"]})["Avance"].confidence < HIGH
    assert guessed({**cells, "Avance (2)": ["10%", "50%"]})["Avance"].confidence >= HIGH


def test_letters_under_the_name_of_a_key_are_no_marks() -> None:
    found = guessed({"Clave": ["A", "B", "C", "A"], "Compromiso": ["Uno más", "Dos más", "Tres más", "Cuatro más"]})
    assert found["Clave"].field != "status"


def test_bare_numbers_of_lines_of_a_plan_are_no_goals() -> None:
    guess = guessed({"Línea de acción": ["1.1", "1.2", "1.3", "2.1"], "Compromiso": ["Abrir el padrón", "Abrir las compras", "Abrir el gasto", "Oír a todos"]})["Línea de acción"]  # fmt: skip
    assert guess.field not in ("ods", "ods_target")


@pytest.mark.parametrize("name", ["OBJECTID", "FID", "ogc_fid", "_id", "registro.id"])
def test_the_place_of_a_row_in_a_systems_own_table_is_neither_number_nor_code(name: str) -> None:
    columns = {name: ["1", "2", "3", "4"], "compromiso": ["Abrir el padrón", "Abrir las compras", "Abrir el gasto", "Oír a todos"]}  # fmt: skip
    assert guessed(columns)[name].field is None


def test_a_systems_own_key_that_is_no_running_number_may_be_the_code() -> None:
    hashes = [f"65a0c1d2e3f4a5b6c7d8e{n:03x}" for n in range(4)]
    assert guessed({"_id": hashes, "compromiso": ["Abrir el padrón", "Abrir las compras", "Abrir el gasto", "Oír"]})["_id"].field == "code"  # fmt: skip


@pytest.mark.parametrize("cells", [["1706745600000", "1735603200000"], ["1706745600", "1735603200"]])
def test_instants_since_1970_under_a_date_s_name_are_dates(cells: list[str]) -> None:
    assert guessed({"compromiso": ["Abrir el padrón", "Oír a todos"], "fecha_termino": cells})["fecha_termino"].field == "end"  # fmt: skip


def test_two_columns_of_dates_of_one_name_are_a_start_and_an_end() -> None:
    columns = {"Compromiso": ["Abrir el padrón", "Oír a todos"], "Fecha": ["2024-01-15", "2024-02-01"], "Fecha (2)": ["2024-12-31", "2024-11-30"]}  # fmt: skip
    found = guessed(columns)
    assert (found["Fecha"].field, found["Fecha (2)"].field) == ("start", "end")
    assert found["Fecha"].unsure


def test_two_columns_of_dates_of_one_name_that_are_out_of_order_are_not() -> None:
    columns = {"Compromiso": ["Abrir el padrón", "Oír a todos"], "Fecha": ["2024-12-31", "2024-02-01"], "Fecha (2)": ["2024-01-15", "2024-11-30"]}  # fmt: skip
    assert guessed(columns)["Fecha (2)"].field is None


def test_a_spreadsheet_s_days_under_a_date_s_name_are_dates_and_amounts_are_none() -> None:
    titles = ["Abrir el padrón", "Oír a todos"]
    assert guessed({"Compromiso": titles, "Fecha de término": ["45657", "45688"]})["Fecha de término"].field == "end"
    found = guessed({"Compromiso": titles, "Costo A": ["45000", "46000"], "Zona B": ["45657", "45688"], "Zona C": ["45700", "45800"]})  # fmt: skip
    assert {guess.field for guess in found.values()} == {"title", None}


def test_institutions_in_numbered_columns_are_all_read() -> None:
    names = ["Responsable 1", "Responsable 2", "Responsable 3", "Estatus 2"]
    cells = [["Secretaría de Finanzas"] * 3, ["Secretaría de Obras Públicas"] * 3, ["", "Comisión del Agua", ""], ["En proceso"] * 3]  # fmt: skip
    columns = {"Compromiso": ["Abrir el padrón", "Oír a todos", "Ver la obra"], **dict(zip(names, cells, strict=True))}
    profiles = {name: profile(name, column) for name, column in columns.items()}
    assert proposed(assign(list(profiles.values())), profiles)["institution"] == {"columns": names[:3]}


def test_a_column_named_by_a_body_of_the_state_is_no_column_of_states() -> None:
    found = {
        guess.column: guess.field
        for guess in assign(
            [
                profile("Compromiso", ["Abrir el padrón", "Medir la obra"]),
                profile("Contraloría del Estado", [None, None]),
            ]
        )
    }
    assert found["Contraloría del Estado"] is None


def test_keys_of_a_status_are_no_percentages() -> None:
    titles = [f"Abrir el padrón número {n}" for n in range(5)]
    found = {
        guess.column: guess.field
        for guess in assign([profile("Compromiso", titles), profile("Estatus", [3, 2, 1, 2, 3])])
    }
    assert found["Estatus"] != "progress"
    found = {
        guess.column: guess.field
        for guess in assign([profile("Compromiso", titles), profile("Estatus", [100, 45, 0, 30, 75])])
    }
    assert found["Estatus"] == "progress"
