/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is behind the C API's rootscope_list, for its own files alone.
 */
#ifndef RS_ROOTSCOPE_LIST_H
#define RS_ROOTSCOPE_LIST_H

#include "lib/chain/chain.h"

#include <rootscope/rootscope.h>

struct rootscope_list {
    atomic_size_t references;
    uint8_t *bytes;
    rs_image image;     /* a view of bytes */
    rs_key_cache cache; /* of image */
};

/* A check against the list as of now. */
rs_chain_check rs_rootscope_list_check(rootscope_list *list);

#endif
