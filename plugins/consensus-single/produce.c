/* SPDX-License-Identifier: Apache-2.0
 *
 * Who produces, and its blocks.
 */
#include "plugins/consensus-single/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* ---- who produces ------------------------------------------------------ */

/* What a block's members are: their number, the last one's key, and whether it
 * is this node's. */
typedef struct {
	bsn_members_sink sink; /* first */
	bsn_chain *chain;
	guint64 n;
	GByteArray *key;
	gboolean own;
} Producer;

static gboolean
is_own(bsn_chain *chain, const bsn_member *member)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	BufferSink out = buffer_sink(key, BSN_PUBLIC_KEY_MAX);

	return single_services.keys->node_public_key(chain, member->algorithm,
					      &out.sink, NULL) == BSN_OK &&
	       bsn_slice_equal(buffer_slice(key), member->public_key);
}

static int32_t
note_member(bsn_members_sink *sink, const bsn_member *member)
{
	Producer *producer = (Producer *)sink;

	producer->n++;
	g_byte_array_set_size(producer->key, 0);
	g_byte_array_append(producer->key, member->public_key.data,
			    (guint)member->public_key.len);
	producer->own = is_own(producer->chain, member);
	return BSN_OK;
}

int32_t
single_find_producer(bsn_agreement *agreement, const bsn_id *block, GByteArray *key,
	      gboolean *own, bsn_err *err)
{
	Producer producer = { { note_member }, agreement->chain, 0, key,
			      FALSE };
	int32_t status = agreement->tree->members(agreement->proposer, block,
						  &producer.sink);

	*own = producer.own;
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the members of a block are not there");
	return single_check_members(producer.n, err);
}

/* Where several agree on what follows, another protocol takes over. */
int32_t
single_take_producer(bsn_agreement *agreement, const bsn_id *root,
		     bsn_err *err)
{
	int32_t status =
		single_find_producer(agreement, root, agreement->producer,
				     &agreement->produces, err);

	if (status == BSN_OK || status != BSN_BAD_REQUEST)
		return status;
	agreement->produces = FALSE;
	single_log(agreement, BSN_LOG_INFO,
		   "consensus single ends with this block: %s", err->reason);
	return BSN_OK;
}

gboolean
single_is_seal(const bsn_seal *seal)
{
	return seal->justify.len == 0 && seal->term == 0 &&
	       seal->target_bits == 0 && seal->nonce == 0;
}

/* ---- making blocks ----------------------------------------------------- */

static guint64
now_ms(const bsn_agreement *agreement)
{
	return single_services.clock->mono_ns(agreement->chain) / 1000000u;
}

void
single_stop(bsn_agreement *agreement, int32_t status, const char *reason)
{
	agreement->stopped = status;
	single_log(agreement, BSN_LOG_ERROR,
		 "the chain stops, consensus single cannot go on: %s", reason);
}

/* Makes a block final; what it changes of the producer counts from now on. */
static gboolean
finalize(bsn_agreement *agreement, const bsn_id *id, bsn_err *err)
{
	int32_t status = agreement->tree->prefer(agreement->proposer, id);

	if (status == BSN_OK)
		status = agreement->tree->finalize(agreement->proposer, id,
						   bsn_slice_of(NULL, 0), err);
	if (status == BSN_OK)
		status = single_take_producer(agreement, id, err);
	if (status != BSN_OK)
		single_stop(agreement, status, err->reason);
	return status == BSN_OK;
}

/* One block upon the root; FALSE when there is none now. What makes the engine
 * call pending again inside the call is not forgotten. */
static gboolean
produce(bsn_agreement *agreement)
{
	BufferSink out = buffer_sink(agreement->block, BSN_PROPOSAL_MAX);
	bsn_err err = BSN_ERR_INIT;
	bsn_tree_block root = { .size = sizeof(root) };
	bsn_seal seal = { .size = sizeof(seal) };
	bsn_id parent, id;
	int32_t answer;

	agreement->wanted = FALSE;
	answer = agreement->tree->root(agreement->proposer, &root);
	if (answer == BSN_OK) {
		parent = root.id;
		seal.round = root.seal.round + 1;
		seal.time_ms = MAX(root.seal.time_ms,
				   single_services.clock->wall_ms(agreement->chain));
		g_byte_array_set_size(agreement->block, 0);
		answer = agreement->tree->extend(agreement->proposer, &parent,
						 &seal, 0, &out.sink, &id,
						 &err);
	}
	if (answer < 0 || answer == BSN_TOO_LARGE)
		single_log(agreement, BSN_LOG_ERROR,
			 "the next block cannot be made (status %d): %s",
			 answer, err.reason);
	if (answer != BSN_OK || !finalize(agreement, &id, &err))
		return FALSE;
	agreement->wanted = TRUE;
	agreement->not_before = now_ms(agreement) + agreement->period;
	return TRUE;
}

/* Blocks that were made before the node was stopped, and whose being final is
 * not in the store: its own, so they are final. What another protocol has left
 * upon the block with which it ended is none of them. */
typedef struct {
	bsn_tree_sink sink; /* first */
	bsn_slice producer;
	bsn_id parent; /* the last one found */
	gboolean found;
} Chain;

static int32_t
follow(bsn_tree_sink *sink, const bsn_tree_block *block)
{
	Chain *chain = (Chain *)sink;

	if (bsn_slice_equal(bsn_id_slice(&block->parent),
			    bsn_id_slice(&chain->parent)) &&
	    bsn_slice_equal(block->proposer, chain->producer) &&
	    single_is_seal(&block->seal)) {
		chain->parent = block->id;
		chain->found = TRUE;
	}
	return BSN_OK;
}

static void
resume(bsn_agreement *agreement)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_tree_block root = { .size = sizeof(root) };
	Chain chain = { .sink = { follow },
			.producer = buffer_slice(agreement->producer) };

	if (!agreement->produces ||
	    agreement->tree->root(agreement->proposer, &root) != BSN_OK)
		return;
	chain.parent = root.id;
	(void)agreement->tree->walk(agreement->proposer, &chain.sink);
	if (chain.found)
		(void)finalize(agreement, &chain.parent, &err);
}

/* The engine may call back in; the loop then goes on with it. */
void
single_advance(bsn_agreement *agreement)
{
	if (agreement->busy)
		return;
	agreement->busy = TRUE;
	if (!agreement->resumed)
		resume(agreement);
	agreement->resumed = TRUE;
	while (agreement->wanted && agreement->produces &&
	       agreement->stopped == BSN_OK &&
	       now_ms(agreement) >= agreement->not_before)
		(void)produce(agreement);
	agreement->busy = FALSE;
	if (agreement->wanted && agreement->produces &&
	    agreement->stopped == BSN_OK)
		(void)single_services.timer->set(agreement->chain, TIMER_PERIOD,
					  agreement->not_before -
						  now_ms(agreement));
}
