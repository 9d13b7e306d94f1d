/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/oid.h"

#include "command/base/text.h"
#include "lib/names/der.h"
#include "lib/names/der_wrap.h"

#include <openssl/err.h>
#include <openssl/objects.h>

const char *rs_oid_text(rs_arena *arena, rs_bytes content)
{
    rs_bytes der = rs_der_wrap(arena, RS_DER_OID, content);
    const unsigned char *p = der.p;
    ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &p, (long)der.n);
    char text[256];
    int length = object == NULL ? -1 : OBJ_obj2txt(text, sizeof text, object, 1);
    ASN1_OBJECT_free(object);
    ERR_clear_error();
    if (length <= 0 || (size_t)length >= sizeof text)
        return NULL;
    return rs_text_printable(arena, rs_bytes_of_string(text));
}
