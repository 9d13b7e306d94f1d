# SPDX-License-Identifier: Apache-2.0
import pathlib
import signal

import pytest

import programs
from daemons import Daemon, OnFreePort, unprivileged

# Debian's name the major version.
FOLDERS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parts[-2]))
BIN = FOLDERS[-1] if FOLDERS else pathlib.Path("/usr/lib/postgresql/none/bin")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A folder with a database, whose users are named as the leaves' subjects."""
    path = tmp_path_factory.mktemp("database") / "data"
    if (BIN / "initdb").exists():
        programs.run(*unprivileged(BIN / "initdb", "-D", path, "-U", "www.corp.example",
                                   "--auth", "trust", "--no-sync", "--locale", "C"), check=True)
        programs.run(*unprivileged(BIN / "postgres", "--single", "-D", path, "postgres"),
                     input='create role "www.evil.example" login\n', check=True)
    return path


class Postgresql(Daemon):
    needs = (str(BIN / "postgres"), "psql")
    shows_reason = False  # psql and the server tell a failed verification, without its error

    @pytest.fixture(autouse=True)
    def _database(self, database):
        self.database = database

    def start(self, port, certificate, environment, authentication=""):
        (self.database / "pg_hba.conf").write_text(
            f"hostssl all all 127.0.0.1/32 trust {authentication}\n")
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "",
                    "fsync": "off", "ssl": "on", "ssl_cert_file": certificate.chain,
                    "ssl_key_file": certificate.key, "ssl_ca_file": self.trusted_for("client")}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return programs.Background(
            *unprivileged(BIN / "postgres", "-D", self.database, *options), env=environment,
            ready="ready to accept connections", end_signal=signal.SIGQUIT)

    def connect(self, run, port, leaf, user):
        return run("psql", "-X", "-w", "-c", "select 1",
                   f"host=localhost hostaddr=127.0.0.1 port={port} user={user} dbname=postgres "
                   f"sslmode=verify-full sslrootcert={self.trusted_for('server')} "
                   f"sslcert={leaf.chain} sslkey={leaf.key}")


class TestPsql(Postgresql):
    program = "psql (sslmode=verify-full)"
    binary = "psql"
    package = "libpq5"

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, leaf, programs.environment())) as server:
            peer = self.connect(self.run, server.port, self.pki.good, "www.corp.example")
            return self.outcome(peer, server)


class TestPostgresql(Postgresql):
    program = "PostgreSQL (clientcert=verify-full)"
    verifies = "client"
    binary = str(BIN / "postgres")
    package = f"postgresql-{BIN.parts[-2]}"

    def ask(self, leaf):
        user = "www.corp.example" if leaf is self.pki.good else "www.evil.example"
        with OnFreePort(lambda port: self.start(port, self.pki.good, self.environment(),
                                                "clientcert=verify-full")) as server:
            return self.outcome(self.connect(programs.run, server.port, leaf, user), server)
