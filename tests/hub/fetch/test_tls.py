"""A certificate is verified, always; the one exception is a setting of one source."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.base import SourceRefused
from hub.fetch import SourcePolicy
from tests.hub.fetch.conftest import Lab

pytestmark = pytest.mark.anyio


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@dataclass(frozen=True)
class Secure:
    url: str
    certificate: Path


class _Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that turns away from our certificate is what these tests are about."""


def _certificate(folder: Path, *, days: int, address: str = "127.0.0.1") -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sitio de prueba")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private


@contextmanager
def _serving(public: Path, private: Path) -> Iterator[Secure]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    with _Server(("127.0.0.1", 0), _Page) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Secure(f"https://127.0.0.1:{server.server_port}/", public)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


async def test_a_certificate_of_nobody_is_refused_at_once(lab: Lab, tmp_path: Path, serving: ExitStack) -> None:
    site = serving.enter_context(_serving(*_certificate(tmp_path, days=30)))
    fetch = lab.run()
    with pytest.raises(SourceRefused, match="certificado de seguridad") as caught:
        await fetch(site.url)
    assert (caught.value.code, fetch.tally.requests) == ("TLS", 1)


async def test_a_known_authority_is_trusted(lab: Lab, tmp_path: Path, serving: ExitStack) -> None:
    site = serving.enter_context(_serving(*_certificate(tmp_path, days=30)))
    fetcher = lab.fetcher(tls=ssl.create_default_context(cafile=site.certificate))
    assert (await lab.run(fetcher)(site.url)).read() == b"ok"


@pytest.mark.parametrize(("days", "address"), [(-1, "127.0.0.1"), (30, "127.0.0.9")], ids=["expired", "other name"])
async def test_an_expired_or_foreign_certificate_is_refused(
    days: int, address: str, lab: Lab, tmp_path: Path, serving: ExitStack
) -> None:
    site = serving.enter_context(_serving(*_certificate(tmp_path, days=days, address=address)))
    fetcher = lab.fetcher(tls=ssl.create_default_context(cafile=site.certificate))
    with pytest.raises(SourceRefused) as caught:
        await lab.run(fetcher)(site.url)
    assert caught.value.code == "TLS"


async def test_the_exception_holds_for_the_named_source_only(lab: Lab, tmp_path: Path, serving: ExitStack) -> None:
    site = serving.enter_context(_serving(*_certificate(tmp_path, days=-1)))
    fetcher = lab.fetcher()
    excused = fetcher.for_source(SourcePolicy("vieja", verify_tls=False))
    assert (await excused(site.url)).read() == b"ok"
    with pytest.raises(SourceRefused):
        await fetcher.for_source(SourcePolicy("otra"))(site.url)
