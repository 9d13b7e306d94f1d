/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that verifies for long, while its list is replaced again and again, takes no more
 * memory and no more descriptors at the end than once it had warmed up.
 *
 * Arguments: the module; the path of the list in force, with refresh = 1; two lists of which the
 * first permits more.example and the second most.example, beside corp.example, and neither
 * evil.example; how many verifications; how many lists.
 */
#include "tests/system/probes/interpose.h"
#include "tests/system/probes/issue.h"
#include "tests/system/probes/replace.h"

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    WARM_UP = 10,               /* lists; with two, everything has been in use twice */
    BEYOND_LOOK = 2,            /* seconds */
    RESIDENT_MARGIN = 64 * 1024 /* bytes: a few pages that happen to be touched late */
};

typedef struct footprint {
    long blocks;      /* of the module */
    size_t allocated; /* by all */
    long resident;    /* bytes of memory that is there */
    int descriptors;
} footprint;

static int count_descriptors(void)
{
    int count = 0;
    DIR *folder = must(opendir("/proc/self/fd"), "/proc/self/fd");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static long resident_size(void)
{
    long pages = 0;
    FILE *file = must(fopen("/proc/self/statm", "r"), "/proc/self/statm");
    if (fscanf(file, "%*s %ld", &pages) != 1)
        give_up("/proc/self/statm");
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static footprint measure(void)
{
    return (footprint){.blocks = interpose_live_blocks(),
                       .allocated = mallinfo2().uordblks,
                       .resident = resident_size(),
                       .descriptors = count_descriptors()};
}

typedef struct leaves {
    X509 *of_list[2]; /* permitted by one of the lists alone */
    X509_STORE *store;
    long wrong;
} leaves;

static void check(leaves *l, X509 *leaf, bool wanted)
{
    l->wrong += (verify(l->store, leaf).result == 1) != wanted;
}

/* With one list in force: the one that was just put there. */
static void verify_under(const probe *p, leaves *l, int list, long count)
{
    for (long i = 0; i < count; i += 4) {
        check(l, p->good, true);
        check(l, p->bad, !p->guarded);
        check(l, l->of_list[list], true);
        check(l, l->of_list[1 - list], !p->guarded);
    }
}

static void flat(probe *p)
{
    long verifications = strtol(probe_argument(p, 4), NULL, 10);
    long lists = strtol(probe_argument(p, 5), NULL, 10), each = verifications / lists;
    leaves l = {.store = probe_store(p)};
    footprint warm = measure(); /* which takes memory of its own the first time */
    l.of_list[0] = issue_leaf(p, "www.more.example", "DNS:www.more.example");
    l.of_list[1] = issue_leaf(p, "www.most.example", "DNS:www.most.example");
    interpose_calls_of(probe_argument(p, 0));
    for (long turn = 0; turn < lists; turn++) {
        if (turn == WARM_UP)
            warm = measure();
        replace_file(probe_argument(p, 1), probe_argument(p, 2 + (int)(turn % 2)));
        interpose_pass_seconds(BEYOND_LOOK);
        verify_under(p, &l, (int)(turn % 2), each);
    }
    footprint end = measure();
    expect(l.wrong == 0, "%ld of %ld verifications under %ld lists went wrong", l.wrong,
           each * lists, lists);
    expect(end.blocks == warm.blocks && end.descriptors == warm.descriptors,
           "the module's blocks: %ld, then %ld; descriptors: %d, then %d", warm.blocks, end.blocks,
           warm.descriptors, end.descriptors);
#ifdef PROBE_SANITIZED
    note("a sanitizer keeps memory of its own: not measured");
#else
    expect(end.allocated == warm.allocated, "allocated: %zu bytes, then %zu", warm.allocated,
           end.allocated);
    expect(end.resident - warm.resident <= RESIDENT_MARGIN, "resident: %ld KiB, then %ld KiB",
           warm.resident / 1024, end.resident / 1024);
#endif
    X509_STORE_free(l.store);
    X509_free(l.of_list[0]);
    X509_free(l.of_list[1]);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "flat", .run = flat},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
