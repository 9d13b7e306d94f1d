/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/screen.h"

#include "command/base/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* For terminals that do not tell their height. */
enum { DEFAULT_HEIGHT = 24 };

/* Lines that fit above the one with the cursor. */
static size_t height(void)
{
    struct winsize size;
    bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1;
    return (is_known ? size.ws_row : (size_t)DEFAULT_HEIGHT) - 1;
}

static void erase(rs_screen *screen)
{
    if (screen->lines > 0)
        printf("\033[%zuA\r\033[J", screen->lines);
    screen->lines = 0;
}

void rs_screen_begin(rs_screen *screen)
{
    if (!screen->is_redrawn)
        return;
    screen->terminal = stdout;
    /* glibc lets a program set it, so code that prints a report need not know this. */
    stdout = rs_message_need(open_memstream(&screen->text, &screen->size));
}

void rs_screen_end(rs_screen *screen)
{
    if (!screen->is_redrawn)
        return;
    fclose(stdout);
    stdout = screen->terminal;
    erase(screen);
    size_t most = height();
    for (char *at = screen->text, *end; screen->lines < most && *at != '\0'; at = end + 1) {
        end = strchr(at, '\n');
        if (end == NULL)
            break;
        fwrite(at, 1, (size_t)(end + 1 - at), stdout);
        screen->lines++;
    }
    free(screen->text);
    screen->text = NULL;
}

void rs_screen_finish(rs_screen *screen)
{
    if (screen->is_redrawn)
        erase(screen);
}
