"""Names of persons that stand without a title: known by a given name that Mexico uses often.

Places that bear a person's name (Benito Juárez, Gustavo A. Madero) are bodies here, and bodies that begin with another word are
none of them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hub.normalise import places
from hub.normalise.text import clean, words

_GIVEN = frozenset(
    """abel adela adolfo adrian adriana agustin alan alberto aldo alejandra alejandro alfonso alfredo alicia alondra alvaro
    ana andrea andres angelica antonio araceli arely arturo aurelio beatriz berenice bernardo bertha blanca brenda bruno
    camila carla carlos carmen carolina catalina cecilia cesar claudia concepcion consuelo cristian cristina cynthia daniel
    daniela david diana diego edgar edith eduardo efrain elena elizabeth eloisa elsa elvia elvira emiliano emilio emma enrique
    erick erika ernesto esteban estela esther eugenia eugenio eva fabiola fatima felipe fernanda fernando fidel francisca
    francisco gabriel gabriela genaro gerardo gilberto gisela gloria gonzalo graciela gregorio griselda guillermina guillermo
    gustavo hector hilda homero hugo humberto ignacio ines irene irma isaac isabel ismael israel itzel ivan ivonne jacqueline
    jaime javier jesica jesus jimena joaquin joel jorge jose josefina juan juana juanita judith julia julian juliana julieta
    karen karina karla laura leonardo leonor leticia liliana lizbeth lorena lorenzo lourdes lucero lucia luis luisa magdalena
    manuel marcela marcelo margarita maria mariana maribel maricela mario marisol marta martha martin mateo mauricio maximiliano
    mayra melissa miguel miriam moises monica nancy natalia nayeli nicolas noe noemi nora norma octavio ofelia olga omar oscar
    pablo paola patricia patricio paulina pedro rafael ramiro ramon raul raymundo rebeca ricardo rigoberto roberto
    rocio rodolfo rodrigo rogelio rosa rosalba rosalia rosario ruben ruth salvador samuel sandra santiago sara saul sergio
    silvia sofia sonia susana tania teresa tomas ulises valentina valeria vanessa vicente victor virginia viviana
    wendy xavier ximena yadira yazmin yesenia yolanda zoila""".split()  # noqa: SIM905 - two hundred words read as a text
)
"""Given names among the commonest of Mexico's registers, folded; none that is also a word of offices ("marco", "amparo", "pilar")."""
_LINKS = frozenset({"de", "del", "la", "las", "los", "y", "e"})
_NAME = re.compile(r"[A-ZÁÉÍÓÚÜÑ][A-Za-zÁÉÍÓÚÜÑáéíóúüñ'’-]*\.?")
"""A name or an initial as it is written: "A.C." is none."""


_AND = re.compile(r"\s*[,;/&]\s*|\s+[ye]\s+(?=[A-ZÁÉÍÓÚÑ])")


@lru_cache(maxsize=8_192)
def are_persons(text: str) -> bool:
    """Whether a text names persons and nothing else: of each a usual given name ("Esteban"), and no word but names after it."""
    shown = clean(text)
    if not shown or len(shown) > 120 or not all(_is_one(name) for name in _AND.split(shown) if name):
        return False
    return (
        words(shown) not in _places()
    )  # asked last: few texts come so far, and the places are folded for the first of them


def _is_one(name: str) -> bool:
    first, *rest = name.split() or [""]
    return words(first) in _GIVEN and len(rest) <= 5 and all(part in _LINKS or _NAME.fullmatch(part) for part in rest)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(words(place.name) for place in places.everywhere())
