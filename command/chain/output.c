/* SPDX-License-Identifier: Apache-2.0 */
#include "command/chain/output.h"

#include "command/base/json.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/list/list_json.h"
#include "command/list/root_match.h"
#include "command/list/stanza_text.h"
#include "command/text/name.h"

#include <stdio.h>

static const char *verdict_word(rs_verdict verdict)
{
    return verdict == RS_PERMITTED ? "permitted" : verdict == RS_DENIED ? "denied" : "malformed";
}

static void print_chain(const rs_built_chain *built, rs_arena *arena)
{
    puts("Chain:");
    for (int i = 0; i < sk_X509_num(built->chain); i++) {
        const X509 *certificate = sk_X509_value(built->chain, i);
        const char *validity = rs_chain_build_validity(certificate);
        printf("  %d  %s%s%s\n", i, rs_name_text_of_subject(arena, certificate),
               validity == NULL ? "" : "  -- ", validity == NULL ? "" : validity);
    }
    if (!built->complete)
        puts("The chain could not be completed: no issuer of its last certificate was found.\n"
             "A listed root above it may deny more than is shown here.");
    else if (!built->trusted)
        puts("Its root is not in the trust store.");
    for (int i = 0; i < built->objection_count; i++)
        printf("OpenSSL itself refuses the chain at depth %d: error %d (%s)\n",
               built->objections[i].depth, built->objections[i].error,
               X509_verify_cert_error_string(built->objections[i].error));
}

static void print_stanza_title(const rs_judged_stanza *stanza, const rs_check_answer *answer,
                               rs_arena *arena)
{
    const rs_image *image = answer->image;
    if (stanza->root == RS_NO_ROOT) {
        puts("\nNo certificate of the chain is listed: the default stanza applies.");
    } else {
        rs_root root = rs_image_root(image, stanza->root);
        char hex[RS_HEX_SIZE];
        rs_text_hex(root.sha256, hex);
        if (stanza->depth < sk_X509_num(answer->built->chain))
            printf("\nListed at depth %d", stanza->depth);
        else
            printf("\nListed in the trust store, above the chain");
        printf(": root %s:%s", rs_root_kind_word(root.kind), hex);
        if (root.label.n > 0)
            printf(" %s", rs_text_label(arena, rs_text_printable(arena, root.label)));
        putchar('\n');
    }
    if (stanza->mode == RS_MODE_OFF)
        puts("Mode off. No name is checked.");
    else
        printf("Mode %s. Names by depth:\n", rs_mode_word(stanza->mode));
}

/* What permits a name to the root of a stanza, as a command line; NULL if nothing does. */
static const char *command_for(const rs_judged_name *name, const rs_judged_stanza *stanza,
                               const rs_check_answer *answer, rs_arena *arena)
{
    const rs_change_target target = rs_hint_target(answer->list_path, NULL, NULL);
    if (name->hint == NULL)
        return NULL;
    const char *root = stanza->root == RS_NO_ROOT
                           ? "default"
                           : rs_root_match_word(arena, answer->image, stanza->root);
    return rs_text_format(arena, "%s %s %s", rs_hint_command(arena, &target, "permit"), root,
                          rs_text_shell(arena, name->hint));
}

static void print_name(const rs_judged_name *name, const char *command)
{
    printf("  %d  %s:%s%s: ", name->depth, name->form, name->name,
           name->reference ? " (the expected peer)" : "");
    if (name->verdict == RS_PERMITTED)
        printf("permitted, %s", rs_reason_text(name->reason));
    else
        printf("DENIED, %s", rs_reason_text(name->reason));
    if (name->rule[0] != '\0')
        printf(" (rule: %s)", name->rule);
    putchar('\n');
    if (command != NULL)
        printf("       to permit it: %s\n", command);
}

static void print_more(const rs_judged_stanza *stanza, rs_arena *arena)
{
    if (stanza->more_denied > 0)
        printf("  and %s more that are DENIED\n", rs_text_number(arena, stanza->more_denied));
    if (stanza->more_permitted > 0)
        printf("  and %s more that are permitted\n", rs_text_number(arena, stanza->more_permitted));
}

static void print_verdict(const rs_check_answer *answer, rs_arena *arena)
{
    const rs_chain_report *report = &answer->judgement->report;
    putchar('\n');
    if (report->denied_count > 0) {
        int error = report->error[report->denied.depth];
        const char *certificate = rs_name_text_of_subject(
            arena, sk_X509_value(answer->built->chain, report->denied.depth));
        printf("Verdict: denied at depth %d (%s), %s\n", report->denied.depth, certificate,
               rs_reason_text(report->denied.finding.reason));
        printf("An application reports error %d (%s).\n", error,
               X509_verify_cert_error_string(error));
        return;
    }
    if (answer->judgement->first == NULL && report->observed_count == 0)
        puts("No certificate of the chain is listed, and there is no default stanza.");
    puts(answer->built->complete
             ? "Verdict: permitted"
             : "Verdict: unknown. All names that could be checked are permitted.");
    if (report->observed_count > 0)
        puts("Test mode: the chain would be denied if its stanza were enforced.");
}

