/* SPDX-License-Identifier: Apache-2.0
 *
 * Consensus between the engine and itself: its functions, and the engine as it
 * sees it.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/host.h"
#include "tests/bad-plugins/fleet/fleet.h"

/* Protocols in one process. */
#define PROTOCOLS 4u

static const bsn_consensuses *given_consensuses;
static const bsn_consensus *good[PROTOCOLS];
static bsn_consensus wrapped[PROTOCOLS];

/* ---- the engine, as its consensus sees it --------------------------------- */

static bsn_ledger *
ledger_of(bsn_proposer *proposer)
{
	return (bsn_ledger *)(void *)((char *)proposer -
				      offsetof(bsn_ledger, proposer));
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *proposal,
	bsn_id *digest)
{
	bsn_ledger *ledger = ledger_of(proposer);
	g_autoptr(GByteArray) bytes = NULL;
	FleetSink sink;
	int32_t status;

	if (!IS(commits_other_proposals))
		return ledger->engine->propose(ledger->engine, height,
					       proposal, digest);
	bytes = g_byte_array_new();
	sink = fleet_sink(bytes);
	status = ledger->engine->propose(ledger->engine, height, &sink.sink,
					 digest);
	if (status != BSN_OK)
		return status;
	g_clear_pointer(&ledger->proposal, g_bytes_unref);
	ledger->proposal = g_bytes_new(bytes->data, bytes->len);
	ledger->proposed = height;
	return proposal->write(proposal, bytes->data, bytes->len);
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	const bsn_slice none = { NULL, 0 };
	bsn_ledger *ledger = ledger_of(proposer);
	int32_t status;

	fleet_asked.checking = IS(trusts_any_time);
	status = ledger->engine->check(ledger->engine, height, proposal,
				       digest, err);
	fleet_asked.checking = FALSE;

	if (IS(commits_what_it_checked) && status == BSN_OK)
		(void)ledger->engine->decide(ledger->engine, height, proposal,
					     none, NULL);
	return status;
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	bsn_ledger *ledger = ledger_of(proposer);

	if (IS(commits_other_proposals) && ledger->proposal != NULL &&
	    ledger->proposed == height)
		proposal = bsn_slice_of(
			g_bytes_get_data(ledger->proposal, NULL),
			g_bytes_get_size(ledger->proposal));
	return ledger->engine->decide(ledger->engine, height, proposal,
				      certificate, err);
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	bsn_ledger *ledger = ledger_of(proposer);

	return ledger->engine->chain_id(ledger->engine, id);
}

static void
behind(bsn_proposer *proposer, uint64_t height, bsn_slice from_public_key)
{
	bsn_ledger *ledger = ledger_of(proposer);

	if (!IS(never_catches_up))
		ledger->engine->behind(ledger->engine, height,
				       from_public_key);
}

static int32_t
waiting(bsn_proposer *proposer)
{
	bsn_ledger *ledger = ledger_of(proposer);

	return ledger->engine->waiting(ledger->engine);
}

static int32_t
expect(bsn_proposer *proposer, uint64_t height, const bsn_id *digest)
{
	bsn_ledger *ledger = ledger_of(proposer);

	return ledger->engine->expect(ledger->engine, height, digest);
}

/* The engine underneath is known to have them all. */
static const bsn_proposer proposer_table = {
	.size = sizeof(bsn_proposer),
	.propose = propose,
	.check = check,
	.decide = decide,
	.chain_id = chain_id,
	.behind = behind,
	.waiting = waiting,
	.expect = expect,
};

/* ---- members --------------------------------------------------------------- */

/* As bsn_chain_ops.members answers. */
static char *
list_members(const bsn_member *members, uint64_t n)
{
	GString *json = g_string_new("[");

	for (guint64 i = 0; i < n; i++) {
		const bsn_member *member = member_at(members, i);
		g_autofree char *key = hex_encode(member->public_key);

		g_string_append_printf(
			json,
			"%s{\"public_key\":\"%s\",\"algorithm\":\"%s\","
			"\"role\":\"%s\",\"name\":\"\",\"address\":\"\"}",
			i > 0 ? "," : "", key, member->algorithm,
			member->role == BSN_ROLE_CONSENSUS ? "consensus"
							   : "observer");
	}
	g_string_append(json, "]");
	return g_string_free(json, FALSE);
}

/* The same, and observers among those who vote. */
static bsn_member *
with_votes(const bsn_member *members, uint64_t n)
{
	bsn_member *all = g_new0(bsn_member, n + 1);

	for (guint64 i = 0; i < n; i++) {
		all[i] = *member_at(members, i);
		all[i].size = sizeof(*all);
		if (IS(observers_vote))
			all[i].role = BSN_ROLE_CONSENSUS;
	}
	return all;
}

