/* SPDX-License-Identifier: Apache-2.0
 *
 * All headers, in order, with their certificates: kept for good, so that this
 * node can give them to others. Who certifies the next one is in the header
 * that changes it.
 */
#include "plugins/engine-fisco/net/certified.h"
#include "plugins/engine-fisco/net/join.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* ---- where they stop -------------------------------------------------------- */

int32_t
join_headers_open(Ledger *ledger, Join *join)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	BlockInfo info;
	int32_t status;

	join->install.headers =
		MAX(join->install.headers, ledger->head.number + 1);
	status = info_load(ledger->chain, join->install.headers - 1, memory,
			   &info);
	if (status != BSN_OK)
		return MIN(status, BSN_E_CORRUPT);
	memcpy(join->last_hash, info.hash.data, HASH_LEN);
	member_list_clear(&join->members);
	return membership_ahead(ledger, join->install.headers, &join->members);
}

/* What the header of a block says of a checkpoint. */
static int32_t
read_digest(const Ledger *ledger, guint64 number, guint8 *digest)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	SnapshotExtra extra;
	RlpReader reader;
	Header header;
	BlockInfo info;
	int32_t status = info_load(ledger->chain, number, memory, &info);

	if (status != BSN_OK)
		return status;
	reader = rlp_reader(info.header);
	header_read(&reader, &header);
	if (rlp_finish(&reader, NULL) != BSN_OK)
		return BSN_E_CORRUPT;
	extra = snapshot_extra_read(header.extra);
	if (extra.digest.len != HASH_LEN)
		return BSN_NOT_FOUND;
	memcpy(digest, extra.digest.data, HASH_LEN);
	return BSN_OK;
}

int32_t
join_certified(const Ledger *ledger, const Join *join, guint64 *checkpoint,
	       guint8 *digest)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	const guint64 lag = snapshot_lag(interval);
	const guint64 last = join->install.headers - 1;

	*checkpoint = last > lag ? (last - lag) - (last - lag) % interval : 0;
	return *checkpoint == 0 ? BSN_OK
				: read_digest(ledger, *checkpoint + lag,
					      digest);
}

/* ---- asking ----------------------------------------------------------------- */

/* Whether a peer that answers has promised this one. Those that rest do not
 * count, lest one that promises and is silent holds this node up; unless all
 * do. */
static gboolean
is_promised(const Ledger *ledger, guint64 number)
{
	const guint64 now = services_mono_ms(ledger->chain);
	gboolean resting = FALSE;
	gboolean answer = FALSE;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++) {
		if (!peer->reachable)
			continue;
		if (peer->rest_until_ms > now) {
			resting |= peer->height >= number;
			continue;
		}
		if (peer->height >= number)
			return TRUE;
		answer = TRUE;
	}
	return resting && !answer;
}

gboolean
join_headers_ask(Ledger *ledger, Join *join)
{
	const NetQuestion question = { .kind = NET_GET_HEADERS,
				       .first = join->install.headers,
				       .count = NET_BLOCKS_MAX };
	NetPeer *peer;

	if (join->install.headers <= ledger->head.number) {
		if (join_headers_open(ledger, join) != BSN_OK)
			join_pause(ledger);
		else
			ledger->net->sync->again = TRUE;
		return FALSE;
	}
	if (join->install.headers > join->target)
		return TRUE;
	if (headers_are_asked(ledger))
		return FALSE;
	if (!is_promised(ledger, join->install.headers)) {
		join->target = join->install.headers - 1;
		return TRUE;
	}
	do
		peer = sync_pick(ledger, question.first);
	while (peer != NULL && !net_peer_ask(ledger, peer, &question));
	return FALSE;
}

/* ---- judging ---------------------------------------------------------------- */

/* The lists of members that a run of headers names; candidates point to them. */
typedef struct {
	GPtrArray *lists; /* MemberList */
	const MemberList *last;
} Lists;

static void
list_free(gpointer list)
{
	member_list_clear(list);
	g_free(list);
}

