/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/api/list.h"
#include "lib/base/file.h"
#include "lib/chain/openssl_linked.h"
#include "lib/names/ip_address.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    REASON_SIZE = 512,
    NAME_SHOWN_MAX = 100, /* bytes; each takes four characters at most */
};

struct rootscope_result {
    bool permitted, observed, listed;
    int error, depth;
    char reason[REASON_SIZE];
};

static rootscope_status status_of_file(rs_file_status status)
{
    switch (status) {
    case RS_FILE_OK:
        return ROOTSCOPE_OK;
    case RS_FILE_SYSTEM:
        return ROOTSCOPE_ERROR_SYSTEM;
    case RS_FILE_TOO_LARGE:
        return ROOTSCOPE_ERROR_DAMAGED;
    case RS_FILE_NO_MEMORY:
        return ROOTSCOPE_ERROR_MEMORY;
    case RS_FILE_NOT_REGULAR:
    case RS_FILE_CHANGED:
        break;
    }
    return ROOTSCOPE_ERROR_FILE;
}

static rootscope_status status_of_image(rs_image_status status)
{
    switch (status) {
    case RS_IMAGE_OK:
        return ROOTSCOPE_OK;
    case RS_IMAGE_EMPTY:
    case RS_IMAGE_NOT_A_LIST:
        return ROOTSCOPE_ERROR_NOT_A_LIST;
    case RS_IMAGE_VERSION_BAD:
        return ROOTSCOPE_ERROR_VERSION;
    default:
        return ROOTSCOPE_ERROR_DAMAGED;
    }
}

/* Takes the bytes over, also if it fails. */
static rootscope_status open_bytes(uint8_t *bytes, size_t size, rootscope_list **list)
{
    rootscope_list *opened = calloc(1, sizeof *opened);
    rootscope_status status = ROOTSCOPE_ERROR_MEMORY;
    if (opened != NULL)
        status = status_of_image(rs_image_open(rs_bytes_make(bytes, size), &opened->image));
    if (status != ROOTSCOPE_OK) {
        free(opened);
        free(bytes);
        return status;
    }
    opened->bytes = bytes;
    atomic_init(&opened->references, 1);
    *list = opened;
    return ROOTSCOPE_OK;
}

rootscope_status rootscope_list_open(const char *path, rootscope_list **list)
{
    uint8_t *bytes;
    size_t size;
    if (list == NULL)
        return ROOTSCOPE_ERROR_ARGUMENT;
    *list = NULL;
    if (path == NULL)
        return ROOTSCOPE_ERROR_ARGUMENT;
    rs_file_status read = rs_file_read(path, RS_IMAGE_SIZE_MAX, &bytes, &size);
    return read == RS_FILE_OK ? open_bytes(bytes, size, list) : status_of_file(read);
}

rootscope_status rootscope_list_open_memory(const void *bytes, size_t size, rootscope_list **list)
{
    if (list == NULL)
        return ROOTSCOPE_ERROR_ARGUMENT;
    *list = NULL;
    if (bytes == NULL)
        return ROOTSCOPE_ERROR_ARGUMENT;
    if (size > RS_IMAGE_SIZE_MAX)
        return ROOTSCOPE_ERROR_DAMAGED;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL)
        return ROOTSCOPE_ERROR_MEMORY;
    memcpy(copy, bytes, size);
    return open_bytes(copy, size, list);
}

const char *rootscope_status_text(rootscope_status status)
{
    switch (status) {
    case ROOTSCOPE_OK:
        return "the list was read";
    case ROOTSCOPE_ERROR_ARGUMENT:
        return "an argument is missing";
    case ROOTSCOPE_ERROR_SYSTEM:
        return "the file cannot be read";
    case ROOTSCOPE_ERROR_FILE:
        return "not a regular file, or it changed while it was read";
    case ROOTSCOPE_ERROR_MEMORY:
        return "out of memory";
    case ROOTSCOPE_ERROR_NOT_A_LIST:
        return "not a compiled list";
    case ROOTSCOPE_ERROR_VERSION:
        return "a compiled list of an unknown version";
    case ROOTSCOPE_ERROR_DAMAGED:
        return "the list is damaged";
    }
    return "unknown status";
}

rootscope_list *rootscope_list_ref(rootscope_list *list)
{
    if (list != NULL)
        atomic_fetch_add_explicit(&list->references, 1, memory_order_relaxed);
    return list;
}

void rootscope_list_free(rootscope_list *list)
{
    if (list == NULL || atomic_fetch_sub_explicit(&list->references, 1, memory_order_acq_rel) != 1)
        return;
    rs_key_cache_clear(&list->cache);
    free(list->bytes);
    free(list);
}

