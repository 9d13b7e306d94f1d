/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rootscope: root certificates limited to the names that they may vouch for.
 *
 * For programs that want a permitted suffix list enforced by their own decision: because they
 * don't load openssl.cnf, bring a list of their own, or want to know why a chain is refused.
 * Programs that use the system's configuration need nothing of this: there the provider module
 * does the same for every X509_verify_cert.
 *
 *     rootscope_list *list;
 *     if (rootscope_list_open("/var/lib/rootscope/permitted.rsl", &list) != ROOTSCOPE_OK)
 *         ...                                     // no list: refuse to start
 *     if (!rootscope_attach(list, SSL_CTX_get_cert_store(ctx)))
 *         ...
 *     rootscope_list_free(list);                  // the store keeps its own reference
 *
 * A list is made by `rootscope compile`, see rootscope(1) and rootscope-list(5). What the verdict
 * is, and why, is in the project's docs/semantics.md.
 *
 * Conventions: functions take ownership of nothing unless they say so. No function prints, reads
 * the environment, exits, or leaves an entry in OpenSSL's error queue. A function that answers
 * int answers 1 for yes or done, and 0 for everything else, misuse included, so that
 * `if (!rootscope_...)` is safe. Passing a dangling pointer is undefined, as everywhere. Any number
 * of threads may call any function at once, unless its comment or its object's says otherwise.
 *
 * What is NOT guaranteed: a chain that is within scope is not thereby valid. Signatures, dates,
 * revocation and the name that was connected to are OpenSSL's own to check.
 */
#ifndef ROOTSCOPE_H
#define ROOTSCOPE_H

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ROOTSCOPE_API      __attribute__((visibility("default")))
#define ROOTSCOPE_MUST_USE __attribute__((warn_unused_result))
#else
#define ROOTSCOPE_API
#define ROOTSCOPE_MUST_USE
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Lists ---- */

/*
 * A compiled list in memory. It never changes; any number of threads may use one at once. It is
 * reference-counted: rootscope_list_open gives one reference, rootscope_list_ref one more, and
 * the last rootscope_list_free frees it.
 */
typedef struct rootscope_list rootscope_list;

typedef enum rootscope_status {
    ROOTSCOPE_OK = 0,
    ROOTSCOPE_ERROR_ARGUMENT = 1, /* NULL where something must be */
    ROOTSCOPE_ERROR_SYSTEM = 2,   /* the file cannot be opened or read: errno says why */
    ROOTSCOPE_ERROR_FILE = 3,     /* not a regular file, or it changed while it was read */
    ROOTSCOPE_ERROR_MEMORY = 4,
    ROOTSCOPE_ERROR_NOT_A_LIST = 5, /* empty, or another kind of file */
    ROOTSCOPE_ERROR_VERSION = 6,    /* of a format version that this library does not read */
    ROOTSCOPE_ERROR_DAMAGED = 7,    /* truncated, too large, or changed since it was compiled */
} rootscope_status;

/*
 * Reads a list from a file, whole: what happens to the file later is of no matter. At most
 * 32 MiB are read. Never waits, even if `path` is a FIFO. Unlike the module, it does not look at
 * who may write the file: whoever may can permit anything.
 *
 * ROOTSCOPE_OK: `*list` is a reference for the caller to free. Else `*list` is NULL.
 */
ROOTSCOPE_API ROOTSCOPE_MUST_USE rootscope_status rootscope_list_open(const char *path,
                                                                      rootscope_list **list);

/* The same from memory, which is copied. ROOTSCOPE_ERROR_SYSTEM and _FILE don't occur. */
ROOTSCOPE_API ROOTSCOPE_MUST_USE rootscope_status rootscope_list_open_memory(const void *bytes,
                                                                             size_t size,
                                                                             rootscope_list **list);

/* A phrase for people, "the list is damaged". Constant, in English, never NULL, for any number. */
ROOTSCOPE_API const char *rootscope_status_text(rootscope_status status);

/* One reference more; returns `list`. It may be NULL. */
ROOTSCOPE_API rootscope_list *rootscope_list_ref(rootscope_list *list);

/* One reference less, and the end if it was the last. It may be NULL. */
ROOTSCOPE_API void rootscope_list_free(rootscope_list *list);

/* What a list says of itself. */
typedef struct rootscope_info {
    uint32_t format;            /* version of the file format */
    uint32_t roots;             /* how many roots are listed */
    uint64_t generation;        /* names the content: equal for lists of equal sources only */
    uint8_t sources_sha256[32]; /* of the sources that it was compiled from */
    int has_default;            /* 1: chains without a listed root are restricted, too */
} rootscope_info;

/*
 * Fills the first `info_size` bytes of `*info`; pass sizeof(rootscope_info). Later versions of
 * the library may have more fields, and fill as many as the caller knows.
 * Returns 1; 0 if an argument is NULL, and then sets nothing.
 */
ROOTSCOPE_API int rootscope_list_info(const rootscope_list *list, rootscope_info *info,
                                      size_t info_size);

/* ---- One chain ---- */

/*
 * What was found of a chain. A result belongs to its caller: one thread at a time. It may be used
 * for one check after another. It holds copies: neither chain nor list need to stay. The functions
 * that read one take NULL, too, as a result of which nothing is known.
 */
