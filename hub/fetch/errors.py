"""What goes wrong on the way, said so that a publisher understands it, and who must act.

Every reason is one sentence of the catalogue below, Spanish first. httpx's errors, ssrfguard's and the
operating system's are translated here and leave `hub.fetch` as `HarvestError` only.
"""

from __future__ import annotations

import socket
import ssl
from typing import Literal

import httpx

from connectors.base import HarvestError, SourceChanged, SourceDown, SourceRefused
from hub.fetch.guard import Refusal

REASONS: dict[str, tuple[str, str]] = {
    "TIMEOUT": ("El sitio no contestó en {seconds} s ({host}).", "The site did not answer within {seconds} s ({host})."),
    "TIMEOUT_TOTAL": (
        "La descarga no terminó en {seconds} s ({host}).",
        "The download did not finish within {seconds} s ({host}).",
    ),
    "CONNECT": ("El sitio no acepta conexiones ({host}).", "The site accepts no connections ({host})."),
    "DNS": ("El nombre del sitio no existe o no se pudo resolver ({host}).", "The site's name does not resolve ({host})."),
    "RESET": ("El sitio cortó la conexión antes de terminar ({host}).", "The site cut the connection ({host})."),
    "TRUNCATED": (
        "El contenido comprimido llegó incompleto o dañado ({host}).",
        "The compressed content arrived incomplete or damaged ({host}).",
    ),
    "PROTOCOL": ("El sitio no contestó con HTTP válido ({host}).", "The site did not answer with valid HTTP ({host})."),
    "TLS": (
        "El certificado de seguridad del sitio no es válido ({host}): {detail}.",
        "The site's security certificate is not valid ({host}): {detail}.",
    ),
    "TLS_HANDSHAKE": (
        "No se pudo establecer una conexión segura ({host}).",
        "A secure connection could not be made ({host}).",
    ),
    "SERVER_ERROR": ("El sitio contestó con un error propio, {status} ({host}).", "The site answered with an error of its own, {status} ({host})."),
    "RATE_LIMITED": (
        "El sitio pide esperar antes de volver a consultarlo, {status} ({host}).",
        "The site asks to wait before it is asked again, {status} ({host}).",
    ),
    "FORBIDDEN": ("El sitio niega el acceso, {status} ({host}).", "The site denies access, {status} ({host})."),
    "NOT_FOUND": ("La página o el archivo ya no está, {status} ({host}).", "The page or file is gone, {status} ({host})."),
    "HTTP_STATUS": ("El sitio contestó algo que no se esperaba, {status} ({host}).", "The site gave an unexpected answer, {status} ({host})."),
    "REDIRECT_LOOP": (
        "El sitio redirige en círculo o más de {limit} veces ({host}).",
        "The site redirects in a circle or more than {limit} times ({host}).",
    ),
    "REDIRECT_INVALID": (
        "El sitio redirige a una dirección que no se entiende ({host}).",
        "The site redirects to an address that makes no sense ({host}).",
    ),
    "REDIRECT_AWAY": (
        "El sitio redirige a otro, «{target}», y aquí sólo vale lo que él mismo publica ({host}).",
        "The site redirects to another one, “{target}”, and only what it serves itself counts here ({host}).",
    ),
    "ADDRESS_REFUSED": (
        "La dirección no es pública y no se permite consultarla ({host}).",
        "The address is not public and may not be asked ({host}).",
    ),
    "FILE_REFUSED": (
        "Esta fuente no puede nombrar archivos locales; sólo direcciones http o https.",
        "This source may not name local files, only http or https addresses.",
    ),
    "SCHEME_REFUSED": (
        "Sólo se consultan direcciones http o https, no «{scheme}».",
        "Only http and https addresses are asked, not “{scheme}”.",
    ),
    "URL_INVALID": ("La dirección no es válida ({host}).", "The address is not valid ({host})."),
    "ROBOTS": (
        "El archivo robots.txt del sitio pide no consultar esta dirección ({host}).",
        "The site's robots.txt asks not to read this address ({host}).",
    ),
    "ROBOTS_UNAVAILABLE": (
        "El sitio no pudo entregar su robots.txt, {status}; se espera antes de consultarlo ({host}).",
        "The site could not deliver its robots.txt, {status}; we wait before asking it ({host}).",
    ),
    "BODY_TOO_LARGE": (
        "El contenido pasa del tamaño permitido de {limit} bytes ({host}).",
        "The content is larger than the {limit} bytes allowed ({host}).",
    ),
    "ENCODING": (
        "El sitio comprimió el contenido con «{encoding}», que no se pidió ({host}).",
        "The site compressed the content with “{encoding}”, which was not asked for ({host}).",
    ),
    "NOT_A_FILE": ("«{path}» no es un archivo.", "“{path}” is not a file."),
    "FILE_NOT_FOUND": ("El archivo «{path}» no existe.", "The file “{path}” does not exist."),
    "FILE_UNREADABLE": ("El archivo «{path}» no se puede leer: {detail}.", "The file “{path}” cannot be read: {detail}."),
    "ARCHIVE_FULL": (
        "No hay espacio para guardar lo descargado en el archivo de este servidor; libere espacio en {path}.",
        "There is no room to keep what was downloaded; free space at {path}.",
    ),
    "ARCHIVE_UNWRITABLE": (
        "No se pudo guardar lo descargado en {path}: {detail}.",
        "What was downloaded could not be kept at {path}: {detail}.",
    ),
    "ARCHIVE_DAMAGED": (
        "El contenido archivado {sha256} está dañado; se apartó y se volverá a descargar.",
        "The archived content {sha256} is damaged; it was set aside and will be fetched again.",
    ),
    "ARCHIVE_MISSING": ("El contenido {sha256} no está archivado.", "The content {sha256} is not archived."),
}  # fmt: skip
"""code → (Spanish, English)."""


