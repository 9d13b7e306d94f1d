/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/list/build.h"

#include <getopt.h>
#include <stddef.h>

typedef struct options {
    const char *output;
    const char *shipped, *local;
    bool check, quiet;
} options;

/* OPTIONS_DONE: go on; else an exit status. */
enum { OPTIONS_DONE = -1 };

static int read_options(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'},
        {"check", no_argument, NULL, 'c'},
        {"quiet", no_argument, NULL, 'q'},
        {"shipped", required_argument, NULL, 's'},
        {"local", required_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":o:cqh", known, NULL)) != -1) {
        switch (option) {
        case 'o':
            o->output = optarg;
            break;
        case 'c':
            o->check = true;
            break;
        case 'q':
            o->quiet = true;
            break;
        case 's':
            o->shipped = optarg;
            break;
        case 'l':
            o->local = optarg;
            break;
        case 'h':
            return rs_message_help(&rs_command_compile);
        default:
            return rs_message_option(&rs_command_compile, option, argv);
        }
    }
    return OPTIONS_DONE;
}

static int refuse_contradictions(const options *o, bool has_sources)
{
    if (o->check && o->output != NULL)
        return rs_message_usage(&rs_command_compile, "--check writes nothing: it goes without -o");
    if (has_sources && (o->shipped != NULL || o->local != NULL))
        return rs_message_usage(&rs_command_compile,
                                "--shipped and --local say where sources are looked for: they go "
                                "without SOURCE arguments");
    if (has_sources && o->output == NULL && !o->check)
        return rs_message_usage(&rs_command_compile, "with SOURCE arguments, -o FILE is needed");
    if ((o->shipped != NULL || o->local != NULL) && o->output == NULL && !o->check)
        return rs_message_usage(&rs_command_compile,
                                "with --shipped or --local, -o FILE is needed");
    return OPTIONS_DONE;
}

/* A list without sources would lift every restriction, and is hardly ever meant. */
static bool read_folders(rs_sources *sources, const options *o)
{
    const char *shipped = o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped;
    const char *local = o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local;
    bool good = rs_sources_add_folders(sources, shipped, local);
    if (good && sources->count == 0) {
        rs_message_error("no *.list in %s or %s", shipped, local);
        return false;
    }
    return good;
}

static bool read_sources(rs_sources *sources, const options *o, char *const *paths)
{
    if (*paths == NULL)
        return read_folders(sources, o);
    bool good = true;
    for (; *paths != NULL; paths++)
        good &= rs_sources_add_file(sources, *paths);
    return good;
}

static int run(int argc, char **argv)
{
    options o = {0};
    int status = read_options(argc, argv, &o);
    if (status == OPTIONS_DONE)
        status = refuse_contradictions(&o, optind < argc);
    if (status != OPTIONS_DONE)
        return status;

    bool is_default = o.output == NULL;
    rs_build build = {
        .output = o.check      ? NULL
                  : is_default ? ROOTSCOPE_LIST
                               : o.output,
        .make_folder = is_default,
        .quiet = o.quiet,
    };
    rs_sources sources = {0};
    bool read = read_sources(&sources, &o, argv + optind);
    bool done = rs_sources_parse(&sources, !o.quiet) && read && rs_build_run(&sources, &build);
    rs_sources_clear(&sources);
    if (!done && build.output != NULL)
        rs_message_error("%s is left as it was", build.output);
    return done ? RS_EXIT_OK : RS_EXIT_ERROR;
}

const rs_command rs_command_compile = {
    .name = "compile",
    .summary = "make the compiled list from its sources",
    .help = "Usage: rootscope compile [-q] [--check | -o FILE] [--shipped DIR] [--local DIR]\n"
            "       rootscope compile [-q] --check | -o FILE SOURCE.list...\n"
            "\n"
            "Without SOURCE it takes every *.list of two folders (in the second, a file hides\n"
            "one of the same name in the first),\n"
            "  " ROOTSCOPE_SOURCES_SHIPPED "\n"
            "  " ROOTSCOPE_SOURCES_LOCAL "\n"
            "and writes " ROOTSCOPE_LIST ".\n"
            "Nothing is written unless every source is free of errors.\n"
            "\n"
            "  -o, --output FILE  write the list to FILE\n"
            "  -c, --check        look for errors only and write nothing\n"
            "  -q, --quiet        neither summary nor warnings\n"
            "      --shipped DIR  take shipped sources from DIR\n"
            "      --local DIR    take local sources from DIR\n"
            "  -h, --help         this text\n",
    .run = run,
};
