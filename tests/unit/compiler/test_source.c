/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/source.h"

#include "lib/compiler/lexer.h"
#include "tests/unit/arena_double.h"
#include "tests/unit/diagnosed.h"
#include "tests/unit/list_dump.h"
#include "tests/unit/pem_double.h"
#include "tests/unit/suite.h"

#define HEX31    "00000000000000000000000000000000000000000000000000000000000000"
#define SPKI(xx) "root spki-sha256:" HEX31 xx "\n"
#define CERT(xx) "root cert-sha256:" HEX31 xx "\n"

static bool parse(const char *file, rs_bytes text, rs_list *list, rs_diagnostics *diagnostics)
{
    rs_source source = {.file = file, .text = text, .pem.read = pem_double};
    *list = (rs_list){.stanzas = NULL};
    *diagnostics = (rs_diagnostics){.items = NULL};
    return rs_source_parse(&source, list, diagnostics);
}

static void sources_are_parsed(void)
{
    static const struct {
        const char *text, *list;
    } cases[] = {
        {"", ""},
        {"# nothing\n\n", ""},
        {"mode off\n", "f:1: mode off 0\n"},
        {"# comment\nmode test until 2027-03-01 # a trial\n" SPKI("01") "permit x\n",
         "f:2: mode test 1803859200\nf:3: spki:01\"\"@3 +suffix:x@4\n"},
        /* The whole example of the manual page. */
        {"mode test until 2027-03-01\n"
         "root pem:a.pem \"Corp Root 2024\"\n"
         "root spki-sha256:" HEX31 "f8\n"
         "    permit corp.example\n"
         "    permit .lab.example\n"
         "    permit ip:10.0.0.0/8\n"
         "    exclude hr.corp.example\n"
         "    mode test\n"
         "default\n"
         "    permit *\n"
         "    permit ip:*\n",
         "f:1: mode test 1803859200\n"
         "f:2: spki:61\"Corp Root 2024\"@2 spki:f8\"\"@3 mode test 0 +suffix:corp.example@4 "
         "+suffix:lab.example@5 +ip:8@6 -suffix:hr.corp.example@7\n"
         "f:9: default +suffix:@10 +ip:8@11 +ip:32@11\n"},
        /* A root line after a body line starts a stanza. */
        {SPKI("01") "permit x\n" SPKI("02") SPKI("03") "permit y\n",
         "f:1: spki:01\"\"@1 +suffix:x@2\nf:3: spki:02\"\"@3 spki:03\"\"@4 +suffix:y@5\n"},
        {SPKI("01") "mode off\n" SPKI("02") "permit x\n",
         "f:1: spki:01\"\"@1 mode off 0\nf:3: spki:02\"\"@3 +suffix:x@4\n"},
        {SPKI("01") "organization Acme\n" SPKI("02") "exclude x\n",
         "f:1: spki:01\"\"@1 +organization:acme@2\nf:3: spki:02\"\"@3 -suffix:x@4\n"},
        {SPKI("01") "exclude ip:10.0.0.0/8\nmode enforce\npermit cn:A\n",
         "f:1: spki:01\"\"@1 mode enforce 0 -ip:8@2 +cn:a@4\n"},
        {"default\nmode test\n" SPKI("01") "permit x\n",
         "f:1: default mode test 0\nf:3: spki:01\"\"@3 +suffix:x@4\n"},
        {"default\npermit x\n" SPKI("01") "mode off\n",
         "f:1: default +suffix:x@2\nf:3: spki:01\"\"@3 mode off 0\n"},
        /* Key and certificate are two namespaces. */
        {SPKI("01") CERT("01") "permit x\n", "f:1: spki:01\"\"@1 cert:01\"\"@2 +suffix:x@3\n"},
        {SPKI("01") "permit cn:\"A b\"\npermit email:a@x\npermit dirname:\"O=A B\"\n"
                    "permit othername:1.2.3\norganization \"A  B\"\n",
         "f:1: spki:01\"\"@1 +cn:a b@2 +mailbox:a@x@3 +dirname:14@4 +othername:2@5 "
         "+organization:a b@6\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_list list;
        rs_diagnostics diagnostics;
        char file[] = "f", *text = strdup(cases[i].text);
        CU_ASSERT(parse(file, rs_bytes_of_string(text), &list, &diagnostics));
        /* Nothing of the source is needed any more. */
        free(text);
        file[0] = 'x';
        CU_ASSERT_STRING_EQUAL(list_dumped(&list), cases[i].list);
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_list_free(&list);
        CU_ASSERT_EQUAL(list.stanza_count, 0);
        CU_ASSERT_PTR_NULL(list.stanzas);
        rs_diagnostics_clear(&diagnostics);
    }
}

static const struct {
    const char *text, *errors;
} wrong[] = {
    /* Structure. */
    {"permit x\npermit y\npermit *.z\n", "1:1: permit before any stanza; expected root or default "
                                         "first\n3:8: \"*.z\" is not a suffix;\n"},
    {"  exclude x\n", "1:3: exclude before any stanza;\n"},
    {"organization x\n", "1:1: organization before any stanza;\n"},
    {SPKI("01"), "1:1: stanza without rules; expected permit, exclude, organization or mode\n"},
    {"default\n", "1:1: stanza without rules;\n"},
    {"default\n" SPKI("01") "permit x\n", "1:1: stanza without rules;\n"},
    {SPKI("01") "default\npermit x\n", "1:1: stanza without rules;\n"},
    {"default\npermit x\n" SPKI("01") "permit x\n  default\npermit x\n",
     "5:3: second default; the first one is in line 1\n"},
    {"mode off\nmode off\ndefault\npermit x\n", "2:1: second mode for the list; expected one\n"},
    {"default\nmode off\npermit x\nmode off\n", "4:1: second mode for the stanza; expected one\n"},
    {SPKI("01") "permit x\n" SPKI("02") "permit x\n" SPKI("01") "permit x\n" SPKI(
         "02") "permit x\n" SPKI("01") "permit x\n",
     "5:1: the same root as in line 1; list each key once in a file\n"
     "9:1: the same root as in line 1;\n7:1: the same root as in line 3;\n"},
    {SPKI("01") SPKI("01") "permit x\n", "2:1: the same root as in line 1;\n"},
    {CERT("01") SPKI("01") CERT("01") "permit x\n", "3:1: the same root as in line 1;\n"},
    {"root pem:a.pem\n  root " PEM_KEY_A "\npermit x\n", "2:1: the same root as in line 1;\n"},
    {"root pem:a.pem\npermit x\nroot pem:a2.pem\npermit x\n", "3:1: the same root as in line 1;\n"},
    /* Words. */
    {"allow x\n", "1:1: unknown statement \"allow\"; expected mode, root, default, permit, exclude "
                  "or organization\n"},
    {"\"mode\" off\n", "1:1: unknown statement \"mode\";\n"},
    {"Mode off\n", "1:1: unknown statement \"Mode\";\n"},
    {"mode\n", "1:1: missing mode;\n"},
    {"mode test until 2027-03-01 x\n", "1:28: unexpected \"x\"; write one\n"},
    {"default x\npermit x\n", "1:9: unexpected \"x\";\n"},
    {"default\npermit\n", "2:1: permit without a name; expected one, as in permit corp.example\n"},
    {"default\nexclude\n", "2:1: exclude without a name;\n"},
    {"default\norganization\n", "2:1: organization without a name; expected organization\n"},
    {"default\npermit a.example b.example\n", "2:18: unexpected \"b.example\"; write one\n"},
    {"default\npermit cn:John Smith\n", "2:16: unexpected \"Smith\";\n"},
    {"default\norganization Acme Inc\n", "2:19: unexpected \"Inc\";\n"},
    {"default\norganization \"\"\n", "2:15: empty organization;\n"},
    {"default\nexclude organization Acme\n",
     "2:1: exclude organization; write organization \"NAME\" as a line of its own\n"},
    {"default\npermit organization Acme\n", "2:1: permit organization; write organization\n"},
    {"default\npermit organization\n", ""},
    {"root\npermit x\n", "1:1: root without a name;\n"},
    {"root pem:0.pem\npermit x\n", "1:10: 0.pem: no\\x0acertificate; expected a PEM file\n"},
    {"root pem:a.pem \"A\" x\npermit x\n", "1:20: unexpected \"x\";\n"},
    {"default\npermit *.x\nexclude dns:a..b\npermit 10.0.0.0/8\n",
     "2:8: \"*.x\" is not a suffix; write \".x\"\n3:13: empty label in\n"
     "4:8: address without a form; write ip:10.0.0.0/8\n"},
    /* One error does not bring others along, nor hide them. */
    {"\"\nroot pem:a.pem\npermit x\n", "1:1: missing closing quote;\n"},
    {"root \"\npermit x\npermit *.x\n",
     "1:6: missing closing quote;\n3:8: \"*.x\" is not a suffix;\n"},
    {"rooot pem:a.pem\npermit x\n", "1:1: unknown statement \"rooot\";\n"},
    {"mode on\npermit x\n", "1:6: unknown mode \"on\";\n2:1: permit before any stanza; expected\n"},
    {"default\nmode on\n", "2:6: unknown mode \"on\";\n"},
    {"default\npermit a..b\n", "2:8: empty label in\n"},
    {"default\n\xff\n", "2:1: byte \\xff is not UTF-8;\n"},
    {"root pem:0.pem\nmode off\nrooot pem:b.pem\nmode test\n",
     "1:10: 0.pem: no\\x0acertificate;\n3:1: unknown statement \"rooot\";\n"},
    {"default\npermit a..b\n" SPKI("01") "default\npermit x\n",
     "2:8: empty label in\n3:1: stanza without rules;\n4:1: second default;\n"},
    {"default\npermit x",
     "2:9: no newline at the end of the file; add one, unless the file was cut short\n"},
    {"root pem:1.pem\n",
     "1:10: 1.pem: no\\x0acertificate; expected a PEM file with one certificate\n"},
    {"default\npermit dirname:C=US,O=A\n", "warning 2:16: the country comes first;\n"},
};

static void errors_are_reported(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rs_list list;
        rs_diagnostics diagnostics;
        CU_ASSERT(parse("f", rs_bytes_of_string(wrong[i].text), &list, &diagnostics));
        CU_ASSERT(diagnosed_as(&diagnostics, wrong[i].errors));
        for (size_t j = 0; j < diagnostics.count; j++)
            CU_ASSERT_STRING_EQUAL(diagnostics.items[j].file, "f");
        rs_list_free(&list);
        rs_diagnostics_clear(&diagnostics);
    }
}

