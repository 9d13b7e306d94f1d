/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list is replaced, truncated, copied over in place and deleted thousands of times, and looked
 * at each time, while threads verify and one reader stalls. The module's own parts are linked in,
 * so that a look need not wait until it is due.
 *
 * Arguments: the path of the list in force; two lists of the same size to put there, both of which
 * permit corp.example and neither evil.example; how many changes.
 */
#include "provider/entry.h"
#include "tests/system/probes/issue.h"
#include "tests/system/probes/replace.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { VERIFIERS = 8, LISTS = 2, LIST_SIZE_MAX = 1 << 16 };

typedef struct contents {
    char bytes[LIST_SIZE_MAX];
    size_t size;
    uint64_t generation;
} contents;

typedef struct churn {
    const probe *p;
    const char *path;
    contents lists[LISTS];
    rs_policy *policy; /* NULL: bare */
    atomic_bool stop;
    atomic_long verified, permitted_violations, denied_names, taken, stalls, damaged;
} churn;

static void read_list(const char *path, contents *list)
{
    rs_image image;
    FILE *file = must(fopen(path, "rb"), path);
    list->size = fread(list->bytes, 1, sizeof list->bytes, file);
    fclose(file);
    if (rs_image_open(rs_bytes_make(list->bytes, list->size), &image) != RS_IMAGE_OK)
        give_up("a list");
    list->generation = image.generation;
}

/* The policy of the list, in force in the system's OpenSSL. */
static rs_policy *guard(const char *path)
{
    static rs_settings settings; /* too large for comfort on the stack */
    rs_settings_init(&settings);
    rs_settings_set(&settings, "list", path);
    rs_settings_set(&settings, "refresh", "0");
    rs_settings_set(&settings, "telemetry", "off");
    const void *inside = dlsym(RTLD_DEFAULT, "X509_verify_cert");
    rs_entry entry = rs_entry_guard(rs_openssl_copy_of(inside, false), NULL, &settings);
    if (!entry.is_guarding || entry.policy == NULL)
        give_up("the guard");
    return entry.policy;
}

static churn *churn_new(const probe *p)
{
    churn *c = must(calloc(1, sizeof *c), "memory");
    c->p = p;
    c->path = probe_argument(p, 0);
    for (int i = 0; i < LISTS; i++)
        read_list(probe_argument(p, 1 + i), &c->lists[i]);
    if (p->guarded)
        c->policy = guard(c->path);
    return c;
}

static void look(churn *c)
{
    if (c->policy != NULL)
        rs_policy_reload(c->policy);
}

static uint64_t generation_in_force(churn *c)
{
    rs_generation *generation =
        must(rs_live_list_acquire(rs_policy_list(c->policy)), "a list in force");
    uint64_t number = generation->image.generation;
    rs_live_list_release(generation);
    return number;
}

static void *verify_chains(void *argument)
{
    churn *c = argument;
    X509_STORE *store = probe_store(c->p);
    int denied = c->p->guarded ? 0 : 1;
    while (!atomic_load(&c->stop)) {
        if (verify(store, c->p->bad).result != denied)
            atomic_fetch_add(&c->permitted_violations, 1);
        if (verify(store, c->p->good).result != 1)
            atomic_fetch_add(&c->denied_names, 1);
        atomic_fetch_add(&c->verified, 2);
    }
    X509_STORE_free(store);
    return NULL;
}

/* Whole, and the same as when it was counted in? */
static bool is_undamaged(const rs_generation *generation, size_t size, uint64_t number)
{
    rs_image again;
    return rs_image_open(rs_bytes_make(atomic_load(&generation->bytes), size), &again) ==
               RS_IMAGE_OK &&
           again.generation == number && generation->image.generation == number;
}

/* A reader that holds on to a list for longer than any verification does. */
static void *stall(void *argument)
{
    churn *c = argument;
    const struct timespec long_time = {.tv_nsec = 3 * 1000 * 1000};
    while (c->policy != NULL && !atomic_load(&c->stop)) {
        rs_generation *held =
            must(rs_live_list_acquire(rs_policy_list(c->policy)), "a list in force");
        size_t size = (size_t)held->state.size;
        uint64_t number = held->image.generation;
        nanosleep(&long_time, NULL);
        if (!is_undamaged(held, size, number))
            atomic_fetch_add(&c->damaged, 1);
        rs_live_list_release(held);
        atomic_fetch_add(&c->stalls, 1);
        nanosleep(&long_time, NULL); /* or hardly a newer list would ever come in */
    }
    return NULL;
}

/* Looks all the time, and so while a file is half written, too. */
static void *look_on(void *argument)
{
    churn *c = argument;
    uint64_t before = 0;
    while (c->policy != NULL && !atomic_load(&c->stop)) {
        look(c);
        uint64_t now = generation_in_force(c);
        atomic_fetch_add(&c->taken, now != before);
        before = now;
        sched_yield();
    }
    return NULL;
}

