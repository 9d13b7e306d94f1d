/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/options.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
    OPTIONS_MAX = 24,
    FIRST_RESULT = 256, /* getopt's result for the first row; the others follow */
    LINE_WIDTH = 79,
};

static const rs_option help_option = {"help", 'h', NULL, "print this help", NULL, 0};

const char *rs_option_flag(void *into, const char *value)
{
    (void)value;
    *(bool *)into = true;
    return NULL;
}

const char *rs_option_text(void *into, const char *value)
{
    *(const char **)into = value;
    return NULL;
}

const char *rs_option_words(void *into, const char *value)
{
    rs_words *words = into;
    words->items[words->count++] = (char *)(uintptr_t)value;
    words->items[words->count] = NULL;
    return NULL;
}

/* The rows of a table with `--help` as the last one, and what getopt reads by. */
typedef struct all_rows {
    const rs_option *rows[OPTIONS_MAX + 1];
    size_t count;
    struct option known[OPTIONS_MAX + 2];
    char letters[2 * OPTIONS_MAX + 4];
} all_rows;

static void add_row(all_rows *all, const rs_option *row)
{
    bool has_value = row->argument != NULL;
    all->known[all->count] = (struct option){row->name, has_value ? required_argument : no_argument,
                                             NULL, FIRST_RESULT + (int)all->count};
    size_t length = strlen(all->letters);
    if (row->letter != '\0')
        snprintf(all->letters + length, sizeof all->letters - length, "%c%s", row->letter,
                 has_value ? ":" : "");
    all->rows[all->count++] = row;
}

static void gather_rows(const rs_subcommand *command, all_rows *all)
{
    *all = (all_rows){.count = 0};
    snprintf(all->letters, sizeof all->letters, "%s:", command->options_first ? "+" : "");
    const rs_option *row = command->options;
    for (; row != NULL && row->name != NULL && all->count < OPTIONS_MAX; row++)
        add_row(all, row);
    add_row(all, &help_option);
}

/* The place of the row that a result of getopt stands for; the count of rows if it is an error. */
static size_t place_of(const all_rows *all, int result)
{
    size_t i = 0;
    while (i < all->count && result != FIRST_RESULT + (int)i && result != all->rows[i]->letter)
        i++;
    return i;
}

static int refuse(const rs_subcommand *command, int result, char *const *argv)
{
    /* getopt leaves a short option in optopt, and a long one where it stopped in argv. */
    const char *given = argv[optind - 1];
    bool is_long = given[0] == '-' && given[1] == '-';
    const char *what = result == ':' ? "option needs a value" : "unknown option";
    if (is_long)
        return rs_message_usage(command, "%s: %s", what, given);
    return rs_message_usage(command, "%s: -%c", what, optopt);
}

int rs_options_read(const rs_subcommand *command, int argc, char **argv, void *options,
                    rs_words *arguments)
{
    all_rows all;
    int result;
    uint32_t given = 0;
    gather_rows(command, &all);
    opterr = 0;
    while ((result = getopt_long(argc, argv, all.letters, all.known, NULL)) != -1) {
        size_t place = place_of(&all, result);
        if (place == all.count)
            return refuse(command, result, argv);
        const rs_option *row = all.rows[place];
        given |= UINT32_C(1) << place;
        if (row == &help_option)
            return rs_options_help(command);
        const char *expected = row->take((char *)options + row->offset, optarg);
        if (expected != NULL)
            return rs_message_usage(command, "--%s must be %s: %s", row->name, expected, optarg);
    }
    *arguments =
        (rs_words){.items = argv + optind, .count = (size_t)(argc - optind), .given = given};
    return RS_OPTIONS_READ;
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

int rs_options_only(const rs_subcommand *command, const rs_words *arguments,
                    const char *const *names, const char *where)
{
    for (uint32_t i = 0, left = arguments->given; left != 0; i++, left >>= 1)
        if ((left & 1) != 0 && !is_among(command->options[i].name, names))
            return rs_message_usage(command, "--%s has no meaning %s", command->options[i].name,
                                    where);
    return RS_OPTIONS_READ;
}

/* Writes `  -o, --output FILE`, as snprintf does: a size of 0 tells how many columns it takes. */
static int write_spelling(const rs_option *row, char *out, size_t size)
{
    char letter[] = {'-', row->letter, ',', '\0'};
    return snprintf(out, size, "  %-3s --%s%s%s", row->letter == '\0' ? "" : letter, row->name,
                    row->argument == NULL ? "" : " ", row->argument == NULL ? "" : row->argument);
}

/* Prints words from the column on, and goes on there in the next line after the last column. */
static void print_wrapped(const char *text, int column)
{
    for (int at = column; *text != '\0';) {
        int length = (int)strcspn(text, " ");
        if (at > column && at + 1 + length > LINE_WIDTH) {
            printf("\n%*s", column, "");
            at = column;
        }
        at += printf("%s%.*s", at > column ? " " : "", length, text);
        text += length + (text[length] == ' ');
    }
    putchar('\n');
}

int rs_options_help(const rs_subcommand *command)
{
    all_rows all;
    int column = 0;
    gather_rows(command, &all);
    for (size_t i = 0; i < all.count; i++) {
        int width = write_spelling(all.rows[i], NULL, 0);
        column = all.rows[i]->help != NULL && width + 2 > column ? width + 2 : column;
    }
    fputs(command->usage, stdout);
    putchar('\n');
    for (size_t i = 0; i < all.count; i++)
        if (all.rows[i]->help != NULL) {
            char spelling[LINE_WIDTH];
            write_spelling(all.rows[i], spelling, sizeof spelling);
            printf("%-*s", column, spelling);
            print_wrapped(all.rows[i]->help, column);
        }
    if (command->notes != NULL)
        printf("\n%s", command->notes);
    if (command->summary != NULL)
        printf("\nrootscope-%s(1) says more.\n", command->name);
    return RS_EXIT_OK;
}
