/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/list_merge.h"

#include "tests/unit/arena_double.h"
#include "tests/unit/diagnosed.h"
#include "tests/unit/list_dump.h"
#include "tests/unit/pem_double.h"
#include "tests/unit/suite.h"

enum { SOURCES_MAX = 4 };

#define HEX31    "00000000000000000000000000000000000000000000000000000000000000"
#define SPKI(xx) "root spki-sha256:" HEX31 xx "\n"
#define CERT(xx) "root cert-sha256:" HEX31 xx "\n"

typedef struct merged {
    rs_list sources[SOURCES_MAX];
    rs_list *pointers[SOURCES_MAX];
    size_t count;
    rs_list list;
    rs_diagnostics diagnostics;
} merged;

/* Parses texts, up to a NULL, as the files "a", "b", … */
static void parse(merged *m, const char *const texts[SOURCES_MAX])
{
    static const char *const files[SOURCES_MAX] = {"a", "b", "c", "d"};
    *m = (merged){.count = 0};
    for (; m->count < SOURCES_MAX && texts[m->count] != NULL; m->count++) {
        rs_source source = {.file = files[m->count],
                            .text = rs_bytes_of_string(texts[m->count]),
                            .pem.read = pem_double};
        CU_ASSERT(rs_source_parse(&source, &m->sources[m->count], &m->diagnostics));
        m->pointers[m->count] = &m->sources[m->count];
    }
    CU_ASSERT_EQUAL(m->diagnostics.errors, 0);
}

static void clear(merged *m)
{
    rs_list_free(&m->list);
    for (size_t i = 0; i < m->count; i++)
        rs_list_free(&m->sources[i]);
    rs_diagnostics_clear(&m->diagnostics);
}

