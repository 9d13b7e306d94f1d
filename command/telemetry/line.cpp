/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In C++: simdjson, the fastest JSON reader that distributions package, has no C interface. Other
 * files see only line.h, and nothing in it throws.
 */
#include "command/telemetry/line.h"

#include "command/base/json_token.h"
#include "lib/base/utc.h"

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

static_assert(RS_TELEMETRY_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further");

/* Words that are not interpreted yet, and what else is known of a line that is being read. */
struct draft {
    rs_bytes event, time, mode, verdict, signatures;
    uint64_t version;
    uint32_t seen;    /* a bit for each key */
    bool has_escapes; /* whether there is a backslash in the line at all */
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

/* A key with its closing quote, as the numbers that it is in memory, and which of their bits. */
struct key_pattern {
    uint64_t text[2], mask[2];
};

/* Padding follows a line, so that much of each key can be read. */
static_assert(RS_TELEMETRY_PADDING >= sizeof(key_pattern::text), "keys are read in one go");

key_pattern pattern_of(std::string_view word)
{
    unsigned char text[16] = {}, mask[16] = {};
    key_pattern pattern;
    std::memcpy(text, word.data(), word.size());
    text[word.size()] = '"';
    std::memset(mask, 0xff, word.size() + 1);
    std::memcpy(pattern.text, text, sizeof text);
    std::memcpy(pattern.mask, mask, sizeof mask);
    return pattern;
}

#define IS_SHORT(field, word) static_assert(sizeof(word) <= 16, "a key_pattern has 16 bytes");
RS_TELEMETRY_FIELDS(IS_SHORT)
#undef IS_SHORT

const key_pattern patterns[RS_FIELDS] = {
#define PATTERN_OF(field, word) pattern_of(word),
    RS_TELEMETRY_FIELDS(PATTERN_OF)
#undef PATTERN_OF
};

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

/* Of an object's key, which is up to its closing quote; RS_FIELDS for one that is not known. */
int find_key(ondemand::raw_json_string name, int expected)
{
    uint64_t text[2];
    std::memcpy(text, name.raw(), sizeof text);
    for (int i = 0; i < RS_FIELDS; i++) {
        int k = expected + i < RS_FIELDS ? expected + i : expected + i - RS_FIELDS;
        const key_pattern &p = patterns[k];
        if ((text[0] & p.mask[0]) == p.text[0] && (text[1] & p.mask[1]) == p.text[1])
            return k;
    }
    return RS_FIELDS;
}

simdjson::error_code read_value(const key_rule &rule, ondemand::value &value, draft *d,
                                rs_telemetry_line *line)
{
    char *place = rule.offset +
                  (rule.in_draft ? reinterpret_cast<char *>(d) : reinterpret_cast<char *>(line));
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
    simdjson::error_code error = rs_json_token_text(value, d->has_escapes, &text);
    size_t most = rule.what == WORD ? RS_TELEMETRY_WORD_MAX : RS_TELEMETRY_TEXT_MAX;
    if (error != simdjson::SUCCESS || text.n > most)
        return simdjson::STRING_ERROR;
    std::memcpy(place, &text, sizeof text);
    return simdjson::SUCCESS;
}

bool event_of_word(rs_bytes word, rs_telemetry_event *event)
{
    for (rs_telemetry_event e : {RS_TELEMETRY_VIOLATION, RS_TELEMETRY_CHECKS, RS_TELEMETRY_PROBLEM})
        if (is_word(word, rs_telemetry_event_word(e))) {
            *event = e;
            return true;
        }
    return false;
}

bool verdict_of_word(rs_bytes word, rs_telemetry_verdict *verdict)
{
    for (rs_telemetry_verdict v :
         {RS_TELEMETRY_DENIED, RS_TELEMETRY_OVERRIDDEN, RS_TELEMETRY_WOULD_DENY})
        if (is_word(word, rs_telemetry_verdict_word(v))) {
            *verdict = v;
            return true;
        }
    return false;
}

bool signatures_of_word(rs_bytes word, rs_signatures *signatures)
{
    for (rs_signatures s : {RS_SIGNATURES_VALID, RS_SIGNATURES_INVALID, RS_SIGNATURES_UNKNOWN})
        if (is_word(word, rs_signatures_word(s))) {
            *signatures = s;
            return true;
        }
    return false;
}

/* The field that likely follows, as the module writes lines. */
int field_after(int field, rs_telemetry_event event)
{
    if (field == RS_FIELD_MODE && event == RS_TELEMETRY_CHECKS)
        return RS_FIELD_CHECKED;
    return field == RS_FIELD_COUNT ? RS_FIELD_NAME : (field + 1) % RS_FIELDS;
}

/* One key and its value. RS_TELEMETRY_UNKNOWN ends the line: its other keys may mean anything. */
rs_telemetry_status read_field(ondemand::field &field, int *expected, draft *d,
                               rs_telemetry_line *line)
{
    int k = find_key(field.key(), *expected);
    if (k == RS_FIELDS)
        return RS_TELEMETRY_OK;
    *expected = field_after(k, line->event);
    uint32_t k_bit = UINT32_C(1) << k;
    if ((d->seen & k_bit) != 0)
        return RS_TELEMETRY_MALFORMED;
    d->seen |= k_bit;
    if (read_value(rules[k], field.value(), d, line) != simdjson::SUCCESS)
        return RS_TELEMETRY_MALFORMED;
    if (k == RS_FIELD_VERSION && d->version != RS_TELEMETRY_VERSION)
        return RS_TELEMETRY_UNKNOWN;
    if (k == RS_FIELD_EVENT && !event_of_word(d->event, &line->event))
        return RS_TELEMETRY_UNKNOWN;
    return RS_TELEMETRY_OK;
}

/* Every field of the object that the document starts with. */
rs_telemetry_status read_fields(ondemand::document &document, draft *d, rs_telemetry_line *line)
{
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS)
        return RS_TELEMETRY_MALFORMED;
    int expected = 0;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS)
            return RS_TELEMETRY_MALFORMED;
        rs_telemetry_status status = read_field(field, &expected, d, line);
        if (status != RS_TELEMETRY_OK)
            return status;
    }
    return RS_TELEMETRY_OK;
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

