/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cost of the verdict is linear in a certificate's names: processor time for 100,000 names
 * against that for 1,000, and for one name of 64 KiB against one of 1 KiB, of every form. What is
 * quadratic would take a hundred times too long, so the bounds are wide.
 *
 * usage: linear_cost
 */
#include "lib/chain/scope.h"
#include "lib/compiler/image_writer.h"
#include "tests/property/openssl_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    FEW = 1000,
    MANY = 100 * 1000,
    SHORT = 1024,
    LONG = 64 * 1024,
    RUNS = 5,
    TRIES = 4,
    SLACK = 4, /* times what is linear */
};

/* Names of a form: `front`, a number, `back`, and as much of the letter m as is asked for. */
typedef struct form {
    const char *word, *front, *back;
    int choice;    /* GEN_*, in the SAN; or -1 */
    int attribute; /* NID, in the subject */
} form;

static const form forms[] = {
    {"dNSName", "h", ".corp.example", GEN_DNS, 0},
    {"dNSName, wildcard", "*.h", ".corp.example", GEN_DNS, 0},
    {"rfc822Name", "joe", "@corp.example", GEN_EMAIL, 0},
    {"URI", "http://h", ".corp.example/", GEN_URI, 0},
    {"iPAddress", "\x0a", "", GEN_IPADD, 0},
    {"directoryName", "Acme ", "", GEN_DIRNAME, 0},
    {"otherName, SmtpUTF8Mailbox", "joe", "@corp.example", GEN_OTHERNAME, 0},
    {"commonName", "h", ".corp.example", -1, NID_commonName},
    {"commonName of a person", "Jane Doe ", "", -1, NID_commonName},
    {"organizationName", "Acme ", "", -1, NID_organizationName},
    {"emailAddress", "joe", "@corp.example", -1, NID_pkcs9_emailAddress},
};

static void must_be(bool good)
{
    if (!good)
        abort();
}

/* A text of at least `size` bytes; an address has four, whatever that is. */
static int put_text(const form *of, size_t number, size_t size, char to[LONG + 64])
{
    int n = snprintf(to, 64, "%s%03zu%s", of->front, number, of->back);
    if (of->choice == GEN_IPADD)
        return 4;
    while ((size_t)n < size)
        to[n++] = 'm';
    return n;
}

static X509_NAME *one_rdn(int attribute, int type, const char *p, int n)
{
    X509_NAME *made = must(X509_NAME_new());
    must_be(X509_NAME_add_entry_by_NID(made, attribute, type, (const unsigned char *)p, n, -1, 0));
    return made;
}

static GENERAL_NAME *one_general_name(const form *of, const char *p, int n)
{
    GENERAL_NAME *made = must(GENERAL_NAME_new());
    if (of->choice == GEN_DIRNAME) {
        GENERAL_NAME_set0_value(made, GEN_DIRNAME,
                                one_rdn(NID_organizationalUnitName, V_ASN1_UTF8STRING, p, n));
        return made;
    }
    ASN1_STRING *string = must(ASN1_STRING_type_new(
        of->choice == GEN_OTHERNAME
            ? V_ASN1_UTF8STRING
            : (of->choice == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING)));
    must_be(ASN1_STRING_set(string, p, n));
    if (of->choice != GEN_OTHERNAME) {
        GENERAL_NAME_set0_value(made, of->choice, string);
        return made;
    }
    ASN1_TYPE *value = must(ASN1_TYPE_new());
    ASN1_TYPE_set(value, V_ASN1_UTF8STRING, string);
    must_be(GENERAL_NAME_set0_othername(made, OBJ_nid2obj(NID_id_on_SmtpUTF8Mailbox), value));
    return made;
}

/* The encodings that are judged; to be freed. */
typedef struct encoded {
    unsigned char *subject, *names;
    rs_certificate parts;
} encoded;

static void encode_names(encoded *made, const form *of, size_t count, size_t size)
{
    static char text[LONG + 64];
    GENERAL_NAMES *names = must(GENERAL_NAMES_new());
    X509_NAME *subject = must(X509_NAME_new());
    for (size_t i = 0; i < count; i++) {
        int n = put_text(of, i, size, text);
        if (of->choice >= 0)
            must_be(sk_GENERAL_NAME_push(names, one_general_name(of, text, n)) > 0);
        else
            must_be(X509_NAME_add_entry_by_NID(
                subject, of->attribute,
                of->attribute == NID_pkcs9_emailAddress ? V_ASN1_IA5STRING : V_ASN1_UTF8STRING,
                (const unsigned char *)text, n, -1, 0));
    }
    *made = (encoded){.subject = NULL};
    made->parts.subject.n = (size_t)i2d_X509_NAME(subject, &made->subject);
    made->parts.subject.p = made->subject;
    if (of->choice >= 0) {
        made->parts.subject_alt_name.value.n = (size_t)i2d_GENERAL_NAMES(names, &made->names);
        made->parts.subject_alt_name.value.p = made->names;
        made->parts.subject_alt_name.count = 1;
    }
    GENERAL_NAMES_free(names);
    X509_NAME_free(subject);
}

