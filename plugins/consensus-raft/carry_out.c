/* SPDX-License-Identifier: Apache-2.0
 *
 * What Raft has to do, done through the engine and the chain's services.
 */
#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/consensus-raft/certificate.h"
#include "plugins/consensus-raft/record.h"
#include "plugins/consensus-raft/services.h"
#include "plugins/kit/sink.h"

/* How long a store that has no room is left alone, ms. */
#define RETRY_MS 100u

guint64
raft_now(const bsn_agreement *agreement)
{
	return raft_services.clock->mono_ns(agreement->chain) / 1000000u;
}

/* ---- decisions ----------------------------------------------------------- */

/* An entry's data: length of the certificate (2), certificate, proposal. */
static void
split(GBytes *data, bsn_slice *certificate, bsn_slice *proposal)
{
	Wire wire = wire_of(bytes_slice(data));

	*certificate = wire_bytes(&wire, wire_u16(&wire));
	*proposal = wire.bad ? bsn_slice_of(NULL, 0) : wire.rest;
}

static void
stop(bsn_agreement *agreement, guint64 height, int32_t status,
     const char *reason)
{
	agreement->stopped = status;
	raft_halt(agreement->raft, raft_now(agreement));
	raft_log_line(agreement->chain, BSN_LOG_ERROR,
		      "the engine refused height %" G_GUINT64_FORMAT
		      ", this node stops taking part: %s",
		      height, reason);
}

static gboolean
decide(bsn_agreement *agreement)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_slice certificate, proposal;
	RaftDecision decision;
	int32_t status;

	if (!raft_next_decision(agreement->raft, &decision))
		return FALSE;
	split(decision.data, &certificate, &proposal);
	status = agreement->proposer->decide(agreement->proposer,
					     decision.height, proposal,
					     certificate, &err);
	if (status != BSN_OK && status != BSN_DUPLICATE)
		stop(agreement, decision.height, status, err.reason);
	g_bytes_unref(decision.data);
	return TRUE;
}

/* ---- proposals ----------------------------------------------------------- */

/* Puts the certificate before the proposal that is in `proposal`. */
static GBytes *
with_certificate(const GByteArray *certificate, const GByteArray *proposal)
{
	GByteArray *data =
		g_byte_array_sized_new(2 + certificate->len + proposal->len);

	wire_put(data, certificate->len, 2);
	wire_put_bytes(data, buffer_slice(certificate));
	wire_put_bytes(data, buffer_slice(proposal));
	return g_byte_array_free_to_bytes(data);
}

static int32_t
make_proposal(bsn_agreement *agreement, guint64 height, GBytes **data,
	      bsn_id *digest, bsn_err *err)
{
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, BSN_PROPOSAL_MAX);
	int32_t status = agreement->proposer->propose(
		agreement->proposer, height, &sink.sink, digest);

	if (status != BSN_OK)
		return status;
	status = raft_certificate_make(agreement->chain, agreement->algorithm,
				       bytes_slice(agreement->self), height,
				       digest, certificate, err);
	if (status == BSN_OK)
		*data = with_certificate(certificate, proposal);
	return status;
}

/* The engine may then be asked for the next one before this is decided. */
static gboolean
expects(bsn_agreement *agreement, guint64 height, const bsn_id *digest)
{
	return agreement->settings.pipeline > 1 &&
	       BSN_HAS(agreement->proposer, expect) &&
	       agreement->proposer->expect(agreement->proposer, height,
					   digest) == BSN_OK;
}

static gboolean
propose(bsn_agreement *agreement)
{
	bsn_err err = BSN_ERR_INIT;
	GBytes *data = NULL;
	guint64 height;
	int32_t status;
	bsn_id digest;

	if (!raft_wants_proposal(agreement->raft, &height))
		return FALSE;
	/* Whatever makes the engine call pending meanwhile is not lost. */
	raft_no_proposal(agreement->raft);
	status = make_proposal(agreement, height, &data, &digest, &err);
	if (status == BSN_OK) {
		gboolean expected = expects(agreement, height, &digest);

		raft_propose(agreement->raft, raft_now(agreement), height, data,
			     expected);
		return TRUE;
	}
	if (status == BSN_BUSY || status == BSN_FULL)
		raft_propose_later(agreement->raft);
	if (status < 0 || status == BSN_TOO_LARGE)
		raft_log_line(agreement->chain, BSN_LOG_ERROR,
			      "the proposal of height %" G_GUINT64_FORMAT
			      " failed with status %d %s",
			      height, status, err.reason);
	return TRUE;
}

