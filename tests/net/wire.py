"""An internet of one machine: names lead where a test says, and every socket to a public address ends at a server on loopback."""

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.net.fetch import Fetcher

PUBLIC = "93.184.215.14"
Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Wire:
    """`names` leads a name to the addresses of one look-up after the other; the last ones stay. `called` is every socket's goal."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.looked: list[str] = []
        self.called: list[str] = []
        self.served: list[str] = []
        self.acts: dict[str, Act] = {}
        self.sni: list[str | None] = []
        self._folder = folder
        self._port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        certificate(self._folder, "files.example.com", "other.example.com")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "cert.pem", self._folder / "key.pem")
        context.sni_callback = lambda _socket, name, _context: self.sni.append(name)
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=context)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def fetcher(self, **more) -> Fetcher:
        context = ssl.create_default_context(cafile=str(self._folder / "cert.pem"))
        return Fetcher(resolve=self.resolve, open_socket=self.open_socket, context=context, **more)

    async def resolve(self, host: str, _port: int) -> list[str]:
        self.looked.append(host)
        if host not in self.names:
            raise socket.gaierror("no such name")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def open_socket(self, info) -> socket.socket:
        self.called.append(str(info[4][0]))
        return Led(self._port, info[1], info[2])

    def _accept(self, reader, writer) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader, writer) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.served.append(head)
            await self.acts.get(head.split(" ")[1], nothing)(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def nothing(writer: asyncio.StreamWriter) -> None:
    """What stands where nothing stands."""
    writer.write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


class Led(socket.socket):
    """A socket that believes it is connected elsewhere."""

    def __init__(self, port, kind, proto) -> None:
        super().__init__(socket.AF_INET, kind, proto)
        self._port = port

    def connect(self, _address) -> None:
        super().connect(("127.0.0.1", self._port))


def certificate(folder: Path, *names: str) -> None:
    """A certificate for these names that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)
