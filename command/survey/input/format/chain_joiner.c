/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/chain_joiner.h"

#include "lib/names/der.h"

/* The Names of a certificate, whole. False if it does not get that far. */
static bool read_names(rs_bytes certificate, rs_bytes *issuer, rs_bytes *subject)
{
    rs_der outer, tbs, version, element;
    if (!rs_der_expect(&certificate, RS_DER_SEQUENCE, &outer) ||
        !rs_der_expect(&outer.value, RS_DER_SEQUENCE, &tbs))
        return false;
    rs_bytes rest = tbs.value;
    (void)rs_der_expect(&rest, RS_DER_CONTEXT_CONSTRUCTED(0), &version);
    if (!rs_der_expect(&rest, RS_DER_INTEGER, &element) ||
        !rs_der_expect(&rest, RS_DER_SEQUENCE, &element) ||
        !rs_der_expect(&rest, RS_DER_SEQUENCE, &element))
        return false;
    *issuer = element.whole;
    if (!rs_der_expect(&rest, RS_DER_SEQUENCE, &element) ||
        !rs_der_expect(&rest, RS_DER_SEQUENCE, &element))
        return false;
    *subject = element.whole;
    return true;
}

static bool may_have_issued(rs_bytes issuer, rs_bytes certificate)
{
    rs_bytes above, itself, subject, unused;
    return read_names(certificate, &above, &itself) && read_names(issuer, &unused, &subject) &&
           rs_bytes_equal(above, subject) && !rs_bytes_equal(above, itself);
}

bool rs_chain_joiner_end(rs_chain_joiner *joiner)
{
    size_t count = joiner->count;
    joiner->count = 0;
    return count == 0 || rs_emit_chain(joiner->sink, joiner->chain, count);
}

bool rs_chain_joiner_add(rs_chain_joiner *joiner, rs_bytes certificate)
{
    bool same = joiner->count > 0 && joiner->count < RS_SURVEY_CHAIN_MAX &&
                may_have_issued(certificate, joiner->chain[joiner->count - 1]);
    if (!same && !rs_chain_joiner_end(joiner))
        return false;
    joiner->chain[joiner->count++] = certificate;
    return true;
}
