/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/blame.h"

#include "provider/telemetry/reported_name.h"

/* A collection, and the stanza that is being applied. */
typedef struct collection {
    rs_blame *blame;
    rs_tally *tally;
    const rs_image *image;
    rs_peer peer;
    rs_stanza stanza;
    rs_reported_root root;
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
    return a->root.kind == b->root.kind && a->root.mode == b->root.mode && a->form == b->form &&
           a->reason == b->reason && a->suffix_size == b->suffix_size &&
           memcmp(a->suffix, b->suffix, b->suffix_size) == 0 &&
           memcmp(a->root.sha256, b->root.sha256, sizeof a->root.sha256) == 0;
}

/* The item behind the last becomes one of them, unless there is one like it. */
static void keep(rs_blame *blame)
{
    const rs_blamed *last = &blame->items[blame->count];
    for (unsigned i = 0; i < blame->count; i++)
        if (blame->items[i].tally == last->tally &&
            is_same(&blame->items[i].violation, &last->violation))
            return;
    if (blame->count < RS_BLAME_MAX)
        blame->count++;
    else
        rs_sink_drop(rs_tally_sink(last->tally), 1);
}

static void add(collection *c, int depth, bool reference, const rs_finding *finding)
{
    rs_blame *blame = c->blame;
    rs_blamed *item = &blame->items[blame->count];
    item->tally = c->tally;
    rs_reported_violation *reported = &item->violation;
    reported->root = c->root;
    reported->peer = c->peer;
    reported->form = finding->form;
    reported->reason = finding->reason;
    reported->depth = depth;
    reported->reference = reference;
    rs_reported_name_set(reported, &c->stanza, finding,
                         rs_sink_tells_names(rs_tally_sink(c->tally)));
    keep(blame);
}

static void take_finding(void *arg, int depth, bool reference, const rs_finding *finding)
{
    if (finding->verdict != RS_PERMITTED)
        add(arg, depth, reference, finding);
}

/* A chain that is bad as a whole has no name to blame, and no stanza. */
static void add_chain(collection *c, unsigned count, const rs_violation *violation, rs_mode mode)
{
    if (count == 0 || violation->stanza != RS_NO_STANZA)
        return;
    memset(&c->stanza, 0, sizeof c->stanza);
    rs_reported_root_init_none(&c->root, mode);
    add(c, violation->depth, false, &violation->finding);
}

void rs_blame_collect(rs_blame *blame, rs_tally *tally, const rs_chain_check *check,
                      const STACK_OF(X509) * chain, X509_VERIFY_PARAM *expected,
                      const rs_chain_report *report, rs_peer peer)
{
    collection c = {.blame = blame, .tally = tally, .image = check->image, .peer = peer};
    rs_chain_observer observer = {.arg = &c, .stanza = take_stanza, .finding = take_finding};
    rs_chain_check watched = *check;
    rs_chain_report again;
    watched.observer = &observer;
    rs_chain_check_run(&watched, chain, expected, &again);
    add_chain(&c, report->denied_count, &report->denied, RS_MODE_ENFORCE);
    add_chain(&c, report->observed_count, &report->observed, RS_MODE_TEST);
}

void rs_blame_tell(rs_blame *blame, rs_telemetry_verdict outcome, rs_signatures signatures)
{
    rs_mode mode = outcome == RS_TELEMETRY_WOULD_DENY ? RS_MODE_TEST : RS_MODE_ENFORCE;
    for (unsigned i = 0; i < blame->count; i++) {
        rs_reported_violation *violation = &blame->items[i].violation;
        if (violation->root.mode != mode)
            continue;
        violation->outcome = outcome;
        violation->signatures = signatures;
        rs_tally_add_violation(blame->items[i].tally, violation);
    }
}
