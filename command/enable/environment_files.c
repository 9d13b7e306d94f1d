/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/environment_files.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "lib/base/file.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_READ = 1 << 20 };

#define BLANKS " \t"

/* Calls `take` for each line of a regular file, without its end and the blanks around it. */
typedef void line_taker(const char *path, char *line, const char *unit);

static void each_line(const char *path, line_taker *take, const char *unit)
{
    uint8_t *bytes;
    size_t size;
    if (rs_file_read(path, SIZE_MAX_READ, &bytes, &size) != RS_FILE_OK)
        return;
    char *text = rs_message_need(calloc(1, size + 1)), *rest = text;
    memcpy(text, bytes, size);
    free(bytes);
    for (char *line; (line = strsep(&rest, "\r\n")) != NULL;)
        take(path, line + strspn(line, BLANKS), unit);
    free(text);
}

/* Calls each_line for the files of a pattern. */
static void each_file(const char *pattern, line_taker *take, const char *unit)
{
    glob_t found;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            each_line(found.gl_pathv[i], take, unit);
    globfree(&found);
}

static void look_at_variable(const char *path, char *line, const char *unit)
{
    size_t n = strlen("OPENSSL_CONF");
    if (strncmp(line, "OPENSSL_CONF", n) == 0 && line[n + strspn(line + n, BLANKS)] == '=')
        rs_message_warning("%s: it is not guarded: its EnvironmentFile=%s sets OPENSSL_CONF, which "
                           "wins over the drop-in; take that line out",
                           unit, path);
}

static void look_at_setting(const char *path, char *line, const char *unit)
{
    (void)path;
    size_t n = strlen("EnvironmentFile");
    if (strncmp(line, "EnvironmentFile", n) != 0)
        return;
    char *value = line + n + strspn(line + n, BLANKS);
    if (*value != '=')
        return;
    value += 1 + strspn(value + 1, BLANKS);
    /* With a dash, the file may be missing. */
    value += *value == '-';
    for (size_t end = strlen(value); end > 0 && strchr(BLANKS, value[end - 1]) != NULL; end--)
        value[end - 1] = '\0';
    each_file(value, look_at_variable, unit);
}

void rs_environment_files_warn(const char *unit)
{
    /* /lib leads to /usr/lib, or is where the distribution has them. */
    static const char *const folders[] = {"/etc/systemd/system", "/run/systemd/system",
                                          "/usr/local/lib/systemd/system", "/lib/systemd/system"};
    rs_arena arena = {0};
    const char *at = strchr(unit, '@');
    /* A unit of a template has the template's file, and drop-ins of both. */
    const char *names[] = {unit, at == NULL ? NULL
                                            : rs_text_format(&arena, "%.*s@%s", (int)(at - unit),
                                                             unit, strrchr(unit, '.'))};
    bool has_file = false; /* the first one hides the others */
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        for (size_t k = 0; k < 2 && names[k] != NULL; k++) {
            const char *path = rs_text_format(&arena, "%s/%s", folders[i], names[k]);
            if (!has_file && access(path, R_OK) == 0) {
                each_line(path, look_at_setting, unit);
                has_file = true;
            }
            each_file(rs_text_format(&arena, "%s.d/*.conf", path), look_at_setting, unit);
        }
    rs_arena_clear(&arena);
}
