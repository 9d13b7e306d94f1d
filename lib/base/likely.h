/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which way a test goes for nearly every chain. A verification's check takes as long as its code
 * takes to fetch, so what is seldom run must not stand between what is run for each. For whole
 * functions the attributes `hot` and `cold` say the same: linkers put the hot ones side by side.
 */
#ifndef RS_LIKELY_H
#define RS_LIKELY_H

#define RS_LIKELY(test)   __builtin_expect((test), 1)
#define RS_UNLIKELY(test) __builtin_expect((test), 0)

#endif
