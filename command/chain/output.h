/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer of `rootscope check`, for people and for programs.
 */
#ifndef RS_CHECK_OUTPUT_H
#define RS_CHECK_OUTPUT_H

#include "command/chain/build.h"
#include "command/chain/judgement.h"

typedef struct rs_check_answer {
    const char *list_path;
    const rs_image *image;
    const rs_built_chain *built;
    const rs_judgement *judgement;
} rs_check_answer;

void rs_check_output_text(const rs_check_answer *answer);
void rs_check_output_json(const rs_check_answer *answer);

#endif
