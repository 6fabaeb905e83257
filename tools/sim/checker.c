/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/checker_private.h"
#include "tools/sim/workload.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

SimChecker *
sim_checker_new(void)
{
	SimChecker *checker = g_new0(SimChecker, 1);

	checker->blocks = g_array_new(FALSE, TRUE, sizeof(SimBlock));
	checker->decisions = g_array_new(FALSE, TRUE, sizeof(SimDecision));
	checker->executed = g_hash_table_new_full(g_int64_hash, g_int64_equal,
						  g_free, g_free);
	return checker;
}

void
sim_checker_free(SimChecker *checker)
{
	if (checker == NULL)
		return;
	g_array_unref(checker->blocks);
	g_array_unref(checker->decisions);
	g_hash_table_unref(checker->executed);
	g_free(checker);
}

guint64
sim_checker_height(const SimWorld *world)
{
	guint len = world->checker->blocks->len;

	return len > 0 ? len - 1 : 0;
}

/* ---- asking -------------------------------------------------------------- */

/* Nothing goes wrong while the checker asks. */
static bsn_reply *
ask(bsn_chain *chain, SimAnswer expects)
{
	bsn_reply *reply = sim_reply_new(chain, expects);

	chain->world->asking = TRUE;
	g_ptr_array_add(chain->world->old_replies, reply);
	return reply;
}

static bsn_reply *
asked(bsn_reply *reply, int32_t returned)
{
	sim_reply_asked(reply, returned);
	reply->chain->world->asking = FALSE;
	return reply;
}

static bsn_reply *
ask_block(bsn_chain *chain, guint64 number)
{
	bsn_reply *reply = ask(chain, SIM_ANSWER_BLOCK);
	const bsn_block_query query = { .size = sizeof(query),
					.by = BSN_BLOCK_BY_NUMBER,
					.number = number };

	return asked(reply, chain->world->engine->block->get(
				    chain->ledger, &query, reply,
				    &reply->err));
}

static bsn_reply *
ask_tx(bsn_chain *chain, const SimTx *tx)
{
	bsn_reply *reply = ask(chain, SIM_ANSWER_TX);

	return asked(reply, chain->world->engine->tx->get(
				    chain->ledger, bsn_id_slice(&tx->id),
				    reply, &reply->err));
}

/* ---- validity ------------------------------------------------------------ */

/* Gives a transaction its place when the block has it; whether it does. */
static gboolean
place(bsn_chain *chain, SimTx *tx, guint64 number, guint8 *taken, guint64 txs)
{
	SimWorld *world = chain->world;
	const bsn_reply *reply = ask_tx(chain, tx);

	if (reply->status != BSN_OK || reply->tx.stage == BSN_TX_ACCEPTED ||
	    reply->tx.block != number)
		return FALSE;
	if (reply->tx.index >= txs || taken[reply->tx.index] != 0) {
		sim_violate(world,
			    "validity: transaction %" G_GUINT64_FORMAT
			    " is said to be at %" G_GUINT64_FORMAT
			    " of block %" G_GUINT64_FORMAT
			    ", where there is none or another one",
			    tx->number, (guint64)reply->tx.index, number);
		return FALSE;
	}
	taken[reply->tx.index] = 1;
	tx->placed = TRUE;
	tx->block = number;
	tx->index = reply->tx.index;
	tx->took_effect = reply->tx.stage == BSN_TX_COMMITTED;
	sim_checker_effect(world, tx, number, reply->tx.native);
	return TRUE;
}

static void
compare_told(SimWorld *world, const SimTx *tx)
{
	if (tx->placed && tx->told &&
	    (tx->block != tx->told_block || tx->index != tx->told_index))
		sim_violate(world,
			    "durability: a client was told that transaction "
			    "%" G_GUINT64_FORMAT
			    " is in block %" G_GUINT64_FORMAT
			    " at %" G_GUINT64_FORMAT " and it is in block "
			    "%" G_GUINT64_FORMAT " at %" G_GUINT64_FORMAT,
			    tx->number, tx->told_block, tx->told_index,
			    tx->block, tx->index);
}

/* The chain's own transactions stand before all others. */
static guint64
count_generated(const SimWorld *world, const guint8 *taken, guint64 txs)
{
	guint64 n = 0;

	while (n < txs && n < world->workload->generated && taken[n] == 0)
		n++;
	return n;
}

