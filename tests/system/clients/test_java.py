# SPDX-License-Identifier: Apache-2.0
import shutil

import programs
from measured import Client
from peer import Peer, http
from pki import certificates_in

SOURCE = """
import java.net.URI;
import java.net.http.*;

class Visit {
    public static void main(String[] args) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[0])).build();
        HttpResponse<String> answer =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode());
    }
}
"""


class TestJava(Client):
    program = "Java HttpClient"
    binary = "java"
    covered = False
    library = None
    bundle = {"inside": True, "outside": True}
    remark = "OpenJDK, which verifies by itself, and ignores constraints in what it trusts."

    def missing(self):
        if not shutil.which("javac"):
            return "no JDK is installed"
        return super().missing()

    def library_of(self, traced):
        return "Java's JSSE", ""

    def peer(self, leaf):
        return Peer(leaf, http("200 OK"))

    def visit(self, port):
        source, store = self.tmp_path / "Visit.java", self.tmp_path / f"trusted-{port}"
        source.write_text(SOURCE)
        for number, certificate in enumerate(certificates_in(self.ca.pem)):
            programs.run("keytool", "-importcert", "-noprompt", "-keystore", store, "-storepass",
                         "secret", "-alias", f"ca-{number}", input=certificate, check=True)
        return self.run("java", f"-Djavax.net.ssl.trustStore={store}",
                        "-Djavax.net.ssl.trustStorePassword=secret", source,
                        f"https://localhost:{port}/")
