/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of other programs, printed as stanzas. Each reader is in a file of its own. They are given
 * what anybody may have written: a file has at most RS_FOREIGN_SIZE_MAX bytes, and whatever they
 * do not understand about a root that has constraints is an error.
 *
 * Each returns false after messages. Roots without constraints get no stanza.
 */
#ifndef RS_IMPORT_FORMATS_H
#define RS_IMPORT_FORMATS_H

#include "command/import/stanzas.h"

/*
 * A CSV report of the CCADB: rows with `Mozilla Applied Constraints`, DNS names with commas or
 * semicolons between them. A root is named by its key if the report has its `PEM Info` or `PEM`,
 * else by its `SHA-256 Fingerprint`.
 */
bool rs_import_ccadb(rs_import_stanzas *stanzas, const char *path, rs_bytes text);

/*
 * Chrome's policy CACertificatesWithConstraints: the array itself, or a policy file with it.
 */
bool rs_import_chrome_policy(rs_import_stanzas *stanzas, const char *path, rs_bytes text);

/*
 * Chrome's root_store.textproto: trust anchors with permitted_dns_names. Versions and dates of a
 * set of constraints are no names and are left out, which is told. Several sets are alternatives;
 * they become one only if each has names.
 */
bool rs_import_chrome_root_store(rs_import_stanzas *stanzas, const char *path, rs_bytes text);

#endif
