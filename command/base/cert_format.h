/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells what a file is that should have had a certificate.
 */
#ifndef RS_CERT_FORMAT_H
#define RS_CERT_FORMAT_H

#include "lib/base/bytes.h"

/*
 * Returns what a file without a certificate has instead, and what to do: "it is a private key; give
 * ...". NULL: it is nothing that is known.
 */
const char *rs_cert_format_instead(rs_bytes file);

#endif
