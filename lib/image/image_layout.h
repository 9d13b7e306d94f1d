/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of the compiled list's format, for its reader and its writer alone.
 * docs/image-format.md explains them.
 */
#ifndef RS_IMAGE_LAYOUT_H
#define RS_IMAGE_LAYOUT_H

#include "lib/base/bytes.h"
#include "lib/names/verdict.h"

/* A byte over 127, both line ends and a DOS end of file: what a transfer as text would change. */
#define RS_IMAGE_MAGIC      "\x8aRSL\r\n\x1a\n"
#define RS_IMAGE_MAGIC_SIZE 8

/* The whole file, in blocks: the checksum takes one after another. */
#define RS_IMAGE_BLOCK 32

/* Offsets in the header. */
enum {
    RS_HEADER_MAGIC = 0,
    RS_HEADER_VERSION = 8,
    RS_HEADER_FILE_SIZE = 12,
    RS_HEADER_CHECKSUM = 16,
    RS_HEADER_ROOT_COUNT = 24,
    RS_HEADER_STANZA_COUNT = 28,
    RS_HEADER_SOURCES_SHA256 = 32,
    RS_HEADER_SET_COUNT = 64,
    RS_HEADER_DEFAULT_STANZA = 68,
    RS_HEADER_MODE = 72,
    RS_HEADER_UNUSED = 88,
    RS_HEADER_SIZE = 96,
};

/* Offsets in a mode period. */
enum {
    RS_PERIOD_MODE = 0,
    RS_PERIOD_UNUSED = 4,
    RS_PERIOD_UNTIL = 8,
    RS_PERIOD_SIZE = 16,
};

/* Offsets in a root's record. */
enum {
    RS_ROOT_RECORD_SHA256 = 0,
    RS_ROOT_RECORD_KIND = 32,
    RS_ROOT_RECORD_STANZA = 36,
    RS_ROOT_RECORD_LABEL = 40,
    RS_ROOT_RECORD_LABEL_SIZE = 44,
    RS_ROOT_RECORD_SIZE = 48,
};

/* The sets of a stanza, in the order of its record; the exclude slot follows the permit one. */
typedef enum rs_slot {
    RS_SLOT_HOSTS = 0, /* and those that follow: one for each host-bearing form */
    RS_SLOT_IP4 = RS_HOST_FORMS,
    RS_SLOT_IP6 = RS_SLOT_IP4 + 2,
    RS_SLOT_COMMON_NAMES = RS_SLOT_IP6 + 2,
    RS_SLOT_MAILBOXES = RS_SLOT_COMMON_NAMES + 2,
    RS_SLOT_DISTINGUISHED_NAMES = RS_SLOT_MAILBOXES + 2,
    RS_SLOT_OTHER_NAMES = RS_SLOT_DISTINGUISHED_NAMES + 2,
    RS_SLOT_ORGANIZATIONS = RS_SLOT_OTHER_NAMES + 2,
    RS_SLOTS
} rs_slot;

/* Offsets in a stanza's record. */
enum {
    RS_STANZA_RECORD_MODE = 0,
    RS_STANZA_RECORD_FLAGS = 16,
    RS_STANZA_RECORD_SLOTS = 20, /* numbers of sets, from 1; 0: the empty set */
    RS_STANZA_RECORD_SIZE = RS_STANZA_RECORD_SLOTS + 4 * RS_SLOTS,
};

typedef enum rs_set_kind {
    RS_SET_SUFFIXES = 1,
    RS_SET_RANGES4 = 2,
    RS_SET_RANGES16 = 3,
    RS_SET_STRINGS = 4,
} rs_set_kind;

/* Offsets in a set's record. */
enum {
    RS_SET_RECORD_KIND = 0,
    RS_SET_RECORD_OFFSET = 4,
    RS_SET_RECORD_SIZE_OF_SET = 8,
    RS_SET_RECORD_COUNT = 12, /* of strings or ranges; suffixes: the mask */
    RS_SET_RECORD_SEED = 16,
    RS_SET_RECORD_ROOT_RULES = 20,
    RS_SET_RECORD_LABELS = 24,
    RS_SET_RECORD_SIZE = 28,
};

/* Sets start at multiples of this. */
#define RS_SET_ALIGNMENT 4

/* A suffix entry's first byte: length of the label, and what else there is. */
enum {
    RS_ENTRY_LENGTH = 0x3f,
    RS_ENTRY_HAS_RULES = 0x40,    /* else they are those of a plain permitted suffix */
    RS_ENTRY_HAS_CHILDREN = 0x80, /* a number of its own follows */
};

#define RS_VARINT_SIZE_MAX 4 /* 28 bits */

/* The checksum of a file of whole blocks, its own field taken as zero. */
uint64_t rs_image_checksum(rs_bytes file);

#endif
