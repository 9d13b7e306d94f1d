/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one file in C++: simdjson, the fastest JSON reader that distributions package, has no C
 * interface. Nothing but telemetry_line.h is seen of it outside, and nothing in it throws.
 */
#include "command/telemetry/line.h"

#include "lib/base/utc.h"

#include <cstring>
#include <new>
#include <simdjson.h>

namespace ondemand = simdjson::ondemand;

struct rs_telemetry_parser {
    ondemand::parser json{RS_TELEMETRY_LINE_MAX};
};

namespace
{

static_assert(RS_TELEMETRY_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further");

/* A line in the making: the event, and the words that become something else. */
struct draft {
    rs_telemetry_line line;
    rs_bytes event, time, mode, verdict, signatures;
    uint64_t version;
    uint32_t seen;    /* a bit for each key */
    bool has_escapes; /* whether there is a backslash in the line at all */
};

enum key {
    VERSION,
    EVENT,
    TIME,
    PROGRAM,
    PID,
    ROOT,
    LABEL,
    MODE,
    VERDICT,
    DEPTH,
    FORM,
    REASON,
    ERROR_CODE,
    REFERENCE,
    SUFFIX,
    NAME,
    SIGNATURES,
    PEER,
    COUNT,
    CHECKED,
    PERMITTED,
    VIOLATED,
    UNVERIFIED,
    KIND,
    PROBLEM,
    LIST,
    OBJECT,
    CONSEQUENCE,
    DROPPED,
    KEYS
};

/* What becomes of a key's value. */
enum kind { NUMBER, TEXT, WORD, IGNORED };

struct key_rule {
    const char *name;
    size_t name_size;
    kind what;
    size_t offset; /* in draft */
};

#define RULE(name, what, member)                                                                   \
    {                                                                                              \
        name, sizeof name - 1, what, offsetof(draft, member)                                       \
    }
#define IGNORE(name)                                                                               \
    {                                                                                              \
        name, sizeof name - 1, IGNORED, 0                                                          \
    }

/* In the order in which lines have them. */
constexpr key_rule rules[KEYS] = {
    RULE("rootscope", NUMBER, version),
    RULE("event", WORD, event),
    RULE("time", WORD, time),
    RULE("program", TEXT, line.program),
    IGNORE("pid"),
    RULE("root", TEXT, line.root),
    RULE("label", TEXT, line.label),
    RULE("mode", WORD, mode),
    RULE("verdict", WORD, verdict),
    IGNORE("depth"),
    RULE("form", WORD, line.form),
    RULE("reason", WORD, line.reason),
    IGNORE("error"),
    IGNORE("reference"),
    RULE("suffix", TEXT, line.suffix),
    RULE("name", TEXT, line.name),
    RULE("signatures", WORD, signatures),
    IGNORE("peer"),
    RULE("count", NUMBER, line.count),
    RULE("checked", NUMBER, line.checked),
    RULE("permitted", NUMBER, line.permitted),
    RULE("violated", NUMBER, line.violated),
    RULE("unverified", NUMBER, line.unverified),
    RULE("kind", WORD, line.kind),
    RULE("problem", TEXT, line.problem),
    RULE("list", TEXT, line.list),
    RULE("object", TEXT, line.object),
    RULE("consequence", WORD, line.consequence),
    RULE("dropped", NUMBER, line.dropped),
};

constexpr uint32_t bit(key k)
{
    return UINT32_C(1) << k;
}

constexpr uint32_t common_keys = bit(VERSION) | bit(EVENT) | bit(TIME) | bit(PROGRAM);
constexpr uint32_t violation_keys = common_keys | bit(ROOT) | bit(MODE) | bit(VERDICT) | bit(FORM) |
                                    bit(REASON) | bit(SUFFIX) | bit(SIGNATURES) | bit(COUNT);
constexpr uint32_t checks_keys = common_keys | bit(ROOT) | bit(MODE) | bit(CHECKED) |
                                 bit(PERMITTED) | bit(VIOLATED) | bit(UNVERIFIED);
constexpr uint32_t problem_keys = common_keys | bit(KIND) | bit(PROBLEM);

bool is_word(rs_bytes text, const char *word)
{
    return rs_bytes_equal(text, rs_bytes_of_string(word));
}

/* Of an object's key, which is up to its closing quote; KEYS for one that is not known. */
int find_key(ondemand::raw_json_string name, int expected)
{
    const char *raw = name.raw();
    for (int i = 0; i < KEYS; i++) {
        int k = expected + i < KEYS ? expected + i : expected + i - KEYS;
        const key_rule &rule = rules[k];
        if (raw[0] == rule.name[0] && raw[rule.name_size] == '"' &&
            std::memcmp(raw, rule.name, rule.name_size) == 0)
            return k;
    }
    return KEYS;
}

/*
 * A string's view. simdjson knows where the token ends, so that one without a backslash need not be
 * gone through.
 */
simdjson::error_code read_text(ondemand::value &value, bool has_escapes, rs_bytes *text)
{
    std::string_view token = value.raw_json_token();
    if (token.empty() || token[0] != '"')
        return simdjson::INCORRECT_TYPE;
    if (!has_escapes || std::memchr(token.data(), '\\', token.size()) == nullptr) {
        size_t end = token.size() - 1;
        while (end > 0 && token[end] != '"')
            end--;
        *text = rs_bytes_make(token.data() + 1, end > 0 ? end - 1 : 0);
        return end > 0 ? simdjson::SUCCESS : simdjson::STRING_ERROR;
    }
    std::string_view unescaped;
    simdjson::error_code error = value.get_string().get(unescaped);
    if (error == simdjson::SUCCESS)
        *text = rs_bytes_make(unescaped.data(), unescaped.size());
    return error;
}

simdjson::error_code read_value(const key_rule &rule, ondemand::value &value, draft *d)
{
    char *place = reinterpret_cast<char *>(d) + rule.offset;
    if (rule.what == IGNORED)
        return simdjson::SUCCESS;
    if (rule.what == NUMBER) {
        uint64_t number;
        simdjson::error_code error = value.get_uint64().get(number);
        if (error != simdjson::SUCCESS || number > RS_TELEMETRY_NUMBER_MAX)
            return simdjson::NUMBER_ERROR;
        std::memcpy(place, &number, sizeof number);
        return simdjson::SUCCESS;
    }
    rs_bytes text;
    simdjson::error_code error = read_text(value, d->has_escapes, &text);
    size_t most = rule.what == WORD ? RS_TELEMETRY_WORD_MAX : RS_TELEMETRY_TEXT_MAX;
    if (error != simdjson::SUCCESS || text.n > most)
        return simdjson::STRING_ERROR;
    std::memcpy(place, &text, sizeof text);
    return simdjson::SUCCESS;
}

bool event_of_word(rs_bytes word, rs_telemetry_event *event)
{
    if (is_word(word, "violation"))
        *event = RS_TELEMETRY_VIOLATION;
    else if (is_word(word, "checks"))
        *event = RS_TELEMETRY_CHECKS;
    else if (is_word(word, "problem"))
        *event = RS_TELEMETRY_PROBLEM;
    else
        return false;
    return true;
}

/* One key and its value. RS_TELEMETRY_UNKNOWN ends the line: its other keys may mean anything. */
rs_telemetry_status read_field(ondemand::field &field, int *expected, draft *d)
{
    int k = find_key(field.key(), *expected);
    if (k == KEYS)
        return RS_TELEMETRY_OK;
    *expected = k == MODE && d->line.event == RS_TELEMETRY_CHECKS ? CHECKED : (k + 1) % KEYS;
    uint32_t k_bit = UINT32_C(1) << k;
    if ((d->seen & k_bit) != 0)
        return RS_TELEMETRY_MALFORMED;
    d->seen |= k_bit;
    if (read_value(rules[k], field.value(), d) != simdjson::SUCCESS)
        return RS_TELEMETRY_MALFORMED;
    if (k == VERSION && d->version != 1)
        return RS_TELEMETRY_UNKNOWN;
    if (k == EVENT && !event_of_word(d->event, &d->line.event))
        return RS_TELEMETRY_UNKNOWN;
    return RS_TELEMETRY_OK;
}

/* Every field of the object that the document starts with. */
rs_telemetry_status read_fields(ondemand::document &document, draft *d)
{
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS)
        return RS_TELEMETRY_MALFORMED;
    int expected = 0;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS)
            return RS_TELEMETRY_MALFORMED;
        rs_telemetry_status status = read_field(field, &expected, d);
        if (status != RS_TELEMETRY_OK)
            return status;
    }
    return RS_TELEMETRY_OK;
}

