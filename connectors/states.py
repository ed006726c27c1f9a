"""The 32 states by the names their pages use, for connectors that must know whose page they read.

Keys: INEGI, Marco Geoestadístico (clave de entidad). Reading a state out of a CELL is the normaliser's business.
"""

from __future__ import annotations

import re

from connectors.spanish import clean, fold

STATES: dict[str, str] = {
    "01": "Aguascalientes", "02": "Baja California", "03": "Baja California Sur", "04": "Campeche",
    "05": "Coahuila", "06": "Colima", "07": "Chiapas", "08": "Chihuahua", "09": "Ciudad de México",
    "10": "Durango", "11": "Guanajuato", "12": "Guerrero", "13": "Hidalgo", "14": "Jalisco",
    "15": "Estado de México", "16": "Michoacán", "17": "Morelos", "18": "Nayarit", "19": "Nuevo León",
    "20": "Oaxaca", "21": "Puebla", "22": "Querétaro", "23": "Quintana Roo", "24": "San Luis Potosí",
    "25": "Sinaloa", "26": "Sonora", "27": "Tabasco", "28": "Tamaulipas", "29": "Tlaxcala",
    "30": "Veracruz", "31": "Yucatán", "32": "Zacatecas",
}  # fmt: skip
"""INEGI key → common name."""
_OTHER_NAMES = {
    "05": ("Coahuila de Zaragoza",), "09": ("Distrito Federal", "CDMX"), "15": ("México", "Edomex", "Edo. de México"),
    "16": ("Michoacán de Ocampo",), "22": ("Querétaro de Arteaga",),
    "30": ("Veracruz de Ignacio de la Llave",),
}  # fmt: skip
_BY_NAME = {fold(name): key for key, name in STATES.items()} | {
    fold(name): key for key, names in _OTHER_NAMES.items() for name in names
}
_LEAD = re.compile(r"^(?:(?:en|de|del|el|la|para)\s+)*(?:(?:estado(?:\s+libre\s+y\s+soberano)?|entidad)\s+de\s+)?")


def state_names() -> dict[str, str]:
    """Folded name → key of every state, longest first: “Baja California Sur” is not Baja California. “México” is left out."""
    plain = [name for name in _BY_NAME if name != "mexico"]
    return {name: _BY_NAME[name] for name in sorted(plain, key=len, reverse=True)}


def state_key(name: str) -> str | None:
    """INEGI key of a state by its whole name (accents, case and “Estado de …” do not matter); else None."""
    folded = fold(clean(name)).strip(' ,.:;–—-|()"“”')
    for candidate in (folded, _LEAD.sub("", folded)):
        if candidate in _BY_NAME:
            return _BY_NAME[candidate]
    return None
