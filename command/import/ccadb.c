/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/import/csv.h"
#include "command/import/foreign.h"
#include "command/import/formats.h"

#include <stdlib.h>

/* Columns of the report; SIZE_MAX: it has none of that name. */
typedef struct columns {
    size_t constraints, name, hash, pem;
} columns;

static size_t find_column(const rs_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->count; i++)
        if (rs_bytes_equal(csv->fields[i], rs_bytes_of_string(name)))
            return i;
    return SIZE_MAX;
}

static rs_bytes trim(rs_bytes text, const char *what)
{
    while (text.n > 0 && text.p[0] != '\0' && strchr(what, text.p[0]) != NULL)
        text = rs_bytes_skip(text, 1);
    while (text.n > 0 && text.p[text.n - 1] != '\0' && strchr(what, text.p[text.n - 1]) != NULL)
        text.n--;
    return text;
}

/* `*.tr`, or several with commas or semicolons between them. */
static void permit_names(rs_foreign_root *root, rs_bytes constraints)
{
    while (constraints.n > 0) {
        size_t n = 0;
        while (n < constraints.n && constraints.p[n] != ',' && constraints.p[n] != ';')
            n++;
        rs_bytes name = trim(rs_bytes_make(constraints.p, n), " \t\r\n");
        if (name.n > 0)
            rs_foreign_permit_dns(root, name);
        constraints = rs_bytes_skip(constraints, n < constraints.n ? n + 1 : n);
    }
}

static bool import_row(rs_import_stanzas *stanzas, const char *path, const rs_csv *csv,
                       const columns *at)
{
    rs_bytes constraints = trim(rs_csv_field(csv, at->constraints), " \t\r\n");
    rs_foreign_root root;
    if (constraints.n == 0)
        return true;
    rs_foreign_init(&root, stanzas, path, csv->row_line);
    root.label = (const char *)rs_message_need(
        (void *)(uintptr_t)rs_arena_copy(&root.arena, rs_csv_field(csv, at->name)).p);
    if (root.label[0] == '\0')
        root.label = NULL;
    /* The report has quotes around the text, so that spreadsheets take it for one. */
    rs_bytes pem = trim(rs_csv_field(csv, at->pem), "' \t\r\n");
    if (pem.n > 0)
        rs_foreign_take_certificate(&root, pem);
    else
        rs_foreign_take_hash(&root, trim(rs_csv_field(csv, at->hash), " \t\r\n"));
    permit_names(&root, constraints);
    return rs_foreign_print(&root);
}

bool rs_import_ccadb(rs_import_stanzas *stanzas, const char *path, rs_bytes text)
{
    rs_csv csv;
    bool good = true;
    /* Both the reader and the caller end the text with a NUL. */
    rs_csv_init(&csv, (char *)(uintptr_t)text.p);
    columns at = {.constraints = SIZE_MAX};
    if (rs_csv_next(&csv)) {
        at.constraints = find_column(&csv, "Mozilla Applied Constraints");
        at.name = find_column(&csv, "Common Name or Certificate Name");
        at.hash = find_column(&csv, "SHA-256 Fingerprint");
        at.pem = find_column(&csv, "PEM Info");
        if (at.pem == SIZE_MAX)
            at.pem = find_column(&csv, "PEM");
    }
    if (at.constraints == SIZE_MAX) {
        rs_message_error("%s: it has no column `Mozilla Applied Constraints`; get a report of the "
                         "CCADB as CSV that has it",
                         path);
        return false;
    }
    while (rs_csv_next(&csv))
        good &= import_row(stanzas, path, &csv, &at);
    return good;
}