/* Every other place of a new block is taken by one transaction of a client. */
static void
check_txs(bsn_chain *chain, guint64 number, guint64 txs)
{
	SimWorld *world = chain->world;
	SimChecker *checker = world->checker;
	const GPtrArray *all = sim_clients_txs(world);
	g_autofree guint8 *taken = g_malloc0(txs + 1);
	guint64 found = 0;

	for (guint i = checker->first_open; i < all->len; i++) {
		SimTx *tx = all->pdata[i];

		if (!tx->placed && !tx->forged && tx->bytes != NULL &&
		    place(chain, tx, number, taken, txs)) {
			found++;
			compare_told(world, tx);
		}
	}
	while (checker->first_open < all->len &&
	       (((SimTx *)all->pdata[checker->first_open])->placed ||
		((SimTx *)all->pdata[checker->first_open])->forged))
		checker->first_open++;
	found += count_generated(world, taken, txs);
	if (found < txs)
		sim_violate(world,
			    "validity: block %" G_GUINT64_FORMAT
			    " of %s has %" G_GUINT64_FORMAT
			    " transactions, of which %" G_GUINT64_FORMAT
			    " were made by no client or are in a block before",
			    number, chain->name, txs, txs - found);
}

/* ---- blocks -------------------------------------------------------------- */

static void
compare_ids(bsn_chain *chain, const bsn_id *here, const SimBlock *known,
	    const bsn_id *there, const char *what)
{
	if (bsn_slice_equal(bsn_id_slice(here), bsn_id_slice(there)))
		return;
	sim_violate(chain->world,
		    "%s is %02x%02x%02x%02x.. at %s and was "
		    "%02x%02x%02x%02x.. at n%u",
		    what, here->bytes[0], here->bytes[1], here->bytes[2],
		    here->bytes[3], chain->name, there->bytes[0],
		    there->bytes[1], there->bytes[2], there->bytes[3],
		    known->node);
}

static void
check_against(bsn_chain *chain, const SimBlock *known,
	      const bsn_block_info *info, const char *rule)
{
	g_autofree char *block = g_strdup_printf(
		"%s: block %" G_GUINT64_FORMAT, rule, (guint64)info->number);
	g_autofree char *state = g_strdup_printf(
		"%s: the state after block %" G_GUINT64_FORMAT, rule,
		(guint64)info->number);

	compare_ids(chain, &info->hash, known, &known->hash, block);
	compare_ids(chain, &info->state_hash, known, &known->state_hash, state);
}

static void
record(bsn_chain *chain, const bsn_block_info *info)
{
	SimChecker *checker = chain->world->checker;
	const SimBlock block = { info->hash, info->state_hash, info->txs,
				 chain->node->index };
	const SimBlock *before;

	if (info->number > 0) {
		before = &g_array_index(checker->blocks, SimBlock,
					(guint)info->number - 1);
		if (!bsn_slice_equal(bsn_id_slice(&before->hash),
				     bsn_id_slice(&info->previous_hash)))
			sim_violate(chain->world,
				    "prefix: block %" G_GUINT64_FORMAT
				    " of %s does not follow the one before",
				    (guint64)info->number, chain->name);
	}
	g_array_append_val(checker->blocks, block);
	if (info->number > 0)
		check_txs(chain, info->number, info->txs);
}

/* One durable block of an honest node. FALSE when it is not there, unless the
 * node never said so of this one, but of a later one at once. */
static gboolean
look_at(bsn_chain *chain, guint64 number, const char *rule)
{
	SimChecker *checker = chain->world->checker;
	const bsn_reply *reply = ask_block(chain, number);

	/* Another node must have shown which block that is. */
	if (reply->status == BSN_NOT_FOUND && number <= chain->node->left_out)
		return number < checker->blocks->len;
	if (reply->status != BSN_OK) {
		sim_violate(chain->world,
			    "%s: %s has said that block %" G_GUINT64_FORMAT
			    " is durable and does not have it: %s",
			    rule, chain->name, number,
			    reply->status == SIM_PENDING ? "no answer"
							 : reply->err.reason);
		return FALSE;
	}
	if (number < checker->blocks->len)
		check_against(chain,
			      &g_array_index(checker->blocks, SimBlock,
					     (guint)number),
			      &reply->block, rule);
	else
		record(chain, &reply->block);
	return chain->world->violation == NULL;
}

/* A node goes from one block to a later one: by a snapshot, if it is not the
 * next. */
static void
leaves_out(bsn_chain *chain, guint64 from, guint64 to)
{
	if (to > from + 1)
		chain->node->left_out = MAX(chain->node->left_out, to);
	chain->announced = MAX(chain->announced, to);
}

