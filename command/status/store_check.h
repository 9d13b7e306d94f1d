/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issuing CAs in the trust store: a program that accepts partial chains trusts them by themselves.
 */
#ifndef RS_STORE_CHECK_H
#define RS_STORE_CHECK_H

#include "command/status/list_status.h"

/*
 * Warns of each certificate of the trust store that is not self-signed and that a listed root
 * issued, or whose root is not in the store. `ca_file` NULL: the system's trust store.
 */
void rs_store_check(const rs_list_status *list, const char *ca_file, rs_problems *problems);

#endif
