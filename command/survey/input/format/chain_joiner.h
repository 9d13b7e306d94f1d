/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains out of certificates that lie one after another, as PEM and DER files have them: each one
 * of a CA that is named as the issuer of the one before it belongs to the same chain.
 */
#ifndef RS_SURVEY_CHAIN_JOINER_H
#define RS_SURVEY_CHAIN_JOINER_H

#include "command/survey/input/format/emit.h"

/* All zero but for the sink is an empty one. */
typedef struct rs_chain_joiner {
    const rs_survey_sink *sink;
    rs_bytes chain[RS_SURVEY_CHAIN_MAX]; /* what was not handed on yet */
    size_t count;
} rs_chain_joiner;

/* Takes the next certificate, which must live until rs_chain_joiner_end. False: the sink's. */
bool rs_chain_joiner_add(rs_chain_joiner *joiner, rs_bytes certificate);

/* Hands on what is left. */
bool rs_chain_joiner_end(rs_chain_joiner *joiner);

#endif
