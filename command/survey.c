/* SPDX-License-Identifier: Apache-2.0 */
#include "command/analysis.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/near_word.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/survey/ca/ca_files.h"
#include "command/survey/counting/resolve.h"
#include "command/survey/counting/run.h"
#include "command/survey/input/log/log_url.h"
#include "command/survey/store/merge.h"
#include "command/survey/store_argument.h"
#include "command/survey/summary.h"
#include "command/survey/summary_page.h"
#include "command/survey/table.h"
#include "lib/base/utc.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS_MAX = 1024 };

typedef struct options {
    const char *roots, *store, *html;
    rs_words intermediates;
    uint64_t threads;
    int64_t since, until;
    rs_survey_level level;
    bool verify, tsv, json;
} options;

/* What a survey works with, beside the store. */
typedef struct tools {
    rs_ca_pool *pool;
    rs_suffixes *suffixes;
    rs_arena arena;
} tools;

static void clear_tools(tools *t)
{
    rs_ca_pool_free(t->pool);
    rs_suffixes_free(t->suffixes);
    rs_arena_clear(&t->arena);
}

static bool make_tools(const options *o, tools *t)
{
    rs_ca_files_count count = {0};
    const char *roots;
    *t = (tools){.pool = rs_message_need(rs_ca_pool_new()), .suffixes = rs_suffixes_new(NULL)};
    rs_message_need(t->suffixes);
    bool good = rs_ca_files_add_roots(t->pool, o->roots, &t->arena, &roots, &count);
    for (size_t i = 0; i < o->intermediates.count && good; i++)
        good = rs_ca_files_add(t->pool, o->intermediates.items[i], RS_CA_GIVEN, &count);
    return good;
}

/* A unit contributes something else with other options, and a store has each unit once. */
static bool set_period(rs_survey_store *store, const char *name, int64_t time, bool is_set)
{
    char text[RS_UTC_TEXT_SIZE] = "none";
    if (is_set)
        rs_utc_text(time, text);
    return rs_survey_store_set(store, name, text);
}

static bool set_options(rs_survey_store *store, const options *o)
{
    return set_period(store, "since", o->since, o->since != INT64_MIN) &&
           set_period(store, "until", o->until, o->until != INT64_MAX) &&
           rs_survey_store_set(store, "verify", o->verify ? "all" : "strangers");
}

/* What was not counted, and how many of each. */
static bool tell_totals(rs_survey_store *store, rs_arena *arena)
{
    sqlite3_stmt *query =
        rs_survey_store_query(store, "SELECT name, count FROM total ORDER BY count DESC, name");
    const char *text = "", *certificates = "0";
    while (query != NULL && sqlite3_step(query) == SQLITE_ROW) {
        const char *name =
            rs_text_printable(arena, rs_bytes_make(sqlite3_column_text(query, 0),
                                                   (size_t)sqlite3_column_bytes(query, 0)));
        const char *count = rs_text_number(arena, (size_t)sqlite3_column_int64(query, 1));
        if (strcmp(name, "certificates") == 0)
            certificates = count;
        else
            text = rs_text_format(arena, "%s%s%s %s", text, *text == '\0' ? "" : ", ", count, name);
    }
    fprintf(stderr, "The store counts %s certificates. Not counted: %s.\n", certificates,
            *text == '\0' ? "none" : text);
    return query != NULL && (sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store));
}

/* Certificates that are counted, and are in no row. */
static bool tell_lost(rs_survey_store *store, rs_arena *arena)
{
    sqlite3_stmt *query = rs_survey_store_query(
        store, "SELECT count(*), sum(certificates) FROM issuer"
               " WHERE certificates > 0 AND id NOT IN (SELECT issuer FROM reaches)");
    bool good = query != NULL && sqlite3_step(query) == SQLITE_ROW;
    if (good && sqlite3_column_int64(query, 0) > 0)
        fprintf(stderr,
                "Counted, but in no row, since they reach none of the roots: %s (issuers: %s).\n",
                rs_text_number(arena, (size_t)sqlite3_column_int64(query, 1)),
                rs_text_number(arena, (size_t)sqlite3_column_int64(query, 0)));
    sqlite3_finalize(query);
    return good || rs_survey_store_failed(store);
}

static bool tell_run(const options *o, rs_survey_store *store, const rs_survey_result *result)
{
    rs_arena arena = {0};
    fprintf(stderr, "Units added: %s; known before: %s; unreadable: %s.\n",
            rs_text_number(&arena, result->units_added),
            rs_text_number(&arena, result->units_known),
            rs_text_number(&arena, result->unreadable));
    if (result->parts > 0)
        fprintf(stderr, "Parts of tiles, left out until the log has the whole tiles: %s.\n",
                rs_text_number(&arena, result->parts));
    bool good = tell_totals(store, &arena) && tell_lost(store, &arena);
    fprintf(stderr,
            "Signatures of CA certificates were verified. Those of other certificates were "
            "verified%s.\n",
            o->verify ? "" : ", unless a log accepted the certificate");
    rs_arena_clear(&arena);
    return good;
}

