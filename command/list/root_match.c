/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/root_match.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "lib/base/ascii.h"

enum { HASH_PREFIX_MIN = 8 };

/* Such a word never is a label: a CA could take the start of another root's hash as its name. */
static bool looks_like_hash(rs_bytes word)
{
    size_t digits = 0;
    for (size_t i = 0; i < word.n; i++) {
        uint8_t c = rs_ascii_lower(word.p[i]);
        if (!rs_ascii_is_digit(c) && !(c >= 'a' && c <= 'f') && c != ':')
            return false;
        digits += c != ':';
    }
    return digits >= HASH_PREFIX_MIN;
}

/* Whether `wanted` is the hash's hexadecimal form or the start of it. */
static bool is_hash(const char *wanted, const uint8_t sha256[RS_SHA256_SIZE])
{
    char hex[RS_HEX_SIZE];
    rs_text_hex(sha256, hex);
    size_t at = 0;
    for (; *wanted != '\0'; wanted++) {
        if (*wanted == ':')
            continue;
        if (at == RS_HEX_SIZE - 1 || rs_ascii_lower((uint8_t)*wanted) != (uint8_t)hex[at])
            return false;
        at++;
    }
    return at >= HASH_PREFIX_MIN;
}

bool rs_root_match(const char *wanted, const rs_root *root)
{
    rs_bytes word = rs_bytes_of_string(wanted);
    if (looks_like_hash(word))
        return is_hash(wanted, root->sha256);
    return root->label.n > 0 && rs_bytes_equal(word, root->label);
}

static const char *word_of(rs_arena *arena, rs_bytes label, const uint8_t *sha256, bool is_unique)
{
    enum { DIGITS = 16 };
    char hex[RS_HEX_SIZE];
    const char *text = rs_text_printable(arena, label);
    /* What is shown escaped cannot be typed like that. */
    if (is_unique && label.n > 0 && text[0] != '-' && strcmp(text, "default") != 0 &&
        !looks_like_hash(label) && rs_bytes_equal(rs_bytes_of_string(text), label))
        return rs_text_shell(arena, text);
    rs_text_hex(sha256, hex);
    return rs_text_format(arena, "%.*s", DIGITS, hex);
}

const char *rs_root_match_word(rs_arena *arena, const rs_image *image, uint32_t root)
{
    rs_root own = rs_image_root(image, root);
    bool is_unique = true;
    for (uint32_t i = 0; i < image->root_count && is_unique; i++)
        is_unique = i == root || !rs_bytes_equal(rs_image_root(image, i).label, own.label);
    return word_of(arena, own.label, own.sha256, is_unique);
}

const char *rs_root_match_word_of(rs_arena *arena, const rs_list *list, const rs_list_root *root)
{
    bool is_unique = true;
    if (root == NULL)
        return "default";
    for (size_t i = 0; i < list->stanza_count; i++)
        for (size_t k = 0; k < list->stanzas[i].root_count && is_unique; k++) {
            const rs_list_root *other = &list->stanzas[i].roots[k];
            is_unique = !rs_bytes_equal(other->label, root->label) ||
                        memcmp(other->sha256, root->sha256, RS_SHA256_SIZE) == 0;
        }
    return word_of(arena, root->label, root->sha256, is_unique);
}

void rs_root_match_report(const char *path, const char *wanted)
{
    rs_message_error("%s has no root %s; give its label, or %d or more digits of its hash", path,
                     wanted, HASH_PREFIX_MIN);
}
