/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/root_line.h"

#include "lib/base/ascii.h"

enum { PATH_SIZE = 4096 }; /* with its NUL; Linux opens no longer ones */

/* Two hexadecimal digits for each byte, colons allowed between bytes. */
static bool read_hash(const rs_place *place, rs_bytes text, uint8_t sha256[RS_SHA256_SIZE])
{
    size_t at = 0, n = 0;
    while (n < RS_SHA256_SIZE && at + 2 <= text.n) {
        int high = rs_ascii_hex_value(text.p[at]), low = rs_ascii_hex_value(text.p[at + 1]);
        if (high < 0 || low < 0)
            break;
        sha256[n++] = (uint8_t)(high << 4 | low);
        at += 2;
        if (n < RS_SHA256_SIZE && at < text.n && text.p[at] == ':')
            at++;
    }
    if (n == RS_SHA256_SIZE && at == text.n)
        return true;
    rs_place_error(place, at,
                   "bad SHA-256; expected 64 hexadecimal digits, with or without colons between "
                   "bytes");
    return false;
}

/* The path as the system needs it: relative ones start from the source's directory. */
static bool path_join(const char *file, rs_bytes path, char joined[PATH_SIZE])
{
    const char *slash = strrchr(file, '/');
    size_t directory = slash == NULL || path.p[0] == '/' ? 0 : (size_t)(slash - file) + 1;
    if (directory >= PATH_SIZE || path.n >= PATH_SIZE - directory)
        return false;
    memcpy(joined, file, directory);
    memcpy(joined + directory, path.p, path.n);
    joined[directory + path.n] = 0;
    return true;
}

static bool read_pem(const rs_pem_reader *pem, const rs_place *place, rs_bytes path,
                     rs_list_root *root)
{
    char joined[PATH_SIZE], why[200] = "";
    if (path.n == 0 || !path_join(place->file, path, joined)) {
        rs_place_error(place, 0, "path of %zu bytes after pem:; expected the path of a PEM file",
                       path.n);
        return false;
    }
    if (!pem->read(pem->arg, joined, root->sha256, root->certificate_sha256, why)) {
        rs_place_error(place, 0, "%s: %s; expected a PEM file with one certificate",
                       rs_quote(rs_bytes_of_string(joined)).text,
                       rs_quote(rs_bytes_make(why, strnlen(why, sizeof why))).text);
        return false;
    }
    root->has_certificate = true;
    return true;
}

/* Takes `prefix` off the front of a word's bare part. */
static bool has_prefix(const rs_word *word, const char *prefix, size_t *after)
{
    *after = strlen(prefix);
    return word->bare >= *after && memcmp(word->text.p, prefix, *after) == 0;
}

static bool read_key(const rs_pem_reader *pem, const rs_place *line, const rs_word *word,
                     rs_list_root *root)
{
    size_t after;
    rs_place place = rs_lexer_word_place(line, word, 0);
    if (has_prefix(word, "pem:", &after)) {
        place = rs_lexer_word_place(line, word, after);
        root->kind = RS_ROOT_SPKI;
        return read_pem(pem, &place, rs_bytes_skip(word->text, after), root);
    }
    if (has_prefix(word, "spki-sha256:", &after)) {
        root->kind = RS_ROOT_SPKI;
    } else if (has_prefix(word, "cert-sha256:", &after)) {
        root->kind = RS_ROOT_CERTIFICATE;
    } else {
        rs_place_error(&place, 0,
                       "unknown root \"%s\"; expected pem:PATH, spki-sha256:HEX or cert-sha256:HEX",
                       rs_quote(word->text).text);
        return false;
    }
    place = rs_lexer_word_place(line, word, after);
    return read_hash(&place, rs_bytes_skip(word->text, after), root->sha256);
}

bool rs_root_line_read(const rs_pem_reader *pem, const rs_place *place, const rs_line *line,
                       rs_list_root *root)
{
    *root = (rs_list_root){.line = line->number};
    if (line->count < 2) {
        rs_place_error(place, 0,
                       "root without a name; expected pem:PATH, spki-sha256:HEX or "
                       "cert-sha256:HEX");
        return false;
    }
    if (!read_key(pem, place, &line->words[1], root))
        return false;
    if (line->count < 3)
        return true;
    const rs_word *label = &line->words[2];
    rs_place at = rs_lexer_word_place(place, label, 0);
    if (!label->quoted || label->bare > 0) {
        rs_place_error(&at, 0, "\"%s\" after the root; expected a label in quotes",
                       rs_quote(label->text).text);
        return false;
    }
    root->label = label->text;
    return true;
}
