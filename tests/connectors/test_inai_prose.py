"""connectors.inai_prose: which act each date of a local exercise's prose belongs to, and how many commitments a plan says to hold."""

from __future__ import annotations

import pytest

from connectors.blocks import Block
from connectors.inai_prose import declared_count, find_acts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("La Declaración Conjunta se firmó el 20 de junio de 2016.", {"joined": "20 de junio de 2016"}),
        ("Sinaloa se sumó a la iniciativa el 20 de junio de 2016.", {"joined": "20 de junio de 2016"}),
        ("El 9 de marzo de 2015 el estado se integró a los Ejercicios Locales, refrendados el 2 de marzo de 2017.",
         {"joined": "9 de marzo de 2015"}),
        ("Luego de la firma de la Declaración Conjunta, el 10 de abril de 2015 se instaló el Secretariado.",
         {"installed": "10 de abril de 2015"}),
        ("La instalación del STL y la selección de su facilitador se formalizó el 7 de abril de 2015.",
         {"installed": "7 de abril de 2015"}),
        ("El treinta y uno de enero de dos mil diecisiete se publicó el Plan de Acción Local.",
         {"published": "treinta y uno de enero de dos mil diecisiete"}),
        ("El 18 de abril de 2017, se llevó a cabo la instalación del Secretariado Técnico Local.",
         {"installed": "18 de abril de 2017"}),
        ("El Secretariado Técnico fue instalado el 14 de septiembre de 2017 y coordina el Plan de Acción.",
         {"installed": "14 de septiembre de 2017"}),
        ("El estado firmó la Declaración Conjunta el 9 de marzo de 2015 e instaló su Secretariado el 17 de abril del mismo año.",
         {"joined": "9 de marzo de 2015", "installed": "17 de abril de 2015"}),
        ("De cara a la instalación del Secretariado, el 5 de mayo de 2017 se impartió una sesión.", {}),
        ("El 4 de julio, el STL convocó al foro de 2015.", {}),
        ("El 3 de marzo de 2017 se publicó la convocatoria para construir el Plan de Acción Local.", {}),
        ("El 30 de junio de 2016 se publicó el Plan de Acción Local.", {"published": "30 de junio de 2016"}),
        ("El Plan de Acción Local, publicado el 14 de enero de 2016, tiene 6 compromisos.",
         {"published": "14 de enero de 2016"}),
        ("En ceremonia celebrada el 23 de agosto de 2016 en Pachuca, el Gobernador y la sociedad civil firmaron la Declaración Conjunta.",
         {"joined": "23 de agosto de 2016"}),
        ("Con fecha 1º de julio de 2016 se dio a conocer el PAL.", {"published": "1º de julio de 2016"}),
    ],
)  # fmt: skip
def test_each_date_goes_to_the_act_it_stands_at(sentence: str, expected: dict[str, str]) -> None:
    acts = find_acts([Block("p", sentence, 1)])
    told = {name: getattr(acts, name) for name in ("joined", "installed", "published")}
    assert {name: found[0].date.text for name, found in told.items() if found} == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("está integrado por 6 compromisos puntuales", 6),
        ("5 compromisos, con duración de un año, además de 1 compromiso proactivo:", 6),
        ("dos compromisos", 2),
        ("seis compromisos y dos proactivos", 8),
        ("2 compromisos proactivos y 3 compromisos", 5),
        ("8 compromisos, de los cuales 2 son proactivos", 8),
        ("compromisos puntuales", None),
    ],
)
def test_a_plan_says_how_many_commitments_it_holds(text: str, count: int | None) -> None:
    assert declared_count(text) == count
