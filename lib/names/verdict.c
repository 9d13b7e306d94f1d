/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/verdict.h"

typedef struct reason_facts {
    rs_verdict verdict;
    const char *word, *text;
} reason_facts;

static const reason_facts reasons[RS_REASONS] = {
    [RS_REASON_PERMITTED] = {RS_PERMITTED, "permitted", "within the permitted names"},
    [RS_REASON_UNRESTRICTED] = {RS_PERMITTED, "unrestricted",
                                "the stanza does not restrict this form"},
    [RS_REASON_IGNORED] = {RS_PERMITTED, "ignored", "not a name that identifies a peer"},
    [RS_REASON_NOT_PERMITTED] = {RS_DENIED, "not-permitted", "outside the permitted names"},
    [RS_REASON_EXCLUDED] = {RS_DENIED, "excluded", "within the excluded names"},
    [RS_REASON_EXCLUDED_BELOW] = {RS_DENIED, "excluded-below", "wildcard over an excluded name"},
    [RS_REASON_EMPTY_NAME] = {RS_MALFORMED, "empty-name", "empty name"},
    [RS_REASON_EMPTY_LABEL] = {RS_MALFORMED, "empty-label", "empty label"},
    [RS_REASON_LONG_LABEL] = {RS_MALFORMED, "long-label", "label longer than 63 bytes"},
    [RS_REASON_LONG_NAME] = {RS_MALFORMED, "long-name", "name longer than its form allows"},
    [RS_REASON_BAD_CHARACTER] = {RS_MALFORMED, "bad-character",
                                 "character that is not allowed in this form"},
    [RS_REASON_ADDRESS_TEXT] = {RS_MALFORMED, "address-text", "IP address in place of a host name"},
    [RS_REASON_WILDCARD] = {RS_MALFORMED, "wildcard", "wildcard that is not the whole first label"},
    [RS_REASON_ADDRESS_SIZE] = {RS_MALFORMED, "address-size",
                                "IP address of neither 4 nor 16 bytes"},
    [RS_REASON_BAD_MAILBOX] = {RS_MALFORMED, "bad-mailbox",
                               "mailbox that is not one plain local part, one @ and a host"},
    [RS_REASON_BAD_AUTHORITY] =
        {RS_MALFORMED, "bad-authority",
         "URI whose host is an address in brackets, or has a backslash or a percent sign"},
    [RS_REASON_UNDECODABLE] = {RS_MALFORMED, "undecodable", "undecodable value"},
    [RS_REASON_DUPLICATE] = {RS_MALFORMED, "duplicate", "duplicate extension"},
    [RS_REASON_CHAIN_LENGTH] = {RS_MALFORMED, "chain-length", "empty or overlong chain"},
    [RS_REASON_CHAIN_ROOTS] = {RS_MALFORMED, "chain-roots",
                               "more roots in the chain, or issuers above it, than are looked at"},
    [RS_REASON_SIGNATURE] = {RS_MALFORMED, "signature",
                             "many names below a signature that does not hold"},
};

static const reason_facts no_reason = {RS_MALFORMED, "unknown", "unknown reason"};

static const reason_facts *facts_of(rs_reason reason)
{
    return (unsigned)reason < RS_REASONS ? &reasons[reason] : &no_reason;
}

rs_verdict rs_reason_verdict(rs_reason reason)
{
    return facts_of(reason)->verdict;
}

const char *rs_reason_text(rs_reason reason)
{
    return facts_of(reason)->text;
}

const char *rs_reason_word(rs_reason reason)
{
    return facts_of(reason)->word;
}
