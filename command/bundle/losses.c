/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/losses.h"

#include "command/base/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void rs_losses_add(rs_losses *losses, const char *what, const char *root)
{
    /* Grows where the count is a power of two. */
    if ((losses->count & (losses->count - 1)) == 0)
        losses->items = rs_message_need(reallocarray(
            losses->items, losses->count == 0 ? 1 : 2 * losses->count, sizeof *losses->items));
    losses->items[losses->count++] = (rs_loss){.what = what, .root = root};
}

static int by_text(const void *a, const void *b)
{
    const rs_loss *x = a, *y = b;
    int order = strcmp(x->what, y->what);
    return order != 0 ? order : strcmp(x->root, y->root);
}

void rs_losses_report(rs_losses *losses)
{
    if (losses->count > 0)
        qsort(losses->items, losses->count, sizeof *losses->items, by_text);
    for (size_t i = 0, next; i < losses->count; i = next) {
        const rs_loss *loss = &losses->items[i];
        for (next = i + 1;
             next < losses->count && strcmp(losses->items[next].what, loss->what) == 0; next++)
            ;
        if (next - i == 1)
            rs_message_warning("%s: name constraints cannot say: %s", loss->root, loss->what);
        else
            rs_message_warning("%zu roots: name constraints cannot say: %s", next - i, loss->what);
    }
}

void rs_losses_clear(rs_losses *losses)
{
    free(losses->items);
    *losses = (rs_losses){0};
}
