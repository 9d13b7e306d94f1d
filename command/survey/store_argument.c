/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store_argument.h"

bool rs_store_argument_take(const rs_words *arguments, size_t place, const char **store)
{
    bool is_option = *store != NULL;
    if (arguments->count != place + !is_option)
        return false;
    if (!is_option)
        *store = arguments->items[place];
    return true;
}
