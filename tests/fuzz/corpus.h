/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The makers of corpora: each writes the files of one target into a directory of the corpora.
 */
#ifndef CORPUS_H
#define CORPUS_H

#include "tests/fuzz/fuzz.h"

#include <openssl/x509v3.h>

void corpus_put_images(const char *directory);
void corpus_put_names(const char *directory);
void corpus_put_chains(const char *directory);
void corpus_put_identities(const char *directory);
void corpus_put_inputs(const char *directory);

/* Writes DIRECTORY/KIND/NAME. */
void corpus_put_file(const char *directory, const char *kind, const char *name, const void *p,
                     size_t n);

/* A subjectAltName as openssl.cnf spells it. */
typedef struct corpus_san {
    const char *name, *value;
} corpus_san;

typedef struct corpus_attribute {
    const char *field;
    int type;
    const char *value; /* wide ones with their bytes */
    int size, set;
} corpus_attribute;

typedef struct corpus_subject {
    const char *name;
    corpus_attribute attributes[4];
} corpus_subject;

enum { CORPUS_SANS = 28, CORPUS_SUBJECTS = 16 };
extern const corpus_san corpus_sans[CORPUS_SANS];
extern const corpus_subject corpus_subjects[CORPUS_SUBJECTS];

/* An extension as openssl.cnf spells it; free it with X509_EXTENSION_free. */
X509_EXTENSION *corpus_extension(int nid, const char *value);

/* Free it with X509_NAME_free. */
X509_NAME *corpus_subject_name(const corpus_subject *subject);

#endif
