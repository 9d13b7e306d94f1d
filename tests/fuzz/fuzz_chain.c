/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates, one after another, leaf first, as a chain under a fixed list: whatever they are,
 * the check ends, says the same each time, and never accepts a dNSName or an address that a plain
 * comparison finds outside of the list, or a name that OpenSSL finds excluded.
 *
 * The same where the chain ends at each of them and all are in a trust store: what issued the top
 * is found there, as a plain walk over the store finds it. And one key has one hash, however it is
 * spelt.
 */
#include "lib/chain/chain.h"
#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"
#include "lib/compiler/image_writer.h"
#include "lib/compiler/list_merge.h"
#include "lib/compiler/source.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_keys.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

enum { CERTIFICATES_MAX = 8 };

static struct {
    rs_image image;
    uint8_t root[RS_SHA256_SIZE];
    NAME_CONSTRAINTS *excluded; /* of the excluded names, those that OpenSSL can be asked about */
} world;

/* All stanzas say the same, so that a chain is judged by it whether its root is listed or not. */
#define RULES                                                                                      \
    "    permit corp.example\n"                                                                    \
    "    permit ip:10.0.0.0/8\n"                                                                   \
    "    exclude hr.corp.example\n"                                                                \
    "    permit cn:\"Jane Doe\"\n"                                                                 \
    "    exclude email:joe@corp.example\n"                                                         \
    "    exclude dirname:O=Evil\n"                                                                 \
    "    exclude othername:1.2.3.4\n"

static void hash_root(char hex[2 * RS_SHA256_SIZE + 1])
{
    EVP_PKEY *key = fuzz_key(0);
    X509 *holder = X509_new();
    CHECK(key != NULL && holder != NULL && X509_set_pubkey(holder, key));
    CHECK(rs_trust_anchor_hash(rs_openssl_linked(), holder, RS_ROOT_SPKI, world.root));
    for (size_t i = 0; i < RS_SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", world.root[i]);
    X509_free(holder);
    EVP_PKEY_free(key);
}

static void make_list(void)
{
    char text[2048], hex[2 * RS_SHA256_SIZE + 1];
    rs_list list = {.stanzas = NULL}, merged = {.stanzas = NULL};
    rs_list *lists[] = {&list};
    rs_diagnostics diagnostics = {.items = NULL};
    uint8_t *bytes; /* kept: the image is a view of it */
    size_t size;
    hash_root(hex);
    int n = snprintf(
        text, sizeof text,
        "root spki-sha256:%s\n" RULES "root cert-sha256:%064d\n" RULES "default\n" RULES, hex, 0);
    rs_source source = {.file = "fuzz.list", .text = rs_bytes_make(text, (size_t)n)};
    CHECK(rs_source_parse(&source, &list, &diagnostics));
    CHECK(rs_list_merge(lists, 1, &merged, &diagnostics) && diagnostics.errors == 0);
    CHECK(rs_image_write(&merged, &bytes, &size) == RS_WRITE_OK);
    CHECK(rs_image_open(rs_bytes_make(bytes, size), &world.image) == RS_IMAGE_OK);
    rs_list_free(&merged);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
}

static void exclude(int choice, void *value)
{
    GENERAL_SUBTREE *subtree = GENERAL_SUBTREE_new();
    CHECK(subtree != NULL && value != NULL);
    GENERAL_NAME_set0_value(subtree->base, choice, value);
    CHECK(sk_GENERAL_SUBTREE_push(world.excluded->excludedSubtrees, subtree));
}

static void make_constraints(void)
{
    X509_NAME *evil = X509_NAME_new();
    ASN1_IA5STRING *joe = ASN1_IA5STRING_new(), *hr = ASN1_IA5STRING_new();
    world.excluded = NAME_CONSTRAINTS_new();
    CHECK(world.excluded != NULL && joe != NULL && hr != NULL);
    world.excluded->excludedSubtrees = sk_GENERAL_SUBTREE_new_null();
    CHECK(world.excluded->excludedSubtrees != NULL);
    CHECK(X509_NAME_add_entry_by_txt(evil, "O", V_ASN1_UTF8STRING, (const unsigned char *)"Evil",
                                     -1, -1, 0));
    CHECK(ASN1_STRING_set(joe, "joe@corp.example", -1) &&
          ASN1_STRING_set(hr, "hr.corp.example", -1));
    exclude(GEN_DIRNAME, evil);
    exclude(GEN_EMAIL, joe);
    exclude(GEN_DNS, hr);
}

static STACK_OF(X509) * read_chain(const uint8_t *data, size_t size)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    const unsigned char *p = data;
    CHECK(chain != NULL);
    while (sk_X509_num(chain) < CERTIFICATES_MAX) {
        X509 *certificate = d2i_X509(NULL, &p, (long)(size - (size_t)(p - data)));
        if (certificate == NULL)
            break;
        CHECK(sk_X509_push(chain, certificate));
    }
    ERR_clear_error();
    return chain;
}

/* ---- the plain comparison ---- */

