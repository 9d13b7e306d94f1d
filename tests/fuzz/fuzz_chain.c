/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates, one after another, leaf first, as a chain under a fixed list: whatever they are,
 * the check ends, says the same each time, and never accepts a dNSName or an address that a plain
 * comparison finds outside of the list, or a name that OpenSSL finds excluded.
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
    rs_chain_remember(&check, chain);
    rs_chain_check_run(&check, chain, NULL, &cached);
    CHECK(same_verdict(&first, &cached));
    rs_key_cache_clear(&cache);
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
    sk_X509_pop_free(chain, X509_free);
    ERR_clear_error();
    free(copy);
    return 0;
}
