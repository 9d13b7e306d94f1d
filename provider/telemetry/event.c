/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/event.h"

#include "lib/base/utf8.h"

/* The process's own sink, for what no policy's settings cover; made when it is first needed. */
static rs_settings process_settings;
static rs_sink process_sink;
static atomic_int process_state;
enum { UNMADE, BEING_MADE, MADE };

/* NULL while another thread makes it: it is not waited for. */
static rs_sink *sink_of_process(void)
{
    int state = UNMADE;
    if (atomic_compare_exchange_strong(&process_state, &state, BEING_MADE)) {
        rs_settings_init(&process_settings);
        rs_sink_init(&process_sink, &process_settings);
        atomic_store(&process_state, MADE);
        state = MADE;
    }
    return state == MADE ? &process_sink : NULL;
}

void rs_event_after_fork(void)
{
    int state = BEING_MADE; /* by a thread that the child does not have */
    if (!atomic_compare_exchange_strong(&process_state, &state, UNMADE) && state == MADE)
        rs_sink_after_fork(&process_sink);
}

void rs_told_root_init_none(rs_told_root *told, rs_mode mode)
{
    told->kind = RS_TOLD_NONE;
    told->mode = mode;
    told->label_size = 0;
    memset(told->sha256, 0, sizeof told->sha256);
}

void rs_told_root_init(rs_told_root *told, const rs_image *image, uint32_t root, rs_mode mode)
{
    rs_told_root_init_none(told, mode);
    told->kind = RS_TOLD_DEFAULT;
    if (root == RS_NO_ROOT)
        return;
    rs_root listed = rs_image_root(image, root);
    told->kind = listed.kind == RS_ROOT_SPKI ? RS_TOLD_SPKI : RS_TOLD_CERTIFICATE;
    memcpy(told->sha256, listed.sha256, sizeof told->sha256);
    rs_bytes label = rs_utf8_cut(listed.label, sizeof told->label);
    told->label_size = (uint8_t)label.n;
    if (label.n > 0)
        memcpy(told->label, label.p, label.n);
}

static void add_root(rs_json_line *line, const rs_told_root *root)
{
    rs_bytes hash = rs_bytes_make(root->sha256, sizeof root->sha256);
    switch (root->kind) {
    case RS_TOLD_SPKI:
        rs_json_line_hex(line, "root", "spki-sha256:", hash);
        break;
    case RS_TOLD_CERTIFICATE:
        rs_json_line_hex(line, "root", "cert-sha256:", hash);
        break;
    case RS_TOLD_DEFAULT:
        rs_json_line_word(line, "root", "default");
        break;
    case RS_TOLD_NONE:
        rs_json_line_word(line, "root", "none");
        break;
    }
    rs_json_line_text(line, "label", rs_bytes_make(root->label, root->label_size));
    rs_json_line_word(line, "mode", rs_mode_word(root->mode));
}

static const char *outcome_word(rs_outcome outcome)
{
    static const char *const words[] = {[RS_OUTCOME_DENIED] = "denied",
                                        [RS_OUTCOME_OVERRIDDEN] = "overridden",
                                        [RS_OUTCOME_WOULD_DENY] = "would-deny"};
    return words[outcome];
}

static const char *signatures_word(rs_signatures signatures)
{
    static const char *const words[] = {[RS_SIGNATURES_UNKNOWN] = "unknown",
                                        [RS_SIGNATURES_VALID] = "valid",
                                        [RS_SIGNATURES_INVALID] = "invalid"};
    return words[signatures];
}

static const char *peer_word(rs_peer peer)
{
    static const char *const words[] = {
        [RS_PEER_UNKNOWN] = "unknown", [RS_PEER_SERVER] = "server", [RS_PEER_CLIENT] = "client"};
    return words[peer];
}

