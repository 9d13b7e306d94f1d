/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/process_table.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/module_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char deleted_mark[] = " (deleted)";

/* Which library a mapped file is, by its base name without directory and mark; 0: none. */
static unsigned library_of(const char *base, size_t length)
{
    static const struct {
        const char *start;
        unsigned library;
    } known[] = {
        {"libcrypto.so.", RS_LIBRARY_CRYPTO},
        {"libssl.so.", RS_LIBRARY_SSL},
        {"libgnutls.so.", RS_LIBRARY_GNUTLS},
        {"libnss3.so", RS_LIBRARY_NSS},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t start = strlen(known[i].start);
        if (length < start || memcmp(base, known[i].start, start) != 0)
            continue;
        /* libcrypto.so.1.1 and libcrypto.so.1.0.2 */
        bool is_old = known[i].library <= RS_LIBRARY_SSL && length > start + 1 &&
                      base[start] <= '1' && base[start + 1] == '.';
        return is_old ? RS_LIBRARY_OLD_OPENSSL : known[i].library;
    }
    return 0;
}

static void take_mapping(rs_process_table *table, rs_process *process, const char *path)
{
    size_t length = strlen(path), mark = sizeof deleted_mark - 1;
    bool deleted = length > mark && strcmp(path + length - mark, deleted_mark) == 0;
    if (deleted)
        length -= mark;
    const char *slash = memrchr(path, '/', length);
    const char *base = slash == NULL ? path : slash + 1;
    size_t size = length - (size_t)(base - path);
    unsigned library = library_of(base, size);
    process->libraries |= library;
    if (library == RS_LIBRARY_CRYPTO)
        process->crypto_deleted |= deleted;
    if (size == strlen("rootscope.so") && memcmp(base, "rootscope.so", size) == 0) {
        process->module_deleted |= deleted;
        if (process->module == NULL)
            process->module = rs_text_printable(&table->arena, rs_bytes_make(path, length));
    }
}

/* A line of /proc/PID/maps: five fields and, perhaps, a path. */
static const char *path_of(char *line)
{
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '\n')
        line[length - 1] = '\0';
    return strchr(line, '/');
}

typedef enum read_result { READ, GONE, FORBIDDEN } read_result;

static read_result result_of(int error)
{
    return error == EACCES || error == EPERM ? FORBIDDEN : GONE;
}

static read_result read_maps(rs_process_table *table, rs_process *process)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/maps", (long)process->pid);
    FILE *maps = fopen(name, "re");
    if (maps == NULL)
        return result_of(errno);
    char *line = NULL;
    size_t capacity = 0;
    errno = 0;
    while (getline(&line, &capacity, maps) > 0) {
        const char *path = path_of(line);
        if (path != NULL)
            take_mapping(table, process, path);
        errno = 0;
    }
    read_result result = errno == 0 ? READ : result_of(errno);
    free(line);
    fclose(maps);
    return result;
}

/* A small file of /proc as a string; false if it is gone. */
static bool read_small(pid_t pid, const char *file, char *text, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/%s", (long)pid, file);
    FILE *in = fopen(name, "re");
    if (in == NULL)
        return false;
    size_t length = fread(text, 1, size - 1, in);
    text[length] = '\0';
    fclose(in);
    return length > 0;
}

static const char *read_conf(rs_process_table *table, pid_t pid)
{
    static const char variable[] = "OPENSSL_CONF=";
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/environ", (long)pid);
    FILE *in = fopen(name, "re");
    if (in == NULL)
        return NULL;
    const char *found = NULL;
    char *text = NULL;
    size_t capacity = 0, length = sizeof variable - 1;
    while (found == NULL && getdelim(&text, &capacity, '\0', in) > 0)
        if (strncmp(text, variable, length) == 0)
            found = rs_text_printable(&table->arena, rs_bytes_of_string(text + length));
    free(text);
    fclose(in);
    return found;
}

static int64_t milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Field 22 of its stat, in ticks since the machine started. The name before may have anything. */
static bool read_start(rs_process *process)
{
    char text[1024];
    if (!read_small(process->pid, "stat", text, sizeof text))
        return false;
    const char *at = strrchr(text, ')');
    for (int field = 2; at != NULL && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at == NULL)
        return false;
    int64_t ticks = (int64_t)strtoull(at + 1, NULL, 10);
    int64_t boot = milliseconds(CLOCK_REALTIME) - milliseconds(CLOCK_BOOTTIME);
    process->started = boot + ticks * 1000 / sysconf(_SC_CLK_TCK);
    return true;
}

