"""A TLS server on this machine that answers as a test wants, and a network that leads to it."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from coaching.backends.calendar_fetches import Network

HOST = "rota.example.com"
Handler = Callable[[ssl.SSLSocket, bytes], None]


def make_certificate(folder: Path, name: str = HOST) -> Path:
    """Write a self-signed certificate and its key into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@dataclass
class Server:
    network: Network
    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)  # that clients asked for by SNI
    connections: int = 0


def _read_head(sock: ssl.SSLSocket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = sock.recv(4096)
        if not chunk:
            break
        head += chunk
    return head


@contextmanager
def serving(pem: Path, handle: Handler, **network: object) -> Iterator[Server]:
    """Serve on 127.0.0.1; yield the server with a network that trusts and finds it."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(pem)
    options = {
        "resolve": lambda host: ["127.0.0.1"],
        "is_allowed": lambda ip: True,
        "context": lambda: ssl.create_default_context(cafile=str(pem)),
        "port": listener.getsockname()[1],
        "step_s": 1.0,
        "all_s": 2.0,
    }
    server = Server(Network(**(options | network)))  # type: ignore[arg-type]
    ours.sni_callback = lambda sock, name, context: server.names.append(name)
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            try:
                plain, _address = listener.accept()
            except TimeoutError:
                continue
            server.connections += 1
            plain.settimeout(5)
            try:
                with ours.wrap_socket(plain, server_side=True) as sock:
                    head = _read_head(sock)
                    server.requests.append(head)
                    handle(sock, head)
            except OSError:
                continue  # the client hung up: that is what some tests are about

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        done.set()
        thread.join(10)
        listener.close()
