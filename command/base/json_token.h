/* SPDX-License-Identifier: Apache-2.0 */
/* For files in C++: a string out of simdjson's on-demand reader, faster than its own. */
#ifndef RS_JSON_TOKEN_H
#define RS_JSON_TOKEN_H

#include "lib/base/bytes.h"

#include <simdjson.h>

/*
 * The view of a string. simdjson knows where the token ends, so one without a backslash is not
 * scanned, and the view is of the document itself. `has_escapes` is whether there is a backslash in
 * the document at all.
 */
static inline simdjson::error_code rs_json_token_text(simdjson::ondemand::value &value,
                                                      bool has_escapes, rs_bytes *text)
{
    std::string_view token = value.raw_json_token();
    *text = rs_bytes_make(nullptr, 0);
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

#endif
