# SPDX-License-Identifier: Apache-2.0
import pathlib

import pytest

import programs
from daemons import Daemon

SERVER = "/usr/sbin/mariadbd"
SYSTEM_TABLES = [f"/usr/share/{name}/{name}_system_tables{part}.sql"
                 for name in ("mariadb", "mysql") for part in ("", "_data")]
# As little of a database as it takes, in the folder of a case.
ENGINE = ("--innodb=OFF", "--default-storage-engine=Aria", "--user=root")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A folder with a database and its user `peer`, who needs a certificate."""
    path = tmp_path_factory.mktemp("database")
    if pathlib.Path(SERVER).exists():
        tables = "".join(pathlib.Path(table).read_text() for table in SYSTEM_TABLES
                         if pathlib.Path(table).exists())
        # One statement in each line is what --bootstrap wants.
        programs.run(SERVER, "--no-defaults", "--bootstrap", f"--datadir={path}", *ENGINE,
                     "--enforce-storage-engine=", check=True,
                     input="create database mysql;\nuse mysql;\n" + tables +
                     "flush privileges;\ncreate user peer@localhost require x509;\n")
    return path


class Mariadb(Daemon):
    needs = (SERVER, "mariadb")

    @pytest.fixture(autouse=True)
    def _database(self, database):
        self.database = database

    def start(self, certificate, environment):
        return programs.Background(
            SERVER, "--no-defaults", f"--datadir={self.database}", *ENGINE, "--skip-networking",
            f"--socket={self.tmp_path}/socket", f"--pid-file={self.tmp_path}/pid",
            f"--ssl-ca={self.trusted_for('client')}", f"--ssl-cert={certificate.chain}",
            f"--ssl-key={certificate.key}", env=environment, ready="ready for connections")

    def connect(self, run, certificate):
        return run("mariadb", "--no-defaults", "--user=peer", f"--socket={self.tmp_path}/socket",
                   "--ssl-verify-server-cert", f"--ssl-ca={self.trusted_for('server')}",
                   f"--ssl-cert={certificate.chain}", f"--ssl-key={certificate.key}",
                   "--execute=select 1")


class TestMariadbClient(Mariadb):
    program = "mariadb (--ssl-verify-server-cert)"
    binary = "mariadb"
    package = "mariadb-client-core"

    @property
    def told_as(self):
        """A newer client's callback goes on, and the client refuses afterwards."""
        return "overridden" if self.version() >= "1:11.4" else "denied"

    def ask(self, leaf):
        with self.start(leaf, programs.environment()):
            done = self.connect(self.run, self.pki.good)
        return programs.Outcome.of(done.returncode == 0, done.output)


class TestMariadb(Mariadb):
    program = "MariaDB (REQUIRE X509)"
    verifies = "client"
    binary = SERVER
    package = "mariadb-server-core"
    shows_reason = False

    def ask(self, leaf):
        with self.start(self.pki.good, self.environment()) as server:
            return self.outcome(self.connect(programs.run, leaf), server)
