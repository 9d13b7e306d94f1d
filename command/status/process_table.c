/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/process_table.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/status/module_file.h"
#include "command/status/process_unit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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
    if (library == RS_LIBRARY_CRYPTO) {
        process->crypto_deleted |= deleted;
        if (process->crypto == NULL)
            process->crypto = rs_text_format(&table->arena, "%.*s", (int)length, path);
    }
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

/* A module that is switched off stays where it is loaded, with the settings that it has. */
static bool holds_on(const rs_process *process, const rs_process_goal *goal)
{
    bool is_same = process->conf == NULL || strcmp(process->conf, goal->config) == 0;
    return goal->is_off && process->module != NULL && is_same && process->started < goal->changed;
}

static rs_process_state state_of(const rs_process *process, const rs_process_goal *goal)
{
    if ((process->libraries & RS_LIBRARY_CRYPTO) == 0 || process->foreign == 1)
        return RS_PROCESS_CANNOT;
    if (holds_on(process, goal))
        return RS_PROCESS_RELEASE;
    if (process->module_deleted || (process->crypto_deleted && !goal->is_off))
        return RS_PROCESS_RESTART;
    if (process->module != NULL)
        return RS_PROCESS_LOADED;
    return process->started < goal->changed && !goal->is_off ? RS_PROCESS_RESTART
                                                             : RS_PROCESS_NOT_LOADED;
}

/* Whether two paths of links or folders under /proc are of the same thing; true if not known. */
static bool is_same_object(const char *a, const char *b)
{
    struct stat s, t;
    return stat(a, &s) != 0 || stat(b, &t) != 0 || (s.st_dev == t.st_dev && s.st_ino == t.st_ino);
}

/*
 * Whether a process lives in another root directory: in a container, or started by chroot. A daemon
 * that went into an empty folder by itself has its libraries from here.
 */
static bool is_elsewhere(pid_t pid, const char *crypto)
{
    char name[64], space[64], root[4096];
    snprintf(name, sizeof name, "/proc/%ld/root", (long)pid);
    snprintf(space, sizeof space, "/proc/%ld/ns/mnt", (long)pid);
    ssize_t length = readlink(name, root, sizeof root);
    if (length <= 0 || length >= (ssize_t)sizeof root || is_same_object(name, "/"))
        return false;
    bool is_below = length > 1 && crypto != NULL && strncmp(crypto, root, (size_t)length) == 0;
    return is_below || !is_same_object(space, "/proc/self/ns/mnt");
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

/* Whether the table shows it; else it is only counted. */
static bool is_of_interest(rs_process_table *table, const rs_process *process)
{
    unsigned *counter = NULL;
    bool ours = process->libraries == RS_LIBRARY_CRYPTO && process->module == NULL;
    if (process->libraries == 0)
        counter = &table->without;
    else if (is_elsewhere(process->pid, process->crypto))
        counter = &table->elsewhere;
    else if (ours && !rs_process_code_verifies(&table->code, &table->arena, process->pid))
        counter = &table->unverifying;
    if (counter != NULL)
        (*counter)++;
    return counter == NULL;
}

static const char *read_unit(rs_process_table *table, pid_t pid)
{
    char text[4096];
    const char *unit = read_small(pid, "cgroup", text, sizeof text)
                           ? rs_process_unit_of(&table->arena, text)
                           : NULL;
    return unit == NULL ? NULL : rs_text_printable(&table->arena, rs_bytes_of_string(unit));
}

static void look_at(rs_process_table *table, pid_t pid, const rs_process_goal *goal)
{
    rs_process process = {.pid = pid};
    char name[64], program[64];
    read_result result = read_maps(table, &process);
    if (result == FORBIDDEN)
        table->unreadable++;
    if (result != READ || !is_of_interest(table, &process))
        return;
    if (!read_start(&process) || !read_small(pid, "comm", name, sizeof name))
        return;
    snprintf(program, sizeof program, "/proc/%ld/exe", (long)pid);
    process.foreign = rs_module_file_is_foreign(program);
    process.name = rs_text_printable(&table->arena, rs_bytes_make(name, strcspn(name, "\n")));
    process.conf = read_conf(table, pid);
    process.unit = read_unit(table, pid);
    process.state = state_of(&process, goal);
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

bool rs_process_table_read(rs_process_table *table, const rs_process_goal *goal)
{
    size_t count;
    *table = (rs_process_table){0};
    long *numbers = read_numbers(&count);
    if (numbers == NULL) {
        rs_message_error("/proc: %s", strerror(errno));
        return false;
    }
    for (size_t i = 0; i < count; i++)
        look_at(table, (pid_t)numbers[i], goal);
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
    static const char *const words[] = {"loaded", "restart", "restart to release", "not loaded",
                                        "cannot be guarded"};
    return words[state];
}

static const char *why_not_at_all(const rs_process *process)
{
    if (process->foreign == 1)
        return "it is of another architecture than the module";
    if ((process->libraries & RS_LIBRARY_OLD_OPENSSL) != 0)
        return "it has OpenSSL before 3.0";
    if ((process->libraries & RS_LIBRARY_GNUTLS) != 0)
        return "GnuTLS does not read openssl.cnf";
    if ((process->libraries & RS_LIBRARY_NSS) != 0)
        return "NSS does not read openssl.cnf";
    return "it has libssl without libcrypto";
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
    case RS_PROCESS_RELEASE:
        return "the module was switched off after it started";
    case RS_PROCESS_NOT_LOADED:
        return process->conf == NULL
                   ? "it has not used OpenSSL yet, or reads another configuration or none"
                   : "it has not used OpenSSL yet, or its OPENSSL_CONF does not name the module";
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
