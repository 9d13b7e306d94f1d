/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The class of names that are SmtpUTF8Mailboxes: what U-labels in their hosts come to.
 */
#ifndef INTERNATIONAL_MAIL_H
#define INTERNATIONAL_MAIL_H

#include "tests/property/trial.h"

/* One label both ways: all that random trials have of internationalised names. */
#define A_LABEL "xn--caf-dma"
#define U_LABEL "caf\xe9"

/* As difference_class has it. */
bool international_mailbox(trial *t, bool *denied);

#endif
