/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/listed_roots.h"

#include "lib/base/likely.h"

static bool is_there(const rs_listed_roots *roots, uint32_t root)
{
    for (unsigned i = 0; i < roots->count; i++)
        if (roots->items[i].root == root)
            return true;
    return false;
}

static void add(rs_listed_roots *roots, uint32_t root, uint32_t stanza, int depth)
{
    if (RS_UNLIKELY(is_there(roots, root)))
        return;
    if (RS_UNLIKELY(roots->count == RS_LISTED_ROOTS_MAX))
        roots->too_many = true;
    else
        roots->items[roots->count++] = (rs_listed_root){root, stanza, depth};
}

void rs_listed_roots_add(rs_listed_roots *roots, const rs_image *image, int depth,
                         const rs_listed_as *listed)
{
    uint32_t by_key = RS_NO_STANZA;
    if (listed->by_spki != RS_NO_ROOT)
        by_key = rs_image_root_stanza(image, listed->by_spki);
    if (RS_UNLIKELY(listed->by_certificate != RS_NO_ROOT)) {
        uint32_t by_itself = rs_image_root_stanza(image, listed->by_certificate);
        if (by_itself != by_key)
            add(roots, listed->by_certificate, by_itself, depth);
    }
    if (by_key != RS_NO_STANZA)
        add(roots, listed->by_spki, by_key, depth);
}
