# SPDX-License-Identifier: Apache-2.0
import socket

import programs
from daemons import Daemon, OnFreePort


class Openvpn(Daemon):
    """Two ends of a tunnel that leads nowhere: no device is needed."""

    binary = "/usr/sbin/openvpn"
    package = "openvpn"
    remark = "Its own callback keeps the verdict."

    def end(self, leaf, environment, ready, ca, *options):
        return programs.Background(
            self.binary, "--dev", "null", "--proto", "udp", "--ca", ca,
            "--cert", leaf.chain, "--key", leaf.key, *options, env=environment, ready=ready)

    def server(self, leaf, environment):
        return OnFreePort(lambda port: self.end(
            leaf, environment, "UDPv4 link remote", self.trusted_for("client"), "--local",
            "127.0.0.1", "--port", port, "--tls-server", "--dh", "none"), socket.SOCK_DGRAM)

    def client(self, leaf, environment, port):
        return self.end(leaf, environment, "UDPv4 link remote", self.trusted_for("server"),
                        "--remote", "127.0.0.1", port, "--nobind", "--tls-client")

    def verdict(self, end):
        """Neither end gives up: the one under test says what it thinks."""
        found = end.wait_for("Initialization Sequence Completed|VERIFY ERROR: .*")
        return programs.Outcome.of("VERIFY ERROR" not in found.group(0), found.group(0))


class TestOpenvpnClient(Openvpn):
    program = "OpenVPN (client)"

    def ask(self, leaf):
        with self.server(leaf, programs.environment()) as server:
            with self.client(self.pki.good, self.environment(), server.port) as client:
                return self.verdict(client)


class TestOpenvpnServer(Openvpn):
    program = "OpenVPN (server)"
    verifies = "client"

    def ask(self, leaf):
        with self.server(self.pki.good, self.environment()) as server:
            with self.client(leaf, programs.environment(), server.port):
                return self.verdict(server)
