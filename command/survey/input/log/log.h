/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static CT log (c2sp.org/static-ct-api), read by its URL: its whole data tiles, several at a
 * time, each compared with the log's tree, and the tree with the checkpoint. The checkpoint's
 * signature is not checked: the log is whatever the URL, and TLS, say it is. The last entries,
 * which do not fill a tile, are left out until they do.
 */
#ifndef RS_SURVEY_LOG_H
#define RS_SURVEY_LOG_H

#include "command/survey/input/file/issuers.h"
#include "command/survey/input/file/stream.h"
#include "lib/base/sha256.h"

enum { RS_LOG_TRANSFERS = 16 }; /* at a time */

typedef struct rs_log rs_log;

/*
 * Asked before a tile is, by its hash in the log's tree. False: the tile is not needed, and no unit
 * becomes of it.
 */
typedef bool rs_log_wants_tile(void *context, const uint8_t hash[RS_SHA256_SIZE]);

/*
 * `url` as log_url.h reads it; nothing can be read from a wrong one. `issuer` gets the certificate
 * of each issuer before the first tile that needs it. `wants` may be NULL: all tiles are needed.
 * `delay` as of rs_http_new. NULL if there is no memory.
 */
rs_log *rs_log_new(const char *url, rs_survey_issuer *issuer, rs_log_wants_tile *wants,
                   void *context, unsigned delay);
void rs_log_free(rs_log *log);

/*
 * As rs_stream_next. What a server does not have, and what is not in the log's tree, is a rejected
 * unit. RS_STREAM_NO_MEMORY also where `issuer` returned false.
 */
rs_stream_status rs_log_next(rs_log *log, rs_survey_unit *unit);

/* The tile that was given last, counted from the log's first. */
uint64_t rs_log_position(const rs_log *log);

/* Whether the log has entries, among those that were asked for, that do not fill a tile yet. */
bool rs_log_has_part(const rs_log *log);

#endif
