/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RS_RANDOM_SERIAL_H
#define RS_RANDOM_SERIAL_H

#include <openssl/x509.h>
#include <stdbool.h>

/* Gives a certificate a random serial number of 127 bits (RFC 5280, 4.1.2.2). False: no memory. */
bool rs_random_serial_set(X509 *certificate);

#endif
