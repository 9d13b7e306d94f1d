/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/names/names.h"

#include "lib/base/little_endian.h"
#include "lib/compiler/idn.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/host_part.h"
#include "lib/names/ip_address.h"
#include "lib/names/other_name_type.h"

#include <stdlib.h>

enum {
    FEW = 16,            /* domains that are sorted in place */
    CONVERTED_MAX = 384, /* bytes of UTF-8: more than a host or a mailbox has that counts */
};

typedef struct walk {
    rs_survey_names *names;
    rs_suffixes *suffixes;
    size_t left; /* names that may still come */
    bool out_of_memory;
    rs_bytes closed; /* the end of names that count as the last one did; empty: none */
} walk;

static bool make_room(walk *w)
{
    rs_survey_names *names = w->names;
    if (names->count < names->capacity)
        return true;
    size_t capacity = names->capacity == 0 ? FEW : 2 * names->capacity;
    rs_survey_domain *grown = realloc(names->domains, capacity * sizeof *grown);
    w->out_of_memory = grown == NULL;
    if (grown == NULL)
        return false;
    names->domains = grown;
    names->capacity = capacity;
    return true;
}

/* The last `n` bytes of a host; of the certificate itself where they stand there, as they do. */
static rs_bytes text_of(walk *w, const rs_host_view *host, size_t n, rs_bytes spelt)
{
    rs_bytes text = rs_bytes_tail(host->text, n);
    if (text.p + n == spelt.p + spelt.n)
        return text;
    if (spelt.n > 0 && spelt.p[spelt.n - 1] == '.')
        spelt.n--;
    if (spelt.n >= n && rs_bytes_equal_short(rs_bytes_tail(spelt, n), text))
        return rs_bytes_tail(spelt, n);
    text = rs_arena_copy(&w->names->folded, text);
    w->out_of_memory |= text.p == NULL;
    return text;
}

/* Whether a name, which may be the longer one, has this end. */
__attribute__((always_inline)) static inline bool has_end(rs_bytes name, rs_bytes end)
{
    return name.n >= end.n && rs_bytes_equal_short(rs_bytes_tail(name, end.n), end);
}

static void take_view(walk *w, const rs_host_view *host, rs_bytes spelt)
{
    rs_survey_names *names = w->names;
    rs_suffix_ends ends = rs_suffixes_find(w->suffixes, host);
    if (ends.suffix == 0) {
        if (ends.tld == host->text.n)
            names->words++;
        else
            names->unsuffixed++;
        return;
    }
    if (!make_room(w))
        return;
    rs_bytes text = text_of(w, host, ends.closed > 0 ? ends.closed : ends.domain, spelt);
    if (text.p == NULL)
        return;
    names->domains[names->count++] = (rs_survey_domain){.name = rs_bytes_tail(text, ends.domain),
                                                        .suffix_length = ends.suffix,
                                                        .tld_length = ends.tld};
    w->closed = rs_bytes_tail(text, ends.closed);
}

static void take_host(walk *w, const rs_host_name *host, rs_bytes spelt)
{
    rs_host_view view = rs_host_view_of(host);
    if (host->length > 0)
        take_view(w, &view, spelt);
    else /* `*` */
        w->names->malformed++;
}

/* Takes a host in U-labels, as mail may have it, in its A-labels. */
static void take_unicode(walk *w, const rs_host_name *host)
{
    uint8_t ascii[RS_IDN_ASCII_MAX];
    size_t length;
    rs_host_name converted;
    rs_reason why;
    if (rs_idn_to_ascii(rs_host_name_bytes(host), ascii, &length) == NULL &&
        rs_host_name_read(rs_bytes_make(ascii, length), &converted, &why))
        take_host(w, &converted, rs_bytes_make(NULL, 0));
    else
        w->names->malformed++;
}

/* A text that should be a host, but is not, may spell an address. */
static void take_other(walk *w, rs_bytes text)
{
    rs_ip_address address;
    if (text.n > 1 && text.p[text.n - 1] == '.')
        text.n--;
    if (rs_ip_address_from_text(text, &address))
        w->names->addresses++;
    else
        w->names->malformed++;
}

