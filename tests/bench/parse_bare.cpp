/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON parser alone, to compare `rootscope report` with: every field of every line of a file is
 * visited, its text or number read, and nothing kept. usage: parse_bare simdjson|jansson FILE
 */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <jansson.h>
#include <memory>
#include <simdjson.h>

namespace ondemand = simdjson::ondemand;

namespace
{

enum { CHUNK = 256 * 1024, LINE_MAX_SIZE = 64 * 1024 };

uint64_t fields; /* visited, so that nothing is optimised away */

bool parse_simdjson(const char *line, size_t size)
{
    static ondemand::parser parser;
    ondemand::document document;
    simdjson::padded_string_view view(line, size, size + simdjson::SIMDJSON_PADDING);
    ondemand::object object;
    if (parser.iterate(view).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return false;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field) != simdjson::SUCCESS)
            return false;
        uint64_t number;
        std::string_view text;
        if (field.value().get_string().get(text) == simdjson::SUCCESS)
            fields += text.size();
        else if (field.value().get_uint64().get(number) == simdjson::SUCCESS)
            fields += number & 1;
    }
    return true;
}

bool parse_jansson(const char *line, size_t size)
{
    json_t *object = json_loadb(line, size, 0, nullptr);
    if (object == nullptr)
        return false;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        fields += json_is_string(value) ? json_string_length(value)
                                        : static_cast<size_t>(json_integer_value(value) & 1);
    }
    json_decref(object);
    return true;
}

bool parse_file(std::FILE *file, bool (*parse)(const char *, size_t))
{
    size_t used = 0;
    size_t got;
    std::unique_ptr<char[]> buffer(new char[LINE_MAX_SIZE + CHUNK + simdjson::SIMDJSON_PADDING]());
    while ((got = std::fread(buffer.get() + used, 1, CHUNK, file)) > 0) {
        char *at = buffer.get();
        char *end = at + used + got;
        void *newline;
        while ((newline = std::memchr(at, '\n', static_cast<size_t>(end - at))) != nullptr) {
            char *next = static_cast<char *>(newline) + 1;
            if (!parse(at, static_cast<size_t>(next - at - 1)))
                return false;
            at = next;
        }
        used = static_cast<size_t>(end - at);
        if (used > LINE_MAX_SIZE)
            return false;
        std::memmove(buffer.get(), at, used);
    }
    return std::ferror(file) == 0;
}

} // namespace

int main(int argc, char **argv)
{
    std::FILE *file = argc == 3 ? std::fopen(argv[2], "re") : nullptr;
    if (file == nullptr) {
        std::fputs("usage: parse_bare simdjson|jansson FILE\n", stderr);
        return EXIT_FAILURE;
    }
    std::setvbuf(file, nullptr, _IONBF, 0);
    bool good =
        parse_file(file, std::strcmp(argv[1], "jansson") == 0 ? parse_jansson : parse_simdjson);
    std::fclose(file);
    std::printf("%llu\n", static_cast<unsigned long long>(fields));
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
