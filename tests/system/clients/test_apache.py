# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon, OnFreePort

MODULES = ("mpm_event", "authz_core", "alias", "ssl", "proxy", "proxy_http")

CONFIGURATION = """\
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
ErrorLog /dev/stderr
LogLevel info
Mutex file:{folder}
User nobody
Group nogroup
SSLSessionCache none
Listen 127.0.0.1:{port}
"""


class Apache(Daemon):
    binary = "/usr/sbin/apache2"
    package = "apache2-bin"
    remark = "Its own callback keeps the verdict."

    def start(self, port, lines):
        path = self.tmp_path / "apache2.conf"
        modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
                          for name in MODULES)
        path.write_text(modules + CONFIGURATION.format(folder=self.tmp_path, port=port) + lines)
        return programs.Background(self.binary, "-D", "FOREGROUND", "-f", path,
                                   env=self.environment(), ready="resuming normal operations")


class TestApacheAsProxy(Apache):
    program = "Apache httpd (SSLProxyVerify)"

    def ask(self, leaf):
        with programs.Server(leaf) as backend, OnFreePort(lambda port: self.start(port, f"""
                SSLProxyEngine on
                SSLProxyVerify require
                SSLProxyVerifyDepth 2
                SSLProxyCACertificateFile {self.ca.pem}
                ProxyPass / https://localhost:{backend.port}/
                """)) as apache:
            return self.outcome(self.curl(None, f"http://127.0.0.1:{apache.port}/"), apache)


class TestApacheAsServer(Apache):
    program = "Apache httpd (SSLVerifyClient)"
    verifies = "client"

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, f"""
                SSLEngine on
                SSLCertificateFile {self.pki.good.chain}
                SSLCertificateKeyFile {self.pki.good.key}
                SSLVerifyClient require
                SSLVerifyDepth 2
                SSLCACertificateFile {self.ca.pem}
                Redirect 204 /
                """)) as apache:
            return self.outcome(self.curl(None, f"https://127.0.0.1:{apache.port}/",
                                          *self.curl_certificate(leaf)), apache)