int rootscope_list_info(const rootscope_list *list, rootscope_info *info, size_t info_size)
{
    if (list == NULL || info == NULL)
        return 0;
    const rs_image *image = &list->image;
    rootscope_info all = {
        .format = image->version,
        .roots = image->root_count,
        .generation = image->generation,
        .has_default = image->default_stanza != RS_NO_STANZA,
    };
    memcpy(all.sources_sha256, image->sources_sha256, sizeof all.sources_sha256);
    memcpy(info, &all, info_size < sizeof all ? info_size : sizeof all);
    return 1;
}

static void result_clear(rootscope_result *result)
{
    *result = (rootscope_result){
        .error = X509_V_ERR_INVALID_CALL, .depth = -1, .reason = "the chain was not checked"};
}

rootscope_result *rootscope_result_new(void)
{
    rootscope_result *result = malloc(sizeof *result);
    if (result != NULL)
        result_clear(result);
    return result;
}

void rootscope_result_free(rootscope_result *result)
{
    free(result);
}

/* Appends a name so that no log and no terminal mistakes any of it. The chain check leaves a
 * reference identity, which would be text, empty. */
static void append_name(char *reason, const rs_finding *finding)
{
    rs_ip_address address;
    char octets[RS_IP_TEXT_SIZE];
    rs_bytes name = finding->name;
    size_t length = strlen(reason);
    if (finding->form == RS_FORM_IP && rs_ip_address_from_octets(name, &address)) {
        rs_ip_address_to_text(&address, octets);
        name = rs_bytes_of_string(octets);
    }
    /* These are DER, which tells nobody anything. */
    if (finding->form == RS_FORM_DIRNAME || finding->form == RS_FORM_OTHERNAME ||
        finding->form == RS_FORM_EXTENSION)
        name.n = 0;
    for (size_t i = 0; i < name.n && i < NAME_SHOWN_MAX; i++) {
        uint8_t c = name.p[i];
        bool plain = c > 0x20 && c < 0x7f && c != '\\';
        length +=
            (size_t)snprintf(reason + length, REASON_SIZE - length, plain ? "%c" : "\\x%02x", c);
    }
    if (name.n > NAME_SHOWN_MAX)
        snprintf(reason + length, REASON_SIZE - length, "...");
}

static void write_reason(rootscope_result *result, const rs_violation *denied)
{
    char *reason = result->reason;
    snprintf(reason, REASON_SIZE, "%s:", rs_form_word(denied->finding.form));
    append_name(reason, &denied->finding);
    size_t length = strlen(reason);
    snprintf(
        reason + length, REASON_SIZE - length, "%s%s%s", reason[length - 1] == ':' ? " " : ": ",
        denied->reference ? "the expected peer is " : "", rs_reason_text(denied->finding.reason));
}

static void result_fill(rootscope_result *result, const rs_chain_report *report)
{
    *result = (rootscope_result){
        .permitted = report->denied_count == 0,
        .observed = report->observed_count > 0,
        .listed = report->listed,
        .error = X509_V_OK,
        .depth = -1,
    };
    if (result->permitted)
        return;
    result->depth = report->denied.depth;
    result->error = report->error[result->depth];
    write_reason(result, &report->denied);
}

rs_chain_check rs_rootscope_list_check(rootscope_list *list)
{
    return (rs_chain_check){.openssl = rs_openssl_linked(),
                            .image = &list->image,
                            .mode = RS_MODE_ENFORCE,
                            .now = time(NULL),
                            .cache = &list->cache};
}

int rootscope_check_chain(const rootscope_list *list, const STACK_OF(X509) * chain,
                          X509_VERIFY_PARAM *expected, rootscope_result *result)
{
    if (result != NULL)
        result_clear(result);
    if (list == NULL || chain == NULL || sk_X509_num(chain) <= 0)
        return 0;
    rs_chain_report report;
    /* The cache is only read, but the check is made for those who may write it too. */
    rs_chain_check check = rs_rootscope_list_check((rootscope_list *)list);
    ERR_set_mark();
    rs_chain_check_run(&check, chain, expected, &report);
    ERR_pop_to_mark();
    if (result != NULL)
        result_fill(result, &report);
    return report.denied_count == 0;
}

int rootscope_result_permitted(const rootscope_result *result)
{
    return result != NULL && result->permitted;
}

int rootscope_result_error(const rootscope_result *result)
{
    return result == NULL ? X509_V_ERR_INVALID_CALL : result->error;
}

int rootscope_result_depth(const rootscope_result *result)
{
    return result == NULL ? -1 : result->depth;
}

const char *rootscope_result_reason(const rootscope_result *result)
{
    return result == NULL ? "" : result->reason;
}

int rootscope_result_observed(const rootscope_result *result)
{
    return result != NULL && result->observed;
}

int rootscope_result_listed(const rootscope_result *result)
{
    return result != NULL && result->listed;
}

const char *rootscope_version(void)
{
    return ROOTSCOPE_VERSION;
}
