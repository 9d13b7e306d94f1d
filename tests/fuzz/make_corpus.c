/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the corpora of fuzz_image, fuzz_names, fuzz_chain, fuzz_identity and of fuzz_survey_*, the
 * same bytes each time. The list sources of fuzz_source are written by hand; those named good_*
 * become the images.
 *
 * usage: make_corpus CORPUS-DIRECTORY
 */
#include "tests/fuzz/corpus.h"

#include <limits.h>

void corpus_put_file(const char *directory, const char *kind, const char *name, const void *p,
                     size_t n)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s/%s", directory, kind, name);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(p, 1, n, file) == n && fclose(file) == 0);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    corpus_put_images(argv[1]);
    corpus_put_names(argv[1]);
    corpus_put_chains(argv[1]);
    corpus_put_identities(argv[1]);
    corpus_put_inputs(argv[1]);
    return EXIT_SUCCESS;
}
