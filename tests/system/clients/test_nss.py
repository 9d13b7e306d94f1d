# SPDX-License-Identifier: Apache-2.0
from measured import Client
from pki import certificates_in


def add_trusted(run, database, ca):
    """Makes a database that trusts a CA; of a bundle, the super-root and each twin."""
    database.mkdir(parents=True)
    run("certutil", "-N", "-d", database, "--empty-password", check=True)
    for number, certificate in enumerate(certificates_in(ca.pem)):
        run("certutil", "-A", "-d", database, "-n", f"ca-{number}", "-t", "C,,", "-a",
            input=certificate, check=True)


class TestNss(Client):
    program = "tstclnt"
    binary = "tstclnt"
    covered = False
    library = "libnss3.so"
    remark = "The client of NSS, which Firefox and Thunderbird use."

    def visit(self, port):
        database = self.tmp_path / f"nss-{port}"
        add_trusted(self.run, database, self.ca)
        return self.run("tstclnt", "-h", "127.0.0.1", "-a", "localhost", "-p", port, "-d",
                        database, "-Q")
