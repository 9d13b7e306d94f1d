# SPDX-License-Identifier: Apache-2.0
import socket

import programs
from daemons import Daemon, OnFreePort

SERVER = "/usr/sbin/freeradius"

CONFIGURATION = """\
libdir = /usr/lib/freeradius
logdir = {folder}
run_dir = {folder}
pidfile = {folder}/pid
security {{
    # It knows OpenSSL's vulnerabilities by version, and not Debian's corrections.
    allow_vulnerable_openssl = yes
}}
client localhost {{
    ipaddr = 127.0.0.1
    secret = secret
    require_message_authenticator = yes
}}
modules {{
    eap {{
        default_eap_type = tls
        tls-config common {{
            certificate_file = {certificate.chain}
            private_key_file = {certificate.key}
            ca_file = {ca}
        }}
        tls {{
            tls = common
        }}
    }}
}}
server default {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {port}
    }}
    authorize {{
        eap
    }}
    authenticate {{
        eap
    }}
}}
"""

NETWORK = """\
network={{
    key_mgmt=WPA-EAP
    eap=TLS
    identity="user"
    domain_match="localhost"
    ca_cert="{ca}"
    client_cert="{certificate.chain}"
    private_key="{certificate.key}"
}}
"""


class EapTls(Daemon):
    needs = (SERVER, "eapol_test")
    remark = "Its own callback keeps the verdict."

    def server(self, certificate, environment):
        return OnFreePort(lambda port: self.start(port, certificate, environment),
                          socket.SOCK_DGRAM)

    def start(self, port, certificate, environment):
        path = self.tmp_path / "radiusd.conf"
        path.write_text(CONFIGURATION.format(folder=self.tmp_path, port=port,
                                             ca=self.trusted_for("client"),
                                             certificate=certificate))
        return programs.Background(SERVER, "-f", "-l", "stdout", "-xx", "-d", self.tmp_path,
                                   "-n", "radiusd", env=environment, ready="Ready to process")

    def connect(self, run, port, certificate):
        path = self.tmp_path / "network"
        path.write_text(NETWORK.format(ca=self.trusted_for("server"), certificate=certificate))
        return run("eapol_test", "-c", path, "-a", "127.0.0.1", "-p", port, "-s", "secret",
                   "-r", 0, "-t", 20)


class TestWpaSupplicant(EapTls):
    program = "wpa_supplicant's eapol_test (EAP-TLS)"
    binary = "eapol_test"
    package = "eapoltest"

    def ask(self, leaf):
        with self.server(leaf, programs.environment()) as server:
            done = self.connect(self.run, server.port, self.pki.good)
        return programs.Outcome.of(done.returncode == 0, done.output)


class TestFreeradius(EapTls):
    program = "FreeRADIUS (EAP-TLS)"
    verifies = "client"
    partial_chains = True
    binary = SERVER
    package = "freeradius"

    def ask(self, leaf):
        with self.server(self.pki.good, self.environment()) as server:
            return self.outcome(self.connect(programs.run, server.port, leaf), server)
