# SPDX-License-Identifier: Apache-2.0
import pytest

import go_programs
from measured import Client


class TestGo(Client):
    program = "Go crypto/tls"
    covered = False
    library = None
    remark = "Its trust store is set by SSL_CERT_FILE; it also reads the folder SSL_CERT_DIR."

    @pytest.fixture(scope="class", autouse=True)
    def built(self, request, tmp_path_factory):
        if not go_programs.missing():
            request.cls.path = go_programs.build("visit", tmp_path_factory.mktemp("go"))

    def missing(self):
        return go_programs.missing()

    def version(self):
        return go_programs.version()

    def library_of(self, traced):
        return "Go's crypto/tls", ""

    def visit(self, port):
        return self.run(self.path, f"localhost:{port}",
                        env={"SSL_CERT_FILE": self.ca.pem, "SSL_CERT_DIR": self.tmp_path / "none"})
