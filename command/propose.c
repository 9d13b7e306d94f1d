/* SPDX-License-Identifier: Apache-2.0 */
#include "command/analysis.h"
#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/diff/list_side.h"
#include "command/survey/proposal.h"
#include "command/survey/store_argument.h"
#include "lib/base/utc.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum { THRESHOLD = 2, TEST_DAYS = 90, DAY_SECONDS = 86400 };

typedef struct options {
    const char *store, *list;
    rs_proposal_rules rules;
    bool issued;
} options;

static const char *take_number(void *into, const char *value)
{
    bool good = rs_text_read_number(value, INT64_MAX, into) && *(uint64_t *)into > 0;
    return good ? NULL : "a number from 1 on";
}

static const char *take_day(void *into, const char *value)
{
    return rs_utc_read_day(rs_bytes_of_string(value), into) ? NULL : "a day: 2027-03-01";
}

static const char *take_rule(void *into, const char *value)
{
    *(bool *)into = true;
    return strcmp(value, "issued") == 0 ? NULL : "issued";
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_propose;
    options o = {.rules.until = (int64_t)time(NULL) + (int64_t)TEST_DAYS * DAY_SECONDS};
    rs_words words;
    rs_list_side side = {0};
    int status = rs_options_read(self, argc, argv, &o, &words);
    if (status != RS_OPTIONS_READ)
        return status;
    if (!rs_store_argument_take(&words, 0, &o.store))
        return rs_message_usage(self, "propose needs one store: rootscope propose STORE");
    if (o.issued && o.rules.threshold > 1)
        return rs_message_usage(self,
                                "--rule issued and --threshold %" PRIu64 " cannot be combined",
                                o.rules.threshold);
    bool has_list = o.list != NULL || access(ROOTSCOPE_LIST, F_OK) == 0;
    bool good = !has_list || rs_list_side_open(o.list == NULL ? ROOTSCOPE_LIST : o.list, &side);
    if (has_list)
        o.rules.in_force = &side.image;
    if (o.rules.threshold == 0)
        o.rules.threshold = o.issued ? 1 : THRESHOLD;
    good = good && rs_proposal_print(o.store, &o.rules);
    rs_list_side_clear(&side);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static const rs_option known[] = {
    {RS_ROW_STORE(store)},
    {"level", 0, "tld|public-suffix|registrable", "permit suffixes of this level (default: tld)",
     rs_survey_level_take, offsetof(options, rules.level)},
    {"threshold", 0, "N",
     "permit suffixes with N certificates or more, and set the others apart (default: 2)",
     take_number, offsetof(options, rules.threshold)},
    {"rule", 0, "issued", "permit every suffix that was seen, as with --threshold 1", take_rule,
     offsetof(options, issued)},
    {"until", 'u', "DATE", "let the test end on this day (default: in 90 days)", take_day,
     offsetof(options, rules.until)},
    {"list", 0, "FILE",
     "the list in force, compiled or as a source, whose roots are left as they are "
     "(default: " ROOTSCOPE_LIST ", if there is one)",
     rs_option_text, offsetof(options, list)},
    {"allow-wider", 0, NULL,
     "propose a scope also for roots that the list in force limits; it may be wider",
     rs_option_flag, offsetof(options, rules.allow_wider)},
    {0},
};

const rs_subcommand rs_command_propose = {
    .name = "propose",
    .summary = RS_PROPOSE_SUMMARY,
    .usage = "Usage: rootscope propose [OPTION...] STORE\n"
             "\n"
             "Prints a list source from the store of a survey: each root may go on to\n"
             "issue for what it was seen to issue for. Each line has its evidence as a\n"
             "comment. The stanzas are in mode test: they deny nothing until it ends.\n",
    .options = known,
    .run = run,
};
