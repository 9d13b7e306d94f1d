# SPDX-License-Identifier: Apache-2.0
"""Programs in Go, built from the sources in go/."""

import os
import pathlib
import shutil
import subprocess

SOURCES = pathlib.Path(__file__).with_name("go")


def missing():
    """Why none can be built here; None if it can."""
    return None if shutil.which("go") else "go is not installed"


def version():
    done = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, timeout=60,
                          check=True)
    return done.stdout.strip().removeprefix("go")


def build(name, folder):
    """The path of the program `name`, in this folder."""
    program = pathlib.Path(folder) / name
    env = {**os.environ, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GO111MODULE": "off",
           "GOCACHE": str(pathlib.Path(folder) / "cache"), "HOME": str(folder),
           "CGO_ENABLED": "0", "OPENSSL_CONF": "/dev/null"}
    done = subprocess.run(["go", "build", "-o", program, SOURCES / f"{name}.go"], env=env,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return program
