/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forged chain costs at most three times what X509_verify_cert itself takes to refuse it,
 * whatever it holds: the keys of many listed roots, many names, keys that are spelt oddly. Anybody
 * can send one.
 *
 * usage: forged_chains
 */
#include "lib/chain/chain.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"
#include "lib/compiler/image_writer.h"
#include "tests/property/openssl_side.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    LENGTH_MAX = 100,
    SIZE = 100 * 1024, /* of all names together: what TLS lets through by default */
    RUNS = 15,
    TRIES = 6,
    BOUND = 3,
};

typedef struct forgery {
    const char *word;
    int length;       /* certificates, without the anchor */
    int listed;       /* so many of the CAs have keys of listed roots */
    const char *name; /* a URI or a host, again and again */
    int choice;       /* GEN_* */
    bool permitted;   /* by all stanzas */
    bool compressed;  /* the keys are spelt so */
} forgery;

static const forgery forgeries[] = {
    {"100 roots, names inside", 100, 99, "a:", GEN_URI, true, false},
    {"100 roots, names outside", 100, 99, "a.b", GEN_DNS, false, false},
    {"8 roots, names inside", 100, 8, "a:", GEN_URI, true, false},
    {"8 roots, names outside", 100, 8, "a.b", GEN_DNS, false, false},
    {"8 roots, short chain", 9, 8, "a:", GEN_URI, true, false},
    {"one root, long chain", 100, 1, "a:", GEN_URI, true, false},
    {"one root, three certificates", 3, 1, "a:", GEN_URI, true, false},
    {"one root, three certificates, outside", 3, 1, "a.b", GEN_DNS, false, false},
    {"no root", 100, 0, "a:", GEN_URI, true, false},
    {"100 compressed keys", 100, 0, "a:", GEN_URI, true, true},
};

static struct {
    EVP_PKEY *keys[LENGTH_MAX], *anchor_key;
    X509 *anchor;
    X509_STORE *store;
} world;

static void must_be(int good)
{
    if (good != 1)
        abort();
}

static X509_NAME *name_of(const char *front, int number)
{
    char text[32];
    X509_NAME *made = must(X509_NAME_new());
    snprintf(text, sizeof text, "%s %d", front, number);
    must_be(X509_NAME_add_entry_by_txt(made, "O", MBSTRING_ASC, (const unsigned char *)text, -1, -1,
                                       0));
    return made;
}

static void set_names(X509 *certificate, int own, int issuer)
{
    X509_NAME *subject = name_of("CA", own), *by = name_of("CA", issuer);
    must_be(X509_set_subject_name(certificate, subject));
    must_be(X509_set_issuer_name(certificate, by));
    X509_NAME_free(subject);
    X509_NAME_free(by);
}

static X509 *new_ca(EVP_PKEY *key, int own, int issuer)
{
    X509 *made = must(X509_new());
    BASIC_CONSTRAINTS *basic = must(BASIC_CONSTRAINTS_new());
    basic->ca = 0xff;
    must_be(X509_set_version(made, X509_VERSION_3));
    must_be(ASN1_INTEGER_set(X509_get_serialNumber(made), own + 1));
    must(X509_gmtime_adj(X509_getm_notBefore(made), 0));
    must(X509_gmtime_adj(X509_getm_notAfter(made), 86400));
    must_be(X509_set_pubkey(made, key));
    must_be(X509_add1_ext_i2d(made, NID_basic_constraints, basic, 1, X509V3_ADD_APPEND));
    BASIC_CONSTRAINTS_free(basic);
    set_names(made, own, issuer);
    return made;
}

static void add_names(X509 *certificate, const forgery *of)
{
    GENERAL_NAMES *names = must(GENERAL_NAMES_new());
    size_t count = SIZE / (size_t)of->length / (strlen(of->name) + 2);
    for (size_t i = 0; i < count; i++) {
        GENERAL_NAME *name = must(GENERAL_NAME_new());
        ASN1_IA5STRING *text = must(ASN1_IA5STRING_new());
        must_be(ASN1_STRING_set(text, of->name, -1));
        GENERAL_NAME_set0_value(name, of->choice, text);
        must_be(sk_GENERAL_NAME_push(names, name) > 0);
    }
    must_be(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND));
    GENERAL_NAMES_free(names);
}

static void compress(EVP_PKEY *key, bool compressed)
{
    must_be(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           compressed ? "compressed" : "uncompressed"));
}

/* As they come off a wire: OpenSSL reads keys then, not while it verifies. */
static X509 *as_received(X509 *made)
{
    unsigned char *der = NULL;
    int size = i2d_X509(made, &der);
    const unsigned char *p = der;
    X509 *received = must(d2i_X509(NULL, &p, size));
    OPENSSL_free(der);
    X509_free(made);
    return received;
}

/* Leaf first. All are signed with a key that is not their issuer's. */
static STACK_OF(X509) * forge(const forgery *of)
{
    STACK_OF(X509) *chain = must(sk_X509_new_null());
    for (int i = 0; i < of->length; i++) {
        compress(world.keys[i], of->compressed);
        X509 *made = new_ca(world.keys[i], i, i + 1 < of->length ? i + 1 : LENGTH_MAX);
        add_names(made, of);
        must_be(X509_sign(made, world.keys[0], EVP_sha256()) > 0);
        must_be(sk_X509_push(chain, as_received(made)) > 0);
    }
    return chain;
}

