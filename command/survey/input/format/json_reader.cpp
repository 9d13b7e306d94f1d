/* SPDX-License-Identifier: Apache-2.0 */
/* In C++, as simdjson is. Other files see only json_reader.h, and nothing in it throws. */
#include "command/survey/input/format/json_reader.h"

#include "command/base/json_token.h"

#include <new>

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;

struct rs_json_reader {
    ondemand::parser parser{RS_JSON_DOCUMENT_MAX};
    rs_json_text texts[RS_JSON_TEXTS_MAX];
};

namespace
{

static_assert(RS_JSON_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further");

enum { CHAINS_MAX = 16 };

/* A document that is being read. */
struct reading {
    rs_json_reader *reader;
    const rs_json_taker *taker;
    bool has_escapes;
    size_t text_count;
    size_t ends[CHAINS_MAX]; /* of each chain, in the texts */
    size_t chain_count;
    bool has_entries;
    rs_json_status status; /* of what simdjson has no error for */
};

/* What simdjson is told, so that it goes no further, if `status` says why. */
simdjson::error_code fail(reading *r, rs_json_status status)
{
    r->status = status;
    return simdjson::INCORRECT_TYPE;
}

simdjson::error_code read_text(reading *r, ondemand::value value, rs_json_text *text)
{
    rs_bytes view;
    simdjson::error_code error = rs_json_token_text(value, r->has_escapes, &view);
    /* Of the document, which its owner lets us overwrite, or of simdjson's own buffer. */
    *text = {const_cast<uint8_t *>(view.p), view.n};
    return error;
}

simdjson::error_code add_text(reading *r, ondemand::value value)
{
    if (r->text_count == RS_JSON_TEXTS_MAX)
        return fail(r, RS_JSON_TOO_MANY);
    return read_text(r, value, &r->reader->texts[r->text_count++]);
}

simdjson::error_code end_chain(reading *r)
{
    if (r->chain_count == CHAINS_MAX)
        return fail(r, RS_JSON_TOO_MANY);
    r->ends[r->chain_count++] = r->text_count;
    return SUCCESS;
}

/* The value of `raw` of an object. */
simdjson::error_code add_raw(reading *r, ondemand::value value)
{
    ondemand::object object;
    simdjson::error_code error = value.get_object().get(object);
    if (error != SUCCESS)
        return error;
    for (auto result : object) {
        ondemand::field field;
        if ((error = std::move(result).get(field)) != SUCCESS)
            return error;
        if (field.key().unsafe_is_equal("raw") && (error = add_text(r, field.value())) != SUCCESS)
            return error;
    }
    return SUCCESS;
}

/* An array of texts, or of objects with `raw`. */
simdjson::error_code add_array(reading *r, ondemand::value value, bool of_objects)
{
    ondemand::array array;
    simdjson::error_code error = value.get_array().get(array);
    if (error != SUCCESS)
        return error;
    for (auto result : array) {
        ondemand::value element;
        if ((error = std::move(result).get(element)) != SUCCESS ||
            (error = of_objects ? add_raw(r, element) : add_text(r, element)) != SUCCESS)
            return error;
    }
    return SUCCESS;
}

/* zgrab2's object. Its leaf comes first there; in another order, it is not a chain. */
simdjson::error_code read_server_certificates(reading *r, ondemand::value value)
{
    ondemand::object object;
    simdjson::error_code error = value.get_object().get(object);
    if (error != SUCCESS)
        return error;
    size_t before = r->text_count;
    for (auto result : object) {
        ondemand::field field;
        if ((error = std::move(result).get(field)) != SUCCESS)
            return error;
        if (field.key().unsafe_is_equal("certificate"))
            error = r->text_count == before ? add_raw(r, field.value()) : fail(r, RS_JSON_NOT_JSON);
        else if (field.key().unsafe_is_equal("chain"))
            error = r->text_count > before ? add_array(r, field.value(), true)
                                           : fail(r, RS_JSON_NOT_JSON);
        if (error != SUCCESS)
            return error;
    }
    return r->text_count > before ? end_chain(r) : SUCCESS;
}

simdjson::error_code take_entry(reading *r, rs_json_text leaf_input, rs_json_text extra_data)
{
    r->has_entries = true;
    return r->taker->log_entry(r->taker->context, leaf_input, extra_data)
               ? SUCCESS
               : fail(r, RS_JSON_STOPPED);
}

/* Either member of a log's entry; false for another key. */
bool read_entry_field(reading *r, ondemand::field &field, rs_json_text *leaf_input,
                      rs_json_text *extra_data, simdjson::error_code *error)
{
    bool is_leaf = field.key().unsafe_is_equal("leaf_input");
    if (!is_leaf && !field.key().unsafe_is_equal("extra_data"))
        return false;
    *error = read_text(r, field.value(), is_leaf ? leaf_input : extra_data);
    return true;
}

simdjson::error_code read_entry(reading *r, ondemand::value value)
{
    ondemand::object object;
    rs_json_text leaf_input = {}, extra_data = {};
    simdjson::error_code error = value.get_object().get(object);
    if (error != SUCCESS)
        return error;
    for (auto result : object) {
        ondemand::field field;
        if ((error = std::move(result).get(field)) != SUCCESS)
            return error;
        (void)read_entry_field(r, field, &leaf_input, &extra_data, &error);
        if (error != SUCCESS)
            return error;
    }
    return take_entry(r, leaf_input, extra_data);
}

simdjson::error_code read_entries(reading *r, ondemand::value value)
{
    ondemand::array array;
    simdjson::error_code error = value.get_array().get(array);
    if (error != SUCCESS)
        return error;
    r->has_entries = true;
    for (auto result : array) {
        ondemand::value element;
        if ((error = std::move(result).get(element)) != SUCCESS ||
            (error = read_entry(r, element)) != SUCCESS)
            return error;
    }
    return SUCCESS;
}

/* Looks for zgrab2's object within a value. */
simdjson::error_code search(reading *r, ondemand::value value, int depth)
{
    ondemand::json_type type;
    simdjson::error_code error = value.type().get(type);
    if (error != SUCCESS || depth == RS_JSON_DEPTH_MAX)
        return error;
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if ((error = value.get_array().get(array)) != SUCCESS)
            return error;
        for (auto result : array) {
            ondemand::value element;
            if ((error = std::move(result).get(element)) != SUCCESS ||
                (error = search(r, element, depth + 1)) != SUCCESS)
                return error;
        }
    } else if (type == ondemand::json_type::object) {
        ondemand::object object;
        if ((error = value.get_object().get(object)) != SUCCESS)
            return error;
        for (auto result : object) {
            ondemand::field field;
            if ((error = std::move(result).get(field)) != SUCCESS)
                return error;
            bool found = field.key().unsafe_is_equal("server_certificates");
            error = found ? read_server_certificates(r, field.value())
                          : search(r, field.value(), depth + 1);
            if (error != SUCCESS)
                return error;
        }
    }
    return SUCCESS;
}

simdjson::error_code read_chain(reading *r, ondemand::value value)
{
    simdjson::error_code error = add_array(r, value, false);
    return error != SUCCESS ? error : end_chain(r);
}

/* The keys that only the outermost object has. */
simdjson::error_code read_document(reading *r, ondemand::document &document)
{
    ondemand::object object;
    rs_json_text leaf_input = {}, extra_data = {};
    simdjson::error_code error = document.get_object().get(object);
    if (error != SUCCESS)
        return error;
    for (auto result : object) {
        ondemand::field field;
        if ((error = std::move(result).get(field)) != SUCCESS)
            return error;
        if (field.key().unsafe_is_equal("chain"))
            error = read_chain(r, field.value());
        else if (field.key().unsafe_is_equal("entries"))
            error = read_entries(r, field.value());
        else if (field.key().unsafe_is_equal("server_certificates"))
            error = read_server_certificates(r, field.value());
        else if (!read_entry_field(r, field, &leaf_input, &extra_data, &error))
            error = search(r, field.value(), 1);
        if (error != SUCCESS)
            return error;
    }
    /* That is what it says where nothing is left. */
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return simdjson::TRAILING_CONTENT;
    return leaf_input.n > 0 ? take_entry(r, leaf_input, extra_data) : SUCCESS;
}

rs_json_status take_chains(const reading *r)
{
    size_t start = 0;
    for (size_t i = 0; i < r->chain_count; i++) {
        if (!r->taker->chain(r->taker->context, r->reader->texts + start, r->ends[i] - start))
            return RS_JSON_STOPPED;
        start = r->ends[i];
    }
    return r->chain_count > 0 || r->has_entries ? RS_JSON_OK : RS_JSON_NO_CHAIN;
}

} // namespace

rs_json_reader *rs_json_reader_new(void)
{
    return new (std::nothrow) rs_json_reader;
}

void rs_json_reader_free(rs_json_reader *reader)
{
    delete reader;
}

rs_json_status rs_json_read(rs_json_reader *reader, rs_bytes text, const rs_json_taker *taker)
{
    reading r = {};
    r.reader = reader;
    r.taker = taker;
    r.has_escapes = std::memchr(text.p, '\\', text.n) != nullptr;
    simdjson::padded_string_view view(text.p, text.n, text.n + RS_JSON_PADDING);
    ondemand::document document;
    simdjson::error_code error = reader->parser.iterate(view).get(document);
    if (error == SUCCESS)
        error = read_document(&r, document);
    if (error == simdjson::MEMALLOC)
        return RS_JSON_NO_MEMORY;
    if (error != SUCCESS)
        return r.status != RS_JSON_OK ? r.status : RS_JSON_NOT_JSON;
    return take_chains(&r);
}
