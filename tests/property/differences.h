/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the verdict differs from OpenSSL's on purpose: the classes of such names.
 *
 * A class is told by the names and the constraints alone, never by a verdict, and says what
 * becomes of a trial in it: our verdict must then be what OpenSSL says of that other trial.
 */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "tests/property/trial.h"

/* What a trial comes to. */
typedef struct expectation {
    trial equivalent; /* our verdict on the trial is OpenSSL's on this */
    bool denied;      /* or, whatever that is, a denial */
    unsigned classes; /* the bits of those that apply; 0: `equivalent` is the trial itself */
} expectation;

void differences_expect(const trial *t, expectation *expected);

/*
 * Counts a trial, and judges it: false if our verdict is not what is expected, or permits what
 * OpenSSL denies without a class that says why that is right. It then says so on stderr.
 * `by_equivalent` is OpenSSL's verdict on the equivalent trial.
 */
bool differences_judge(const trial *t, const expectation *expected, bool ours, bool openssl,
                       bool by_equivalent);

/*
 * Prints the classes and how often they were met. False if `all` and some class was met by no
 * difference.
 */
bool differences_report(bool all);

#endif
