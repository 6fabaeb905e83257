/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest of a checkpoint, and its sections, from all peers at once.
 */
#include "plugins/engine-fisco/net/join.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/section.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* ---- asking ----------------------------------------------------------------- */

static gboolean
is_on_its_way(const Join *join, guint number)
{
	for (guint i = 0; i < join->parts->len; i++)
		if (((const JoinPart *)join->parts->pdata[i])->part == number)
			return TRUE;
	return FALSE;
}

static JoinPart *
part_of(const Join *join, const NetPeer *peer)
{
	for (guint i = 0; i < join->parts->len; i++) {
		JoinPart *part = join->parts->pdata[i];

		if (part->giver == peer)
			return part;
	}
	return NULL;
}

static guint
index_of(const Join *join, const JoinPart *part)
{
	guint index = 0;

	(void)g_ptr_array_find(join->parts, part, &index);
	return index;
}

static JoinPart *
add_part(Join *join, guint number, NetPeer *peer)
{
	JoinPart *part = g_new0(JoinPart, 1);

	part->part = number;
	part->giver = peer;
	part->bytes = g_byte_array_new();
	g_ptr_array_add(join->parts, part);
	return part;
}

static gboolean
has_manifest(const Join *join)
{
	return join->install.checkpoint == join->checkpoint;
}

/* The first part that nobody is asked for; NULL: all are. */
static JoinPart *
next_part(Join *join, NetPeer *peer)
{
	if (!has_manifest(join))
		return is_on_its_way(join, 0) ? NULL : add_part(join, 0, peer);
	for (guint i = 0; i < manifest_n(&join->manifest); i++)
		if (!install_has(&join->install, i) &&
		    !is_on_its_way(join, i + 1))
			return add_part(join, i + 1, peer);
	return NULL;
}

static void
ask(Ledger *ledger, Join *join, NetPeer *peer)
{
	JoinPart *part = part_of(join, peer);
	NetQuestion question = { .kind = NET_GET_SNAPSHOT,
				 .first = join->checkpoint };

	if (part == NULL)
		part = next_part(join, peer);
	if (part == NULL)
		return;
	question.count = part->part;
	question.offset = part->bytes->len;
	(void)net_peer_ask(ledger, peer, &question);
}

/* Whether it has the checkpoint, by what it says of itself. */
static gboolean
has_it(const Ledger *ledger, const Join *join, const NetPeer *peer)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;

	return peer->reachable && peer->earliest <= join->checkpoint + 1 &&
	       peer->height >= join->checkpoint + snapshot_lag(interval) &&
	       peer->height < join->checkpoint + 2 * interval;
}

void
join_parts_ask(Ledger *ledger, Join *join)
{
	const guint64 now = services_mono_ms(ledger->chain);
	gboolean nobody = TRUE;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++) {
		if (!has_it(ledger, join, peer))
			continue;
		nobody = FALSE;
		if (net_peer_is_free(peer, join->checkpoint, now))
			ask(ledger, join, peer);
	}
	if (nobody)
		join->target = MAX(join->target, sync_target(ledger));
}

/* ---- judging ---------------------------------------------------------------- */

static void
lied(Ledger *ledger, NetPeer *peer, const JoinPart *part, const char *reason)
{
	net_peer_lied(ledger, peer, ledger->head.number,
		      "what it gave for part %u of the snapshot of block "
		      "%" G_GUINT64_FORMAT " is not right: %s",
		      part->part, ledger->net->sync->join->checkpoint, reason);
}

/* Whether it is the one that a header names. */
static gboolean
is_certified(const Ledger *ledger, const Join *join, const JoinPart *part)
{
	guint8 digest[HASH_LEN];

	return suite_digest1(&ledger->suite, buffer_slice(part->bytes),
			     digest) == BSN_OK &&
	       memcmp(digest, join->digest, HASH_LEN) == 0;
}

