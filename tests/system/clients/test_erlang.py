# SPDX-License-Identifier: Apache-2.0
import pytest

from measured import Client

SCRIPT = """
{ok, _} = application:ensure_all_started(ssl),
[Port, File] = init:get_plain_arguments(),
case ssl:connect("localhost", list_to_integer(Port), [{verify, verify_peer}, {cacertfile, File}]) of
    {ok, _} -> halt(0);
    Other -> io:format("~p~n", [Other]), halt(1)
end.
"""


class TestErlang(Client):
    program = "Erlang ssl"
    binary = "erl"
    covered = False
    names = ["DNS:localhost"]
    remark = ("It computes with OpenSSL and verifies by itself. With a bundle, OTP 25 also refuses "
              "every certificate with an IP address.")

    def visit(self, port):
        return self.run("erl", "-noinput", "-eval", SCRIPT, "-extra", port, self.ca.pem)

    def test_address_with_bundle(self):
        """Comparing an address with a constraint ends in an internal error."""
        if not self.version().startswith("1:25."):
            pytest.skip("measured with OTP 25")
        outcome = self.ask_with_bundle(self.pki.good)
        assert not outcome.accepted and "function_clause" in outcome.output, outcome.output
