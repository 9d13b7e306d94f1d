/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/change.h"
#include "command/list/mode_plan.h"
#include "command/list/stanza_text.h"
#include "lib/compiler/mode_line.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct options {
    rs_change_target target;
    const char *file, *until;
    bool all;
} options;

enum { OPTIONS_DONE = -1 };

static int take_option(int option, char *const *argv, options *o)
{
    switch (option) {
    case 'a':
        o->all = true;
        break;
    case 'u':
        o->until = optarg;
        break;
    case 'f':
        o->file = optarg;
        break;
    case 'o':
        o->target.output = optarg;
        break;
    case 's':
        o->target.shipped = optarg;
        break;
    case 'L':
        o->target.local = optarg;
        break;
    case 'n':
        o->target.no_compile = true;
        break;
    case 'q':
        o->target.quiet = true;
        break;
    case 'h':
        return rs_message_help(&rs_command_set_mode);
    default:
        return rs_message_option(&rs_command_set_mode, option, argv);
    }
    return OPTIONS_DONE;
}

static int read_options(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"all", no_argument, NULL, 'a'},          {"until", required_argument, NULL, 'u'},
        {"file", required_argument, NULL, 'f'},   {"no-compile", no_argument, NULL, 'n'},
        {"output", required_argument, NULL, 'o'}, {"shipped", required_argument, NULL, 's'},
        {"local", required_argument, NULL, 'L'},  {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int option, status = OPTIONS_DONE;
    opterr = 0;
    while (status == OPTIONS_DONE &&
           (option = getopt_long(argc, argv, ":au:f:no:qh", known, NULL)) != -1)
        status = take_option(option, argv, o);
    return status;
}

/* Reads what would stand after `mode`, by the rules of a list source. */
static bool read_mode(const char *words, rs_mode_period *mode)
{
    rs_arena arena = {0};
    rs_diagnostics wrong = {0};
    rs_lexer *lexer = rs_message_need(rs_arena_take(&arena, sizeof *lexer));
    rs_line line;
    const char *text = rs_text_format(&arena, "mode %s\n", words);
    rs_lexer_init(lexer, "", rs_bytes_of_string(text), &wrong);
    bool good = rs_stanza_text_is_safe(words) && rs_lexer_next(lexer, &line) == RS_LEXED_LINE &&
                line.count <= 4 && rs_mode_line_read(&lexer->place, &line, mode);
    rs_diagnostics_clear(&wrong);
    rs_arena_clear(&arena);
    return good;
}

static int read_arguments(const options *o, int argc, char *const *argv, rs_mode_period *mode)
{
    const rs_command *self = &rs_command_set_mode;
    if (optind == argc)
        return rs_message_usage(self, "which mode? enforce, test or off is needed");
    const char *word = argv[optind];
    if (strchr(word, ' ') != NULL || !read_mode(word, mode))
        return rs_message_usage(self, "the mode is enforce, test or off: %s", word);
    if (optind + 1 == argc && !o->all)
        return rs_message_usage(self, "which roots? at least one ROOT or --all is needed");
    if (optind + 1 < argc && o->all)
        return rs_message_usage(self, "--all is without roots: %s", argv[optind + 1]);
    if (o->until != NULL && mode->mode != RS_MODE_TEST)
        return rs_message_usage(self, "--until is for test only");
    if (o->file != NULL && !rs_sources_is_name(o->file))
        return rs_message_usage(self, "--file is a name that ends in .list, without a folder "
                                      "(--local says where)");
    const rs_change_target *target = &o->target;
    if ((target->shipped != NULL || target->local != NULL) && target->output == NULL &&
        !target->no_compile)
        return rs_message_usage(self, "with --shipped or --local, -o FILE or --no-compile is "
                                      "needed");
    if (o->until == NULL)
        return OPTIONS_DONE;
    rs_arena arena = {0};
    bool good = read_mode(rs_text_format(&arena, "test until %s", o->until), mode);
    rs_arena_clear(&arena);
    return good ? OPTIONS_DONE
                : rs_message_usage(self, "--until is a date, YYYY-MM-DD, from 2000 on: %s",
                                   o->until);
}

static void set_defaults(options *o)
{
    if (o->target.shipped == NULL)
        o->target.shipped = ROOTSCOPE_SOURCES_SHIPPED;
    if (o->target.local == NULL)
        o->target.local = ROOTSCOPE_SOURCES_LOCAL;
    if (o->file == NULL)
        o->file = RS_LOCAL_EDITS_FILE;
}

static void warn(const rs_mode_plan *plan)
{
    if (plan->wanted.until != 0 && rs_mode_at(plan->wanted, time(NULL)) == RS_MODE_ENFORCE)
        rs_message_warning("that date is past, so that the mode is enforce");
    rs_mode_plan_warn(plan);
}

static int set_mode(const options *o, char *const *roots, rs_mode_period mode)
{
    rs_arena arena = {0};
    rs_sources sources = {0};
    rs_mode_plan plan = {
        .edits = {.arena = &arena, .sources = &sources, .folder = o->target.local, .file = o->file},
        .wanted = mode};
    bool good = rs_sources_add_folders(&sources, o->target.shipped, o->target.local) &&
                rs_sources_parse(&sources, false) &&
                (o->all ? rs_mode_plan_list(&plan) : rs_mode_plan_roots(&plan, roots));
    if (good) {
        rs_change *changes = rs_local_edits_changes(&plan.edits);
        good = plan.edits.count == 0 || rs_change_write(&o->target, changes, plan.edits.count);
    }
    if (good && !o->target.quiet) {
        for (size_t i = 0; i < plan.line_count; i++)
            puts(plan.lines[i]);
        warn(&plan);
    }
    rs_sources_clear(&sources);
    rs_arena_clear(&arena);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int run(int argc, char **argv)
{
    options o = {0};
    rs_mode_period mode = {0};
    int status = read_options(argc, argv, &o);
    if (status == OPTIONS_DONE)
        status = read_arguments(&o, argc, argv, &mode);
    if (status != OPTIONS_DONE)
        return status;
    set_defaults(&o);
    return set_mode(&o, argv + optind + 1, mode);
}

const rs_command rs_command_set_mode = {
    .name = "set-mode",
    .summary = "enforce roots, test them, or turn them off",
    .help = "Usage: rootscope set-mode [OPTION...] enforce|test|off ROOT...\n"
            "       rootscope set-mode [OPTION...] enforce|test|off --all\n"
            "\n"
            "Sets the mode of listed roots in the local list sources, then compiles as\n"
            "`rootscope compile` does. A ROOT is a label, 8 or more digits of a hash, or\n"
            "`default`. Of the modes of configuration, list and root the weakest holds.\n"
            "Nothing is written unless every source is free of errors afterwards.\n"
            "\n"
            "  -a, --all           the list's own mode, which weakens that of every root\n"
            "  -u, --until DATE    test up to this day (YYYY-MM-DD, UTC), then enforce\n"
            "  -f, --file NAME     the local source for modes of roots that others list; it\n"
            "                      must sort after theirs; default: " RS_LOCAL_EDITS_FILE "\n"
            "  -n, --no-compile    do not compile\n"
            "  -o, --output FILE   write the list to FILE\n"
            "                      default: " ROOTSCOPE_LIST "\n"
            "  -q, --quiet         say nothing but errors\n"
            "      --shipped DIR   take shipped sources from DIR\n"
            "      --local DIR     the folder of local sources\n"
            "  -h, --help          this text\n",
    .run = run,
};
