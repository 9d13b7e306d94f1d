/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CA certificates that a root issued, and that stay in the trust store without it.
 */
#ifndef RS_TRUST_ISSUED_H
#define RS_TRUST_ISSUED_H

#include "command/chain/anchor_tool.h"

#include <openssl/x509.h>

/*
 * Warns of every certificate of the system's trust store that `root` issued, or whose issuer there
 * it issued: programs that accept partial chains trust it by itself. Signatures are verified. The
 * warning has the command that removes it, if the folder of added certificates has it.
 */
void rs_trust_issued_warn(X509 *root, const rs_anchor_tool *tool);

#endif