rs_telemetry_status parse_event(rs_telemetry_parser *parser, rs_bytes event,
                                rs_telemetry_line *line)
{
    simdjson::padded_string_view view(event.p, event.n, event.n + RS_TELEMETRY_PADDING);
    ondemand::document document;
    simdjson::error_code error = parser->json.iterate(view).get(document);
    if (error != simdjson::SUCCESS)
        return error == simdjson::MEMALLOC ? RS_TELEMETRY_NO_MEMORY : RS_TELEMETRY_MALFORMED;
    draft d = {};
    *line = {};
    d.has_escapes = std::memchr(event.p, '\\', event.n) != nullptr;
    rs_telemetry_status status = read_fields(document, &d, line);
    if (status != RS_TELEMETRY_OK)
        return status;
    return finish(&d, line) ? RS_TELEMETRY_OK : RS_TELEMETRY_MALFORMED;
}

/* The event in a text. RS_TELEMETRY_PADDING bytes after the text must be readable. */
rs_telemetry_status parse_text(rs_telemetry_parser *parser, rs_bytes text, rs_telemetry_line *line)
{
    rs_bytes event = last_event(text);
    if (event.n == 0)
        return RS_TELEMETRY_FOREIGN;
    if (event.n > RS_TELEMETRY_LINE_MAX)
        return RS_TELEMETRY_MALFORMED;
    rs_telemetry_status status = parse_event(parser, event, line);
    if (status != RS_TELEMETRY_MALFORMED)
        return status;
    /* Few lines have something behind the event: only those are scanned byte by byte. */
    rs_bytes object = without_tail(event);
    return object.n < event.n ? parse_event(parser, object, line) : status;
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
