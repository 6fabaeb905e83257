/* SPDX-License-Identifier: Apache-2.0
 *
 * The chains of this host and their members, as their engines name them: what
 * service/net.h hands to the main loop.
 */
#include <string.h>

#include "host/chain/chain.h"
#include "host/chain/internal.h"
#include "host/peer/private.h"

static void
unref_member(gpointer member)
{
	net_member_unref(member);
}

static GHashTable *
members_new(void)
{
	return g_hash_table_new_full(g_bytes_hash, g_bytes_equal, NULL,
				     unref_member);
}

static PeerChain *
chain_of(Peers *peers, NetChain *net)
{
	PeerChain *chain = g_hash_table_lookup(peers->chains, net->id);

	if (chain != NULL)
		return chain->net == net ? chain : NULL;
	chain = g_new0(PeerChain, 1);
	chain->net = net;
	chain->members = members_new();
	chain->algorithms = g_new0(char *, 1);
	g_hash_table_insert(peers->chains, net->id, chain);
	return chain;
}

static gboolean
is_dialled(const NetMember *member)
{
	return !member->self && member->address != NULL &&
	       member->address[0] != '\0';
}

/* A host that is connected may have proven its key already. */
static void
find_host(Peers *peers, PeerChain *chain, NetMember *member)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peers->by_host);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (peer_find_key(value, member) != NULL)
			peer_meet(value, chain, member);
}

static void
prove_to_all(Peers *peers, const char *const *algorithms)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peers->by_host);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		for (guint i = 0; algorithms[i] != NULL; i++)
			peer_prove(value, algorithms[i]);
}

/* Who is not among `now` any more goes. */
static void
remove_absent(Peers *peers, PeerChain *chain, GHashTable *now)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, chain->members);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		NetMember *member = value;

		if (member->carried != NULL &&
		    (now == NULL ||
		     g_hash_table_lookup(now, member->public_key) != member))
			peer_part(member->carried);
		dialer_unwant(peers->dialer, member);
	}
}

static void
members_changed(void *carrier, NetChain *net, NetMember *const *members,
		const char *const *algorithms)
{
	Peers *peers = carrier;
	PeerChain *chain = chain_of(peers, net);
	GHashTable *now;

	if (chain == NULL) {
		log_error("peer", chain_name(net->chain),
			  "another chain of this host was made from the same "
			  "genesis: this one hears of no other node");
		return;
	}
	now = members_new();
	for (guint i = 0; members[i] != NULL; i++)
		g_hash_table_insert(now, members[i]->public_key,
				    net_member_ref(members[i]));
	remove_absent(peers, chain, now);
	g_hash_table_unref(chain->members);
	chain->members = now;
	g_strfreev(chain->algorithms);
	chain->algorithms = g_strdupv((char **)algorithms);
	prove_to_all(peers, algorithms);
	for (guint i = 0; members[i] != NULL; i++) {
		if (is_dialled(members[i]))
			dialer_want(peers->dialer, members[i]->address,
				    members[i]);
		find_host(peers, chain, members[i]);
	}
	dialer_forget(peers->dialer);
	dialer_review(peers->dialer);
}

static void
free_chain(PeerChain *chain)
{
	g_hash_table_unref(chain->members);
	g_strfreev(chain->algorithms);
	g_free(chain);
}

static void
chain_closed(void *carrier, NetChain *net)
{
	Peers *peers = carrier;
	PeerChain *chain = g_hash_table_lookup(peers->chains, net->id);

	if (chain == NULL || chain->net != net)
		return;
	remove_absent(peers, chain, NULL);
	dialer_forget(peers->dialer);
	g_hash_table_remove(peers->chains, net->id);
	free_chain(chain);
}

static void
send_message(void *carrier, NetMember *member, GBytes *message)
{
	if (member->carried != NULL)
		peer_send(member->carried, message);
	else
		g_bytes_unref(message);
}

void
peers_free_chains(Peers *peers)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peers->chains);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		free_chain(value);
	g_hash_table_unref(peers->chains);
}

const NetCarrier peers_net_carrier = {
	.members = members_changed,
	.closed = chain_closed,
	.send = send_message,
};
