/* SPDX-License-Identifier: Apache-2.0 */
#include "command/page/html.h"

#include "command/base/message.h"

/* Used in this way, the writer fails only without memory. */
static void need(int result)
{
    if (result < 0)
        rs_message_need(NULL);
}

void rs_html_init(rs_html *html)
{
    *html = (rs_html){.buffer = rs_message_need(xmlBufferCreate())};
    html->writer = rs_message_need(xmlNewTextWriterMemory(html->buffer, 0));
    need(xmlTextWriterWriteDTD(html->writer, BAD_CAST "html", NULL, NULL, NULL));
    need(xmlTextWriterWriteRaw(html->writer, BAD_CAST "\n"));
}

void rs_html_open(rs_html *html, const char *element, const char *class)
{
    need(xmlTextWriterStartElement(html->writer, BAD_CAST element));
    if (class != NULL)
        rs_html_attribute(html, "class", class);
}

void rs_html_attribute(rs_html *html, const char *name, const char *value)
{
    need(xmlTextWriterWriteAttribute(html->writer, BAD_CAST name, BAD_CAST value));
}

void rs_html_text(rs_html *html, const char *text)
{
    need(xmlTextWriterWriteString(html->writer, BAD_CAST text));
}

void rs_html_close(rs_html *html)
{
    need(xmlTextWriterFullEndElement(html->writer));
}

void rs_html_close_empty(rs_html *html)
{
    need(xmlTextWriterEndElement(html->writer));
}

void rs_html_element(rs_html *html, const char *element, const char *class, const char *text)
{
    rs_html_open(html, element, class);
    rs_html_text(html, text);
    rs_html_close(html);
}

rs_bytes rs_html_finish(rs_html *html)
{
    need(xmlTextWriterEndDocument(html->writer));
    need(xmlTextWriterFlush(html->writer));
    return rs_bytes_make(xmlBufferContent(html->buffer), (size_t)xmlBufferLength(html->buffer));
}

void rs_html_clear(rs_html *html)
{
    xmlFreeTextWriter(html->writer);
    xmlBufferFree(html->buffer);
    rs_arena_clear(&html->arena);
}
