/* SPDX-License-Identifier: Apache-2.0
 *
 * The tap changes the functions of the engine's own bsn_proposer while an
 * agreement lives, and leaves the structure where it is: members that it does
 * not know, and an engine that finds itself around the structure, are as
 * before.
 */
#include "tools/sim/tap_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/checker.h"

static int32_t
copy_write(bsn_sink *sink, const void *data, uint64_t len)
{
	SimCopySink *copy = (SimCopySink *)sink;

	if (len > SIM_PROPOSAL_MAX - copy->copy->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(copy->copy, data, (guint)len);
	return copy->to != NULL ? copy->to->write(copy->to, data, len)
				: BSN_OK;
}

SimCopySink
sim_copy_sink(bsn_sink *to, GByteArray *copy)
{
	return (SimCopySink){ { copy_write }, to, copy };
}

/* The first tap for which `is` holds; processes are few. */
static SimTap *
find_tap(gboolean (*is)(const SimTap *tap, const void *what),
	 const void *what)
{
	SimWorld *world = sim_world();

	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0; side < SIM_SIDES; side++) {
			SimTap *tap = world->nodes[i].processes[side].tap;

			if (tap != NULL && is(tap, what))
				return tap;
		}
	return NULL;
}

static gboolean
is_of_proposer(const SimTap *tap, const void *proposer)
{
	return tap->proposer == proposer;
}

static gboolean
is_of_agreement(const SimTap *tap, const void *agreement)
{
	return tap->agreement == agreement;
}

SimTap *
sim_tap_of(const bsn_proposer *proposer)
{
	SimTap *tap = find_tap(is_of_proposer, proposer);

	if (tap == NULL)
		g_error("a proposer that the tap does not know");
	return tap;
}

SimTap *
sim_tap_of_agreement(const bsn_agreement *agreement)
{
	return agreement != NULL ? find_tap(is_of_agreement, agreement) : NULL;
}

static void
lie_about(const SimTap *tap, bsn_id *digest)
{
	if ((tap->chain->node->lies & SIM_WRONG_STATE) != 0)
		digest->bytes[0] ^= 1;
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *proposal,
	bsn_id *digest)
{
	SimTap *tap = sim_tap_of(proposer);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	SimCopySink sink = sim_copy_sink(proposal, bytes);
	int32_t status = tap->before.propose(proposer, height, &sink.sink,
					     digest);

	if (status != BSN_OK)
		return status;
	sim_checker_executed(tap->chain, height,
			     bsn_slice_of(bytes->data, bytes->len), digest);
	lie_about(tap, digest);
	return status;
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);
	int32_t status = tap->before.check(proposer, height, proposal, digest,
					   err);

	if (status != BSN_OK)
		return status;
	sim_checker_executed(tap->chain, height, proposal, digest);
	lie_about(tap, digest);
	return status;
}

void
sim_tap_keep_certificate(SimTap *tap, bsn_slice certificate)
{
	g_byte_array_set_size(tap->certificate, 0);
	if (certificate.len > 0)
		g_byte_array_append(tap->certificate, certificate.data,
				    (guint)certificate.len);
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	SimTap *tap = sim_tap_of(proposer);

	if (tap->chain->state != SIM_DEAD) {
		sim_trace(tap->chain->world->trace, tap->chain->name,
			  "decide %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
			  " bytes #%08x",
			  (guint64)height, (guint64)proposal.len,
			  (guint32)sim_fnv(SIM_FNV_START, proposal.data,
					   proposal.len));
		if (sim_checker_decided(tap->chain, tap->consensus, height,
					proposal, certificate))
			sim_faults_decided(tap->chain);
	}
	sim_tap_keep_certificate(tap, certificate);
	return tap->before.decide(proposer, height, proposal, certificate,
				  err);
}

void
sim_tap_forge(bsn_chain *chain)
{
	SimTap *tap = chain->tap;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	SimCopySink sink = sim_copy_sink(NULL, bytes);
	bsn_err err = BSN_ERR_INIT;
	guint64 height = chain->announced + 1;
	bsn_id digest = { 0 };

	if (tap != NULL && BSN_HAS(tap->consensus, tree) &&
	    BSN_HAS(&tap->before, tree)) {
		sim_tap_forge_final(tap);
		return;
	}
	if (tap == NULL || !BSN_HAS(&tap->before, propose) ||
	    tap->before.propose(tap->proposer, height,
					       &sink.sink, &digest) != BSN_OK)
		return;
	sim_trace(chain->world->trace, chain->name,
		  "lie    gives itself block %" G_GUINT64_FORMAT, height);
	(void)tap->before.decide(
		tap->proposer, height, bsn_slice_of(bytes->data, bytes->len),
		bsn_slice_of(tap->certificate->data, tap->certificate->len),
		&err);
}

