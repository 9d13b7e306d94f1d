# SPDX-License-Identifier: Apache-2.0
from measured import Client

STREAM = """
$context = stream_context_create(["ssl" => ["cafile" => $argv[2]]]);
exit(file_get_contents($argv[1], false, $context) === false ? 1 : 0);
"""
CURL = """
$curl = curl_init($argv[1]);
curl_setopt_array($curl, [CURLOPT_CAINFO => $argv[2], CURLOPT_RETURNTRANSFER => true]);
if (curl_exec($curl) === false) { echo curl_error($curl); exit(1); }
"""


class PhpClient(Client):
    binary = "php"
    script = None

    def visit(self, port):
        return self.run("php", "-d", "display_errors=stderr", "-r", self.script, "--",
                        f"https://localhost:{port}/", self.ca.pem)


class TestPhpStreams(PhpClient):
    program = "PHP streams"
    shows_reason = False
    script = STREAM


class TestPhpCurl(PhpClient):
    program = "PHP curl"
    partial_chains = True
    script = CURL
