/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which names one stanza permits and another does not.
 *
 * Both stanzas judge a name of each kind that their rules can tell apart, by the code that judges
 * certificates. So the answer is about what rules mean, not about how they are spelt.
 */
#ifndef RS_STANZA_CHANGES_H
#define RS_STANZA_CHANGES_H

#include "command/diff/name_changes.h"

/*
 * Finds all changes. If none is gained, every name that the second stanza permits is permitted by
 * the first, too. Returns false if an image is intact but not of our making. Exits if memory runs
 * out.
 */
bool rs_stanza_changes_find(rs_name_changes *changes);

#endif
