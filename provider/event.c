/* SPDX-License-Identifier: Apache-2.0 */
#include "event.h"

#include "syslog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void event_start(rs_event *event, const char *word)
{
    event->length = 0;
    for (; *word != '\0'; word++)
        event->text[event->length++] = *word;
}

/* Appends all of the piece or, if it does not fit, nothing. */
static void append(rs_event *event, rs_bytes piece)
{
    if (piece.n > sizeof event->text - event->length)
        return;
    memcpy(event->text + event->length, piece.p, piece.n);
    event->length += piece.n;
}

static void append_text(rs_event *event, const char *text)
{
    append(event, rs_bytes_of_string(text));
}

static void append_word(rs_event *event, const char *key, const char *word)
{
    append_text(event, " ");
    append_text(event, key);
    append_text(event, "=");
    append_text(event, word);
}

static void append_number(rs_event *event, const char *key, long number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", number);
    append_word(event, key, digits);
}

static void append_hex(rs_event *event, const char *key, rs_bytes bytes)
{
    append_word(event, key, "");
    for (size_t i = 0; i < bytes.n; i++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", bytes.p[i]);
        append_text(event, digits);
    }
}

/*
 * Quoted, escaped, and cut so that at most 300 characters stand between the quotes: values may
 * have any length, and what follows them must still fit.
 */
static void append_quoted(rs_event *event, const char *key, rs_bytes value)
{
    enum { SHOWN_MAX = 300 };
    append_word(event, key, "\"");
    size_t end = event->length + SHOWN_MAX, i = 0;
    for (; i < value.n; i++) {
        uint8_t c = value.p[i];
        char piece[5] = {(char)c};
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
            snprintf(piece, sizeof piece, "\\x%02x", c);
        if (event->length + strlen(piece) > end)
            break;
        append_text(event, piece);
    }
    append_text(event, i < value.n ? "\"..." : "\"");
}

static void append_program(rs_event *event)
{
    append_quoted(event, "program", rs_bytes_of_string(program_invocation_short_name));
}

static void append_root(rs_event *event, const rs_image *image, const rs_violation *violation)
{
    if (violation->root == RS_NO_ROOT) {
        append_word(event, "root", violation->stanza == RS_NO_STANZA ? "none" : "default");
        return;
    }
    rs_root root = rs_image_root(image, violation->root);
    append_quoted(event, "root", root.label);
    append_hex(event, root.kind == RS_ROOT_SPKI ? "spki-sha256" : "cert-sha256",
               rs_bytes_make(root.sha256, sizeof root.sha256));
}

void rs_event_of_violation(rs_event *event, rs_event_outcome outcome, const rs_image *image,
                           const rs_violation *violation)
{
    const rs_finding *finding = &violation->finding;
    event_start(event, outcome == RS_EVENT_DENIED ? "denied" : "would-deny");
    append_program(event);
    append_root(event, image, violation);
    append_number(event, "depth", violation->depth);
    append_word(event, "form", rs_form_word(finding->form));
    append_quoted(event, violation->reference ? "reference" : "name", finding->name);
    append_word(event, "reason", rs_reason_word(finding->reason));
    append_number(event, "error", rs_reason_error(finding->reason));
}

void rs_event_of_missing_policy(rs_event *event, const char *why)
{
    event_start(event, "denied");
    append_program(event);
    append_quoted(event, "reason", rs_bytes_of_string(why));
}

static void send_line(rs_event *event, rs_severity_level severity)
{
    unsigned suppressed = rs_syslog_take_suppressed();
    if (suppressed > 0)
        append_number(event, "suppressed", (long)suppressed);
    rs_syslog_send(severity, rs_bytes_make(event->text, event->length));
}

void rs_event_send(rs_event *event, rs_signatures signatures)
{
    append_word(event, "signatures",
                signatures == RS_SIGNATURES_VALID     ? "valid"
                : signatures == RS_SIGNATURES_INVALID ? "invalid"
                                                      : "unknown");
    send_line(event, RS_SYSLOG_WARNING);
}

void rs_event_list_problem(const rs_settings *settings, rs_list_problem problem, bool in_force)
{
    rs_event event;
    if (settings->telemetry == RS_TELEMETRY_OFF || !rs_syslog_admits())
        return;
    event_start(&event, "list-refused");
    append_program(&event);
    append_quoted(&event, "list", rs_bytes_of_string(settings->list));
    append_quoted(&event, "problem", rs_bytes_of_string(rs_list_problem_text(problem)));
    bool lenient = settings->mode != RS_MODE_ENFORCE || settings->allow_without_list;
    append_word(&event, "consequence",
                in_force  ? "older-list-stays"
                : lenient ? "nothing-is-checked"
                          : "everything-is-denied");
    send_line(&event, RS_SYSLOG_ERROR);
}

void rs_event_settings_problem(const rs_settings *settings)
{
    rs_event event;
    if (settings->telemetry == RS_TELEMETRY_OFF || !rs_syslog_admits())
        return;
    event_start(&event, "settings-refused");
    append_program(&event);
    append_quoted(&event, "problem", rs_bytes_of_string(settings->problem));
    append_word(&event, "consequence",
                settings->mode == RS_MODE_ENFORCE ? "everything-is-denied" : "nothing-is-checked");
    send_line(&event, RS_SYSLOG_ERROR);
}

void rs_event_unguarded(const char *object, const char *problem)
{
    rs_event event;
    if (!rs_syslog_admits())
        return;
    event_start(&event, "unguarded");
    append_program(&event);
    append_quoted(&event, "object", rs_bytes_of_string(object));
    append_quoted(&event, "problem", rs_bytes_of_string(problem));
    send_line(&event, RS_SYSLOG_ERROR);
}
