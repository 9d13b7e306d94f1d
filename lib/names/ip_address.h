/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP addresses, as octets and as text.
 */
#ifndef RS_IP_ADDRESS_H
#define RS_IP_ADDRESS_H

#include "lib/base/bytes.h"

/* Octets in network order: 4 of them, or 16. */
typedef struct rs_ip_address {
    uint8_t octets[16];
    uint8_t length;
} rs_ip_address;

/*
 * From the octets of an iPAddress. An IPv4-mapped IPv6 address (::ffff:0:0/96) becomes the IPv4
 * address: a peer that is reached over either is the same host.
 * Returns false unless there are 4 or 16 octets.
 */
bool rs_ip_address_from_octets(rs_bytes octets, rs_ip_address *address);

/*
 * From text: four decimal numbers without leading zeros, or the IPv6 forms of RFC 4291 section
 * 2.2 without a zone id. No other spelling of IPv4 (hexadecimal, octal, fewer parts) is read.
 * IPv4-mapped addresses stay IPv6 here. Returns false for anything else.
 */
bool rs_ip_address_from_text(rs_bytes text, rs_ip_address *address);

/*
 * The same, and an IPv4-mapped address becomes the IPv4 address: the one that a name of this text,
 * or an application's expectation, is judged as.
 */
bool rs_ip_address_from_text_unmapped(rs_bytes text, rs_ip_address *address);

/*
 * Writes it as text (IPv6 as RFC 5952), NUL-terminated.
 * `out` must have RS_IP_TEXT_SIZE bytes.
 */
#define RS_IP_TEXT_SIZE 46
void rs_ip_address_to_text(const rs_ip_address *address, char out[RS_IP_TEXT_SIZE]);

#endif
