/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/votes/members.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

int32_t
members_check_count(const char *who, guint64 n, bsn_err *err)
{
	if (n >= 1 && n <= MEMBERS_MAX)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s is for 1 to %u consensus members and the chain has "
			"%" G_GUINT64_FORMAT ": make some of them observers",
			who, MEMBERS_MAX, n);
}

/* A member's name, or the beginning of its key. */
static char *
name_of(const bsn_member *member)
{
	bsn_slice key = member->public_key;

	if (member->name.len > 0)
		return clip_text(member->name);
	key.len = MIN(key.len, 8);
	return hex_encode(key);
}

int32_t
members_add(Members *members, const bsn_member *member, bsn_err *err)
{
	g_autofree char *name = NULL;
	Member *own;

	if (members_find(members, member->public_key) >= 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"two consensus members have the same public "
				"key");
	members->list = g_renew(Member, members->list, members->n + 1);
	own = &members->list[members->n++];
	*own = (Member){
		.algorithm = g_strdup(member->algorithm),
		.scheme =
			BSN_HAS(services.crypto, signature)
				? services.crypto->signature(member->algorithm)
				: NULL,
		.key = g_bytes_new(member->public_key.data,
				   member->public_key.len),
		.name = name_of(member),
	};
	if (member->public_key.len > BSN_PUBLIC_KEY_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a member's public key is too long");
	if (BSN_HAS(own->scheme, verify))
		return BSN_OK;
	name = quote_text(bsn_slice_str(member->algorithm));
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a member's key is for %s, which no loaded plugin "
			"offers: load one that does",
			name);
}

static guint
faulty_of(guint n)
{
	return (n - 1) / 3;
}

guint
members_quorum(guint n)
{
	return (n + faulty_of(n) + 2) / 2;
}

int32_t
members_end(Members *members, const char *who, bsn_err *err)
{
	const int32_t status = members_check_count(who, members->n, err);

	if (status != BSN_OK)
		return status;
	members->f = faulty_of(members->n);
	members->quorum = members_quorum(members->n);
	return BSN_OK;
}

int32_t
members_new(const bsn_member *members, guint64 n, const char *who,
	    Members **out, bsn_err *err)
{
	g_autoptr(Members) own = g_new0(Members, 1);
	guint64 count = 0;
	int32_t status;

	for (guint64 i = 0; i < n; i++)
		count += member_at(members, i)->role == BSN_ROLE_CONSENSUS;
	status = members_check_count(who, count, err);
	for (guint64 i = 0; status == BSN_OK && i < n; i++)
		if (member_at(members, i)->role == BSN_ROLE_CONSENSUS)
			status = members_add(own, member_at(members, i), err);
	if (status == BSN_OK)
		status = members_end(own, who, err);
	if (status == BSN_OK)
		*out = g_steal_pointer(&own);
	return status;
}

void
members_free(Members *members)
{
	if (members == NULL)
		return;
	for (guint i = 0; i < members->n; i++) {
		g_free(members->list[i].algorithm);
		g_free(members->list[i].name);
		g_bytes_unref(members->list[i].key);
	}
	g_free(members->list);
	g_free(members);
}

/* ---- asking ------------------------------------------------------------ */

gint
members_find(const Members *members, bsn_slice key)
{
	for (guint i = 0; i < members->n; i++)
		if (bsn_slice_equal(bytes_slice(members->list[i].key), key))
			return (gint)i;
	return -1;
}

gint
members_self(const Members *members, bsn_chain *chain)
{
	g_autoptr(GByteArray) key = g_byte_array_new();

	for (guint i = 0; i < members->n; i++) {
		BufferSink sink = buffer_sink(key, BSN_PUBLIC_KEY_MAX);

		g_byte_array_set_size(key, 0);
		if (services.keys->node_public_key(
			    chain, members->list[i].algorithm, &sink.sink,
			    NULL) == BSN_OK &&
		    bsn_slice_equal(bytes_slice(members->list[i].key),
				    buffer_slice(key)))
			return (gint)i;
	}
	return -1;
}

/* ---- in the order of keys ---------------------------------------------- */

static gint
compare_keys(gconstpointer a, gconstpointer b)
{
	return g_bytes_compare(((const Member *)a)->key,
			       ((const Member *)b)->key);
}

void
members_sort(Members *members)
{
	qsort(members->list, members->n, sizeof(Member), compare_keys);
}
