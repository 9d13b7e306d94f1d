/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/image_writer.h"
#include "lib/image/image_layout.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/made_list.h"
#include "tests/unit/suite.h"

static rs_write_status write_list(const rs_list *list, rs_bytes *file)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    rs_write_status status = rs_image_write(list, &bytes, &size);
    *file = rs_bytes_make(bytes, size);
    return status;
}

static void release(rs_bytes file)
{
    free((void *)(uintptr_t)file.p);
}

/* The whole file of a small list, byte by byte. */
static void file_is_as_the_format_says(void)
{
    rs_rule rules[] = {SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "com")};
    rs_list_root root = {.kind = RS_ROOT_CERTIFICATE, .sha256 = {1, [31] = 2}};
    root.label = (rs_bytes)LITERAL("Corp");
    rs_list_stanza stanza = {.roots = &root, .root_count = 1, .rules = rules, .rule_count = 1};
    rs_list list = {.stanzas = &stanza, .stanza_count = 1, .sources_sha256 = {3, [31] = 4}};
    static const uint8_t expected[] = {
        0x8a, 0x52, 0x53, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a, /* header */
        2,    0,    0,    0,    0x40, 1,    0,    0,    /*  */
        0x5d, 0x3a, 0x56, 0xab, 0xd7, 0xbd, 0xff, 0xa0, /*  */
        1,    0,    0,    0,    1,    0,    0,    0,    /* counts */
        3,    0,    0,    0,    0,    0,    0,    0,    /* sources */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    4,    /*  */
        1,    0,    0,    0,    0xff, 0xff, 0xff, 0xff, /* sets, mode */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        1,    0,    0,    0,    0,    0,    0,    0,    /* root */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    2,    /*  */
        1,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0x24, 1,    0,    0,    4,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /* stanza */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        1,    0,    0,    0,    1,    0,    0,    0,    /*  */
        1,    0,    0,    0,    1,    0,    0,    0,    /*  */
        1,    0,    0,    0,    1,    0,    0,    0,    /*  */
        1,    0,    0,    0,    1,    0,    0,    0,    /*  */
        1,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        1,    0,    0,    0,    0x14, 1,    0,    0,    /* set */
        0x0d, 0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        1,    0,    0,    0,    0,    0,    0,    0,    /*  */
        5,    0,    0,    0,    3,    0,    0x63, 0x6f, /*  */
        0x6d, 0,    0,    0,    0x43, 0x6f, 0x72, 0x70, /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
        0,    0,    0,    0,    0,    0,    0,    0,    /*  */
    };
    rs_bytes file;
    CU_ASSERT_EQUAL_FATAL(write_list(&list, &file), RS_WRITE_OK);
    CU_ASSERT(rs_bytes_equal(file, rs_bytes_make(expected, sizeof expected)));
    release(file);
}

static void equal_lists_give_equal_files(void)
{
    rs_bytes first, second;
    CU_ASSERT_EQUAL_FATAL(write_list(&made_list, &first), RS_WRITE_OK);
    /* The rules in another order, each said twice. */
    rs_rule rules[2 * ROWS(made_full_rules)];
    for (size_t i = 0; i < ROWS(rules); i++)
        rules[i] = made_full_rules[(7 * i + 3) % ROWS(made_full_rules)];
    rs_list_stanza stanzas[ROWS(made_stanzas)];
    memcpy(stanzas, made_stanzas, sizeof stanzas);
    stanzas[0].rules = rules;
    stanzas[0].rule_count = ROWS(rules);
    rs_list list = made_list;
    list.stanzas = stanzas;
    CU_ASSERT_EQUAL_FATAL(write_list(&list, &second), RS_WRITE_OK);
    CU_ASSERT(rs_bytes_equal(first, second));
    release(first);
    release(second);
}

/* Seeds, and so the places of suffixes, follow from the sources' hash. */
static void places_depend_on_the_sources(void)
{
    rs_list list = made_list;
    uint32_t seeds[2];
    for (size_t i = 0; i < 2; i++) {
        rs_bytes file;
        memset(list.sources_sha256, (int)i + 1, sizeof list.sources_sha256);
        CU_ASSERT_EQUAL_FATAL(write_list(&list, &file), RS_WRITE_OK);
        rs_image image;
        CU_ASSERT_EQUAL_FATAL(rs_image_open(file, &image), RS_IMAGE_OK);
        rs_stanza stanza;
        rs_image_stanza(&image, 0, &stanza);
        seeds[i] = stanza.hosts[RS_FORM_DNS].seed;
        release(file);
    }
    CU_ASSERT_NOT_EQUAL(seeds[0], seeds[1]);
}

