/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/random_serial.h"

#include <openssl/bn.h>

bool rs_random_serial_set(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool set = number != NULL && BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
               BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return set;
}
