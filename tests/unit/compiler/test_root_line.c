/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/root_line.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/pem_double.h"
#include "tests/unit/suite.h"

#define HEX16    "000102030405060708090a0b0c0d0e0f"
#define HEX32    HEX16 "f0F1f2F3f4F5f6F7f8F9faFBfcFDfeFF"
#define COLONS16 "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F"
#define COLONS32 COLONS16 ":F0:F1:F2:F3:F4:F5:F6:F7:F8:F9:FA:FB:FC:FD:FE:FF"

static const uint8_t hash[RS_SHA256_SIZE] = {
    0,    1,    2,    3,    4,    5,    6,    7,    8,    9,    10,   11,   12,   13,   14,   15,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};

static char path_read[4096];

static bool read_in(const char *file, const char *text, rs_list_root *root,
                    rs_diagnostics *diagnostics)
{
    static rs_lexer lexer;
    rs_line line = {.count = 0};
    rs_pem_reader pem = {pem_double, path_read};
    rs_place place = {.diagnostics = diagnostics, .file = file, .line = 3, .column = 1};
    rs_lexer_init(&lexer, "f", rs_bytes_of_string(text), diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_LINE);
    line.number = 3;
    return rs_root_line_read(&pem, &place, &line, root);
}

static void hashes_are_read(void)
{
    static const struct {
        const char *text;
        rs_root_kind kind;
        const char *label;
    } cases[] = {
        {"root spki-sha256:" HEX32 "\n", RS_ROOT_SPKI, ""},
        {"root spki-sha256:" COLONS32 "\n", RS_ROOT_SPKI, ""},
        {"root cert-sha256:" HEX32 "\n", RS_ROOT_CERTIFICATE, ""},
        {"root cert-sha256:" COLONS32 " \"Corp Root 2024\"\n", RS_ROOT_CERTIFICATE,
         "Corp Root 2024"},
        /* Colons here and there; the hexadecimal part in quotes. */
        {"root spki-sha256:00:"
         "0102:"
         "030405060708090a0b0c0d0e0f"
         "f0F1f2F3f4F5f6F7f8F9faFBfcFDfeFF\n",
         RS_ROOT_SPKI, ""},
        {"root spki-sha256:\"" HEX32 "\" \"\"\n", RS_ROOT_SPKI, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_list_root root;
        CU_ASSERT(read_in("f", cases[i].text, &root, &diagnostics));
        CU_ASSERT_EQUAL(root.kind, cases[i].kind);
        CU_ASSERT_EQUAL(memcmp(root.sha256, hash, sizeof hash), 0);
        CU_ASSERT_FALSE(root.has_certificate);
        CU_ASSERT_EQUAL(root.line, 3);
        CU_ASSERT(rs_bytes_equal(root.label, rs_bytes_of_string(cases[i].label)));
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void pem_paths_start_from_the_source(void)
{
    static const struct {
        const char *file, *text, *path;
    } cases[] = {
        {"x.list", "root pem:a.pem\n", "a.pem"},
        {"/etc/rootscope/x.list", "root pem:a.pem\n", "/etc/rootscope/a.pem"},
        {"/etc/rootscope/x.list", "root pem:roots/a.pem \"A\"\n", "/etc/rootscope/roots/a.pem"},
        {"/etc/rootscope/x.list", "root pem:/srv/a.pem\n", "/srv/a.pem"},
        {"../x.list", "root pem:../a.pem\n", "../../a.pem"},
        {"/x.list", "root pem:\"my roots/a.pem\"\n", "/my roots/a.pem"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_list_root root;
        CU_ASSERT(read_in(cases[i].file, cases[i].text, &root, &diagnostics));
        CU_ASSERT_STRING_EQUAL(path_read, cases[i].path);
        CU_ASSERT_EQUAL(root.kind, RS_ROOT_SPKI);
        CU_ASSERT_EQUAL(root.sha256[0], 'a');
        CU_ASSERT_EQUAL(root.sha256[31], 'a');
        CU_ASSERT(root.has_certificate);
        CU_ASSERT_EQUAL(root.certificate_sha256[31], 'A');
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void errors_are_reported(void)
{
    static const char bad_hash[] = "bad SHA-256; expected 64 hexadecimal digits, with or";
    static const struct {
        const char *text;
        unsigned column;
        const char *error;
    } cases[] = {
        {"root\n", 1, "root without a name; expected pem:PATH, spki-sha256:HEX or cert-sha256:HEX"},
        {"root a.pem\n", 6, "unknown root \"a.pem\"; expected pem:PATH,"},
        {"root \"pem:a.pem\"\n", 7, "unknown root \"pem:a.pem\";"},
        {"root sha256:" HEX32 "\n", 6, "unknown root \"sha256:"},
        {"root PEM:a.pem\n", 6, "unknown root"},
        {"root spki-sha256\n", 6, "unknown root"},
        {"root pem:\n", 10, "path of 0 bytes after pem:; expected the path of a PEM file"},
        {"root pem:\"\"\n", 11, "path of 0 bytes after pem:;"},
        {"root pem:0.pem\n", 10,
         "0.pem: no\\x0acertificate; expected a PEM file with one certificate"},
        {"root spki-sha256:\n", 18, bad_hash},
        {"root spki-sha256:" HEX16 "\n", 50, bad_hash},
        {"root spki-sha256:" HEX32 "00\n", 82, bad_hash},
        {"root spki-sha256:" HEX32 "0\n", 82, bad_hash},
        {"root spki-sha256:" HEX32 ":\n", 82, bad_hash},
        {"root spki-sha256::" HEX32 "\n", 18, bad_hash},
        {"root spki-sha256:0:00102030405060708090a0b0c0d0e0f" HEX16 "\n", 18, bad_hash},
        {"root spki-sha256:00::0102030405060708090a0b0c0d0e0f" HEX16 "\n", 21, bad_hash},
        {"root spki-sha256:0x0102030405060708090a0b0c0d0e0f" HEX16 "\n", 18, bad_hash},
        {"root spki-sha256:0g0102030405060708090a0b0c0d0e0f" HEX16 "\n", 18, bad_hash},
        {"root cert-sha256:" HEX16 "f0F1f2F3f4F5f6F7f8F9faFBfcFDfef\n", 80, bad_hash},
        {"root pem:a.pem Corp\n", 16, "\"Corp\" after the root; expected a label in quotes"},
        {"root pem:a.pem x:\"Corp\"\n", 16, "\"x:Corp\" after the root; expected a label"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_list_root root;
        char expected[200];
        snprintf(expected, sizeof expected, "3:%u: %s\n", cases[i].column, cases[i].error);
        CU_ASSERT_FALSE(read_in("f", cases[i].text, &root, &diagnostics));
        CU_ASSERT(diagnosed_as(&diagnostics, expected));
        rs_diagnostics_clear(&diagnostics);
    }
}

/* The text may end within a byte's two digits, and the memory with it. */
static void hashes_end_with_their_text(void)
{
    static const char text[] = "root spki-sha256:" HEX32;
    for (size_t n = sizeof "root spki-sha256:" - 1; n < sizeof text; n++) {
        static rs_lexer lexer;
        rs_diagnostics diagnostics = {.items = NULL};
        rs_place place = {.diagnostics = &diagnostics, .file = "f", .line = 1, .column = 1};
        rs_pem_reader pem = {pem_double, NULL};
        rs_line line = {.count = 0};
        rs_list_root root;
        char *exact = malloc(n);
        CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
        memcpy(exact, text, n);
        rs_lexer_init(&lexer, "f", rs_bytes_make(exact, n), &diagnostics);
        CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_LINE);
        CU_ASSERT_EQUAL(rs_root_line_read(&pem, &place, &line, &root), n == sizeof text - 1);
        free(exact);
        rs_diagnostics_clear(&diagnostics);
    }
}

static void paths_are_bounded(void)
{
    static char file[5000];
    rs_diagnostics diagnostics = {.items = NULL};
    rs_list_root root;
    memset(file, 'd', sizeof file - 1);
    /* With "a.pem" and a NUL, 4090 bytes of directory fill a path. */
    file[4089] = '/';
    file[4090] = 0;
    CU_ASSERT(read_in(file, "root pem:a.pem\n", &root, &diagnostics));
    CU_ASSERT_EQUAL(strlen(path_read), 4095);
    file[4089] = 'd';
    file[4090] = '/';
    file[4091] = 0;
    CU_ASSERT_FALSE(read_in(file, "root pem:a.pem\n", &root, &diagnostics));
    file[4090] = 'd';
    file[4091] = 'd';
    file[4998] = '/';
    CU_ASSERT_FALSE(read_in(file, "root pem:a.pem\n", &root, &diagnostics));
    CU_ASSERT(read_in(file, "root pem:/a.pem\n", &root, &diagnostics));
    CU_ASSERT(diagnosed_as(&diagnostics, "3:10: path of 5 bytes after pem:;\n"
                                         "3:10: path of 5 bytes after pem:;\n"));
    rs_diagnostics_clear(&diagnostics);
}

static CU_TestInfo tests[] = {
    {"hashes_are_read", hashes_are_read},
    {"pem_paths_start_from_the_source", pem_paths_start_from_the_source},
    {"errors_are_reported", errors_are_reported},
    {"hashes_end_with_their_text", hashes_end_with_their_text},
    {"paths_are_bounded", paths_are_bounded},
    CU_TEST_INFO_NULL,
};

RS_SUITE("root_line", tests)
