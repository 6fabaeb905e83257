/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/pbft.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/agreement.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

static int32_t
check_config(bsn_slice text, uint64_t member_count, bsn_err *err)
{
	Config config;
	int32_t status = config_read(text, &config, err);

	return status != BSN_OK ? status
				: members_check_count(WHO, member_count, err);
}

/* ---- joining and leaving ----------------------------------------------- */

static int32_t
check_proposer(const bsn_proposer *proposer, bsn_err *err)
{
	if (!BSN_HAS(proposer, propose) || !BSN_HAS(proposer, check) ||
	    !BSN_HAS(proposer, decide))
		return bsn_fail(err, BSN_E_INVALID,
				"the engine's bsn_proposer lacks propose, "
				"check or decide");
	if (!BSN_HAS(proposer, chain_id))
		return bsn_fail(err, BSN_E_VERSION,
				"consensus pbft needs bsn_proposer.chain_id, "
				"which this engine does not offer");
	return BSN_OK;
}

static void
destroy(bsn_agreement *agreement)
{
	static const guint64 timers[] = { TIMER_VIEW, TIMER_TICK, TIMER_PROPOSE,
					  TIMER_STORE };

	if (agreement == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(timers); i++)
		services.timer->cancel(agreement->chain, timers[i]);
	for (guint i = 0; i < WINDOW; i++)
		round_free(agreement->rounds[i]);
	outbox_free(agreement);
	members_free(agreement->members);
	members_free(agreement->incoming);
	g_free(agreement->peers);
	g_array_unref(agreement->kept);
	g_clear_pointer(&agreement->early, g_bytes_unref);
	g_clear_pointer(&agreement->last.certificate, g_bytes_unref);
	g_clear_pointer(&agreement->last.body, g_bytes_unref);
	g_free(agreement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(bsn_agreement, destroy)

static int32_t
prepare(Agreement *agreement, bsn_slice config, const bsn_member *members,
	uint64_t n, bsn_err *err)
{
	int32_t status = config_read(config, &agreement->config, err);

	if (status == BSN_OK)
		status = members_by_key(members, n, &agreement->members, err);
	if (status == BSN_OK)
		status = services_check(WHO, agreement->members->n, err);
	if (status == BSN_OK)
		status = agreement->proposer->chain_id(agreement->proposer,
						       &agreement->chain_id);
	if (status != BSN_OK)
		return status;
	if (agreement->chain_id.len == 0 ||
	    agreement->chain_id.len > BSN_ID_MAX)
		return bsn_fail(err, BSN_E_INVALID,
				"the engine's chain_id is empty or too long");
	agreement->self = members_self(agreement->members, agreement->chain);
	agreement->peers = g_new0(Peer, agreement->members->n);
	return BSN_OK;
}

/* A decision whose block the engine has lost is taken again. */
static void
resume_decision(Agreement *agreement)
{
	const Decision *last = &agreement->last;
	Round *round;

	if (last->height != agreement->height)
		return;
	round = agreement_now(agreement);
	round->decided = last->digest;
	round->decided_certificate = g_bytes_ref(last->certificate);
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **out, bsn_err *err)
{
	g_autoptr(bsn_agreement) agreement = NULL;
	int32_t status = check_proposer(proposer, err);

	if (status == BSN_OK)
		status = services_check(WHO, 1, err);
	if (status != BSN_OK)
		return status;
	agreement = g_new0(Agreement, 1);
	agreement->chain = chain;
	agreement->proposer = proposer;
	agreement->height = height + 1;
	agreement->applied = height;
	agreement->fetch_asked = -1;
	agreement->outbox = g_queue_new();
	agreement->kept = g_array_new(FALSE, FALSE, sizeof(guint64));
	status = prepare(agreement, config, members, n, err);
	if (status == BSN_OK)
		status = record_load(agreement, err);
	if (status != BSN_OK)
		return status;
	resume_decision(agreement);
	agreement->ticking = TRUE;
	(void)services.timer->set(chain, TIMER_TICK, 0);
	*out = g_steal_pointer(&agreement);
	return BSN_OK;
}

/* ---- inputs ------------------------------------------------------------ */

static void
pending(bsn_agreement *agreement)
{
	agreement->wanted = TRUE;
	proposal_retry(agreement);
	agreement_run(agreement);
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
	decide_applied(agreement, height);
	proposal_retry(agreement);
	agreement_run(agreement);
}

static void
durable(bsn_agreement *agreement, uint64_t cookie)
{
	agreement->busy = TRUE;
	outbox_release(agreement, cookie & ~BSN_CONSENSUS_BIT);
	agreement->busy = FALSE;
	agreement_run(agreement);
}

static gboolean
leads_now(const Agreement *agreement, guint member)
{
	const Round *round = agreement_peek(agreement);

	return members_leader(agreement->members, agreement->height,
			      round != NULL ? round->view : 0) == member;
}

static void
peer(bsn_agreement *agreement, bsn_slice public_key, uint32_t reachable)
{
	gint member = members_find(agreement->members, public_key);

	if (member < 0 || member == agreement->self || agreement->self < 0)
		return;
	agreement->peers[member].unreachable = reachable == 0;
	if (reachable == 0 && leads_now(agreement, (guint)member))
		agreement->view_timed = FALSE;
	if (reachable != 0)
		catchup_say(agreement, member, TRUE);
	agreement_run(agreement);
}

/* Votes that this node has cast hold whoever the members are; a lock is a
 * quorum of the ones before. */
static int32_t
change_now(Agreement *agreement, Members *members, bsn_err *err)
{
	const Round *round = agreement_peek(agreement);

	if (round != NULL && (round->lock.is || round->decided.len > 0)) {
		members_free(members);
		return bsn_fail(err, BSN_E_STATE,
				"this node has already agreed on height "
				"%" G_GUINT64_FORMAT " with others",
				round->height);
	}
	agreement_take_members(agreement, members);
	agreement->view_timed = FALSE;
	agreement_run(agreement);
	return BSN_OK;
}

static int32_t
set_members(bsn_agreement *agreement, uint64_t height,
	    const bsn_member *members, uint64_t n, bsn_err *err)
{
	g_autoptr(Members) incoming = NULL;
	int32_t status = members_by_key(members, n, &incoming, err);

	if (status == BSN_OK)
		status = services_check(WHO, incoming->n, err);
	if (status != BSN_OK)
		return status;
	if (height <= agreement->height) {
		if (members_equal(incoming, agreement->members))
			return BSN_OK;
		return change_now(agreement, g_steal_pointer(&incoming), err);
	}
	members_free(agreement->incoming);
	agreement->incoming = g_steal_pointer(&incoming);
	agreement->incoming_height = height;
	return BSN_OK;
}

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
suspects(const Agreement *agreement)
{
	json_t *list = json_array();

	for (guint i = 0; i < agreement->members->n; i++) {
		g_autofree char *key = hex_encode(
			bytes_slice(agreement->members->list[i].key));

		if (agreement->peers[i].suspected ||
		    agreement->peers[i].unreachable ||
		    agreement->peers[i].skip > 0)
			json_array_append_new(list, json_string(key));
	}
	return list;
}

static json_t *
dropped_json(const Dropped *dropped)
{
	return json_pack("{s:I,s:I,s:I,s:I}", "strangers",
			 (json_int_t)dropped->strangers, "malformed",
			 (json_int_t)dropped->malformed, "forged",
			 (json_int_t)dropped->forged, "equivocations",
			 (json_int_t)dropped->equivocations);
}

static int32_t
status(bsn_agreement *agreement, bsn_sink *json)
{
	const Round *round = agreement_peek(agreement);
	const Members *members = agreement->members;
	const guint64 view = round != NULL ? round->view : 0;
	g_autofree char *leader = hex_encode(bytes_slice(
		members->list[members_leader(members, agreement->height, view)]
			.key));
	g_autoptr(json_t) object = json_pack(
		"{s:s,s:I,s:I,s:I,s:b,s:i,s:i,s:i,s:i,s:b,s:o,s:o,s:b}",
		"leader", leader, "height", (json_int_t)agreement->applied,
		"decided", (json_int_t)agreement->height - 1, "view",
		(json_int_t)view, "changing_view",
		round != NULL && round->changing, "members", (int)members->n,
		"faults_tolerated", (int)members->f, "quorum",
		(int)members->quorum, "connected",
		(int)count_connected(agreement), "votes", agreement->self >= 0,
		"suspected", suspects(agreement), "dropped",
		dropped_json(&agreement->dropped), "stopped",
		agreement->stopped != BSN_OK);

	return object != NULL ? json_write(object, json) : BSN_E_NOMEM;
}

/* `chain_id` may be NULL. */
static int32_t
verify_in(const bsn_id *chain_id, const bsn_member *list, uint64_t n,
	  uint64_t height, bsn_slice digest, bsn_slice bytes, bsn_err *err)
{
	g_autoptr(Members) members = NULL;
	g_autofree Certificate *certificate = g_new(Certificate, 1);
	bsn_id id;
	int32_t answer = members_by_key(list, n, &members, err);

	if (answer != BSN_OK)
		return answer;
	if (digest.len == 0 || digest.len > BSN_ID_MAX ||
	    !certificate_read(bytes, certificate))
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the certificate of height %" G_GUINT64_FORMAT
				" is not one of consensus pbft",
				(guint64)height);
	id = bsn_id_of(digest.data, digest.len);
	return certificate_verify(certificate, members, chain_id,
				  STATEMENT_COMMIT, height, &id, NULL, err);
}

static int32_t
verify(const bsn_member *list, uint64_t n, uint64_t height, bsn_slice digest,
       bsn_slice bytes, bsn_err *err)
{
	return verify_in(NULL, list, n, height, digest, bytes, err);
}

static uint64_t
quorum(uint64_t member_count)
{
	return members_quorum((guint)member_count);
}

const bsn_consensus pbft_consensus = {
	.size = sizeof(bsn_consensus),
	.name = "pbft",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.timer = agreement_timer,
	.durable = durable,
	.message = agreement_message,
	.status = status,
	.verify = verify,
	.set_members = set_members,
	.peer = peer,
	.quorum = quorum,
	.verify_in = verify_in,
};
