"""Trusted documents: queries that an operator keeps in a folder and that clients name instead of sending."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from graphql import GraphQLError

from schema.http.document import parse_document
from schema.http.errors import FORBIDDEN, NOT_FOUND, RequestError
from schema.http.request import Operation

_SUFFIXES = (".graphql", ".gql")


class TrustedDocuments:
    """Documents by name (path in the folder without its suffix) and by SHA-256 (``sha256:`` may stand before it).

    With `only` no other document runs.
    """

    def __init__(self, documents: Mapping[str, str], *, only: bool = False) -> None:
        self.only = only
        self._by_id: dict[str, str] = {}
        for name, text in documents.items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            for key in (name, digest, f"sha256:{digest}"):
                self._by_id[key] = text
        self._texts = frozenset(documents.values())

    @classmethod
    def load(cls, folder: Path, *, only: bool = False) -> TrustedDocuments:
        """Reads every .graphql and .gql file under `folder`.

        Raises:
            ValueError: a file is not GraphQL or not UTF-8, or two files have one name; the message names it.
            FileNotFoundError: there is no such folder.
        """
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder of trusted documents at {folder}")
        documents: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _SUFFIXES or not path.is_file():
                continue
            name = path.relative_to(folder).with_suffix("").as_posix()
            if name in documents:
                raise ValueError(f"two trusted documents are named {name}")
            try:
                text = path.read_text(encoding="utf-8")
                parse_document(text)
            except (UnicodeDecodeError, GraphQLError) as error:
                raise ValueError(f"the trusted document {path.name} is not valid GraphQL: {error}") from error
            documents[name] = text
        return cls(documents, only=only)

    def __len__(self) -> int:
        return len(self._texts)

    def resolve(self, operation: Operation) -> None:
        """Sets the text of an operation that names its document.

        Raises:
            RequestError: the document is unknown (NOT_FOUND), or is no trusted one where only those run (FORBIDDEN).
        """
        if operation.document_id is not None:
            text = self._by_id.get(operation.document_id)
            if text is None:
                raise RequestError(
                    400, f"There is no trusted document {operation.document_id[:100]!r}.", code=NOT_FOUND
                )
            operation.query = text
        elif self.only and operation.query not in self._texts:
            raise RequestError(403, "Only trusted documents run here; name one in `documentId`.", code=FORBIDDEN)