static bool ends_in(const char *name, size_t n, const char *suffix)
{
    size_t length = strlen(suffix);
    if (n > 0 && name[n - 1] == '.')
        n--;
    if (n < length || OPENSSL_strncasecmp(name + n - length, suffix, length) != 0)
        return false;
    return n == length || name[n - length - 1] == '.';
}

static bool is_outside(const GENERAL_NAME *name)
{
    const unsigned char *p = ASN1_STRING_get0_data(name->d.ia5);
    size_t n = (size_t)ASN1_STRING_length(name->d.ia5);
    if (name->type == GEN_IPADD)
        return n != 4 ? n != 16 || memcmp(p, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a", 13) != 0
                      : p[0] != 10;
    if (name->type != GEN_DNS)
        return false;
    return !ends_in((const char *)p, n, "corp.example") ||
           ends_in((const char *)p, n, "hr.corp.example");
}

/* All that its names hang on, decoded by OpenSSL. */
static bool is_excluded(X509 *certificate)
{
    (void)X509_get_extension_flags(certificate);
    return NAME_CONSTRAINTS_check(certificate, world.excluded) == X509_V_ERR_EXCLUDED_VIOLATION;
}

static bool has_name_outside(X509 *certificate)
{
    int critical;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, NULL);
    /* Twice: nobody can say which one counts. */
    bool outside = critical == -2 || is_excluded(certificate);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        outside |= is_outside(sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
    return outside;
}

static bool is_root(const X509 *certificate)
{
    unsigned char *der = NULL, hash[EVP_MAX_MD_SIZE];
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    bool same = n > 0 && EVP_Digest(der, (size_t)n, hash, NULL, EVP_sha256(), NULL) &&
                memcmp(hash, world.root, RS_SHA256_SIZE) == 0;
    OPENSSL_free(der);
    return same;
}

static bool must_be_denied(STACK_OF(X509) * chain)
{
    int length = sk_X509_num(chain), bound = length - 1;
    for (int depth = length == 1 ? 0 : 1; depth < length; depth++) {
        if (is_root(sk_X509_value(chain, depth)))
            bound = depth;
    }
    bool outside = length > 0 && has_name_outside(sk_X509_value(chain, 0));
    for (int depth = 1; depth < bound; depth++) {
        X509 *certificate = sk_X509_value(chain, depth);
        if (X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)))
            outside |= has_name_outside(certificate);
    }
    return outside;
}

/* ---- the check ---- */

static void see_stanza(void *arg, int depth, uint32_t root, uint32_t stanza, rs_mode mode)
{
    const rs_chain_report *report = arg;
    CHECK(depth >= -1 && depth < report->length && stanza < world.image.stanza_count);
    CHECK(root == RS_NO_ROOT || root < world.image.root_count);
    CHECK(mode == RS_MODE_ENFORCE);
}

static void see_finding(void *arg, int depth, bool reference, const rs_finding *finding)
{
    const rs_chain_report *report = arg;
    CHECK(depth >= 0 && depth < report->length && !reference);
    CHECK(finding->verdict == rs_reason_verdict(finding->reason) && finding->form < RS_FORMS);
}

static bool same_verdict(const rs_chain_report *a, const rs_chain_report *b)
{
    return a->denied_count == b->denied_count && a->listed == b->listed &&
           memcmp(a->error, b->error, sizeof a->error) == 0;
}

static void check_chain(STACK_OF(X509) * chain)
{
    rs_key_cache cache = {.slots = {NULL}};
    rs_chain_report first, watched, cached;
    rs_chain_check check = {.openssl = rs_openssl_linked(), .image = &world.image};
    rs_chain_observer observer = {.arg = &watched, .stanza = see_stanza, .finding = see_finding};
    rs_chain_check_run(&check, chain, NULL, &first);
    CHECK(first.length == sk_X509_num(chain));
    if (first.denied_count == 0)
        CHECK(!must_be_denied(chain));
    check.observer = &observer;
    rs_chain_check_run(&check, chain, NULL, &watched);
    CHECK((first.denied_count == 0) == (watched.denied_count == 0));
    check.observer = NULL;
    check.cache = &cache;
    rs_chain_check_run(&check, chain, NULL, &cached);
    rs_chain_remember(&check, chain, &cached.learnt);
    rs_chain_check_run(&check, chain, NULL, &cached);
    CHECK(same_verdict(&first, &cached));
    rs_key_cache_clear(&cache);
}

/* ---- the trust store ---- */

/* Did it issue the other, going by name and signature alone? */
static bool has_issued(X509 *issuer, X509 *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    return key != NULL && X509_verify(certificate, key) == 1 &&
           X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0;
}

/* Certificates that OpenSSL never takes for an issuer, or for one that has one. */
static bool is_unfit(X509 *issuer, X509 *certificate)
{
    uint32_t flags = X509_get_extension_flags(issuer) | X509_get_extension_flags(certificate);
    return (flags & (EXFLAG_INVALID | EXFLAG_PROXY)) != 0 ||
           (X509_get_key_usage(issuer) & KU_KEY_CERT_SIGN) == 0;
}

