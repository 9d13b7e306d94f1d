/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store knows a unit of input by.
 */
#ifndef RS_SURVEY_UNIT_ID_H
#define RS_SURVEY_UNIT_ID_H

#include "lib/base/sha256.h"

typedef struct rs_unit_id {
    uint8_t digest[RS_SHA256_SIZE]; /* of its content: it counts once */
    /*
     * The hash in the log's tree, of a tile that was read by the log's URL; all zero otherwise. It
     * is known before the tile is, so that the tile need not be read again.
     */
    uint8_t tile[RS_SHA256_SIZE];
} rs_unit_id;

static inline bool rs_unit_id_has_tile(const rs_unit_id *id)
{
    static const uint8_t none[RS_SHA256_SIZE];
    return memcmp(id->tile, none, sizeof none) != 0;
}

#endif
