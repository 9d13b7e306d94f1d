/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/near_word.h"

#include <string.h>

/* How many letters have to change to make one word of another (Levenshtein); many: too long. */
static size_t distance(const char *a, const char *b)
{
    enum { LETTERS_MAX = 16 };
    size_t row[LETTERS_MAX + 1], n = strlen(b);
    if (n > LETTERS_MAX || strlen(a) > LETTERS_MAX)
        return LETTERS_MAX;
    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t before = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < n; k++) {
            size_t least = before + (a[i] != b[k]);
            before = row[k + 1];
            least = row[k] + 1 < least ? row[k] + 1 : least;
            row[k + 1] = before + 1 < least ? before + 1 : least;
        }
    }
    return row[n];
}

const char *rs_near_word(const char *given, const char *const *words)
{
    const char *meant = NULL;
    size_t least = 3; /* so many letters are another word */
    for (; *words != NULL; words++) {
        size_t letters = distance(given, *words);
        if (letters < least) {
            meant = *words;
            least = letters;
        }
    }
    return least < strlen(given) ? meant : NULL;
}