bool finish_mode(draft *d)
{
    d->line.mode = is_word(d->mode, "test") ? RS_MODE_TEST : RS_MODE_ENFORCE;
    return d->line.root.n > 0 && (d->line.mode == RS_MODE_TEST || is_word(d->mode, "enforce"));
}

bool finish_violation(draft *d)
{
    if (is_word(d->verdict, "denied"))
        d->line.verdict = RS_TELEMETRY_DENIED;
    else if (is_word(d->verdict, "overridden"))
        d->line.verdict = RS_TELEMETRY_OVERRIDDEN;
    else if (is_word(d->verdict, "would-deny"))
        d->line.verdict = RS_TELEMETRY_WOULD_DENY;
    else
        return false;
    d->line.verified = is_word(d->signatures, "valid");
    return d->line.verified || is_word(d->signatures, "invalid") ||
           is_word(d->signatures, "unknown");
}

/* Whether all that the event must have is there and says something. */
bool finish(draft *d)
{
    uint32_t needed = d->line.event == RS_TELEMETRY_VIOLATION ? violation_keys
                      : d->line.event == RS_TELEMETRY_CHECKS  ? checks_keys
                                                              : problem_keys;
    if ((d->seen & needed) != needed || !rs_utc_read(d->time, &d->line.time))
        return false;
    switch (d->line.event) {
    case RS_TELEMETRY_VIOLATION:
        return finish_mode(d) && finish_violation(d);
    case RS_TELEMETRY_CHECKS:
        return finish_mode(d);
    case RS_TELEMETRY_PROBLEM:
        return d->line.kind.n > 0;
    }
    return false;
}

