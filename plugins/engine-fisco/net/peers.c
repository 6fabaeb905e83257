/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/peers.h"

#include <stdarg.h>

#include "plugins/engine-fisco/net/leaving.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* Ms for the answer to a question. */
#define ANSWER_MS 3000u

static const bsn_member *
member_of(const Ledger *ledger, bsn_slice public_key)
{
	guint n;
	const bsn_member *members = net_members(ledger, &n);

	for (guint i = 0; i < n; i++)
		if (bsn_slice_equal(members[i].public_key, public_key))
			return &members[i];
	return NULL;
}

static gboolean
may_be_known(const Ledger *ledger, bsn_slice public_key)
{
	return member_of(ledger, public_key) != NULL ||
	       leaving_find(ledger, public_key) != NULL;
}

void
net_peers_prune(Ledger *ledger)
{
	GPtrArray *peers = ledger->net->peers;

	for (guint i = peers->len; i > 0; i--) {
		const NetPeer *peer = peers->pdata[i - 1];

		if (!may_be_known(ledger, bytes_slice(peer->key)))
			g_ptr_array_remove_index(peers, i - 1);
	}
}

static NetPeer *
peer_new(bsn_slice public_key)
{
	NetPeer *peer = g_new0(NetPeer, 1);

	peer->key = g_bytes_new(public_key.data, public_key.len);
	peer->credit = NET_CREDIT_MAX;
	return peer;
}

void
net_peer_free(gpointer data)
{
	NetPeer *peer = data;

	g_bytes_unref(peer->key);
	g_free(peer);
}

NetPeer *
net_peer(Ledger *ledger, bsn_slice public_key)
{
	GPtrArray *peers = ledger->net->peers;
	NetPeer *peer;

	for (guint i = 0; i < peers->len; i++) {
		peer = peers->pdata[i];
		if (bsn_slice_equal(bytes_slice(peer->key), public_key))
			return peer;
	}
	if (!may_be_known(ledger, public_key) ||
	    bsn_slice_equal(public_key, net_self(ledger)))
		return NULL;
	peer = peer_new(public_key);
	g_ptr_array_add(peers, peer);
	return peer;
}

NetPeer *
net_peer_at(const Ledger *ledger, guint index)
{
	const GPtrArray *peers = ledger->net->peers;

	return index < peers->len ? peers->pdata[index] : NULL;
}

char *
net_peer_name(const Ledger *ledger, const NetPeer *peer)
{
	const bsn_member *member = member_of(ledger, bytes_slice(peer->key));

	if (member == NULL || member->name.len == 0)
		return g_strdup("a member without a name");
	return g_strndup((const char *)member->name.data, member->name.len);
}

gboolean
net_peer_is_left(const NetPeer *peer, guint64 now_ms)
{
	return peer->strikes > 0 && peer->timeouts == 0 &&
	       peer->rest_until_ms > now_ms;
}

gboolean
net_peer_is_free(const NetPeer *peer, guint64 number, guint64 now_ms)
{
	return peer->reachable && peer->asked.kind == 0 &&
	       peer->height >= number && peer->rest_until_ms <= now_ms;
}

static guint64
doubled(guint64 ms, guint times, guint64 max)
{
	while (times-- > 1 && ms < max)
		ms *= 2;
	return MIN(ms, max);
}

static void
rest(Ledger *ledger, NetPeer *peer)
{
	peer->asked.kind = 0;
	sync_let_go(ledger, peer, FALSE);
	peer->timeouts++;
	peer->rest_until_ms =
		services_mono_ms(ledger->chain) +
		doubled(NET_REST_MS, peer->timeouts, NET_REST_MAX_MS);
}

gboolean
net_peer_ask(Ledger *ledger, NetPeer *peer, const NetQuestion *question)
{
	const NetMessage message = {
		.kind = question->kind,
		.height = question->first,
		.count = question->count,
		.offset = question->offset,
	};

	if (!net_send(ledger, peer, &message)) {
		rest(ledger, peer);
		return FALSE;
	}
	peer->asked = *question;
	peer->deadline_ms = services_mono_ms(ledger->chain) + ANSWER_MS;
	return TRUE;
}

void
net_peer_was_useful(NetPeer *peer)
{
	peer->timeouts = 0;
}

void
net_peer_timed_out(Ledger *ledger, NetPeer *peer)
{
	ledger->net->dropped.timeouts++;
	rest(ledger, peer);
}

void
net_peer_rests(Ledger *ledger, NetPeer *peer)
{
	rest(ledger, peer);
}

void
net_peer_has_not(Ledger *ledger, NetPeer *peer, guint64 number)
{
	if (number > peer->told || number < peer->earliest)
		rest(ledger, peer);
	else
		net_peer_lied(ledger, peer, number - 1,
			      "it has not got block %" G_GUINT64_FORMAT
			      ", which it said it has",
			      number);
}

void
net_peer_lied(Ledger *ledger, NetPeer *peer, guint64 height, const char *format,
	      ...)
{
	g_autofree char *name = net_peer_name(ledger, peer);
	g_autofree char *reason = NULL;
	guint64 left_ms;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	ledger->net->dropped.lies++;
	peer->strikes++;
	peer->timeouts = 0;
	peer->asked.kind = 0;
	sync_let_go(ledger, peer, TRUE);
	peer->height = MIN(peer->height, height);
	left_ms = doubled(NET_LEFT_MS, peer->strikes, NET_LEFT_MAX_MS);
	peer->rest_until_ms = services_mono_ms(ledger->chain) + left_ms;
	services_log(ledger->chain, BSN_LOG_WARNING,
		     "blocks: %s is left for %" G_GUINT64_FORMAT " s: %s", name,
		     left_ms / 1000, reason);
}
