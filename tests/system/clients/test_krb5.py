# SPDX-License-Identifier: Apache-2.0
import pathlib
import socket

import pytest

import programs
from daemons import Daemon, OnFreePort

KDC, CREATE, EDIT = "/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local"
PLUGINS = list(pathlib.Path("/usr/lib").glob("*/krb5/plugins/preauth/pkinit.so"))
USER_USAGE, KDC_USAGE = "1.3.6.1.5.2.3.4", "1.3.6.1.5.2.3.5"

CLIENT_CONFIGURATION = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
[logging]
    kdc = STDERR
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
        pkinit_anchors = FILE:{ca}
        pkinit_anchors = FILE:{kdc_ca}
        pkinit_pool = FILE:{user.untrusted}
    }}
"""

KDC_CONFIGURATION = """\
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = ""
[realms]
    {realm} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        pkinit_identity = FILE:{certificate.pem},{certificate.key}
        pkinit_anchors = FILE:{ca}
        pkinit_anchors = FILE:{kdc_ca}
    }}
"""

# A KRB5PrincipalName (RFC 4556), in the words of ASN1_generate_nconf(3).
PRINCIPAL = """\
keyUsage = digitalSignature
extendedKeyUsage = {usage}
[principal]
realm = EXPLICIT:0,GeneralString:{realm}
name = EXPLICIT:1,SEQUENCE:name
[name]
type = EXPLICIT:0,INTEGER:1
parts = EXPLICIT:1,SEQUENCE:parts
[parts]
"""


class TestKerberos(Daemon):
    """
    In place of the leaves of other programs, two that name a user of CORP.EXAMPLE and one of
    EVIL.EXAMPLE, each before the KDC of this realm.
    """

    program = "MIT Kerberos' KDC (PKINIT)"
    verifies = "client"
    binary = KDC
    package = "krb5-pkinit"
    needs = (CREATE, EDIT, "kinit")
    partial_chains = True
    remark = "It takes the user from an otherName."

    def missing(self):
        return super().missing() or (None if PLUGINS else "krb5-pkinit is not installed")

    def certificate(self, name, realm, usage, issuer, *parts):
        """One whose only name is that of a principal; the same for every case."""
        made = self.pki.__dict__.setdefault("principals", {})
        if name not in made:
            lines = PRINCIPAL.format(usage=usage, realm=realm) + "".join(
                f"part{number} = GeneralString:{part}\n" for number, part in enumerate(parts))
            made[name] = self.pki.leaf(name, ["otherName:1.3.6.1.5.2.2;SEQUENCE:principal"],
                                       subject="/CN=Jo Doe", issuer=issuer, extensions=lines)
        return made[name]

    @pytest.fixture(autouse=True)
    def _kdc_ca(self, pki):
        """The KDC verifies its own certificate too, which shall not be what counts here."""
        if not hasattr(pki, "kdc_ca"):
            pki.kdc_ca = pki.ca("Root of KDCs")

    def start(self, port, realm, user):
        kdc = self.certificate(f"kdc of {realm}", realm, KDC_USAGE, self.pki.kdc_ca, "krbtgt",
                               realm)
        values = {"realm": realm, "port": port, "folder": self.tmp_path, "certificate": kdc,
                  "kdc_ca": self.pki.kdc_ca.pem, "user": user}
        client, server = self.tmp_path / "krb5.conf", self.tmp_path / "kdc.conf"
        client.write_text(CLIENT_CONFIGURATION.format(ca=self.trusted_for("server"), **values))
        server.write_text(KDC_CONFIGURATION.format(ca=self.trusted_for("client"), **values))
        self.names = {"KRB5_CONFIG": client, "KRB5_KDC_PROFILE": server,
                      "KRB5CCNAME": f"FILE:{self.tmp_path}/tickets"}
        if not (self.tmp_path / "stash").exists():
            programs.run(CREATE, "create", "-s", "-r", realm, "-P", "secret", env=self.names,
                         check=True)
            programs.run(EDIT, "-r", realm, "addprinc", "-nokey", "+requires_preauth",
                         "jo", env=self.names, check=True)
        return programs.Background(KDC, "-n", "-r", realm, env=self.environment(**self.names),
                                   ready="commencing operation")

    def ask(self, leaf):
        realm = "EVIL.EXAMPLE" if leaf is self.pki.bad else "CORP.EXAMPLE"
        user = self.certificate(f"jo of {realm}", realm, USER_USAGE, self.pki.intermediate, "jo")
        with OnFreePort(lambda port: self.start(port, realm, user), socket.SOCK_DGRAM) as server:
            peer = programs.run("kinit", "-X", f"X509_user_identity=FILE:{user.pem},{user.key}",
                                f"jo@{realm}", env={**self.names, "KRB5_TRACE": "/dev/stderr"})
            return self.outcome(peer, server)
