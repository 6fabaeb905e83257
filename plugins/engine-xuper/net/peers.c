/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/cross/cross.h"

#include <stdarg.h>

#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* ---- who there is -------------------------------------------------------- */

Peer *
peer_at(const bsn_ledger *ledger, guint index)
{
	const GPtrArray *peers = ledger->net->peers;

	return index < peers->len ? peers->pdata[index] : NULL;
}

static Peer *
find_in(const GPtrArray *peers, bsn_slice public_key, guint *index)
{
	for (*index = 0; *index < peers->len; (*index)++) {
		Peer *peer = peers->pdata[*index];

		if (bsn_slice_equal(bytes_slice(peer->key), public_key))
			return peer;
	}
	return NULL;
}

Peer *
peer_find(const bsn_ledger *ledger, bsn_slice public_key)
{
	guint index;

	return find_in(ledger->net->peers, public_key, &index);
}

void
peer_free(gpointer data)
{
	Peer *peer = data;

	g_bytes_unref(peer->key);
	g_clear_pointer(&peer->address, g_bytes_unref);
	g_free(peer->name);
	g_free(peer);
}

/* ---- following the agreement ---------------------------------------------- */

/* Out of `before` when it was there, or new. */
static Peer *
take_peer(GPtrArray *before, bsn_slice public_key)
{
	guint index;
	Peer *peer = find_in(before, public_key, &index);

	if (peer != NULL)
		return g_ptr_array_steal_index(before, index);
	peer = g_new0(Peer, 1);
	peer->key = g_bytes_new(public_key.data, public_key.len);
	return peer;
}

static void
describe(Peer *peer, const bsn_member *member)
{
	g_free(peer->name);
	peer->name = member->name.len > 0 ? clip_text(member->name)
					  : g_strdup("a node without a name");
	g_clear_pointer(&peer->address, g_bytes_unref);
	peer->address = g_bytes_new(member->address.data, member->address.len);
	peer->leaving = FALSE;
}

/* The root is the block that has removed it. A node that is none itself any more
 * has nothing to give. */
static gboolean
leaves_slowly(bsn_ledger *ledger, Peer *peer)
{
	const Block *root = ledger_root(ledger->ledger)->block;

	if (!chain_has_self(ledger))
		return FALSE;
	if (peer->leaving)
		return TRUE;
	peer->leaving = TRUE;
	peer->last = root->height;
	memcpy(peer->last_id, root->id, HASH_LEN);
	peer->until_ms = services_mono_ms(ledger->chain) + NET_LEAVING_MS;
	sync_let_go(ledger, peer, FALSE);
	branch_let_go(ledger, peer);
	return TRUE;
}

static void
forget(bsn_ledger *ledger, Peer *peer)
{
	sync_let_go(ledger, peer, TRUE);
	branch_let_go(ledger, peer);
	g_ptr_array_add(ledger->net->gone, peer);
}

void
peers_tell_transport(bsn_ledger *ledger)
{
	g_autoptr(GArray) all =
		g_array_new(FALSE, FALSE, sizeof(bsn_member));
	Peer *peer;

	for (guint i = 0; i < chain_member_count(ledger); i++)
		if (cross_admits(ledger, chain_member(ledger, i)->public_key))
			g_array_append_vals(all, chain_member(ledger, i), 1);
	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++) {
		const bsn_member member = {
			.size = sizeof(member),
			.role = BSN_ROLE_OBSERVER,
			.algorithm = ledger->suite.algorithm,
			.public_key = bytes_slice(peer->key),
			.name = bsn_slice_str(peer->name),
			.address = bytes_slice(peer->address),
		};

		if (peer->leaving && cross_admits(ledger, member.public_key))
			g_array_append_val(all, member);
	}
	(void)services.net->set_members(
		ledger->chain, (const bsn_member *)(void *)all->data, all->len);
}

