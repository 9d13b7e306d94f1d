# SPDX-License-Identifier: Apache-2.0
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
    remark = "It computes with OpenSSL and verifies by itself."

    def visit(self, port):
        return self.run("erl", "-noinput", "-eval", SCRIPT, "-extra", port, self.ca.pem)
