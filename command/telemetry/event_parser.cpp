/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/event_parser.h"

#include "command/base/json_token.h"
#include "command/base/plain_json.h"
#include "lib/base/utc.h"

#include <cstring>
#include <utility>

namespace ondemand = simdjson::ondemand;

namespace
{

/* Words that are not interpreted yet, and what else is known of a line that is being read. */
struct draft {
    rs_bytes event, time, mode, verdict, signatures;
    uint64_t version;
    uint32_t seen; /* a bit for each key */
};

/* What becomes of a key's value. */
enum kind { NUMBER, TEXT, WORD, IGNORED };

struct key_rule {
    rs_telemetry_field field;
    kind what;
    bool in_draft; /* and not in the line */
    size_t offset;
};

#define DRAFT(field, what, member)                                                                 \
    {                                                                                              \
        RS_FIELD_##field, what, true, offsetof(draft, member)                                      \
    }
#define LINE(field, what, member)                                                                  \
    {                                                                                              \
        RS_FIELD_##field, what, false, offsetof(rs_telemetry_line, member)                         \
    }
#define IGNORE(field)                                                                              \
    {                                                                                              \
        RS_FIELD_##field, IGNORED, true, 0                                                         \
    }

/* One for each field, in their order. */
constexpr key_rule rules[] = {
    DRAFT(VERSION, NUMBER, version),
    DRAFT(EVENT, WORD, event),
    DRAFT(TIME, WORD, time),
    LINE(PROGRAM, TEXT, program),
    IGNORE(PID),
    LINE(ROOT, TEXT, root),
    LINE(LABEL, TEXT, label),
    DRAFT(MODE, WORD, mode),
    DRAFT(VERDICT, WORD, verdict),
    IGNORE(DEPTH),
    LINE(FORM, WORD, form),
    LINE(REASON, WORD, reason),
    IGNORE(ERROR),
    IGNORE(REFERENCE),
    LINE(SUFFIX, TEXT, suffix),
    DRAFT(SIGNATURES, WORD, signatures),
    IGNORE(PEER),
    LINE(COUNT, NUMBER, count),
    LINE(CHECKED, NUMBER, checked),
    LINE(PERMITTED, NUMBER, permitted),
    LINE(VIOLATED, NUMBER, violated),
    LINE(UNVERIFIED, NUMBER, unverified),
    LINE(KIND, WORD, kind),
    LINE(PROBLEM, TEXT, problem),
    LINE(LIST, TEXT, list),
    LINE(OBJECT, TEXT, object),
    LINE(CONSEQUENCE, WORD, consequence),
    LINE(NAME, TEXT, name),
    LINE(DROPPED, NUMBER, dropped),
};

constexpr bool are_in_order()
{
    for (int i = 0; i < RS_FIELDS; i++)
        if (rules[i].field != i)
            return false;
    return true;
}

static_assert(sizeof rules / sizeof *rules == RS_FIELDS && are_in_order(), "a rule for each field");

/* A short text as the numbers that it is in memory, and which of their bits. */
struct pattern {
    uint64_t text[2], mask[2];
    size_t size;
};

constexpr pattern pattern_of(std::string_view text)
{
    pattern p = {};
    p.size = text.size();
    for (size_t i = 0; i < text.size(); i++) {
        p.text[i / 8] |= static_cast<uint64_t>(static_cast<unsigned char>(text[i])) << i % 8 * 8;
        p.mask[i / 8] |= UINT64_C(0xff) << i % 8 * 8;
    }
    return p;
}

/* Padding follows a line, so that much of each can be read. */
static_assert(RS_TELEMETRY_PADDING >= sizeof(pattern::text), "texts are read in one go");

inline bool is_at(const pattern &p, const uint8_t *at)
{
    return (rs_le64_get(at) & p.mask[0]) == p.text[0] &&
           (rs_le64_get(at + 8) & p.mask[1]) == p.text[1];
}

/* Keys with their closing quotes, and with all that stands before the value in plain spelling. */
#define PATTERN_OF_KEY(field, word)   pattern_of(word "\""),
#define PATTERN_OF_PLAIN(field, word) pattern_of(",\"" word "\":"),
constexpr pattern keys[RS_FIELDS] = {RS_TELEMETRY_FIELDS(PATTERN_OF_KEY)};
constexpr pattern plain_keys[RS_FIELDS] = {RS_TELEMETRY_FIELDS(PATTERN_OF_PLAIN)};
#undef PATTERN_OF_KEY
#undef PATTERN_OF_PLAIN

constexpr uint32_t bit(rs_telemetry_field field)
{
    return UINT32_C(1) << field;
}

constexpr uint32_t common_keys =
    bit(RS_FIELD_VERSION) | bit(RS_FIELD_EVENT) | bit(RS_FIELD_TIME) | bit(RS_FIELD_PROGRAM);
constexpr uint32_t violation_keys = common_keys | bit(RS_FIELD_ROOT) | bit(RS_FIELD_MODE) |
                                    bit(RS_FIELD_VERDICT) | bit(RS_FIELD_FORM) |
                                    bit(RS_FIELD_REASON) | bit(RS_FIELD_SUFFIX) |
                                    bit(RS_FIELD_SIGNATURES) | bit(RS_FIELD_COUNT);
constexpr uint32_t checks_keys = common_keys | bit(RS_FIELD_ROOT) | bit(RS_FIELD_MODE) |
                                 bit(RS_FIELD_CHECKED) | bit(RS_FIELD_PERMITTED) |
                                 bit(RS_FIELD_VIOLATED) | bit(RS_FIELD_UNVERIFIED);
constexpr uint32_t problem_keys = common_keys | bit(RS_FIELD_KIND) | bit(RS_FIELD_PROBLEM);

bool is_word(rs_bytes text, const char *word)
{
    return rs_bytes_equal(text, rs_bytes_of_string(word));
}

/* Of an object's key; RS_FIELDS for one that is not known. The expected one is found first. */
int find_key(ondemand::raw_json_string key, int expected)
{
    for (int i = 0; i < RS_FIELDS; i++) {
        int k = expected + i < RS_FIELDS ? expected + i : expected + i - RS_FIELDS;
        if (is_at(keys[k], reinterpret_cast<const uint8_t *>(key.raw())))
            return k;
    }
    return RS_FIELDS;
}

/* A value in any spelling that JSON allows. */
struct any_value {
    ondemand::value value;
    bool has_escapes; /* whether there is a backslash in the line at all */

