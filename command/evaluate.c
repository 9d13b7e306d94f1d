/* SPDX-License-Identifier: Apache-2.0 */
#include "command/analysis.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/diff/list_side.h"
#include "command/survey/evaluation.h"
#include "command/survey/store_argument.h"

typedef struct options {
    const char *store;
    bool json;
} options;

/* The store knows roots by their keys alone. */
static bool names_keys(const rs_image *image, const char *path)
{
    if (image->has_certificate_roots)
        rs_message_error("%s: it names a root by its certificate; name it by its key, "
                         "spki-sha256, since a survey knows keys only",
                         path);
    return !image->has_certificate_roots;
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_evaluate;
    options o = {0};
    rs_words words;
    rs_list_side side = {0};
    int status = rs_options_read(self, argc, argv, &o, &words);
    if (status != RS_OPTIONS_READ)
        return status;
    if (!rs_store_argument_take(&words, 1, &o.store))
        return rs_message_usage(
            self, "evaluate needs a list and one store: rootscope evaluate LIST STORE");
    bool good = rs_list_side_open(words.items[0], &side) &&
                names_keys(&side.image, words.items[0]) &&
                rs_evaluation_print(o.store, &side.image, o.json);
    rs_list_side_clear(&side);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static const rs_option known[] = {
    {RS_ROW_STORE(store)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {0},
};

const rs_subcommand rs_command_evaluate = {
    .name = "evaluate",
    .summary = RS_EVALUATE_SUMMARY,
    .usage = "Usage: rootscope evaluate [OPTION...] LIST STORE\n"
             "\n"
             "Says what a list, compiled or as a source, would do to what a survey has\n"
             "seen, as if all of it were enforced: how many domains each root could still\n"
             "vouch for, and how much of what it has issued would be refused.\n",
    .options = known,
    .run = run,
};
