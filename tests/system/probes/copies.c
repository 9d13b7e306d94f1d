/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several OpenSSLs in one process: the system's, and one inside of a library, which loads the
 * same configuration. A copy that hides its functions cannot be guarded; it has to work as if the
 * module were not there. One that exports them is guarded like the system's.
 *
 * Arguments: the library; "hidden", "mixed" or "visible": its OpenSSL within it; "other": the
 * library is a libcrypto.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/other_openssl.h"

#include <dlfcn.h>
#include <string.h>

typedef struct own_openssl {
    own_openssl_start_fn *start;
    own_openssl_verify_fn *verify;
    bool guarded;
} own_openssl;

/* ISO C has no conversion from dlsym's answer to a function. */
static void find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = must(dlsym(library, name), name);
    memcpy(function, &symbol, size);
}

static own_openssl load(const probe *p)
{
    own_openssl copy = {.start = other_openssl_start, .verify = other_openssl_verify};
    const char *path = probe_argument(p, 0), *kind = probe_argument(p, 1);
    if (strcmp(kind, "other") == 0) {
        other_openssl_load(path);
    } else {
        void *library = must(dlopen(path, RTLD_NOW | RTLD_LOCAL), "the library");
        find(library, "own_openssl_start", &copy.start, sizeof copy.start);
        find(library, "own_openssl_verify", &copy.verify, sizeof copy.verify);
    }
    copy.guarded = p->guarded && strcmp(kind, "hidden") != 0 && strcmp(kind, "mixed") != 0;
    expect(copy.start() == 1, "the library's OpenSSL has loaded the configuration");
    return copy;
}

static int verify_there(const own_openssl *copy, X509 *root, X509 *leaf)
{
    unsigned char *root_der = NULL, *leaf_der = NULL;
    long root_size = i2d_X509(root, &root_der), leaf_size = i2d_X509(leaf, &leaf_der);
    int result = copy->verify(root_der, root_size, leaf_der, leaf_size);
    OPENSSL_free(root_der);
    OPENSSL_free(leaf_der);
    return result;
}

static void expect_both(const probe *p, const own_openssl *copy, const char *when)
{
    int bad = verify_there(copy, p->root, p->bad), good = verify_there(copy, p->root, p->good);
    expect(bad == !copy->guarded && good == 1, "%s: the library's: bad leaf %d, good leaf %d", when,
           bad, good);
    expect_in_force(p, when);
}

static void library_first(probe *p)
{
    own_openssl copy = load(p);
    probe_certificates(p);
    expect_both(p, &copy, "the library's came first");
    expect_tls_in_force(p, NULL, "the library's came first");
}

static void library_second(probe *p)
{
    expect_in_force(p, "the system's alone");
    own_openssl copy = load(p);
    for (int round = 0; round < 10; round++)
        expect_both(p, &copy, "the system's came first");
    expect_tls_in_force(p, NULL, "the system's came first");
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "library_first", .run = library_first, .early = true},
        {.name = "library_second", .run = library_second},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