    bool text(rs_bytes *text)
    {
        return rs_json_token_text(value, has_escapes, text) == simdjson::SUCCESS;
    }
    bool number(uint64_t *number)
    {
        return value.get_uint64().get(*number) == simdjson::SUCCESS;
    }
    bool skip()
    {
        return true;
    }
};

/* A value in plain spelling. */
struct plain_value {
    rs_plain_json *json;

    bool text(rs_bytes *text)
    {
        return rs_plain_json_text(json, text);
    }
    bool number(uint64_t *number)
    {
        return rs_plain_json_number(json, number);
    }
    bool skip()
    {
        return rs_plain_json_skip(json);
    }
};

template <class Value>
[[gnu::always_inline]] inline bool read_value(const key_rule &rule, Value value, draft *d,
                                              rs_telemetry_line *line)
{
    char *place = rule.offset +
                  (rule.in_draft ? reinterpret_cast<char *>(d) : reinterpret_cast<char *>(line));
    if (rule.what == IGNORED)
        return value.skip();
    if (rule.what == NUMBER) {
        uint64_t number;
        if (!value.number(&number) || number > RS_TELEMETRY_NUMBER_MAX)
            return false;
        std::memcpy(place, &number, sizeof number);
        return true;
    }
    rs_bytes text;
    size_t most = rule.what == WORD ? RS_TELEMETRY_WORD_MAX : RS_TELEMETRY_TEXT_MAX;
    if (!value.text(&text) || text.n > most)
        return false;
    std::memcpy(place, &text, sizeof text);
    return true;
}

/* Which of some values a word stands for. They are constants, so no function is called. */
template <auto word_of, auto... values, class Value> bool value_of_word(rs_bytes word, Value *value)
{
    return ((is_word(word, word_of(values)) && (*value = values, true)) || ...);
}

bool event_of_word(rs_bytes word, rs_telemetry_event *event)
{
    return value_of_word<rs_telemetry_event_word, RS_TELEMETRY_VIOLATION, RS_TELEMETRY_CHECKS,
                         RS_TELEMETRY_PROBLEM>(word, event);
}

bool verdict_of_word(rs_bytes word, rs_telemetry_verdict *verdict)
{
    return value_of_word<rs_telemetry_verdict_word, RS_TELEMETRY_DENIED, RS_TELEMETRY_OVERRIDDEN,
                         RS_TELEMETRY_WOULD_DENY>(word, verdict);
}

bool signatures_of_word(rs_bytes word, rs_signatures *signatures)
{
    return value_of_word<rs_signatures_word, RS_SIGNATURES_VALID, RS_SIGNATURES_INVALID,
                         RS_SIGNATURES_UNKNOWN>(word, signatures);
}

/*
 * One key's value. RS_TELEMETRY_UNKNOWN ends the line: its other keys may mean anything. Inlined,
 * since little of it is left where the key is known.
 */
template <class Value>
[[gnu::always_inline]] inline rs_telemetry_status read_field(int k, Value value, draft *d,
                                                             rs_telemetry_line *line)
{
    uint32_t k_bit = UINT32_C(1) << k;
    if ((d->seen & k_bit) != 0)
        return RS_TELEMETRY_MALFORMED;
    d->seen |= k_bit;
    if (!read_value(rules[k], value, d, line))
        return RS_TELEMETRY_MALFORMED;
    if (k == RS_FIELD_VERSION && d->version != RS_TELEMETRY_VERSION)
        return RS_TELEMETRY_UNKNOWN;
    if (k == RS_FIELD_EVENT && !event_of_word(d->event, &line->event))
        return RS_TELEMETRY_UNKNOWN;
    return RS_TELEMETRY_OK;
}

/* Every field of the object that the document starts with. */
rs_telemetry_status read_fields(ondemand::document &document, bool has_escapes, draft *d,
                                rs_telemetry_line *line)
{
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS)
        return RS_TELEMETRY_MALFORMED;
    int expected = 0;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS)
            return RS_TELEMETRY_MALFORMED;
        int k = find_key(field.key(), expected);
        if (k == RS_FIELDS)
            continue;
        rs_telemetry_status status = read_field(k, any_value{field.value(), has_escapes}, d, line);
        if (status != RS_TELEMETRY_OK)
            return status;
        expected = k + 1;
    }
    return RS_TELEMETRY_OK;
}

