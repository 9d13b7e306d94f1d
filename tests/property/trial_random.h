/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random trials: constraints from few labels, and names made from the constraints, so that most
 * are close to a border.
 */
#ifndef TRIAL_RANDOM_H
#define TRIAL_RANDOM_H

#include "tests/property/random.h"
#include "tests/property/trial.h"

void trial_random_rules(trial *t, random_state *random);

/* Adds a name of this kind; the trial has room for it. */
void trial_random_name(trial *t, name_kind kind, random_state *random);

/* Sets what the subject has besides the names. */
void trial_random_subject(trial *t, random_state *random);

name_kind trial_random_kind(random_state *random);

#endif
