/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input of fuzz_identity: a byte that chooses a list, then names, each a byte for its kind, a
 * byte for its length, and its bytes.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

/* What a name becomes. Common names and e-mail attributes are of the string type that is named. */
enum identity_kind {
    IDENTITY_CN_UTF8,
    IDENTITY_CN_PRINTABLE,
    IDENTITY_CN_IA5,
    IDENTITY_CN_TELETEX,
    IDENTITY_CN_BMP,
    IDENTITY_CN_UNIVERSAL,
    IDENTITY_CN_BITS,
    IDENTITY_MAIL_IA5,
    IDENTITY_MAIL_UTF8,
    IDENTITY_MAIL_BMP,
    IDENTITY_DNS,
    IDENTITY_EMAIL,
    IDENTITY_URI,
    IDENTITY_IP,
    IDENTITY_UPN,
    IDENTITY_XMPP,
    IDENTITY_SRV,
    IDENTITY_SMTP_UTF8,
    IDENTITY_NAI,
    IDENTITY_KRB5, /* the realm */
    IDENTITY_KINDS
};

/* The lists of fuzz_identity.c, by their index. */
enum identity_list {
    IDENTITY_LIST_SUFFIX,
    IDENTITY_LIST_BELOW,
    IDENTITY_LIST_EXCLUDE,
    IDENTITY_LIST_DNS,
    IDENTITY_LIST_URI,
    IDENTITY_LIST_MAILBOX,
    IDENTITY_LIST_IP,
    IDENTITY_LIST_CN,
    IDENTITY_LIST_CN_ANY,
    IDENTITY_LIST_SINGLE_LABEL,
    IDENTITY_LISTS
};

#endif
