/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/export/formats.h"
#include "command/text/extension.h"
#include "command/text/extension_object.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

/* p11-kit reads text with %XX for any byte. */
static void print_object(const rs_export *e, rs_bytes der)
{
    rs_arena arena = {0};
    const char *label = rs_text_printable(&arena, e->root.label);
    fputs("[p11-kit-object-v1]\nclass: x-certificate-extension\n", stdout);
    fputs("label: \"", stdout);
    for (; *label != '\0'; label++)
        printf(*label == '"' || *label == '%' || *label == '\\' ? "%%%02x" : "%c",
               (unsigned char)*label);
    fputs("\"\nobject-id: 2.5.29.30\nvalue: \"", stdout);
    for (size_t i = 0; i < der.n; i++)
        printf("%%%02x", der.p[i]);
    fputs("\"\nmodifiable: false\n", stdout);
    rs_arena_clear(&arena);
}

static bool print_key(const X509 *certificate)
{
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    return key != NULL && fflush(stdout) == 0 && PEM_write_PUBKEY(stdout, key) == 1;
}

static bool print(const rs_export *e, const char *lines, size_t size)
{
    uint8_t *der = NULL;
    X509_EXTENSION *extension = rs_extension_object_make(lines, size);
    int length = extension == NULL ? -1 : i2d_X509_EXTENSION(extension, &der);
    X509_EXTENSION_free(extension);
    if (length < 0) {
        rs_message_error("%s: the stanza makes no extension: it constrains nothing that one can "
                         "express",
                         e->path);
        return false;
    }
    print_object(e, rs_bytes_make(der, (size_t)length));
    OPENSSL_free(der);
    if (print_key(e->certificate))
        return true;
    rs_message_error("the key of the certificate cannot be written");
    return false;
}

int rs_export_p11_kit(const rs_export *e)
{
    char *lines = NULL;
    size_t size = 0;
    FILE *memory = rs_message_need(open_memstream(&lines, &size));
    rs_extension_counts counts = rs_extension_text_write(&e->stanza, RS_EXTENSION_EXACT, memory);
    if (fclose(memory) != 0)
        rs_message_need(NULL);
    if (!counts.good)
        rs_message_error("%s has rules that cannot be read", e->path);
    bool good = counts.good && print(e, lines, size);
    free(lines);
    if (good && counts.inexpressible > 0)
        rs_message_warning("an extension cannot express %zu line%s of the list; see `rootscope "
                           "export extension`",
                           counts.inexpressible, counts.inexpressible == 1 ? "" : "s");
    return !good ? RS_EXIT_ERROR : counts.inexpressible > 0 ? RS_EXIT_PARTLY : RS_EXIT_OK;
}