class ArchiveError(HarvestError):
    """The archive could not keep or give back a body: the operator acts. `code` begins with ``ARCHIVE_``."""


class Retryable(Exception):
    """An error worth another attempt. `wait` is what the site asked for, in seconds."""

    def __init__(self, error: SourceDown, wait: float | None = None) -> None:
        super().__init__(error.reason)
        self.error = error
        self.wait = wait


def say(code: str, lang: Literal["es", "en"] = "es", /, **values: object) -> str:
    """The reason for `code` in Spanish or English."""
    spanish, english = REASONS[code]
    return (spanish if lang == "es" else english).format(**values)


def down(code: str, **values: object) -> SourceDown:
    """A `SourceDown` with its reason: wait."""
    return SourceDown(say(code, "es", **values), code=code)


def changed(code: str, **values: object) -> SourceChanged:
    """A `SourceChanged` with its reason: the maintainer acts."""
    return SourceChanged(say(code, "es", **values), code=code)


def refused(code: str, *, as_code: str | None = None, **values: object) -> SourceRefused:
    """A `SourceRefused` with its reason: the publisher acts."""
    return SourceRefused(say(code, "es", **values), code=as_code or code)


def archive_error(code: str, **values: object) -> ArchiveError:
    """An `ArchiveError` with its reason: the operator acts."""
    return ArchiveError(say(code, "es", **values), code=code)


def seconds(value: float) -> str:
    """30.0 → "30", 0.25 → "0.25"."""
    return f"{value:g}"


def translate(error: Exception, *, host: str, timeout: float, total: float) -> HarvestError | Retryable:
    """Turn what httpx, ssrfguard or the system raised into an error of ours.

    `Retryable` where another attempt may help: time-outs, refused or cut connections, names that do not
    resolve, broken HTTP. Never retried: an address that is not public, a certificate that is not valid, an
    address that cannot be asked at all.
    """
    if isinstance(error, Refusal):
        return refused("ADDRESS_REFUSED", host=host)
    if isinstance(error, httpx.TimeoutException):
        return Retryable(down("TIMEOUT", seconds=seconds(timeout), host=host))
    if isinstance(error, TimeoutError):
        return Retryable(down("TIMEOUT_TOTAL", seconds=seconds(total), host=host))
    if isinstance(error, httpx.ConnectError):
        return _connect_error(error, host)
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError)):
        return changed("URL_INVALID", host=host)
    if isinstance(error, httpx.NetworkError):
        return Retryable(down("RESET", host=host))
    if isinstance(error, httpx.RemoteProtocolError):
        cut = "without sending" in str(error) or "incomplete" in str(error)
        return Retryable(down("RESET" if cut else "PROTOCOL", host=host))
    return Retryable(down("PROTOCOL", host=host))


def _connect_error(error: httpx.ConnectError, host: str) -> HarvestError | Retryable:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return refused("TLS", host=host, detail=cause.verify_message or "verification failed")
        if isinstance(cause, ssl.SSLError):
            return Retryable(down("TLS_HANDSHAKE", host=host))
        if isinstance(cause, socket.gaierror):
            return Retryable(down("DNS", host=host))
        cause = cause.__cause__ or cause.__context__
    return Retryable(down("CONNECT", host=host))
