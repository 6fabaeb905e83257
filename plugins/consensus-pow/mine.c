/* SPDX-License-Identifier: Apache-2.0
 *
 * Mining: some hashes, then a pause in which the chain does other things, so that
 * mining takes no more than its share of a core.
 */
#include "plugins/consensus-pow/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* Nonces of a block's header. */
#define NONCES ((guint64)G_MAXINT32 + 1)
/* A block's time, and what it holds, are made anew so often: this part of a
 * period, but not more often than that. */
#define SEAL_PARTS 4u
#define SEAL_MIN_MS 50u

gboolean
mine_is_loaded(Pow *pow)
{
	const PowBlock *block = pow->head;

	for (; block != NULL && block != pow->root;
	     block = g_hash_table_lookup(pow->blocks, &block->parent))
		if (block->loaded)
			return TRUE;
	return FALSE;
}

static gboolean
has_reason(Pow *pow)
{
	return pow->wanted || pow->config.always || mine_is_loaded(pow);
}

static gboolean
may_mine(const Pow *pow)
{
	return pow->member && pow->stopped == BSN_OK;
}

void
mine_go(Pow *pow)
{
	if (pow->mining || !may_mine(pow) || !has_reason(pow))
		return;
	pow->mining = TRUE;
	(void)services.timer->set(pow->chain, TIMER_MINE, 0);
}

/* ---- one turn ---------------------------------------------------------- */

static void
make_seal(Pow *pow)
{
	const guint64 now = services_now_ms(pow->chain);
	const guint64 fresh = MAX(pow->config.period / SEAL_PARTS, SEAL_MIN_MS);
	const PowBlock *head = pow->head;

	if (id_equal(&pow->upon, &head->id) && now < pow->sealed_ms + fresh &&
	    pow->seal.nonce < NONCES)
		return;
	pow->upon = head->id;
	pow->sealed_ms = now;
	pow->seal = (bsn_seal){
		.size = sizeof(bsn_seal),
		.target_bits = blocks_bits(pow, head),
		.time_ms = MAX(services.clock->wall_ms(pow->chain),
			       head->time_ms + 1),
		.round = head->round + 1,
	};
}

static void
found(Pow *pow, const bsn_id *id)
{
	bsn_tree_block block = { .size = sizeof(block) };
	PowBlock *noted = NULL;

	if (pow->tree->block(pow->proposer, id, &block) == BSN_OK)
		noted = blocks_note(pow, &block);
	pow->upon.len = 0;
	if (noted == NULL)
		return;
	pow->mined++;
	if (target_compare(&noted->work, &pow->best->work) > 0) {
		pow->best = noted;
		g_clear_pointer(&pow->best_bytes, g_bytes_unref);
		pow->best_bytes =
			g_bytes_new(pow->block->data, pow->block->len);
	}
	talk_tell_all(pow);
	choose_advance(pow);
}

static int32_t
seek(Pow *pow, bsn_id *id, bsn_err *err)
{
	BufferSink out = buffer_sink(pow->block, BSN_PROPOSAL_MAX);
	const bsn_id parent = pow->upon;
	const gboolean empty = pow->config.always || mine_is_loaded(pow);
	const guint64 tries =
		MIN(pow->config.hashes, NONCES - pow->seal.nonce);
	int32_t status;

	g_byte_array_set_size(pow->block, 0);
	/* What makes the engine call pending inside is not forgotten. */
	pow->wanted = FALSE;
	status = pow->tree->seek(pow->proposer, &parent, &pow->seal,
				 empty ? BSN_EXTEND_EMPTY : 0, tries, &out.sink,
				 id, err);
	if (status == BSN_EXPIRED || status == BSN_OK)
		pow->wanted = TRUE;
	if (status == BSN_EXPIRED)
		pow->seal.nonce += tries;
	return status;
}

static void
pause(Pow *pow, guint64 began_ns)
{
	const guint64 took =
		services.clock->mono_ns(pow->chain) - began_ns;
	const guint64 rest = took / pow->config.share *
			     (100 - pow->config.share) / 1000000u;

	pow->mining = TRUE;
	(void)services.timer->set(pow->chain, TIMER_MINE,
				  MAX(rest, pow->config.turn_ms));
}

void
mine_turn(Pow *pow)
{
	const guint64 began = services.clock->mono_ns(pow->chain);
	bsn_err err = BSN_ERR_INIT;
	bsn_id id;
	int32_t status;

	pow->mining = FALSE;
	if (!may_mine(pow) || !has_reason(pow))
		return;
	make_seal(pow);
	status = seek(pow, &id, &err);
	if (status == BSN_OK)
		found(pow, &id);
	else if (status < 0 || status == BSN_TOO_LARGE ||
		 status == BSN_BAD_REQUEST)
		services_log(pow->chain, BSN_LOG_ERROR,
			     "the next block cannot be made (status %d): %s",
			     status, err.reason);
	if (status == BSN_OK || status == BSN_EXPIRED)
		pause(pow, began);
}
