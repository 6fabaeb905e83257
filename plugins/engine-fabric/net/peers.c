/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/net/private.h"

#include <stdarg.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* Ms between two lines of the log about one peer's identity. */
#define WARN_MS 10000u

/* ---- who there is -------------------------------------------------------- */

Peer *
peer_at(const Channel *channel, guint index)
{
	const GPtrArray *peers = channel->net->peers;

	return index < peers->len ? peers->pdata[index] : NULL;
}

Peer *
peer_find(const Channel *channel, bsn_slice public_key)
{
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (bsn_slice_equal(bytes_slice(peer->open.key), public_key))
			return peer;
	return NULL;
}

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	Peer *peer = channel->net != NULL ? peer_at(channel, index) : NULL;

	return peer != NULL ? &peer->open : NULL;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice public_key)
{
	Peer *peer =
		channel->net != NULL ? peer_find(channel, public_key) : NULL;

	return peer != NULL ? &peer->open : NULL;
}

char *
net_peer_name(const Channel *channel, const NetPeer *peer)
{
	return g_strdup(((const Peer *)peer)->name);
}

static GHashTable *
package_set(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static Peer *
peer_new(bsn_slice public_key)
{
	Peer *peer = g_new0(Peer, 1);

	peer->open.key = g_bytes_new(public_key.data, public_key.len);
	peer->open.packages = package_set();
	return peer;
}

void
peer_free(gpointer data)
{
	Peer *peer = data;

	g_bytes_unref(peer->open.key);
	g_clear_pointer(&peer->open.serialized, g_bytes_unref);
	g_hash_table_unref(peer->open.packages);
	msp_identity_unref(peer->open.identity);
	g_clear_pointer(&peer->address, g_bytes_unref);
	g_free(peer->name);
	g_free(peer);
}

/* ---- following the members ----------------------------------------------- */

static Peer *
steal(GPtrArray *peers, bsn_slice public_key)
{
	for (guint i = 0; i < peers->len; i++) {
		Peer *peer = peers->pdata[i];

		if (bsn_slice_equal(bytes_slice(peer->open.key), public_key))
			return g_ptr_array_steal_index(peers, i);
	}
	return peer_new(public_key);
}

static void
describe(Peer *peer, const bsn_member *member)
{
	g_free(peer->name);
	peer->name = member->name.len > 0 ? clip_text(member->name)
					  : g_strdup("a member without a name");
	g_clear_pointer(&peer->address, g_bytes_unref);
	peer->address = g_bytes_new(member->address.data, member->address.len);
	peer->role = member->role;
	peer->last = 0;
}

/* The block that is the head now has removed it. A node that is no member
 * itself has nothing to give to anybody. */
static gboolean
may_leave_slowly(Channel *channel, Peer *peer)
{
	const LedgerHead *head = &channel->ledger->head;

	if (!net_is_member(channel))
		return FALSE;
	if (peer->last != 0)
		return TRUE;
	peer->last = head->height;
	memcpy(peer->last_hash, head->hash, HASH_LEN);
	peer->until_ms = services_mono_ms(channel->chain) + NET_LEAVING_MS;
	sync_let_go(channel, peer, FALSE);
	return TRUE;
}

static void
forget(Channel *channel, Peer *peer)
{
	sync_let_go(channel, peer, TRUE);
	ask_peer_gone(channel, peer);
	g_clear_pointer(&peer->open.identity, msp_identity_unref);
	g_ptr_array_add(channel->net->gone, peer);
}

static void
tell_transport(Channel *channel)
{
	const GArray *members = channel->members.list;
	g_autoptr(GArray) all = g_array_sized_new(
		FALSE, FALSE, sizeof(bsn_member), members->len);
	Peer *peer;

	g_array_append_vals(all, members->data, members->len);
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++) {
		const bsn_member member = {
			.size = sizeof(member),
			.role = BSN_ROLE_OBSERVER,
			.algorithm = channel->suite.algorithm,
			.public_key = bytes_slice(peer->open.key),
			.name = bsn_slice_str(peer->name),
			.address = bytes_slice(peer->address),
		};

		if (peer->last != 0)
			g_array_append_val(all, member);
	}
	(void)services.net->set_members(channel->chain,
					(const bsn_member *)(void *)all->data,
					all->len);
}

/* Sync counts turns by peers' places. */
void
peers_follow_members(Channel *channel)
{
	struct FabricNet *net = channel->net;
	GPtrArray *before = net->peers;
	g_autoptr(GPtrArray) gone = g_ptr_array_new();
	const GArray *members = channel->members.list;

	net->peers = g_ptr_array_new_with_free_func(peer_free);
	net->sync.turn = 0;
	for (guint i = 0; i < members->len; i++) {
		const bsn_member *member =
			&g_array_index(members, bsn_member, i);
		Peer *peer;

		if (bsn_slice_equal(member->public_key,
				    bytes_slice(channel->public_key)))
			continue;
		peer = steal(before, member->public_key);
		describe(peer, member);
		g_ptr_array_add(net->peers, peer);
	}
	while (before->len > 0) {
		Peer *peer = g_ptr_array_steal_index(before, 0);

		if (may_leave_slowly(channel, peer))
			g_ptr_array_add(net->peers, peer);
		else
			g_ptr_array_add(gone, peer);
	}
	g_ptr_array_unref(before);
	tell_transport(channel);
	for (guint i = 0; i < gone->len; i++)
		forget(channel, gone->pdata[i]);
}