static bool is_self_signed(X509 *certificate)
{
    return (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
}

/* Marks what is above a certificate, as far up as it goes; `sure`: what nobody could leave out. */
static void mark_above(STACK_OF(X509) * all, int of, bool sure, bool marked[CERTIFICATES_MAX])
{
    X509 *certificate = sk_X509_value(all, of);
    for (int i = 0; i < sk_X509_num(all) && !is_self_signed(certificate); i++) {
        X509 *issuer = sk_X509_value(all, i);
        if (marked[i] || X509_cmp(issuer, certificate) == 0 || !has_issued(issuer, certificate) ||
            (sure && is_unfit(issuer, certificate)))
            continue;
        marked[i] = true;
        mark_above(all, i, sure, marked);
    }
}

static bool is_among(X509 *certificate, const rs_store_issuers *found)
{
    for (unsigned i = 0; i < found->count; i++)
        if (X509_cmp(certificate, found->items[i]) == 0)
            return true;
    return false;
}

static void compare_found(STACK_OF(X509) * all, int top, const rs_store_issuers *found)
{
    bool possible[CERTIFICATES_MAX] = {false}, sure[CERTIFICATES_MAX] = {false};
    mark_above(all, top, false, possible);
    mark_above(all, top, true, sure);
    for (int i = 0; i < sk_X509_num(all); i++) {
        X509 *certificate = sk_X509_value(all, i);
        bool is_found = is_among(certificate, found), may_be = false;
        for (int j = 0; j < sk_X509_num(all); j++)
            may_be |= possible[j] && X509_cmp(sk_X509_value(all, j), certificate) == 0;
        CHECK(!is_found || may_be);
        CHECK(is_found || !sure[i]);
    }
}

/* A chain that ends at `top`, with all certificates in the store. */
static void check_partial_chain(STACK_OF(X509) * all, X509_STORE *store, int top)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *chain = sk_X509_new_null();
    CHECK(context != NULL && chain != NULL && X509_STORE_CTX_init(context, store, NULL, NULL));
    for (int i = 0; i <= top; i++)
        CHECK(X509_up_ref(sk_X509_value(all, i)) && sk_X509_push(chain, sk_X509_value(all, i)));
    X509_STORE_CTX_set0_verified_chain(context, chain);
    rs_store_issuers found;
    rs_chain_report report;
    rs_store_issuers_find(rs_openssl_linked(), context, &found);
    CHECK(!found.incomplete);
    compare_found(all, top, &found);
    rs_chain_check check = {.openssl = rs_openssl_linked(), .image = &world.image, .above = &found};
    rs_chain_check_run(&check, chain, NULL, &report);
    bool root_above = false;
    for (unsigned i = 0; i < found.count; i++)
        root_above |= is_root(found.items[i]);
    CHECK(!root_above || report.listed);
    if (report.denied_count == 0)
        CHECK(!must_be_denied(chain));
    rs_store_issuers_clear(rs_openssl_linked(), &found);
    X509_STORE_CTX_free(context);
}

static void check_partial_chains(STACK_OF(X509) * all)
{
    X509_STORE *store = X509_STORE_new();
    CHECK(store != NULL);
    for (int i = 0; i < sk_X509_num(all); i++)
        CHECK(X509_STORE_add_cert(store, sk_X509_value(all, i)));
    for (int top = 0; top < sk_X509_num(all); top++)
        check_partial_chain(all, store, top);
    X509_STORE_free(store);
}

/* ---- keys ---- */

static bool hash_key(const X509 *certificate, uint8_t sha256[RS_SHA256_SIZE])
{
    return rs_trust_anchor_hash(rs_openssl_linked(), certificate, RS_ROOT_SPKI, sha256);
}

/* Two certificates of one key have one hash, and so has one that OpenSSL itself gives the key. */
static void check_keys(STACK_OF(X509) * all)
{
    for (int i = 0; i < sk_X509_num(all); i++) {
        uint8_t one[RS_SHA256_SIZE], other[RS_SHA256_SIZE];
        EVP_PKEY *key = X509_get0_pubkey(sk_X509_value(all, i));
        if (key == NULL || !hash_key(sk_X509_value(all, i), one))
            continue;
        for (int j = 0; j < i; j++) {
            EVP_PKEY *earlier = X509_get0_pubkey(sk_X509_value(all, j));
            if (earlier != NULL && EVP_PKEY_eq(key, earlier) == 1 &&
                hash_key(sk_X509_value(all, j), other))
                CHECK(memcmp(one, other, sizeof one) == 0);
        }
        X509 *holder = X509_new();
        CHECK(holder != NULL);
        if (X509_set_pubkey(holder, key) && hash_key(holder, other))
            CHECK(memcmp(one, other, sizeof one) == 0);
        X509_free(holder);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (world.image.file.n == 0) {
        make_list();
        make_constraints();
    }
    uint8_t *copy = fuzz_copy(data, size);
    STACK_OF(X509) *chain = read_chain(copy, size);
    check_chain(chain);
    check_partial_chains(chain);
    check_keys(chain);
    sk_X509_pop_free(chain, X509_free);
    ERR_clear_error();
    free(copy);
    return 0;
}
