# SPDX-License-Identifier: Apache-2.0
import programs
from daemons import Daemon, OnFreePort

BROKER = "/usr/sbin/mosquitto"


class Mosquitto(Daemon):
    needs = (BROKER, "mosquitto_pub")
    shows_reason = False

    def start(self, port, certificate, environment, required):
        path = self.tmp_path / "mosquitto.conf"
        path.write_text(f"listener {port} 127.0.0.1\nuser root\nallow_anonymous true\n"
                        f"certfile {certificate.chain}\nkeyfile {certificate.key}\n"
                        f"cafile {self.trusted_for('client')}\nrequire_certificate {required}\n"
                        "log_dest stderr\n")
        return programs.Background(BROKER, "-c", path, env=environment,
                                   ready="mosquitto version \\S+ running")

    def connect(self, run, port, certificate):
        return run("mosquitto_pub", "-h", "localhost", "-p", port,
                   "--cafile", self.trusted_for("server"), "--cert", certificate.chain,
                   "--key", certificate.key, "-t", "topic", "-m", "message")


class TestMosquittoPub(Mosquitto):
    program = "mosquitto_pub (--cafile)"
    binary = "mosquitto_pub"
    package = "mosquitto-clients"

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, leaf, programs.environment(),
                                                "false")) as broker:
            return self.outcome(self.connect(self.run, broker.port, self.pki.good), broker)


class TestMosquitto(Mosquitto):
    program = "mosquitto (require_certificate)"
    verifies = "client"
    binary = BROKER
    package = "mosquitto"

    def ask(self, leaf):
        with OnFreePort(lambda port: self.start(port, self.pki.good, self.environment(),
                                                "true")) as broker:
            return self.outcome(self.connect(programs.run, broker.port, leaf), broker)