/* The top of the chain has the keys that are listed; there is one root that nobody meets. */
static uint8_t *make_list(const forgery *of, STACK_OF(X509) * chain, rs_image *image)
{
    static rs_list_root roots[LENGTH_MAX];
    static rs_list_stanza stanzas[LENGTH_MAX];
    static rs_rule rules[] = {
        {.kind = RS_RULE_SUFFIX,
         .forms = (1 << RS_HOST_FORMS) - 1,
         .self = true,
         .below = true,
         .value = {.p = (const uint8_t *)"corp.example", .n = 12}},
        {.kind = RS_RULE_SUFFIX, .forms = (1 << RS_HOST_FORMS) - 1, .self = true, .below = true},
    };
    size_t count = of->listed > 0 ? (size_t)of->listed : 1;
    rules[1].value = rs_bytes_of_string("b");
    memset(roots, 0, sizeof roots);
    memset(stanzas, 0, sizeof stanzas);
    for (size_t i = 0; i < count; i++) {
        stanzas[i] = (rs_list_stanza){.roots = &roots[i],
                                      .root_count = 1,
                                      .rules = rules,
                                      .rule_count = of->permitted ? 2 : 1};
        if (of->listed > 0)
            must_be(rs_trust_anchor_hash(rs_openssl_linked(),
                                         sk_X509_value(chain, of->length - 1 - (int)i),
                                         RS_ROOT_SPKI, roots[i].sha256));
    }
    rs_list list = {.stanzas = stanzas, .stanza_count = count};
    uint8_t *bytes;
    size_t size;
    must_be(rs_image_write(&list, &bytes, &size) == RS_WRITE_OK);
    must_be(rs_image_open(rs_bytes_make(bytes, size), image) == RS_IMAGE_OK);
    return bytes;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double least(double a, double b)
{
    return a == 0 || b < a ? b : a;
}

/* Microseconds that OpenSSL takes, and that the check of the chain that it built takes, twice: as
 * for an application, and with somebody who wants to be told of each name. */
static double measure(STACK_OF(X509) * chain, const rs_image *image, double *check_cost)
{
    double bare = 0;
    *check_cost = 0;
    for (int i = 0; i < RUNS; i++) {
        X509_STORE_CTX *context = must(X509_STORE_CTX_new());
        rs_chain_report report;
        const rs_chain_observer observer = {.arg = NULL};
        rs_chain_check check = {.openssl = rs_openssl_linked(), .image = image};
        must_be(X509_STORE_CTX_init(context, world.store, sk_X509_value(chain, 0), chain));
        double start = now();
        must_be(X509_verify_cert(context) != 1);
        double verified = now();
        rs_chain_check_run(&check, X509_STORE_CTX_get0_chain(context), NULL, &report);
        check.observer = &observer;
        rs_chain_check_run(&check, X509_STORE_CTX_get0_chain(context), NULL, &report);
        double checked = now();
        bare = least(bare, verified - start);
        *check_cost = least(*check_cost, checked - verified);
        must_be(X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_SIGNATURE_FAILURE);
        X509_STORE_CTX_free(context);
        ERR_clear_error();
    }
    return bare;
}

/* Whether it is within the bound, at the last try at least: others use the machine too. */
static bool is_bounded(const forgery *of)
{
    rs_image image;
    STACK_OF(X509) *chain = forge(of);
    uint8_t *bytes = make_list(of, chain, &image);
    bool bounded = false;
    for (int i = 0; i < TRIES && !bounded; i++) {
        double check, bare = measure(chain, &image, &check);
        printf("%-40s OpenSSL %7.0f us, the check %7.0f us, together %.1f times\n", of->word, bare,
               check, (bare + check) / bare);
        bounded = bare + check <= BOUND * bare;
    }
    if (!bounded)
        fprintf(stderr, "%s: not within %d times\n", of->word, BOUND);
    sk_X509_pop_free(chain, X509_free);
    free(bytes);
    return bounded;
}

int main(void)
{
    bool good = true;
    for (int i = 0; i < LENGTH_MAX; i++)
        world.keys[i] = must(EVP_EC_gen("P-256"));
    world.anchor_key = must(EVP_EC_gen("P-256"));
    world.anchor = new_ca(world.anchor_key, LENGTH_MAX, LENGTH_MAX);
    must_be(X509_sign(world.anchor, world.anchor_key, EVP_sha256()) > 0);
    world.store = must(X509_STORE_new());
    must_be(X509_STORE_add_cert(world.store, world.anchor));
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++)
        good &= is_bounded(&forgeries[i]);
    X509_STORE_free(world.store);
    X509_free(world.anchor);
    EVP_PKEY_free(world.anchor_key);
    for (int i = 0; i < LENGTH_MAX; i++)
        EVP_PKEY_free(world.keys[i]);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
