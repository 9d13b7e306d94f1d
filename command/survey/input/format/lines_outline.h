/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tells JSON lines from others. Most of their text is CA certificates that come again and
 * again, and a quarter of it is what base64 adds. To hash it takes longer than to count it. So an
 * outline is hashed, which has all that a line says, but digests of what takes long:
 *
 * | line | record |
 * |---|---|
 * | plain_line.h, a chain | `c`, the number of issuers; size of the leaf, the leaf; their SHA-256 |
 * | plain_line.h, of a log | `l`, the number of issuers; XXH3-128 of leaf_input and, of a
 *   precertificate, extra_data up to its end; SHA-256 of each issuer |
 * | any other | `t`, 0; its size with its end; the line as it is |
 *
 * A number of issuers has one octet, a size four, the lowest first; XXH3-128 has the highest octet
 * first. No two texts whose lines say different things have the same outline, but for what
 * somebody forges who gives entries of a log: the digest of what a log gives is no stronger
 * elsewhere (unit.h).
 */
#ifndef RS_SURVEY_LINES_OUTLINE_H
#define RS_SURVEY_LINES_OUTLINE_H

#include "command/base/striped_sha256.h"
#include "command/survey/input/format/issuer_ids.h"

/*
 * Takes whole lines, of less than 4 GiB each, into the hash. `issuers` remembers what it hashed.
 * The plain lines at the front are packed to the front of the text (plain_line.h), so that they
 * need not be decoded again: `*packed` bytes. Returns where the other lines begin; they stay as
 * they are.
 */
size_t rs_lines_outline_hash(rs_striped_sha256 *hash, rs_issuer_ids *issuers, uint8_t *text,
                             size_t size, size_t *packed);

#endif