void
peers_follow_members(bsn_ledger *ledger)
{
	Net *net = ledger->net;
	g_autoptr(GPtrArray) before = net->peers;
	const bsn_slice self = bsn_slice_of(ledger->node_key, PUBLIC_KEY_LEN);

	net->peers = g_ptr_array_new_with_free_func(peer_free);
	net->sync.turn = 0;
	for (guint i = 0; i < chain_member_count(ledger); i++) {
		const bsn_member *member = chain_member(ledger, i);
		Peer *peer;

		if (bsn_slice_equal(member->public_key, self))
			continue;
		peer = take_peer(before, member->public_key);
		describe(peer, member);
		g_ptr_array_add(net->peers, peer);
	}
	while (before->len > 0) {
		Peer *peer = g_ptr_array_steal_index(before, 0);

		if (leaves_slowly(ledger, peer))
			g_ptr_array_add(net->peers, peer);
		else
			forget(ledger, peer);
	}
	peers_tell_transport(ledger);
}

gboolean
peers_are_leaving(const bsn_ledger *ledger)
{
	Peer *peer;

	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++)
		if (peer->leaving)
			return TRUE;
	return FALSE;
}

static gboolean
has_left(const bsn_ledger *ledger, const Peer *peer)
{
	return peer->leaving &&
	       (peer->height >= peer->last ||
		services_mono_ms(ledger->chain) >= peer->until_ms);
}

void
peers_expire(bsn_ledger *ledger)
{
	GPtrArray *peers = ledger->net->peers;
	gboolean any = FALSE;

	for (guint i = peers->len; i > 0; i--) {
		if (!has_left(ledger, peers->pdata[i - 1]))
			continue;
		forget(ledger, g_ptr_array_steal_index(peers, i - 1));
		any = TRUE;
	}
	if (any)
		peers_tell_transport(ledger);
}

/* ---- how they behave ----------------------------------------------------- */

gboolean
peer_is_left(const bsn_ledger *ledger, const Peer *peer)
{
	return peer->strikes > 0 && peer->timeouts == 0 &&
	       peer->rest_until_ms > services_mono_ms(ledger->chain);
}

gboolean
peer_may_be_asked(const bsn_ledger *ledger, const Peer *peer)
{
	return peer->reachable && !peer->leaving &&
	       peer->rest_until_ms <= services_mono_ms(ledger->chain);
}

guint64
peer_patience(const Peer *peer)
{
	return (guint64)NET_ANSWER_MS
	       << MIN(peer->timeouts, NET_ANSWER_DOUBLINGS_MAX);
}

void
peer_came(bsn_ledger *ledger, Peer *peer)
{
	if (peer_is_left(ledger, peer))
		return;
	peer->rest_until_ms = 0;
	peer->timeouts = 0;
}

static guint64
doubled(guint64 ms, guint times, guint64 max)
{
	for (; times > 1 && ms < max; times--)
		ms *= 2;
	return MIN(ms, max);
}

void
peer_rests(bsn_ledger *ledger, Peer *peer)
{
	ledger->net->dropped.timeouts++;
	peer->timeouts++;
	peer->rest_until_ms =
		services_mono_ms(ledger->chain) +
		doubled(NET_REST_MS, peer->timeouts, NET_REST_MAX_MS);
	sync_let_go(ledger, peer, FALSE);
	branch_let_go(ledger, peer);
}

void
peer_lied(bsn_ledger *ledger, Peer *peer, const char *format, ...)
{
	const guint64 root = ledger_root(ledger->ledger)->block->height;
	g_autofree char *reason = NULL;
	guint64 left_ms;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	ledger->net->dropped.lies++;
	peer->strikes++;
	peer->timeouts = 0;
	peer->height = MIN(peer->height, root);
	left_ms = doubled(NET_LEFT_MS, peer->strikes, NET_LEFT_MAX_MS);
	peer->rest_until_ms = services_mono_ms(ledger->chain) + left_ms;
	sync_let_go(ledger, peer, TRUE);
	branch_let_go(ledger, peer);
	services_log(ledger->chain, BSN_LOG_WARNING,
		     "net: %s is left alone for %" G_GUINT64_FORMAT " s: %s",
		     peer->name, left_ms / 1000, reason);
}
