/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled list (`*.rsl`): checked whole when opened, then read in place.
 *
 * docs/image-format.md is the format; image_writer.h writes it. An image is a view: it owns
 * nothing, allocates nothing, and any number of threads may read it at once, as long as the bytes
 * stay where they are and never change (read a file into private memory; do not map it: a mapped
 * file that somebody truncates kills every process that reads it).
 */
#ifndef RS_IMAGE_H
#define RS_IMAGE_H

#include "lib/base/sha256.h"
#include "lib/image/mode.h"
#include "lib/image/range_set.h"
#include "lib/image/string_set.h"
#include "lib/image/suffix_set.h"

#define RS_IMAGE_SIZE_MAX       (32u * 1024 * 1024)
#define RS_IMAGE_VERSION        2 /* what is written */
#define RS_IMAGE_VERSION_OLDEST 2 /* what is still read; 1 was never released */

typedef struct rs_image {
    rs_bytes file;
    uint32_t version;
    uint64_t checksum;   /* names the file: the same sources can be compiled to another one */
    uint64_t generation; /* names the content: first 8 bytes of sources_sha256, big-endian */
    uint8_t sources_sha256[RS_SHA256_SIZE];
    rs_mode_period mode;      /* list-wide */
    rs_mode_period strictest; /* of all stanzas; off if there is none */
    uint32_t root_count;
    uint32_t stanza_count;
    uint32_t default_stanza;    /* RS_NO_STANZA: chains in which no root is listed are free */
    bool has_certificate_roots; /* some root is named by its certificate's hash */
} rs_image;

typedef enum rs_image_status {
    RS_IMAGE_OK = 0,
    RS_IMAGE_EMPTY,       /* no bytes */
    RS_IMAGE_NOT_A_LIST,  /* wrong magic number, or shorter than a header */
    RS_IMAGE_VERSION_BAD, /* of a version that this code does not read */
    RS_IMAGE_TRUNCATED,   /* its size is not what the header says */
    RS_IMAGE_TOO_LARGE,   /* over RS_IMAGE_SIZE_MAX */
    RS_IMAGE_CHECKSUM,    /* damaged */
    RS_IMAGE_STRUCTURE,   /* intact, but something points where it must not */
} rs_image_status;

/*
 * Checks `file` whole and makes `*image` a view of it. After anything but RS_IMAGE_OK, `*image`
 * is unset. Time is linear in the size.
 */
rs_image_status rs_image_open(rs_bytes file, rs_image *image);

/*
 * The same, but leaves the buckets of suffix sets to the look-ups, each of which checks the one
 * that it reads (suffix_set.h). For the module, which is in every process: most look nothing up.
 */
rs_image_status rs_image_open_quickly(rs_bytes file, rs_image *image);

/* A phrase for people, "is damaged (checksum)"; never NULL. */
const char *rs_image_status_text(rs_image_status status);

/* How a root is named in a list. */
typedef enum rs_root_kind {
    RS_ROOT_SPKI = 0,        /* SHA-256 of its SubjectPublicKeyInfo */
    RS_ROOT_CERTIFICATE = 1, /* SHA-256 of the whole certificate */
} rs_root_kind;

/* The word for it in a list source, "spki-sha256" or "cert-sha256". */
const char *rs_root_kind_word(rs_root_kind kind);

#define RS_NO_STANZA UINT32_MAX

typedef struct rs_root {
    rs_root_kind kind;
    uint8_t sha256[RS_SHA256_SIZE];
    uint32_t stanza;
    rs_bytes label; /* UTF-8, may be empty */
} rs_root;

/* The root at an index below root_count; they ascend by kind, then hash. */
rs_root rs_image_root(const rs_image *image, uint32_t index);

/* Its stanza alone. */
uint32_t rs_image_root_stanza(const rs_image *image, uint32_t index);

/* Finds a root by hash: true, and its index; or false. */
bool rs_image_find_root(const rs_image *image, rs_root_kind kind,
                        const uint8_t sha256[RS_SHA256_SIZE], uint32_t *index);

/* Which rules a stanza has; see rs_stanza. */
enum {
    RS_STANZA_CLOSED = 1,         /* some permit line: hosts and addresses need one */
    RS_STANZA_CN_ANY = 2,         /* permit cn:* */
    RS_STANZA_DIRNAMES = 4,       /* permit dirname: lines; names need one */
    RS_STANZA_OTHERNAMES = 8,     /* permit othername: lines; other types need one */
    RS_STANZA_ORGANIZATIONS = 16, /* organization lines */
    RS_STANZA_CN_NONE = 32,       /* exclude cn:* */
    RS_STANZA_SINGLE_LABEL = 64,  /* permit single-label */
    RS_STANZA_FLAGS = 127,
};

typedef struct rs_polar_ranges {
    rs_range_set permit, exclude;
} rs_polar_ranges;

typedef struct rs_polar_strings {
    rs_string_set permit, exclude;
} rs_polar_strings;

/* A stanza, read from its record: views of its sets. */
typedef struct rs_stanza {
    rs_mode_period mode;
    uint32_t flags;
    rs_suffix_set hosts[RS_HOST_FORMS];
    rs_polar_ranges ip4, ip6;
    rs_polar_strings common_names;        /* UTF-8, ASCII letters in lower case */
    rs_polar_strings mailboxes;           /* local part, `@`, host as in rs_host_name; excluded
                                            ones wholly in lower case */
    rs_polar_strings distinguished_names; /* canonical forms (distinguished_name.h) */
    rs_polar_strings other_names;         /* contents of type-id OIDs */
    rs_string_set organizations;          /* folded as in the canonical form, UTF-8 */
} rs_stanza;

/* The stanza at an index below stanza_count. Its sets are views that live as long as the file. */
void rs_image_stanza(const rs_image *image, uint32_t index, rs_stanza *stanza);

#endif