static const struct {
    const char *const texts[SOURCES_MAX];
    const char *list, *diagnostics;
} cases[] = {
    {{NULL}, "", ""},
    {{""}, "", ""},
    {{SPKI("01") "permit x\ndefault\npermit y\n"},
     "a:1: spki:01\"\"@1 +suffix:x@2\na:3: default +suffix:y@4\n",
     ""},
    {{SPKI("01") "permit x\n", SPKI("02") "permit y\nmode off\n"},
     "a:1: spki:01\"\"@1 +suffix:x@2\nb:1: spki:02\"\"@1 mode off 0 +suffix:y@2\n",
     ""},
    /* Key and certificate hash are told apart. */
    {{SPKI("01") "permit x\n", CERT("01") "permit y\n"},
     "a:1: spki:01\"\"@1 +suffix:x@2\nb:1: cert:01\"\"@1 +suffix:y@2\n",
     ""},
    /* A later stanza replaces an earlier one, whole: its mode too. */
    {{SPKI("01") "permit x\nmode off\n", SPKI("01") "permit y\n"},
     "b:1: spki:01\"\"@1 +suffix:y@2\n",
     "note 1:1: this root replaces the one at a:1\n"},
    {{SPKI("01") "permit x\n", SPKI("01") "permit y\n", SPKI("01") "exclude z\n"},
     "c:1: spki:01\"\"@1 -suffix:z@2\n",
     "note 1:1: this root replaces the one at a:1\nnote 1:1: this root replaces the one at b:1\n"},
    /* For the roots that it names, not for those beside them. */
    {{SPKI("01") SPKI("02") SPKI("03") "permit x\n", "#\n" SPKI("02") "permit y\n"},
     "a:1: spki:01\"\"@1 spki:03\"\"@3 +suffix:x@4\nb:2: spki:02\"\"@2 +suffix:y@3\n",
     "note 2:1: this root replaces the one at a:2\n"},
    {{SPKI("01") "permit x\n", SPKI("01") SPKI("02") "permit y\n"},
     "b:1: spki:01\"\"@1 spki:02\"\"@2 +suffix:y@3\n",
     "note 1:1: this root replaces the one at a:1\n"},
    {{"default\npermit x\n", SPKI("01") "permit x\ndefault\npermit y\n"},
     "b:1: spki:01\"\"@1 +suffix:x@2\nb:3: default +suffix:y@4\n",
     "note 3:1: this default replaces the one at a:1\n"},
    /* Stanzas that only set a mode. */
    {{SPKI("01") "permit x\n", SPKI("01") "mode test until 2027-03-01\n"},
     "a:1: spki:01\"\"@1 mode test 1803859200 +suffix:x@2\n",
     "note 1:1: this sets the mode of the root at a:1\n"},
    {{SPKI("01") SPKI("02") SPKI("03") "mode off\npermit x\n", SPKI("02") "mode test\n"},
     "a:1: spki:01\"\"@1 mode off 0 +suffix:x@5\n"
     "a:1: spki:02\"\"@2 mode test 0 +suffix:x@5\n"
     "a:1: spki:03\"\"@3 mode off 0 +suffix:x@5\n",
     "note 1:1: this sets the mode of the root at a:2\n"},
    {{SPKI("01") SPKI("02") "permit x\n", SPKI("01") SPKI("02") "mode off\n"},
     "a:1: spki:01\"\"@1 spki:02\"\"@2 mode off 0 +suffix:x@3\n",
     "note 1:1: this sets the mode of the root at a:1\nnote 2:1: this sets the mode of the root at "
     "a:2\n"},
    {{SPKI("01") "permit x\n", SPKI("01") "mode test\n", SPKI("01") "mode enforce\n"},
     "a:1: spki:01\"\"@1 mode enforce 0 +suffix:x@2\n",
     "note 1:1: this sets the mode of the root at a:1\nnote 1:1: this sets the mode of the root at "
     "a:1\n"},
    {{"default\npermit x\n", "default\nmode off\n"},
     "a:1: default mode off 0 +suffix:x@2\n",
     "note 1:1: this sets the mode of the default at a:1\n"},
    {{SPKI("01") "mode off\n", SPKI("01") "permit x\n"},
     "b:1: spki:01\"\"@1 +suffix:x@2\n",
     "warning 1:1: this mode has no effect, because the stanza at b:1 comes later; put it into\n"},
    {{SPKI("01") "permit x\n", SPKI("01") "mode off\n", SPKI("01") "permit y\n",
      SPKI("01") "mode test\n"},
     "c:1: spki:01\"\"@1 mode test 0 +suffix:y@2\n",
     "note 1:1: this sets the mode of the root at a:1\nnote 1:1: this root replaces the one at "
     "a:1\n"
     "warning 1:1: this mode has no effect, because the stanza at c:1 comes later;\n"
     "note 1:1: this sets the mode of the root at c:1\n"},
    {{SPKI("01") "mode off\n"},
     "",
     "1:1: mode for a root that no source lists; add rules below, or list it in\n"},
    {{SPKI("01") "permit x\n", SPKI("01") CERT("01") "mode off\n", CERT("01") "mode off\n"},
     "a:1: spki:01\"\"@1 mode off 0 +suffix:x@2\n",
     "note 1:1: this sets the mode of the root at a:1\n"
     "2:1: mode for a root that no source lists;\n1:1: mode for a root that no source lists;\n"},
    {{"default\nmode off\n"}, "", "1:1: mode for a default that no source lists;\n"},
    /* The list's mode. */
    {{"mode off\n", "default\npermit x\n"}, "a:1: mode off 0\nb:1: default +suffix:x@2\n", ""},
    {{"mode off\n", "#\nmode test until 2027-03-01\n", ""},
     "b:2: mode test 1803859200\n",
     "note 2:1: this list-wide mode replaces the one at a:1\n"},
    /* One root, named by its key and by its certificate. */
    {{"root pem:a.pem\npermit x\nroot " PEM_CERT_A "\npermit y\n"},
     "a:1: spki:61\"\"@1 +suffix:x@2\na:3: cert:41\"\"@3 +suffix:y@4\n",
     "warning 3:1: the root of a:1, named by its certificate; both stanzas apply\n"},
    {{"root pem:z.pem\nroot pem:a.pem\npermit x\n", CERT("01") "root " PEM_CERT_A "\npermit y\n",
      "root pem:b.pem\npermit x\n"},
     "a:1: spki:7a\"\"@1 spki:61\"\"@2 +suffix:x@3\nb:1: cert:01\"\"@1 cert:41\"\"@2 +suffix:y@3\n"
     "c:1: spki:62\"\"@1 +suffix:x@2\n",
     "warning 2:1: the root of a:2, named by its certificate; both stanzas apply\n"},
    {{"root pem:a.pem\nroot " PEM_CERT_A "\npermit x\n"},
     "a:1: spki:61\"\"@1 cert:41\"\"@2 +suffix:x@3\n",
     ""},
    /* What was replaced is not named twice. */
    {{"root pem:a.pem\npermit x\n", "root " PEM_KEY_A "\npermit y\n",
      "root " PEM_CERT_A "\npermit z\n"},
     "b:1: spki:61\"\"@1 +suffix:y@2\nc:1: cert:41\"\"@1 +suffix:z@2\n",
     "note 1:1: this root replaces the one at a:1\n"},
    {{"root pem:a.pem\npermit x\ndefault\npermit x\n", "root " PEM_CERT_A "\npermit y\n",
      "root " PEM_CERT_A "\npermit z\n"},
     "a:1: spki:61\"\"@1 +suffix:x@2\na:3: default +suffix:x@4\nc:1: cert:41\"\"@1 +suffix:z@2\n",
     "note 1:1: this root replaces the one at b:1\n"
     "warning 1:1: the root of a:1, named by its certificate;\n"},
};

