# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon, OnFreePort, unprivileged, unprivileged_user

# All of it in one folder, as one user, without chroot; by the version that Debian has.
CONFIGURATIONS = {"2.3": """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
# Not the default: OPENSSL_CONF, and what the dynamic linker is asked to write down.
import_environment = OPENSSL_CONF LD_DEBUG LD_DEBUG_OUTPUT
ssl = required
ssl_cert = <{certificate.chain}
ssl_key = <{certificate.key}
ssl_ca = <{ca}
ssl_verify_client_cert = yes
verbose_ssl = yes
ssl_require_crl = no
auth_ssl_require_client_cert = yes
service imap-login {{
    chroot =
    inet_listener imap {{
        port = 0
    }}
    inet_listener imaps {{
        port = {port}
    }}
}}
service anvil {{
    chroot =
}}
passdb {{
    driver = static
    args = nopassword=y
}}
userdb {{
    driver = static
    args = uid={user} gid={group} home={folder}/home
}}
mail_location = mbox:~/mail
""", "2.4": """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
import_environment {{
    OPENSSL_CONF = %{{env:OPENSSL_CONF}}
    LD_DEBUG = %{{env:LD_DEBUG}}
    LD_DEBUG_OUTPUT = %{{env:LD_DEBUG_OUTPUT}}
}}
ssl = required
ssl_server_cert_file = {certificate.chain}
ssl_server_key_file = {certificate.key}
ssl_server_ca_file = {ca}
ssl_server_request_client_cert = yes
log_debug = category=ssl
ssl_server_require_crl = no
auth_ssl_require_client_cert = yes
service imap-login {{
    chroot =
    inet_listener imap {{
        port = 0
    }}
    inet_listener imaps {{
        port = {port}
    }}
}}
service anvil {{
    chroot =
}}
passdb static {{
    fields {{
        nopassword = yes
    }}
}}
userdb static {{
    fields {{
        uid = {user}
        gid = {group}
        home = {folder}/home
    }}
}}
mail_driver = mbox
mail_path = ~/mail
"""}


class TestDovecot(Daemon):
    program = "Dovecot (ssl_verify_client_cert)"
    verifies = "client"
    binary = "/usr/sbin/dovecot"
    package = "dovecot-core"
    needs = ("/usr/lib/dovecot/imap",)
    told_as = "overridden"
    process = "imap-login"
    remark = "The handshake goes on; the login is refused."

    def start(self, port):
        user, group = unprivileged_user()
        path = self.tmp_path / "dovecot.conf"
        version = programs.run(self.binary, "--version", check=True).stdout
        path.write_text(CONFIGURATIONS[version[:3]].format(
            folder=self.tmp_path, port=port, ca=self.ca.pem, certificate=self.pki.good,
            user=user, group=group))
        return programs.Background(*unprivileged(self.binary, "-F", "-c", path),
                                   env=self.environment(), ready="starting up for imap")

    def ask(self, leaf):
        with OnFreePort(self.start) as dovecot:
            peer = self.curl(None, f"imaps://127.0.0.1:{dovecot.port}/", "--user", "user:password",
                             "--request", "NOOP", *self.curl_certificate(leaf))
            return self.outcome(peer, dovecot)