static void
take_manifest(Ledger *ledger, Join *join, NetPeer *peer, const JoinPart *part)
{
	const bsn_slice bytes = buffer_slice(part->bytes);
	Manifest manifest;
	int32_t status;

	/* Blocks of before are on their way to the disk. */
	if (ledger->committed.length > 0) {
		join_pause(ledger);
		return;
	}
	if (!is_certified(ledger, join, part)) {
		lied(ledger, peer, part, "the chain agreed on another digest");
		return;
	}
	if (!manifest_read(bytes, &manifest)) {
		lied(ledger, peer, part, "it is no manifest");
		return;
	}
	status = install_begin(ledger, &join->install, &manifest, bytes,
			       join->manifest.sections != NULL ? &join->manifest
							       : NULL);
	if (status != BSN_OK) {
		manifest_clear(&manifest);
		join_pause(ledger);
		return;
	}
	manifest_clear(&join->manifest);
	join->manifest = manifest;
}

static void
take_section(Ledger *ledger, Join *join, NetPeer *peer, const JoinPart *part)
{
	const guint index = part->part - 1;
	g_auto(Entries) entries = { NULL, NULL };
	bsn_err err = BSN_ERR_INIT;
	LtHash vector;
	int32_t status;

	entries_init(&entries);
	status = section_read(ledger, &join->manifest, index,
			      buffer_slice(part->bytes), &entries, &vector,
			      &err);
	if (status == BSN_BAD_REQUEST) {
		lied(ledger, peer, part, err.reason);
		return;
	}
	if (status == BSN_OK)
		status = install_section(ledger, &join->install,
					 &join->manifest, index, &entries,
					 &vector);
	if (status != BSN_OK)
		join_pause(ledger);
}

/* ---- receiving -------------------------------------------------------------- */

/* Appends a piece; NULL, or what is wrong with it. */
static const char *
put_piece(JoinPart *part, const NetMessage *message)
{
	RlpReader reader = rlp_reader(message->items);
	const NetPiece piece = net_piece_read(&reader);

	if (part->total != 0 && part->total != piece.total)
		return "it has another length now";
	if (part->bytes->len + piece.bytes.len > piece.total)
		return "it is longer than it said";
	part->total = piece.total;
	g_byte_array_append(part->bytes, piece.bytes.data,
			    (guint)piece.bytes.len);
	return NULL;
}

/* A part that is whole is not on its way any more, whatever it is. */
static void
take(Ledger *ledger, Join *join, NetPeer *peer, const NetMessage *message)
{
	JoinPart *part = part_of(join, peer);
	const char *wrong;

	if (part == NULL || part->part != message->count)
		return;
	wrong = put_piece(part, message);
	if (wrong != NULL) {
		lied(ledger, peer, part, wrong);
		return;
	}
	net_peer_was_useful(peer);
	join->refusals = 0;
	if (part->bytes->len < part->total)
		return;
	(void)g_ptr_array_steal_index_fast(join->parts,
					   index_of(join, part));
	if (part->part == 0)
		take_manifest(ledger, join, peer, part);
	else if (has_manifest(join))
		take_section(ledger, join, peer, part);
	g_byte_array_unref(part->bytes);
	g_free(part);
}

void
join_part_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	const NetQuestion asked = peer->asked;
	Join *join = ledger->net->sync != NULL ? ledger->net->sync->join : NULL;

	if (asked.kind != NET_GET_SNAPSHOT || asked.first != message->height ||
	    asked.count != message->count || asked.offset != message->offset) {
		ledger->net->dropped.unasked++;
		return;
	}
	peer->asked.kind = 0;
	if (join == NULL || join->checkpoint != message->height ||
	    join->ending) {
		sync_let_go(ledger, peer, FALSE);
	} else if (message->n == 0) {
		net_peer_rests(ledger, peer);
		join_refresh(ledger, join);
	} else {
		take(ledger, join, peer, message);
	}
	sync_run(ledger);
}
