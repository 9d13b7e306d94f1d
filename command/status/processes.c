/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/processes.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/process_table.h"

#include <stdio.h>
#include <sys/stat.h>

enum { STATES = RS_PROCESS_CANNOT + 1 };

/* When what the configuration says may last have changed; files that it includes don't show. */
static int64_t switched_on(const char *config)
{
    struct stat s;
    if (stat(config, &s) != 0)
        return 0;
    return (int64_t)s.st_mtim.tv_sec * 1000 + s.st_mtim.tv_nsec / 1000000;
}

static void count_states(const rs_process_table *table, unsigned counts[STATES])
{
    for (int i = 0; i < STATES; i++)
        counts[i] = 0;
    for (const rs_process *p = table->first; p != NULL; p = p->next)
        counts[p->state]++;
}

static void judge(const unsigned counts[STATES], rs_problems *problems)
{
    if (counts[RS_PROCESS_RESTART] > 0)
        rs_problems_add(problems, RS_DOUBTFUL, "processes-restart", "restart them",
                        "%u process%s to be restarted", counts[RS_PROCESS_RESTART],
                        counts[RS_PROCESS_RESTART] == 1 ? " has" : "es have");
    if (counts[RS_PROCESS_NOT_LOADED] > 0)
        rs_problems_add(problems, RS_DOUBTFUL, "processes-not-loaded",
                        "see with `rootscope status -- PROGRAM ARGUMENT...` whether the program "
                        "takes the configuration",
                        "%u process%s OpenSSL, but not the module", counts[RS_PROCESS_NOT_LOADED],
                        counts[RS_PROCESS_NOT_LOADED] == 1 ? " has" : "es have");
}

static const char *libraries_text(rs_arena *arena, unsigned libraries)
{
    const char *text = "";
    for (unsigned bit = 1; bit <= RS_LIBRARY_LAST; bit *= 2)
        if ((libraries & bit) != 0)
            text = rs_text_format(arena, "%s%s%s", text, text[0] == '\0' ? "" : " ",
                                  rs_library_word(bit));
    return text;
}

static void print_text(const rs_process_table *table, const unsigned counts[STATES],
                       const rs_problems *problems)
{
    rs_arena arena = {0};
    printf("%7s  %-17s  %-15s  %-23s  %s\n", "PID", "STATE", "PROGRAM", "LIBRARIES", "WHY");
    for (const rs_process *p = table->first; p != NULL; p = p->next)
        printf("%7ld  %-17s  %-15s  %-23s  %s\n", (long)p->pid, rs_process_state_word(p->state),
               p->name, libraries_text(&arena, p->libraries), rs_process_reason(p));
    printf("\n%u loaded, %u to restart, %u not loaded, %u that cannot be guarded; %u without a TLS "
           "library that shows\n",
           counts[RS_PROCESS_LOADED], counts[RS_PROCESS_RESTART], counts[RS_PROCESS_NOT_LOADED],
           counts[RS_PROCESS_CANNOT], table->without);
    if (table->unreadable > 0)
        printf("%u process%s may not be looked at by this user\n", table->unreadable,
               table->unreadable == 1 ? "" : "es");
    rs_status_print_problems(problems);
    rs_arena_clear(&arena);
}

static json_t *process_as_json(const rs_process *p)
{
    json_t *object = rs_message_need(json_object()), *libraries = rs_message_need(json_array());
    for (unsigned bit = 1; bit <= RS_LIBRARY_LAST; bit *= 2)
        if ((p->libraries & bit) != 0)
            rs_json_append(libraries, json_string(rs_library_word(bit)));
    rs_json_set(object, "pid", json_integer(p->pid));
    rs_json_set(object, "program", json_string(p->name));
    rs_json_set(object, "state", json_string(rs_process_state_word(p->state)));
    rs_json_set(object, "reason", json_string(rs_process_reason(p)));
    rs_json_set(object, "libraries", libraries);
    rs_json_set(object, "module", rs_json_of_text(p->module));
    rs_json_set(object, "openssl_conf", rs_json_of_text(p->conf));
    return object;
}

static void print_json(const rs_process_table *table, const rs_problems *problems)
{
    json_t *top = rs_message_need(json_object()), *processes = rs_message_need(json_array());
    for (const rs_process *p = table->first; p != NULL; p = p->next)
        rs_json_append(processes, process_as_json(p));
    rs_json_set(top, "status", json_string(rs_weight_word(problems->worst)));
    rs_json_set(top, "processes", processes);
    rs_json_set(top, "without_tls", json_integer(table->without));
    rs_json_set(top, "unreadable", json_integer(table->unreadable));
    rs_json_set(top, "problems", rs_status_problems_json(problems));
    rs_json_print(top);
}

void rs_status_processes(rs_status *status, bool json, bool quiet)
{
    rs_process_table table;
    unsigned counts[STATES];
    if (!rs_process_table_read(&table, switched_on(status->config.path)))
        rs_problems_add(&status->problems, RS_NOT_GUARDED, "processes-unknown", "mount /proc",
                        "the processes of this machine cannot be listed");
    count_states(&table, counts);
    judge(counts, &status->problems);
    if (json)
        print_json(&table, &status->problems);
    else if (!quiet)
        print_text(&table, counts, &status->problems);
    rs_process_table_clear(&table);
}
