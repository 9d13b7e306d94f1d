# SPDX-License-Identifier: Apache-2.0
from measured import Client


class TestNss(Client):
    program = "tstclnt"
    binary = "tstclnt"
    covered = False
    library = "libnss3.so"
    remark = "The client of NSS, which Firefox and Thunderbird use."

    def visit(self, port):
        database = self.tmp_path / f"nss-{port}"
        database.mkdir()
        self.run("certutil", "-N", "-d", database, "--empty-password", check=True)
        self.run("certutil", "-A", "-d", database, "-n", "root", "-t", "C,,", "-a", "-i",
                 self.ca.pem, check=True)
        return self.run("tstclnt", "-h", "127.0.0.1", "-a", "localhost", "-p", port, "-d",
                        database, "-Q")
