/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A data tile of a static CT log (c2sp.org/static-ct-api): up to 256 entries, one after another,
 * each with the SHA-256 of the certificates above it.
 */
#ifndef RS_SURVEY_TILE_H
#define RS_SURVEY_TILE_H

#include "command/survey/input/format/entry.h"

/*
 * Takes the next entry off the front of a tile: all of it, `*hashed` being what the log's tree
 * holds of it, a TimestampedEntry. False, with a reason and `rest` untouched, if there is none:
 * entries have no border, so that nothing behind a bad one can be read.
 */
bool rs_tile_next(rs_bytes *rest, rs_survey_entry *entry, rs_bytes *hashed,
                  rs_survey_rejection *reason);

/* Every entry of a tile. False if the sink returned false. */
bool rs_tile_decode(rs_bytes tile, const rs_survey_sink *sink);

#endif
