/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/agree.h"

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/commit.h"
#include "plugins/engine-fabric/order/submit.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* A decision that the store has not accepted yet. */
typedef struct {
	guint64 number;
	GBytes *proposal;
	GBytes *certificate;
} Decided;

static Channel *
channel_of(bsn_proposer *proposer)
{
	return (Channel *)((char *)proposer - offsetof(Channel, proposer));
}

static void
decided_free(gpointer data)
{
	Decided *decided = data;

	g_bytes_unref(decided->proposal);
	g_bytes_unref(decided->certificate);
	g_free(decided);
}

/* ---- putting off --------------------------------------------------------- */

static void
retry_later(Channel *channel)
{
	(void)services.timer->set(channel->chain, TIMER_RETRY, RETRY_MS);
}

static int32_t
not_now(Channel *channel, int32_t status)
{
	channel->order->refused = TRUE;
	retry_later(channel);
	return status;
}

/* ---- proposing ----------------------------------------------------------- */

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *out, bsn_id *digest)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	Channel *channel = channel_of(proposer);
	Candidate *made;
	Parent parent;
	bsn_slice bytes;
	int32_t status = services.store->writable(channel->chain, NULL);

	if (status == BSN_OK &&
	    (channel->order->decided.length > 0 || channel->order->judging ||
	     !candidates_parent(channel, height, &parent)))
		status = BSN_BUSY;
	if (status != BSN_OK)
		return not_now(channel, status);
	status = next_make(channel, &parent, &made);
	if (status < 0)
		services_log(channel->chain, BSN_LOG_ERROR,
			     "block %" G_GUINT64_FORMAT
			     " could not be made: status %d",
			     (guint64)height, status);
	if (status != BSN_OK)
		return status;
	candidates_keep(channel, made);
	*digest = bsn_id_of(made->hash, HASH_LEN);
	bytes = bytes_slice(made->proposal);
	return out->write(out, bytes.data, bytes.len);
}

static int32_t
waiting(bsn_proposer *proposer)
{
	Channel *channel = channel_of(proposer);

	submit_drop_expired(channel);
	return pool_first(&channel->order->pool) != NULL ? BSN_OK
							 : BSN_NOT_FOUND;
}

/* ---- checking ------------------------------------------------------------ */

static int32_t
check_unknown(Channel *channel, const Parent *parent, bsn_slice proposal,
	      bsn_id *digest, bsn_err *err)
{
	g_autoptr(Candidate) candidate = NULL;
	int32_t status =
		candidate_read(channel, parent, proposal, &candidate, err);

	if (status == BSN_OK)
		status = check_transactions(channel, candidate, err);
	if (status != BSN_OK)
		return status;
	*digest = bsn_id_of(candidate->hash, HASH_LEN);
	candidates_keep(channel, g_steal_pointer(&candidate));
	return BSN_OK;
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	Channel *channel = channel_of(proposer);
	const Candidate *known;
	Parent parent;

	if (channel->order->decided.length > 0 || channel->order->judging)
		return bsn_fail(err, BSN_BUSY,
				"blocks before %" G_GUINT64_FORMAT
				" are not stored yet",
				(guint64)height);
	if (!candidates_parent(channel, height, &parent))
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node has %" G_GUINT64_FORMAT
				" blocks and cannot check block "
				"%" G_GUINT64_FORMAT " yet",
				channel->ledger->head.height, (guint64)height);
	known = candidates_find(channel, height, proposal);
	if (known == NULL ||
	    memcmp(known->previous, parent.hash, HASH_LEN) != 0)
		return check_unknown(channel, &parent, proposal, digest, err);
	*digest = bsn_id_of(known->hash, HASH_LEN);
	return BSN_OK;
}

/* ---- deciding ------------------------------------------------------------ */

static int32_t
apply(Channel *channel, guint64 number, bsn_slice proposal,
      bsn_slice certificate, bsn_err *err)
{
	Candidate *candidate = candidates_find(channel, number, proposal);
	const gboolean is_new = candidate == NULL;
	int32_t status = services.store->writable(channel->chain, err);

	if (status == BSN_OK && is_new)
		status = candidate_read(channel, NULL, proposal, &candidate,
					err);
	if (status != BSN_OK)
		return status;
	status = commit_block(channel, candidate, certificate, err);
	if (status == BSN_OK || is_new)
		candidate_free(candidate);
	return status;
}

static void
put_off(Channel *channel, guint64 number, bsn_slice proposal,
	bsn_slice certificate)
{
	Decided *decided = g_new0(Decided, 1);

	decided->number = number;
	decided->proposal = g_bytes_new(proposal.data, proposal.len);
	decided->certificate = g_bytes_new(certificate.data, certificate.len);
	g_queue_push_tail(&channel->order->decided, decided);
	retry_later(channel);
}

/* This node got the block by itself before its consensus decided it. Should
 * that have been another one, members have broken their promises. */
static int32_t
already_have(Channel *channel, guint64 number, bsn_slice proposal, bsn_err *err)
{
	g_autoptr(Candidate) candidate = NULL;
	guint64 found = 0;
	int32_t status =
		candidate_read(channel, NULL, proposal, &candidate, err);

	if (status == BSN_OK)
		status = ledger_block_by_hash(
			channel->ledger,
			bsn_slice_of(candidate->hash, HASH_LEN), &found, err);
	if (status == BSN_OK && found == number)
		return bsn_fail(err, BSN_DUPLICATE,
				"block %" G_GUINT64_FORMAT " is there", number);
	return bsn_fail(err, status < 0 ? status : BSN_E_STATE,
			"block %" G_GUINT64_FORMAT " was decided, and there is "
			"another one or it cannot be compared",
			number);
}