bool rs_event_violation(rs_sink *sink, const rs_told_violation *violation, uint64_t count)
{
    rs_json_line line;
    rs_json_line_start(&line, "violation");
    add_root(&line, &violation->root);
    rs_json_line_word(&line, "verdict", outcome_word(violation->outcome));
    rs_json_line_number(&line, "depth", (uint64_t)violation->depth);
    rs_json_line_word(&line, "form", rs_form_word(violation->form));
    rs_json_line_word(&line, "reason", rs_reason_word(violation->reason));
    rs_json_line_number(&line, "error", (uint64_t)rs_reason_error(violation->reason));
    if (violation->reference)
        rs_json_line_true(&line, "reference");
    rs_json_line_text(&line, "suffix", rs_bytes_make(violation->suffix, violation->suffix_size));
    rs_json_line_word(&line, "signatures", signatures_word(violation->signatures));
    rs_json_line_word(&line, "peer", peer_word(violation->peer));
    rs_json_line_number(&line, "count", count);
    /* Last: of all that a line has room for, the whole name can be missed most easily. */
    if (violation->has_name)
        rs_json_line_text(&line, "name", rs_bytes_make(violation->name, violation->name_size));
    return rs_sink_write(sink, RS_SYSLOG_WARNING, &line);
}

bool rs_event_checks(rs_sink *sink, const rs_told_root *root, const rs_told_checks *checks)
{
    rs_json_line line;
    rs_json_line_start(&line, "checks");
    add_root(&line, root);
    rs_json_line_number(&line, "checked", checks->permitted + checks->violated);
    rs_json_line_number(&line, "permitted", checks->permitted);
    rs_json_line_number(&line, "violated", checks->violated);
    rs_json_line_number(&line, "unverified", checks->unverified);
    return rs_sink_write(sink, RS_SYSLOG_NOTICE, &line);
}

/* What is wrong; NULL for what does not make sense here. */
typedef struct problem {
    const char *kind, *text, *list, *object, *consequence;
} problem;

static void tell_problem(rs_sink *sink, const problem *p)
{
    rs_json_line line;
    if (sink == NULL || !rs_sink_is_on(sink))
        return;
    if (!rs_sink_admits(sink, RS_BUDGET_VERIFIED)) {
        rs_sink_drop(sink, 1);
        return;
    }
    rs_json_line_start(&line, "problem");
    rs_json_line_word(&line, "kind", p->kind);
    rs_json_line_text(&line, "problem", rs_bytes_of_string(p->text));
    if (p->list != NULL)
        rs_json_line_text(&line, "list", rs_bytes_of_string(p->list));
    if (p->object != NULL)
        rs_json_line_text(&line, "object", rs_bytes_of_string(p->object));
    if (p->consequence != NULL)
        rs_json_line_word(&line, "consequence", p->consequence);
    rs_sink_write(sink, RS_SYSLOG_ERROR, &line);
}

void rs_event_list_problem(rs_sink *sink, const rs_settings *settings, rs_list_problem refusal,
                           bool in_force)
{
    bool lenient = settings->mode != RS_MODE_ENFORCE || settings->allow_without_list;
    tell_problem(sink, &(problem){.kind = "list-refused",
                                  .text = rs_list_problem_text(refusal),
                                  .list = settings->list,
                                  .consequence = in_force  ? "older-list-stays"
                                                 : lenient ? "nothing-is-checked"
                                                           : "everything-is-denied"});
}

void rs_event_settings_problem(rs_sink *sink, const rs_settings *settings)
{
    tell_problem(sink, &(problem){.kind = "settings-refused",
                                  .text = settings->problem,
                                  .consequence = settings->mode == RS_MODE_ENFORCE
                                                     ? "everything-is-denied"
                                                     : "nothing-is-checked"});
}

void rs_event_no_policy(rs_sink *sink, const char *why)
{
    tell_problem(
        sink == NULL ? sink_of_process() : sink,
        &(problem){.kind = "no-policy", .text = why, .consequence = "everything-is-denied"});
}

void rs_event_unguarded(const char *object, const char *why)
{
    tell_problem(sink_of_process(), &(problem){.kind = "unguarded", .text = why, .object = object});
}
