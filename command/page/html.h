/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes an HTML page that is also well-formed XML: libxml2's writer escapes every text and
 * attribute. Texts are UTF-8 that rs_text_printable has made. The functions exit without memory.
 */
#ifndef RS_HTML_H
#define RS_HTML_H

#include "lib/base/arena.h"

#include <libxml/xmlwriter.h>

typedef struct rs_html {
    xmlBufferPtr buffer;
    xmlTextWriterPtr writer;
    rs_arena arena; /* for texts of whoever writes the page; it may be cleared at any time */
} rs_html;

/* Begins with the document type. */
void rs_html_init(rs_html *html);

/* Opens an element, with a class unless that is NULL; attributes come next, then its content. */
void rs_html_open(rs_html *html, const char *element, const char *class);

/* An attribute of the element that was opened last. */
void rs_html_attribute(rs_html *html, const char *name, const char *value);

/* Text in the element that is open. */
void rs_html_text(rs_html *html, const char *text);

/* Closes the innermost element with an end tag. */
void rs_html_close(rs_html *html);

/* The same for one that has neither content nor an end tag in HTML, as <meta/>, or is of SVG. */
void rs_html_close_empty(rs_html *html);

/* An element with only text in it. */
void rs_html_element(rs_html *html, const char *element, const char *class, const char *text);

/* Closes all that is open. The page, owned by `html`, until rs_html_clear. */
rs_bytes rs_html_finish(rs_html *html);

/* Frees. */
void rs_html_clear(rs_html *html);

#endif
