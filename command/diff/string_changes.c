/* SPDX-License-Identifier: Apache-2.0 */
#include "command/diff/string_changes.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/dirname.h"
#include "command/text/oid.h"
#include "lib/chain/common_name.h"
#include "lib/chain/name_check.h"
#include "lib/names/der.h"

#include <stdlib.h>

/* The strings of several sets, ascending, each once. */
typedef struct strings {
    rs_bytes *items;
    size_t count;
} strings;

static int compare(const void *a, const void *b)
{
    return rs_bytes_compare(*(const rs_bytes *)a, *(const rs_bytes *)b);
}

static strings gather(rs_arena *arena, const rs_string_set *const sets[4])
{
    size_t room = 1, kept = 0;
    for (size_t i = 0; i < 4; i++)
        room += sets[i]->count;
    strings all = {.items = rs_message_need(rs_arena_take(arena, room * sizeof(rs_bytes)))};
    for (size_t i = 0; i < 4; i++)
        for (uint32_t k = 0; k < sets[i]->count; k++)
            all.items[all.count++] = rs_string_set_at(sets[i], k);
    qsort(all.items, all.count, sizeof *all.items, compare);
    for (size_t i = 0; i < all.count; i++)
        if (kept == 0 || !rs_bytes_equal(all.items[i], all.items[kept - 1]))
            all.items[kept++] = all.items[i];
    all.count = kept;
    return all;
}

static strings gather_polar(rs_arena *arena, const rs_polar_strings *before,
                            const rs_polar_strings *after)
{
    const rs_string_set *const sets[4] = {&before->permit, &before->exclude, &after->permit,
                                          &after->exclude};
    return gather(arena, sets);
}

static void find_mailboxes(rs_name_changes *changes)
{
    const rs_stanza *before = changes->before, *after = changes->after;
    strings all = gather_polar(changes->arena, &before->mailboxes, &after->mailboxes);
    for (size_t i = 0; i < all.count; i++)
        rs_name_changes_judge(
            changes, rs_check_host_bearing(before, RS_FORM_EMAIL, all.items[i]).verdict,
            rs_check_host_bearing(after, RS_FORM_EMAIL, all.items[i]).verdict, RS_FORM_EMAIL,
            RS_COVERS_SELF, rs_text_printable(changes->arena, all.items[i]));
}

/* A text in the places of a subject where one is judged: each in certificates of either use. */
static rs_verdict judge_text(const rs_stanza *stanza, rs_bytes text, unsigned place)
{
    rs_common_name_use use = {.ignored = place % 2 == 1};
    return place < 2 ? rs_check_common_name(stanza, RS_DER_UTF8_STRING, text, use).verdict
                     : rs_check_email_attribute(stanza, RS_DER_UTF8_STRING, text, use).verdict;
}

static void judge_common_name(rs_name_changes *changes, rs_bytes text, rs_covers covers,
                              const char *name)
{
    bool gained = false, lost = false;
    for (unsigned place = 0; place < 4; place++) {
        bool was = judge_text(changes->before, text, place) == RS_PERMITTED;
        bool is = judge_text(changes->after, text, place) == RS_PERMITTED;
        gained |= is && !was;
        lost |= was && !is;
    }
    if (gained)
        rs_name_changes_add(changes, true, 1u << RS_FORM_CN, covers, name);
    if (lost)
        rs_name_changes_add(changes, false, 1u << RS_FORM_CN, covers, name);
}

static void find_common_names(rs_name_changes *changes)
{
    rs_arena *arena = changes->arena;
    strings all =
        gather_polar(arena, &changes->before->common_names, &changes->after->common_names);
    for (size_t i = 0; i < all.count; i++)
        judge_common_name(changes, all.items[i], RS_COVERS_SELF,
                          rs_text_printable(arena, all.items[i]));
    /* Common names that no rule has: those of one word that no host is, and those of several. */
    const char *word = rs_text_format(arena, "%s+", changes->fresh);
    const char *text = rs_text_format(arena, "%s %s", changes->fresh, changes->fresh);
    judge_common_name(changes, rs_bytes_of_string(word), RS_COVERS_OTHERS,
                      "every other single word");
    judge_common_name(changes, rs_bytes_of_string(text), RS_COVERS_OTHERS,
                      "every text of several words");
}

