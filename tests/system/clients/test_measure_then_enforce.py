# SPDX-License-Identifier: Apache-2.0
"""
A root's scope from test to enforcement, with the programs of a machine: measure, read the report,
enforce, take it back under a running server, permit what was missing.
"""

import contextlib
import json
import shutil

import pytest

import programs
from pki import Pki
from test_nginx import CONFIGURATION, Nginx

LEAVES = ("good", "wanted", "evil", "partner")


class Site:
    """Sources and the list made of them; servers; clients that all read one configuration."""

    def __init__(self, folder, tmp_path, rootscope, openssl_conf):
        self.pki = Pki(tmp_path)
        self.partner_root = self.pki.ca("Partner Root")
        partner_issuing = self.pki.ca("Partner Issuing CA", issuer=self.partner_root)
        # Programs that run as somebody else read the list again, too.
        self.local, self.list = folder / "local", folder / "permitted.rsl"
        self.telemetry = tmp_path / "telemetry.log"
        self.source = self.local / "local.list"
        self._folder, self._rootscope = folder, rootscope
        self.local.mkdir()
        self.conf = openssl_conf(list=self.list, telemetry=f"file:{self.telemetry}", refresh=1)
        self.trusted = folder / "trusted.pem"
        self.trusted.write_text(self.pki.root.pem.read_text() + self.partner_root.pem.read_text())
        # One name each, so that what is reported is countable.
        self.names = {name: f"www.{name}.example" for name in LEAVES}
        self.names["good"] = "www.corp.example"
        self.leaves = {name: self.pki.leaf(
            f"{name} leaf", [f"DNS:{self.names[name]}"], subject=f"/O={name}",
            issuer=partner_issuing if name == "partner" else None) for name in LEAVES}

    def rootscope(self, *words):
        """A subcommand that changes the sources or the list, on this site's."""
        done = self._rootscope(words[0], "--shipped", self._folder / "shipped", "--local",
                               self.local, "-o", self.list, *words[1:])
        assert done.returncode == 0, done.output
        return done.stdout

    def report(self, telemetry):
        done = self._rootscope("report", "--json", telemetry, check=True)
        assert done.stderr == ""
        return json.loads(done.stdout)

    def patch(self, telemetry):
        done = self._rootscope("report", "--diff", "--shipped", self._folder / "shipped", "--local",
                               self.local, telemetry, check=True)
        programs.run("patch", "-p1", "-d", self.local, input=done.stdout, check=True)

    # Clients: whether they accept the server of this name.

    def curl(self, name):
        return programs.curl(self.servers[name].port, self.names[name], self,
                             conf=self.conf).accepted

    def python(self, name):
        return programs.python_ssl(self.servers[name].port, self.names[name], self,
                                   conf=self.conf).accepted

    def nginx(self, name):
        done = programs.run("curl", "-q", "-sS", "-o", "/dev/null", "-w", "%{http_code}",
                            "--unix-socket", self._folder / "http", f"http://localhost/{name}")
        assert done.stdout in ("200", "502"), done.output
        return done.stdout == "200"

    @property
    def pem(self):
        """As of a certificate: what clients trust."""
        return self.trusted

    def start_nginx(self):
        locations = "".join(f"""
            location /{name} {{
                proxy_pass https://127.0.0.1:{server.port}/;
                proxy_ssl_name {self.names[name]};
            }}""" for name, server in self.servers.items())
        path = self._folder / "nginx.conf"
        path.write_text(CONFIGURATION.format(folder=self._folder, server=f"""
            listen unix:{self._folder}/http;
            proxy_ssl_verify on;
            proxy_ssl_verify_depth 2;
            proxy_ssl_session_reuse off;
            proxy_ssl_trusted_certificate {self.trusted};{locations}"""))
        return programs.Background(Nginx.binary, "-e", "stderr", "-p", self._folder, "-c", path,
                                   env=programs.environment(self.conf),
                                   ready="start worker process \\d")


@pytest.fixture
def site(public_dir, tmp_path, rootscope, openssl_conf):
    for program in Nginx.binary, "curl", "patch":
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    made = Site(public_dir, tmp_path, rootscope, openssl_conf)
    made.source.write_text(
        f'# What our roots may vouch for.\n\n'
        f'root spki-sha256:{made.pki.root.spki_sha256()} "Corp Root"\n'
        f'    permit corp.example\n\n'
        f'root spki-sha256:{made.partner_root.spki_sha256()} "Partner Root"\n'
        f'    permit partner.example\n')
    with contextlib.ExitStack() as stack:
        made.servers = {name: stack.enter_context(programs.Server(leaf))
                        for name, leaf in made.leaves.items()}
        yield made


