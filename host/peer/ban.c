/* SPDX-License-Identifier: Apache-2.0
 *
 * Hosts that are not let in for a while, since they have sent a flood: cut off,
 * they would otherwise come back at once and go on.
 */
#include <string.h>

#include "host/peer/private.h"

#define BAN_US (60 * G_USEC_PER_SEC)
/* Hosts have certificates of trusted CAs, so there are not many. */
#define BANNED_MAX 4096u

typedef struct {
	guint8 host[HOST_ID_LEN];
	gint64 until; /* monotonic, us */
} Ban;

void
peers_ban(Peers *peers, const PeerHost *host)
{
	Ban *ban;

	if (g_hash_table_size(peers->banned) >= BANNED_MAX)
		return;
	ban = g_new(Ban, 1);
	memcpy(ban->host, host->id, HOST_ID_LEN);
	ban->until = g_get_monotonic_time() + BAN_US;
	g_hash_table_replace(peers->banned, ban->host, ban);
}

gboolean
peers_is_banned(const Peers *peers, const PeerHost *host)
{
	return g_hash_table_contains(peers->banned, host->id);
}

static gboolean
is_over(gpointer key, gpointer value, gpointer data)
{
	return ((const Ban *)value)->until <= *(const gint64 *)data;
}

void
peers_end_bans(Peers *peers, gint64 now)
{
	g_hash_table_foreach_remove(peers->banned, is_over, &now);
}
