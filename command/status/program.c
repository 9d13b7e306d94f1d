/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/program.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/program_trial.h"

#include <stdio.h>

enum { OUTPUT_LINES = 12 };

static rs_weight weight_of(rs_trial_verdict verdict)
{
    if (verdict == RS_TRIAL_COVERED)
        return RS_FINE;
    return verdict == RS_TRIAL_UNKNOWN ? RS_DOUBTFUL : RS_NOT_GUARDED;
}

static void print_output(const char *output, rs_arena *arena)
{
    for (int lines = 0; *output != '\0' && lines < OUTPUT_LINES; lines++) {
        size_t length = strcspn(output, "\n");
        printf("    %s\n", rs_text_printable(arena, rs_bytes_make(output, length)));
        output += length + (output[length] == '\n');
    }
}

static void print_text(rs_trial *trial, const char *program)
{
    rs_arena *arena = &trial->arena;
    printf("%s: %s\n%s\n\n", rs_text_printable(arena, rs_bytes_of_string(program)),
           rs_trial_verdict_word(trial->verdict), trial->why);
    for (unsigned i = 0; i < trial->count; i++) {
        const rs_trial_run *run = &trial->runs[i];
        printf("  %-8s certificate, module %-7s  %s (%s)%s\n",
               rs_trial_certificate_word(run->certificate), rs_trial_module_word(run->module),
               run->accepted    ? "accepted"
               : run->timed_out ? "no answer"
                                : "refused",
               run->end, run->connected ? "" : ", no connection");
        if (trial->verdict == RS_TRIAL_UNKNOWN)
            print_output(run->output, arena);
    }
}

static json_t *runs_as_json(const rs_trial *trial)
{
    json_t *runs = rs_message_need(json_array());
    for (unsigned i = 0; i < trial->count; i++) {
        const rs_trial_run *run = &trial->runs[i];
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "certificate",
                    json_string(rs_trial_certificate_word(run->certificate)));
        rs_json_set(object, "module", json_string(rs_trial_module_word(run->module)));
        rs_json_set(object, "connected", json_boolean(run->connected));
        rs_json_set(object, "timed_out", json_boolean(run->timed_out));
        rs_json_set(object, "accepted", json_boolean(run->accepted));
        rs_json_set(object, "end", json_string(run->end));
        rs_json_append(runs, object);
    }
    return runs;
}

static void print_json(rs_trial *trial, const char *program, const rs_problems *problems)
{
    json_t *top = rs_message_need(json_object());
    rs_json_set(top, "program",
                json_string(rs_text_printable(&trial->arena, rs_bytes_of_string(program))));
    rs_json_set(top, "verdict", json_string(rs_trial_verdict_word(trial->verdict)));
    rs_json_set(top, "why", json_string(trial->why));
    rs_json_set(top, "runs", runs_as_json(trial));
    rs_json_set(top, "problems", rs_status_problems_json(problems));
    rs_json_print(top);
}

rs_weight rs_status_program(rs_status *status, char *const *argv, int seconds, bool json,
                            bool quiet)
{
    rs_trial trial = {.verdict = RS_TRIAL_UNKNOWN, .why = "the module is not in the configuration"};
    rs_weight weight = RS_NOT_GUARDED;
    if (status->config.entry != RS_ENTRY_NONE) {
        rs_trial_run_all(&status->config, argv, seconds, &trial);
        weight = weight_of(trial.verdict);
    }
    if (json)
        print_json(&trial, argv[0], &status->problems);
    else if (!quiet)
        print_text(&trial, argv[0]);
    if (!json && !quiet)
        rs_status_print_problems(&status->problems);
    rs_trial_clear(&trial);
    return weight;
}
