/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as counters for a statsd server: datagrams of lines `name:number|c`, over UDP or a Unix
 * socket. Only roots, forms, reasons and kinds of problems become part of names, never the name of
 * a host. Nothing waits for the server. What it does not accept is lost, and counted.
 */
#ifndef RS_STATSD_H
#define RS_STATSD_H

#include "command/telemetry/line.h"

enum {
    RS_STATSD_PACKET_MAX = 1432, /* bytes: fits an Ethernet frame, by IPv6, too */
    RS_STATSD_PORT = 8125,
};

typedef struct rs_statsd rs_statsd;

/*
 * A sender to "ADDRESS", "ADDRESS:PORT", "[ADDRESS]:PORT" or "unix:PATH"; an address may be a name,
 * which is looked up once. With `tags`, roots and the like are tags as DogStatsD has them, not part
 * of names. NULL, after a message, if the address is wrong or has no route. A server that does
 * not run yet is not an error.
 */
rs_statsd *rs_statsd_new(const char *address, bool tags);

/* Puts an event's counters into a packet, and sends it if it is full. */
void rs_statsd_add(rs_statsd *statsd, const rs_telemetry_line *line);

/* Sends what is there. */
void rs_statsd_flush(rs_statsd *statsd);

/* Packets that are known to be lost. UDP reports few of them. */
uint64_t rs_statsd_lost(const rs_statsd *statsd);

/* Closes without sending. NULL is fine. */
void rs_statsd_free(rs_statsd *statsd);

#endif
