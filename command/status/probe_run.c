/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/probe_run.h"

#include "command/base/child_process.h"
#include "command/base/message.h"
#include "command/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROBE_SECONDS = 30 };

static char *argument(const char *text)
{
    return (char *)(uintptr_t)(text == NULL ? "-" : text);
}

static const char *why_not(const rs_child_result *result, rs_arena *arena)
{
    switch (result->end) {
    case RS_CHILD_EXITED:
        return rs_text_format(arena, "it ended with status %d", result->code);
    case RS_CHILD_KILLED:
        return rs_text_format(arena, "signal %d killed it", result->code);
    case RS_CHILD_TIMED_OUT:
        return rs_text_format(arena, "it had not ended after %d seconds", PROBE_SECONDS);
    case RS_CHILD_NOT_RUN:
        break;
    }
    return rs_text_format(arena, "it cannot be run: %s", strerror(result->code));
}

json_t *rs_probe_run_json(const rs_probe_run *run, rs_arena *arena, const char **why)
{
    const rs_openssl_config *config = run->config;
    char *argv[] = {
        argument("rootscope"), argument("status-probe"),
        argument(run->user),   argument(config->path),
        argument(run->list),   argument(config->module),
        argument(run->chains), NULL,
    };
    bool is_default = !config->from_option && !config->from_environment;
    const char *file = run->config_file != NULL ? run->config_file
                       : is_default             ? NULL
                                                : config->path;
    const rs_child_variable environment[] = {
        {"OPENSSL_MODULES", NULL},
        {"OPENSSL_CONF_INCLUDE", NULL},
        {"OPENSSL_CONF", file},
        {NULL, NULL},
    };
    /* In a bare root directory there may be no /proc. */
    const char *self = "/proc/self/exe";
    const rs_child child = {.argv = argv,
                            .file = access(self, X_OK) == 0 ? self : NULL,
                            .environment = environment,
                            .seconds = PROBE_SECONDS};
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    json_t *answer = NULL;
    if (result->end == RS_CHILD_EXITED && result->code == 0)
        answer = json_loads(result->text, 0, NULL);
    if (answer == NULL)
        *why = why_not(result, arena);
    free(result);
    return answer;
}

size_t rs_probe_run_count(const json_t *answer)
{
    return json_array_size(json_object_get(answer, "chains"));
}

rs_probe_errors rs_probe_run_errors(const json_t *answer, size_t pair)
{
    const json_t *codes = json_array_get(json_object_get(answer, "chains"), pair);
    rs_probe_errors errors = {.ran = json_is_array(codes)};
    for (size_t i = 0; i < json_array_size(codes) && i < RS_PROBE_ERRORS_MAX; i++)
        errors.codes[errors.count++] = (int)json_integer_value(json_array_get(codes, i));
    return errors;
}
