# SPDX-License-Identifier: Apache-2.0
from measured import Client

SCRIPT = """
require "net/http"
url = URI(ARGV[0])
Net::HTTP.start(url.host, url.port, use_ssl: true, ca_file: ARGV[1]) do |http|
    puts http.get("/").code
end
"""


class TestRuby(Client):
    program = "Ruby net/http"
    binary = "ruby"

    def visit(self, port):
        return self.run("ruby", "-e", SCRIPT, f"https://localhost:{port}/", self.ca.pem)
