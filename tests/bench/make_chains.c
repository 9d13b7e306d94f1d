/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the chains that the benchmarks verify. usage: make_chains FOLDER <ORDERS
 *
 * An order is a line: NAME KEY SET LENGTH NAMES SUFFIXES CONSTRAINED DOMAIN. It makes
 * FOLDER/NAME.chain, the certificates in DER one after the other, leaf first and root last,
 * FOLDER/NAME.pem, the root, and FOLDER/NAME.peer, what a server or a client presents: all
 * certificates but the root, and the leaf's key, in PEM.
 *
 *     KEY          rsa (2048 bits) or p256
 *     SET          keys of one set are the same in every chain, and so are the CAs of one length
 *     LENGTH       certificates, with the root
 *     NAMES        dNSNames of the leaf: nI.sJ.DOMAIN; its common name is the first
 *     SUFFIXES     how many s0.DOMAIN, s1.DOMAIN and so on the names are below
 *     CONSTRAINED  1: the root permits these suffixes in an extension; 0: it has none
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 4, LENGTH_MAX = 64, DAYS = 30, SPREAD = 7919 };

typedef struct order {
    char name[64], key[8], domain[64];
    int set, length, names, suffixes, constrained;
} order;

/* A pointer, or the end. */
static void *must(void *made)
{
    if (made == NULL) {
        fputs("make_chains: OpenSSL refuses to make a part of a certificate\n", stderr);
        exit(EXIT_FAILURE);
    }
    return made;
}

static void must_be(bool done)
{
    must(done ? (void *)"" : NULL);
}

/* The same one whenever it is asked for; 0 is the leaf's. */
static EVP_PKEY *key_of(const order *wanted, int depth)
{
    static EVP_PKEY *keys[2][SETS][LENGTH_MAX];
    bool rsa = strcmp(wanted->key, "rsa") == 0;
    EVP_PKEY **key = &keys[rsa][wanted->set][depth];
    if (*key == NULL)
        *key = must(rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
    return *key;
}

static void set_name(X509_NAME *name, const char *cn)
{
    must_be(X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                                       (const unsigned char *)"Example Ltd", -1, -1, 0) == 1);
    must_be(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1,
                                       0) == 1);
}

static void write_host(const order *wanted, int i, char *text, size_t size)
{
    snprintf(text, size, "n%d.s%d.%s", i, (int)((long)i * SPREAD % wanted->suffixes),
             wanted->domain);
}

static GENERAL_NAME *new_dns_name(const char *text)
{
    GENERAL_NAME *name = must(GENERAL_NAME_new());
    ASN1_IA5STRING *value = must(ASN1_IA5STRING_new());
    must_be(ASN1_STRING_set(value, text, -1) == 1);
    GENERAL_NAME_set0_value(name, GEN_DNS, value);
    return name;
}

static void add_names(X509 *leaf, const order *wanted)
{
    GENERAL_NAMES *names = must(GENERAL_NAMES_new());
    for (int i = 0; i < wanted->names; i++) {
        char host[128];
        write_host(wanted, i, host, sizeof host);
        must_be(sk_GENERAL_NAME_push(names, new_dns_name(host)) > 0);
    }
    must_be(X509_add1_ext_i2d(leaf, NID_subject_alt_name, names, 0, X509V3_ADD_APPEND) == 1);
    GENERAL_NAMES_free(names);
}

