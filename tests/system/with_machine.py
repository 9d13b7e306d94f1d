# SPDX-License-Identifier: Apache-2.0
"""
Runs command lines as on a machine of their own, on which rootscope is installed.

    unshare --mount --net --fork --pid [--map-root-user] python3 with_machine.py FOLDER

FOLDER has `local/` (becomes /usr/local), `hosts`, `work/` (the current directory) and `lines.json`,
an array of command lines for sh, which run after `prepare.sh`. /etc is a copy; /run, /var/lib and
/var/log are empty. The servers on the ports 443 (https) and 587 (mail with STARTTLS) have the chain
in `server.chain` and `server.key`; as HOST, they have those in `HOST.chain` and `HOST.key`. What
is sent to the system's log is in /var/log/messages. Prints an array of what each line did: status
and output.
"""

import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import threading

from with_syslog import mount, replace_dev

PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n"


def context_of(chain):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, chain.with_suffix(".key"))
    return context


def context_by_host(folder):
    """A server's, which takes the chain of the host that the client wants, if there is one."""
    hosts = {chain.stem: context_of(chain) for chain in folder.glob("*.chain")}

    def choose(connection, host, context):
        connection.context = hosts.get(host, context)
    hosts["server"].sni_callback = choose
    return hosts["server"]


def serve(context, port, greeting=()):
    """Answers every connection: greets, line by line, then speaks TLS, sends a page and closes."""
    listener = socket.create_server(("127.0.0.1", port))

    def answer():
        while True:
            connection, _ = listener.accept()
            try:
                reader = connection.makefile("rb", buffering=0)
                for number, line in enumerate(greeting):
                    if number > 0:
                        reader.readline()
                    connection.sendall(line)
                with context.wrap_socket(connection, server_side=True) as speaking:
                    if not greeting and speaking.recv(4096):
                        speaking.sendall(PAGE)
                        # Newer clients take an end without a goodbye for an attack.
                        speaking.unwrap()
            except OSError:
                connection.close()
    threading.Thread(target=answer, daemon=True).start()


def keep_log():
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    # As another user, too.
    pathlib.Path("/dev/log").chmod(0o666)

    def keep():
        with pathlib.Path("/var/log/messages").open("wb", buffering=0) as messages:
            while True:
                messages.write(log.recv(65536) + b"\n")
    threading.Thread(target=keep, daemon=True).start()


def furnish(folder):
    mount("--make-rprivate", "/")
    mount("-t", "proc", "proc", "/proc")
    etc = folder / "etc"
    # Not what only the machine's root can read, where this is another user.
    subprocess.run(["cp", "-a", "/etc", etc], stderr=subprocess.DEVNULL, check=False)
    shutil.copy(folder / "hosts", etc / "hosts")
    shutil.rmtree(etc / "rootscope", ignore_errors=True)
    mount("--bind", etc, "/etc")
    mount("--bind", folder / "local", "/usr/local")
    for path in "/run", "/var/lib", "/var/log":
        mount("-t", "tmpfs", "-o", "mode=755", "rootscope-test", path)
    (folder / "dev").mkdir()
    replace_dev(folder / "dev")
    keep_log()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def main(folder):
    furnish(folder)
    context = context_by_host(folder)
    serve(context, 443)
    serve(context, 587, (b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go on\r\n"))
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
           "HOME": str(folder / "work"), "LC_ALL": "C.UTF-8",
           "EDITOR": "true"}

    def run(*words):
        ended = subprocess.run(words, cwd=folder / "work", env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="backslashreplace", timeout=100)
        return {"status": ended.returncode, "output": ended.stdout}
    prepared = run("sh", "-e", folder / "prepare.sh")
    if prepared["status"] != 0:
        return f"prepare.sh: {prepared['output']}"
    lines = json.loads((folder / "lines.json").read_text())
    json.dump([run("sh", "-c", line) for line in lines], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
