/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where that lies which is kept for the first that finds no memory: behind all other data, on pages
 * that nothing else makes a process have. Compilers know the name as one of zeros alone; linkers
 * put it behind .bss, which it would be spread over if its name started so.
 */
#ifndef RS_RESERVE_H
#define RS_RESERVE_H

#define RS_RESERVE __attribute__((section(".sbss.reserve")))

#endif
