/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pow/pow.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pow/private.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/tree.h"

/* ---- joining and leaving ----------------------------------------------- */

static int32_t
check_config(bsn_slice text, uint64_t member_count, bsn_err *err)
{
	PowConfig config;

	return pow_config_read(text, &config, err);
}

static void
destroy(bsn_agreement *pow)
{
	if (pow == NULL)
		return;
	services.timer->cancel(pow->chain, TIMER_MINE);
	services.timer->cancel(pow->chain, TIMER_ADVANCE);
	services.timer->cancel(pow->chain, TIMER_ASK);
	g_hash_table_unref(pow->blocks);
	g_hash_table_unref(pow->told);
	g_hash_table_unref(pow->claims);
	g_hash_table_unref(pow->diverged);
	g_byte_array_unref(pow->block);
	g_clear_pointer(&pow->best_bytes, g_bytes_unref);
	g_free(pow->trouble);
	g_free(pow);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_agreement, destroy)

static int32_t
check_engine(const bsn_proposer *proposer, bsn_err *err)
{
	int32_t status = tree_check(proposer, "pow", "pbft", err);

	if (status != BSN_OK || BSN_HAS(proposer->tree, seek))
		return status;
	return bsn_fail(err, BSN_E_VERSION,
			"consensus pow needs bsn_tree.seek, which this engine "
			"does not offer: choose another consensus");
}

static bsn_agreement *
make(bsn_chain *chain, bsn_proposer *proposer)
{
	bsn_agreement *pow = g_new0(bsn_agreement, 1);

	pow->chain = chain;
	pow->proposer = proposer;
	pow->tree = proposer->tree;
	pow->block = g_byte_array_new();
	pow->told = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					  (GDestroyNotify)g_bytes_unref,
					  g_free);
	pow->diverged =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	pow->wanted = TRUE;
	blocks_open(pow);
	claims_open(pow);
	return pow;
}

/* Blocks are chosen and made by timers: an engine is not called back inside
 * create. */
static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **out, bsn_err *err)
{
	g_autoptr(bsn_agreement) pow = NULL;
	int32_t status = check_engine(proposer, err);

	if (status == BSN_OK)
		status = services_check("consensus pow", (guint)n, err);
	if (status != BSN_OK)
		return status;
	pow = make(chain, proposer);
	status = pow_config_read(config, &pow->config, err);
	if (status == BSN_OK)
		status = choose_open(pow, err);
	if (status != BSN_OK)
		return status;
	(void)services.timer->set(chain, TIMER_ADVANCE, 0);
	*out = g_steal_pointer(&pow);
	return BSN_OK;
}

/* ---- inputs ------------------------------------------------------------ */

static void
pending(bsn_agreement *pow)
{
	pow->wanted = TRUE;
	mine_go(pow);
}

/* On a tree it does not come. */
static void
applied(bsn_agreement *pow, uint64_t height)
{
}

static void
timer(bsn_agreement *pow, uint64_t id)
{
	if (id == TIMER_MINE)
		mine_turn(pow);
	else if (id == TIMER_ADVANCE)
		choose_advance(pow);
	else if (id == TIMER_ASK)
		talk_ask(pow);
}

static void
peer(bsn_agreement *pow, bsn_slice public_key, uint32_t reachable)
{
	if (reachable)
		talk_tell(pow, public_key);
	else
		claims_forget(pow, public_key);
}

/* The engine is in the middle of something: the head is chosen by the timer. `final`:
 * it is so elsewhere. */
static void
take(bsn_agreement *pow, const bsn_id *id, gboolean final)
{
	bsn_tree_block block = { .size = sizeof(block) };
	PowBlock *noted = NULL;

	if (pow->tree->block(pow->proposer, id, &block) == BSN_OK)
		noted = blocks_note(pow, &block);
	if (final || (noted != NULL && noted->height <= pow->behind))
		pow->came_ms = services_now_ms(pow->chain);
	if (noted == NULL ||
	    target_compare(&noted->work, &pow->best->work) <= 0)
		return;
	pow->best = noted;
	g_clear_pointer(&pow->best_bytes, g_bytes_unref);
	(void)services.timer->set(pow->chain, TIMER_ADVANCE, 0);
}

static void
arrived(bsn_agreement *pow, const bsn_id *id)
{
	take(pow, id, FALSE);
}

static int32_t
judge(bsn_agreement *pow, const bsn_tree_block *block, bsn_err *err)
{
	return blocks_judge(pow, block, err);
}

static int32_t
prove(bsn_agreement *pow, const bsn_id *id, bsn_slice certificate, bsn_err *err)
{
	const PowBlock *block;

	if (certificate.len > 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"proof of work has no certificates");
	take(pow, id, TRUE);
	block = g_hash_table_lookup(pow->blocks, id);
	if (block != NULL)
		talk_behind(pow, block->height);
	return bsn_fail(err, BSN_NOT_OFFERED,
			"under proof of work a block is final by the blocks "
			"upon it, which is a matter of probability: nothing "
			"proves it to others");
}

/* Nothing is proven. */
static void
finalized(bsn_agreement *pow, const bsn_id *id)
{
}

static void
message(bsn_agreement *pow, bsn_slice from, bsn_slice bytes)
{
	talk_receive(pow, from, bytes);
}

/* ---- for people -------------------------------------------------------- */

static json_t *
number(guint64 value)
{
	return json_integer((json_int_t)value);
}

static int32_t
status(bsn_agreement *pow, bsn_sink *json)
{
	g_autoptr(json_t) object = json_object();
	guint8 work[TARGET_BYTES];
	g_autofree char *text = NULL;

	target_to_bytes(&pow->best->work, work);
	text = hex_encode(bsn_slice_of(work, sizeof(work)));
	json_object_set_new(object, "height", number(pow->best->height));
	json_object_set_new(object, "final", number(pow->root->height));
	json_object_set_new(object, "depth", number(pow->config.depth));
	json_object_set_new(object, "target_bits",
			    number(blocks_bits(pow, pow->best)));
	json_object_set_new(object, "work", json_string(text));
	json_object_set_new(object, "mining", json_boolean(pow->mining));
	json_object_set_new(object, "mined", number(pow->mined));
	json_object_set_new(object, "reorganisations", number(pow->reorgs));
	json_object_set_new(object, "deepest_reorganisation",
			    number(pow->deepest));
	json_object_set_new(object, "trouble",
			    pow->trouble != NULL ? json_string(pow->trouble)
						 : json_null());
	json_object_set_new(object, "stopped",
			    json_boolean(pow->stopped != BSN_OK));
	return json_write(object, json);
}

static uint64_t
depth(bsn_slice text)
{
	PowConfig config;

	return pow_config_read(text, &config, NULL) == BSN_OK ? config.depth
							      : 1;
}

static const bsn_tree_consensus tree_consensus = {
	.size = sizeof(bsn_tree_consensus),
	.arrived = arrived,
	.prove = prove,
	.finalized = finalized,
	.judge = judge,
};

/* No certificates: what is final by likelihood nobody proves, and no number of
 * members has to take part. */
const bsn_consensus pow_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "pow",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.timer = timer,
	.message = message,
	.status = status,
	.peer = peer,
	.tree = &tree_consensus,
	.depth = depth,
};
