/* SPDX-License-Identifier: Apache-2.0 */
#include "command/page/page.h"

#include "command/base/output_file.h"
#include "command/base/text.h"
#include "command/page/style.h"

static void put_meta(rs_html *html, const char *key, const char *key_value, const char *content)
{
    rs_html_open(html, "meta", NULL);
    rs_html_attribute(html, key, key_value);
    if (content != NULL)
        rs_html_attribute(html, "content", content);
    rs_html_close_empty(html);
}

static void put_head(rs_html *html, const char *title)
{
    rs_html_open(html, "head", NULL);
    put_meta(html, "charset", "utf-8", NULL);
    put_meta(html, "http-equiv", "Content-Security-Policy",
             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    put_meta(html, "name", "referrer", "no-referrer");
    put_meta(html, "name", "viewport", "width=device-width, initial-scale=1");
    rs_html_element(html, "title", NULL, title);
    rs_html_element(html, "style", NULL, rs_page_style);
    rs_html_close(html);
}

void rs_page_begin(rs_html *html, const char *title)
{
    rs_html_init(html);
    rs_html_open(html, "html", NULL);
    rs_html_attribute(html, "xmlns", "http://www.w3.org/1999/xhtml");
    rs_html_attribute(html, "lang", "en");
    put_head(html, title);
    rs_html_open(html, "body", NULL);
    rs_html_element(html, "h1", NULL, title);
}

bool rs_page_finish(rs_html *html, const char *path)
{
    bool good = rs_output_file_write(path, rs_html_finish(html), false);
    rs_html_clear(html);
    return good;
}

void rs_page_text_tile(rs_html *html, const char *class, const char *text, const char *what)
{
    rs_html_open(html, "div", "tile");
    rs_html_element(html, "b", class, text);
    rs_html_text(html, what);
    rs_html_close(html);
}

void rs_page_tile(rs_html *html, const char *class, uint64_t number, const char *what)
{
    rs_page_text_tile(html, number == 0 ? NULL : class, rs_text_number(&html->arena, number), what);
}

void rs_page_open_table(rs_html *html, const char *class, const rs_page_column *columns,
                        size_t count)
{
    rs_html_open(html, "div", "scroll");
    rs_html_open(html, "table", class);
    rs_html_open(html, "thead", NULL);
    rs_html_open(html, "tr", NULL);
    for (size_t i = 0; i < count; i++)
        rs_html_element(html, "th", columns[i].class, columns[i].title);
    rs_html_close(html);
    rs_html_close(html);
    rs_html_open(html, "tbody", NULL);
}

void rs_page_close_table(rs_html *html)
{
    for (int i = 0; i < 3; i++)
        rs_html_close(html);
}

void rs_page_cell(rs_html *html, const char *class, const char *text)
{
    rs_html_element(html, "td", class, text);
}

void rs_page_more(rs_html *html, size_t more, const char *what, const char *hint)
{
    if (more > 0)
        rs_html_element(html, "p", "dim",
                        rs_text_format(&html->arena, "and %s more %s; %s",
                                       rs_text_number(&html->arena, more), what, hint));
}
