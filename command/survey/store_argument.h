/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store that a subcommand reads: users give it as an argument, or by --store as to a survey.
 */
#ifndef RS_SURVEY_STORE_ARGUMENT_H
#define RS_SURVEY_STORE_ARGUMENT_H

#include "command/base/options.h"

/* The row of a table of options, for a member that is a `const char *`. */
#define RS_ROW_STORE(member)                                                                       \
    "store", 0, "FILE", "read this store, in place of the argument STORE", rs_option_text,         \
        offsetof(options, member)

/*
 * Makes the argument at `place` `*store`, unless the option set it. False if there is no store, or
 * more than one, or the arguments before are not all there.
 */
bool rs_store_argument_take(const rs_words *arguments, size_t place, const char **store);

/* Says that the store has nothing that an answer could be made of. Returns false. */
bool rs_store_argument_without_root(const char *path);

#endif