void rs_check_output_text(const rs_check_answer *answer)
{
    rs_arena arena = {0};
    print_chain(answer->built, &arena);
    const rs_judged_stanza *stanza = answer->judgement->first;
    for (; stanza != NULL; stanza = stanza->next) {
        print_stanza_title(stanza, answer, &arena);
        for (const rs_judged_name *name = stanza->first; name != NULL; name = name->next)
            print_name(name, command_for(name, stanza, answer, &arena));
        print_more(stanza, &arena);
    }
    print_verdict(answer, &arena);
    rs_arena_clear(&arena);
}

static json_t *error_as_json(int depth, int error)
{
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "depth", json_integer(depth));
    rs_json_set(object, "code", json_integer(error));
    rs_json_set(object, "text", json_string(X509_verify_cert_error_string(error)));
    return object;
}

static json_t *chain_as_json(const rs_built_chain *built, rs_arena *arena)
{
    json_t *chain = rs_message_need(json_array());
    for (int i = 0; i < sk_X509_num(built->chain); i++) {
        const X509 *certificate = sk_X509_value(built->chain, i);
        json_t *object = rs_message_need(json_object());
        rs_json_set(object, "depth", json_integer(i));
        rs_json_set(object, "subject", json_string(rs_name_text_of_subject(arena, certificate)));
        rs_json_set(object, "valid_now",
                    json_boolean(rs_chain_build_validity(certificate) == NULL));
        rs_json_append(chain, object);
    }
    return chain;
}

static json_t *name_as_json(const rs_judged_name *name, const char *command, rs_arena *arena)
{
    json_t *object = rs_message_need(json_object());
    rs_json_set(object, "depth", json_integer(name->depth));
    rs_json_set(object, "expected_by_caller", json_boolean(name->reference));
    rs_json_set(object, "form", json_string(name->form));
    rs_json_set(object, "name", json_string(name->name));
    rs_json_set(object, "verdict", json_string(verdict_word(name->verdict)));
    rs_json_set(object, "reason", json_string(rs_reason_word(name->reason)));
    rs_json_set(object, "rule", rs_json_of_text(name->rule[0] == '\0' ? NULL : name->rule));
    rs_json_set(object, "hint",
                rs_json_of_text(
                    name->hint == NULL ? NULL : rs_stanza_text_rule(arena, "permit", name->hint)));
    rs_json_set(object, "command", rs_json_of_text(command));
    return object;
}

static json_t *stanza_as_json(const rs_judged_stanza *stanza, const rs_check_answer *answer,
                              rs_arena *arena)
{
    json_t *object = rs_message_need(json_object());
    bool is_default = stanza->root == RS_NO_ROOT;
    rs_json_set(object, "default", json_boolean(is_default));
    if (!is_default) {
        rs_root root = rs_image_root(answer->image, stanza->root);
        rs_json_set(object, "depth", json_integer(stanza->depth));
        rs_json_set(object, "root", rs_list_json_of_root(arena, &root));
    }
    rs_json_set(object, "mode", json_string(rs_mode_word(stanza->mode)));
    json_t *names = rs_message_need(json_array());
    for (const rs_judged_name *name = stanza->first; name != NULL; name = name->next)
        rs_json_append(names, name_as_json(name, command_for(name, stanza, answer, arena), arena));
    rs_json_set(object, "names", names);
    rs_json_set(object, "more_denied", json_integer((json_int_t)stanza->more_denied));
    rs_json_set(object, "more_permitted", json_integer((json_int_t)stanza->more_permitted));
    return object;
}

static json_t *stanzas_as_json(const rs_check_answer *answer, rs_arena *arena)
{
    json_t *stanzas = rs_message_need(json_array());
    const rs_judged_stanza *stanza = answer->judgement->first;
    for (; stanza != NULL; stanza = stanza->next)
        rs_json_append(stanzas, stanza_as_json(stanza, answer, arena));
    return stanzas;
}

static void set_verdict(json_t *top, const rs_chain_report *report, bool complete)
{
    bool denied = report->denied_count > 0;
    rs_json_set(top, "verdict",
                json_string(denied     ? "denied"
                            : complete ? "permitted"
                                       : "unknown"));
    rs_json_set(top, "would_be_denied", json_boolean(report->observed_count > 0));
    rs_json_set(top, "error",
                denied ? error_as_json(report->denied.depth, report->error[report->denied.depth])
                       : json_null());
    rs_json_set(top, "reason",
                rs_json_of_text(denied ? rs_reason_word(report->denied.finding.reason) : NULL));
}

void rs_check_output_json(const rs_check_answer *answer)
{
    rs_arena arena = {0};
    const rs_built_chain *built = answer->built;
    json_t *top = rs_message_need(json_object());
    rs_json_set(top, "list", rs_list_json_of_image(&arena, answer->list_path, answer->image));
    rs_json_set(top, "chain", chain_as_json(built, &arena));
    rs_json_set(top, "complete", json_boolean(built->complete));
    rs_json_set(top, "trusted", json_boolean(built->trusted));
    json_t *objections = rs_message_need(json_array());
    for (int i = 0; i < built->objection_count; i++)
        rs_json_append(objections,
                       error_as_json(built->objections[i].depth, built->objections[i].error));
    rs_json_set(top, "openssl_errors", objections);
    rs_json_set(top, "stanzas", stanzas_as_json(answer, &arena));
    set_verdict(top, &answer->judgement->report, built->complete);
    rs_json_print(top);
    rs_arena_clear(&arena);
}
