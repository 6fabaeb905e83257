/* SPDX-License-Identifier: Apache-2.0
 *
 * function.sm3-*: the digests of a chain with SM3 are SM3's. What cannot be
 * seen from outside is found by changing it: the same chain is made again while
 * a hash that the host lends has one bit wrong.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/claim.h"
#include "tools/sim/alter.h"
#include "tools/sim/crypto.h"

/* What a chain's digests come to. */
typedef struct {
	gboolean opened;
	int32_t outcome;
	bsn_id genesis, tx, block, state;
} Digests;

static gboolean
same(const bsn_id *a, const bsn_id *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* A transaction with no call in it: what a call's bytes are made of may be
 * digested with whatever a contract's language wants. */
static void
look(Bed *bed, Digests *digests)
{
	const bsn_reply *first = bed_block(bed, 0, 0, 0);
	BedDone done = bed_deploy(bed, 0, 0, 1);
	const bsn_reply *last;

	digests->genesis = first->block.hash;
	digests->outcome = done.status;
	digests->tx = done.id;
	if (done.stage == 0)
		return;
	last = bed_block(bed, 0, done.block, 0);
	digests->block = last->block.hash;
	digests->state = last->block.state_hash;
}

static Digests
digests_with(Run *run, const char *altered, gboolean all_but)
{
	const BedSpec spec = { .config = claim_config(run, "function.sm3") };
	g_autofree char *message = NULL;
	Digests digests = { .opened = FALSE };
	Bed *bed;

	sim_alter(altered, all_but);
	if (altered != NULL)
		run_note(run, "%s%s has one bit of each digest changed",
			 all_but ? "every hash but " : "", altered);
	bed = bed_try(run, &spec, &message);
	if (bed != NULL) {
		digests.opened = TRUE;
		look(bed, &digests);
	} else {
		run_note(run, "no chain can be made: %s", message);
	}
	bed_free(bed);
	sim_alter(NULL, FALSE);
	return digests;
}

/* Hashes stand before those that the engine finds, so it must not have looked
 * yet. The first chain of a process may draw numbers for the engine as a whole:
 * the next ones are alike. */
static Digests
begin(Run *run)
{
	Digests digests, again;

	sim_crypto_make_alterable();
	digests = digests_with(run, NULL, FALSE);
	EXPECT(run, digests.opened && digests.outcome == BSN_OK,
	       "a chain with the config of function.sm3 must work; it does "
	       "not: %s",
	       bed_status_name(digests.outcome));
	digests = digests_with(run, NULL, FALSE);
	again = digests_with(run, NULL, FALSE);
	EXPECT(run,
	       same(&digests.genesis, &again.genesis) &&
		       same(&digests.tx, &again.tx) &&
		       same(&digests.block, &again.block),
	       "the same chain with the same host, random numbers and clock "
	       "must have the same hashes; it has others");
	return digests;
}

static gboolean
brings_its_own(Run *run)
{
	const bsn_crypto *crypto = bsn_crypto_of(run_plugin(run));

	for (guint i = 0; BSN_HAS(crypto, hashes) && crypto->hashes[i]; i++)
		if (strcmp(crypto->hashes[i]->name, "sm3") == 0)
			return TRUE;
	return FALSE;
}

static void
digests_with_sm3(Run *run)
{
	Digests right = begin(run);
	Digests wrong = digests_with(run, "sm3", FALSE);

	if (wrong.opened && brings_its_own(run)) {
		run_note(run, "the engine brings an sm3 of its own, which its "
			      "checks as a crypto plugin judge");
		return;
	}
	if (!wrong.opened)
		return;
	EXPECT(run, !same(&right.genesis, &wrong.genesis),
	       "the hash of block 0 must be made with SM3; it is the same "
	       "when SM3 is altered");
	EXPECT(run, !same(&right.tx, &wrong.tx),
	       "the id of a transaction must be made with SM3; it is the same "
	       "when SM3 is altered");
	EXPECT(run, wrong.block.len == 0 || !same(&right.block, &wrong.block),
	       "the hash of a block must be made with SM3; it is the same "
	       "when SM3 is altered");
}

static void
digests_with_nothing_else(Run *run)
{
	Digests right = begin(run);
	Digests wrong = digests_with(run, "sm3", TRUE);

	EXPECT(run, wrong.opened,
	       "a chain with SM3 must be made without other hashes; when they "
	       "are altered it cannot be made");
	EXPECT(run, same(&right.genesis, &wrong.genesis),
	       "the hash of block 0 must be made with SM3 alone; it is another "
	       "one when other hashes are altered");
	EXPECT(run, same(&right.tx, &wrong.tx),
	       "the id of a transaction must be made with SM3 alone; it is "
	       "another one when other hashes are altered");
	if (wrong.outcome != right.outcome ||
	    !same(&right.state, &wrong.state)) {
		run_note(run, "the contract itself uses another hash; block 1 "
			      "holds what it made");
		return;
	}
	EXPECT(run, same(&right.block, &wrong.block),
	       "the hash of a block must be made with SM3 alone; it is another "
	       "one when other hashes are altered");
}

#define CHECK(id, function, sentence)                                          \
	{ "function.sm3-" id, sentence, "function.sm3",                        \
	  "host.h: bsn_crypto_by_name.hash", LEVEL_TABLES, 1,                  \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("used", digests_with_sm3,
	      "Blocks and transactions of a chain with SM3 are named by SM3 "
	      "digests."),
	CHECK("alone", digests_with_nothing_else,
	      "No other hash takes part in what names its blocks and "
	      "transactions."),
};
CHECK_GROUP(checks_function_sm3, list);
