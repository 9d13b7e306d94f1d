/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/screen.h"

#include "command/base/message.h"
#include "command/base/printer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* For terminals that do not tell their size. */
enum { DEFAULT_HEIGHT = 24, DEFAULT_WIDTH = 80 };

static struct winsize terminal_size(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 2 || size.ws_col == 0)
        size = (struct winsize){.ws_row = DEFAULT_HEIGHT, .ws_col = DEFAULT_WIDTH};
    return size;
}

/* Columns of a printed line, whose colours take none. */
static size_t columns_of(const char *line)
{
    size_t columns = rs_printer_columns(line);
    for (const char *code = line; (code = strchr(code, '\033')) != NULL;) {
        size_t size = strcspn(code, "m");
        columns -= size + (code[size] != '\0');
        code += size;
    }
    return columns;
}

/* Lines of the terminal that it takes: those with commands are not cut. */
static size_t height_of(const char *line, size_t width)
{
    size_t columns = columns_of(line);
    return columns == 0 ? 1 : (columns + width - 1) / width;
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
    struct winsize size = terminal_size();
    for (char *at = screen->text, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        *end = '\0';
        size_t lines = height_of(at, size.ws_col);
        if (screen->lines + lines >= size.ws_row) /* the last is the cursor's */
            break;
        puts(at);
        screen->lines += lines;
    }
    free(screen->text);
    screen->text = NULL;
}

void rs_screen_finish(rs_screen *screen)
{
    if (screen->is_redrawn)
        erase(screen);
}
