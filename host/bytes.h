/* SPDX-License-Identifier: Apache-2.0
 *
 * host/bytes.h: what a GBytes holds, for calls of the ABI. [any]
 */
#ifndef HOST_BYTES_H
#define HOST_BYTES_H

#include <bsn/helpers/bytes.h>
#include <glib.h>

/* Valid as long as the bytes; of NULL an empty one. */
static inline bsn_slice
bytes_slice(GBytes *bytes)
{
	gsize len = 0;
	const void *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	return bsn_slice_of(data, len);
}

/* Free with g_bytes_unref. */
static inline GBytes *
bytes_copy(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

#endif
