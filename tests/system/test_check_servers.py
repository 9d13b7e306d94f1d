# SPDX-License-Identifier: Apache-2.0
"""`rootscope check HOST:PORT` judges the chain that a server sends, whatever comes before TLS."""

import contextlib
import json
import socket
import ssl
import struct
import threading

import pytest

import programs


@pytest.fixture
def check(rootscope, corp_list, pki):
    """check(*words): `check` with the corporate list and root."""
    return lambda *words, **options: rootscope("check", "--list", corp_list, "--CAfile",
                                               pki.root.pem, *words, **options)


@contextlib.contextmanager
def listening(serve, family=socket.AF_INET):
    """serve(connection) for each connection to a free port of loopback; the port."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=family) as listener:
        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    serve(connection)
        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def tls_of(leaf):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf.chain, leaf.key)
    return lambda connection: context.wrap_socket(connection, server_side=True).close()


def test_server_in_and_out_of_scope(check, pki, server):
    for leaf, status in (pki.good, 0), (pki.bad, 1):
        with server(leaf) as s:
            done = check("--json", f"localhost:{s.port}")
        answer = json.loads(done.stdout)
        assert (done.returncode, done.stderr) == (status, "")
        assert [c["subject"] for c in answer["chain"]][1:] == \
            ["CN=Corp Issuing CA,O=Corp", "CN=Corp Root,O=Corp"]
        assert answer["complete"] and answer["trusted"]


def test_the_host_is_the_expected_peer(check, pki, server):
    with server(pki.good) as s:
        said = check(f"127.0.0.1:{s.port}").stdout
        assert "ip:127.0.0.1 (the expected peer): permitted" in said
        named = ["--servername", "www.evil.example", f"127.0.0.1:{s.port}"]
        done = check(*named)
        assert "dns:www.evil.example (the expected peer): DENIED" in done.stdout
        assert done.returncode == 1
        done = check("--hostname", "www.corp.example", *named)
        assert "dns:www.corp.example (the expected peer): permitted" in done.stdout


def test_servername_is_asked_for(check, pki, server):
    with server(pki.good, "-servername", "www.evil.example", "-cert2", pki.bad.pem, "-key2",
                pki.bad.key) as s:
        assert check(f"localhost:{s.port}").returncode == 0
        assert "  0  CN=www.evil.example\n" in \
            check("--servername", "www.evil.example", f"localhost:{s.port}").stdout


def test_server_at_an_ipv6_address(check, pki):
    try:
        with listening(tls_of(pki.good), socket.AF_INET6) as port:
            done = check(f"[::1]:{port}")
    except OSError as e:
        pytest.skip(f"no IPv6 on loopback: {e}")
    assert "ip:0:0:0:0:0:0:0:1 (the expected peer): DENIED" in done.stdout, done.output
    assert "dns:www.corp.example: permitted" in done.stdout


def test_server_that_then_wants_a_certificate(check, pki, server):
    with server(pki.good, "-tls1_2", "-Verify", "1", "-verify_return_error") as s:
        assert check(f"localhost:{s.port}").returncode == 0


def talk(connection, *lines):
    """Sends the first line; then for each line that comes the next."""
    reader = connection.makefile("rb", buffering=0)
    for line in lines[:-1]:
        connection.sendall(line)
        reader.readline()
    connection.sendall(lines[-1])


def smtp(connection):
    talk(connection, b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go on\r\n")


def imap(connection):
    talk(connection, b"* OK hello\r\n", b"* CAPABILITY STARTTLS\r\n. OK\r\n", b". OK go on\r\n")


def pop3(connection):
    talk(connection, b"+OK hello\r\n", b"+OK go on\r\n")


def postgres(connection):
    assert connection.recv(8, socket.MSG_WAITALL) == struct.pack("!II", 8, 80877103)
    connection.sendall(b"S")


@pytest.mark.parametrize("protocol", [smtp, imap, pop3, postgres], ids=lambda p: p.__name__)
def test_protocol_before_tls(check, pki, protocol):
    tls = tls_of(pki.bad)

    def serve(connection):
        protocol(connection)
        tls(connection)
    with listening(serve) as port:
        done = check("--starttls", protocol.__name__, f"localhost:{port}")
    assert "dns:www.evil.example: DENIED" in done.stdout, done.output
    assert done.returncode == 1


def test_server_that_does_not_speak_tls(check):
    with listening(lambda connection: connection.sendall(b"220 hello\r\n")) as port:
        done = check(f"localhost:{port}")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"rootscope: localhost:{port}: ")
    assert "if the server speaks another protocol first, give --starttls" in done.stderr


def test_server_that_writes_to_the_terminal(check):
    """s_client prints the answer to STARTTLS of this protocol as it came."""
    def serve(connection):
        connection.sendall(b"OK\r\n")
        connection.recv(100)
        connection.sendall(b"NO 1:error:2:SSL routines:3:\x1b[2Jpwned\r\n")
        connection.recv(100)
    with listening(serve) as port:
        done = check("--starttls", "sieve", f"localhost:{port}")
    assert done.returncode == 2 and "\x1b" not in done.output and "\\x1b[2Jpwned" in done.stderr


def test_server_that_sends_too_much(check):
    with listening(lambda connection: connection.sendall(b"220-hello\r\n" * 20000)) as port:
        done = check("--starttls", "smtp", f"localhost:{port}")
    assert done.returncode == 2 and f"localhost:{port}: " in done.stderr


def test_chain_that_is_too_long(check, pki):
    chain = pki.directory / "too-long.chain"
    chain.write_text(pki.good.chain.read_text() + pki.intermediate.pem.read_text() * 150)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, pki.good.key)
    with listening(lambda c: context.wrap_socket(c, server_side=True).close()) as port:
        done = check(f"localhost:{port}")
    assert done.returncode == 2
    assert "the server sends too much: more than 64 KiB" in done.stderr


def test_silent_server(check):
    ended = threading.Event()
    with listening(lambda connection: ended.wait(60)) as port:
        done = check(f"localhost:{port}")
        ended.set()
    assert (done.returncode, done.stderr) == \
        (2, f"rootscope: localhost:{port}: no answer within 10 seconds\n")


def test_nobody_listens(check):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = check(f"127.0.0.1:{port}")
    assert (done.returncode, done.stderr) == \
        (2, f"rootscope: 127.0.0.1:{port}: Connection refused\n")


def test_what_is_neither_a_file_nor_a_server(check):
    done = check("chian.invalid")
    assert done.returncode == 2
    assert done.stderr.startswith("rootscope: chian.invalid:443: ")
    assert "; no file has that name either" in done.stderr
    for word in "./chain.pem", "h:99999", "h:0", "h:https", "[::1", "[::1]x", "a/b:443", "-x:443":
        done = check("--", word)
        assert (done.returncode, done.stderr) == \
            (2, f"rootscope: {word}: No such file or directory\n")


def test_port_of_the_protocol(check):
    """Nobody listens there: loopback's third address is nobody's."""
    for protocol, port in ("smtp", 25), ("ldap", 389), ("xmpp-server", 5269):
        done = check("--starttls", protocol, "127.0.0.3")
        assert done.stderr.startswith(f"rootscope: 127.0.0.3:{port}: "), done.stderr


def test_file_wins(check, pki, tmp_path):
    (tmp_path / "localhost:1").write_text(pki.bad.chain.read_text())
    done = check("localhost:1", cwd=tmp_path)
    assert done.returncode == 1 and "(the expected peer)" not in done.stdout
    for option in ("--starttls", "smtp"), ("--servername", "x"):
        done = check(*option, "localhost:1", cwd=tmp_path)
        assert done.returncode == 2
        assert f"{option[0]} requires HOST:PORT: localhost:1" in done.stderr


def test_without_openssl(command, corp_list, pki):
    done = programs.run(command, "check", "--list", corp_list, "localhost:1",
                        env={"PATH": "/nonexistent"})
    assert done.returncode == 2 and "install the package openssl" in done.stderr
