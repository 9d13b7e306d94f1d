/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict against OpenSSL's check of name constraints: the same rules as a stanza of a compiled
 * list and as constraints, over random names of every form.
 *
 * usage: against_openssl [SEED]
 */
#include "lib/chain/scope.h"
#include "tests/property/differences.h"
#include "tests/property/list_side.h"
#include "tests/property/openssl_side.h"
#include "tests/property/seeds.h"
#include "tests/property/trial_random.h"

#include <stdlib.h>

enum { LISTS = 280, STANZAS = 32, TRIALS = 28, SOME_NAMES = 4 };

static rs_extension extension_of(const X509 *certificate, int nid)
{
    int at = X509_get_ext_by_NID(certificate, nid, -1);
    if (at < 0)
        return (rs_extension){.count = 0};
    const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
    return (rs_extension){
        .count = 1,
        .value = rs_bytes_make(ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data))};
}

static bool list_permits(const rs_stanza *stanza, const X509 *certificate)
{
    const unsigned char *subject;
    size_t size;
    if (!X509_NAME_get0_der(X509_get_subject_name(certificate), &subject, &size))
        abort();
    rs_certificate parts = {
        .subject = rs_bytes_make(subject, size),
        .subject_alt_name = extension_of(certificate, NID_subject_alt_name),
        .extended_key_usage = extension_of(certificate, NID_ext_key_usage),
    };
    return rs_scope_check(stanza, &parts, NULL, NULL, NULL) == RS_PERMITTED;
}

static X509 *certificate_of(const trial *t)
{
    X509 *made = must(X509_new());
    openssl_put_names(made, t);
    return made;
}

/* What OpenSSL says of the equivalent, whose constraints may differ. */
static bool equivalent_permits(const expectation *expected)
{
    const trial *t = &expected->equivalent;
    X509 *certificate = certificate_of(t);
    NAME_CONSTRAINTS *constraints = openssl_constraints(t);
    bool permits = openssl_permits(certificate, constraints, t);
    NAME_CONSTRAINTS_free(constraints);
    X509_free(certificate);
    return permits;
}

static bool run_trial(const rs_stanza *stanza, NAME_CONSTRAINTS *constraints, const trial *t)
{
    static expectation expected;
    differences_expect(t, &expected);
    X509 *certificate = certificate_of(t);
    bool openssl = openssl_permits(certificate, constraints, t);
    bool ours = list_permits(stanza, certificate);
    bool by_equivalent = openssl;
    if (expected.classes != 0 && !expected.denied)
        by_equivalent = equivalent_permits(&expected);
    X509_free(certificate);
    return differences_judge(t, &expected, ours, openssl, by_equivalent);
}

static void random_names(trial *t, random_state *random)
{
    size_t count = random_percent(random, 80) ? 1 : random_below(random, SOME_NAMES + 1);
    t->name_count = 0;
    while (t->name_count < count)
        trial_random_name(t, trial_random_kind(random), random);
    trial_random_subject(t, random);
}

/* Many names under one stanza. */
static bool run_stanza(const made_list *list, const uint8_t *key, trial *t, random_state *random)
{
    rs_stanza stanza;
    bool good = true;
    list_stanza(list, key, &stanza);
    NAME_CONSTRAINTS *constraints = openssl_constraints(t);
    for (size_t i = 0; i < TRIALS && good; i++) {
        random_names(t, random);
        good = run_trial(&stanza, constraints, t);
    }
    NAME_CONSTRAINTS_free(constraints);
    return good;
}

static bool run_list(random_state *random)
{
    static trial trials[STANZAS];
    uint8_t keys[STANZAS][RS_SHA256_SIZE];
    made_list list;
    bool good = true;
    for (size_t i = 0; i < STANZAS; i++) {
        memset(keys[i], (int)i, sizeof keys[i]);
        trial_random_rules(&trials[i], random);
    }
    list_make(&list, trials, keys, STANZAS);
    for (size_t i = 0; i < STANZAS && good; i++)
        good = run_stanza(&list, keys[i], &trials[i], random);
    list_clear(&list);
    return good;
}

static bool run_seed(uint64_t seed)
{
    random_state random = {.state = seed};
    bool good = true;
    for (size_t i = 0; i < LISTS && good; i++)
        good = run_list(&random);
    return good;
}

int main(int argc, char **argv)
{
    int status = seeds_run(argc, argv, run_seed);
    return differences_report(true) ? status : EXIT_FAILURE;
}
