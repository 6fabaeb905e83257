/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/members.h"

int32_t
members_by_key(const bsn_member *members, guint64 n, Members **out,
	       bsn_err *err)
{
	const int32_t status = members_new(members, n, WHO, out, err);

	if (status == BSN_OK)
		members_sort(*out);
	return status;
}

gboolean
members_equal(const Members *a, const Members *b)
{
	if (a->n != b->n)
		return FALSE;
	for (guint i = 0; i < a->n; i++)
		if (!g_bytes_equal(a->list[i].key, b->list[i].key))
			return FALSE;
	return TRUE;
}

guint
members_leader(const Members *members, guint64 height, guint64 view)
{
	/* Each by itself: the sum may not fit. */
	return (guint)((height % members->n + view % members->n) % members->n);
}
