/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/build.h"

#include "command/base/limited_store.h"
#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text.h"
#include "lib/compiler/image_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_summary(const rs_list *list, const rs_image *image)
{
    size_t rules = 0;
    for (size_t i = 0; i < list->stanza_count; i++)
        rules += list->stanzas[i].rule_count;
    rs_arena arena = {0};
    fprintf(stderr, "%s root%s, %s rule%s, %s bytes, generation %016" PRIx64 "\n",
            rs_text_number(&arena, image->root_count), image->root_count == 1 ? "" : "s",
            rs_text_number(&arena, rules), rules == 1 ? "" : "s",
            rs_text_number(&arena, image->file.n), image->generation);
    rs_arena_clear(&arena);
}

bool rs_build_image(const rs_sources *sources, uint8_t **bytes, rs_image *image)
{
    size_t size;
    switch (rs_image_write(&sources->merged, bytes, &size)) {
    case RS_WRITE_OK:
        break;
    case RS_WRITE_TOO_LARGE:
        rs_message_error("the compiled list would be larger than %u MiB",
                         RS_IMAGE_SIZE_MAX / (1024 * 1024));
        return false;
    case RS_WRITE_NO_MEMORY:
        rs_message_error("out of memory");
        return false;
    case RS_WRITE_BAD_LIST:
        rs_message_error("cannot compile the list; this is a defect in rootscope");
        return false;
    }
    rs_image_status status = rs_image_open(rs_bytes_make(*bytes, size), image);
    if (status == RS_IMAGE_OK)
        return true;
    rs_message_error("the compiled list %s; this is a defect in rootscope",
                     rs_image_status_text(status));
    free(*bytes);
    *bytes = NULL;
    return false;
}

bool rs_build_write(const rs_sources *sources, const rs_image *image, const rs_build *build)
{
    if (build->output != NULL &&
        ((build->make_folder && !rs_output_file_make_folder(build->output)) ||
         !rs_output_file_write(build->output, image->file, false)))
        return false;
    if (!build->quiet)
        print_summary(&sources->merged, image);
    if (build->output != NULL && strcmp(build->output, ROOTSCOPE_LIST) == 0)
        rs_limited_store_renew();
    return true;
}

bool rs_build_run(const rs_sources *sources, const rs_build *build)
{
    uint8_t *bytes;
    rs_image image;
    if (!rs_build_image(sources, &bytes, &image))
        return false;
    bool good = rs_build_write(sources, &image, build);
    free(bytes);
    return good;
}
