/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots as telemetry names them: "spki-sha256:…", "cert-sha256:…", "default", "none".
 */
#ifndef RS_TOLD_ROOT_H
#define RS_TOLD_ROOT_H

#include "command/telemetry/totals.h"
#include "lib/image/image.h"

/* Reads the kind and the hash of a name; false for a name without them. */
bool rs_told_root_read(rs_bytes name, rs_root_kind *kind, uint8_t sha256[RS_SHA256_SIZE]);

/* Whether `wanted` is the root, as rs_root_match says it, or the very name that telemetry has. */
bool rs_told_root_match(const char *wanted, const rs_totals_root *root);

#endif
