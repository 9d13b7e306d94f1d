/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which names a stanza restricts at all. What it does not restrict is not read: a name that every
 * host would be permitted for may be as malformed as it likes.
 */
#ifndef RS_RESTRICTION_H
#define RS_RESTRICTION_H

#include "lib/image/image.h"

/*
 * Does the stanza deny some name of this form? A common name is restricted by rules for common
 * names and by those for what it may spell: hosts, addresses and mailboxes. RS_FORM_EXTENSION is
 * restricted if any form is.
 */
bool rs_stanza_restricts(const rs_stanza *stanza, rs_form form);

#endif