/* Names that are malformed do not end it, so that all are looked at. */
static void count_name(void *arg, const rs_finding *finding)
{
    size_t *count = arg;
    (void)finding;
    ++*count;
}

/* The least of some runs, in nanoseconds for one check. */
static double cost(const rs_stanza *stanza, const encoded *of, size_t repeat)
{
    double least = 0;
    for (size_t run = 0; run < RUNS; run++) {
        struct timespec start, end;
        size_t found = 0;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        for (size_t i = 0; i < repeat; i++)
            rs_scope_check(stanza, &of->parts, count_name, &found, NULL);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        must_be(found >= repeat);
        double spent =
            (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
        if (run == 0 || spent < least)
            least = spent;
    }
    return least / (double)repeat;
}

static double ratio(const rs_stanza *stanza, const form *of, size_t counts[2], size_t sizes[2],
                    size_t repeats[2])
{
    double costs[2];
    for (size_t i = 0; i < 2; i++) {
        encoded made;
        encode_names(&made, of, counts[i], sizes[i]);
        costs[i] = cost(stanza, &made, repeats[i]);
        OPENSSL_free(made.subject);
        OPENSSL_free(made.names);
    }
    printf("%-28s %7zu names of %5zu bytes or more: %10.1f us; %7zu of %5zu: %10.1f us; %.1f\n",
           of->word, counts[0], sizes[0], costs[0] / 1000, counts[1], sizes[1], costs[1] / 1000,
           costs[1] / costs[0]);
    return costs[1] / costs[0];
}

/* Whether a ratio is within the bound, at the last try at least: others use the machine too. */
static bool is_linear(const rs_stanza *stanza, const form *of, bool by_size)
{
    size_t counts[2] = {by_size ? 1 : FEW, by_size ? 1 : MANY};
    size_t sizes[2] = {by_size ? SHORT : 1, by_size ? LONG : 1};
    size_t repeats[2] = {by_size ? 2000 : 10, by_size ? 100 : 1};
    double linear = by_size ? (double)LONG / SHORT : (double)MANY / FEW;
    for (size_t i = 0; i < TRIES; i++)
        if (ratio(stanza, of, counts, sizes, repeats) <= SLACK * linear)
            return true;
    fprintf(stderr, "%s: not linear\n", of->word);
    return false;
}

/* A stanza with rules for all forms. */
static uint8_t *make_stanza(rs_stanza *stanza)
{
    static const uint8_t any4[8] = {[4] = 255, 255, 255, 255};
    static const uint8_t rdn[] = {0x31, 9, 0x30, 7, 6, 3, 0x55, 4, 10, 0x0c, 0};
    rs_rule rules[] = {
        {.kind = RS_RULE_SUFFIX,
         .forms = RS_ALL_HOST_FORMS,
         .self = true,
         .below = true,
         .value = rs_bytes_of_string("corp.example")},
        {.kind = RS_RULE_SUFFIX,
         .polarity = RS_EXCLUDE,
         .forms = RS_ALL_HOST_FORMS,
         .self = true,
         .below = true,
         .value = rs_bytes_of_string("hr.corp.example")},
        {.kind = RS_RULE_MAILBOX, .value = rs_bytes_of_string("joe@evil.example")},
        {.kind = RS_RULE_MAILBOX,
         .polarity = RS_EXCLUDE,
         .value = rs_bytes_of_string("joe@evil.example")},
        {.kind = RS_RULE_IP, .value = rs_bytes_make(any4, sizeof any4)},
        {.kind = RS_RULE_CN, .value = rs_bytes_of_string("jane doe")},
        {.kind = RS_RULE_DIRNAME, .value = rs_bytes_make(rdn, sizeof rdn)},
        {.kind = RS_RULE_ORGANIZATION, .value = rs_bytes_of_string("acme")},
    };
    rs_list_stanza one = {.rules = rules, .rule_count = sizeof rules / sizeof *rules};
    rs_list list = {.stanzas = &one, .stanza_count = 1};
    rs_image image;
    uint8_t *bytes;
    size_t size;
    must_be(rs_image_write(&list, &bytes, &size) == RS_WRITE_OK);
    must_be(rs_image_open(rs_bytes_make(bytes, size), &image) == RS_IMAGE_OK);
    rs_image_stanza(&image, image.default_stanza, stanza);
    return bytes;
}

int main(void)
{
    rs_stanza stanza;
    bool good = true;
    uint8_t *bytes = make_stanza(&stanza);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        good &= is_linear(&stanza, &forms[i], false);
        if (forms[i].choice != GEN_IPADD)
            good &= is_linear(&stanza, &forms[i], true);
    }
    free(bytes);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
