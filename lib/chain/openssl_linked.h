/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of OpenSSL functions of a program that links libcrypto: the command and the C API.
 * Never part of the module, which looks its functions up.
 */
#ifndef RS_OPENSSL_LINKED_H
#define RS_OPENSSL_LINKED_H

#include "lib/chain/openssl_table.h"

/* Constant and valid as long as the program; never NULL. */
const rs_openssl_table *rs_openssl_linked(void);

#endif
