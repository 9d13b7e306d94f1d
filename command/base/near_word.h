/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody meant who mistyped a word.
 */
#ifndef RS_NEAR_WORD_H
#define RS_NEAR_WORD_H

/*
 * The one of `words`, with NULL behind the last, that was most likely meant by `given`. Returns
 * NULL if none is like it.
 */
const char *rs_near_word(const char *given, const char *const *words);

#endif
