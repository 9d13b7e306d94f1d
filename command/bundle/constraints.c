/* SPDX-License-Identifier: Apache-2.0 */
#include "command/bundle/constraints.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/extension.h"
#include "command/text/extension_object.h"
#include "lib/image/restriction.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a stanza, each kind once. */
static void add(rs_constraints *to, const char *what)
{
    for (size_t i = 0; i < to->unsaid_count; i++)
        if (strcmp(to->unsaid[i], what) == 0)
            return;
    if (to->unsaid_count < RS_CONSTRAINTS_UNSAID_MAX)
        to->unsaid[to->unsaid_count++] = what;
}

/* What no line of the list says by itself, and verifiers other than the module do not apply. */
static void add_unsaid_of_all(rs_constraints *to, const rs_stanza *stanza)
{
    if (rs_stanza_restricts(stanza, RS_FORM_CN))
        add(to, "common names that spell a host, an address or a mailbox, beside other names");
    if ((stanza->hosts[RS_FORM_DNS].root_rules & RS_SUFFIX_EXCLUDE_UNDER) != 0)
        add(to, "a wildcard that covers an excluded host");
    if (rs_stanza_restricts(stanza, RS_FORM_DIRNAME))
        add(to, "directory names for programs without OpenSSL: GnuTLS compares none, NSS no "
                "prefixes, and Go refuses every certificate below");
    if (rs_stanza_restricts(stanza, RS_FORM_URI))
        add(to, "URIs for programs with GnuTLS, which compares none");
}

/* The kind of a rule, `permit srv:corp.example`, fit for a terminal. */
static const char *kind_of(rs_arena *arena, const char *rule, size_t size)
{
    static const char *const other_names[] = {"srv:", "xmpp:", "upn:", "krb5:", "nai:"};
    const char *form = memchr(rule, ' ', size);
    const char *colon = memchr(rule, ':', size);
    if (strncmp(rule, "organization ", 13) == 0 || form == NULL)
        return "organization lines";
    form++;
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (strncmp(form, other_names[i], strlen(other_names[i])) == 0)
            return "other names that bear a host (srv:, xmpp:, upn:, krb5:, nai:)";
    const char *end = colon == NULL ? rule + size : colon + 1;
    return rs_text_format(arena, "%.*s lines", (int)(end - form), form);
}

static void add_unsaid(rs_constraints *to, rs_arena *arena, const rs_stanza *stanza,
                       const char *lines)
{
    static const char prefix[] = RS_EXTENSION_NOT_EXPRESSIBLE;
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1)
        if (strncmp(lines, prefix, sizeof prefix - 1) == 0) {
            const char *rule = lines + sizeof prefix - 1;
            add(to, kind_of(arena, rule, (size_t)(end - rule)));
        }
    add_unsaid_of_all(to, stanza);
}

static rs_constraints *make(rs_constraints_cache *cache, uint32_t number)
{
    rs_constraints *made = rs_message_need(rs_arena_take(&cache->arena, sizeof *made));
    rs_stanza stanza;
    char *lines = NULL;
    size_t size = 0;
    FILE *memory = rs_message_need(open_memstream(&lines, &size));
    rs_image_stanza(cache->image, number, &stanza);
    stanza.mode.mode = RS_MODE_ENFORCE; /* what is made is for those that enforce now */
    rs_extension_counts counts = rs_extension_text_write(&stanza, RS_EXTENSION_CLOSED, memory);
    if (fclose(memory) != 0)
        rs_message_need(NULL);
    made->is_good = counts.good;
    if (counts.good && counts.constraints > 0) {
        made->extension = rs_extension_object_make(lines, size);
        made->is_good = made->extension != NULL;
    }
    add_unsaid(made, &cache->arena, &stanza, lines);
    free(lines);
    return made;
}

const rs_constraints *rs_constraints_get0(rs_constraints_cache *cache, uint32_t stanza)
{
    if (cache->made == NULL)
        cache->made = rs_message_need(
            rs_arena_take(&cache->arena, cache->image->stanza_count * sizeof(rs_constraints *)));
    if (cache->made[stanza] == NULL)
        cache->made[stanza] = make(cache, stanza);
    return cache->made[stanza];
}

void rs_constraints_clear(rs_constraints_cache *cache)
{
    for (uint32_t i = 0; cache->made != NULL && i < cache->image->stanza_count; i++)
        if (cache->made[i] != NULL)
            X509_EXTENSION_free(cache->made[i]->extension);
    rs_arena_clear(&cache->arena);
    cache->made = NULL;
}