/* Whether a host counts as the last one did, as `www.example.org` does beside `example.org`. */
__attribute__((always_inline)) static inline bool is_in_last(const walk *w, rs_bytes text)
{
    rs_bytes end = w->closed;
    uint64_t dots;
    if (end.n == 0 || text.n > RS_HOST_NAME_MAX || !has_end(text, end))
        return false;
    if (text.n > end.n + 1 && text.p[0] == '*' && text.p[1] == '.')
        text = rs_bytes_skip(text, 2);
    size_t before = text.n - end.n;
    return before == 0 || (text.n >= RS_HOST_VIEW_LEAST && text.p[before - 1] == '.' &&
                           rs_host_view_are_labels(text, before - 1, &dots));
}

/* Not inlined: most names of a certificate with many count as the one before, without a frame. */
__attribute__((noinline)) static void take_dns(walk *w, rs_bytes text)
{
    rs_host_view view;
    rs_host_name host;
    rs_reason why;
    if (rs_host_view_read(text, &view))
        take_view(w, &view, text);
    else if (rs_host_name_read(text, &host, &why))
        take_host(w, &host, text);
    else
        take_other(w, text);
}

/* Takes the host of a name of another form. */
static void take_form(walk *w, rs_form form, rs_bytes text)
{
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    if (!rs_host_of_name(form, text, &part, &host, &why)) {
        if (why == RS_REASON_ADDRESS_TEXT)
            take_other(w, part.host);
        else if (why != RS_REASON_IGNORED)
            w->names->malformed++;
    } else if (host.unicode) {
        take_unicode(w, &host);
    } else {
        take_host(w, &host, rs_bytes_make(NULL, 0));
    }
}

static void take_other_name(walk *w, const rs_general_name *name)
{
    const rs_other_name_type *type = rs_other_name_type_of(name->type_id);
    rs_bytes text;
    if (type == NULL)
        return;
    if (rs_other_name_text(type, name->value, &text))
        take_form(w, rs_other_name_form(type), text);
    else
        w->names->malformed++;
}

static void take_general_name(walk *w, const rs_general_name *name)
{
    switch (name->type) {
    case RS_GENERAL_NAME_DNS:
        take_dns(w, name->value);
        break;
    case RS_GENERAL_NAME_IP:
        w->names->addresses++;
        break;
    case RS_GENERAL_NAME_EMAIL:
        if (rs_bytes_are_ascii(name->value))
            take_form(w, RS_FORM_EMAIL, name->value);
        else
            w->names->malformed++;
        break;
    case RS_GENERAL_NAME_URI:
        take_form(w, RS_FORM_URI, name->value);
        break;
    case RS_GENERAL_NAME_OTHER:
        take_other_name(w, name);
        break;
    default:
        break;
    }
}

static bool is_one_word(rs_bytes text)
{
    return text.n > 0 && rs_bytes_are_ascii(text) && memchr(text.p, ' ', text.n) == NULL;
}

/* A text without a form: what it spells counts, and most titles spell nothing. */
static void take_text(walk *w, bool is_common_name, rs_bytes text)
{
    rs_host_name host;
    rs_ip_address address;
    rs_reason why;
    text = rs_common_name_bare(text);
    if (!is_one_word(text))
        return;
    if (memchr(text.p, '@', text.n) != NULL)
        take_form(w, RS_FORM_EMAIL, text);
    else if (!is_common_name)
        return;
    else if (rs_host_name_read(text, &host, &why))
        take_host(w, &host, rs_bytes_make(NULL, 0));
    else if (rs_ip_address_from_text(text, &address))
        w->names->addresses++;
}

static bool take_one(walk *w)
{
    return w->left > 0 && w->left-- > 0;
}

/* False: there are too many names. */
static bool take_attribute(walk *w, const rs_attribute *attribute, bool has_alt_names)
{
    uint8_t converted[CONVERTED_MAX];
    rs_bytes text;
    bool is_common_name = attribute->type == RS_ATTRIBUTE_COMMON_NAME;
    if (attribute->type != RS_ATTRIBUTE_EMAIL_ADDRESS && (!is_common_name || has_alt_names))
        return true;
    if (!take_one(w))
        return false;
    if (rs_directory_string_view(attribute->string_tag, attribute->value, converted,
                                 sizeof converted, &text))
        take_text(w, is_common_name, text);
    return true;
}