def of_root(answer, label):
    root, = [r for r in answer["roots"] if r["label"] == label]
    return root


def measure(site):
    """Chains in test mode, by three programs, of which one goes on running."""
    clients = {"curl": site.curl, "python": site.python, "nginx": site.nginx}
    # The server's counts are written when they reach powers of two.
    traffic = [("curl", "good", 3), ("curl", "wanted", 2), ("curl", "evil", 1),
               ("curl", "partner", 1), ("python", "good", 2), ("python", "wanted", 1),
               ("nginx", "good", 2), ("nginx", "evil", 2)]
    for program, name, times in traffic:
        for _ in range(times):
            assert clients[program](name), (program, name)


def expect_measured(answer, site):
    """The report says what happened, and nothing else."""
    corp, partner = of_root(answer, "Corp Root"), of_root(answer, "Partner Root")
    assert len(answer["roots"]) == 2 and answer["problems"] == [] and answer["dropped"] == 0
    assert corp["root"] == f"spki-sha256:{site.pki.root.spki_sha256()}"
    assert (corp["mode"], corp["readiness"]) == ("test", "violations")
    sums = "checked", "permitted", "violated", "unverified"
    assert [corp[key] for key in sums] == [13, 7, 6, 0]
    assert {(s["form"], s["suffix"], s["reason"], s["verified"], s["would_deny"], s["unverified"])
            for s in corp["suffixes"]} == {("dns", "wanted.example", "not-permitted", 3, 3, 0),
                                           ("dns", "evil.example", "not-permitted", 3, 3, 0)}
    told = {p["program"].rstrip("0123456789."): (p["checked"], p["violated"])
            for p in corp["programs"]}
    assert told == {"curl": (6, 3), "python": (3, 1), "nginx": (4, 2)}
    assert {p["permit"] for p in corp["proposals"]} == {"dns:wanted.example", "dns:evil.example"}
    assert corp["unproposed"] == []
    assert (partner["readiness"], partner["checked"], partner["suffixes"]) == ("enforced", 1, [])


def test_a_root_is_measured_and_then_enforced(site, tmp_path):
    site.rootscope("set-mode", "test", "Corp Root")
    with site.start_nginx():
        measure(site)
        measured = tmp_path / "measured.log"
        shutil.copy(site.telemetry, measured)
        expect_measured(site.report(measured), site)

        site.rootscope("set-mode", "enforce", "Corp Root")
        for name in "wanted", "evil":
            assert not site.curl(name) and not site.python(name)
            assert programs.eventually(lambda: not site.nginx(name)), name
        assert site.curl("good") and site.python("good") and site.nginx("good")
        assert site.curl("partner")

        # The kill switch reaches the server that runs.
        site.rootscope("set-mode", "test", "--all")
        assert programs.eventually(lambda: site.nginx("evil"))
        assert site.curl("evil")
        site.rootscope("set-mode", "enforce", "--all")
        assert programs.eventually(lambda: not site.nginx("evil"))

        # What was missing is permitted; a person takes out what was rightly refused.
        site.patch(measured)
        patched = site.source.read_text()
        assert "    permit dns:wanted.example\n" in patched
        site.source.write_text(patched.replace("    permit dns:evil.example\n", ""))
        site.rootscope("compile")
        assert programs.eventually(lambda: site.nginx("wanted"))
        assert site.curl("wanted") and site.python("wanted") and site.curl("good")
        assert not site.curl("evil") and not site.python("evil") and not site.nginx("evil")


def test_a_root_without_violations_is_ready(site, rootscope):
    site.rootscope("set-mode", "test", "Corp Root")
    with site.start_nginx():
        for _ in range(4):
            assert site.nginx("good") and site.curl("good")
    root = of_root(site.report(site.telemetry), "Corp Root")
    assert (root["checked"], root["violated"], root["readiness"]) == (8, 0, "too-few-checks")
    assert (root["proposals"], root["unproposed"]) == ([], [])
    done = rootscope("report", "--min-checks", "8", site.telemetry, check=True)
    assert "  ready for mode enforce\n" in done.stdout
