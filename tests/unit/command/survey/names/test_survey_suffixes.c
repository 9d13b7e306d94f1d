/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/names/suffixes.h"
#include "tests/unit/scratch.h"

#include <libpsl.h>

static const char list[] = "// ===BEGIN ICANN DOMAINS===\n"
                           "com\n"
                           "org\n"
                           "uk\n"
                           "co.uk\n"
                           "*.ck\n"
                           "!www.ck\n"
                           "jp\n"
                           "*.kobe.jp\n"
                           "!city.kobe.jp\n"
                           "\xe4\xb8\xad\xe5\x9b\xbd\n" /* xn--fiqs8s */
                           "// ===END ICANN DOMAINS===\n"
                           "// ===BEGIN PRIVATE DOMAINS===\n"
                           "github.io  a comment\n"
                           "s3.dualstack.us-east-1.amazonaws.com\n"
                           "a-label-with-1-inside-of-it.com\n"
                           "seven77.com\n"
                           "eight888.com\n"
                           "fourteen141414.com\n"
                           "one.7seven77.com\n"
                           "// ===END PRIVATE DOMAINS===\n";

static const struct {
    const char *host, *domain, *suffix;
} rows[] = {
    {"example.com", "example.com", "com"},
    {"a.b.example.com", "example.com", "com"},
    {"com", "com", "com"},
    {"example.co.uk", "example.co.uk", "co.uk"},
    {"www.example.co.uk", "example.co.uk", "co.uk"},
    {"other.uk", "other.uk", "uk"},
    {"co.uk", "co.uk", "co.uk"},
    {"x.y.z.ck", "y.z.ck", "z.ck"},
    {"z.ck", "z.ck", "z.ck"},
    {"www.ck", "www.ck", "ck"},
    {"a.www.ck", "www.ck", "ck"},
    {"a.city.kobe.jp", "city.kobe.jp", "kobe.jp"},
    {"a.b.c.kobe.jp", "b.c.kobe.jp", "c.kobe.jp"},
    {"other.jp", "other.jp", "jp"},
    {"a.xn--fiqs8s", "a.xn--fiqs8s", "xn--fiqs8s"},
    {"x.amazonaws.com", "amazonaws.com", "com"},
    {"y.us-east-1.amazonaws.com", "amazonaws.com", "com"},
    {"b.s3.dualstack.us-east-1.amazonaws.com", "b.s3.dualstack.us-east-1.amazonaws.com",
     "s3.dualstack.us-east-1.amazonaws.com"},
    {"a.b.s3.dualstack.us-east-1.amazonaws.com", "b.s3.dualstack.us-east-1.amazonaws.com",
     "s3.dualstack.us-east-1.amazonaws.com"},
    {"me.github.io", "me.github.io", "github.io"},
    {"me.a-label-with-1-inside-of-it.com", "me.a-label-with-1-inside-of-it.com",
     "a-label-with-1-inside-of-it.com"},
    {"me.a-label-with-2-inside-of-it.com", "a-label-with-2-inside-of-it.com", "com"},
    /* Labels as long as words, and those that have their ends. */
    {"a.seven77.com", "a.seven77.com", "seven77.com"},
    {"a.eight888.com", "a.eight888.com", "eight888.com"},
    {"a.ight888.com", "ight888.com", "com"},
    {"a.xight888.com", "xight888.com", "com"},
    {"ight888.com", "ight888.com", "com"},
    {"a.fourteen141414.com", "a.fourteen141414.com", "fourteen141414.com"},
    {"a.n141414.com", "n141414.com", "com"},
    {"a.xourteen141414.com", "xourteen141414.com", "com"},
    {"a.xfourteen141414.com", "xfourteen141414.com", "com"},
    {"a.one.7seven77.com", "a.one.7seven77.com", "one.7seven77.com"},
    {"a.b.7seven77.com", "7seven77.com", "com"},
    {"a.one.seven77.com", "one.seven77.com", "seven77.com"},
    {"b.7.seven77.com", "7.seven77.com", "seven77.com"},
    {"me.ithub.io", NULL, NULL},
    {"c.o", NULL, NULL},
    {"db.internal", NULL, NULL},
    {"localhost", NULL, NULL},
    {"github.io", "github.io", "github.io"},
    {"other.io", NULL, NULL},
};

static const char *list_path(void)
{
    static scratch_path path;
    path = scratch("list.dat");
    scratch_write(path.text, rs_bytes_of_string(list));
    return path.text;
}

/* The ends of a name. */
static rs_suffix_ends ends_of(rs_suffixes *suffixes, const char *text)
{
    rs_host_name host;
    rs_reason why;
    CU_ASSERT_TRUE_FATAL(rs_host_name_read(rs_bytes_of_string(text), &host, &why));
    rs_host_view view = rs_host_view_of(&host);
    return rs_suffixes_find(suffixes, &view);
}

