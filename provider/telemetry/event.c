/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/event.h"

#include "lib/base/utf8.h"

/* The process's own sink, for what no policy's settings cover; made when it is first needed. */
static rs_sink process_sink;
static atomic_int process_state;
enum { UNMADE, BEING_MADE, MADE };

/* NULL while another thread makes it: it is not waited for. */
static rs_sink *sink_of_process(void)
{
    int state = UNMADE;
    if (atomic_compare_exchange_strong(&process_state, &state, BEING_MADE)) {
        rs_sink_init(&process_sink, &(rs_sink_config){.kind = RS_SINK_SYSLOG});
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

void rs_reported_root_init_none(rs_reported_root *reported, rs_mode mode)
{
    reported->kind = RS_REPORTED_NONE;
    reported->mode = mode;
    reported->label_size = 0;
    memset(reported->sha256, 0, sizeof reported->sha256);
}

void rs_reported_root_init(rs_reported_root *reported, const rs_image *image, uint32_t root,
                           rs_mode mode)
{
    rs_reported_root_init_none(reported, mode);
    reported->kind = RS_REPORTED_DEFAULT;
    if (root == RS_NO_ROOT)
        return;
    rs_root listed = rs_image_root(image, root);
    reported->kind = listed.kind == RS_ROOT_SPKI ? RS_REPORTED_SPKI : RS_REPORTED_CERTIFICATE;
    memcpy(reported->sha256, listed.sha256, sizeof reported->sha256);
    rs_bytes label = rs_utf8_cut(listed.label, sizeof reported->label);
    reported->label_size = (uint8_t)label.n;
    if (label.n > 0)
        memcpy(reported->label, label.p, label.n);
}

static void add_root(rs_json_line *line, const rs_reported_root *root)
{
    rs_bytes hash = rs_bytes_make(root->sha256, sizeof root->sha256);
    switch (root->kind) {
    case RS_REPORTED_SPKI:
        rs_json_line_hex(line, RS_FIELD_ROOT, "spki-sha256:", hash);
        break;
    case RS_REPORTED_CERTIFICATE:
        rs_json_line_hex(line, RS_FIELD_ROOT, "cert-sha256:", hash);
        break;
    case RS_REPORTED_DEFAULT:
        rs_json_line_word(line, RS_FIELD_ROOT, "default");
        break;
    case RS_REPORTED_NONE:
        rs_json_line_word(line, RS_FIELD_ROOT, "none");
        break;
    }
    rs_json_line_text(line, RS_FIELD_LABEL, rs_bytes_make(root->label, root->label_size));
    rs_json_line_word(line, RS_FIELD_MODE, rs_mode_word(root->mode));
}

static const char *peer_word(rs_peer peer)
{
    static const char *const words[] = {
        [RS_PEER_UNKNOWN] = "unknown", [RS_PEER_SERVER] = "server", [RS_PEER_CLIENT] = "client"};
    return words[peer];
}

bool rs_event_violation(rs_sink *sink, const rs_reported_violation *violation, uint64_t count)
{
    rs_json_line line;
    rs_json_line_start(&line, RS_TELEMETRY_VIOLATION);
    add_root(&line, &violation->root);
    rs_json_line_word(&line, RS_FIELD_VERDICT, rs_telemetry_verdict_word(violation->verdict));
    rs_json_line_number(&line, RS_FIELD_DEPTH, (uint64_t)violation->depth);
    rs_json_line_word(&line, RS_FIELD_FORM, rs_form_word(violation->form));
    rs_json_line_word(&line, RS_FIELD_REASON, rs_reason_word(violation->reason));
    rs_json_line_number(&line, RS_FIELD_ERROR, (uint64_t)rs_reason_error(violation->reason));
    if (violation->reference)
        rs_json_line_true(&line, RS_FIELD_REFERENCE);
    rs_json_line_text(&line, RS_FIELD_SUFFIX,
                      rs_bytes_make(violation->suffix, violation->suffix_size));
    rs_json_line_word(&line, RS_FIELD_SIGNATURES, rs_signatures_word(violation->signatures));
    rs_json_line_word(&line, RS_FIELD_PEER, peer_word(violation->peer));
    rs_json_line_number(&line, RS_FIELD_COUNT, count);
    /* Last: of all that a line has room for, the whole name can be missed most easily. */
    if (violation->has_name)
        rs_json_line_text(&line, RS_FIELD_NAME,
                          rs_bytes_make(violation->name, violation->name_size));
    return rs_sink_write(sink, RS_SYSLOG_WARNING, &line);
}

bool rs_event_checks(rs_sink *sink, const rs_reported_root *root, const rs_reported_checks *checks)
{
    rs_json_line line;
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    add_root(&line, root);
    rs_json_line_number(&line, RS_FIELD_CHECKED, checks->permitted + checks->violated);
    rs_json_line_number(&line, RS_FIELD_PERMITTED, checks->permitted);
    rs_json_line_number(&line, RS_FIELD_VIOLATED, checks->violated);
    rs_json_line_number(&line, RS_FIELD_UNVERIFIED, checks->unverified);
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
    rs_json_line_start(&line, RS_TELEMETRY_PROBLEM);
    rs_json_line_word(&line, RS_FIELD_KIND, p->kind);
    rs_json_line_text(&line, RS_FIELD_PROBLEM, rs_bytes_of_string(p->text));
    if (p->list != NULL)
        rs_json_line_text(&line, RS_FIELD_LIST, rs_bytes_of_string(p->list));
    if (p->object != NULL)
        rs_json_line_text(&line, RS_FIELD_OBJECT, rs_bytes_of_string(p->object));
    if (p->consequence != NULL)
        rs_json_line_word(&line, RS_FIELD_CONSEQUENCE, p->consequence);
    rs_sink_write(sink, RS_SYSLOG_ERROR, &line);
}

static const char *consequence_word(rs_consequence consequence)
{
    static const char *const words[] = {[RS_EVERYTHING_IS_DENIED] = "everything-is-denied",
                                        [RS_NOTHING_IS_CHECKED] = "nothing-is-checked",
                                        [RS_OLDER_LIST_STAYS] = "older-list-stays"};
    return words[consequence];
}

void rs_event_list_problem(rs_sink *sink, const char *path, const char *why,
                           rs_consequence consequence)
{
    tell_problem(sink, &(problem){.kind = "list-refused",
                                  .text = why,
                                  .list = path,
                                  .consequence = consequence_word(consequence)});
}

void rs_event_settings_problem(rs_sink *sink, const char *why, rs_consequence consequence)
{
    tell_problem(sink, &(problem){.kind = "settings-refused",
                                  .text = why,
                                  .consequence = consequence_word(consequence)});
}

void rs_event_own_certificate(rs_sink *sink, const char *path)
{
    tell_problem(sink, &(problem){.kind = "own-certificate",
                                  .text = "most likely the program's own certificate is outside "
                                          "the scope of its root: it was verified without a peer",
                                  .list = path});
}

void rs_event_no_policy(rs_sink *sink, const char *why)
{
    tell_problem(sink == NULL ? sink_of_process() : sink,
                 &(problem){.kind = "no-policy",
                            .text = why,
                            .consequence = consequence_word(RS_EVERYTHING_IS_DENIED)});
}

void rs_event_unguarded(const char *object, const char *why)
{
    tell_problem(sink_of_process(), &(problem){.kind = "unguarded", .text = why, .object = object});
}
