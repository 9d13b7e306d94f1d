# SPDX-License-Identifier: Apache-2.0
"""
What a configuration does to the corporate root's two leaves, asked of `openssl verify`.

A refusal counts only if it is for the name, and the same command without the module accepts the
same certificate.
"""

import programs

NAME_ERRORS = {programs.PERMITTED_VIOLATION, programs.EXCLUDED_VIOLATION,
               programs.UNSUPPORTED_NAME_SYNTAX}


def accepted(outcome):
    assert outcome.accepted, f"refused, but it must be accepted:\n{outcome.output}"


def refused(with_module, without, errors=NAME_ERRORS):
    """The outcomes of the same question with the module and without it."""
    accepted(without)
    assert not with_module.accepted, f"accepted, but it must be refused:\n{with_module.output}"
    assert with_module.error in errors, f"refused with another error:\n{with_module.output}"


def enforced(pki, conf):
    """The scope is enforced: what is inside passes, what is outside does not."""
    accepted(programs.verify(pki.root, pki.good, conf=conf))
    refused(programs.verify(pki.root, pki.bad, conf=conf), programs.verify(pki.root, pki.bad),
            {programs.PERMITTED_VIOLATION})


def all_denied(pki, conf, **options):
    """Nothing passes, as for want of a list."""
    for leaf in pki.good, pki.bad:
        refused(programs.verify(pki.root, leaf, conf=conf, **options),
                programs.verify(pki.root, leaf))


def all_allowed(pki, conf, **options):
    for leaf in pki.good, pki.bad:
        accepted(programs.verify(pki.root, leaf, conf=conf, **options))
