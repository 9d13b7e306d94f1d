/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a page looks, in light and dark, on a screen of any width and on paper.
 */
#ifndef RS_PAGE_STYLE_H
#define RS_PAGE_STYLE_H

/* A style sheet without <, > and &, so that it means the same in HTML and in XML. */
extern const char rs_page_style[];

#endif