void
sim_checker_announced(bsn_chain *chain, guint64 number)
{
	if (number <= chain->announced && number > 0 && chain->node->honest)
		sim_violate(chain->world,
			    "the ABI's rules: %s announced block "
			    "%" G_GUINT64_FORMAT
			    " after block %" G_GUINT64_FORMAT,
			    chain->name, number, chain->announced);
	leaves_out(chain, chain->announced, number);
	if (chain->world->options->scripted)
		chain->node->height = MAX(chain->node->height, number);
}

void
sim_checker_after(bsn_chain *chain)
{
	SimNode *node = chain->node;

	if (!node->honest || chain->state != SIM_OPEN ||
	    chain->world->options->scripted)
		return;
	while (node->height < chain->announced &&
	       look_at(chain, node->height + 1, "agreement"))
		node->height++;
}

void
sim_checker_booted(bsn_chain *chain)
{
	SimNode *node = chain->node;
	guint64 had = MAX(node->height, node->answered);
	bsn_reply *reply;

	if (chain->world->options->scripted)
		return;
	reply = ask(chain, SIM_ANSWER_LEDGER);
	asked(reply, chain->world->engine->ledger->info(chain->ledger, reply,
							&reply->err));
	if (reply->status != BSN_OK) {
		if (node->honest)
			sim_violate(chain->world,
				    "liveness: %s does not say how high its "
				    "chain is",
				    chain->name);
		return;
	}
	leaves_out(chain, node->height, reply->ledger.height);
	sim_trace(chain->world->trace, chain->name,
		  "stands at block %" G_GUINT64_FORMAT,
		  (guint64)reply->ledger.height);
	if (!node->honest)
		return;
	if (reply->ledger.height < had) {
		sim_violate(chain->world,
			    "durability: %s comes back with block "
			    "%" G_GUINT64_FORMAT " and had told of block "
			    "%" G_GUINT64_FORMAT,
			    chain->name, (guint64)reply->ledger.height, had);
		return;
	}
	if (look_at(chain, node->height, "prefix"))
		sim_checker_after(chain);
}

/* ---- answers ------------------------------------------------------------- */

void
sim_checker_answered(bsn_chain *chain, SimTx *tx, const bsn_tx_result *result)
{
	SimNode *node = chain->node;

	if (tx->told && (tx->told_block != result->block ||
			 tx->told_index != result->index))
		sim_violate(chain->world,
			    "agreement: two honest nodes say that transaction "
			    "%" G_GUINT64_FORMAT " is in blocks "
			    "%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
			    tx->number, tx->told_block,
			    (guint64)result->block);
	tx->told = TRUE;
	tx->told_block = result->block;
	tx->told_index = result->index;
	tx->stage = (int32_t)result->stage;
	node->answered = MAX(node->answered, result->block);
	compare_told(chain->world, tx);
}

/* ---- the end ------------------------------------------------------------- */

gboolean
sim_checker_is_level(const SimWorld *world)
{
	guint64 height = sim_checker_height(world);

	for (guint i = 0; i < world->n_nodes; i++)
		if (world->nodes[i].honest &&
		    (world->nodes[i].height != height ||
		     !sim_process_is_up(&world->nodes[i].processes[0])))
			return FALSE;
	return TRUE;
}

static void
check_told_at(bsn_chain *chain, const SimTx *tx)
{
	const bsn_reply *reply = ask_tx(chain, tx);

	if (reply->status == BSN_NOT_FOUND &&
	    tx->told_block <= chain->node->left_out)
		return;
	if (reply->status != BSN_OK || reply->tx.block != tx->told_block ||
	    reply->tx.index != tx->told_index ||
	    reply->tx.stage != (guint32)tx->stage)
		sim_violate(chain->world,
			    "durability: a client was told that transaction "
			    "%" G_GUINT64_FORMAT
			    " is in block %" G_GUINT64_FORMAT
			    ", and in the end %s does not say so",
			    tx->number, tx->told_block, chain->name);
}

void
sim_checker_end(SimWorld *world)
{
	const GPtrArray *txs = sim_clients_txs(world);

	for (guint i = 0; i < world->n_nodes; i++)
		for (guint t = 0; t < txs->len && world->nodes[i].honest; t++) {
			const SimTx *tx = txs->pdata[t];

			if (tx->told)
				check_told_at(&world->nodes[i].processes[0],
					      tx);
		}
}
