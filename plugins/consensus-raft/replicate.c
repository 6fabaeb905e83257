/* SPDX-License-Identifier: Apache-2.0
 *
 * What the leader sends to each peer: entries ahead of answers while its log is
 * known to be like ours, one message at a time while that is being found out,
 * and a snapshot when what it lacks has been compacted away (Ongaro, 2014,
 * 3.5, 5, 10.2).
 */
#include "plugins/consensus-raft/core.h"

/* Bytes of one message's entries, unless a single one is larger: enough for the
 * network, and heartbeats of other chains are not kept waiting. */
#define MESSAGE_BYTES (1u << 20)
/* Bytes and entries that a peer may have unanswered. */
#define WINDOW_BYTES (8u << 20)
#define WINDOW_ENTRIES 4096u

gboolean
raft_was_heard(const Raft *raft, const RaftPeer *peer)
{
	return raft->now - peer->heard <= raft->options.election_ms;
}

void
raft_peer_reset(const Raft *raft, RaftPeer *peer)
{
	*peer = (RaftPeer){
		.key = peer->key,
		.state = PEER_PROBE,
		.next = raft_log_last(&raft->log) + 1,
		.heard = raft->now,
	};
}

/* ---- entries ------------------------------------------------------------- */

static gboolean
put_entry(Raft *raft, guint64 index, GByteArray *out)
{
	const RaftEntry *entry = raft_log_entry(&raft->log, index);
	RaftEntryView view = {
		entry->kind, entry->term, entry->height, { NULL, 0 }
	};
	g_autoptr(GBytes) data = NULL;
	gsize len = 0;

	if (entry->size > 0) {
		data = raft_entry_data(raft, index);
		if (data == NULL)
			return FALSE;
		view.data.data = g_bytes_get_data(data, &len);
		view.data.len = len;
	}
	raft_entry_put(&view, out);
	return TRUE;
}

static guint32
put_entries(Raft *raft, guint64 index, GByteArray *out)
{
	guint64 last = raft_log_last(&raft->log);
	guint32 n = 0;

	while (index + n <= last && n < RAFT_ENTRIES_MAX) {
		const RaftEntry *entry = raft_log_entry(&raft->log, index + n);

		if (n > 0 && out->len + entry->size > MESSAGE_BYTES)
			break;
		if (!put_entry(raft, index + n, out))
			break;
		n++;
	}
	return n;
}

static void
send_append(Raft *raft, RaftPeer *peer, gboolean entries, guint8 flags)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	RaftMessage message = {
		.type = RAFT_APPEND,
		.flags = flags,
		.term = raft->term,
		.index = peer->next - 1,
		.log_term = raft_log_term(&raft->log, peer->next - 1),
	};

	if (entries)
		message.n = put_entries(raft, peer->next, body);
	message.commit = raft_members_commit(raft, message.index + message.n);
	message.entries = bsn_slice_of(body->data, body->len);
	raft_send(raft, peer->key, &message);
	peer->commit_sent = message.commit;
	if (peer->state != PEER_REPLICATE)
		return;
	peer->next += message.n;
	peer->window += body->len;
}

/* ---- a snapshot: the ledger at the durable height ------------------------ */

static void
send_snapshot(Raft *raft, RaftPeer *peer)
{
	guint64 index = MAX(raft->applied_index, raft->log.base.index);
	guint64 set;
	g_autoptr(GPtrArray) voters = raft_log_voters(&raft->log, index, &set);
	const RaftMessage message = {
		.type = RAFT_SNAPSHOT,
		.term = raft->term,
		.index = index,
		.log_term = raft_log_term(&raft->log, index),
		.height = raft_log_height(&raft->log, index),
		.voters = voters,
	};

	raft_send(raft, peer->key, &message);
	peer->waiting = TRUE;
}

/* ---- each peer ----------------------------------------------------------- */

static gboolean
has_room(const RaftPeer *peer)
{
	return peer->window < WINDOW_BYTES &&
	       peer->next - peer->match <= WINDOW_ENTRIES;
}

static void
stream(Raft *raft, RaftPeer *peer)
{
	guint64 last = raft_log_last(&raft->log);
	gboolean any = FALSE;

	while (peer->next <= last && has_room(peer)) {
		guint64 next = peer->next;

		send_append(raft, peer, TRUE, 0);
		any = TRUE;
		if (peer->next == next)
			return;
	}
	if (!any &&
	    peer->commit_sent < raft_members_commit(raft, peer->next - 1))
		send_append(raft, peer, FALSE, 0);
}

static void
replicate_to(Raft *raft, RaftPeer *peer)
{
	if (peer->next <= raft->log.base.index &&
	    peer->state != PEER_SNAPSHOT) {
		peer->state = PEER_SNAPSHOT;
		peer->waiting = FALSE;
	}
	if (peer->state == PEER_REPLICATE) {
		stream(raft, peer);
		return;
	}
	if (peer->waiting)
		return;
	if (peer->state == PEER_SNAPSHOT) {
		send_snapshot(raft, peer);
		return;
	}
	/* One that may be down gets no blocks in vain. */
	send_append(raft, peer, raft_was_heard(raft, peer), 0);
	peer->waiting = TRUE;
}

void
raft_replicate(Raft *raft)
{
	for (guint i = 0; i < raft->peers->len; i++)
		if (!raft->quiet)
			replicate_to(raft, raft->peers->pdata[i]);
	if (raft->retiring)
		raft_abdicate(raft);
}

/* What was sent and is not answered may be lost: a probe is sent again. In a
 * stream the follower notices by itself that something is missing, since a
 * heartbeat names the entry before the next one. */
void
raft_heartbeat(Raft *raft, RaftPeer *peer, guint8 flags)
{
	peer->waiting = FALSE;
	if (peer->state == PEER_REPLICATE && peer->next > raft->log.base.index)
		send_append(raft, peer, FALSE, flags);
	else
		replicate_to(raft, peer);
}

/* ---- answers ------------------------------------------------------------- */

gboolean
raft_peer_matched(Raft *raft, RaftPeer *peer, guint64 match)
{
	if (match > raft_log_last(&raft->log))
		return FALSE;
	for (guint64 i = MAX(peer->match, raft->log.base.index) + 1;
	     i <= match && i < peer->next; i++) {
		guint64 size =
			RAFT_ENTRY_HEAD + raft_log_entry(&raft->log, i)->size;

		peer->window -= MIN(size, peer->window);
	}
	peer->match = MAX(peer->match, match);
	peer->next = MAX(peer->next, peer->match + 1);
	if (peer->next == peer->match + 1)
		peer->window = 0;
	if (peer->match < raft->log.base.index)
		return TRUE;
	peer->waiting = FALSE;
	if (peer->state != PEER_REPLICATE) {
		peer->state = PEER_REPLICATE;
		peer->next = peer->match + 1;
		peer->window = 0;
	}
	return TRUE;
}

void
raft_peer_refused(RaftPeer *peer, const RaftMessage *reply)
{
	/* An answer to what was sent earlier says nothing new. */
	if (peer->state == PEER_SNAPSHOT || reply->echo <= peer->match ||
	    reply->echo >= peer->next ||
	    (peer->state == PEER_PROBE && reply->echo != peer->next - 1))
		return;
	peer->next = MAX(MIN(reply->index + 1, reply->echo), peer->match + 1);
	peer->state = PEER_PROBE;
	peer->waiting = FALSE;
	peer->window = 0;
}