static void find_organizations(rs_name_changes *changes)
{
    static const rs_string_set none;
    rs_arena *arena = changes->arena;
    const rs_stanza *before = changes->before, *after = changes->after;
    const rs_string_set *const sets[4] = {&before->organizations, &none, &after->organizations,
                                          &none};
    strings all = gather(arena, sets);
    all.items[all.count++] = rs_bytes_of_string(changes->fresh);
    for (size_t i = 0; i < all.count; i++) {
        bool is_fresh = i + 1 == all.count;
        rs_name_changes_judge(
            changes, rs_check_organization(before, RS_DER_UTF8_STRING, all.items[i]).verdict,
            rs_check_organization(after, RS_DER_UTF8_STRING, all.items[i]).verdict,
            RS_FORM_ORGANIZATION, is_fresh ? RS_COVERS_OTHERS : RS_COVERS_SELF,
            is_fresh ? "" : rs_text_printable(arena, all.items[i]));
    }
}

/* Content inside a header, on the arena. */
static rs_bytes element(rs_arena *arena, uint8_t tag, rs_bytes content)
{
    uint8_t header[RS_DER_HEADER_MAX];
    size_t n = rs_der_header_put(tag, content.n, header);
    uint8_t *made = rs_message_need(rs_arena_take(arena, n + content.n));
    memcpy(made, header, n);
    if (content.n > 0)
        memcpy(made + n, content.p, content.n);
    return rs_bytes_make(made, n + content.n);
}

/* The RDNs of `CN=fresh`. */
static rs_bytes fresh_rdns(const rs_name_changes *changes)
{
    static const uint8_t type[] = {RS_DER_OID, 3, 0x55, 4, 3};
    rs_arena *arena = changes->arena;
    rs_bytes value = element(arena, RS_DER_UTF8_STRING, rs_bytes_of_string(changes->fresh));
    uint8_t both[sizeof type + RS_FRESH_MAX + RS_DER_HEADER_MAX];
    memcpy(both, type, sizeof type);
    memcpy(both + sizeof type, value.p, value.n);
    rs_bytes attribute =
        element(arena, RS_DER_SEQUENCE, rs_bytes_make(both, sizeof type + value.n));
    return element(arena, RS_DER_SET, attribute);
}

static bool find_directory_names(rs_name_changes *changes)
{
    rs_arena *arena = changes->arena;
    const rs_stanza *before = changes->before, *after = changes->after;
    strings all = gather_polar(arena, &before->distinguished_names, &after->distinguished_names);
    all.items[all.count++] = fresh_rdns(changes);
    for (size_t i = 0; i < all.count; i++) {
        bool is_fresh = i + 1 == all.count;
        rs_bytes der = element(arena, RS_DER_SEQUENCE, all.items[i]);
        const char *text = is_fresh ? "" : rs_dirname_text(arena, all.items[i]);
        if (text == NULL)
            return false;
        rs_name_changes_judge(changes, rs_check_directory_name(before, der).verdict,
                              rs_check_directory_name(after, der).verdict, RS_FORM_DIRNAME,
                              is_fresh ? RS_COVERS_OTHERS : RS_COVERS_TREE, text);
    }
    return true;
}

static bool find_other_names(rs_name_changes *changes)
{
    rs_arena *arena = changes->arena;
    const rs_stanza *before = changes->before, *after = changes->after;
    strings all = gather_polar(arena, &before->other_names, &after->other_names);
    /* Each letter and digit of the word is an arc. */
    all.items[all.count++] = rs_bytes_of_string(changes->fresh);
    for (size_t i = 0; i < all.count; i++) {
        bool is_fresh = i + 1 == all.count;
        rs_general_name name = {.type = RS_GENERAL_NAME_OTHER, .type_id = all.items[i]};
        const char *text = is_fresh ? "" : rs_oid_text(arena, all.items[i]);
        if (text == NULL)
            return false;
        rs_name_changes_judge(changes, rs_check_other_name(before, &name).verdict,
                              rs_check_other_name(after, &name).verdict, RS_FORM_OTHERNAME,
                              is_fresh ? RS_COVERS_OTHERS : RS_COVERS_SELF, text);
    }
    return true;
}

bool rs_string_changes_find(rs_name_changes *changes)
{
    find_mailboxes(changes);
    find_common_names(changes);
    find_organizations(changes);
    return find_directory_names(changes) && find_other_names(changes);
}
