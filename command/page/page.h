/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all pages of rootscope have: one file that loads nothing and runs nothing, with tiles for
 * single numbers and tables. Everything that comes from elsewhere is text in it.
 */
#ifndef RS_PAGE_H
#define RS_PAGE_H

#include "command/page/html.h"

/* Begins a page: its head, and the body with the title as a heading. */
void rs_page_begin(rs_html *html, const char *title);

/*
 * Ends it, replaces the file as rs_output_file_write does, and frees the page; false after a
 * message.
 */
bool rs_page_finish(rs_html *html, const char *path);

/* A number, large, and what it counts. The class is for numbers other than 0; NULL: none. */
void rs_page_tile(rs_html *html, const char *class, uint64_t number, const char *what);

/* The same with any text in place of the number. */
void rs_page_text_tile(rs_html *html, const char *class, const char *text, const char *what);

/* Opens a table with these columns: the class of their cells, and their titles. */
typedef struct rs_page_column {
    const char *class, *title;
} rs_page_column;

void rs_page_open_table(rs_html *html, const char *class, const rs_page_column *columns,
                        size_t count);
void rs_page_close_table(rs_html *html);

/* A cell of the row that is open. */
void rs_page_cell(rs_html *html, const char *class, const char *text);

/* Says how many rows there are that the page does not show, if there are; `hint` says where. */
void rs_page_more(rs_html *html, size_t more, const char *what, const char *hint);

#endif
