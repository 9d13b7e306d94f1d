/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A summary as a page with charts, which loads nothing and runs nothing.
 */
#ifndef RS_SURVEY_SUMMARY_PAGE_H
#define RS_SURVEY_SUMMARY_PAGE_H

#include "command/survey/summary.h"

/*
 * Replaces the file as rs_output_file_write does; false after a message. `origin` is where the
 * store is. Long lists are cut: rs_summary_json has the rest.
 */
bool rs_summary_page(const rs_summary *summary, const char *origin, const char *path);

#endif
