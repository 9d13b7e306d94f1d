# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client
from peer import Peer, http


class Apt(Client):
    binary = "apt-get"
    links = "/usr/lib/apt/methods/http"

    def peer(self, leaf):
        return Peer(leaf, http("404 Not Found"))

    def visit(self, port):
        """The server has no packages: what counts is whether apt came to look for them."""
        sources = self.tmp_path / "sources.list"
        sources.write_text(f"deb [trusted=yes] https://localhost:{port} ./\n")
        for folder in "state/lists/partial", "cache/archives/partial":
            (self.tmp_path / folder).mkdir(parents=True, exist_ok=True)
        options = {"Dir::Etc::SourceList": sources, "Dir::Etc::SourceParts": "/dev/null",
                   "Dir::State": self.tmp_path / "state", "Dir::Cache": self.tmp_path / "cache",
                   "Acquire::https::CAInfo": self.ca.pem, "APT::Sandbox::User": "",
                   "Acquire::Retries": 0, "Acquire::https::Proxy": "DIRECT"}
        done = self.run("apt-get", *(f"-o{name}={value}" for name, value in options.items()),
                        "update")
        return programs.Outcome.of("404  Not Found" in done.output, done.output)


class TestAptGnutls(Apt):
    program = "apt-get, linked with GnuTLS"
    covered = False
    library = "libgnutls.so"
    remark = "Debian 12 and older."


class TestAptOpenssl(Apt):
    program = "apt-get, linked with OpenSSL"
    shows_reason = False
    remark = "From Debian 13."