static void add_constraints(X509 *root, const order *wanted)
{
    NAME_CONSTRAINTS *constraints = must(NAME_CONSTRAINTS_new());
    constraints->permittedSubtrees = must(sk_GENERAL_SUBTREE_new_null());
    for (int i = 0; i < wanted->suffixes; i++) {
        char suffix[128];
        snprintf(suffix, sizeof suffix, "s%d.%s", i, wanted->domain);
        GENERAL_SUBTREE *tree = must(GENERAL_SUBTREE_new());
        GENERAL_NAME_free(tree->base);
        tree->base = new_dns_name(suffix);
        must_be(sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, tree) > 0);
    }
    must_be(X509_add1_ext_i2d(root, NID_name_constraints, constraints, 1, X509V3_ADD_APPEND) == 1);
    NAME_CONSTRAINTS_free(constraints);
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = must(X509V3_EXT_conf_nid(NULL, &context, nid, value));
    must_be(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* The certificate at a depth; the issuer is NULL for the root. */
static X509 *issue(const order *wanted, int depth, X509 *issuer)
{
    X509 *made = must(X509_new());
    char cn[128];
    if (depth == 0)
        write_host(wanted, 0, cn, sizeof cn);
    else
        snprintf(cn, sizeof cn, "%s CA %d of set %d", wanted->key, depth, wanted->set);
    set_name(X509_get_subject_name(made), cn);
    X509 *by = issuer == NULL ? made : issuer;
    must_be(X509_set_version(made, X509_VERSION_3) == 1 &&
            ASN1_INTEGER_set(X509_get_serialNumber(made), depth + 1L) == 1 &&
            X509_set_issuer_name(made, X509_get_subject_name(by)) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(made), -3600) != NULL &&
            X509_time_adj_ex(X509_getm_notAfter(made), DAYS, 0, NULL) != NULL &&
            X509_set_pubkey(made, key_of(wanted, depth)) == 1);
    add_extension(made, by, NID_basic_constraints,
                  depth == 0 ? "critical,CA:FALSE" : "critical,CA:TRUE");
    add_extension(made, by, NID_key_usage,
                  depth == 0 ? "critical,digitalSignature" : "critical,keyCertSign,cRLSign");
    add_extension(made, by, NID_subject_key_identifier, "hash");
    add_extension(made, by, NID_authority_key_identifier, "keyid");
    if (depth == 0) {
        add_extension(made, by, NID_ext_key_usage, "serverAuth,clientAuth");
        add_names(made, wanted);
    } else if (issuer == NULL && wanted->constrained != 0) {
        add_constraints(made, wanted);
    }
    int signer = issuer == NULL ? depth : depth + 1;
    must_be(X509_sign(made, key_of(wanted, signer), EVP_sha256()) > 0);
    return made;
}

static FILE *open_file(const char *folder, const char *name, const char *end)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, end);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

/* The CAs, from depth 1 on; they stay. Those with an extension are made for one chain. */
static X509 **authorities_of(const order *wanted)
{
    static X509 *made[2][SETS][LENGTH_MAX + 1][LENGTH_MAX];
    static X509 *constrained[LENGTH_MAX];
    int top = wanted->length - 1;
    X509 **chain = made[strcmp(wanted->key, "rsa") == 0][wanted->set][wanted->length];
    if (wanted->constrained != 0)
        chain = constrained;
    if (wanted->constrained == 0 && chain[top] != NULL)
        return chain;
    for (int depth = top; depth > 0; depth--) {
        X509_free(chain[depth]);
        chain[depth] = issue(wanted, depth, depth == top ? NULL : chain[depth + 1]);
    }
    return chain;
}

static void make(const order *wanted, const char *folder)
{
    X509 **chain = authorities_of(wanted);
    int top = wanted->length - 1;
    X509 *leaf = issue(wanted, 0, chain[1]);
    FILE *file = open_file(folder, wanted->name, "chain");
    must_be(i2d_X509_fp(file, leaf) == 1);
    for (int depth = 1; depth <= top; depth++)
        must_be(i2d_X509_fp(file, chain[depth]) == 1);
    must_be(fclose(file) == 0);
    file = open_file(folder, wanted->name, "pem");
    must_be(PEM_write_X509(file, chain[top]) == 1);
    must_be(fclose(file) == 0);
    file = open_file(folder, wanted->name, "peer");
    must_be(PEM_write_X509(file, leaf) == 1);
    for (int depth = 1; depth < top; depth++)
        must_be(PEM_write_X509(file, chain[depth]) == 1);
    must_be(PEM_write_PrivateKey(file, key_of(wanted, 0), NULL, NULL, 0, NULL, NULL) == 1);
    must_be(fclose(file) == 0);
    X509_free(leaf);
}

static bool is_possible(const order *wanted)
{
    return (strcmp(wanted->key, "rsa") == 0 || strcmp(wanted->key, "p256") == 0) &&
           wanted->set >= 0 && wanted->set < SETS && wanted->length >= 2 &&
           wanted->length <= LENGTH_MAX && wanted->names > 0 && wanted->suffixes > 0;
}

int main(int argc, char **argv)
{
    char line[512];
    if (argc != 2) {
        fputs("usage: make_chains FOLDER <ORDERS\n", stderr);
        return EXIT_FAILURE;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        order wanted;
        if (sscanf(line, "%63s %7s %d %d %d %d %d %63s", wanted.name, wanted.key, &wanted.set,
                   &wanted.length, &wanted.names, &wanted.suffixes, &wanted.constrained,
                   wanted.domain) != 8 ||
            !is_possible(&wanted)) {
            fprintf(stderr, "make_chains: not an order: %s", line);
            return EXIT_FAILURE;
        }
        make(&wanted, argv[1]);
    }
    return EXIT_SUCCESS;
}
