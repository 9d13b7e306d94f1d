/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How precisely a name that violates a stanza is told: by its suffix, which is as long as the
 * stanza's own suffixes are, or in full.
 */
#ifndef RS_REPORTED_NAME_H
#define RS_REPORTED_NAME_H

#include "provider/telemetry/event.h"

/*
 * Sets the suffix of `reported` and, if `full`, its name, from a finding under a stanza. Whether it
 * is a reference identity is set before.
 *
 * The suffix of a host, in whatever form it stands: the exclude rule that decided, or else as many
 * of its last labels as the longest suffix has that the stanza permits for the form, at least one;
 * in lower case. Of an address the network (/24, /48), or all of it if `full`. Of a malformed name
 * and of names of other forms it is empty, except that with `full` a common name's or an
 * organization's is the name itself.
 */
void rs_reported_name_set(rs_reported_violation *reported, const rs_stanza *stanza,
                          const rs_finding *finding, bool full);

#endif
