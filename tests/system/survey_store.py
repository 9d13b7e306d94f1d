# SPDX-License-Identifier: Apache-2.0
"""For the tests of surveys: what a store says, whatever the order in which it was filled."""

import sqlite3


def content(path):
    """What a store says, without the numbers of its rows."""
    with sqlite3.connect(path) as store:
        return [sorted(store.execute(query)) for query in (
            "SELECT * FROM by_registrable", "SELECT * FROM by_public_suffix",
            "SELECT * FROM by_tld", "SELECT * FROM unit", "SELECT * FROM total",
            "SELECT * FROM ca", "SELECT reference, certificates FROM issuer",
            "SELECT * FROM setting",
            "SELECT * FROM tile")]
