/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Internationalized host names, by IDNA 2008 without the transitional mappings. Only the list
 * compiler has these: the module compares what certificates carry with what it wrote.
 */
#ifndef RS_IDN_H
#define RS_IDN_H

#include "lib/names/host_name.h"

#define RS_IDN_UTF8_MAX  1023 /* bytes; what is longer has no A-labels of 253 bytes */
#define RS_IDN_ASCII_MAX 255

/*
 * The A-label form of a host name in UTF-8; its ASCII labels stay as they are. What comes out
 * need not be a host name yet.
 *
 * Returns NULL and sets `*length`, or the name of what is wrong, "IDN2_DISALLOWED".
 */
const char *rs_idn_to_ascii(rs_bytes utf8, uint8_t ascii[RS_IDN_ASCII_MAX], size_t *length);

/* Whether each label that starts with `xn--` (in lower case) is the A-label of some U-label. */
bool rs_idn_check(rs_bytes host);

typedef enum rs_idn_form {
    RS_IDN_FAILED = 0, /* no memory, or a label xn-- that rs_idn_check refuses */
    RS_IDN_NONE,       /* no label is an A-label, or the U-labels are longer than names may be */
    RS_IDN_FOUND,
} rs_idn_form;

/* The form of a host name in lower case whose A-labels are all U-labels, as mail may spell it. */
rs_idn_form rs_idn_to_unicode(rs_bytes host, rs_host_name *unicode);

#endif
