/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/csv.h"

void rs_csv_init(rs_csv *csv, char *text)
{
    *csv = (rs_csv){.rest = text, .line = 1};
    if (strncmp(text, "\357\273\277", 3) == 0) /* a byte order mark */
        csv->rest += 3;
}

/* Reads one field, without its quotes, and stops at what ends it. */
static rs_bytes read_field(rs_csv *csv)
{
    char *from = csv->rest, *to = from, *start = from;
    bool quoted = *from == '"';
    from += quoted;
    for (; *from != '\0'; from++) {
        if (quoted && *from == '"') {
            if (from[1] != '"') {
                quoted = false;
                continue;
            }
            from++;
        } else if (!quoted && strchr(",\r\n", *from) != NULL) {
            break;
        }
        csv->line += *from == '\n';
        *to++ = *from;
    }
    csv->rest = from;
    return rs_bytes_make(start, (size_t)(to - start));
}

bool rs_csv_next(rs_csv *csv)
{
    for (; *csv->rest == '\r' || *csv->rest == '\n'; csv->rest++)
        csv->line += *csv->rest == '\n';
    csv->count = 0;
    csv->row_line = csv->line;
    if (*csv->rest == '\0')
        return false;
    for (bool more = true; more; csv->rest += more) {
        rs_bytes field = read_field(csv);
        if (csv->count < RS_CSV_FIELDS_MAX)
            csv->fields[csv->count++] = field;
        more = *csv->rest == ',';
    }
    return true;
}

rs_bytes rs_csv_field(const rs_csv *csv, size_t column)
{
    return column < csv->count ? csv->fields[column] : rs_bytes_make("", 0);
}
