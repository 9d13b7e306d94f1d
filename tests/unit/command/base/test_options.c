/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/options.h"

#include "command/base/exit_status.h"
#include "tests/unit/suite.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct options {
    bool quiet;
    const char *file;
    rs_words names;
    int number;
} options;

static const char *take_digit(void *into, const char *value)
{
    *(int *)into = value[0] - '0';
    return value[0] >= '0' && value[0] <= '9' && value[1] == '\0' ? NULL : "a digit";
}

static const rs_option rows[] = {
    {"quiet", 'q', NULL, "print errors only", rs_option_flag, offsetof(options, quiet)},
    {"file", 'f', "FILE", "write to FILE", rs_option_text, offsetof(options, file)},
    {"name", 0, "NAME", "add NAME", rs_option_words, offsetof(options, names)},
    {"number", 'n', "N",
     "a text that is far too long for one line, so that it goes on in the next one where it began",
     take_digit, offsetof(options, number)},
    {"alias", 0, "FILE", NULL, rs_option_text, offsetof(options, file)},
    {0},
};

static const rs_subcommand anywhere = {.name = "try", .usage = "Usage\n", .options = rows};
static const rs_subcommand first = {.name = "try",
                                    .usage = "Usage\n",
                                    .options = rows,
                                    .notes = "Notes\n",
                                    .options_first = true,
                                    .usage_status = 3};

/* What a command line comes to; its words are split at blanks. */
typedef struct outcome {
    char line[256], *names[32];
    options options;
    rs_words arguments;
    int status;
    char output[2048]; /* on standard error and standard output */
} outcome;

/* `names` NULL: all options have a meaning. */
static void read_some(outcome *o, const rs_subcommand *command, const char *line,
                      const char *const *names)
{
    static char *argv[32];
    int argc = 0;
    *o = (outcome){.options.names.items = NULL};
    o->options.names.items = o->names;
    snprintf(o->line, sizeof o->line, "%s", line);
    for (char *word = strtok(o->line, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    FILE *file = tmpfile();
    CU_ASSERT_FATAL(file != NULL);
    fflush(stdout);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    optind = 0;
    o->status = rs_options_read(command, argc, argv, &o->options, &o->arguments);
    if (o->status == RS_OPTIONS_READ && names != NULL)
        o->status = rs_options_only(command, &o->arguments, names, "here");
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    rewind(file);
    o->output[fread(o->output, 1, sizeof o->output - 1, file)] = '\0';
    fclose(file);
}

static void read_line(outcome *o, const rs_subcommand *command, const char *line)
{
    read_some(o, command, line, NULL);
}

static void options_and_arguments_in_any_order(void)
{
    outcome o;
    read_line(&o, &anywhere, "try one -q --file=a two --name x --name y -n 7 -- -q");
    CU_ASSERT(o.status == RS_OPTIONS_READ && o.output[0] == '\0');
    CU_ASSERT(o.options.quiet && o.options.number == 7);
    CU_ASSERT_STRING_EQUAL(o.options.file, "a");
    CU_ASSERT(o.options.names.count == 2 && o.options.names.items[2] == NULL);
    CU_ASSERT_STRING_EQUAL(o.options.names.items[1], "y");
    CU_ASSERT(o.arguments.count == 3 && o.arguments.items[3] == NULL);
    CU_ASSERT_STRING_EQUAL(o.arguments.items[1], "two");
    CU_ASSERT_STRING_EQUAL(o.arguments.items[2], "-q");
}

static void nothing_given(void)
{
    outcome o;
    read_line(&o, &anywhere, "try");
    CU_ASSERT(o.status == RS_OPTIONS_READ && o.arguments.count == 0);
    CU_ASSERT(!o.options.quiet && o.options.file == NULL && o.options.names.count == 0);
}

static void last_value_counts(void)
{
    outcome o;
    read_line(&o, &anywhere, "try -f a --file b --alias c");
    CU_ASSERT_STRING_EQUAL(o.options.file, "c");
}

static void first_argument_ends_the_options(void)
{
    outcome o;
    read_line(&o, &first, "try -q run --file a");
    CU_ASSERT(o.status == RS_OPTIONS_READ && o.options.quiet && o.options.file == NULL);
    CU_ASSERT(o.arguments.count == 3);
    CU_ASSERT_STRING_EQUAL(o.arguments.items[0], "run");
}

static void meaningless_options_are_refused(void)
{
    static const char *const names[] = {"file", "quiet", NULL};
    outcome o;
    read_some(&o, &anywhere, "try number one -q -f c", names);
    CU_ASSERT(o.status == RS_OPTIONS_READ && o.output[0] == '\0');
    read_some(&o, &anywhere, "try one -q -n 1 -f c", names);
    CU_ASSERT(o.status == RS_EXIT_ERROR);
    CU_ASSERT_STRING_EQUAL(o.output, "rootscope: --number has no meaning here\n"
                                     "Try 'rootscope help try'.\n");
}

static void refused(const rs_subcommand *command, const char *line, int status, const char *said)
{
    outcome o;
    char expected[200];
    snprintf(expected, sizeof expected, "rootscope: %s\nTry 'rootscope help try'.\n", said);
    read_line(&o, command, line);
    CU_ASSERT(o.status == status);
    CU_ASSERT_STRING_EQUAL(o.output, expected);
}

static void wrong_options_are_refused(void)
{
    refused(&anywhere, "try --frob", RS_EXIT_ERROR, "unknown option: --frob");
    refused(&anywhere, "try -Z", RS_EXIT_ERROR, "unknown option: -Z");
    refused(&anywhere, "try --quiet=yes", RS_EXIT_ERROR, "unknown option: --quiet=yes");
    refused(&anywhere, "try --file", RS_EXIT_ERROR, "option needs a value: --file");
    refused(&anywhere, "try -qf", RS_EXIT_ERROR, "option needs a value: -f");
    refused(&anywhere, "try -n 10", RS_EXIT_ERROR, "--number must be a digit: 10");
    refused(&first, "try --frob", 3, "unknown option: --frob");
}

static void help_lists_the_rows(void)
{
    outcome o;
    read_line(&o, &first, "try --help --frob");
    CU_ASSERT(o.status == RS_EXIT_OK);
    CU_ASSERT_STRING_EQUAL(
        o.output,
        "Usage\n"
        "\n"
        "  -q, --quiet      print errors only\n"
        "  -f, --file FILE  write to FILE\n"
        "      --name NAME  add NAME\n"
        "  -n, --number N   a text that is far too long for one line, so that it goes on\n"
        "                   in the next one where it began\n"
        "  -h, --help       print this help\n"
        "\n"
        "Notes\n");
}

static void table_may_be_missing(void)
{
    static const rs_subcommand bare = {.name = "try", .usage = "Usage\n"};
    outcome o;
    read_line(&o, &bare, "try a -h");
    CU_ASSERT(o.status == RS_EXIT_OK);
    CU_ASSERT_STRING_EQUAL(o.output, "Usage\n\n  -h, --help  print this help\n");
}

static CU_TestInfo tests[] = {
    {"options and arguments in any order", options_and_arguments_in_any_order},
    {"nothing given", nothing_given},
    {"the last value counts", last_value_counts},
    {"the first argument ends the options", first_argument_ends_the_options},
    {"wrong options are refused", wrong_options_are_refused},
    {"meaningless options are refused", meaningless_options_are_refused},
    {"help lists the rows", help_lists_the_rows},
    {"the table may be missing", table_may_be_missing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("command options", tests)
