/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One trial of the comparison with OpenSSL: name constraints and the names of a certificate, in a
 * form of its own from which both sides are made.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "lib/compiler/list.h"

#include <openssl/x509v3.h>

enum {
    TEXT_MAX = 1100, /* a little over the longest text that is read, a common name's */
    RULES_MAX = 8,
    NAMES_MAX = 12,
    FREE_NAMES = 5,
};

typedef struct trial_text {
    size_t n;
    uint8_t p[TEXT_MAX];
} trial_text;

typedef enum name_kind {
    /* in the SAN */
    NAME_DNS,
    NAME_EMAIL,
    NAME_URI,
    NAME_IP,
    NAME_DIRECTORY,
    NAME_SMTP_UTF8, /* otherName id-on-SmtpUTF8Mailbox */
    NAME_FREE,      /* one of a few that no constraint of OpenSSL is about; a byte chooses */
    /* in the subject */
    NAME_CN,
    NAME_EMAIL_ATTRIBUTE,
} name_kind;

/*
 * A constraint. Hosts and mailboxes are spelt as in RFC 5280, an address has its mask behind it,
 * a directory name is a text of codes (rdn_code).
 */
typedef struct trial_rule {
    rs_polarity polarity;
    name_kind kind; /* of the first five */
    trial_text value;
} trial_rule;

/* What a name is; the characters of texts are code points below 256, except in an address. */
typedef struct trial_name {
    name_kind kind;
    int string_type; /* V_ASN1_*, of an attribute of the subject */
    trial_text value;
} trial_name;

typedef enum trial_usage { USAGE_NONE, USAGE_TLS, USAGE_OTHER } trial_usage;

typedef struct trial {
    size_t rule_count, name_count;
    trial_rule rules[RULES_MAX];
    trial_name names[NAMES_MAX];
    trial_text rdns; /* codes of what else the subject has, in front of its common names */
    trial_usage usage;
    bool is_issuer; /* of a CA that issued the next one */
} trial;

/* Copies what is used of a trial. */
void trial_copy(trial *to, const trial *from);

void trial_print(const trial *t);

bool trial_has_dns_name(const trial *t);

/* One attribute of a directory name as a byte: a type, a value, and whether it opens an RDN. */
enum { RDN_VALUES = 12, RDN_TYPES = 4, RDN_JOINS = 0x40 };
static inline uint8_t rdn_code(size_t type, size_t value, bool joins)
{
    return (uint8_t)(type << 4 | value | (joins ? RDN_JOINS : 0));
}

#endif