/* As cp does: the file that is there is emptied and then written, here in pieces. */
static void write_in_place(const churn *c, const void *bytes, size_t size)
{
    enum { PIECES = 3 };
    int fd = open(c->path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    for (size_t i = 0, at = 0; fd >= 0 && i < PIECES; i++) {
        size_t piece = i + 1 < PIECES ? size / PIECES : size - at;
        if (write(fd, (const char *)bytes + at, piece) != (ssize_t)piece)
            give_up("writing the list");
        at += piece;
    }
    if (fd < 0 || close(fd) != 0)
        give_up("the list");
}

static void write_list(const churn *c, const contents *list)
{
    write_in_place(c, list->bytes, list->size);
}

static void change(const churn *c, long turn)
{
    const contents *list = &c->lists[turn / 6 % LISTS];
    switch (turn % 6) {
    case 0:
        replace_file(c->path, probe_argument(c->p, 1 + (int)(turn / 6 % LISTS)));
        break;
    case 1:
        write_list(c, &c->lists[(turn / 6 + 1) % LISTS]);
        break;
    case 2:
        if (truncate(c->path, (off_t)(list->size * (size_t)(turn % 97) / 97)) != 0)
            give_up("truncating the list");
        break;
    case 3:
        write_list(c, list);
        break;
    case 4:
        if (unlink(c->path) != 0)
            give_up("deleting the list");
        break;
    default:
        write_in_place(c, "no list\n", 8);
    }
}

static void *change_on(void *argument)
{
    churn *c = argument;
    long changes = strtol(probe_argument(c->p, 3), NULL, 10);
    for (long turn = 0; turn < changes; turn++) {
        change(c, turn);
        look(c);
    }
    return NULL;
}

/* With nobody else there, each look takes what it finds. */
static void expect_next_list(churn *c)
{
    for (int i = 0; i < LISTS; i++) {
        replace_file(c->path, probe_argument(c->p, 1 + i));
        look(c);
        if (c->policy != NULL)
            expect(generation_in_force(c) == c->lists[i].generation, "then list %d is in force", i);
    }
    expect_in_force(c->p, "afterwards");
}

static void changes_under_readers(probe *p)
{
    pthread_t changer, verifiers[VERIFIERS], others[2];
    churn *c = churn_new(p);
    for (int i = 0; i < VERIFIERS; i++)
        if (pthread_create(&verifiers[i], NULL, verify_chains, c) != 0)
            give_up("a thread");
    if (pthread_create(&others[0], NULL, stall, c) != 0 ||
        pthread_create(&others[1], NULL, look_on, c) != 0 ||
        pthread_create(&changer, NULL, change_on, c) != 0)
        give_up("a thread");
    pthread_join(changer, NULL);
    atomic_store(&c->stop, true);
    for (int i = 0; i < VERIFIERS; i++)
        pthread_join(verifiers[i], NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(others[i], NULL);
    note("%s changes: a newer list was seen %ld times, a reader stalled %ld times",
         probe_argument(p, 3), atomic_load(&c->taken), atomic_load(&c->stalls));
    expect(atomic_load(&c->verified) > 0 && atomic_load(&c->permitted_violations) == 0 &&
               atomic_load(&c->denied_names) == 0,
           "of %ld verifications %ld permitted a violation and %ld denied a permitted name",
           atomic_load(&c->verified), atomic_load(&c->permitted_violations),
           atomic_load(&c->denied_names));
    expect(atomic_load(&c->damaged) == 0, "%ld lists changed while they were held",
           atomic_load(&c->damaged));
    expect(!p->guarded || atomic_load(&c->taken) > 10, "newer lists were taken");
    expect_next_list(c);
    free(c);
}

/* Written in place twice within one tick of the file system's clock, to the same size: nothing
 * but its contents tells the two states of the file apart. */
static void same_tick(probe *p)
{
    churn *c = churn_new(p);
    long missed = 0, rounds = strtol(probe_argument(p, 3), NULL, 10);
    expect(c->lists[0].size == c->lists[1].size, "both lists have %zu bytes", c->lists[0].size);
    for (long round = 0; c->policy != NULL && round < rounds; round++) {
        const contents *list = &c->lists[round % LISTS];
        write_list(c, list);
        look(c);
        missed += generation_in_force(c) != list->generation;
    }
    expect(missed == 0, "of %ld changes %ld were missed", rounds, missed);
    expect_in_force(p, "afterwards");
    free(c);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "changes_under_readers", .run = changes_under_readers},
        {.name = "same_tick", .run = same_tick},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
