# SPDX-License-Identifier: Apache-2.0
"""A TLS server in a few lines of Python, for clients that want to hear more than s_server says."""

import socket
import ssl
import threading


class Peer:
    """
    Listens on a free port of 127.0.0.1, for a `with` statement, and serves one connection after
    the other: talk(connection) is called once the handshake is done. A client that refuses the
    certificate hangs up, or says so in an alert: refused(error) is told.
    """

    def __init__(self, leaf, talk, alpn=()):
        self._talk = talk
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(leaf.chain, leaf.key)
        self._context.set_alpn_protocols(list(alpn))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)

    def _serve(self):
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with plain:
                try:
                    self._serve_one(plain)
                except OSError as error:
                    self.refused(error)

    def _serve_one(self, plain):
        plain.settimeout(30)
        with self._context.wrap_socket(plain, server_side=True) as connection:
            self._talk(connection)
            # Says that this was all, and does not wait long for an answer.
            connection.settimeout(5)
            connection.unwrap()

    def refused(self, error):
        """For those who want to know; also called if a client hangs up later."""


def http(status, body="nothing here\n"):
    """A talk() that answers one request, of whatever method and path."""
    def talk(connection):
        with connection.makefile("rwb") as stream:
            while stream.readline().strip():
                pass
            stream.write(f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: "
                         f"{len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
    return talk


def say(*lines):
    """
    A talk() for a protocol of lines: the first line is the greeting, and each further one answers
    whatever the client says next. `{tag}` is the first word that it said.
    """
    def talk(connection):
        with connection.makefile("rwb") as stream:
            heard = b""
            for number, line in enumerate(lines):
                heard = stream.readline() if number else heard
                tag = (heard.split() or [b""])[0].decode(errors="replace")
                stream.write(line.format(tag=tag).encode() + b"\r\n")
                stream.flush()
    return talk
