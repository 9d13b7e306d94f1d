/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool rs_terminal_moves(int fd)
{
    const char *kind = getenv("TERM");
    return isatty(fd) && kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0;
}

bool rs_terminal_has_colours(int fd)
{
    const char *unwanted = getenv("NO_COLOR");
    return rs_terminal_moves(fd) && (unwanted == NULL || unwanted[0] == '\0');
}
