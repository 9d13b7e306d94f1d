/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/process_unit.h"

#include "tests/unit/suite.h"

static void units_of_the_machine_are_named(void)
{
    static const struct {
        const char *cgroup, *unit; /* NULL: none */
    } rows[] = {
        {"0::/system.slice/nginx.service\n", "nginx.service"},
        {"0::/system.slice/nginx.service", "nginx.service"},
        {"0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n",
         "postgresql@15-main.service"},
        {"0::/system.slice/a\\x2db.service/supervised\n", "a\\x2db.service"},
        {"12:cpu:/\n1:name=systemd:/system.slice/cron.service\n0::/system.slice/cron.service\n",
         "cron.service"},
        {"4:cpu:/x.service\n1:name=systemd:/system.slice/cron.service\n", "cron.service"},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n", NULL},
        {"0::/user.slice/user-0.slice/session-1.scope\n", NULL},
        {"0::/system.slice/docker-0123.scope\n", NULL},
        {"0::/machine.slice/c.service\n", NULL},
        {"0::/system.slice/.service\n", NULL},
        {"0::/init.scope\n", NULL},
        {"0::/\n", NULL},
        {"", NULL},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *unit = rs_process_unit_of(&arena, rows[i].cgroup);
        if (rows[i].unit == NULL)
            CU_ASSERT_PTR_NULL(unit)
        else
            CU_ASSERT(unit != NULL && strcmp(unit, rows[i].unit) == 0)
    }
    rs_arena_clear(&arena);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"units_of_the_machine_are_named", units_of_the_machine_are_named},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("process_unit", tests);
}
