/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In C++ because of simdjson. Other files see only line.h, and nothing in it throws.
 */
#include "command/telemetry/line.h"

#include "command/telemetry/event_parser.h"

#include <cstring>
#include <new>

namespace ondemand = simdjson::ondemand;

struct rs_telemetry_parser {
    ondemand::parser json{RS_TELEMETRY_LINE_MAX};
    ondemand::parser journal{RS_TELEMETRY_LINE_MAX};
    char message[RS_TELEMETRY_LINE_MAX + RS_TELEMETRY_PADDING]; /* of the journal's line */
};

namespace
{

/* What follows the last start of an event, itself included; empty if there is none. */
rs_bytes last_event(rs_bytes text)
{
    static const char start[] = RS_TELEMETRY_START;
    size_t left = text.n;
    while (left > 0) {
        const void *brace = memrchr(text.p, '{', left);
        if (brace == nullptr)
            break;
        size_t at = static_cast<size_t>(static_cast<const uint8_t *>(brace) - text.p);
        if (text.n - at >= sizeof start - 1 && std::memcmp(brace, start, sizeof start - 1) == 0)
            return rs_bytes_skip(text, at);
        left = at;
    }
    return rs_bytes_make(nullptr, 0);
}

/*
 * The object at the front without what follows its closing brace: rsyslog, for one, can append
 * ` @[_PID=…]`. All of it if no brace closes it.
 */
rs_bytes without_tail(rs_bytes text)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && --depth == 0)
            return rs_bytes_make(text.p, i + 1);
    }
    return text;
}

/* The event in a text. RS_TELEMETRY_PADDING bytes after the text must be readable. */
rs_telemetry_status parse_text(rs_telemetry_parser *parser, rs_bytes text, rs_telemetry_line *line)
{
    rs_bytes event = last_event(text);
    if (event.n == 0)
        return RS_TELEMETRY_FOREIGN;
    if (event.n > RS_TELEMETRY_LINE_MAX)
        return RS_TELEMETRY_MALFORMED;
    rs_telemetry_status status = rs_event_parse(&parser->json, event, line);
    if (status != RS_TELEMETRY_MALFORMED)
        return status;
    /* Few lines have something behind the event: only those are scanned byte by byte. */
    rs_bytes object = without_tail(event);
    return object.n < event.n ? rs_event_parse(&parser->json, object, line) : status;
}

/* What the journal says of a message. The views live until its next line. */
struct journal_entry {
    std::string_view message, user, executable;
};

/* False if the line is not an object whose values of these keys are strings. */
bool read_entry(rs_telemetry_parser *parser, rs_bytes text, journal_entry *entry)
{
    simdjson::padded_string_view view(text.p, text.n, text.n + RS_TELEMETRY_PADDING);
    ondemand::document document;
    ondemand::object object;
    if (parser->journal.iterate(view).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return false;
    for (auto result : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(result).get(field) != simdjson::SUCCESS ||
            field.unescaped_key().get(key) != simdjson::SUCCESS)
            return false;
        std::string_view *value = key == "MESSAGE" ? &entry->message
                                  : key == "_UID"  ? &entry->user
                                  : key == "_EXE"  ? &entry->executable
                                                   : nullptr;
        if (value != nullptr && field.value().get_string().get(*value) != simdjson::SUCCESS)
            return false;
    }
    return true;
}

/* A user's number in decimal. */
bool read_user(std::string_view text, uint32_t *user)
{
    uint64_t number = 0;
    for (char c : text) {
        if (c < '0' || c > '9' || number > UINT32_MAX)
            return false;
        number = 10 * number + static_cast<uint64_t>(c - '0');
    }
    *user = static_cast<uint32_t>(number);
    return !text.empty() && number <= UINT32_MAX;
}

rs_telemetry_status parse_entry(rs_telemetry_parser *parser, rs_bytes text, rs_telemetry_line *line)
{
    static const char escaped_start[] = "{\\\"rootscope\\\":";
    journal_entry entry = {};
    /* Most of a journal is of others. */
    if (memmem(text.p, text.n, escaped_start, sizeof escaped_start - 1) == nullptr)
        return RS_TELEMETRY_FOREIGN;
    if (text.n > RS_TELEMETRY_LINE_MAX || !read_entry(parser, text, &entry))
        return RS_TELEMETRY_MALFORMED;
    if (!entry.message.empty())
        std::memcpy(parser->message, entry.message.data(), entry.message.size());
    rs_bytes message = rs_bytes_make(parser->message, entry.message.size());
    rs_telemetry_status status = parse_text(parser, message, line);
    if (status != RS_TELEMETRY_OK)
        return status;
    line->has_writer = read_user(entry.user, &line->writer);
    if (!entry.executable.empty() && entry.executable.size() <= RS_TELEMETRY_TEXT_MAX)
        line->program = rs_bytes_make(entry.executable.data(), entry.executable.size());
    return RS_TELEMETRY_OK;
}

} // namespace

rs_telemetry_parser *rs_telemetry_parser_new(void)
{
    return new (std::nothrow) rs_telemetry_parser;
}

void rs_telemetry_parser_free(rs_telemetry_parser *parser)
{
    delete parser;
}

bool rs_telemetry_is_journal(rs_bytes text)
{
    static const char stamp[] = "\"__REALTIME_TIMESTAMP\"", start[] = RS_TELEMETRY_START;
    return text.n > sizeof start && text.p[0] == '{' &&
           std::memcmp(text.p, start, sizeof start - 1) != 0 &&
           memmem(text.p, text.n, stamp, sizeof stamp - 1) != nullptr;
}

rs_telemetry_status rs_telemetry_parse(rs_telemetry_parser *parser, rs_bytes text,
                                       rs_telemetry_line *line)
{
    return rs_telemetry_is_journal(text) ? parse_entry(parser, text, line)
                                         : parse_text(parser, text, line);
}
