/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result of the chain check, as text for printing.
 */
#ifndef RS_JUDGEMENT_H
#define RS_JUDGEMENT_H

#include "lib/base/arena.h"
#include "lib/chain/chain.h"

/* A name that was judged. All texts are on the judgement's arena and fit for a terminal. */
typedef struct rs_judged_name {
    int depth;
    bool reference; /* the host that the caller expects, not a name in the certificate */
    rs_verdict verdict;
    rs_reason reason;
    const char *form, *name;
    const char *rule; /* the rule that decided; empty if none did */
    const char *hint; /* what would have to be permitted; NULL: no single line would do */
    struct rs_judged_name *next;
} rs_judged_name;

/*
 * How many names are kept: so many that are permitted, and so many that are not, of all stanzas
 * together. A hostile server can send a chain with many names and the keys of many listed roots.
 */
#define RS_JUDGED_NAMES_MAX 2000

/* A stanza that applies, with its judgement of each name. */
typedef struct rs_judged_stanza {
    int depth;     /* of the listed certificate; -1 for the default stanza; the chain's length
                      where the certificate is not in it, but in the trust store above */
    uint32_t root; /* RS_NO_ROOT for the default stanza */
    rs_mode mode;  /* the weakest of list and stanza */
    bool is_open;  /* without any permit line: the first one would close it */
    rs_judged_name *first, *last;
    uint64_t more_permitted, more_denied; /* names that were judged and not kept */
    struct rs_judged_stanza *next;
} rs_judged_stanza;

typedef struct rs_judgement {
    rs_arena arena;
    const rs_image *image; /* while the chain is judged */
    rs_judged_stanza *first, *last;
    unsigned kept_permitted, kept_denied; /* names */
    rs_chain_report report;
} rs_judgement;

/*
 * Judges a chain at a time (seconds since 1970 UTC). `above` and `expected` are as for
 * rs_chain_check_run.
 */
void rs_judge(const rs_image *image, const STACK_OF(X509) * chain, const rs_store_issuers *above,
              X509_VERIFY_PARAM *expected, int64_t now, rs_judgement *judgement);

void rs_judgement_clear(rs_judgement *judgement);

#endif
