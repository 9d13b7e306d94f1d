/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/own_services.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

const char *rs_own_service_config(rs_arena *arena, const char *unit)
{
    return rs_text_format(arena, ROOTSCOPE_SOURCES_LOCAL "/%s.cnf", unit);
}

/* Of a path that the pattern below matches. */
static const char *unit_of(rs_arena *arena, const char *drop_in)
{
    size_t before = strlen(RS_SERVICE_UNITS "/"), behind = strlen(".d/" RS_SERVICE_DROP_IN);
    return rs_text_format(arena, "%.*s", (int)(strlen(drop_in) - before - behind),
                          drop_in + before);
}

void rs_own_services_find(rs_arena *arena, rs_own_services *services)
{
    glob_t found = {0};
    *services = (rs_own_services){0};
    if (glob(RS_SERVICE_UNITS "/*.service.d/" RS_SERVICE_DROP_IN, 0, NULL, &found) == 0) {
        services->items =
            rs_message_need(rs_arena_take(arena, found.gl_pathc * sizeof *services->items));
        for (size_t i = 0; i < found.gl_pathc; i++) {
            const char *unit = unit_of(arena, found.gl_pathv[i]);
            const char *config = rs_own_service_config(arena, unit);
            if (access(config, F_OK) == 0)
                services->items[services->count++] = (rs_own_service){unit, config};
        }
    }
    globfree(&found);
}
