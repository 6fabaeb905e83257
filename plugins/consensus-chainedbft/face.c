/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-chainedbft/agreement.h"
#include "plugins/consensus-chainedbft/chainedbft.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/tree.h"
#include "plugins/kit/votes/services.h"

int32_t
chainedbft_check_config(const Mode *mode, bsn_slice text, guint64 member_count,
			bsn_err *err)
{
	Config config;
	int32_t status = members_check_count(WHO, member_count, err);

	return status != BSN_OK
		       ? status
		       : mode->read_config(text, member_count, &config, err);
}

/* ---- joining and leaving ----------------------------------------------- */

void
chainedbft_destroy(bsn_agreement *agreement)
{
	static const guint64 timers[] = { TIMER_ROUND, TIMER_PROPOSE,
					  TIMER_FETCH, TIMER_STORE,
					  TIMER_START };

	if (agreement == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(timers); i++)
		services.timer->cancel(agreement->chain, timers[i]);
	outbox_clear(agreement);
	g_queue_free(agreement->outbox);
	g_array_unref(agreement->reserving);
	proposal_forget(agreement, G_MAXUINT64);
	members_free(agreement->members);
	g_free(agreement->peers);
	certificate_unref(agreement->proof);
	certificate_unref(agreement->high);
	certificate_unref(agreement->commit);
	certificate_unref(agreement->proven);
	certificate_unref(agreement->final);
	record_clear(&agreement->later);
	g_clear_pointer(&agreement->timeouts, g_bytes_unref);
	g_clear_pointer(&agreement->sent_proposal, g_bytes_unref);
	g_clear_pointer(&agreement->sent_vote, g_bytes_unref);
	g_clear_pointer(&agreement->sent_timeout, g_bytes_unref);
	g_free(agreement);
}

static void
clear_agreement(bsn_agreement *agreement)
{
	chainedbft_destroy(agreement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_agreement, clear_agreement)

static int32_t
check_engine(const Mode *mode, const bsn_proposer *proposer, bsn_err *err)
{
	int32_t status = tree_check(proposer, mode->name, "pbft", err);

	if (status == BSN_OK && !BSN_HAS(proposer, chain_id))
		return bsn_fail(err, BSN_E_VERSION,
				"consensus %s needs bsn_proposer.chain_id, "
				"which this engine does not offer",
				mode->name);
	return status;
}

static int32_t
prepare(Agreement *agreement, bsn_slice config, bsn_err *err)
{
	bsn_proposer *proposer = agreement->proposer;
	int32_t status = agreement->mode->read_config(
		config, 0, &agreement->config, err);

	if (status == BSN_OK)
		status = proposer->chain_id(proposer, &agreement->chain_id);
	if (status != BSN_OK)
		return status;
	if (agreement->chain_id.len == 0 ||
	    agreement->chain_id.len > BSN_ID_MAX)
		return bsn_fail(err, BSN_E_INVALID,
				"the engine's chain_id is empty or too long");
	status = epoch_load(agreement, err);
	return status == BSN_OK ? services_check("consensus chainedbft", agreement->members->n, err)
				: status;
}

int32_t
chainedbft_create(const Mode *mode, bsn_chain *chain, bsn_proposer *proposer,
		  bsn_slice config, uint64_t height, bsn_agreement **out,
		  bsn_err *err)
{
	g_autoptr(bsn_agreement) agreement = NULL;
	int32_t status = check_engine(mode, proposer, err);

	if (status == BSN_OK)
		status = services_check("consensus chainedbft", 1, err);
	if (status != BSN_OK)
		return status;
	agreement = g_new0(Agreement, 1);
	agreement->chain = chain;
	agreement->proposer = proposer;
	agreement->tree = proposer->tree;
	agreement->mode = mode;
	agreement->self = -1;
	/* Word of what a protocol before this one has stored may be under way:
	 * its numbers are below, since no batch is of every nanosecond. */
	agreement->sequence = services.clock->mono_ns(chain);
	agreement->outbox = g_queue_new();
	agreement->reserving = g_array_new(FALSE, FALSE, sizeof(Reserving));
	status = prepare(agreement, config, err);
	if (status != BSN_OK)
		return status;
	(void)services.timer->set(chain, TIMER_START, 0);
	*out = g_steal_pointer(&agreement);
	return BSN_OK;
}

/* ---- inputs ------------------------------------------------------------ */

void
chainedbft_pending(bsn_agreement *agreement)
{
	proposal_retry(agreement);
	agreement_run(agreement);
}

/* On a tree it does not come. */
void
chainedbft_applied(bsn_agreement *agreement, uint64_t height)
{
}

void
chainedbft_timer(bsn_agreement *agreement, uint64_t id)
{
	agreement_timer(agreement, id);
}

void
chainedbft_durable(bsn_agreement *agreement, uint64_t cookie)
{
	record_durable(agreement, cookie & ~BSN_CONSENSUS_BIT);
	agreement_run(agreement);
}

void
chainedbft_message(bsn_agreement *agreement, bsn_slice from_public_key,
		   bsn_slice message)
{
	agreement_message(agreement, from_public_key, message);
}

void
chainedbft_peer(bsn_agreement *agreement, bsn_slice public_key,
		uint32_t reachable)
{
	gint member = members_find(agreement->members, public_key);

	if (member < 0 || member == agreement->self || agreement->self < 0)
		return;
	agreement->peers[member].unreachable = reachable == 0;
	agreement->peers[member].reply_after = 0;
	if (reachable != 0)
		catchup_greet(agreement, (guint)member);
	else if (!agreement->mode->slots &&
		 pacemaker_leader(agreement, agreement->round) ==
			 (guint)member)
		agreement->round_timed = FALSE;
	agreement_run(agreement);
}

/* ---- the tree's side --------------------------------------------------- */

static void
arrived(bsn_agreement *agreement, const bsn_id *id)
{
	if (id_equal(id, &agreement->wanted))
		agreement->wanted.len = 0;
	proposal_retry(agreement);
	agreement_run(agreement);
}

/* By the members that the chain named before the block: within an epoch they are
 * the same for all of its blocks. */
static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice bytes,
      bsn_err *err)
{
	g_autoptr(Certificate) certificate = certificate_read(bytes);
	g_autoptr(Members) members = NULL;
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_id parent;
	int32_t status;

	if (certificate == NULL || !certificate_names(certificate, id))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the certificate is not one that makes the "
				"block final");
	if (!agreement_block(agreement, id, &block) ||
	    certificate->info.final_height != block.height)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block is not in the tree");
	parent = block.parent;
	status = members_of_block(agreement->proposer, &parent, &members, err);
	if (status == BSN_OK)
		status = certificate_verify(certificate, members,
					    &agreement->chain_id,
					    agreement->chain, err);
	if (status != BSN_OK)
		return status;
	if ((block.flags & BSN_TREE_CLOSES) != 0)
		record_proof(agreement, certificate);
	certificate_unref(agreement->proven);
	agreement->proven = g_steal_pointer(&certificate);
	return BSN_OK;
}

