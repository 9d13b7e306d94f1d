/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/schema.h"

#include <stddef.h>

/* What a root is observed for, at one level: `expression` is the suffix of a row. */
#define LEVEL_VIEW(name, expression, domains, certificates)                                        \
    "CREATE VIEW " name                                                                            \
    " AS SELECT lower(hex(root.key)) AS root, root.label AS label, " expression                    \
    " AS suffix, " domains " AS domains, sum(" certificates ") AS certificates,"                   \
    " min(first) AS first, max(last) AS last"                                                      \
    " FROM part JOIN reaches ON reaches.issuer = part.issuer"                                      \
    " JOIN root ON root.id = reaches.root GROUP BY root.id, " expression

const char *const rs_survey_schema[] = {
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",

    "CREATE TABLE unit (digest BLOB PRIMARY KEY, contribution BLOB NOT NULL)",

    "CREATE TABLE tile (hash BLOB PRIMARY KEY) WITHOUT ROWID",

    "CREATE TABLE issuer (id INTEGER PRIMARY KEY, reference BLOB NOT NULL UNIQUE,"
    " certificates INTEGER NOT NULL)",

    "CREATE TABLE ca (sha256 BLOB PRIMARY KEY, certificate BLOB NOT NULL,"
    " is_root INTEGER NOT NULL)",

    "CREATE TABLE root (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, label TEXT NOT NULL)",

    "CREATE TABLE reaches (issuer INTEGER NOT NULL, root INTEGER NOT NULL,"
    " PRIMARY KEY (issuer, root)) WITHOUT ROWID",

    /* Without a key, so that rows are only appended, and without checks, which take time. */
    "CREATE TABLE pack (issuer INTEGER, suffix_length INTEGER, tld_length INTEGER,"
    " certificates INTEGER, suffix_certificates INTEGER, tld_certificates INTEGER, span INTEGER,"
    " domains TEXT)",

    "CREATE VIEW part AS SELECT json_each.key AS domain, issuer, suffix_length, tld_length,"
    " certificates, suffix_certificates, tld_certificates, json_each.value AS first,"
    " json_each.value + span AS last FROM pack, json_each(domains)",

    "CREATE VIEW observation AS SELECT domain, issuer, suffix_length, tld_length,"
    " sum(certificates) AS certificates, sum(suffix_certificates) AS suffix_certificates,"
    " sum(tld_certificates) AS tld_certificates, min(first) AS first, max(last) AS last"
    " FROM part GROUP BY domain, issuer, suffix_length, tld_length",

    "CREATE TABLE total (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",

    LEVEL_VIEW("by_registrable", "domain", "1", "certificates"),
    LEVEL_VIEW("by_public_suffix", "substr(domain, -suffix_length)", "count(DISTINCT domain)",
               "suffix_certificates"),
    LEVEL_VIEW("by_tld", "substr(domain, -tld_length)", "count(DISTINCT domain)",
               "tld_certificates"),
    NULL,
};
