/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A shared libcrypto beside the one that the probe is linked to, of the same version or of another,
 * by functions that are looked up in it alone.
 */
#ifndef PROBE_OTHER_OPENSSL_H
#define PROBE_OTHER_OPENSSL_H

#include "tests/system/probes/own_openssl.h"

/* Loads the library and finds its functions; the probe ends if that fails. */
void other_openssl_load(const char *path);

/* As those of own_openssl.h, in the library that was loaded. */
own_openssl_start_fn other_openssl_start;
own_openssl_verify_fn other_openssl_verify;

#endif
