/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/pem.h"

#include "command/survey/input/format/base64.h"
#include "command/survey/input/format/chain_joiner.h"
#include "lib/names/der.h"

#define DASHES "-----"
#define BEGIN  "-----BEGIN "
#define END    "-----END "

static uint8_t *find(const uint8_t *from, const uint8_t *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

static bool starts_with(const uint8_t *at, const uint8_t *end, const char *what)
{
    return (size_t)(end - at) >= strlen(what) && memcmp(at, what, strlen(what)) == 0;
}

static bool is_certificate_label(rs_bytes label)
{
    return rs_bytes_equal(label, RS_BYTES_OF_LITERAL("CERTIFICATE")) ||
           rs_bytes_equal(label, RS_BYTES_OF_LITERAL("X509 CERTIFICATE")) ||
           rs_bytes_equal(label, RS_BYTES_OF_LITERAL("TRUSTED CERTIFICATE"));
}

/* Takes white space out; returns the new end. */
static uint8_t *squeeze(uint8_t *text, const uint8_t *end)
{
    uint8_t *out = text;
    for (const uint8_t *p = text; p < end; p++) {
        if (*p != '\n' && *p != '\r' && *p != ' ' && *p != '\t')
            *out++ = *p;
    }
    return out;
}

/* What a block has between its lines. A trusted certificate has its uses behind it. */
static bool take_body(rs_chain_joiner *joiner, uint8_t *body, const uint8_t *end)
{
    size_t size = (size_t)(squeeze(body, end) - body);
    if (!rs_base64_decode(body, &size))
        return rs_emit_rejection(joiner->sink, RS_SURVEY_NOT_BASE64);
    rs_bytes rest = rs_bytes_make(body, size);
    rs_der certificate;
    if (!rs_der_expect(&rest, RS_DER_SEQUENCE, &certificate))
        return rs_emit_rejection(joiner->sink, RS_SURVEY_NOT_DER);
    return rs_chain_joiner_add(joiner, certificate.whole);
}

bool rs_pem_decode(uint8_t *text, size_t size, const rs_survey_sink *sink)
{
    rs_chain_joiner joiner = {.sink = sink};
    const uint8_t *end = text + size, *at = find(text, end, BEGIN);
    while (at != NULL) {
        const uint8_t *label = at + strlen(BEGIN), *after = find(label, end, DASHES);
        uint8_t *body = after == NULL ? NULL : text + (after - text) + strlen(DASHES);
        /* The next dashes, whatever they belong to: so no text is searched twice. */
        const uint8_t *next = body == NULL ? NULL : find(body, end, DASHES);
        bool ok = true, is_whole = next != NULL && starts_with(next, end, END);
        if (!is_whole)
            ok = rs_emit_rejection(sink, RS_SURVEY_TRUNCATED);
        else if (is_certificate_label(rs_bytes_make(label, (size_t)(after - label))))
            ok = take_body(&joiner, body, next);
        if (!ok)
            return false;
        at = next == NULL ? NULL : find(is_whole ? next + strlen(END) : next, end, BEGIN);
    }
    return rs_chain_joiner_end(&joiner);
}

bool rs_der_file_decode(rs_bytes der, const rs_survey_sink *sink)
{
    rs_chain_joiner joiner = {.sink = sink};
    rs_der certificate;
    while (rs_der_expect(&der, RS_DER_SEQUENCE, &certificate)) {
        if (!rs_chain_joiner_add(&joiner, certificate.whole))
            return false;
    }
    return rs_chain_joiner_end(&joiner) &&
           (der.n == 0 || rs_emit_rejection(sink, RS_SURVEY_NOT_DER));
}
