/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/listed.h"

bool rs_survey_listed(const rs_image *image, const uint8_t key[RS_SHA256_SIZE], rs_stanza *stanza)
{
    uint32_t index;
    uint32_t found = rs_image_find_root(image, RS_ROOT_SPKI, key, &index)
                         ? rs_image_root(image, index).stanza
                         : image->default_stanza;
    if (found == RS_NO_STANZA)
        return false;
    rs_image_stanza(image, found, stanza);
    return true;
}