/* Then the result depends on the order of the inputs. */
static void tell_left_out(const tools *t)
{
    if (t->pool != NULL && rs_ca_pool_count(t->pool).left_out > 0)
        rs_message_warning(
            "the inputs have more than %zu MiB of CA certificates; which of them are "
            "left out depends on their order",
            RS_CA_STRANGERS_MAX >> 20);
}

static rs_survey_form form_of(const options *o)
{
    return o->json ? RS_SURVEY_FORM_JSON : o->tsv ? RS_SURVEY_FORM_TSV : RS_SURVEY_FORM_TEXT;
}

/* That the system refused some input, or all of them; or that some was lost. */
static void tell_missing(const rs_survey_result *result)
{
    if (result->lost > 0)
        rs_message_error("units that wait for an issuer, and cannot be read again: %llu; they are "
                         "left out: run the same command with files",
                         (unsigned long long)result->lost);
    if (result->refused == 0)
        return;
    if (result->units_added + result->units_known == 0 && result->refused == result->unreadable)
        rs_message_error("no input could be read");
    else
        rs_message_error("inputs that could not be read: %llu; the others were read",
                         (unsigned long long)result->refused);
}

static bool read_inputs(const options *o, const rs_words *inputs, rs_survey_store *store,
                        const tools *t, rs_survey_result *result)
{
    rs_survey_job job = {
        .scope = {.pool = t->pool,
                  .suffixes = t->suffixes,
                  .verify = o->verify ? RS_SURVEY_VERIFY_ALL : RS_SURVEY_VERIFY_STRANGERS,
                  .since = o->since,
                  .until = o->until},
        .store = store,
        .inputs = inputs->items,
        .input_count = inputs->count,
        .threads = (unsigned)o->threads};
    return set_options(store, o) && rs_survey_resolve_load(store, t->pool) &&
           (inputs->count == 0 || rs_survey_run(&job, result)) &&
           rs_survey_resolve(store, t->pool) && tell_run(o, store, result);
}

static int refuse_inputs(const options *o, const rs_words *inputs)
{
    const rs_subcommand *self = &rs_command_survey;
    if (o->tsv && o->json)
        return rs_message_usage(self, "--tsv and --json cannot be combined");
    if (o->html != NULL)
        return rs_message_usage(self, "--html is for summary");
    if (inputs->count == 0 && o->store == NULL)
        return rs_message_usage(self, "missing argument: INPUT, or --store with a store");
    for (size_t i = 0; i < inputs->count; i++) {
        rs_log_url url;
        const char *input = inputs->items[i];
        if (*input == '\0')
            return rs_message_usage(self, "an INPUT is empty");
        const char *problem = rs_log_url_is(input) ? rs_log_url_read(input, &url) : NULL;
        if (problem != NULL)
            return rs_message_usage(self, "%s: %s", input, problem);
    }
    return RS_OPTIONS_READ;
}

/* What is no word of the survey is an input; where there is none, a word may have been meant. */
static void tell_meant(const rs_words *inputs)
{
    static const char *const names[] = {"merge", "summary", NULL};
    const char *first = inputs->count == 0 ? NULL : inputs->items[0];
    const char *meant = first == NULL ? NULL : rs_near_word(first, names);
    if (meant != NULL && access(first, F_OK) != 0)
        rs_message_warning("%s is not a file; did you mean rootscope survey %s?", first, meant);
}

static int survey_inputs(const options *o, const rs_words *inputs)
{
    int status = refuse_inputs(o, inputs);
    if (status != RS_OPTIONS_READ)
        return status;
    tell_meant(inputs);
    tools t = {0};
    rs_survey_result result = {0};
    rs_survey_store *store =
        o->store == NULL ? rs_survey_store_open_hidden() : rs_survey_store_open(o->store);
    bool good = store != NULL && make_tools(o, &t) && read_inputs(o, inputs, store, &t, &result) &&
                rs_survey_store_begin_to_read(store) &&
                rs_survey_table_print(store, o->level, form_of(o));
    rs_survey_store_close(store);
    tell_left_out(&t);
    clear_tools(&t);
    tell_missing(&result);
    bool is_complete = result.refused + result.lost == 0;
    return !good ? RS_EXIT_ERROR : is_complete ? RS_EXIT_OK : RS_EXIT_INCOMPLETE;
}

/* As where all stores of a folder are merged into one of them: it has what it has. */
static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

static bool merge_one(rs_survey_store *into, const char *path)
{
    rs_survey_store *from = rs_survey_store_open_to_read(path);
    bool good = from != NULL && rs_survey_merge(into, from);
    if (from != NULL && !good)
        rs_message_error("%s: nothing of it was added", path);
    rs_survey_store_close(from);
    return good;
}