/* Twice, so that what is kept is right as well; and in both directions, whoever asks first. */
static void ends_follow_the_rules(void)
{
    rs_suffixes *suffixes = rs_suffixes_new(list_path());
    CU_ASSERT_PTR_NOT_NULL_FATAL(suffixes);
    size_t count = sizeof rows / sizeof *rows;
    for (size_t turn = 0; turn < 2 * count; turn++) {
        size_t i = turn < count ? turn : 2 * count - 1 - turn;
        rs_suffix_ends ends = ends_of(suffixes, rows[i].host);
        CU_ASSERT_EQUAL(ends.suffix, rows[i].suffix == NULL ? 0 : strlen(rows[i].suffix));
        CU_ASSERT_EQUAL(ends.domain, rows[i].domain == NULL ? 0 : strlen(rows[i].domain));
        const char *dot = strrchr(rows[i].host, '.');
        CU_ASSERT_EQUAL(ends.tld, strlen(dot == NULL ? rows[i].host : dot + 1));
    }
    rs_suffixes_free(suffixes);
}

/* How much of a name's end decides; names before which a rule may be decide nothing. */
static void closed_ends_are_told(void)
{
    static const struct {
        const char *host, *closed;
    } hosts[] = {{"a.b.example.com", "example.com"},
                 {"example.com", "example.com"},
                 {"amazonaws.com", ""},
                 {"a.x.amazonaws.com", "x.amazonaws.com"},
                 {"com", ""},
                 {"co.uk", ""},
                 {"www.example.co.uk", "example.co.uk"},
                 {"w.x.y.z.ck", "y.z.ck"},
                 {"z.ck", ""},
                 {"b.a.city.kobe.jp", "a.city.kobe.jp"},
                 {"me.github.io", "me.github.io"},
                 {"db.internal", ""}};
    rs_suffixes *suffixes = rs_suffixes_new(list_path());
    CU_ASSERT_PTR_NOT_NULL_FATAL(suffixes);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        CU_ASSERT_EQUAL(ends_of(suffixes, hosts[i].host).closed, strlen(hosts[i].closed));
    }
    rs_suffixes_free(suffixes);
}

/* What is kept is what libpsl says of every name, with the system's list too. */
static void kept_answers_are_libpsls(void)
{
    static const char *const first[] = {"", "a.", "b.a.", "www.", "city.", "c.b.a."};
    static const char *const ends[] = {"com",
                                       "co.uk",
                                       "uk",
                                       "ck",
                                       "www.ck",
                                       "kobe.jp",
                                       "jp",
                                       "city.kobe.jp",
                                       "github.io",
                                       "io",
                                       "com.br",
                                       "blogspot.com",
                                       "compute.amazonaws.com",
                                       "zz"};
    rs_suffixes *suffixes = rs_suffixes_new(NULL);
    psl_ctx_t *psl = psl_latest(NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(suffixes);
    for (size_t turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < sizeof first / sizeof *first; i++)
            for (size_t at = 0; at < sizeof ends / sizeof *ends; at++) {
                char text[128];
                snprintf(text, sizeof text, "%s%s", first[i], ends[at]);
                rs_suffix_ends found = ends_of(suffixes, text);
                const char *suffix = psl_unregistrable_domain(psl, text);
                const char *domain = psl_registrable_domain(psl, text);
                if (found.suffix == 0) { /* libpsl's default rule `*` */
                    CU_ASSERT_STRING_EQUAL(suffix, "zz");
                    continue;
                }
                CU_ASSERT_EQUAL(found.suffix, suffix == NULL ? strlen(text) : strlen(suffix));
                CU_ASSERT_EQUAL(found.domain, domain == NULL ? strlen(text) : strlen(domain));
                if (found.closed == 0)
                    continue;
                char longer[160];
                snprintf(longer, sizeof longer, "s3.%s", text + strlen(text) - found.closed);
                CU_ASSERT_STRING_EQUAL(psl_registrable_domain(psl, longer), domain);
            }
    psl_free(psl);
    rs_suffixes_free(suffixes);
}

/* A list with more rules than there is room for at first. */
static void long_lists_are_read(void)
{
    enum { RULES = 40000 };
    scratch_path path = scratch("long.dat");
    FILE *out = fopen(path.text, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    fputs("// ===BEGIN ICANN DOMAINS===\ncom\n", out);
    for (unsigned i = 0; i < RULES; i++)
        fprintf(out, "r%u.com\n", i);
    fputs("// ===END ICANN DOMAINS===\n", out);
    CU_ASSERT_EQUAL(fclose(out), 0);
    rs_suffixes *suffixes = rs_suffixes_new(path.text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(suffixes);
    for (unsigned i = 0; i < 2 * RULES; i += 7) {
        char text[32];
        size_t n = (size_t)snprintf(text, sizeof text, "www.a.r%u.com", i);
        rs_suffix_ends ends = ends_of(suffixes, text);
        CU_ASSERT_EQUAL(ends.suffix, i < RULES ? n - 6 : 3);
        CU_ASSERT_EQUAL(ends.domain, i < RULES ? n - 4 : n - 6);
    }
    rs_suffixes_free(suffixes);
}

static void missing_list_is_told(void)
{
    CU_ASSERT_PTR_NULL(rs_suffixes_new("/nonexistent/list.dat"));
}

static CU_TestInfo tests[] = {
    {"ends follow the rules", ends_follow_the_rules},
    {"closed ends are told", closed_ends_are_told},
    {"kept answers are libpsl's", kept_answers_are_libpsls},
    {"long lists are read", long_lists_are_read},
    {"a missing list is told", missing_list_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey suffixes", tests)
