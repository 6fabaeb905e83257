/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/slices.h: the order of byte strings, as stores and scans have it:
 * the first byte that differs decides, and what another one begins with comes
 * before it.
 */
#ifndef BSN_KIT_SLICES_H
#define BSN_KIT_SLICES_H

#include <string.h>

#include <bsn/base.h>

/* Below 0, 0, above 0. [any] */
static inline int
slice_compare(bsn_slice a, bsn_slice b)
{
	const size_t common = (size_t)(a.len < b.len ? a.len : b.len);
	const int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
