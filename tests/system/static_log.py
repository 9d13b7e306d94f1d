# SPDX-License-Identifier: Apache-2.0
"""For the tests of surveys: a static CT log on loopback, which notes what it is asked for."""

import base64
import hashlib
import http.server
import struct
import threading

WIDTH = 256  # entries of a tile, and hashes


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(hashes):
    """RFC 6962, section 2.1."""
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", root_of(hashes[:left]), root_of(hashes[left:]))


def path_of(level, index, width=WIDTH):
    assert index < 1000
    return f"tile/{level}/{index:03}" + (f".p/{width}" if width < WIDTH else "")


class StaticLog:
    """
    `with StaticLog(chains) as log`: `chains` are certificates in DER with those above them, as many
    as fill whole tiles; `log.size` says how many are in the log now. `log.url`, `log.asked`.
    """

    def __init__(self, chains):
        self.files, self.size, self.asked = {}, len(chains), []
        self.leaves = []
        for start in range(0, len(chains), WIDTH):
            self.files[path_of("data", start // WIDTH)] = b"".join(
                self.entry(start + i, *chain) for i, chain in
                enumerate(chains[start:start + WIDTH]))

    def entry(self, number, der, *issuers):
        hashed = (struct.pack(">QH", number, 0) + struct.pack(">I", len(der))[1:] + der
                  + struct.pack(">H", 0))
        self.leaves.append(sha256(b"\0\0\0", hashed))
        for issuer in issuers:
            self.files[f"issuer/{sha256(issuer).hex()}"] = issuer
        return hashed + struct.pack(">H", 32 * len(issuers)) + b"".join(map(sha256, issuers))

    def answer(self, path):
        whole, part = divmod(self.size, WIDTH)
        if path == "checkpoint":
            root = base64.b64encode(root_of(self.leaves[:self.size])).decode()
            return f"log.test\n{self.size}\n{root}\n\n".encode()
        if path == path_of(1, 0, whole):
            return b"".join(root_of(self.leaves[at * WIDTH:(at + 1) * WIDTH])
                            for at in range(whole))
        if part > 0 and path == path_of(0, whole, part):
            return b"".join(self.leaves[whole * WIDTH:self.size])
        return self.files.get(path)

    def __enter__(self):
        log = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                log.asked.append(self.path[1:])
                body = log.answer(self.path[1:])
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def tiles_asked_for(self):
        """Since the last call: the numbers of data tiles."""
        asked, self.asked = self.asked, []
        return sorted(int(path.rsplit("/", 1)[1]) for path in asked if path.startswith("tile/data"))
