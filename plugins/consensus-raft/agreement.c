/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/agreement.h"

#include <bsn/helpers/error.h>

#include "plugins/consensus-raft/certificate.h"
#include "plugins/consensus-raft/record.h"
#include "plugins/consensus-raft/services.h"
#include "plugins/kit/host.h"
#include "plugins/kit/sink.h"

/* ---- members ------------------------------------------------------------- */

static int32_t
check_count(guint64 n, bsn_err *err)
{
	if (n >= 1 && n <= RAFT_VOTERS_MAX)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"consensus raft is for 1 to %u consensus members and "
			"the chain has %" G_GUINT64_FORMAT
			": make the others observers",
			RAFT_VOTERS_MAX, n);
}

/* The consensus members' keys; the caller unrefs them. */
static int32_t
read_voters(const bsn_member *members, uint64_t n, RaftVoters **out,
	    bsn_err *err)
{
	g_autoptr(GPtrArray) voters = raft_voters_new();
	int32_t status;

	for (uint64_t i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);
		bsn_slice key = member->public_key;
		g_autoptr(GBytes) bytes = NULL;
		RaftVoters *more;

		if (member->role != BSN_ROLE_CONSENSUS)
			continue;
		if (key.len == 0 || key.len > RAFT_KEY_MAX)
			return bsn_fail(
				err, BSN_BAD_REQUEST,
				"a member's public key has %" G_GUINT64_FORMAT
				" bytes, 1 to %u are possible",
				(guint64)key.len, RAFT_KEY_MAX);
		bytes = g_bytes_new(key.data, key.len);
		more = raft_voters_with(voters, bytes);
		g_ptr_array_unref(voters);
		voters = more;
	}
	status = check_count(voters->len, err);
	if (status == BSN_OK)
		*out = g_steal_pointer(&voters);
	return status;
}

/* ---- joining ------------------------------------------------------------- */

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	RaftSettings settings;
	int32_t status = raft_settings_read(config, &settings, err);

	return status != BSN_OK ? status : check_count(member_count, err);
}

/* This node's key. Members' keys are of one algorithm, that of the chain. */
static int32_t
find_self(bsn_agreement *agreement, const bsn_member *members, uint64_t n,
	  bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	BufferSink sink = buffer_sink(key, RAFT_KEY_MAX);
	int32_t status;

	if (n == 0)
		return check_count(0, err);
	agreement->algorithm = g_strdup(members->algorithm);
	status = raft_services.keys->node_public_key(
		agreement->chain, agreement->algorithm, &sink.sink, err);
	if (status == BSN_OK)
		agreement->self = g_bytes_new(key->data, key->len);
	return status;
}

static GBytes *
load(gpointer user, guint64 index)
{
	bsn_agreement *agreement = user;
	bsn_err err = BSN_ERR_INIT;
	GBytes *data = raft_record_load(agreement->chain, index, &err);

	if (data == NULL && !agreement->unreadable)
		raft_log_line(agreement->chain, BSN_LOG_ERROR,
			      "entry %" G_GUINT64_FORMAT
			      " of Raft's log cannot be read: %s",
			      index, err.reason);
	agreement->unreadable = data == NULL;
	return data;
}

/* A node that finds no Raft state is a founder when there is no block yet. One
 * that got blocks otherwise knows no voters: it takes part when a leader has
 * told it who they are. */
static RaftVoters *
first_voters(RaftVoters *members, guint64 height)
{
	return height == 0 ? g_ptr_array_ref(members) : raft_voters_new();
}

static int32_t
start(bsn_agreement *agreement, RaftVoters *members, guint64 height,
      bsn_err *err)
{
	RaftOptions options = {
		.election_ms = agreement->settings.election_ms,
		.pipeline = agreement->settings.pipeline,
		.keep = agreement->settings.keep,
		.self = g_bytes_ref(agreement->self),
		.load = load,
		.user = agreement,
	};
	RaftRecord record;
	int32_t status = raft_services.random->fill(
		agreement->chain, &options.seed, sizeof(options.seed));

	if (status == BSN_OK)
		status = raft_record_read(agreement->chain,
					  first_voters(members, height),
					  &record, err);
	if (status == BSN_OK && record.log.base.height > height) {
		g_clear_pointer(&record.vote, g_bytes_unref);
		raft_log_clear(&record.log);
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the engine has height %" G_GUINT64_FORMAT
				  ", and had %" G_GUINT64_FORMAT " before",
				  height, record.log.base.height);
	}
	if (status != BSN_OK) {
		g_bytes_unref(options.self);
		return status;
	}
	agreement->raft = raft_new(options, record, g_ptr_array_ref(members),
				   height, raft_now(agreement));
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	if (agreement == NULL)
		return;
	if (agreement->raft != NULL)
		raft_leave(agreement);
	if (BSN_HAS(raft_services.timer, cancel)) {
		raft_services.timer->cancel(agreement->chain, RAFT_TIMER_TICK);
		raft_services.timer->cancel(agreement->chain, RAFT_TIMER_RETRY);
	}
	raft_free(agreement->raft);
	g_clear_pointer(&agreement->self, g_bytes_unref);
	g_free(agreement->algorithm);
	g_free(agreement);
}

