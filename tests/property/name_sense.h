/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the names of a trial are taken for under its rules, said once more without the library.
 */
#ifndef NAME_SENSE_H
#define NAME_SENSE_H

#include "tests/property/trial.h"

/* What a common name is taken for. */
typedef enum reading {
    READ_AS_NOTHING,
    READ_AS_HOST,
    READ_AS_ADDRESS,
    READ_AS_MAILBOX,
    READ_AS_WORD, /* of characters that no host has */
    READ_AS_FOREIGN_HOST,
} reading;

/* The common name without the NULs at its end, and then without spaces at its ends. */
rs_bytes common_name(const trial_name *n);

reading read_common_name(const trial *t, const trial_name *n);

/* Of an emailAddress without @, a bare word is nobody's name. */
reading read_email_attribute(const trial *t, const trial_name *n);

/* Whether OpenSSL takes the common name for a host; a space is a character like others to it. */
bool is_seen_as_host(const trial_name *n);

/* Does the list that list_side.c makes deny some name of this form? */
bool is_restricted(const trial *t, name_kind kind);

/* Of those for which common names are looked at. */
bool restricts_common_names(const trial *t);

/* Whether the verdict is that nobody can say what it names. */
bool is_malformed(const trial *t, const trial_name *n);

/*
 * Makes of an IPv4-mapped IPv6 address the IPv4 address, and of a rule's the address with its mask:
 * then `mask_size` is 16, else 0. False if it is no such address.
 */
bool unmap(trial_text *value, size_t mask_size);

#endif
