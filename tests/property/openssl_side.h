/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trial as OpenSSL sees it.
 */
#ifndef OPENSSL_SIDE_H
#define OPENSSL_SIDE_H

#include "tests/property/trial.h"

/* The rest of a program has nothing to do without memory: aborts if `p` is NULL. */
void *must(void *p);

NAME_CONSTRAINTS *openssl_constraints(const trial *t);

/* Gives a certificate the trial's subject, SAN and extended key usage. */
void openssl_put_names(X509 *certificate, const trial *t);

/* Whether OpenSSL's check of constraints, as of those of a leaf's issuer, accepts a certificate. */
bool openssl_permits(X509 *certificate, NAME_CONSTRAINTS *constraints, const trial *t);

/* The Name that codes stand for. */
X509_NAME *openssl_name(const trial_text *codes);

/* Code points below 256 as UTF-8. */
void text_to_utf8(const trial_text *from, uint8_t utf8[2 * TEXT_MAX], size_t *n);

#endif