static int merge_stores(const options *o, const rs_words *stores)
{
    static const char *const names[] = {"store", NULL};
    int status = rs_options_only(&rs_command_survey, stores, names, "with merge");
    if (status != RS_OPTIONS_READ)
        return status;
    if (o->store == NULL || stores->count < 2)
        return rs_message_usage(&rs_command_survey,
                                "merge needs the store to add to, and others: rootscope survey "
                                "merge --store STORE OTHER...");
    rs_survey_store *into = rs_survey_store_open(o->store);
    bool good = into != NULL;
    for (size_t i = 1; i < stores->count && good; i++)
        good = is_same_file(stores->items[i], o->store) || merge_one(into, stores->items[i]);
    rs_survey_store_close(into);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int summarise(options *o, const rs_words *words)
{
    static const char *const names[] = {"store", "json", "html", NULL};
    const rs_subcommand *self = &rs_command_survey;
    int status = rs_options_only(self, words, names, "with summary");
    if (status != RS_OPTIONS_READ)
        return status;
    if (o->html != NULL && o->json)
        return rs_message_usage(self, "--html and --json cannot be combined");
    if (!rs_store_argument_take(words, 1, &o->store))
        return rs_message_usage(self, "summary needs one store: rootscope survey summary STORE");
    rs_survey_store *store = rs_survey_store_open_to_read(o->store);
    rs_summary summary = {0};
    bool good = store != NULL && rs_summary_read(store, &summary);
    if (good && o->html != NULL)
        good = rs_summary_page(&summary, o->store, o->html);
    else if (good && o->json)
        rs_summary_json(&summary);
    else if (good)
        rs_summary_text(&summary);
    rs_summary_clear(&summary);
    rs_survey_store_close(store);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

/* Whether the first argument is this word: a file of that name is `./WORD`. */
static bool is_word(const rs_words *words, const char *word)
{
    return words->count > 0 && strcmp(words->items[0], word) == 0;
}

static const char *take_time(void *into, const char *value)
{
    return rs_utc_read_any(rs_bytes_of_string(value), into)
               ? NULL
               : "2026-11-22, 2026-11-22T00:12:34Z or seconds since 1970 (UTC)";
}

static const char *take_threads(void *into, const char *value)
{
    bool good = rs_text_read_number(value, THREADS_MAX, into) && *(uint64_t *)into > 0;
    return good ? NULL : "a number from 1 to 1024";
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_survey;
    options o = {.threads = 1, .since = INT64_MIN, .until = INT64_MAX};
    rs_words words = {0};
    o.intermediates.items = rs_message_need(calloc((size_t)argc + 1, sizeof(char *)));
    int status = rs_options_read(self, argc, argv, &o, &words);
    if (status == RS_OPTIONS_READ)
        status = is_word(&words, "merge")     ? merge_stores(&o, &words)
                 : is_word(&words, "summary") ? summarise(&o, &words)
                                              : survey_inputs(&o, &words);
    free(o.intermediates.items);
    return status;
}

static const rs_option known[] = {
    {"roots", 0, "FILE", "the roots, as PEM (default: the system's trust store)", rs_option_text,
     offsetof(options, roots)},
    {"intermediates", 0, "FILE",
     "know these CA certificates, too: PEM, PEM.xz or CSV of CCADB; can be repeated",
     rs_option_words, offsetof(options, intermediates)},
    {"store", 0, "FILE",
     "add to this store, and print what all of it says; with summary: the store", rs_option_text,
     offsetof(options, store)},
    {"jobs", 0, "N", "read with N threads (default: 1)", take_threads, offsetof(options, threads)},
    {"level", 0, "tld|public-suffix|registrable",
     "print a row for each suffix of this level (default: tld)", rs_survey_level_take,
     offsetof(options, level)},
    {"since", 's', "TIME",
     "ignore certificates that began to be valid before TIME: 2026-11-22, 2026-11-22T00:12:34Z or "
     "seconds since 1970 (UTC)",
     take_time, offsetof(options, since)},
    {"until", 'u', "TIME", "ignore certificates that began to be valid at TIME or later", take_time,
     offsetof(options, until)},
    {"verify", 0, NULL, "verify signatures also of certificates that a log accepted",
     rs_option_flag, offsetof(options, verify)},
    {"tsv", 0, NULL, "print values separated by tabs", rs_option_flag, offsetof(options, tsv)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {"html", 0, "FILE", "with summary: write a web page with charts to FILE", rs_option_text,
     offsetof(options, html)},
    {0},
};

const rs_subcommand rs_command_survey = {
    .name = "survey",
    .summary = RS_SURVEY_SUMMARY,
    .usage = "Usage: rootscope survey [OPTION...] INPUT...\n"
             "       rootscope survey --store STORE [OPTION...] [INPUT...]\n"
             "       rootscope survey merge --store STORE OTHER...\n"
             "       rootscope survey summary [--json | --html FILE] STORE\n"
             "\n"
             "Counts for which domains each root has issued certificates. Every INPUT is a\n"
             "file or a folder of certificates: data tiles of static-ct-api, answers to\n"
             "get-entries, PEM, DER, JSON lines with chains, CSV, fields of tshark; or the\n"
             "URL of a log of Certificate Transparency.\n"
             "\n"
             "merge adds what other stores have to STORE. summary tells for how many\n"
             "top-level domains the roots of STORE have issued.\n",
    .options = known,
    .notes = "Exit status: 0 done, 1 some input could not be read, 2 error.\n",
    .run = run,
};
