/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/proof.h"

#include "command/base/child_process.h"
#include "command/base/message.h"
#include "command/base/temp_folder.h"
#include "command/status/config_problems.h"
#include "command/status/live_check.h"
#include "command/status/module_file.h"
#include "command/status/probe_run.h"
#include "command/status/throwaway_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_SECONDS = 120, STATUS_NOT_GUARDED = 2 };

/* What an administrator chose in the list is no fault of the configuration. */
static bool is_chosen(const rs_problem *problem)
{
    return strcmp(problem->id, "list-mode-off") == 0 || strcmp(problem->id, "checks-nothing") == 0;
}

static bool fails(const rs_problem *problem)
{
    return problem->weight == RS_NOT_GUARDED && !is_chosen(problem);
}

static bool is_enforced(const rs_live_check *live)
{
    for (size_t i = 0; i < RS_LIVE_USERS; i++) {
        const rs_live_user *user = &live->users[i];
        if (user->name != NULL &&
            (user->in_force != RS_YES || user->enforces != RS_YES || user->refuses_all))
            return false;
    }
    return live->users[0].name != NULL;
}

static rs_proof prove_here(const char *path, rs_problems *problems)
{
    rs_openssl_config config;
    rs_list_status list = {0};
    rs_live_check live = {0};
    rs_openssl_config_read(path, &config, problems);
    rs_config_problems_find(&config, problems);
    if (config.entry != RS_ENTRY_NONE) {
        rs_module_file_check(&config, problems);
        rs_list_status_read(&config.settings, &(rs_list_sources){0}, &list, problems);
        rs_live_check_run(&config, &list, NULL, &live, problems);
    }
    bool good = is_enforced(&live);
    for (const rs_problem *p = problems->first; p != NULL; p = p->next)
        good = good && !fails(p);
    rs_list_status_clear(&list);
    rs_openssl_config_clear(&config);
    return good ? RS_PROOF_GOOD : RS_PROOF_FAILED;
}

static char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

static rs_proof prove_in_root(const char *path, rs_problems *problems)
{
    char *argv[] = {word("rootscope"), word("status"), word("--config"), word(path), NULL};
    const rs_child child = {.argv = argv, .seconds = STATUS_SECONDS, .join_errors = true};
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    rs_proof proof = RS_PROOF_GOOD;
    if (result->end != RS_CHILD_EXITED || result->code > STATUS_NOT_GUARDED) {
        proof = RS_PROOF_IMPOSSIBLE;
        rs_problems_add(problems, RS_DOUBTFUL, "not-proved",
                        "run `rootscope status` where it is the root directory",
                        "it is not proved that this configuration works: the rootscope command of "
                        "that root directory cannot be run");
    } else if (result->code == STATUS_NOT_GUARDED) {
        proof = RS_PROOF_FAILED;
        fputs(result->text, stderr);
        rs_problems_add(problems, RS_NOT_GUARDED, "proof-failed", "see what it reports above",
                        "the rootscope command of that root directory finds it not guarded");
    }
    free(result);
    return proof;
}

rs_proof rs_proof_guarded(const char *path, bool in_root, rs_problems *problems)
{
    return in_root ? prove_in_root(path, problems) : prove_here(path, problems);
}

bool rs_proof_works(const char *path)
{
    rs_problems problems = {0};
    rs_openssl_config config;
    rs_throwaway_pki pki = {0};
    const char *why = NULL;
    bool works = false;
    rs_openssl_config_read(path, &config, &problems);
    if (config.conf != NULL && rs_temp_folder_make() && rs_throwaway_pki_make(&pki)) {
        X509 *pair[] = {pki.good, pki.root, NULL};
        const rs_probe_run run = {.config = &config,
                                  .chains = rs_throwaway_pem("good-chain.pem", pair)};
        json_t *answer = rs_probe_run_json(&run, &problems.arena, &why);
        rs_probe_errors errors = rs_probe_run_errors(answer, 0);
        works = answer != NULL && errors.ran && errors.count == 0;
        json_decref(answer);
    }
    rs_throwaway_pki_clear(&pki);
    rs_openssl_config_clear(&config);
    rs_problems_clear(&problems);
    return works;
}

void rs_proof_print(const rs_problems *problems, bool all)
{
    for (const rs_problem *p = problems->first; p != NULL; p = p->next)
        if (fails(p))
            rs_message_error("%s; %s", p->text, p->fix);
        else if (all)
            rs_message_warning("%s; %s", p->text, p->fix);
}