static void sources_are_merged(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        merged m;
        parse(&m, cases[i].texts);
        CU_ASSERT(rs_list_merge(m.pointers, m.count, &m.list, &m.diagnostics));
        CU_ASSERT_STRING_EQUAL(list_dumped(&m.list), cases[i].list);
        CU_ASSERT(diagnosed_as(&m.diagnostics, cases[i].diagnostics));
        clear(&m);
    }
}

static void labels_and_files_stay(void)
{
    merged m;
    parse(&m, (const char *const[SOURCES_MAX]){"root pem:a.pem \"A\"\npermit x\n",
                                               "root pem:a.pem \"B\"\npermit x\n"});
    CU_ASSERT(rs_list_merge(m.pointers, m.count, &m.list, &m.diagnostics));
    CU_ASSERT_EQUAL_FATAL(m.list.stanza_count, 1);
    CU_ASSERT(rs_bytes_equal(m.list.stanzas[0].roots[0].label, rs_bytes_of_string("B")));
    CU_ASSERT_STRING_EQUAL(m.list.stanzas[0].roots[0].file, "b");
    CU_ASSERT_EQUAL_FATAL(m.diagnostics.count, 1);
    CU_ASSERT_STRING_EQUAL(m.diagnostics.items[0].file, "b");
    clear(&m);
}

/* Each piece of memory refused in turn, those of the diagnostics left out. */
static void missing_memory_is_reported(void)
{
    size_t refused = 0;
    for (size_t budget = 0; budget < 8; budget++) {
        merged m;
        parse(&m, (const char *const[SOURCES_MAX]){"default\npermit x\n"});
        arena_budget = budget;
        bool good = rs_list_merge(m.pointers, m.count, &m.list, &m.diagnostics);
        arena_budget = SIZE_MAX;
        CU_ASSERT_EQUAL(m.diagnostics.errors, good ? 0 : 1);
        CU_ASSERT_EQUAL(m.list.stanza_count, good ? 1 : 0);
        refused += !good;
        clear(&m);
    }
    CU_ASSERT_EQUAL(refused, 4);
}

static void digest_is_of_all_sources_in_order(void)
{
    uint8_t both[2 * RS_SHA256_SIZE], expected[RS_SHA256_SIZE];
    merged m;
    parse(&m, (const char *const[SOURCES_MAX]){"#\n", "mode off\n"});
    CU_ASSERT(rs_list_merge(m.pointers, m.count, &m.list, &m.diagnostics));
    memcpy(both, m.sources[0].sources_sha256, RS_SHA256_SIZE);
    memcpy(both + RS_SHA256_SIZE, m.sources[1].sources_sha256, RS_SHA256_SIZE);
    rs_sha256_digest(rs_bytes_make(both, sizeof both), expected);
    CU_ASSERT_EQUAL(memcmp(m.list.sources_sha256, expected, sizeof expected), 0);
    clear(&m);
}

static CU_TestInfo tests[] = {
    {"sources_are_merged", sources_are_merged},
    {"labels_and_files_stay", labels_and_files_stay},
    {"missing_memory_is_reported", missing_memory_is_reported},
    {"digest_is_of_all_sources_in_order", digest_is_of_all_sources_in_order},
    CU_TEST_INFO_NULL,
};

RS_SUITE("list_merge", tests)