static rs_process_state state_of(const rs_process *process, int64_t switched_on)
{
    if ((process->libraries & RS_LIBRARY_CRYPTO) == 0 || process->foreign == 1)
        return RS_PROCESS_CANNOT;
    if (process->module_deleted || process->crypto_deleted)
        return RS_PROCESS_RESTART;
    if (process->module != NULL)
        return RS_PROCESS_LOADED;
    return process->started < switched_on ? RS_PROCESS_RESTART : RS_PROCESS_NOT_LOADED;
}

static void append(rs_process_table *table, const rs_process *process)
{
    rs_process *kept = rs_message_need(rs_arena_take(&table->arena, sizeof *kept));
    *kept = *process;
    if (table->last == NULL)
        table->first = kept;
    else
        table->last->next = kept;
    table->last = kept;
}

static void look_at(rs_process_table *table, pid_t pid, int64_t switched_on)
{
    rs_process process = {.pid = pid};
    char name[64], program[64];
    read_result result = read_maps(table, &process);
    if (result == FORBIDDEN)
        table->unreadable++;
    if (result != READ)
        return;
    if (process.libraries == 0) {
        table->without++;
        return;
    }
    if (!read_start(&process) || !read_small(pid, "comm", name, sizeof name))
        return;
    snprintf(program, sizeof program, "/proc/%ld/exe", (long)pid);
    process.foreign = rs_module_file_is_foreign(program);
    process.name = rs_text_printable(&table->arena, rs_bytes_make(name, strcspn(name, "\n")));
    process.conf = read_conf(table, pid);
    process.state = state_of(&process, switched_on);
    append(table, &process);
}

static int compare_numbers(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

/* All process numbers but our own, ascending; the caller frees. NULL: /proc cannot be read. */
static long *read_numbers(size_t *count)
{
    DIR *directory = opendir("/proc");
    if (directory == NULL)
        return NULL;
    size_t capacity = 256;
    long *numbers = rs_message_need(malloc(capacity * sizeof *numbers));
    *count = 0;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        if (*end != '\0' || number <= 0 || number == (long)getpid())
            continue;
        if (*count == capacity) {
            capacity *= 2;
            numbers = rs_message_need(realloc(numbers, capacity * sizeof *numbers));
        }
        numbers[(*count)++] = number;
    }
    closedir(directory);
    qsort(numbers, *count, sizeof *numbers, compare_numbers);
    return numbers;
}

bool rs_process_table_read(rs_process_table *table, int64_t switched_on)
{
    size_t count;
    *table = (rs_process_table){0};
    long *numbers = read_numbers(&count);
    if (numbers == NULL) {
        rs_message_error("/proc: %s", strerror(errno));
        return false;
    }
    for (size_t i = 0; i < count; i++)
        look_at(table, (pid_t)numbers[i], switched_on);
    free(numbers);
    return true;
}

void rs_process_table_clear(rs_process_table *table)
{
    rs_arena_clear(&table->arena);
    *table = (rs_process_table){0};
}

const char *rs_process_state_word(rs_process_state state)
{
    static const char *const words[] = {"loaded", "restart", "not loaded", "cannot be guarded"};
    return words[state];
}

static const char *why_not_at_all(const rs_process *process)
{
    if (process->foreign == 1)
        return "of another architecture than the module";
    if ((process->libraries & RS_LIBRARY_OLD_OPENSSL) != 0)
        return "OpenSSL before 3.0";
    if ((process->libraries & RS_LIBRARY_GNUTLS) != 0)
        return "GnuTLS does not read openssl.cnf";
    if ((process->libraries & RS_LIBRARY_NSS) != 0)
        return "NSS does not read openssl.cnf";
    return "libssl without libcrypto";
}

const char *rs_process_reason(const rs_process *process)
{
    switch (process->state) {
    case RS_PROCESS_LOADED:
        return "the module is loaded";
    case RS_PROCESS_RESTART:
        return process->module_deleted   ? "the module's file was replaced since it started"
               : process->crypto_deleted ? "libcrypto's file was replaced since it started"
                                         : "it started before the configuration last changed";
    case RS_PROCESS_NOT_LOADED:
        return process->conf == NULL
                   ? "it has not used OpenSSL yet, or takes another configuration or none"
                   : "it has not used OpenSSL yet, or what its OPENSSL_CONF names lacks the module";
    case RS_PROCESS_CANNOT:
        break;
    }
    return why_not_at_all(process);
}

const char *rs_library_word(unsigned library)
{
    switch (library) {
    case RS_LIBRARY_CRYPTO:
        return "libcrypto";
    case RS_LIBRARY_SSL:
        return "libssl";
    case RS_LIBRARY_GNUTLS:
        return "GnuTLS";
    case RS_LIBRARY_NSS:
        return "NSS";
    default:
        return "old OpenSSL";
    }
}
