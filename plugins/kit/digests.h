/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/digests.h: digests of several messages at once: there are hashes
 * that gain by it.
 */
#ifndef PLUGINS_KIT_DIGESTS_H
#define PLUGINS_KIT_DIGESTS_H

#include <bsn/crypto.h>
#include <glib.h>

/* Digests each of n messages by itself; digest_len bytes each to `digests`.
 *
 * Returns: BSN_OK, or as bsn_hash.digest. [any] */
static inline int32_t
digests_each(const bsn_hash *hash, const bsn_slice *messages, guint64 n,
	     guint8 *digests)
{
	int32_t status = BSN_OK;

	if (BSN_HAS(hash, digest_many))
		return hash->digest_many(messages, n, digests);
	for (guint64 i = 0; i < n && status == BSN_OK; i++)
		status = hash->digest(&messages[i], 1,
				      digests + i * hash->digest_len);
	return status;
}

#endif