/* ---- the protocols ------------------------------------------------------- */

static void
tap_free(SimTap *tap)
{
	g_byte_array_unref(tap->certificate);
	g_free(tap);
}

/* The proposer, which may serve another protocol next, is as it was. */
static void
leave(SimTap *tap)
{
	memcpy(tap->proposer, &tap->before,
	       MIN(tap->before.size, sizeof(tap->before)));
	tap->chain->tap = NULL;
	tap_free(tap);
}

static int32_t
create(const bsn_consensus *real, bsn_chain *chain, bsn_proposer *proposer,
       bsn_slice config, const bsn_member *members, uint64_t n,
       uint64_t height, bsn_agreement **agreement, bsn_err *err)
{
	SimTap *tap = g_new0(SimTap, 1);
	int32_t status;

	*tap = (SimTap){ .chain = chain,
			 .consensus = real,
			 .proposer = proposer,
			 .certificate = g_byte_array_new() };
	memcpy(&tap->before, proposer,
	       MIN(proposer->size, sizeof(tap->before)));
	if (BSN_HAS(proposer, propose))
		proposer->propose = propose;
	if (BSN_HAS(proposer, check))
		proposer->check = check;
	if (BSN_HAS(proposer, decide))
		proposer->decide = decide;
	sim_tap_tree(tap);
	chain->tap = tap;
	status = real->create(chain, proposer, config, members, n, height,
			      agreement, err);
	if (status == BSN_OK) {
		tap->agreement = *agreement;
		return status;
	}
	leave(tap);
	return status;
}

static void
destroy(const bsn_consensus *real, bsn_agreement *agreement)
{
	SimTap *tap = sim_tap_of_agreement(agreement);

	real->destroy(agreement);
	if (tap != NULL)
		leave(tap);
}

typedef struct {
	bsn_consensus *table; /* as long as the real one says it is */
	const bsn_consensus *real;
} Protocol;

static Protocol protocols[SIM_PROTOCOLS_MAX];
static guint n_protocols;

/* The ABI's functions have no place for "which protocol": one pair for each. */
#define PROTOCOL(i)                                                            \
	static int32_t create##i(bsn_chain *chain, bsn_proposer *proposer,     \
				 bsn_slice config, const bsn_member *members,  \
				 uint64_t n, uint64_t height,                  \
				 bsn_agreement **agreement, bsn_err *err)      \
	{                                                                      \
		return create(protocols[i].real, chain, proposer, config,      \
			      members, n, height, agreement, err);             \
	}                                                                      \
	static void destroy##i(bsn_agreement *agreement)                       \
	{                                                                      \
		destroy(protocols[i].real, agreement);                         \
	}
PROTOCOL(0)
PROTOCOL(1)
PROTOCOL(2)
PROTOCOL(3)
PROTOCOL(4)
PROTOCOL(5)
PROTOCOL(6)
PROTOCOL(7)

const bsn_consensus *
sim_tap_protocol(const bsn_consensus *real)
{
	static int32_t (*const creates[])(bsn_chain *, bsn_proposer *,
					  bsn_slice, const bsn_member *,
					  uint64_t, uint64_t, bsn_agreement **,
					  bsn_err *) = {
		create0, create1, create2, create3,
		create4, create5, create6, create7
	};
	static void (*const destroys[])(bsn_agreement *) = {
		destroy0, destroy1, destroy2, destroy3,
		destroy4, destroy5, destroy6, destroy7
	};
	Protocol *protocol = &protocols[n_protocols];

	if (n_protocols == SIM_PROTOCOLS_MAX)
		return NULL;
	protocol->real = real;
	protocol->table = g_memdup2(real, real->size);
	protocol->table->create = creates[n_protocols];
	protocol->table->destroy = destroys[n_protocols];
	if (BSN_HAS(real, tree))
		protocol->table->tree = sim_tap_tree_consensus(real);
	n_protocols++;
	return protocol->table;
}
