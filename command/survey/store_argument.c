/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store_argument.h"

#include "command/base/message.h"

bool rs_store_argument_take(const rs_words *arguments, size_t place, const char **store)
{
    bool is_option = *store != NULL;
    if (arguments->count != place + !is_option)
        return false;
    if (!is_option)
        *store = arguments->items[place];
    return true;
}

bool rs_store_argument_without_root(const char *path)
{
    rs_message_error("%s: it has no certificate of a root; survey more inputs into it, or give it "
                     "the CA certificates that are missing, with --intermediates",
                     path);
    return false;
}
