/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms that a block's time may be ahead of a voter's clock. */
#define AHEAD_MAX_MS 60000u

static int32_t
refuse(bsn_err *err, const char *why)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "the block's seal: %s", why);
}

/* What can be told of the turn. */
static const char *
turn_problem(Agreement *agreement, const bsn_tree_block *block)
{
	const Mode *mode = agreement->mode;
	const bsn_seal *seal = &block->seal;
	const Member *leader;
	guint64 slot, term = 0;

	if (seal->round <= agreement->epoch.round || seal->round > ROUND_MAX)
		return "its round is none of this epoch";
	if (mode->slots) {
		slot = pacemaker_slot(agreement, seal->round);
		term = mode->term != NULL
			       ? mode->term(&agreement->config, slot)
			       : 0;
		if (mode->slot_at(&agreement->config, seal->time_ms) != slot)
			return "its time is not in its slot";
	}
	if (seal->term != term)
		return "its term is another";
	if (seal->nonce != 0 || seal->target_bits != 0)
		return "it has a proof of work";
	leader = &agreement->members
			  ->list[pacemaker_leader(agreement, seal->round)];
	if (!bsn_slice_equal(bytes_slice(leader->key), block->proposer))
		return "it is not its proposer's turn";
	return NULL;
}

/* Whether a certificate is one that this node has judged. */
static gboolean
is_known(const Certificate *known, const Certificate *certificate)
{
	return known != NULL && g_bytes_equal(known->bytes, certificate->bytes);
}

/* The certificate that made the epoch's first block final, by the members of the
 * epoch before: those that the chain named before that block. */
static int32_t
check_proof(Agreement *agreement, const Certificate *proof, bsn_err *err)
{
	g_autoptr(Members) before = NULL;
	bsn_tree_block first = { .size = sizeof(first) };
	bsn_id parent;
	int32_t status;

	if (!certificate_names(proof, &agreement->epoch.id))
		return refuse(err, "its certificate does not make its parent "
				   "final");
	if (is_known(agreement->proof, proof))
		return BSN_OK;
	if (!agreement_block(agreement, &agreement->epoch.id, &first))
		return refuse(err, "its parent is not there");
	parent = first.parent;
	status = members_of_block(agreement->proposer, &parent, &before, err);
	if (status == BSN_OK)
		status = certificate_verify(proof, before,
					    &agreement->chain_id,
					    agreement->chain, err);
	if (status != BSN_OK)
		return status;
	if (agreement->proof == NULL)
		agreement->proof = certificate_ref((Certificate *)proof);
	return BSN_OK;
}

static int32_t
check_first(Agreement *agreement, bsn_slice justify, bsn_err *err)
{
	g_autoptr(Certificate) proof = NULL;

	if (agreement->bare_start)
		return justify.len == 0
			       ? BSN_OK
			       : refuse(err, "nothing certifies its parent");
	proof = certificate_read(justify);
	if (proof == NULL)
		return refuse(err, "its certificate cannot be read");
	return check_proof(agreement, proof, err);
}

static const char *
justify_problem(const Agreement *agreement, const bsn_tree_block *block,
		const Certificate *justify)
{
	const VoteInfo *info = &justify->info;

	if (!id_equal(&info->epoch, &agreement->epoch.id) ||
	    info->protocol != agreement->mode->protocol)
		return "its certificate is of another epoch";
	if (!id_equal(&info->id, &block->parent) ||
	    info->height + 1 != block->height)
		return "its certificate is not its parent's";
	if (info->round >= block->seal.round)
		return "its round is not above its parent's";
	return NULL;
}

static int32_t
check_justify(Agreement *agreement, const bsn_tree_block *block,
	      Certificate **out, bsn_err *err)
{
	g_autoptr(Certificate) justify = certificate_read(block->seal.justify);
	const char *problem;
	int32_t status = BSN_OK;

	if (justify == NULL)
		return refuse(err, "its certificate cannot be read");
	problem = justify_problem(agreement, block, justify);
	if (problem != NULL)
		return refuse(err, problem);
	if (!is_known(agreement->high, justify))
		status = certificate_verify(justify, agreement->members,
					    &agreement->chain_id,
					    agreement->chain, err);
	if (status == BSN_OK)
		*out = g_steal_pointer(&justify);
	return status;
}

/* Slices of a block hold until the tree is called again. */
static bsn_slice
keep_slice(bsn_slice slice, GByteArray *memory)
{
	g_byte_array_append(memory, slice.data, (guint)slice.len);
	return buffer_slice(memory);
}

int32_t
seal_check(Agreement *agreement, const bsn_tree_block *given,
	   Certificate **justify, bsn_err *err)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	bsn_tree_block block = *given;
	const char *problem = turn_problem(agreement, &block);

	*justify = NULL;
	if (problem != NULL)
		return refuse(err, problem);
	if (block.seal.justify.len > CERTIFICATE_MAX)
		return refuse(err, "its certificate is too long");
	block.seal.justify = keep_slice(block.seal.justify, memory);
	if (id_equal(&block.parent, &agreement->epoch.id))
		return check_first(agreement, block.seal.justify, err);
	return check_justify(agreement, &block, justify, err);
}

gboolean
seal_timely(const Agreement *agreement, guint64 time_ms)
{
	return time_ms <=
	       services.clock->wall_ms(agreement->chain) + AHEAD_MAX_MS;
}

/* The time: this node's, but not before the parent's, and within the slot. */
static guint64
time_of(const Agreement *agreement, const bsn_tree_block *parent, guint64 slot)
{
	const Mode *mode = agreement->mode;
	guint64 now = MAX(services.clock->wall_ms(agreement->chain),
			  parent->seal.time_ms);

	if (!mode->slots)
		return now;
	return CLAMP(now, mode->slot_start(&agreement->config, slot),
		     mode->slot_start(&agreement->config, slot + 1) - 1);
}

bsn_seal
seal_make(const Agreement *agreement, const bsn_tree_block *parent,
	  guint64 round)
{
	const Mode *mode = agreement->mode;
	const guint64 slot =
		mode->slots ? pacemaker_slot(agreement, round) : 0;
	const Certificate *justify =
		agreement->high != NULL ? agreement->high : agreement->proof;
	bsn_seal seal = { .size = sizeof(seal),
			  .time_ms = time_of(agreement, parent, slot),
			  .round = round };

	if (mode->term != NULL)
		seal.term = mode->term(&agreement->config, slot);
	if (justify != NULL)
		seal.justify = bytes_slice(justify->bytes);
	return seal;
}