static rs_survey_names_result walk_attributes(walk *w, rs_distinguished_name rest,
                                              bool has_alt_names)
{
    rs_attribute attribute;
    rs_next next;
    while ((next = rs_distinguished_name_next(&rest, &attribute)) == RS_NEXT_ITEM)
        if (!take_attribute(w, &attribute, has_alt_names))
            return RS_SURVEY_NAMES_TOO_MANY;
    return next == RS_NEXT_END ? RS_SURVEY_NAMES_READ : RS_SURVEY_NAMES_UNPARSABLE;
}

static rs_survey_names_result walk_subject(walk *w, const rs_survey_certificate *certificate)
{
    rs_distinguished_name subject;
    if (!rs_distinguished_name_init(&subject, certificate->subject))
        return RS_SURVEY_NAMES_UNPARSABLE;
    /* Beside alternative names no attribute counts but an e-mail address, which is not plain. */
    if (certificate->has_alt_names)
        rs_distinguished_name_skip_plain(&subject);
    return subject.rdns.n == 0 ? RS_SURVEY_NAMES_READ
                               : walk_attributes(w, subject, certificate->has_alt_names);
}

/* Takes the next name, whatever it is. */
__attribute__((noinline)) static rs_survey_names_result take_any_name(walk *w,
                                                                      rs_general_names *general)
{
    rs_general_name name;
    if (rs_general_names_next(general, &name) != RS_NEXT_ITEM)
        return RS_SURVEY_NAMES_UNPARSABLE;
    if (!take_one(w))
        return RS_SURVEY_NAMES_TOO_MANY;
    take_general_name(w, &name);
    return RS_SURVEY_NAMES_READ;
}

static rs_survey_names_result walk_alt_names(walk *w, rs_bytes extension)
{
    rs_general_names general;
    if (!rs_general_names_init(&general, extension))
        return RS_SURVEY_NAMES_UNPARSABLE;
    rs_survey_names_result result = RS_SURVEY_NAMES_READ;
    while (general.rest.n > 0 && result == RS_SURVEY_NAMES_READ) {
        rs_bytes text;
        if (rs_general_names_take_dns(&general, &text)) {
            if (!take_one(w))
                return RS_SURVEY_NAMES_TOO_MANY;
            if (!is_in_last(w, text))
                take_dns(w, text);
        } else {
            rs_general_names rest = general; /* a copy: so `general` stays in registers */
            result = take_any_name(w, &rest);
            general = rest;
        }
    }
    return result;
}

static int compare(const void *a, const void *b)
{
    const rs_survey_domain *left = a, *right = b;
    return rs_bytes_compare(left->name, right->name);
}

static void sort(rs_survey_domain *domains, size_t count)
{
    if (count > FEW) {
        qsort(domains, count, sizeof *domains, compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        rs_survey_domain moved = domains[i];
        size_t at = i;
        for (; at > 0 && compare(&domains[at - 1], &moved) > 0; at--)
            domains[at] = domains[at - 1];
        domains[at] = moved;
    }
}

static size_t without_repeats(rs_survey_domain *domains, size_t count)
{
    size_t kept = count > 0;
    for (size_t i = 1; i < count; i++)
        if (!rs_bytes_equal(domains[i].name, domains[kept - 1].name))
            domains[kept++] = domains[i];
    return kept;
}

rs_survey_names_result rs_survey_names_read(rs_survey_names *names, rs_suffixes *suffixes,
                                            const rs_survey_certificate *certificate)
{
    walk w;
    w.names = names;
    w.suffixes = suffixes;
    w.left = RS_SURVEY_NAMES_MAX;
    w.out_of_memory = false;
    w.closed = rs_bytes_make(NULL, 0);
    rs_arena_reset(&names->folded);
    names->count = 0;
    names->addresses = names->words = names->unsuffixed = names->malformed = 0;
    rs_survey_names_result result = RS_SURVEY_NAMES_READ;
    if (certificate->has_alt_names)
        result = walk_alt_names(&w, certificate->alt_names);
    if (result == RS_SURVEY_NAMES_READ)
        result = walk_subject(&w, certificate);
    if (w.out_of_memory)
        result = RS_SURVEY_NAMES_NO_MEMORY;
    if (result != RS_SURVEY_NAMES_READ)
        names->count = 0;
    sort(names->domains, names->count);
    names->count = without_repeats(names->domains, names->count);
    return result;
}

void rs_survey_names_clear(rs_survey_names *names)
{
    rs_arena_clear(&names->folded);
    free(names->domains);
    *names = (rs_survey_names){0};
}
