# SPDX-License-Identifier: Apache-2.0
"""A whole TLS server: what a handshake with a client certificate costs it."""

import pathlib
import re
import signal
import socket
import ssl
import subprocess
import time

from table import Row, grouped, percent
from world import BAD, need, say

CONF = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.error;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{
        listen unix:{folder}/nginx.socket ssl;
        ssl_certificate {peer};
        ssl_certificate_key {peer};
        ssl_client_certificate {root};
        ssl_verify_client on;
        ssl_verify_depth 5;
        location / {{ return 204; }}
    }}
}}
"""


def answer(path, peer):
    """The status that a client with this certificate gets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(peer)
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(60)
        plain.connect(str(path))
        with context.wrap_socket(plain) as tls:
            tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return int(tls.recv(4096).split()[1])


def wait_until_ready(server, path):
    deadline = time.monotonic() + 60
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as plain:
                plain.connect(str(path))
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("nginx does not start under valgrind") from None
            time.sleep(0.1)


def end(server):
    """Asks again: what comes before nginx waits for events is not seen until the next one."""
    for _ in range(60):
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(1)
            return
        except subprocess.TimeoutExpired:
            continue
    server.kill()
    server.wait()
    raise RuntimeError("nginx does not end under valgrind")


def instructions(world, conf, good, bad, handshakes):
    """Of a server's whole life, with so many handshakes."""
    folder = world.folder
    path, out, nginx_conf = (folder / n for n in ("nginx.socket", "nginx.callgrind", "nginx.conf"))
    nginx_conf.write_text(CONF.format(folder=folder, peer=good.with_suffix(".peer"),
                                      root=good.with_suffix(".pem")))
    path.unlink(missing_ok=True)
    with open(folder / "nginx.output", "w") as output:
        server = subprocess.Popen(
            [need("valgrind"), "-q", "--tool=callgrind", f"--callgrind-out-file={out}",
             need("nginx"), "-p", folder, "-c", nginx_conf], env=world.environment(conf),
            stdout=output, stderr=output)
    try:
        wait_until_ready(server, path)
        for _ in range(handshakes):
            if answer(path, good.with_suffix(".peer")) != 204:
                raise RuntimeError("nginx refuses a good client")
        status = answer(path, bad.with_suffix(".peer"))
        if status != (204 if conf == world.bare else 400):
            raise RuntimeError(f"nginx answers {status} to a client outside the permitted names")
    finally:
        end(server)
    text = pathlib.Path(out).read_text()
    return int(re.search(r"^(?:totals|summary): (\d+)", text, re.M).group(1))


def nginx(world, quick):
    """A full handshake of nginx that verifies a client certificate."""
    need("nginx")
    good, bad = world.chains(dict(key="p256"), dict(key="p256", domain=BAD))
    conf = world.conf("nginx", world.list([good]))
    few, many = (3, 13) if quick else (5, 55)
    each = {}
    for under in (world.bare, conf):
        say(f"nginx: {many} handshakes, {'without' if under == world.bare else 'with'} the module")
        counted = [instructions(world, under, good, bad, n) for n in (few, many)]
        each[under] = (counted[1] - counted[0]) / (many - few)
    more = each[conf] - each[world.bare]
    return [Row("nginx: full handshake with a client certificate, P-256",
                f"without the module: {grouped(each[world.bare])} instructions",
                f"{more:+,.0f} = {percent(more / each[world.bare])}")]