static void
finalized(bsn_agreement *agreement, const bsn_id *id)
{
	epoch_follow(agreement, id);
	agreement_run(agreement);
}

static int32_t
judge(bsn_agreement *agreement, const bsn_tree_block *block, bsn_err *err)
{
	g_autoptr(Certificate) justify = NULL;
	int32_t status = seal_check(agreement, block, &justify, err);

	if (status == BSN_OK && justify != NULL)
		commit_take(agreement, justify, -1);
	return status;
}

const struct bsn_tree_consensus chainedbft_tree = {
	.size = sizeof(bsn_tree_consensus),
	.arrived = arrived,
	.prove = prove,
	.finalized = finalized,
	.judge = judge,
};

/* ---- what can be asked ------------------------------------------------- */

static guint
count_connected(const Agreement *agreement)
{
	guint connected = agreement->members->n;

	for (guint i = 0; i < agreement->members->n; i++)
		connected -= agreement->peers[i].unreachable ? 1 : 0;
	return connected;
}

static json_t *
dropped_json(const Dropped *dropped)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I}", "strangers",
			 (json_int_t)dropped->strangers, "malformed",
			 (json_int_t)dropped->malformed, "forged",
			 (json_int_t)dropped->forged, "equivocations",
			 (json_int_t)dropped->equivocations, "refused",
			 (json_int_t)dropped->refused);
}

static json_int_t
term_of(const Agreement *agreement, guint64 round)
{
	if (agreement->mode->term == NULL)
		return 0;
	return (json_int_t)agreement->mode->term(
		&agreement->config, pacemaker_slot(agreement, round));
}

int32_t
chainedbft_status(bsn_agreement *agreement, bsn_sink *json)
{
	const Members *members = agreement->members;
	const guint64 round = pacemaker_round(agreement);
	g_autofree char *leader = hex_encode(bytes_slice(
		members->list[pacemaker_leader(agreement, round)].key));
	g_autoptr(json_t) object = json_pack(
		"{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:i,s:i,s:i,s:i,s:b,s:o,s:b}",
		"leader", leader, "height", (json_int_t)agreement->root.height,
		"round", (json_int_t)round, "certified_round",
		(json_int_t)commit_high_round(agreement), "voted_round",
		(json_int_t)agreement->voted, "locked_round",
		(json_int_t)agreement->lock, "epoch_height",
		(json_int_t)agreement->epoch.height, "term",
		term_of(agreement, round), "members", (int)members->n,
		"faults_tolerated", (int)members->f, "quorum",
		(int)members->quorum, "connected",
		(int)count_connected(agreement), "votes", agreement->self >= 0,
		"dropped", dropped_json(&agreement->dropped), "stopped",
		agreement->stopped != BSN_OK);

	return object != NULL ? json_write(object, json) : BSN_E_NOMEM;
}

/* `chain_id` may be NULL. */
int32_t
chainedbft_verify_in(const bsn_id *chain_id, const bsn_member *list, uint64_t n,
		     uint64_t height, bsn_slice digest, bsn_slice bytes,
		     bsn_err *err)
{
	g_autoptr(Members) members = NULL;
	g_autoptr(Certificate) certificate = certificate_read(bytes);
	bsn_id id;
	int32_t status = members_new(list, n, WHO, &members, err);

	if (status != BSN_OK)
		return status;
	if (digest.len == 0 || digest.len > BSN_ID_MAX || certificate == NULL)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the certificate of height %" G_GUINT64_FORMAT
				" is not one of chained BFT",
				(guint64)height);
	id = bsn_id_of(digest.data, digest.len);
	if (!certificate_names(certificate, &id) ||
	    certificate->info.final_height != height)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the certificate does not make the block of "
				"height %" G_GUINT64_FORMAT " final",
				(guint64)height);
	return certificate_verify(certificate, members, chain_id, NULL, err);
}

int32_t
chainedbft_verify(const bsn_member *list, uint64_t n, uint64_t height,
		  bsn_slice digest, bsn_slice bytes, bsn_err *err)
{
	return chainedbft_verify_in(NULL, list, n, height, digest, bytes, err);
}

uint64_t
chainedbft_quorum(uint64_t member_count)
{
	return members_quorum((guint)member_count);
}