typedef struct rootscope_result rootscope_result;

/* A result that says "not checked": not permitted. NULL if there is no memory. */
ROOTSCOPE_API rootscope_result *rootscope_result_new(void);

/* Frees a result. It may be NULL. */
ROOTSCOPE_API void rootscope_result_free(rootscope_result *result);

/*
 * Judges a chain, the leaf first and each certificate followed by its issuer, as
 * X509_STORE_CTX_get0_chain gives it. A list binds what stands below a listed root in the chain
 * that is passed: it must be whole. A chain that ends below its root (X509_V_FLAG_PARTIAL_CHAIN)
 * is judged as if there were nothing above; rootscope_attach looks into the store for that.
 *
 * `expected` may be NULL. If it names hosts, an address or a mailbox that the peer must have
 * (X509_VERIFY_PARAM_set1_host and the like), these must be within scope too. With OpenSSL 4, only
 * the address is looked at.
 *
 * Modes count as they do now: what a stanza or list in test mode would refuse is permitted, and
 * shows in rootscope_result_observed.
 *
 * Returns 1 if the chain is within scope, and 0 if not, or if `list` or `chain` is NULL or the
 * chain is empty. `result` may be NULL; else it is filled, whatever the answer.
 * Signatures are not looked at, but those of chains that have more than 6 KiB of names: if one does
 * not hold, the chain is refused with X509_V_ERR_CERT_SIGNATURE_FAILURE. The time is linear in the
 * size of the certificates and does not depend on the list's. Nothing of what is passed is changed.
 */
ROOTSCOPE_API ROOTSCOPE_MUST_USE int rootscope_check_chain(const rootscope_list *list,
                                                           const STACK_OF(X509) * chain,
                                                           X509_VERIFY_PARAM *expected,
                                                           rootscope_result *result);

/* 1 if the chain was found within scope, else 0. */
ROOTSCOPE_API int rootscope_result_permitted(const rootscope_result *result);

/*
 * The error that OpenSSL would report: X509_V_OK if it is permitted;
 * X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION or
 * X509_V_ERR_UNSUPPORTED_NAME_SYNTAX if not (X509_V_ERR_CERT_SIGNATURE_FAILURE if it is forged and
 * has many names); X509_V_ERR_INVALID_CALL if nothing was checked.
 * It is that of the lowest depth at which the chain violates the list.
 */
ROOTSCOPE_API int rootscope_result_error(const rootscope_result *result);

/* That depth, 0 for the leaf; -1 if there is none. */
ROOTSCOPE_API int rootscope_result_depth(const rootscope_result *result);

/*
 * Why, for people and logs: "dns:www.evil.example: outside the permitted names". Empty if the
 * chain is permitted, and for NULL. What is not printable ASCII of a name in it is written as
 * \xNN, and a long name is cut off. Valid until the result is used for another check or freed.
 * Never NULL.
 */
ROOTSCOPE_API const char *rootscope_result_reason(const rootscope_result *result);

/* 1 if a stanza or list in test mode would have refused the chain, else 0. */
ROOTSCOPE_API int rootscope_result_observed(const rootscope_result *result);

/* 1 if some certificate of the chain is a listed root, else 0. */
ROOTSCOPE_API int rootscope_result_listed(const rootscope_result *result);

/* ---- Every chain of a store ---- */

/*
 * Makes every verification with this store enforce the list: each X509_verify_cert of an
 * X509_STORE_CTX that is initialised with the store from now on, hence also every TLS handshake
 * of an SSL_CTX that has it.
 *
 * Where a chain ends at a certificate that is trusted but not self-signed
 * (X509_V_FLAG_PARTIAL_CHAIN), the certificates of the store above it that issued it count as its
 * roots, too.
 *
 * It replaces the store's verify function (X509_STORE_set_verify) by one that first checks the
 * chain, then calls the one that was there. What is out of scope is reported as OpenSSL reports
 * its own errors: error, depth and current certificate are set in the context, and its
 * verify callback is asked, once for each certificate concerned, lowest depth first. If it
 * returns 1, the verification goes on; otherwise it fails.
 *
 * The store takes a reference to the list, and gives it back when it is freed or gets another
 * list: a second call replaces the first one's list, also while other threads verify with the
 * store. The first call must be made before other threads use the store, as with every
 * X509_STORE_set_* function.
 *
 * Returns 1, or 0 with the store unchanged: an argument is NULL, or there is no memory.
 *
 * Not guaranteed, because it is beyond a store's reach: verifications that don't call
 * X509_verify_cert (SSL_CTX_set_cert_verify_callback, DANE-EE, resumed sessions) or set another
 * verify function later (X509_STORE_set_verify, X509_STORE_CTX_set_verify). A chain without
 * certificates (raw public key) and the chain of a CRL's issuer are left to OpenSSL.
 */
ROOTSCOPE_API ROOTSCOPE_MUST_USE int rootscope_attach(rootscope_list *list, X509_STORE *store);

/* The version of the library that is linked, "0.1.0". */
ROOTSCOPE_API const char *rootscope_version(void);

#ifdef __cplusplus
}
#endif

#endif
