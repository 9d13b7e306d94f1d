/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/printer.h"

#include "command/base/terminal.h"
#include "command/base/text.h"
#include "lib/base/utf8.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* In columns. A narrower terminal wraps the lines. */
enum { MIN_WIDTH = 40 };

rs_printer rs_printer_of_output(void)
{
    rs_printer printer = {.is_terminal = isatty(STDOUT_FILENO),
                          .has_colours = rs_terminal_has_colours(STDOUT_FILENO),
                          .width = SIZE_MAX};
    struct winsize size;
    if (printer.is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        printer.width = size.ws_col < MIN_WIDTH ? MIN_WIDTH : size.ws_col;
    return printer;
}

size_t rs_printer_columns(const char *text)
{
    size_t columns = 0;
    for (; *text != '\0'; text++)
        columns += !rs_utf8_is_continuation((uint8_t)*text);
    return columns;
}

/* Bytes of the first so many characters. */
static size_t size_of_columns(const char *text, size_t columns)
{
    size_t n = 0;
    for (size_t seen = 0; text[n] != '\0'; n++) {
        seen += !rs_utf8_is_continuation((uint8_t)text[n]);
        if (seen > columns)
            break;
    }
    return n;
}

void rs_printer_line(const rs_printer *printer, rs_colour colour, const char *text)
{
    static const char *const codes[] = {"", "\033[1m", "\033[32m", "\033[33m", "\033[31m"};
    bool is_coloured = printer->has_colours && colour != RS_PLAIN;
    bool is_cut = rs_printer_columns(text) > printer->width;
    size_t n = size_of_columns(text, is_cut ? printer->width - 1 : SIZE_MAX);
    fputs(is_coloured ? codes[colour] : "", stdout);
    fwrite(text, 1, n, stdout);
    fputs(is_cut ? "…" : "", stdout);
    puts(is_coloured ? "\033[0m" : "");
}

void rs_printer_command(const char *text)
{
    puts(text);
}

const char *rs_printer_counted(rs_printer *printer, uint64_t n, const char *what)
{
    return rs_text_format(&printer->arena, "%s %s%s", rs_text_number(&printer->arena, n), what,
                          n == 1 ? "" : "s");
}

const char *rs_printer_bar(rs_printer *printer, uint64_t part, uint64_t whole)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    static const char block[] = "█";
    static const char blocks[] = "██████████";
    if (!printer->is_terminal)
        return "";
    double share = whole == 0 ? 0 : part >= whole ? 1 : (double)part / (double)whole;
    size_t filled = (size_t)(share * RS_PRINTER_BAR * 8);
    filled = filled == 0 && part > 0 ? 1 : filled;
    int whole_cells = (int)filled / 8, blanks = RS_PRINTER_BAR - ((int)filled + 7) / 8;
    return rs_text_format(&printer->arena, "%.*s%s%*s  ", whole_cells * (int)strlen(block), blocks,
                          eighths[filled % 8], blanks, "");
}
