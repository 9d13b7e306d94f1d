# SPDX-License-Identifier: Apache-2.0
import programs
from measured import Client

SCRIPT = """
import pygit2, sys
port, ca, folder = sys.argv[1:]
pygit2.option(pygit2.GIT_OPT_SET_SSL_CERT_LOCATIONS, ca, None)
repository = pygit2.init_repository(folder, bare=True)
try:
    repository.remotes.create("peer", f"https://localhost:{port}/none").ls_remotes()
except Exception as error:
    print(error)
"""


class TestPygit2(Client):
    program = "pygit2, libgit2 linked with mbedTLS"
    binary = programs.PYTHON
    package = "python3-pygit2"
    covered = False
    library = "libmbedtls.so"
    bundle = {"inside": False, "outside": False}
    remark = "It refuses all below a root with name constraints."

    def missing(self):
        done = programs.run(programs.PYTHON, "-I", "-c",
                            "import pygit2; print(pygit2._pygit2.__file__)")
        if done.returncode != 0:
            return "python3-pygit2 is not installed"
        self.links = done.stdout.strip()
        return super().missing()

    def visit(self, port):
        """The server has no repository: what counts is whether libgit2 came to ask for it."""
        done = self.run(programs.PYTHON, "-I", "-c", SCRIPT, port, self.ca.pem,
                        self.tmp_path / f"repository-{port}")
        return programs.Outcome.of("certificate" not in done.output.lower(), done.output)
