/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/voters.h"

RaftVoters *
raft_voters_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return g_bytes_compare(*(GBytes *const *)a, *(GBytes *const *)b);
}

RaftVoters *
raft_voters_without(const RaftVoters *voters, GBytes *key)
{
	RaftVoters *copy = raft_voters_new();

	for (guint i = 0; i < voters->len; i++)
		if (!g_bytes_equal(voters->pdata[i], key))
			g_ptr_array_add(copy, g_bytes_ref(voters->pdata[i]));
	return copy;
}

RaftVoters *
raft_voters_with(const RaftVoters *voters, GBytes *key)
{
	RaftVoters *copy = raft_voters_without(voters, key);

	g_ptr_array_add(copy, g_bytes_ref(key));
	g_ptr_array_sort(copy, compare);
	return copy;
}

gboolean
raft_voters_have(const RaftVoters *voters, GBytes *key)
{
	for (guint i = 0; i < voters->len; i++)
		if (g_bytes_equal(voters->pdata[i], key))
			return TRUE;
	return FALSE;
}

GBytes *
raft_voters_extra(const RaftVoters *a, const RaftVoters *b)
{
	for (guint i = 0; i < a->len; i++)
		if (!raft_voters_have(b, a->pdata[i]))
			return a->pdata[i];
	return NULL;
}

guint
raft_voters_quorum(const RaftVoters *voters)
{
	return voters->len / 2 + 1;
}

void
raft_voters_put(const RaftVoters *voters, GByteArray *out)
{
	wire_put(out, voters->len, 1);
	for (guint i = 0; i < voters->len; i++) {
		gsize len;
		const void *key = g_bytes_get_data(voters->pdata[i], &len);

		wire_put(out, len, 1);
		wire_put_bytes(out, bsn_slice_of(key, len));
	}
}

static gboolean
read_key(Wire *wire, RaftVoters *voters)
{
	bsn_slice key = wire_bytes(wire, wire_u8(wire));
	GBytes *bytes;

	if (wire->bad || key.len == 0)
		return FALSE;
	bytes = g_bytes_new(key.data, key.len);
	g_ptr_array_add(voters, bytes);
	return voters->len == 1 ||
	       g_bytes_compare(voters->pdata[voters->len - 2], bytes) < 0;
}

RaftVoters *
raft_voters_read(Wire *wire)
{
	g_autoptr(GPtrArray) voters = raft_voters_new();
	guint n = wire_u8(wire);

	if (wire->bad || n > RAFT_VOTERS_MAX)
		return NULL;
	while (voters->len < n)
		if (!read_key(wire, voters))
			return NULL;
	return g_steal_pointer(&voters);
}