static void size_is_bounded(void)
{
    rs_list list;
    rs_diagnostics diagnostics;
    CU_ASSERT(parse("f", rs_bytes_make("", RS_SOURCE_SIZE_MAX + 1), &list, &diagnostics));
    CU_ASSERT(
        diagnosed_as(&diagnostics, "0:0: file of 268435457 bytes; expected at most 26843545\n"));
    rs_diagnostics_clear(&diagnostics);
    rs_list_free(&list);
}

/* A source of `stanzas` stanzas of as many rules each; the caller frees it. */
static char *big_source(unsigned stanzas, size_t *size)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    for (unsigned i = 0; i < stanzas; i++) {
        fprintf(out, "root spki-sha256:%064x \"%u\"\n", i, i);
        for (unsigned j = 0; j < stanzas; j++)
            fprintf(out, "permit h%u.d%u.example\n", j, i);
    }
    fclose(out);
    return text;
}

static void arrays_grow(void)
{
    enum { STANZAS = 200 };
    rs_list list;
    rs_diagnostics diagnostics;
    size_t size, wrong_values = 0;
    char *text = big_source(STANZAS, &size);
    CU_ASSERT(parse("f", rs_bytes_make(text, size), &list, &diagnostics));
    CU_ASSERT(diagnosed_as(&diagnostics, ""));
    CU_ASSERT_EQUAL_FATAL(list.stanza_count, STANZAS);
    for (unsigned i = 0; i < STANZAS; i++) {
        const rs_list_stanza *stanza = &list.stanzas[i];
        CU_ASSERT_EQUAL_FATAL(stanza->root_count, 1);
        CU_ASSERT_EQUAL_FATAL(stanza->rule_count, STANZAS);
        CU_ASSERT_EQUAL(stanza->roots[0].sha256[31], i);
        for (unsigned j = 0; j < STANZAS; j++) {
            char value[40];
            snprintf(value, sizeof value, "h%u.d%u.example", j, i);
            wrong_values += !rs_bytes_equal(stanza->rules[j].value, rs_bytes_of_string(value));
        }
    }
    CU_ASSERT_EQUAL(wrong_values, 0);
    rs_list_free(&list);
    rs_diagnostics_clear(&diagnostics);
    free(text);
}

