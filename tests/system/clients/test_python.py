# SPDX-License-Identifier: Apache-2.0
import sys

import programs
from measured import Client

REQUESTS = """
import sys, requests
print(requests.get(sys.argv[1], verify=sys.argv[2]).status_code)
"""
URLLIB = """
import ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[2])
print(urllib.request.urlopen(sys.argv[1], context=context).status)
"""


class PythonClient(Client):
    binary = programs.PYTHON
    script = None

    def visit(self, port):
        return self.run(programs.PYTHON, "-I", "-c", self.script, f"https://localhost:{port}/",
                        self.ca.pem)


class TestUrllib(PythonClient):
    program = "Python ssl, urllib"
    # As ssl.create_default_context() says; the tests run under the same Python.
    partial_chains = sys.version_info >= (3, 13)
    script = URLLIB


class TestRequests(PythonClient):
    program = "Python requests, urllib3"
    package = "python3-requests"
    script = REQUESTS
