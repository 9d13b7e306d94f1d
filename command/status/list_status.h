/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled list as the module finds it, and whether it is up to date with its sources.
 */
#ifndef RS_LIST_STATUS_H
#define RS_LIST_STATUS_H

#include "command/list/change.h"
#include "command/status/problems.h"
#include "lib/image/image.h"
#include "provider/settings.h"

#include <openssl/x509.h>

typedef struct rs_list_status {
    const char *path;
    rs_change_target target; /* of commands that mend something */
    bool loaded;
    uint8_t *bytes; /* owned; `image` is a view of them */
    rs_image image;
    rs_mode mode;  /* of the whole list, as of now */
    bool compared; /* the sources were compiled and compared; only then the next two count */
    size_t source_count;
    bool sources_differ;
    bool linted;          /* only then the next one counts */
    size_t lint_warnings; /* of `rootscope lint` */
} rs_list_status;

typedef struct rs_list_sources {
    const char *shipped, *local; /* folders; both NULL: there is nothing to compare with */
    const char *ca_file;         /* the trust store; NULL: the system's */
} rs_list_sources;

/* Reads the list that the settings name. Clear it whatever was found; they must live as long. */
void rs_list_status_read(const rs_settings *settings, const rs_list_sources *sources,
                         rs_list_status *status, rs_problems *problems);
void rs_list_status_clear(rs_list_status *status);

/* Whether a list that was loaded names a certificate, by its key or by itself. */
bool rs_list_status_has(const rs_list_status *status, const X509 *certificate);

#endif
