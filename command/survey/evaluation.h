/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list would do to what a store has seen, as if all of it were enforced.
 */
#ifndef RS_SURVEY_EVALUATION_H
#define RS_SURVEY_EVALUATION_H

#include "lib/image/image.h"

/*
 * Judges each domain of a store for each root, by a list that names roots by their keys alone, and
 * prints the sums on standard output. False after a message: the store cannot be read, or has no
 * root.
 */
bool rs_evaluation_print(const char *path, const rs_image *image, bool as_json);

#endif
