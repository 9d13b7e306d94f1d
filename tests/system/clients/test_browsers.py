# SPDX-License-Identifier: Apache-2.0
"""
Browsers without a window, which take what is trusted from a database of NSS. A page counts as
accepted if the server was asked for it.
"""

import os
import signal
import subprocess
import threading

import programs
from measured import Client
from peer import Peer
from test_nss import add_trusted

PAGE = b"<!doctype html><title>Page</title><p>A page of the server.\n"


class Page(Peer):
    """Serves a page, and knows whether it was asked for or its certificate refused."""

    def __init__(self, leaf):
        super().__init__(leaf, self._answer)
        self.asked = False
        self.alert = ""
        self.decided = threading.Event()

    def _answer(self, connection):
        with connection.makefile("rwb") as stream:
            first = stream.readline()
            while stream.readline().strip():
                pass
            if first.startswith(b"GET / "):
                self.asked = True
                self.decided.set()
            stream.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                         b"%d\r\nConnection: close\r\n\r\n%s" % (len(PAGE), PAGE))

    def refused(self, error):
        if "ALERT" in str(error):
            self.alert = str(error)
            self.decided.set()


class Browser(Client):
    covered = False
    library = None

    def browse(self, page, home):
        """Lets it load the page; what it said. Its folders are below `home`."""
        raise NotImplementedError

    def ask(self, leaf):
        with Page(leaf) as page:
            said = self.browse(page, self.tmp_path / f"home-{page.port}")
        assert page.decided.is_set(), said
        return programs.Outcome.of(page.asked, page.alert + said)


class TestChromium(Browser):
    program = "Chromium"
    binary = "chromium"
    remark = "It verifies by itself, with its own roots and those of the user's database of NSS."

    def library_of(self, traced):
        return "its own verifier", ""

    def ask_with_bundle(self, leaf):
        outcome = super().ask_with_bundle(leaf)
        assert outcome.accepted or "ERR_CERT_INVALID" in outcome.output
        return outcome

    def browse(self, page, home):
        add_trusted(self.run, home / ".pki/nssdb", self.ca)
        return self.run("chromium", "--headless", "--no-sandbox", "--disable-gpu",
                        f"--user-data-dir={home}/profile", "--proxy-server=127.0.0.1:9",
                        "--proxy-bypass-list=localhost", "--dump-dom",
                        f"https://localhost:{page.port}/", env={"HOME": home}).output


# A proxy that does not exist, for all that is not localhost.
PREFERENCES = {"network.proxy.type": 1, "network.proxy.ssl": '"127.0.0.1"',
               "network.proxy.ssl_port": 9, "network.proxy.http": '"127.0.0.1"',
               "network.proxy.http_port": 9, "datareporting.policy.dataSubmissionEnabled": "false"}


class TestFirefox(Browser):
    program = "Firefox ESR"
    binary = "firefox-esr"
    remark = "Its profile has a database of NSS."

    def library_of(self, traced):
        return "its own NSS", ""

    def browse(self, page, home):
        """It never ends by itself where it shows an error instead of a page."""
        profile = home / "profile"
        add_trusted(self.run, profile, self.ca)
        (profile / "user.js").write_text("".join(
            f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items()))
        with open(home / "output", "w+") as output:
            browser = subprocess.Popen(
                ["firefox-esr", "--no-remote", "--headless", "--profile", profile,
                 f"https://localhost:{page.port}/"], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, start_new_session=True, env=self.environment(HOME=home))
            page.decided.wait(60)
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait(30)
            output.seek(0)
            return output.read()
