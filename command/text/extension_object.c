/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/extension_object.h"

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

X509_EXTENSION *rs_extension_object_make(const char *lines, size_t size)
{
    X509_EXTENSION *made = NULL;
    long bad_line;
    X509V3_CTX context;
    BIO *bio = BIO_new_mem_buf(lines, (int)size);
    CONF *conf = NCONF_new(NULL);
    if (bio != NULL && conf != NULL && NCONF_load_bio(conf, bio, &bad_line) == 1) {
        X509V3_set_ctx(&context, NULL, NULL, NULL, NULL, 0);
        X509V3_set_nconf(&context, conf);
        const char *value = NCONF_get_string(conf, "default", "nameConstraints");
        if (value != NULL)
            made = X509V3_EXT_nconf(conf, &context, "nameConstraints", value);
    }
    NCONF_free(conf);
    BIO_free(bio);
    ERR_clear_error();
    return made;
}
