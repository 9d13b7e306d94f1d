# SPDX-License-Identifier: Apache-2.0
import os
import shutil

import pytest

import programs
from daemons import Daemon, OnFreePort

MASTER = "/usr/lib/postfix/sbin/master"

MAIN = """\
compatibility_level = 3.7
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
myhostname = mail.corp.example
mydestination =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /dev/stdout
# The last three are not among the defaults.
import_environment = MAIL_CONFIG MAIL_LOGTAG POSTLOG_SERVICE POSTLOG_HOSTNAME
    OPENSSL_CONF LD_DEBUG LD_DEBUG_OUTPUT
smtpd_peername_lookup = no
smtpd_tls_security_level = encrypt
smtpd_tls_loglevel = 1
smtpd_tls_chain_files = {certificate.key} {certificate.chain}
smtpd_tls_CAfile = {ca}
smtpd_tls_req_ccert = {required}
"""

SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
"""


class Postfix(Daemon):
    package = "postfix"
    told_as = "overridden"

    @pytest.fixture(autouse=True)
    def _folder(self, public_dir):
        self.folder = public_dir

    def missing(self):
        return super().missing() or (None if os.geteuid() == 0 else "postfix wants to be root")

    def start(self, port, certificate, environment, required):
        """One port of an instance of our own, with the services that it cannot do without."""
        shutil.rmtree(self.folder / "conf", ignore_errors=True)
        for name in "conf", "data", "queue/pid", "queue/private", "queue/public":
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            if name != "conf":
                shutil.chown(self.folder / name, "postfix")
        (self.folder / "conf/main.cf").write_text(MAIN.format(
            folder=self.folder, certificate=certificate, ca=self.trusted_for("client"),
            required=required))
        # Each program would wait until the file is no longer new.
        os.utime(self.folder / "conf/main.cf", (0, 0))
        (self.folder / "conf/master.cf").write_text(SERVICES.format(port=port))
        # It ends its services as a group of processes.
        return programs.Background("setsid", MASTER, "-d", "-c", self.folder / "conf",
                                   env=environment, ready="daemon started")


class TestPosttlsFinger(Postfix):
    program = "Postfix posttls-finger (-l secure)"
    binary = "/usr/sbin/posttls-finger"
    remark = "It goes on, and tells that it does not trust."

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, leaf, programs.environment(),
                                                "no")) as server:
            done = self.run(self.binary, "-c", "-l", "secure", "-F", self.trusted_for("server"),
                            "-L", "summary,untrusted", f"[127.0.0.1]:{server.port}", "localhost")
        return programs.Outcome.of("Verified TLS connection" in done.output, done.output)


class TestSmtpd(Postfix):
    program = "Postfix smtpd (smtpd_tls_req_ccert)"
    verifies = "client"
    binary = "/usr/lib/postfix/sbin/smtpd"
    remark = "The handshake goes on; the session is refused."

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, self.pki.good, self.environment(),
                                                "yes")) as server:
            peer = self.curl(None, f"smtp://127.0.0.1:{server.port}/", "--ssl-reqd",
                             "--request", "NOOP", *self.curl_certificate(leaf))
            return self.outcome(peer, server)
