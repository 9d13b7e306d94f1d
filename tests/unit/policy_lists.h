/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of policies that include policy.c: settings, lists to tell apart, and a process
 * without policies again.
 */
#ifndef RS_POLICY_LISTS_H
#define RS_POLICY_LISTS_H

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"

/* As if nothing had ever been loaded; nobody may be reading. */
static inline void policies_forget(void)
{
    for (unsigned place = 0; place < RS_POLICY_MAX; place++) {
        rs_policy *policy = atomic_exchange(&policies[place], NULL);
        if (policy != NULL)
            policy_free(policy);
    }
    atomic_store(&overflowed, false);
}

static inline rs_settings settings_for(const char *path)
{
    rs_settings settings;
    rs_settings_init(&settings);
    rs_settings_set(&settings, "list", path);
    return settings;
}

/* The n-th of any number of different lists: it has 1 + n % 7 stanzas. */
static inline rs_bytes numbered_list(unsigned n)
{
    char text[2048];
    size_t size = (size_t)snprintf(text, sizeof text, "default\n    permit n%u.example\n", n);
    for (unsigned i = 0; i < n % 7; i++)
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "root spki-sha256:%064u\n    permit n%u.example\n", i, i);
    return compiled(text);
}

static inline void put_list(const char *path, unsigned n)
{
    rs_bytes image = numbered_list(n);
    scratch_replace(path, image);
    exact_free(image);
}

/* Is the image as whole as when it was loaded? */
static inline bool is_whole(const rs_generation *generation)
{
    rs_image image;
    return generation != NULL && rs_image_open(generation->image.file, &image) == RS_IMAGE_OK &&
           image.generation == generation->image.generation;
}

/* Is the n-th list in force, and whole? */
static inline bool in_force(rs_policy *policy, unsigned n)
{
    rs_bytes expected = numbered_list(n);
    rs_generation *generation = rs_live_list_acquire(rs_policy_list(policy));
    bool is = is_whole(generation) && rs_bytes_equal(generation->image.file, expected);
    rs_live_list_release(generation);
    exact_free(expected);
    return is;
}

#endif
