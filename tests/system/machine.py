# SPDX-License-Identifier: Apache-2.0
"""
A copy of this machine whose files can be changed: an overlay over the root folder, in a mount
namespace of its own. Nothing of the real machine changes, and all is gone in the end.
"""

import os
import pathlib
import shutil
import subprocess

import programs

# Makes the copy in the folder $1 and stays; the folder $2 is shared with the real machine.
SETUP = r"""
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" overlay "$1/root"
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mkdir -p "$1/root$2"
mount --bind "$2" "$1/root$2"
echo ready
exec sleep infinity
"""

# The trust store has one root of the distribution, and no hooks that take their time.
CLEAN = r"""
set -eu
rm -rf /etc/rootscope /var/lib/rootscope /usr/local/share/ca-certificates/* \
    /etc/ca-certificates/update.d/* /etc/ssl/certs/*
mkdir -p /etc/rootscope /var/lib/rootscope /usr/local/share/ca-certificates
(cd /usr/share/ca-certificates && find . -name '*.crt') | sed -n '1s,^\./,,p' \
    >/etc/ca-certificates.conf
OPENSSL_CONF=/dev/null update-ca-certificates --fresh
"""


# An openssl.cnf that has the module on the copy.
GUARDED = """\
openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
rootscope = rootscope_sect
[default_sect]
activate = 1
[rootscope_sect]
activate = 1
module = /opt/rootscope.so
telemetry = off
"""

CONF_PATH = """readlink -f "$(openssl version -d | cut -d'"' -f2)/openssl.cnf\""""


class Machine(programs.Background):
    """
    For a `with` statement; the other functions run programs on the copy, write and read its files.
    """

    def __init__(self, folder, command, module, shared):
        self.root = pathlib.Path(folder) / "root"
        self._command, self._module = command, module
        super().__init__("unshare", "--mount", "bash", "-c", SETUP, "setup", folder, shared,
                         env=programs.environment(), ready="ready")

    @staticmethod
    def why_not():
        """Why there can be none here; None: there can."""
        if os.geteuid() != 0:
            return "only root can make a copy of the machine and look from it as another user"
        if programs.PRELOAD:
            return "programs of the copy would need the sanitizer's runtime before the module"
        if "LD_LIBRARY_PATH" in os.environ:
            return "the copy has the distribution's OpenSSL, not the one under test"
        for tool in "unshare", "nsenter", "update-ca-certificates":
            if shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
                return f"{tool} is not installed"
        return programs.why_no_own_mounts()

    def __enter__(self):
        super().__enter__()
        try:
            self.shell(CLEAN, check=True)
            for source, name in (self._command, "rootscope"), (self._module, "rootscope.so"):
                self.write(f"/opt/{name}", pathlib.Path(source).read_bytes(), mode=0o755)
            self.conf = self.shell(CONF_PATH, check=True).stdout.strip()
        except BaseException:
            self.stop()
            raise
        return self

    def argv(self, *words):
        """The command line that runs a program on the copy."""
        return ["nsenter", f"--target={self.pid}", "--mount", "--root", "chroot", self.root, *words]

    def run(self, *words, env=None, **options):
        """As programs.run; the programs read the copy's own openssl.cnf unless `env` says else."""
        variables = {"PATH": "/opt:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                     **(env or {})}
        return programs.run(*self.argv("env", "-u", "OPENSSL_CONF",
                                       *(f"{name}={value}" for name, value in variables.items()),
                                       *words), **options)

    def shell(self, script, **options):
        return self.run("bash", "-c", script, **options)

    def rootscope(self, *words, **options):
        return self.run("/opt/rootscope", *words, **options)

    def write(self, path, content, mode=0o644):
        content = content if isinstance(content, bytes) else content.encode()
        done = subprocess.run(
            [str(w) for w in self.argv("bash", "-c", 'mkdir -p "${1%/*}" && cat >"$1" && '
                                       'chmod "$2" "$1"', "write", path, f"{mode:o}")],
            input=content, env=programs.environment(), capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr

    def read(self, path):
        """The text of a file; None: there is none."""
        done = self.run("cat", path)
        return done.stdout if done.returncode == 0 else None