static gboolean
catch_up(bsn_agreement *agreement)
{
	guint64 height;
	GBytes *from;

	if (!raft_take_behind(agreement->raft, &height, &from))
		return FALSE;
	if (BSN_HAS(agreement->proposer, behind))
		agreement->proposer->behind(agreement->proposer, height,
					    bytes_slice(from));
	g_bytes_unref(from);
	return TRUE;
}

/* ---- the store ----------------------------------------------------------- */

static void
hold(bsn_agreement *agreement, int32_t status, const char *reason)
{
	agreement->held = TRUE;
	if (status < 0 && !agreement->unwritable)
		raft_log_line(agreement->chain, BSN_LOG_ERROR,
			      "Raft's state cannot be written, it is tried "
			      "again: %s",
			      reason);
	agreement->unwritable |= status < 0;
	(void)raft_services.timer->set(agreement->chain, RAFT_TIMER_RETRY,
				       RETRY_MS);
}

static gboolean
save(bsn_agreement *agreement)
{
	bsn_err err = BSN_ERR_INIT;
	RaftSave change;
	int32_t status;

	if (agreement->held || !raft_save(agreement->raft, &change))
		return FALSE;
	status = raft_record_write(agreement->chain, agreement->raft, &change,
				   BSN_CONSENSUS_BIT | change.seq, &err);
	if (status != BSN_OK) {
		hold(agreement, status, err.reason);
		return TRUE;
	}
	raft_saved(agreement->raft, &change);
	agreement->unwritable = FALSE;
	return TRUE;
}

void
raft_retry(bsn_agreement *agreement)
{
	agreement->held = FALSE;
	raft_carry_out(agreement);
}

/* ---- messages ------------------------------------------------------------ */

static gboolean
send(bsn_agreement *agreement)
{
	RaftOut out;
	int32_t status = BSN_UNAVAILABLE;

	if (!raft_take_message(agreement->raft, &out))
		return FALSE;
	if (BSN_HAS(raft_services.net, send))
		status = raft_services.net->send(agreement->chain,
						 bytes_slice(out.to),
						 buffer_slice(out.message));
	if (status != BSN_OK)
		agreement->unsent++;
	if (status == BSN_UNAVAILABLE)
		raft_peer(agreement->raft, raft_now(agreement), out.to, FALSE);
	if (status == BSN_TOO_LARGE)
		raft_log_line(agreement->chain, BSN_LOG_ERROR,
			      "a message of %u bytes is more than the host "
			      "sends: lower the chain's block size",
			      out.message->len);
	g_bytes_unref(out.to);
	g_byte_array_unref(out.message);
	return TRUE;
}

void
raft_leave(bsn_agreement *agreement)
{
	raft_hand_over(agreement->raft, raft_now(agreement));
	while (send(agreement))
		;
}

/* ---- all of it ----------------------------------------------------------- */

/* A timer that would come too early is left to come, and finds nothing to do:
 * it is not set again with every heartbeat. */
static void
arm(bsn_agreement *agreement)
{
	guint64 due = raft_deadline(agreement->raft);
	guint64 now;

	if (due >= agreement->armed)
		return;
	now = raft_now(agreement);
	if (raft_services.timer->set(agreement->chain, RAFT_TIMER_TICK,
				     due > now ? due - now : 0) == BSN_OK)
		agreement->armed = due;
}

static gboolean
do_one(bsn_agreement *agreement)
{
	return decide(agreement) || propose(agreement) || catch_up(agreement) ||
	       save(agreement) || send(agreement);
}

void
raft_carry_out(bsn_agreement *agreement)
{
	if (agreement->busy)
		return;
	agreement->busy = TRUE;
	while (do_one(agreement))
		;
	agreement->busy = FALSE;
	arm(agreement);
}
