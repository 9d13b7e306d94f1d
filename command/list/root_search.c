/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_search.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/root_match.h"
#include "command/list/root_stanzas.h"

enum { ROOTS_SHOWN = 20 };

static void report_missing(const rs_list *list, const char *wanted)
{
    rs_arena arena = {0};
    size_t shown = 0;
    rs_message_error("no source lists the root %s; give its label, or 8 or more digits of its hash",
                     rs_text_printable(&arena, rs_bytes_of_string(wanted)));
    for (size_t i = 0; i < list->stanza_count; i++)
        for (size_t k = 0; k < list->stanzas[i].root_count && shown <= ROOTS_SHOWN; k++, shown++)
            rs_message_error(
                "%s%s", shown == ROOTS_SHOWN ? "and more; see rootscope show" : "listed: ",
                shown == ROOTS_SHOWN ? ""
                                     : rs_root_stanzas_text(&arena, &list->stanzas[i].roots[k]));
    rs_arena_clear(&arena);
}

static void add(rs_found_roots *found, const rs_list_root *root)
{
    for (size_t i = 0; i < found->count; i++)
        if (rs_root_stanzas_same(found->items[i], root))
            return;
    found->items[found->count++] = root;
}

/* Adds the roots that match a word. Returns false if none does. */
static bool search(const rs_list *list, const char *wanted, rs_found_roots *all)
{
    bool is_default = strcmp(wanted, "default") == 0, found = false;
    for (size_t i = 0; i < list->stanza_count; i++) {
        const rs_list_stanza *stanza = &list->stanzas[i];
        if (is_default && stanza->root_count == 0) {
            add(all, NULL);
            found = true;
        }
        for (size_t k = 0; k < stanza->root_count; k++) {
            const rs_list_root *listed = &stanza->roots[k];
            rs_root root = {.kind = listed->kind, .label = listed->label};
            memcpy(root.sha256, listed->sha256, RS_SHA256_SIZE);
            if (!rs_root_match(wanted, &root))
                continue;
            add(all, listed);
            found = true;
        }
    }
    return found;
}

bool rs_root_search(const rs_sources *sources, rs_arena *arena, char *const *wanted,
                    rs_found_roots *found)
{
    const rs_list *list = &sources->merged;
    size_t room = 1;
    bool good = true;
    for (size_t i = 0; i < list->stanza_count; i++)
        room += list->stanzas[i].root_count;
    *found =
        (rs_found_roots){.items = rs_message_need(rs_arena_take(arena, room * sizeof(void *)))};
    for (; *wanted != NULL; wanted++) {
        if (search(list, *wanted, found))
            continue;
        report_missing(list, *wanted);
        good = false;
    }
    return good;
}