/* What follows the last start of an event, itself included; empty if there is none. */
rs_bytes last_event(rs_bytes text)
{
    static const char start[] = "{\"rootscope\":";
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

rs_telemetry_status parse_event(rs_telemetry_parser *parser, rs_bytes event,
                                rs_telemetry_line *line)
{
    simdjson::padded_string_view view(event.p, event.n, event.n + RS_TELEMETRY_PADDING);
    ondemand::document document;
    simdjson::error_code error = parser->json.iterate(view).get(document);
    if (error != simdjson::SUCCESS)
        return error == simdjson::MEMALLOC ? RS_TELEMETRY_NO_MEMORY : RS_TELEMETRY_MALFORMED;
    draft d = {};
    d.has_escapes = std::memchr(event.p, '\\', event.n) != nullptr;
    rs_telemetry_status status = read_fields(document, &d);
    if (status != RS_TELEMETRY_OK)
        return status;
    if (!finish(&d))
        return RS_TELEMETRY_MALFORMED;
    *line = d.line;
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

rs_telemetry_status rs_telemetry_parse(rs_telemetry_parser *parser, rs_bytes text,
                                       rs_telemetry_line *line)
{
    rs_bytes event = last_event(text);
    if (event.n == 0)
        return RS_TELEMETRY_FOREIGN;
    if (event.n > RS_TELEMETRY_LINE_MAX)
        return RS_TELEMETRY_MALFORMED;
    rs_telemetry_status status = parse_event(parser, event, line);
    if (status != RS_TELEMETRY_MALFORMED)
        return status;
    /* Few lines have something behind the event: only they are gone through byte by byte. */
    rs_bytes object = without_tail(event);
    return object.n < event.n ? parse_event(parser, object, line) : status;
}
