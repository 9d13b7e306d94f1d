/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of the check of a chain: chains of a leaf and of what chains.h has, checked.
 */
#ifndef RS_TEST_CHECKED_CHAIN_H
#define RS_TEST_CHECKED_CHAIN_H

#include "tests/unit/chains.h"

#define OK        X509_V_OK
#define PERMITTED X509_V_ERR_PERMITTED_VIOLATION
#define EXCLUDED  X509_V_ERR_EXCLUDED_VIOLATION
#define SYNTAX    X509_V_ERR_UNSUPPORTED_NAME_SYNTAX

static inline rs_chain_check check_of(const test_list *list)
{
    return (rs_chain_check){.openssl = rs_openssl_linked(), .image = &list->image};
}

/* Runs a check on a chain of the leaf and the CAs above it; frees the chain. */
static inline rs_chain_report report_of(const char *source, STACK_OF(X509) * chain)
{
    test_list list;
    rs_chain_report report;
    list_of_chain_open(&list, source);
    rs_chain_check check = check_of(&list);
    rs_chain_check_run(&check, chain, NULL, &report);
    list_close(&list);
    sk_X509_free(chain);
    return report;
}

/* Whether these are the errors of the lowest four, from the leaf on, and there are no others. */
static inline bool has_errors(const rs_chain_report *report, int e0, int e1, int e2, int e3)
{
    const int expected[] = {e0, e1, e2, e3};
    unsigned count = 0;
    for (int i = 0; i < RS_CHAIN_MAX; i++) {
        if (report->error[i] != (i < 4 ? expected[i] : OK))
            return false;
        count += report->error[i] != OK;
    }
    return report->denied_count == count;
}

enum { NOW = 1800000000 }; /* 2027-01-15 */

typedef struct fixture {
    test_list list;
    rs_openssl_table openssl;
    rs_chain_check check;
    STACK_OF(X509) * chain;
    X509 *leaf;
    rs_chain_report report;
} fixture;

/* A leaf with this SAN below lower, upper and root, and a list. */
static inline void setup(fixture *f, const char *source, const char *alt_name)
{
    memset(f, 0, sizeof *f);
    list_of_chain_open(&f->list, source);
    f->openssl = *rs_openssl_linked();
    f->check = (rs_chain_check){
        .openssl = &f->openssl, .image = &f->list.image, .now = NOW, .expected_uncopied = true};
    f->leaf = new_leaf(alt_name);
    f->chain = CHAIN(f->leaf, lower, upper, root);
}

static inline void teardown(fixture *f)
{
    sk_X509_free(f->chain);
    X509_free(f->leaf);
    list_close(&f->list);
}

static inline void run_check(fixture *f, X509_VERIFY_PARAM *expected)
{
    rs_chain_check_run(&f->check, f->chain, expected, &f->report);
}

/* The peer that a program expects; NULL: nothing of that kind. The caller frees it. */
static inline X509_VERIFY_PARAM *new_expected(const char *host, const char *other_host,
                                              const char *email, const char *ip)
{
    X509_VERIFY_PARAM *expected = made(X509_VERIFY_PARAM_new());
    if (host != NULL)
        done(X509_VERIFY_PARAM_set1_host(expected, host, 0));
    if (other_host != NULL)
        done(X509_VERIFY_PARAM_add1_host(expected, other_host, 0));
    if (email != NULL)
        done(X509_VERIFY_PARAM_set1_email(expected, email, 0));
    if (ip != NULL)
        done(X509_VERIFY_PARAM_set1_ip_asc(expected, ip));
    return expected;
}

/* In the place of i2d_X509_PUBKEY: no key can be had. */
static inline int no_encoding(const X509_PUBKEY *public_key, unsigned char **out)
{
    (void)public_key, (void)out;
    return -1;
}

#endif
