/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/write.h"

#include "command/base/message.h"
#include "command/base/output_file.h"

#include <openssl/pem.h>
#include <stdio.h>

static BIO *encode(const STACK_OF(X509) * certificates)
{
    BIO *memory = rs_message_need(BIO_new(BIO_s_mem()));
    for (int i = 0; i < sk_X509_num(certificates); i++)
        if (PEM_write_bio_X509(memory, sk_X509_value(certificates, i)) != 1)
            rs_message_need(NULL);
    return memory;
}

bool rs_bundle_write_file(const STACK_OF(X509) * certificates, const char *path)
{
    BIO *memory = encode(certificates);
    char *text;
    long size = BIO_get_mem_data(memory, &text);
    rs_bytes content = rs_bytes_make((const uint8_t *)text, size < 0 ? 0 : (size_t)size);
    bool written = path != NULL
                       ? rs_output_file_write(path, content, true)
                       : content.n == 0 || fwrite(content.p, 1, content.n, stdout) == content.n;
    BIO_free(memory);
    return written;
}
