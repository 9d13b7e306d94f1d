/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit statuses of the command. `status` has its own, which monitoring understands.
 */
#ifndef RS_EXIT_STATUS_H
#define RS_EXIT_STATUS_H

enum {
    RS_EXIT_OK = 0,
    RS_EXIT_DENIED = 1,     /* `check`: the chain is outside its root's scope */
    RS_EXIT_PARTLY = 1,     /* `export`: the format cannot express all of the list */
    RS_EXIT_NOT_READY = 1,  /* `report --ready`: some root is not ready for mode enforce */
    RS_EXIT_WIDER = 1,      /* `diff`: some root may vouch for more names */
    RS_EXIT_WARNINGS = 1,   /* `lint`: there are warnings */
    RS_EXIT_INCOMPLETE = 1, /* `survey`: some input could not be read */
    RS_EXIT_ERROR = 2,      /* wrong usage, bad input, or there is no answer */
};

#endif
