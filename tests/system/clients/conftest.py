# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the programs that docs/coverage.md lists; the framework itself is measured.py."""

import os
import pathlib

import pytest

pytest.register_assert_rewrite("measured")


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """The folder for one JSON file per program; ctest says which."""
    path = os.environ.get("ROOTSCOPE_RESULTS") or tmp_path_factory.mktemp("results")
    path = pathlib.Path(path)
    path.mkdir(parents=True, exist_ok=True)
    return path
