/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A checkpoint (c2sp.org/tlog-checkpoint): how many entries a log had, and the hash of its tree.
 */
#ifndef RS_SURVEY_CHECKPOINT_H
#define RS_SURVEY_CHECKPOINT_H

#include "command/survey/input/log/merkle.h"

/* More entries no log has: indices are numbers of 40 bits. */
#define RS_CHECKPOINT_SIZE_MAX (UINT64_C(1) << 40)

typedef struct rs_checkpoint {
    uint64_t size; /* entries */
    rs_merkle_hash root;
} rs_checkpoint;

/* Reads the first three lines; the signatures behind them are not checked. False if malformed. */
bool rs_checkpoint_read(rs_bytes text, rs_checkpoint *checkpoint);

#endif
