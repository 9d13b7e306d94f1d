/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/store_switch.h"

#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/remove_folder.h"
#include "command/base/text.h"
#include "lib/base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BUNDLE          RS_STORE_FOLDER "/" RS_STORE_BUNDLE
#define ORIGINAL_BUNDLE RS_STORE_ORIGINALS "/" RS_STORE_BUNDLE
#define TWINS           RS_STORE_FOLDER "/" RS_STORE_TWINS

enum { BUNDLE_SIZE_MAX = 64 << 20 };

static const char *path_of(rs_arena *arena, const char *name)
{
    return rs_text_format(arena, RS_STORE_FOLDER "/%s", name);
}

/* Lets a link lead to its twin. What is to come back is kept first. */
static bool put_file(rs_arena *arena, const rs_libraries_file *file)
{
    const rs_store_link *link = &file->link;
    return rs_output_file_write(rs_store_links_twin(arena, link->name), file->twins, false) &&
           (link->is_limited ||
            (rs_store_links_keep(link) &&
             rs_store_links_point(path_of(arena, link->name),
                                  rs_text_format(arena, RS_STORE_TWINS "/%s", link->name)))) &&
           (!file->is_one || rs_store_links_by_hash(link->name, file->hash, true));
}

static bool remove_file(const char *path)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    return rs_message_file(path, errno);
}

/* Lets a link lead where it did before; without one it would lead nowhere. */
static bool take_file(rs_arena *arena, const rs_store_link *link, bool is_gone)
{
    const char *path = path_of(arena, link->name);
    if (!is_gone && link->original == NULL) {
        rs_message_error("%s: where it led before is lost; run update-ca-certificates --fresh",
                         path);
        return false;
    }
    return (is_gone ? remove_file(path) : rs_store_links_point(path, link->original)) &&
           remove_file(rs_store_links_twin(arena, link->name)) &&
           remove_file(rs_store_links_kept(arena, link->name));
}

static void sweep(void)
{
    rs_store_links_sweep(RS_STORE_FOLDER);
    rs_store_links_sweep(TWINS);
    rs_store_links_sweep(RS_STORE_ORIGINALS);
}

bool rs_store_switch_put(const rs_libraries_plan *plan)
{
    rs_arena arena = {0};
    sweep();
    bool good =
        rs_output_file_make_folder(ORIGINAL_BUNDLE) && rs_output_file_make_folder(TWINS "/x") &&
        (!plan->is_new || rs_output_file_write_like(ORIGINAL_BUNDLE, plan->original, BUNDLE));
    for (size_t i = 0; i < plan->file_count && good; i++) {
        const rs_libraries_file *file = &plan->files[i];
        if (file->twins.n > 0)
            good = put_file(&arena, file);
        else if (file->link.is_limited)
            good = take_file(&arena, &file->link, file->is_gone);
    }
    good = good && rs_output_file_write(RS_STORE_LAST, plan->text, false) &&
           rs_output_file_write(BUNDLE, plan->text, true) && remove_file(RS_STORE_NEXT);
    rs_arena_clear(&arena);
    return good;
}

/* Puts a second name of a file, which takes no room, in the place of another one. */
static bool link_over(const char *from, const char *to)
{
    static const char temporary[] = TWINS "/.rootscope.name";
    (void)unlink(temporary);
    bool good = link(from, temporary) == 0 && rename(temporary, to) == 0;
    return good || rs_message_file(to, errno);
}

/* If a link leads to an original that has a twin, it leads to the twin. */
static void hold_link(rs_arena *arena, const rs_store_link *link)
{
    bool has_twin = access(rs_store_links_twin(arena, link->name), F_OK) == 0;
    if (!link->is_file && !link->is_limited && has_twin && rs_store_links_keep(link))
        rs_store_links_point(path_of(arena, link->name),
                             rs_text_format(arena, RS_STORE_TWINS "/%s", link->name));
}

void rs_store_switch_hold(void)
{
    rs_arena arena = {0};
    rs_store_links links = {0};
    if (rs_limited_store_is(BUNDLE) || access(RS_STORE_LAST, F_OK) != 0)
        return;
    bool is_held = link_over(BUNDLE, RS_STORE_NEXT) && link_over(RS_STORE_LAST, BUNDLE) &&
                   rs_store_links_read(&arena, &links);
    for (size_t i = 0; i < links.count && is_held; i++)
        hold_link(&arena, &links.items[i]);
    rs_arena_clear(&arena);
}

bool rs_store_switch_is_held(void)
{
    return access(RS_STORE_NEXT, F_OK) == 0 && rs_limited_store_is(BUNDLE);
}

bool rs_store_switch_is_put(void)
{
    rs_arena arena = {0};
    rs_store_links links = {0};
    bool is_put = rs_limited_store_is(BUNDLE) || access(TWINS, F_OK) == 0 ||
                  access(RS_STORE_ORIGINALS, F_OK) == 0;
    if (!is_put && rs_store_links_read(&arena, &links))
        for (size_t i = 0; i < links.count; i++)
            is_put |= links.items[i].is_limited;
    rs_arena_clear(&arena);
    return is_put;
}

static bool restore_bundle(void)
{
    uint8_t *bytes;
    size_t size;
    const char *original = rs_limited_store_original(BUNDLE);
    if (!rs_limited_store_is(BUNDLE))
        return true;
    if (strcmp(original, BUNDLE) == 0 ||
        rs_file_read(original, BUNDLE_SIZE_MAX, &bytes, &size) != RS_FILE_OK) {
        rs_message_error("%s: cannot be read; run update-ca-certificates", ORIGINAL_BUNDLE);
        return false;
    }
    bool good = rs_output_file_write(BUNDLE, rs_bytes_make(bytes, size), true);
    free(bytes);
    return good;
}

bool rs_store_switch_restore(void)
{
    rs_arena arena = {0};
    rs_store_links links;
    sweep();
    bool good = restore_bundle() && rs_store_links_read(&arena, &links);
    for (size_t i = 0; good && i < links.count; i++)
        if (links.items[i].is_limited)
            good = take_file(&arena, &links.items[i], false);
    rs_arena_clear(&arena);
    return good && rs_remove_folder(TWINS) && rs_remove_folder(RS_STORE_ORIGINALS);
}
