# SPDX-License-Identifier: Apache-2.0
"""
Node.js, twice: linked with the system's OpenSSL, as Debian builds it, and with a copy of its own
that it exports, as nodejs.org and NodeSource build it. ROOTSCOPE_NODE may name one of the latter.
"""

import os
import shutil

import programs
from measured import Client

SCRIPT = """
const https = require("https");
const options = {ca: require("fs").readFileSync(process.argv[2]), family: 4};
https.get(process.argv[1], options, (answer) => {
    console.log(answer.statusCode);
    process.exit(0);
}).on("error", (error) => {
    console.log(`${error.code}: ${error.message}`);
    process.exit(1);
});
"""


def ask_node(node, expression):
    return programs.run(node, "-p", expression, check=True).stdout.strip()


def find_node(shared):
    """A node that is linked with the system's OpenSSL, or with its own; None if there is none."""
    for node in os.environ.get("ROOTSCOPE_NODE"), shutil.which("node"):
        told = node and ask_node(node, "process.config.variables.node_shared_openssl")
        if told == ("true" if shared else "false"):
            return node
    return None


class NodeClient(Client):
    binary = "node"
    shared = None  # linked with the system's OpenSSL
    remark = "It reads the section `nodejs_conf`, not `openssl_conf`."

    def missing(self):
        self.node = find_node(self.shared)
        whose = "the system's OpenSSL" if self.shared else "an OpenSSL of its own"
        return None if self.node else f"no node with {whose}"

    def configuration(self, text):
        return text.replace("openssl_conf =", "nodejs_conf =")

    def visit(self, port):
        return self.run(self.node, "-e", SCRIPT, f"https://localhost:{port}/", self.ca.pem)

    def version(self):
        return ask_node(self.node, "process.versions.node")


class TestNodeShared(NodeClient):
    program = "Node.js, Debian's"
    shared = True


class TestNodeOwn(NodeClient):
    program = "Node.js, nodejs.org's"
    shared = False
    library = None

    def library_of(self, traced):
        return "its own, exported", "OpenSSL " + ask_node(self.node, "process.versions.openssl")