gboolean
peers_are_leaving(const Channel *channel)
{
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (peer->last != 0)
			return TRUE;
	return FALSE;
}

static gboolean
has_left(const Channel *channel, const Peer *peer)
{
	return peer->last != 0 &&
	       (peer->open.height >= peer->last ||
		services_mono_ms(channel->chain) >= peer->until_ms);
}

void
peers_expire(Channel *channel)
{
	GPtrArray *peers = channel->net->peers;
	gboolean any = FALSE;

	for (guint i = peers->len; i > 0; i--) {
		if (!has_left(channel, peers->pdata[i - 1]))
			continue;
		forget(channel, g_ptr_array_steal_index(peers, i - 1));
		any = TRUE;
	}
	if (any)
		tell_transport(channel);
}

/* ---- who they are -------------------------------------------------------- */

static MspIdentity *
identify(Channel *channel, const Peer *peer, bsn_err *err)
{
	const bsn_slice key = bytes_slice(peer->open.key);
	g_autoptr(MspIdentity) identity = NULL;

	if (msp_manager_identify(channel->config->msps,
				 bytes_slice(peer->open.serialized), &identity,
				 err) != BSN_OK)
		return NULL;
	if (!bsn_slice_equal(bsn_slice_of(identity->public_key, PUBLIC_KEY_LEN),
			     key)) {
		(void)bsn_fail(err, BSN_DENIED,
			       "its certificate has another key than its link");
		return NULL;
	}
	if (!msp_identity_has_role(identity,
				   COMMON__MSPROLE__MSPROLE_TYPE__PEER)) {
		(void)bsn_fail(err, BSN_DENIED,
			       "its certificate is not one of a peer of %s",
			       identity->msp->id);
		return NULL;
	}
	return g_steal_pointer(&identity);
}

/* A peer that introduces itself again and again does not fill the log. */
static void
warn(Channel *channel, Peer *peer, const char *reason)
{
	const guint64 now = services_mono_ms(channel->chain);

	if (peer->warned_ms != 0 && now < peer->warned_ms + WARN_MS)
		return;
	peer->warned_ms = now;
	services_log(channel->chain, BSN_LOG_WARNING,
		     "net: %s cannot endorse: %s", peer->name, reason);
}

void
peer_identify(Channel *channel, Peer *peer)
{
	bsn_err err = BSN_ERR_INIT;

	g_clear_pointer(&peer->open.identity, msp_identity_unref);
	if (peer->open.serialized == NULL)
		return;
	if (peer->last != 0)
		return;
	peer->open.identity = identify(channel, peer, &err);
	if (peer->open.identity == NULL)
		warn(channel, peer, err.reason);
}

void
peer_introduced(Channel *channel, Peer *peer, const Bsn__Net__Hello *hello)
{
	g_clear_pointer(&peer->open.serialized, g_bytes_unref);
	if (hello->identity.len > 0)
		peer->open.serialized =
			g_bytes_new(hello->identity.data, hello->identity.len);
	peer_identify(channel, peer);
	g_hash_table_remove_all(peer->open.packages);
	for (gsize i = 0; i < hello->n_packages; i++)
		g_hash_table_add(peer->open.packages,
				 g_strdup(hello->packages[i]));
}

/* ---- how they behave ----------------------------------------------------- */

gboolean
peer_is_left(const Channel *channel, const Peer *peer)
{
	return peer->strikes > 0 && peer->timeouts == 0 &&
	       peer->rest_until_ms > services_mono_ms(channel->chain);
}

void
peer_came(Channel *channel, Peer *peer)
{
	if (peer_is_left(channel, peer))
		return;
	peer->rest_until_ms = 0;
	peer->timeouts = 0;
}

void
peer_was_useful(Peer *peer)
{
	peer->timeouts = 0;
}

static guint64
doubled(guint64 ms, guint times, guint64 max)
{
	while (times-- > 1 && ms < max)
		ms *= 2;
	return MIN(ms, max);
}

void
peer_rests(Channel *channel, Peer *peer)
{
	sync_let_go(channel, peer, FALSE);
	peer->timeouts++;
	peer->rest_until_ms =
		services_mono_ms(channel->chain) +
		doubled(NET_REST_MS, peer->timeouts, NET_REST_MAX_MS);
}

void
peer_lied(Channel *channel, Peer *peer, guint64 height, const char *format, ...)
{
	g_autofree char *reason = NULL;
	guint64 left_ms;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	channel->net->dropped.lies++;
	peer->strikes++;
	peer->timeouts = 0;
	sync_let_go(channel, peer, TRUE);
	peer->has = MIN(peer->has, height);
	peer->open.height = MIN(peer->open.height, height);
	left_ms = doubled(NET_LEFT_MS, peer->strikes, NET_LEFT_MAX_MS);
	peer->rest_until_ms = services_mono_ms(channel->chain) + left_ms;
	services_log(channel->chain, BSN_LOG_WARNING,
		     "net: %s is left for %" G_GUINT64_FORMAT " s: %s",
		     peer->name, left_ms / 1000, reason);
}