static gboolean
follow_members(const Ledger *ledger, const Candidate *candidate, Lists *lists)
{
	const SnapshotExtra extra =
		snapshot_extra_read(candidate->header.extra);
	MemberList *list;

	if (extra.members.len == 0)
		return TRUE;
	list = g_new0(MemberList, 1);
	g_ptr_array_add(lists->lists, list);
	if (member_list_read(extra.members,
			     suite_algorithm(ledger->suite.sm),
			     list) != BSN_OK)
		return FALSE;
	lists->last = list;
	return TRUE;
}

/* Sets who agree on each, as far as that can be read. */
static guint64
set_members(const Ledger *ledger, Candidate *candidates, guint64 n,
	    Lists *lists)
{
	for (guint64 i = 0; i < n; i++) {
		candidates[i].members = member_list_at(lists->last, 0);
		candidates[i].n_members = lists->last->members->len;
		if (!follow_members(ledger, &candidates[i], lists))
			return i;
	}
	return n;
}

static int32_t
store(Ledger *ledger, Join *join, const Candidate *candidates, guint64 n)
{
	g_auto(Batch) batch = { NULL, NULL };
	const Install after = {
		.headers = join->install.headers + n,
		.checkpoint = join->install.checkpoint,
		.done = join->install.done,
	};

	batch_init(&batch, 3 * (guint)n + 1);
	for (guint64 i = 0; i < n; i++) {
		const Candidate *candidate = &candidates[i];
		const guint64 number = candidate->header.number;
		const SnapshotExtra extra =
			snapshot_extra_read(candidate->header.extra);

		/* Consensus has brought the block whole meanwhile. */
		if (number <= ledger->head.number)
			continue;
		install_header(number, candidate->raw.header, candidate->hash,
			       candidate->raw.certificate, &batch);
		if (extra.members.len > 0)
			membership_put_list(extra.members, number + 1, &batch);
	}
	install_put(&after, &batch);
	return batch_commit(&batch, ledger->chain, 0, NULL);
}

/* They are in the store. */
static void
advance(const Ledger *ledger, Join *join, const Candidate *last, guint64 n)
{
	g_auto(MemberList) list = { NULL, NULL };

	join->install.headers += n;
	memcpy(join->last_hash, last->hash, HASH_LEN);
	if (membership_ahead(ledger, join->install.headers, &list) != BSN_OK)
		return;
	member_list_clear(&join->members);
	join->members = list;
	list = (MemberList){ NULL, NULL };
}

static void
blame(Ledger *ledger, NetPeer *peer, const Candidate *candidate,
      guint64 number, gboolean follows)
{
	if (follows)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its block %" G_GUINT64_FORMAT
			      " is not certified: %s",
			      number, candidate->err.reason);
	else
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its header %" G_GUINT64_FORMAT
			      " does not follow the one before",
			      number);
}

static void
take(Ledger *ledger, Join *join, NetPeer *peer, const NetMessage *message)
{
	g_autofree Candidate *candidates = g_new0(Candidate, message->n);
	g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(list_free);
	Lists lists = { memory, &join->members };
	const guint64 linked = certified_read(ledger, message, join->last_hash,
					      candidates);
	const guint64 n = set_members(ledger, candidates, linked, &lists);
	const guint64 good = certified_verify(ledger, candidates, n);

	if (good > 0 && store(ledger, join, candidates, good) != BSN_OK) {
		join_pause(ledger);
		return;
	}
	if (good > 0) {
		advance(ledger, join, &candidates[good - 1], good);
		net_peer_was_useful(peer);
	}
	if (good < message->n)
		blame(ledger, peer, &candidates[good], message->height + good,
		      good < linked);
}

void
join_headers_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	Join *join = ledger->net->sync->join;

	/* A block that consensus has committed meanwhile has its own records. */
	if (message->height == join->install.headers &&
	    message->height > ledger->head.number)
		take(ledger, join, peer, message);
}
