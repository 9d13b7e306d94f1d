/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays that grow by one element at a time and need no capacity beside the count: it is the next
 * power of two.
 */
#ifndef RS_GROWING_ARRAY_H
#define RS_GROWING_ARRAY_H

#include "command/base/message.h"

#include <stdlib.h>

enum { RS_GROWING_ARRAY_FIRST = 64 };

/* The array of `count` elements with room for one more; NULL is one without any. Exits without
 * memory. */
static inline void *rs_growing_array(void *array, size_t count, size_t size)
{
    if (count == 0)
        return rs_message_need(calloc(RS_GROWING_ARRAY_FIRST, size));
    if (count < RS_GROWING_ARRAY_FIRST || (count & (count - 1)) != 0)
        return array;
    return rs_message_need(reallocarray(array, 2 * count, size));
}

#endif
