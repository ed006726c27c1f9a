"""Where each state stands in the tile map: a square a state, in the places that the country gives them."""

from __future__ import annotations

from types import MappingProxyType

COLUMNS = 10
ROWS = 6

PLACES = MappingProxyType(
    {
        "02": (0, 0), "26": (1, 0), "08": (2, 0), "05": (3, 0), "19": (4, 0), "28": (5, 0),
        "03": (0, 1), "25": (1, 1), "10": (2, 1), "32": (3, 1), "24": (4, 1),
        "18": (1, 2), "14": (2, 2), "01": (3, 2), "11": (4, 2), "22": (5, 2), "13": (6, 2), "31": (8, 2),
        "06": (2, 3), "16": (3, 3), "15": (4, 3), "09": (5, 3), "29": (6, 3), "30": (7, 3), "04": (8, 3), "23": (9, 3),
        "17": (5, 4), "21": (6, 4), "27": (7, 4),
        "12": (5, 5), "20": (6, 5), "07": (7, 5),
    }
)  # fmt: skip
"""INEGI key → (column, row), from the north-west."""
