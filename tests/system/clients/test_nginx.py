# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon

CONFIGURATION = """\
daemon off;
pid {folder}/pid;
error_log stderr info;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ {server} }}
}}
"""


class Nginx(Daemon):
    binary = "/usr/sbin/nginx"
    package = "nginx"
    told_as = "overridden"
    remark = "Its callback goes on; it refuses by SSL_get_verify_result()."

    def start(self, server):
        path = self.tmp_path / "nginx.conf"
        path.write_text(CONFIGURATION.format(folder=self.tmp_path, server=server))
        return programs.Background(self.binary, "-e", "stderr", "-p", self.tmp_path, "-c", path,
                                   env=self.environment(), ready="start worker process \\d")


class TestNginxAsProxy(Nginx):
    program = "nginx (proxy_ssl_verify)"

    def ask(self, leaf):
        with programs.Server(leaf) as backend, self.start(f"""
                listen unix:{self.tmp_path}/http;
                location / {{
                    proxy_pass https://127.0.0.1:{backend.port}/;
                    proxy_ssl_name localhost;
                    proxy_ssl_verify on;
                    proxy_ssl_verify_depth 2;
                    proxy_ssl_trusted_certificate {self.ca.pem};
                }}""") as nginx:
            return self.outcome(self.curl(self.tmp_path / "http", "http://localhost/"), nginx)


class TestNginxAsServer(Nginx):
    program = "nginx (ssl_verify_client)"
    verifies = "client"

    def ask(self, leaf):
        with self.start(f"""
                listen unix:{self.tmp_path}/https ssl;
                ssl_certificate {self.pki.good.chain};
                ssl_certificate_key {self.pki.good.key};
                ssl_verify_client on;
                ssl_verify_depth 2;
                ssl_client_certificate {self.ca.pem};
                return 204;""") as nginx:
            return self.outcome(self.curl(self.tmp_path / "https", "https://localhost/",
                                          *self.curl_certificate(leaf)), nginx)
