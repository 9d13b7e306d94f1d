/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/judgement.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/name.h"
#include "lib/chain/openssl_linked.h"

static void add_stanza(void *arg, int depth, uint32_t root, uint32_t stanza, rs_mode mode)
{
    rs_judgement *j = arg;
    rs_stanza read;
    rs_image_stanza(j->image, stanza, &read);
    rs_judged_stanza *added = rs_message_need(rs_arena_take(&j->arena, sizeof *added));
    *added = (rs_judged_stanza){.depth = depth,
                                .root = root,
                                .mode = mode,
                                .is_open = (read.flags & RS_STANZA_CLOSED) == 0};
    if (j->last == NULL)
        j->first = added;
    else
        j->last->next = added;
    j->last = added;
}

/* Whether there is room for a name with this verdict; else it is only counted. */
static bool has_room(rs_judgement *j, rs_verdict verdict)
{
    bool permitted = verdict == RS_PERMITTED;
    unsigned *kept = permitted ? &j->kept_permitted : &j->kept_denied;
    if (*kept == RS_JUDGED_NAMES_MAX) {
        (*(permitted ? &j->last->more_permitted : &j->last->more_denied))++;
        return false;
    }
    (*kept)++;
    return true;
}

/* Where nothing is permitted by a line, a line for a malformed name would close the stanza. */
static bool may_be_permitted(const rs_judgement *j, const rs_finding *finding)
{
    return !j->last->is_open || finding->reason == RS_REASON_NOT_PERMITTED;
}

static void add_name(void *arg, int depth, bool reference, const rs_finding *finding)
{
    rs_judgement *j = arg;
    if (!has_room(j, finding->verdict))
        return;
    rs_judged_name *added = rs_message_need(rs_arena_take(&j->arena, sizeof *added));
    *added = (rs_judged_name){
        .depth = depth,
        .reference = reference,
        .verdict = finding->verdict,
        .reason = finding->reason,
        .form = rs_form_word(finding->form),
        .name = rs_name_text_of_finding(&j->arena, reference, finding),
        .rule = rs_text_printable(&j->arena, finding->rule),
        .hint =
            may_be_permitted(j, finding) ? rs_name_text_hint(&j->arena, reference, finding) : NULL,
    };
    rs_judged_stanza *stanza = j->last;
    if (stanza->last == NULL)
        stanza->first = added;
    else
        stanza->last->next = added;
    stanza->last = added;
}

void rs_judge(const rs_image *image, const STACK_OF(X509) * chain, const rs_store_issuers *above,
              X509_VERIFY_PARAM *expected, int64_t now, rs_judgement *judgement)
{
    *judgement = (rs_judgement){.image = image};
    rs_chain_observer observer = {.arg = judgement, .stanza = add_stanza, .finding = add_name};
    rs_chain_check check = {
        .openssl = rs_openssl_linked(),
        .image = image,
        .mode = RS_MODE_ENFORCE,
        .now = now,
        .above = above,
        .expected_uncopied = true, /* rs_chain_build sets it in the context itself */
        .observer = &observer,
    };
    rs_chain_check_run(&check, chain, expected, &judgement->report);
}

void rs_judgement_clear(rs_judgement *judgement)
{
    rs_arena_clear(&judgement->arena);
    *judgement = (rs_judgement){0};
}