static int32_t
join(bsn_agreement *agreement, bsn_slice config, const bsn_member *members,
     uint64_t n, guint64 height, bsn_err *err)
{
	g_autoptr(GPtrArray) voters = NULL;
	int32_t status = raft_settings_read(config, &agreement->settings, err);

	if (status == BSN_OK)
		status = read_voters(members, n, &voters, err);
	if (status == BSN_OK)
		status = raft_services_check(voters->len, err);
	if (status == BSN_OK)
		status = find_self(agreement, members, n, err);
	if (status == BSN_OK)
		status = start(agreement, voters, height, err);
	return status;
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **out, bsn_err *err)
{
	bsn_agreement *agreement;
	int32_t status;

	if (!BSN_HAS(proposer, propose) || !BSN_HAS(proposer, decide))
		return bsn_fail(err, BSN_E_INVALID,
				"the engine's bsn_proposer lacks propose or "
				"decide");
	agreement = g_new0(bsn_agreement, 1);
	agreement->chain = chain;
	agreement->proposer = proposer;
	agreement->armed = G_MAXUINT64;
	status = join(agreement, config, members, n, height, err);
	if (status != BSN_OK) {
		destroy(agreement);
		return status;
	}
	*out = agreement;
	raft_carry_out(agreement);
	return BSN_OK;
}

/* ---- what happens -------------------------------------------------------- */

static void
pending(bsn_agreement *agreement)
{
	raft_pending(agreement->raft, raft_now(agreement));
	raft_carry_out(agreement);
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
	raft_applied(agreement->raft, raft_now(agreement), height);
	raft_carry_out(agreement);
}

static void
timer(bsn_agreement *agreement, uint64_t id)
{
	guint64 now = raft_now(agreement);

	if (id == RAFT_TIMER_RETRY) {
		raft_retry(agreement);
		return;
	}
	agreement->armed = G_MAXUINT64;
	if (raft_deadline(agreement->raft) <= now)
		raft_tick(agreement->raft, now);
	raft_carry_out(agreement);
}

static void
durable(bsn_agreement *agreement, uint64_t cookie)
{
	raft_durable(agreement->raft, raft_now(agreement),
		     cookie & ~BSN_CONSENSUS_BIT);
	raft_carry_out(agreement);
}

/* Only the first is logged: whoever sends them could fill the log. */
static void
reject(bsn_agreement *agreement)
{
	if (agreement->rejected++ == 0)
		raft_log_line(agreement->chain, BSN_LOG_WARNING,
			      "a member sends messages that no correct node "
			      "sends: they are dropped, and counted in the "
			      "status");
}

static void
message(bsn_agreement *agreement, bsn_slice from_public_key, bsn_slice bytes)
{
	g_autoptr(GBytes) from = NULL;

	if (from_public_key.len == 0 || from_public_key.len > RAFT_KEY_MAX)
		return;
	from = g_bytes_new(from_public_key.data, from_public_key.len);
	if (!raft_receive(agreement->raft, raft_now(agreement), from, bytes))
		reject(agreement);
	raft_carry_out(agreement);
}

static int32_t
set_members(bsn_agreement *agreement, uint64_t height,
	    const bsn_member *members, uint64_t n, bsn_err *err)
{
	RaftVoters *voters;
	int32_t status = read_voters(members, n, &voters, err);

	if (status != BSN_OK)
		return status;
	raft_set_members(agreement->raft, raft_now(agreement), height, voters);
	raft_carry_out(agreement);
	return BSN_OK;
}

static void
peer(bsn_agreement *agreement, bsn_slice public_key, uint32_t reachable)
{
	g_autoptr(GBytes) key = g_bytes_new(public_key.data, public_key.len);

	raft_peer(agreement->raft, raft_now(agreement), key, reachable != 0);
	raft_carry_out(agreement);
}

static uint64_t
quorum(uint64_t member_count)
{
	return member_count / 2 + 1;
}

const bsn_consensus raft_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "raft",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.timer = timer,
	.durable = durable,
	.message = message,
	.status = raft_write_status,
	.verify = raft_certificate_verify,
	.set_members = set_members,
	.quorum = quorum,
	.peer = peer,
};