/* What waits for a block to be decided need not wait any longer. */
static void
stop_gathering(Channel *channel)
{
	if (channel->order->gathering)
		(void)services.timer->set(channel->chain, TIMER_CUT, 0);
}

/* Without it there is none after it. */
static void
cannot_apply(const Channel *channel, guint64 number, const bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;

	bsn_fail(&why, BSN_E_STATE,
		 "block %" G_GUINT64_FORMAT
		 " was decided and cannot be applied: %.150s",
		 number, err->reason);
	services_give_up(channel->chain, &why);
}

static int32_t
take_decision(Channel *channel, guint64 height, bsn_slice proposal,
	      bsn_slice certificate, bsn_err *err)
{
	const guint64 head = channel->ledger->head.height;
	const guint64 next = head + channel->order->decided.length;
	int32_t status = BSN_BUSY;

	if (height < head)
		return already_have(channel, height, proposal, err);
	if (height != next)
		return bsn_fail(err, BSN_E_STATE,
				"block %" G_GUINT64_FORMAT
				" was decided, the next one is "
				"%" G_GUINT64_FORMAT,
				height, next);
	if (channel->order->decided.length == 0)
		status = apply(channel, height, proposal, certificate, err);
	if (status == BSN_BUSY || status == BSN_FULL) {
		put_off(channel, height, proposal, certificate);
		return BSN_OK;
	}
	if (status == BSN_OK)
		stop_gathering(channel);
	return status;
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	Channel *channel = channel_of(proposer);
	bsn_err own = BSN_ERR_INIT;
	bsn_err *why = err != NULL ? err : &own;
	const int32_t status =
		take_decision(channel, height, proposal, certificate, why);

	if (status != BSN_OK && status != BSN_DUPLICATE)
		cannot_apply(channel, height, why);
	return status;
}

int32_t
agree_take(Channel *channel, guint64 number, bsn_slice proposal,
	   bsn_slice certificate, bsn_err *err)
{
	if (channel->order->decided.length > 0 || channel->order->judging)
		return bsn_fail(err, BSN_BUSY,
				"blocks before %" G_GUINT64_FORMAT
				" are not stored yet",
				number);
	if (number != channel->ledger->head.height)
		return bsn_fail(err, BSN_CONFLICT,
				"block %" G_GUINT64_FORMAT
				" is not the next one, %" G_GUINT64_FORMAT,
				number, channel->ledger->head.height);
	return apply(channel, number, proposal, certificate, err);
}

/* ---- what else consensus says -------------------------------------------- */

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = bsn_id_of(channel_of(proposer)->genesis, HASH_LEN);
	return BSN_OK;
}

static int32_t
expect(bsn_proposer *proposer, uint64_t height, const bsn_id *digest)
{
	Channel *channel = channel_of(proposer);

	return channel->order->decided.length > 0
		       ? BSN_BUSY
		       : candidates_expect(channel, height,
					   bsn_id_slice(digest));
}

static void
behind(bsn_proposer *proposer, uint64_t height, bsn_slice from_public_key)
{
	Channel *channel = channel_of(proposer);

	if (channel->net != NULL)
		net_behind(channel, height, from_public_key);
}

/* ---- joining ------------------------------------------------------------- */

int32_t
agree_join(Channel *channel, bsn_err *err)
{
	channel->proposer = (bsn_proposer){
		.size = sizeof(bsn_proposer),
		.propose = propose,
		.check = check,
		.decide = decide,
		.chain_id = chain_id,
		.behind = behind,
		.waiting = waiting,
		.expect = expect,
	};
	return channel->consensus->create(
		channel->chain, &channel->proposer, members_settings(channel),
		(const bsn_member *)(const void *)channel->members.list->data,
		channel->members.list->len, channel->ledger->durable.height - 1,
		&channel->agreement, err);
}

void
agree_leave(Channel *channel)
{
	if (channel->agreement != NULL)
		channel->consensus->destroy(channel->agreement);
	channel->agreement = NULL;
	candidates_forget(channel);
	g_queue_clear_full(&channel->order->decided, decided_free);
}

/* ---- going on ------------------------------------------------------------ */

void
agree_pending(Channel *channel)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	channel->order->refused = FALSE;
	channel->order->gathering = FALSE;
	channel->consensus->pending(channel->agreement);
}

void
agree_cut(Channel *channel)
{
	if (channel->order->refused || channel->order->gathering)
		agree_pending(channel);
}

/* FALSE while the store refuses. */
static gboolean
apply_decided(Channel *channel)
{
	GQueue *queue = &channel->order->decided;
	Decided *decided;

	while ((decided = g_queue_peek_head(queue)) != NULL) {
		bsn_err err = BSN_ERR_INIT;
		const int32_t status =
			apply(channel, decided->number,
			      bytes_slice(decided->proposal),
			      bytes_slice(decided->certificate), &err);

		if (status == BSN_BUSY || status == BSN_FULL)
			return FALSE;
		if (status != BSN_OK) {
			cannot_apply(channel, decided->number, &err);
			return FALSE;
		}
		decided_free(g_queue_pop_head(queue));
	}
	return TRUE;
}

void
agree_retry(Channel *channel)
{
	if (!apply_decided(channel))
		retry_later(channel);
	else if (channel->order->refused)
		agree_pending(channel);
}
