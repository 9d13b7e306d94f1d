/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/idn.h"

#include <idn2.h>

const char *rs_idn_to_ascii(rs_bytes utf8, uint8_t ascii[RS_IDN_ASCII_MAX], size_t *length)
{
    char input[RS_IDN_UTF8_MAX + 1];
    char *output = NULL;
    if (utf8.n == 0 || utf8.n > RS_IDN_UTF8_MAX || memchr(utf8.p, 0, utf8.n) != NULL)
        return idn2_strerror_name(IDN2_TOO_BIG_DOMAIN);
    memcpy(input, utf8.p, utf8.n);
    input[utf8.n] = 0;
    int status = idn2_to_ascii_8z(input, &output, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status != IDN2_OK)
        return idn2_strerror_name(status);
    size_t n = strlen(output);
    bool fits = n <= RS_IDN_ASCII_MAX;
    if (fits) {
        memcpy(ascii, output, n);
        *length = n;
    }
    idn2_free(output);
    return fits ? NULL : idn2_strerror_name(IDN2_TOO_BIG_DOMAIN);
}

/* Whether an A-label decodes, and what it decodes to encodes to it again. */
static bool round_trips(rs_bytes label)
{
    char input[RS_IDN_ASCII_MAX + 1];
    char *unicode = NULL;
    if (label.n > RS_IDN_ASCII_MAX)
        return false;
    memcpy(input, label.p, label.n);
    input[label.n] = 0;
    if (idn2_to_unicode_8z8z(input, &unicode, 0) != IDN2_OK)
        return false;
    uint8_t again[RS_IDN_ASCII_MAX];
    size_t length;
    bool same = rs_idn_to_ascii(rs_bytes_of_string(unicode), again, &length) == NULL &&
                rs_bytes_equal(rs_bytes_make(again, length), label);
    idn2_free(unicode);
    return same;
}

static const char prefix[] = {'x', 'n', '-', '-'};

/* Almost no name of a list has an A-label: be quick about it. */
static bool may_have_a_label(rs_bytes host)
{
    return host.n > 0 && memmem(host.p, host.n, prefix, sizeof prefix) != NULL;
}

bool rs_idn_check(rs_bytes host)
{
    if (!may_have_a_label(host))
        return true;
    while (host.n > 0) {
        const uint8_t *dot = memchr(host.p, '.', host.n);
        rs_bytes label = rs_bytes_make(host.p, dot == NULL ? host.n : (size_t)(dot - host.p));
        if (label.n >= sizeof prefix && memcmp(label.p, prefix, sizeof prefix) == 0 &&
            !round_trips(label))
            return false;
        host = rs_bytes_skip(host, dot == NULL ? label.n : label.n + 1);
    }
    return true;
}

rs_idn_form rs_idn_to_unicode(rs_bytes host, rs_host_name *unicode)
{
    char input[RS_HOST_NAME_MAX + 1];
    char *output = NULL;
    if (!may_have_a_label(host) || host.n > RS_HOST_NAME_MAX)
        return RS_IDN_NONE;
    memcpy(input, host.p, host.n);
    input[host.n] = 0;
    /* What it says for want of memory is not always IDN2_MALLOC. */
    if (idn2_to_unicode_8z8z(input, &output, 0) != IDN2_OK)
        return RS_IDN_FAILED;
    rs_bytes text = rs_bytes_of_string(output);
    rs_reason why;
    bool found = rs_host_name_read_utf8(text, unicode, &why) && unicode->unicode;
    idn2_free(output);
    return found ? RS_IDN_FOUND : RS_IDN_NONE;
}
