/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/leaving.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

static GBytes *
copy(bsn_slice bytes)
{
	return g_bytes_new(bytes.data, bytes.len);
}

static NetLeaver *
leaver_new(const Ledger *ledger, const bsn_member *member, guint64 number,
	   const guint8 *hash)
{
	NetLeaver *leaver = g_new0(NetLeaver, 1);

	leaver->key = copy(member->public_key);
	leaver->name = copy(member->name);
	leaver->address = copy(member->address);
	leaver->last = number;
	memcpy(leaver->hash, hash, HASH_LEN);
	leaver->until_ms = services_mono_ms(ledger->chain) + LEAVING_MS;
	return leaver;
}

void
leaver_free(gpointer data)
{
	NetLeaver *leaver = data;

	g_bytes_unref(leaver->key);
	g_bytes_unref(leaver->name);
	g_bytes_unref(leaver->address);
	g_free(leaver);
}

static gboolean
is_in(const MemberList *list, bsn_slice public_key)
{
	return member_list_find(list, public_key) < list->members->len;
}

static guint
place_of(const Ledger *ledger, bsn_slice public_key)
{
	const GPtrArray *leaving = ledger->net->leaving;
	guint i = 0;

	while (i < leaving->len &&
	       !bsn_slice_equal(
		       bytes_slice(((NetLeaver *)leaving->pdata[i])->key),
		       public_key))
		i++;
	return i;
}

/* One who has come back is a member like any other. */
static void
drop_members(Ledger *ledger, const MemberList *list)
{
	GPtrArray *leaving = ledger->net->leaving;

	for (guint i = leaving->len; i > 0; i--) {
		const NetLeaver *leaver = leaving->pdata[i - 1];

		if (is_in(list, bytes_slice(leaver->key)))
			g_ptr_array_remove_index(leaving, i - 1);
	}
}

void
leaving_begin(Ledger *ledger, const MemberList *list, guint64 number,
	      const guint8 *hash)
{
	const MemberList *before = &ledger->members.list;

	if (ledger->net == NULL)
		return;
	drop_members(ledger, list);
	for (guint i = 0; i < before->members->len; i++) {
		const bsn_member *member = member_list_at(before, i);

		if (!is_in(list, member->public_key) &&
		    !bsn_slice_equal(member->public_key, net_self(ledger)))
			g_ptr_array_add(ledger->net->leaving,
					leaver_new(ledger, member, number,
						   hash));
	}
}

static bsn_member
as_observer(const Ledger *ledger, const NetLeaver *leaver)
{
	return (bsn_member){
		.size = sizeof(bsn_member),
		.role = BSN_ROLE_OBSERVER,
		.algorithm = suite_algorithm(ledger->suite.sm),
		.public_key = bytes_slice(leaver->key),
		.name = bytes_slice(leaver->name),
		.address = bytes_slice(leaver->address),
	};
}

/* A node that is no member itself has nothing to give to anybody. */
static gboolean
has_leavers(const Ledger *ledger)
{
	return ledger->net != NULL && ledger->net->leaving->len > 0 &&
	       ledger->members.own_role != MEMBER_NONE;
}

int32_t
leaving_set_members(Ledger *ledger)
{
	const GArray *members = ledger->members.list.members;
	g_autoptr(GArray) all = g_array_sized_new(FALSE, FALSE,
						  sizeof(bsn_member),
						  members->len);

	if (services.net == NULL)
		return BSN_OK;
	g_array_append_vals(all, members->data, members->len);
	for (guint i = 0; has_leavers(ledger) && i < ledger->net->leaving->len;
	     i++) {
		const bsn_member member = as_observer(
			ledger, ledger->net->leaving->pdata[i]);

		g_array_append_val(all, member);
	}
	return services.net->set_members(
		ledger->chain, (const bsn_member *)(void *)all->data,
		all->len);
}

const NetLeaver *
leaving_find(const Ledger *ledger, bsn_slice public_key)
{
	const guint i = place_of(ledger, public_key);

	return i < ledger->net->leaving->len ? ledger->net->leaving->pdata[i]
					     : NULL;
}

static void
end(Ledger *ledger, guint place)
{
	g_ptr_array_remove_index(ledger->net->leaving, place);
	net_peers_prune(ledger);
	(void)leaving_set_members(ledger);
}

void
leaving_told(Ledger *ledger, bsn_slice public_key, guint64 height)
{
	const NetLeaver *leaver = leaving_find(ledger, public_key);

	if (leaver != NULL && height >= leaver->last)
		end(ledger, place_of(ledger, public_key));
}

void
leaving_expire(Ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);

	for (guint i = ledger->net->leaving->len; i > 0; i--) {
		const NetLeaver *leaver = ledger->net->leaving->pdata[i - 1];

		if (leaver->until_ms <= now)
			end(ledger, i - 1);
	}
}
