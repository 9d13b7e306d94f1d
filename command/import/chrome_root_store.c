/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/import/foreign.h"
#include "command/import/formats.h"
#include "command/import/textproto.h"

enum { DEPTH_MAX = 16 };

/* Where the reader is. */
typedef struct place {
    rs_textproto proto;
    rs_foreign_root root;
    size_t depth;
    bool in_anchor, in_constraints;
    size_t sets, sets_with_names; /* of constraints, of the root */
    bool has_names, has_more;     /* the set has names; some set has something else */
} place;

static bool is(rs_bytes name, const char *word)
{
    return rs_bytes_equal(name, rs_bytes_of_string(word));
}

static void open(place *at, rs_import_stanzas *stanzas, const char *path)
{
    rs_bytes name = at->proto.name;
    at->depth++;
    if (at->depth == 1 && is(name, "trust_anchors")) {
        rs_foreign_init(&at->root, stanzas, path, at->proto.line);
        at->in_anchor = true;
        at->sets = at->sets_with_names = 0;
        at->has_more = false;
    } else if (at->depth == 2 && at->in_anchor && is(name, "constraints")) {
        at->in_constraints = true;
        at->has_names = false;
        at->sets++;
    }
}

static void field(place *at)
{
    rs_bytes name = at->proto.name;
    if (at->depth == 1 && at->in_anchor && is(name, "sha256_hex"))
        rs_foreign_take_hash(&at->root, at->proto.value);
    if (at->depth != 2 || !at->in_constraints)
        return;
    if (is(name, "permitted_dns_names")) {
        at->has_names = true;
        rs_foreign_permit_dns(&at->root, at->proto.value);
    } else {
        at->has_more = true;
    }
}

/* Sets are alternatives: a root is limited to names only if each set has some. */
static bool finish_anchor(place *at)
{
    rs_foreign_root *root = &at->root;
    bool limited = at->sets_with_names > 0 && at->sets_with_names == at->sets;
    if (at->sets_with_names > 0 && !limited) {
        rs_message_warning("%s:%zu: a set of constraints of this root has no names, so that names "
                           "do not limit it; it gets no stanza",
                           root->path, root->line);
        rs_arena_clear(&root->arena);
        return true;
    }
    if (limited && at->has_more)
        rs_message_warning("%s:%zu: a stanza cannot express the versions and dates of this root's "
                           "constraints; it limits the names at any time",
                           root->path, root->line);
    return rs_foreign_print(root);
}

/* Returns false if there is nothing to close, or after a message. */
static bool close_message(place *at, bool *good)
{
    if (at->depth == 0)
        return false;
    if (at->depth == 2 && at->in_constraints) {
        at->in_constraints = false;
        at->sets_with_names += at->has_names;
    } else if (at->depth == 1 && at->in_anchor) {
        at->in_anchor = false;
        *good &= finish_anchor(at);
    }
    at->depth--;
    return true;
}

bool rs_import_chrome_root_store(rs_import_stanzas *stanzas, const char *path, rs_bytes text)
{
    rs_arena arena = {0};
    place at = {.depth = 0};
    bool good = true, read = true;
    rs_proto_token token = RS_PROTO_BAD;
    rs_textproto_init(&at.proto, text, &arena);
    while (read && (token = rs_textproto_next(&at.proto)) > RS_PROTO_END) {
        if (token == RS_PROTO_OPEN)
            open(&at, stanzas, path);
        else if (token == RS_PROTO_FIELD)
            field(&at);
        else
            read = close_message(&at, &good);
        read = read && at.depth <= DEPTH_MAX;
    }
    if (!read || token != RS_PROTO_END || at.depth != 0) {
        rs_message_error("%s:%zu: not a message in protobuf's text format", path, at.proto.line);
        good = false;
    }
    if (at.in_anchor)
        rs_arena_clear(&at.root.arena);
    rs_arena_clear(&arena);
    return good;
}
