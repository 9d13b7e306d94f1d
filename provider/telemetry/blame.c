/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/blame.h"

#include "provider/telemetry/reported_name.h"

#include <stdlib.h>

/* What a run finds, and the stanza that is being applied. */
typedef struct collection {
    const rs_blame *blame;
    const rs_image *image;
    rs_sink *sink;
    rs_mode mode; /* of the roots whose violations count */
    rs_stanza stanza;
    rs_reported_root root;
    rs_chain_report report;
    unsigned count;
    rs_reported_violation items[RS_BLAME_MAX + 1]; /* the last one is for comparing */
} collection;

static void take_stanza(void *arg, int depth, uint32_t root, uint32_t stanza, rs_mode mode)
{
    collection *c = arg;
    (void)depth;
    rs_image_stanza(c->image, stanza, &c->stanza);
    rs_reported_root_init(&c->root, c->image, root, mode);
}

static bool is_same(const rs_reported_violation *a, const rs_reported_violation *b)
{
    return a->root.kind == b->root.kind && a->form == b->form && a->reason == b->reason &&
           a->suffix_size == b->suffix_size && memcmp(a->suffix, b->suffix, b->suffix_size) == 0 &&
           memcmp(a->root.sha256, b->root.sha256, sizeof a->root.sha256) == 0;
}

/* The item behind the last becomes one of them, unless there is one like it. */
static void keep(collection *c)
{
    for (unsigned i = 0; i < c->count; i++)
        if (is_same(&c->items[i], &c->items[c->count]))
            return;
    if (c->count < RS_BLAME_MAX)
        c->count++;
    else
        rs_sink_drop(c->sink, 1);
}

static void add(collection *c, int depth, bool reference, const rs_finding *finding)
{
    rs_reported_violation *reported = &c->items[c->count];
    reported->root = c->root;
    reported->verdict = c->blame->verdict;
    reported->signatures = c->blame->signatures;
    reported->peer = c->blame->peer;
    reported->form = finding->form;
    reported->reason = finding->reason;
    reported->depth = depth;
    reported->reference = reference;
    rs_reported_name_set(reported, &c->stanza, finding, rs_sink_tells_names(c->sink));
    keep(c);
}

static void take_finding(void *arg, int depth, bool reference, const rs_finding *finding)
{
    collection *c = arg;
    if (finding->verdict != RS_PERMITTED && c->root.mode == c->mode)
        add(c, depth, reference, finding);
}

/* A chain that is bad as a whole has no name to blame, and no stanza. */
static void add_chain(collection *c)
{
    const rs_chain_report *report = &c->report;
    bool enforced = c->mode == RS_MODE_ENFORCE;
    const rs_violation *violation = enforced ? &report->denied : &report->observed;
    if ((enforced ? report->denied_count : report->observed_count) == 0 ||
        violation->stanza != RS_NO_STANZA)
        return;
    memset(&c->stanza, 0, sizeof c->stanza);
    rs_reported_root_init_none(&c->root, c->mode);
    add(c, violation->depth, false, &violation->finding);
}

static collection *collection_new(const rs_blame *blame, rs_tally *tally, const rs_image *image)
{
    collection *c = malloc(sizeof *c);
    if (c == NULL)
        return NULL;
    c->blame = blame;
    c->image = image;
    c->sink = rs_tally_sink(tally);
    c->mode = blame->verdict == RS_TELEMETRY_WOULD_DENY ? RS_MODE_TEST : RS_MODE_ENFORCE;
    c->count = 0;
    return c;
}

void rs_blame_tell(const rs_blame *blame, rs_tally *tally, const rs_chain_check *check,
                   const STACK_OF(X509) * chain, X509_VERIFY_PARAM *expected)
{
    collection *c = collection_new(blame, tally, check->image);
    if (c == NULL) {
        rs_sink_drop(rs_tally_sink(tally), 1);
        return;
    }
    rs_chain_observer observer = {.arg = c, .stanza = take_stanza, .finding = take_finding};
    rs_chain_check watched = *check;
    watched.observer = &observer;
    rs_chain_check_run(&watched, chain, expected, &c->report);
    add_chain(c);
    if (c->count == 0)
        rs_sink_drop(c->sink, 1);
    for (unsigned i = 0; i < c->count; i++)
        rs_tally_add_violation(tally, &c->items[i]);
    free(c);
}