/* What is in a hundred stanzas is in the file once. */
static void equal_scopes_share_their_sets(void)
{
    enum { STANZAS = 100 };
    static rs_list_root roots[STANZAS];
    rs_list_stanza stanzas[STANZAS];
    for (size_t i = 0; i < STANZAS; i++) {
        roots[i].sha256[i % 32] = (uint8_t)(i + 1);
        stanzas[i] = made_stanzas[0];
        stanzas[i].roots = &roots[i];
        stanzas[i].root_count = 1;
    }
    rs_list list = {.stanzas = stanzas, .stanza_count = 1};
    rs_bytes one, hundred;
    CU_ASSERT_EQUAL_FATAL(write_list(&list, &one), RS_WRITE_OK);
    list.stanza_count = STANZAS;
    CU_ASSERT_EQUAL_FATAL(write_list(&list, &hundred), RS_WRITE_OK);
    size_t each = RS_ROOT_RECORD_SIZE + RS_STANZA_RECORD_SIZE;
    CU_ASSERT(hundred.n < one.n + (STANZAS - 1) * each + RS_IMAGE_BLOCK);
    rs_image image;
    CU_ASSERT_EQUAL(rs_image_open(hundred, &image), RS_IMAGE_OK);
    CU_ASSERT(image.root_count == STANZAS && image.default_stanza == RS_NO_STANZA);
    release(one);
    release(hundred);
}

static void what_is_no_list_is_refused(void)
{
    rs_list_root roots[] = {{.sha256 = {1}}, {.sha256 = {2}}};
    rs_list_stanza stanzas[] = {{.roots = &roots[0], .root_count = 1},
                                {.roots = &roots[1], .root_count = 1}};
    rs_list list = {.stanzas = stanzas, .stanza_count = 2};
    rs_bytes file;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_OK);
    release(file);
    roots[1].sha256[0] = 1;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_BAD_LIST);
    CU_ASSERT_PTR_NULL(file.p);
    roots[1].kind = RS_ROOT_CERTIFICATE;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_OK);
    release(file);
    roots[1].kind = (rs_root_kind)2;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_BAD_LIST);
    stanzas[1].root_count = 0;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_OK);
    release(file);
    stanzas[0].root_count = 0;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_BAD_LIST);
    stanzas[0].root_count = 1;
    list.has_mode = true;
    list.mode.mode = (rs_mode)3;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_BAD_LIST);
    list.has_mode = false;
    rs_rule rule = {.kind = (rs_rule_kind)99};
    stanzas[0].rules = &rule;
    stanzas[0].rule_count = 1;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_BAD_LIST);
}

static void too_large_is_refused(void)
{
    static const uint8_t byte = 'x';
    rs_list_root roots[] = {{.sha256 = {1}}, {.sha256 = {2}}};
    rs_list_stanza stanza = {.roots = roots, .root_count = 2};
    rs_list list = {.stanzas = &stanza, .stanza_count = 1};
    rs_bytes file;
    roots[0].label = rs_bytes_make(&byte, SIZE_MAX);
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_TOO_LARGE);
    roots[0].label = roots[1].label = rs_bytes_make(&byte, RS_IMAGE_SIZE_MAX / 2 + 1);
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_TOO_LARGE);
    roots[1].label.n -= 2;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_TOO_LARGE);
}

/* As many long suffixes as make a file larger than may be; and half as many. */
static void large_lists_are_written_up_to_the_limit(void)
{
    enum { COUNT = 600000, LENGTH = 60 };
    char *text = malloc((size_t)COUNT * LENGTH + 1);
    rs_rule *rules = calloc(COUNT, sizeof *rules);
    CU_ASSERT_FATAL(text != NULL && rules != NULL);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(text + i * LENGTH, LENGTH + 1, "%060zu", i);
        rules[i] = (rs_rule){.forms = ALL_FORMS, .self = true, .below = true};
        rules[i].value = rs_bytes_make(text + i * LENGTH, LENGTH);
    }
    rs_list_root root = {.sha256 = {1}};
    rs_list_stanza stanza = {.roots = &root, .root_count = 1, .rules = rules, .rule_count = COUNT};
    rs_list list = {.stanzas = &stanza, .stanza_count = 1};
    rs_bytes file;
    CU_ASSERT_EQUAL(write_list(&list, &file), RS_WRITE_TOO_LARGE);
    stanza.rule_count = COUNT / 2;
    CU_ASSERT_EQUAL_FATAL(write_list(&list, &file), RS_WRITE_OK);
    rs_image image;
    CU_ASSERT_EQUAL(rs_image_open(file, &image), RS_IMAGE_OK);
    release(file);
    free(rules);
    free(text);
}

static void no_memory_is_told(void)
{
    rs_bytes whole;
    CU_ASSERT_EQUAL_FATAL(write_list(&made_list, &whole), RS_WRITE_OK);
    bool failed = true;
    for (long n = 0; failed && n < 1000; n++) {
        rs_bytes file;
        memory_fail_after(n);
        rs_write_status status = write_list(&made_list, &file);
        failed = memory_fail_stop();
        /* Sorting does without, and then the file is the same. */
        if (status == RS_WRITE_OK)
            CU_ASSERT(rs_bytes_equal(file, whole));
        CU_ASSERT(status == RS_WRITE_OK || (failed && status == RS_WRITE_NO_MEMORY));
        release(file);
    }
    CU_ASSERT_FALSE(failed);
    release(whole);
}

static CU_TestInfo tests[] = {
    {"the file is as the format says", file_is_as_the_format_says},
    {"equal lists give equal files", equal_lists_give_equal_files},
    {"places depend on the sources", places_depend_on_the_sources},
    {"equal scopes share their sets", equal_scopes_share_their_sets},
    {"what is no list is refused", what_is_no_list_is_refused},
    {"too large is refused", too_large_is_refused},
    {"large lists are written up to the limit", large_lists_are_written_up_to_the_limit},
    {"no memory is told", no_memory_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("image_writer", tests)
