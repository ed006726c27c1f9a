"""How one field of the model is read from the published columns: a table under ``[sources.x.fields]``."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_RUNAWAY = re.compile(r"\([^()]*[+*}][^()]*\)\s*[+*{]")


class FieldSpec(BaseModel):
    """How one model field is read. The short form ``title = "Compromiso"`` is ``{ column = "Compromiso" }``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str | None = Field(default=None, description="la columna publicada")
    columns: tuple[str, ...] = Field(default=(), description="varias columnas en un solo campo")
    join: str | None = Field(default=None, description="texto entre las columnas unidas; sin él son una lista")
    value: Any = Field(default=None, description="un valor constante")
    split: str | None = Field(default=None, min_length=1, description="separador de una lista dentro de la celda")
    pattern: str | None = Field(
        default=None, max_length=500, description="expresión regular; el grupo con el nombre del campo, o el primero"
    )
    item: int | None = Field(default=None, ge=1, description="cuál de los valores de la celda, contado desde 1")
    scale: Literal["percent", "fraction"] | None = Field(
        default=None, description="escala de los números de la columna"
    )
    date_order: Literal["dmy", "mdy"] | None = Field(default=None, description="orden de día y mes en la columna")
    role: Literal["LEAD", "COORDINATION", "SUPPORT", "SUPERVISION", "CIVIL_SOCIETY"] | None = Field(
        default=None, description="papel de las instituciones de la columna"
    )
    ticked: bool = Field(
        default=False, description="de las columnas, la marcada (X, ✔) dice el valor: el nombre de la columna"
    )
    optional: bool = Field(default=False, description="la columna puede faltar sin que la fuente se dé por cambiada")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"la expresión regular no es válida ({error})") from error
            if _RUNAWAY.search(pattern):
                raise ValueError("la expresión regular repite lo que ya se repite y podría no terminar nunca")
        return pattern

    @model_validator(mode="after")
    def _one_origin(self) -> FieldSpec:
        if sum((self.column is not None, bool(self.columns), self.value is not None)) != 1:
            raise ValueError("diga de dónde sale: solo una de «column», «columns» o «value»")
        if self.ticked and not self.columns:
            raise ValueError("«ticked» necesita «columns»: diga qué columnas se marcan")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether it takes one column as it stands."""
        return self.column is not None and not (self.split or self.pattern or self.item or self.role)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,) if self.column is not None else self.columns