/* Each piece of memory refused in turn: an error, an empty list, and nothing leaks. */
static void missing_memory_is_reported(void)
{
    size_t size, refused = 0;
    char *text = big_source(70, &size);
    /* All of the first pieces, then a sample; then those of the end. */
    for (size_t budget = 0; budget < 5200; budget += budget < 400 || budget > 5000 ? 1 : 97) {
        rs_list list;
        rs_diagnostics diagnostics;
        arena_budget = budget;
        bool good = parse("f", rs_bytes_make(text, size), &list, &diagnostics);
        arena_budget = SIZE_MAX;
        CU_ASSERT_EQUAL(good, diagnostics.errors == 0);
        CU_ASSERT_EQUAL(list.stanza_count, good ? 70 : 0);
        refused += !good;
        rs_list_free(&list);
        rs_diagnostics_clear(&diagnostics);
    }
    CU_ASSERT(refused > 400);
    free(text);
}

static bool same_digest(const char *file, const char *text, const char *other_file,
                        const char *other_text)
{
    rs_list a, b;
    rs_diagnostics diagnostics;
    parse(file, rs_bytes_of_string(text), &a, &diagnostics);
    rs_diagnostics_clear(&diagnostics);
    parse(other_file, rs_bytes_of_string(other_text), &b, &diagnostics);
    rs_diagnostics_clear(&diagnostics);
    bool same = memcmp(a.sources_sha256, b.sources_sha256, RS_SHA256_SIZE) == 0;
    rs_list_free(&a);
    rs_list_free(&b);
    return same;
}

