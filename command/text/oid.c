/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/oid.h"

#include "command/base/text.h"
#include "lib/names/der.h"

#include <openssl/err.h>
#include <openssl/objects.h>

const char *rs_oid_text(rs_arena *arena, rs_bytes content)
{
    char text[256];
    unsigned char der[RS_DER_HEADER_MAX + sizeof text];
    /* A byte of the content makes a digit at least. */
    if (content.n == 0 || content.n > sizeof text)
        return NULL;
    size_t header = rs_der_header_put(RS_DER_OID, content.n, der);
    memcpy(der + header, content.p, content.n);
    const unsigned char *p = der;
    ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &p, (long)(header + content.n));
    int length = object == NULL ? -1 : OBJ_obj2txt(text, sizeof text, object, 1);
    ASN1_OBJECT_free(object);
    ERR_clear_error();
    if (length <= 0 || (size_t)length >= sizeof text)
        return NULL;
    return rs_text_printable(arena, rs_bytes_of_string(text));
}
