/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of other programs, and certificates. The first byte says which format the rest is: c, p, r
 * and f are the CCADB's report, Chrome's policy, Chrome's root store and a file of a folder with
 * certificates. Whatever is printed is a list source, though the import may fail.
 */
#include "command/import/certificate.h"
#include "command/import/foreign.h"
#include "command/import/formats.h"
#include "lib/compiler/source.h"
#include "tests/fuzz/fuzz.h"

#include <unistd.h>

/* A folder with one file, for the format that has no text in memory. */
static bool import_folder(rs_import_stanzas *stanzas, rs_bytes text)
{
    static char folder[] = "/tmp/rootscope-fuzz-XXXXXX";
    static char path[64];
    if (path[0] == '\0' && mkdtemp(folder) == NULL)
        return false;
    snprintf(path, sizeof path, "%s/one.pem", folder);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(text.n == 0 || fwrite(text.p, 1, text.n, file) == text.n);
    fclose(file);
    bool good = rs_import_certificate_folder(stanzas, folder, NULL);
    /* It is made anew each time: nobody tells when the last one was. */
    unlink(path);
    rmdir(folder);
    path[0] = '\0';
    memcpy(strrchr(folder, '-') + 1, "XXXXXX", 6);
    return good;
}

/* The readers are given memory that they may change, with a NUL behind it. */
static void import_text(uint8_t format, rs_bytes text)
{
    rs_import_stanzas stanzas = {0};
    char *copy = calloc(1, text.n + 1);
    CHECK(copy != NULL);
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    rs_bytes bytes = rs_bytes_make(copy, text.n);
    if (format == 'c')
        rs_import_ccadb(&stanzas, "fuzz", bytes);
    else if (format == 'p')
        rs_import_chrome_policy(&stanzas, "fuzz", bytes);
    else if (format == 'r')
        rs_import_chrome_root_store(&stanzas, "fuzz", bytes);
    else if (format == 'f')
        import_folder(&stanzas, text);
    rs_import_stanzas_clear(&stanzas);
    free(copy);
}

/* Warnings there may be. */
static void check_messages(const rs_diagnostics *said)
{
    for (size_t i = 0; i < said->count; i++)
        CHECK(said->items[i].severity != RS_ERROR);
}

static void check_source(rs_bytes text)
{
    rs_diagnostics said = {0};
    rs_list list = {0};
    const rs_source source = {.file = "fuzz.list", .text = text};
    CHECK(rs_source_parse(&source, &list, &said));
    check_messages(&said);
    rs_list_free(&list);
    rs_diagnostics_clear(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    FILE *out = stdout, *err = stderr;
    char *printed = NULL;
    size_t length = 0;
    if (size == 0 || memchr("cprf", data[0], 4) == NULL)
        return 0;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "wb");
    FILE *memory = open_memstream(&printed, &length);
    CHECK(nowhere != NULL && memory != NULL);
    stdout = memory;
    stderr = nowhere;
    import_text(data[0], rs_bytes_make(data + 1, size - 1));
    stdout = out;
    stderr = err;
    CHECK(fclose(memory) == 0);
    check_source(rs_bytes_make(printed, length));
    free(printed);
    return 0;
}
