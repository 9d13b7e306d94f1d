# SPDX-License-Identifier: Apache-2.0
import pathlib
import shutil
import socket
import threading

import programs
from measured import Client
from peer import Peer, http
from pki import CORP_SCOPE

HOST = "tldr.sh"  # the only one that it asks, by a proxy of ours


class Proxy:
    """Sends whoever asks for a tunnel to one port of loopback, for a `with` statement."""

    def __init__(self, port):
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client.makefile("rb", buffering=0) as stream:
                while stream.readline().strip():
                    pass
            server = socket.create_connection(("127.0.0.1", self._to))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for ends in (client, server), (server, client):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        try:
            while octets := source.recv(65536):
                target.sendall(octets)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other one has hung up


class TestTealdeer(Client):
    program = "tealdeer, webpki 0.22"
    binary = "tldr"
    package = "tealdeer"
    covered = False
    library = None
    names = [f"DNS:{HOST}"]
    scope = CORP_SCOPE + f"    permit {HOST}\n"
    bundle = {"inside": False, "outside": False}
    remark = "Written in Rust with rustls. It refuses all below a root with name constraints."

    def missing(self):
        if super().missing():
            return super().missing()
        if b"/webpki-0.22" not in pathlib.Path(shutil.which(self.binary)).read_bytes():
            return f"{self.binary} is not built with webpki 0.22"
        return None

    def library_of(self, traced):
        return "webpki", "0.22"

    def peer(self, leaf):
        return Peer(leaf, http("200 OK"))

    def visit(self, port):
        """
        What the server answers is not the archive of pages that it asks for: what counts is
        whether it is taken for one.
        """
        with Proxy(port) as proxy:
            done = self.run("tldr", "--update",
                            env={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}",
                                 "SSL_CERT_FILE": self.ca.pem, "HOME": self.tmp_path})
        return programs.Outcome.of("InvalidArchive" in done.output, done.output)
