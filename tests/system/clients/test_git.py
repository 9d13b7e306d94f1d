# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client


class TestGit(Client):
    program = "git"
    binary = "git"
    covered = False
    library = "libgnutls.so"
    remark = "Debian links its transport with the GnuTLS build of libcurl."

    def visit(self, port):
        """The server has no repository: what counts is whether git came to ask for it."""
        done = self.run("git", "ls-remote", f"https://localhost:{port}/none",
                        env={"GIT_SSL_CAINFO": self.ca.pem, "GIT_TERMINAL_PROMPT": 0,
                             "GIT_CONFIG_NOSYSTEM": 1, "HOME": self.tmp_path})
        return programs.Outcome.of("not valid: is this a git repository" in done.output,
                                   done.output)
