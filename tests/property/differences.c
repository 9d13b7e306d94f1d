/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/differences.h"

#include "tests/property/difference_classes.h"

#include <inttypes.h>
#include <stdio.h>

/* Of the whole program. */
static struct counts {
    uint64_t trials, denied_by_both, permitted_by_both;
    uint64_t met[DIFFERENCE_CLASSES];       /* trials of the class */
    uint64_t permitted[DIFFERENCE_CLASSES]; /* we permit, OpenSSL denies */
    uint64_t denied[DIFFERENCE_CLASSES];    /* we deny, OpenSSL permits */
} counts;

void differences_expect(const trial *t, expectation *expected)
{
    trial_copy(&expected->equivalent, t);
    expected->denied = false;
    expected->classes = 0;
    for (unsigned i = 0; i < DIFFERENCE_CLASSES && !expected->denied; i++)
        if (difference_classes[i].apply(&expected->equivalent, &expected->denied))
            expected->classes |= 1u << i;
}

static void count(const expectation *expected, bool ours, bool openssl)
{
    counts.trials++;
    counts.permitted_by_both += ours && openssl;
    counts.denied_by_both += !ours && !openssl;
    for (unsigned i = 0; i < DIFFERENCE_CLASSES; i++) {
        if ((expected->classes >> i & 1) == 0)
            continue;
        counts.met[i]++;
        counts.permitted[i] += ours && !openssl;
        counts.denied[i] += !ours && openssl;
    }
}

static const char *word(bool permits)
{
    return permits ? "permits" : "denies";
}

bool differences_judge(const trial *t, const expectation *expected, bool ours, bool openssl,
                       bool by_equivalent)
{
    bool wanted = by_equivalent && !expected->denied, excused = !ours || openssl;
    count(expected, ours, openssl);
    for (unsigned i = 0; i < DIFFERENCE_CLASSES; i++)
        excused |= (expected->classes >> i & 1) != 0 && difference_classes[i].may_permit;
    if (ours == wanted && excused)
        return true;
    fprintf(stderr, "OpenSSL %s, this library %s, expected of it: %s%s; the trial:\n",
            word(openssl), word(ours), word(wanted), excused ? "" : " (no class excuses that)");
    trial_print(t);
    for (unsigned i = 0; i < DIFFERENCE_CLASSES; i++)
        if ((expected->classes >> i & 1) != 0)
            fprintf(stderr, "    of class %s\n", difference_classes[i].name);
    if (expected->classes != 0 && !expected->denied) {
        fprintf(stderr, "  its equivalent:\n");
        trial_print(&expected->equivalent);
    }
    return false;
}

bool differences_report(bool all)
{
    bool all_seen = true;
    printf("%" PRIu64 " trials: %" PRIu64 " permitted by both, %" PRIu64 " denied by both\n",
           counts.trials, counts.permitted_by_both, counts.denied_by_both);
    printf("%-24s %10s %15s %15s\n", "class", "trials", "only we permit", "only we deny");
    for (unsigned i = 0; i < DIFFERENCE_CLASSES; i++) {
        const difference_class *class = &difference_classes[i];
        printf("%-24s %10" PRIu64 " %15" PRIu64 " %15" PRIu64 "\n    %s\n    %s\n", class->name,
               counts.met[i], counts.permitted[i], counts.denied[i], class->reason, class->example);
        if (all && counts.permitted[i] + counts.denied[i] == 0) {
            fprintf(stderr, "no difference of class %s was met\n", class->name);
            all_seen = false;
        }
    }
    return all_seen;
}