/* ---- consensus, as its engine sees it ------------------------------------- */

static int32_t
create(const bsn_consensus *protocol, bsn_chain *chain, bsn_proposer *proposer,
       bsn_slice config, const bsn_member *members, uint64_t n,
       uint64_t height, bsn_agreement **agreement, bsn_err *err)
{
	g_autofree bsn_member *all = with_votes(members, n);
	bsn_ledger *ledger = fleet_ledger_of(chain);

	ledger->engine = proposer;
	ledger->proposer = proposer_table;
	if (IS(members_stay_listed))
		ledger->members = list_members(members, n);
	return protocol->create(chain, &ledger->proposer, config, all, n,
				height, agreement, err);
}

/* Who joins is never told of, or nobody is, so that who leaves stays. */
static int32_t
set_members(const bsn_consensus *protocol, bsn_agreement *agreement,
	    uint64_t height, const bsn_member *members, uint64_t n,
	    bsn_err *err)
{
	g_autofree bsn_member *all = with_votes(members, n);

	if (IS(members_ignored) || IS(removed_still_votes))
		return BSN_OK;
	return protocol->set_members(agreement, height, all, n, err);
}

static int32_t
verified(int32_t status)
{
	return IS(syncs_unchecked) && status > 0 ? BSN_OK : status;
}

/* The ABI's functions do not say whose they are: each protocol has its own. */
#define PROTOCOL(i)                                                            \
	static int32_t create_##i(                                             \
		bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,    \
		const bsn_member *members, uint64_t n, uint64_t height,        \
		bsn_agreement **agreement, bsn_err *err)                       \
	{                                                                      \
		return create(good[i], chain, proposer, config, members, n,    \
			      height, agreement, err);                         \
	}                                                                      \
	static int32_t set_members_##i(bsn_agreement *agreement,               \
				       uint64_t height,                        \
				       const bsn_member *members, uint64_t n,  \
				       bsn_err *err)                           \
	{                                                                      \
		return set_members(good[i], agreement, height, members, n,     \
				   err);                                       \
	}                                                                      \
	static int32_t verify_##i(const bsn_member *members, uint64_t n,       \
				  uint64_t height, bsn_slice digest,           \
				  bsn_slice certificate, bsn_err *err)         \
	{                                                                      \
		return verified(good[i]->verify(members, n, height, digest,    \
						certificate, err));            \
	}                                                                      \
	static int32_t verify_in_##i(const bsn_id *id,                         \
				     const bsn_member *members, uint64_t n,    \
				     uint64_t height, bsn_slice digest,        \
				     bsn_slice certificate, bsn_err *err)      \
	{                                                                      \
		return verified(good[i]->verify_in(id, members, n, height,     \
						   digest, certificate, err)); \
	}

PROTOCOL(0)
PROTOCOL(1)
PROTOCOL(2)
PROTOCOL(3)

#define FUNCTIONS(i)                                                           \
	{                                                                      \
		.create = create_##i, .set_members = set_members_##i,          \
		.verify = verify_##i, .verify_in = verify_in_##i               \
	}

static const bsn_consensus functions[PROTOCOLS] = { FUNCTIONS(0), FUNCTIONS(1),
						    FUNCTIONS(2),
						    FUNCTIONS(3) };

/* ---- finding one ----------------------------------------------------------- */

static void
wrap(guint i, const bsn_consensus *protocol)
{
	bsn_consensus *mine = &wrapped[i];

	good[i] = protocol;
	fleet_copy(mine, sizeof(*mine), protocol);
	mine->create = functions[i].create;
	if (BSN_HAS(protocol, set_members))
		mine->set_members = functions[i].set_members;
	if (BSN_HAS(protocol, verify))
		mine->verify = functions[i].verify;
	if (BSN_HAS(protocol, verify_in))
		mine->verify_in = functions[i].verify_in;
}

static const bsn_consensus *
find(const char *name)
{
	static GMutex lock;
	const bsn_consensus *found = given_consensuses->find(name);
	guint i = 0;

	if (found == NULL)
		return NULL;
	g_mutex_lock(&lock);
	while (i < PROTOCOLS && good[i] != NULL && good[i] != found)
		i++;
	if (i < PROTOCOLS && good[i] == NULL)
		wrap(i, found);
	g_mutex_unlock(&lock);
	return i < PROTOCOLS ? &wrapped[i] : found;
}

const bsn_consensuses *
fleet_wrap_consensuses(const bsn_consensuses *given)
{
	static const bsn_consensuses table = { .size = sizeof(bsn_consensuses),
					       .find = find };

	given_consensuses = given;
	return &table;
}
