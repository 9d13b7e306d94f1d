/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/corpus.h"
#include "tests/unit/command/survey/input/taken.h"

#include <openssl/evp.h>

/* The least that has issuer and subject, a letter each. */
enum { SIZE = 21 };

static void put_certificate(made *m, char issuer, char subject)
{
    put(m, "\x30\x13\x30\x11\x02\x01\x01\x30\x00\x30\x03\x04\x01", 13);
    put(m, &issuer, 1);
    put(m, "\x30\x00\x30\x03\x04\x01", 6);
    put(m, &subject, 1);
}

static void put_text(made *m, const char *text)
{
    put(m, text, strlen(text));
}

static void put_base64(made *m, const made *bytes)
{
    static unsigned char text[2 * sizeof bytes->bytes];
    put(m, text, (size_t)EVP_EncodeBlock(text, bytes->bytes, (int)bytes->n));
}

static void put_base64_certificate(made *m, char issuer, char subject)
{
    static made der;
    der.n = 0;
    put_certificate(&der, issuer, subject);
    put_base64(m, &der);
}

static void write_out(const char *directory, const char *kind, const char *name, const made *m)
{
    corpus_put_file(directory, kind, name, m->bytes, m->n);
}

static void put_tile_entry(made *m, bool is_tbs, size_t fingerprints)
{
    put_log_entry(m, is_tbs, "\x30\x03\x02\x01\x07", 5);
    if (is_tbs)
        put_vector(m, 3, "\x30\x03\x02\x01\x08", 5);
    put_number(m, 2, fingerprints * RS_SURVEY_SHA256_SIZE);
    put_filled(m, fingerprints * RS_SURVEY_SHA256_SIZE, 0x77);
}

static void make_tiles(const char *directory)
{
    static made m;
    m.n = 0;
    put_tile_entry(&m, false, 0);
    write_out(directory, "survey_tile", "certificate", &m);
    put_tile_entry(&m, true, 2);
    write_out(directory, "survey_tile", "both", &m);
    m.n--;
    write_out(directory, "survey_tile", "truncated", &m);
    m.bytes[9] = 2;
    write_out(directory, "survey_tile", "entry_type", &m);
    m.n = 0;
    put_log_entry(&m, false, "\x30\x04\x02\x01\x07", 5);
    put_vector(&m, 2, "x", 1);
    write_out(directory, "survey_tile", "lengths", &m);
}

static void put_log_member(made *m, bool is_tbs)
{
    static made leaf, extra;
    leaf.n = extra.n = 0;
    put_number(&leaf, 2, 0);
    put_log_entry(&leaf, is_tbs, "\x30\x03\x02\x01\x07", 5);
    if (is_tbs)
        put_vector(&extra, 3, "\x30\x03\x02\x01\x08", 5);
    put_number(&extra, 3, 8);
    put_vector(&extra, 3, "\x30\x03\x02\x01\x09", 5);
    put_text(m, "{\"leaf_input\":\"");
    put_base64(m, &leaf);
    put_text(m, "\",\"extra_data\":\"");
    put_base64(m, &extra);
    put_text(m, "\"}");
}

static void make_answers(const char *directory)
{
    static made m;
    m.n = 0;
    put_text(&m, "{\"entries\":[");
    put_log_member(&m, false);
    put_text(&m, ",\n");
    put_log_member(&m, true);
    put_text(&m, "]}\n");
    write_out(directory, "survey_get_entries", "both", &m);
    put_text(&m, "{\n \"entries\": [{}, {\"leaf_input\": \"AAAA\"}, 7]}\n");
    write_out(directory, "survey_get_entries", "two_answers", &m);
    m.n /= 2;
    write_out(directory, "survey_get_entries", "truncated", &m);
    m.n = 0;
    put_log_member(&m, true);
    write_out(directory, "survey_json_lines", "log_entry", &m);
}