/* The field of this number if it is the next one; a line need not have it. */
template <int k> bool read_if_next(rs_plain_json *json, draft *d, rs_telemetry_line *line)
{
    constexpr size_t size = plain_keys[k].size;
    if (static_cast<size_t>(json->end - json->at) < size || !is_at(plain_keys[k], json->at))
        return true;
    json->at += size;
    return read_field(k, plain_value{json}, d, line) == RS_TELEMETRY_OK;
}

template <int... k>
bool read_in_order(rs_plain_json *json, draft *d, rs_telemetry_line *line,
                   std::integer_sequence<int, k...>)
{
    return (read_if_next<k>(json, d, line) && ...);
}

/*
 * The same of an object that is spelt as the module spells it: known fields in their order, in
 * plain JSON. False for any other, and for one that is malformed. What follows is not looked at.
 */
bool read_plain_fields(rs_bytes event, draft *d, rs_telemetry_line *line)
{
    rs_plain_json json = {event.p + sizeof RS_TELEMETRY_START - 1, event.p + event.n};
    return read_field(RS_FIELD_VERSION, plain_value{&json}, d, line) == RS_TELEMETRY_OK &&
           read_in_order(&json, d, line, std::make_integer_sequence<int, RS_FIELDS>()) &&
           rs_plain_json_take(&json, "}", 1);
}

bool finish_mode(const draft *d, rs_telemetry_line *line)
{
    line->mode = is_word(d->mode, "test") ? RS_MODE_TEST : RS_MODE_ENFORCE;
    return line->root.n > 0 && (line->mode == RS_MODE_TEST || is_word(d->mode, "enforce"));
}

bool finish_violation(const draft *d, rs_telemetry_line *line)
{
    rs_signatures signatures;
    if (!verdict_of_word(d->verdict, &line->verdict) ||
        !signatures_of_word(d->signatures, &signatures))
        return false;
    line->verified = signatures == RS_SIGNATURES_VALID;
    return true;
}

/* Whether the event has all its keys, with valid values. */
bool finish(const draft *d, rs_telemetry_line *line)
{
    uint32_t needed = line->event == RS_TELEMETRY_VIOLATION ? violation_keys
                      : line->event == RS_TELEMETRY_CHECKS  ? checks_keys
                                                            : problem_keys;
    if ((d->seen & needed) != needed || !rs_utc_read(d->time, &line->time))
        return false;
    switch (line->event) {
    case RS_TELEMETRY_VIOLATION:
        return finish_mode(d, line) && finish_violation(d, line);
    case RS_TELEMETRY_CHECKS:
        return finish_mode(d, line);
    case RS_TELEMETRY_PROBLEM:
        return line->kind.n > 0;
    }
    return false;
}

/* Of an object in plain spelling; false leaves the event to simdjson. */
bool parse_plain_event(rs_bytes event, rs_telemetry_line *line)
{
    draft d = {};
    *line = {};
    return read_plain_fields(event, &d, line) && finish(&d, line);
}

} // namespace

rs_telemetry_status rs_event_parse(ondemand::parser *parser, rs_bytes event,
                                   rs_telemetry_line *line)
{
    if (parse_plain_event(event, line))
        return RS_TELEMETRY_OK;
    simdjson::padded_string_view view(event.p, event.n, event.n + RS_TELEMETRY_PADDING);
    ondemand::document document;
    simdjson::error_code error = parser->iterate(view).get(document);
    if (error != simdjson::SUCCESS)
        return error == simdjson::MEMALLOC ? RS_TELEMETRY_NO_MEMORY : RS_TELEMETRY_MALFORMED;
    bool has_escapes = std::memchr(event.p, '\\', event.n) != nullptr;
    draft d = {};
    *line = {};
    rs_telemetry_status status = read_fields(document, has_escapes, &d, line);
    if (status != RS_TELEMETRY_OK)
        return status;
    return finish(&d, line) ? RS_TELEMETRY_OK : RS_TELEMETRY_MALFORMED;
}
