# SPDX-License-Identifier: Apache-2.0
"""docs/other-libraries.md says what GnuTLS, Go and NSS make of the vectors with a bundle."""

import os
import subprocess

import pytest

from conftest import SOURCE


def test_the_table_is_true(command):
    done = subprocess.run([SOURCE / "scripts/vectors-table", "--check", "--command", command],
                          env={**os.environ, "OPENSSL_CONF": "/dev/null"}, capture_output=True,
                          text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    if "SKIPPED: " in done.stdout:
        pytest.skip(done.stdout.replace("SKIPPED: ", "").strip().replace("\n", "; "))
