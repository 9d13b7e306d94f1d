/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that are printable ASCII, and stand as they are between the quotes of JSON. A store of
 * strangers must not write anything else to a terminal.
 */
#ifndef RS_SURVEY_PLAIN_H
#define RS_SURVEY_PLAIN_H

#include "lib/base/bytes.h"

bool rs_plain_is(rs_bytes text);

#endif
