/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The classes of names about which the verdict differs from OpenSSL's on purpose.
 */
#ifndef DIFFERENCE_CLASSES_H
#define DIFFERENCE_CLASSES_H

#include "tests/property/trial.h"

enum {
    CLASS_MAPPED_ADDRESS = 13, /* the one that changes rules too */
    DIFFERENCE_CLASSES = 17
};

typedef struct difference_class {
    const char *name;
    /*
     * Whether a trial is of this class; then makes it the trial on which OpenSSL should say what
     * we say of the first one, or sets `*denied`: no trial is needed, we deny.
     */
    bool (*apply)(trial *t, bool *denied);
    bool may_permit; /* we may permit what OpenSSL denies */
    const char *reason, *example;
} difference_class;

/* To be applied in this order: each sees what the ones before it made of the trial. */
extern const difference_class difference_classes[DIFFERENCE_CLASSES];

#endif
