/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/processes.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/process_table.h"

#include <stdio.h>
#include <sys/stat.h>

enum { STATES = RS_PROCESS_CANNOT + 1 };

/* When the configuration last changed; changes to files that it includes do not show. */
static int64_t last_change(const char *config)
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

/* Whether a process before this one in the table has its state and its unit. */
static bool is_unit_named(const rs_process_table *table, const rs_process *process)
{
    for (const rs_process *p = table->first; p != process; p = p->next)
        if (p->state == process->state && p->unit != NULL && strcmp(p->unit, process->unit) == 0)
            return true;
    return false;
}

/* How to restart all processes in a state: their services by name, the others by number. */
static const char *restart_text(const rs_process_table *table, rs_process_state state,
                                rs_arena *arena)
{
    const char *units = "", *others = "";
    for (const rs_process *p = table->first; p != NULL; p = p->next) {
        if (p->state != state)
            continue;
        if (p->unit == NULL)
            others = rs_text_format(arena, "%s%s%s (%ld)", others, others[0] == '\0' ? "" : ", ",
                                    p->name, (long)p->pid);
        else if (!is_unit_named(table, p))
            units = rs_text_format(arena, "%s %s", units, rs_text_shell(arena, p->unit));
    }
    if (units[0] == '\0')
        return rs_text_format(arena, "restart %s", others);
    return rs_text_format(arena, "run systemctl restart%s%s%s", units,
                          others[0] == '\0' ? "" : "; restart ", others);
}

static void judge_started(const rs_process_table *table, const unsigned counts[STATES],
                          rs_problems *problems)
{
    unsigned restart = counts[RS_PROCESS_RESTART], release = counts[RS_PROCESS_RELEASE];
    if (restart > 0)
        rs_problems_add(problems, RS_DOUBTFUL, "processes-restart",
                        restart_text(table, RS_PROCESS_RESTART, &problems->arena),
                        "%u process%s to be restarted", restart, restart == 1 ? " has" : "es have");
    if (release > 0)
        rs_problems_add(problems, RS_DOUBTFUL, "processes-release",
                        restart_text(table, RS_PROCESS_RELEASE, &problems->arena),
                        "%u process%s the module, which is switched off: restart to release",
                        release, release == 1 ? " still holds" : "es still hold");
}

static void judge(const rs_process_table *table, const unsigned counts[STATES],
                  const rs_process_goal *goal, rs_problems *problems)
{
    judge_started(table, counts, problems);
    if (counts[RS_PROCESS_NOT_LOADED] > 0 && !goal->is_off)
        rs_problems_add(problems, RS_DOUBTFUL, "processes-not-loaded",
                        "test with `rootscope status -- PROGRAM ARGUMENT...` whether the program "
                        "reads the configuration",
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
    printf("%7s  %-18s  %-15s  %-23s  %s\n", "PID", "STATE", "PROGRAM", "LIBRARIES", "WHY");
    for (const rs_process *p = table->first; p != NULL; p = p->next)
        printf("%7ld  %-18s  %-15s  %-23s  %s%s%s\n", (long)p->pid, rs_process_state_word(p->state),
               p->name, libraries_text(&arena, p->libraries), rs_process_reason(p),
               p->unit == NULL ? "" : "; ", p->unit == NULL ? "" : p->unit);
    printf("\n%u loaded, %u to restart, %u to release, %u not loaded, %u that cannot be guarded\n",
           counts[RS_PROCESS_LOADED], counts[RS_PROCESS_RESTART], counts[RS_PROCESS_RELEASE],
           counts[RS_PROCESS_NOT_LOADED], counts[RS_PROCESS_CANNOT]);
    printf("Not shown: %u without a TLS library, %u that use libcrypto and verify no certificates, "
           "%u of containers and other root directories\n",
           table->without, table->unverifying, table->elsewhere);
    if (table->unreadable > 0)
        printf("This user may not see %u process%s\n", table->unreadable,
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
    rs_json_set(object, "unit", rs_json_of_text(p->unit));
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
    rs_json_set(top, "without_verification", json_integer(table->unverifying));
    rs_json_set(top, "elsewhere", json_integer(table->elsewhere));
    rs_json_set(top, "unreadable", json_integer(table->unreadable));
    rs_json_set(top, "problems", rs_status_problems_json(problems));
    rs_json_print(top);
}

static rs_process_goal goal_of(const rs_openssl_config *config)
{
    return (rs_process_goal){
        .config = config->path,
        .changed = last_change(config->path),
        .is_off = config->entry == RS_ENTRY_NONE || config->settings.mode == RS_MODE_OFF,
    };
}

void rs_status_processes_started(const rs_openssl_config *config, rs_problems *problems)
{
    rs_process_table table;
    unsigned counts[STATES];
    const rs_process_goal goal = goal_of(config);
    if (rs_process_table_read(&table, &goal)) {
        count_states(&table, counts);
        judge_started(&table, counts, problems);
    }
    rs_process_table_clear(&table);
}

void rs_status_processes(rs_status *status, bool json, bool quiet)
{
    rs_process_table table;
    unsigned counts[STATES];
    const rs_process_goal goal = goal_of(&status->config);
    if (!rs_process_table_read(&table, &goal))
        rs_problems_add(&status->problems, RS_NOT_GUARDED, "processes-unknown", "mount /proc",
                        "the processes of this machine cannot be listed");
    count_states(&table, counts);
    judge(&table, counts, &goal, &status->problems);
    if (json)
        print_json(&table, &status->problems);
    else if (!quiet)
        print_text(&table, counts, &status->problems);
    rs_process_table_clear(&table);
}
