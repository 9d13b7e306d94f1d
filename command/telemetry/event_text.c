/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/event_text.h"

#include "command/base/text.h"
#include "lib/base/utc.h"

static const char *root_text(rs_arena *arena, const rs_telemetry_line *line)
{
    return rs_text_printable(arena, line->label.n > 0 ? line->label : line->root);
}

static const char *verdict_text(rs_telemetry_verdict verdict)
{
    switch (verdict) {
    case RS_TELEMETRY_DENIED:
        break;
    case RS_TELEMETRY_OVERRIDDEN:
        return "denied, but accepted by the application";
    case RS_TELEMETRY_WOULD_DENY:
        return "would be denied";
    }
    return "denied";
}

static const char *violation_text(rs_arena *arena, const rs_telemetry_line *line)
{
    const char *suffix =
        line->suffix.n > 0 ? rs_text_printable(arena, line->suffix) : "(no suffix)";
    return rs_text_format(arena, "%s: %s chain%s %s: %s %s %s%s%s%s", root_text(arena, line),
                          rs_text_number(arena, line->count), line->count == 1 ? "" : "s",
                          verdict_text(line->verdict), rs_text_printable(arena, line->form), suffix,
                          rs_text_printable(arena, line->reason), line->name.n > 0 ? "; e.g. " : "",
                          rs_text_printable(arena, line->name),
                          line->verified ? "" : "; signatures do not hold");
}

static const char *checks_text(rs_arena *arena, const rs_telemetry_line *line)
{
    return rs_text_format(arena, "%s: %s checked, %s violated, %s unverified",
                          root_text(arena, line), rs_text_number(arena, line->checked),
                          rs_text_number(arena, line->violated),
                          rs_text_number(arena, line->unverified));
}

static const char *problem_text(rs_arena *arena, const rs_telemetry_line *line)
{
    rs_bytes path = line->list.n > 0 ? line->list : line->object;
    return rs_text_format(arena, "%s: %s%s%s%s%s", rs_text_printable(arena, line->kind),
                          rs_text_printable(arena, path), path.n > 0 ? " " : "",
                          rs_text_printable(arena, line->problem),
                          line->consequence.n > 0 ? "; " : "",
                          rs_text_printable(arena, line->consequence));
}

const char *rs_event_text(rs_arena *arena, const rs_telemetry_line *line)
{
    char time[RS_UTC_TEXT_SIZE];
    rs_utc_text(line->time, time);
    const char *what = line->event == RS_TELEMETRY_VIOLATION ? violation_text(arena, line)
                       : line->event == RS_TELEMETRY_CHECKS  ? checks_text(arena, line)
                                                             : problem_text(arena, line);
    return rs_text_format(arena, "%s %s: %s", time, rs_text_printable(arena, line->program), what);
}
