/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/twin.h"

#include "command/bundle/extensions.h"

#include <openssl/err.h>

enum { SERIAL_SIZE = 16 };

static bool follows_root(int nid)
{
    return nid == NID_subject_key_identifier || nid == NID_basic_constraints ||
           nid == NID_key_usage || nid == NID_ext_key_usage;
}

/* Policies, revocation and the like are about the root's own certificate. */
static void drop_others(X509 *twin)
{
    for (int i = X509_get_ext_count(twin) - 1; i >= 0; i--)
        if (!follows_root(OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(twin, i)))))
            X509_EXTENSION_free(X509_delete_ext(twin, i));
}

static bool set_serial(X509 *twin, const X509 *root)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    if (X509_digest(root, EVP_sha256(), digest, &size) != 1)
        return false;
    digest[0] = (digest[0] & 0x7f) | 0x40; /* positive, and of the same length for all */
    BIGNUM *number = BN_bin2bn(digest, SERIAL_SIZE, NULL);
    bool set = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(twin)) != NULL;
    BN_free(number);
    return set;
}

static bool complete(X509 *twin, const X509 *root, const X509_EXTENSION *constraints,
                     rs_super_root *super)
{
    drop_others(twin);
    return X509_set_version(twin, X509_VERSION_3) == 1 && set_serial(twin, root) &&
           (X509_get_ext_by_NID(twin, NID_basic_constraints, -1) >= 0 ||
            rs_extensions_add(twin, NID_basic_constraints, "critical,CA:TRUE", NULL)) &&
           X509_add_ext(twin, (X509_EXTENSION *)(uintptr_t)constraints, -1) == 1 &&
           rs_super_root_sign(super, twin);
}

/* OpenSSL keeps what it knows of a certificate's extensions from before they changed. */
static X509 *read_again(X509 *certificate)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    const unsigned char *p = der;
    X509 *again = size < 0 ? NULL : d2i_X509(NULL, &p, size);
    OPENSSL_free(der);
    return again;
}

rs_twin_status rs_twin_make(const X509 *root, const X509_EXTENSION *constraints,
                            rs_super_root *super, X509 **twin)
{
    X509 *made = X509_dup(root); /* keeps the encodings of subject and key */
    rs_twin_status status = RS_TWIN_FAILED;
    *twin = NULL;
    if (made != NULL && X509_check_ca(made) == 0)
        status = RS_TWIN_NO_CA;
    else if (made != NULL && X509_get_ext_by_NID(made, NID_name_constraints, -1) >= 0)
        status = RS_TWIN_CONSTRAINED;
    else if (made != NULL && complete(made, root, constraints, super))
        *twin = read_again(made);
    if (*twin != NULL)
        status = RS_TWIN_MADE;
    X509_free(made);
    ERR_clear_error();
    return status;
}
