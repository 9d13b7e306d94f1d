/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/chain_joiner.h"

#include "command/survey/certificate/certificate.h"

/*
 * Whether one certificate belongs above another. Only a CA's: a leaf may have the name of a CA, and
 * counts by itself.
 */
static bool may_have_issued(rs_bytes issuer, rs_bytes certificate)
{
    rs_survey_certificate above, below;
    return rs_survey_certificate_read(certificate, false, &below) &&
           rs_survey_certificate_read(issuer, false, &above) && above.is_ca &&
           rs_bytes_equal(below.issuer, above.subject) &&
           !rs_bytes_equal(below.issuer, below.subject);
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