static void digest_is_of_name_and_text(void)
{
    static const char framed[] = "\0\0\0\0\0\0\0\6x.list\0\0\0\0\0\0\0\x12"
                                 "default\npermit x\n\n";
    uint8_t expected[RS_SHA256_SIZE];
    rs_list list;
    rs_diagnostics diagnostics;
    rs_sha256_digest(rs_bytes_make(framed, sizeof framed - 1), expected);
    parse("/etc/x.list", rs_bytes_of_string("default\npermit x\n\n"), &list, &diagnostics);
    CU_ASSERT_EQUAL(memcmp(list.sources_sha256, expected, sizeof expected), 0);
    rs_list_free(&list);

    CU_ASSERT(same_digest("x", "#\n", "/a/x", "#\n"));
    CU_ASSERT_FALSE(same_digest("x", "#\n", "y", "#\n"));
    CU_ASSERT_FALSE(same_digest("x", "#\n", "x", "# \n"));
    CU_ASSERT_FALSE(same_digest("x", "#y\n", "x#", "y\n"));
    /* Two certificates of one key, as when a PEM file was replaced. */
    CU_ASSERT_FALSE(same_digest("x", "root pem:a.pem\n", "x", "root pem:b.pem\n"));
}

/* The same text, but the PEM file holds another certificate than before. */
static bool read_other(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                       uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200])
{
    (void)path;
    return pem_double(NULL, arg, spki_sha256, certificate_sha256, why);
}