static void make_json(const char *directory)
{
    static made m;
    m.n = 0;
    put_text(&m, "{\"chain\":[\"");
    put_base64_certificate(&m, 'b', 'a');
    put_text(&m, "\",\"");
    put_base64_certificate(&m, 'c', 'b');
    put_text(&m, "\"]}\n{\"chain\":[]}\n{\"chain\":[\"MAMC\\/Qc=\"],\"x\":\"\\n\"}\n");
    write_out(directory, "survey_json_lines", "chains", &m);
    m.n = 0;
    put_text(&m, "{\"chain\": [\"");
    put_base64_certificate(&m, 'b', 'a');
    put_text(&m, "\", \"");
    put_base64_certificate(&m, 'c', 'b');
    put_text(&m, "\"]}\r\n{\"leaf_input\":\"AAAA\",\"chain\":[\"MAMCAQc=\"]}\n");
    write_out(directory, "survey_json_lines", "plain", &m);
    m.n = 0;
    put_text(&m, "{\"data\":{\"tls\":[{\"server_certificates\":{\"certificate\":{\"raw\":\"");
    put_base64_certificate(&m, 'b', 'a');
    put_text(&m, "\",\"parsed\":{\"a\":[1.5,null,true]}},\"chain\":[{\"raw\":\"");
    put_base64_certificate(&m, 'c', 'b');
    put_text(&m, "\"}]}}]}}\n");
    write_out(directory, "survey_json_lines", "zgrab", &m);
    m.n -= 4;
    write_out(directory, "survey_json_lines", "truncated", &m);
}

static void make_csv(const char *directory)
{
    static made m;
    m.n = 0;
    put_text(&m, "0123456789abcdef0123456789abcdef01234567,");
    put_base64_certificate(&m, 'b', 'a');
    put_text(&m, "\r\n\n,\nno comma\n0123,MAMCAQ==\n");
    write_out(directory, "survey_csv", "lines", &m);
}

static void put_hex(made *m, size_t octets, const char *between)
{
    static const char header[] = "308180";
    for (size_t i = 0; i < 3; i++) {
        put(m, header + 2 * i, 2);
        put_text(m, between);
    }
    for (size_t i = 0; i < octets; i++) {
        put_text(m, "a0");
        put_text(m, i + 1 < octets ? between : "");
    }
}

static void make_hex(const char *directory)
{
    static made m;
    m.n = 0;
    put_hex(&m, 128, "");
    put_text(&m, ",");
    put_hex(&m, 128, ":");
    put_text(&m, "\n\n7\t\"");
    put_hex(&m, 128, "");
    put_text(&m, "\"\t443\n\t\t\n");
    put_hex(&m, 127, ":");
    write_out(directory, "survey_hex_lines", "lines", &m);
}

static void put_block(made *m, const char *label, char issuer, char subject)
{
    put_text(m, "-----BEGIN ");
    put_text(m, label);
    put_text(m, "-----\n");
    put_base64_certificate(m, issuer, subject);
    put_text(m, "\n-----END ");
    put_text(m, label);
    put_text(m, "-----\n");
}

static void make_files(const char *directory)
{
    static made m;
    m.n = 0;
    put_text(&m, "# a comment\n");
    put_block(&m, "CERTIFICATE", 'b', 'a');
    put_block(&m, "X509 CERTIFICATE", 'c', 'b');
    put_block(&m, "PRIVATE KEY", 'x', 'x');
    put_text(&m, "-----BEGIN CERTIFICATE-----\nMAMC\n");
    put_block(&m, "TRUSTED CERTIFICATE", 'z', 'z');
    write_out(directory, "survey_pem", "blocks", &m);
    m.n = 0;
    put_certificate(&m, 'b', 'a');
    put_certificate(&m, 'c', 'b');
    write_out(directory, "survey_der", "chain", &m);
    put_text(&m, "0");
    write_out(directory, "survey_der", "more", &m);
}

void corpus_put_inputs(const char *directory)
{
    make_tiles(directory);
    make_answers(directory);
    make_json(directory);
    make_csv(directory);
    make_hex(directory);
    make_files(directory);
}
