/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers with their certificates. A header is believed when it follows the one
 * before it and the members that agree on its height have signed it. Which
 * members those are may change with any block before; so a certificate that
 * does not hold is a lie only for the block that comes next.
 */
#include "plugins/engine-fisco/net/sync.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* A header that has come. */
typedef struct {
	NetHeader raw;
	Header header;
	guint8 hash[HASH_LEN];
	int32_t status; /* of its certificate */
	bsn_err err;
} Candidate;

typedef struct {
	bsn_jobs jobs;
	const Ledger *ledger;
	Candidate *candidates;
} Verifying;

static guint64
next_number(const Ledger *ledger)
{
	const SyncBlock *last = window_last(&ledger->net->sync->window);

	return (last != NULL ? last->number : ledger->head.number) + 1;
}

/* ---- asking -------------------------------------------------------------- */

static gboolean
is_asking(const Ledger *ledger)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->asked.kind == NET_GET_HEADERS)
			return TRUE;
	return FALSE;
}

void
headers_ask(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;
	const guint have = sync->window.blocks->len;
	NetQuestion question = { .kind = NET_GET_HEADERS,
				 .first = next_number(ledger) };
	NetPeer *peer;

	if (have == 0)
		sync->hold = FALSE;
	if (sync->hold || have > WINDOW_BLOCKS / 2 || is_asking(ledger))
		return;
	question.count = MIN(NET_BLOCKS_MAX, WINDOW_BLOCKS - have);
	do
		peer = sync_pick(ledger, question.first);
	while (peer != NULL && !net_peer_ask(ledger, peer, &question));
}

/* ---- judging ------------------------------------------------------------- */

/* Whether it is a header with this number that follows that block. */
static gboolean
follows(const Suite *suite, Candidate *candidate, guint64 number,
	const guint8 *parent)
{
	RlpReader reader = rlp_reader(candidate->raw.header);

	header_read(&reader, &candidate->header);
	return rlp_finish(&reader, NULL) == BSN_OK &&
	       suite_digest1(suite, candidate->raw.header, candidate->hash) ==
		       BSN_OK &&
	       candidate->header.number == number &&
	       memcmp(candidate->header.parent_hash, parent, HASH_LEN) == 0;
}

/* How many follow one after the other. */
static guint64
read_candidates(const Ledger *ledger, const NetMessage *message,
		Candidate *candidates)
{
	const SyncBlock *last = window_last(&ledger->net->sync->window);
	const guint8 *parent = last != NULL ? last->hash : ledger->head.hash;
	RlpReader reader = rlp_reader(message->items);
	guint64 n;

	for (n = 0; n < message->n; n++) {
		candidates[n].raw = net_header_read(&reader);
		if (!follows(&ledger->suite, &candidates[n],
			     message->height + n, parent))
			break;
		parent = candidates[n].hash;
	}
	return n;
}

static void
verify_one(bsn_jobs *jobs, uint64_t index)
{
	const Verifying *verifying = (const Verifying *)jobs;
	const Ledger *ledger = verifying->ledger;
	Candidate *candidate = &verifying->candidates[index];

	const bsn_member *members;
	guint n;

	members = net_members(ledger, &n);
	candidate->err = (bsn_err)BSN_ERR_INIT;
	candidate->status = ledger->consensus->verify(
		members, n, candidate->header.number,
		bsn_slice_of(candidate->hash, HASH_LEN),
		candidate->raw.certificate, &candidate->err);
}

/* How many of them are certified, from the first on. A protocol without
 * certificates is for members that trust each other. */
static guint64
verify_all(Ledger *ledger, Candidate *candidates, guint64 n)
{
	Verifying verifying = { { verify_one }, ledger, candidates };
	guint64 good = 0;

	if (!BSN_HAS(ledger->consensus, verify))
		return n;
	if (n > 1)
		services.parallel->run(ledger->chain, &verifying.jobs, n);
	else if (n == 1)
		verify_one(&verifying.jobs, 0);
	while (good < n && candidates[good].status == BSN_OK)
		good++;
	return good;
}

static void
add(Ledger *ledger, NetPeer *peer, const Candidate *candidate)
{
	SyncBlock *block =
		window_add(&ledger->net->sync->window, candidate->header.number,
			   candidate->raw.header, candidate->raw.certificate);

	memcpy(block->hash, candidate->hash, HASH_LEN);
	memcpy(block->txs_root, candidate->header.txs_root, HASH_LEN);
	block->from = peer;
}

/* The rest of what a peer has sent is not believed. */
static void
judge_rest(Ledger *ledger, NetPeer *peer, const Candidate *candidate,
	   guint64 number, gboolean follows)
{
	if (!follows)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its header %" G_GUINT64_FORMAT
			      " does not follow the one before",
			      number);
	else if (number == ledger->head.number + 1)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its block %" G_GUINT64_FORMAT
			      " is not certified: %s",
			      number, candidate->err.reason);
	else
		ledger->net->sync->hold = TRUE;
}

static void
take(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	g_autofree Candidate *candidates = g_new0(Candidate, message->n);
	const guint64 linked = read_candidates(ledger, message, candidates);
	const guint64 good = verify_all(ledger, candidates, linked);

	for (guint64 i = 0; i < good; i++)
		add(ledger, peer, &candidates[i]);
	if (good > 0)
		net_peer_was_useful(peer);
	if (good < message->n)
		judge_rest(ledger, peer, &candidates[good],
			   message->height + good, good < linked);
}

void
headers_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	const NetQuestion asked = peer->asked;

	if (asked.kind != NET_GET_HEADERS || asked.first != message->height) {
		ledger->net->dropped.unasked++;
		return;
	}
	peer->asked.kind = 0;
	if (message->n == 0)
		net_peer_has_not(ledger, peer, message->height);
	else if (message->n > asked.count)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "it sent more headers than it was asked for");
	else if (ledger->net->sync != NULL &&
		 message->height == next_number(ledger))
		take(ledger, peer, message);
	sync_run(ledger);
}