static void digest_is_of_what_pem_files_hold(void)
{
    char files[][8] = {"a.pem", "a2.pem", "b2.pem"};
    rs_list lists[3] = {{.stanzas = NULL}};
    for (size_t i = 0; i < 3; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_source source = {.file = "f",
                            .text = rs_bytes_of_string("root pem:r.pem\npermit x\n"),
                            .pem.read = read_other,
                            .pem.arg = files[i]};
        CU_ASSERT(rs_source_parse(&source, &lists[i], &diagnostics));
        CU_ASSERT_EQUAL(diagnostics.errors, 0);
    }
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_NOT_EQUAL(
            memcmp(lists[i].sources_sha256, lists[(i + 1) % 3].sources_sha256, RS_SHA256_SIZE), 0);
    for (size_t i = 0; i < 3; i++)
        rs_list_free(&lists[i]);
}

/* Any bytes: no crash, and only a list without errors is a list. */
static void any_bytes_are_survived(void)
{
    static const char *const pieces[] = {
        "root ",
        "spki-sha256:",
        HEX31,
        "01",
        "pem:a.pem",
        "\n",
        "\n",
        "permit ",
        "dns:",
        "email:",
        "a@b",
        "ip:",
        "10.0.0.0",
        "/8",
        "2001:",
        "::",
        "mode ",
        "test ",
        "off",
        "until ",
        "2027-03-01",
        "\"",
        "\\",
        "default\n",
        "dirname:",
        "CN=",
        ",O=x",
        "+",
        "#0c01",
        "#",
        "cn:",
        "exclude ",
        "*",
        ".",
        "x",
        "xn--",
        "\xc3\xbc",
        "\xff",
        "\t",
        " ",
        "organization ",
        "othername:",
        "1.2.3",
        "\r",
        "-",
        "_",
        "%",
        "uri:",
    };
    uint32_t random = 1;
    for (int run = 0; run < 20000; run++) {
        char text[600];
        size_t n = 0;
        for (int i = 0; i < 24; i++) {
            random = random * 1664525 + 1013904223;
            const char *piece = pieces[(random >> 16) % (sizeof pieces / sizeof pieces[0])];
            size_t length = strlen(piece);
            if (n + length > sizeof text)
                break;
            memcpy(text + n, piece, length);
            n += length;
        }
        rs_list list;
        rs_diagnostics diagnostics;
        char *exact = malloc(n + 1);
        memcpy(exact, text, n);
        CU_ASSERT_FATAL(parse("f", rs_bytes_make(exact, n), &list, &diagnostics));
        for (size_t i = 0; i < diagnostics.count; i++)
            for (const char *c = diagnostics.items[i].text; *c != 0; c++)
                if ((uint8_t)*c < 0x20 || *c == 0x7f)
                    CU_FAIL("a control character in a message");
        free(exact);
        rs_list_free(&list);
        rs_diagnostics_clear(&diagnostics);
    }
}

static CU_TestInfo tests[] = {
    {"sources_are_parsed", sources_are_parsed},
    {"errors_are_reported", errors_are_reported},
    {"size_is_bounded", size_is_bounded},
    {"arrays_grow", arrays_grow},
    {"missing_memory_is_reported", missing_memory_is_reported},
    {"digest_is_of_name_and_text", digest_is_of_name_and_text},
    {"digest_is_of_what_pem_files_hold", digest_is_of_what_pem_files_hold},
    {"any_bytes_are_survived", any_bytes_are_survived},
    CU_TEST_INFO_NULL,
};

RS_SUITE("source", tests)
