/* SPDX-License-Identifier: Apache-2.0
 *
 * status.*: what a chain says of itself to whoever works across chains.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/block-proof.h"
#include "tools/conform/capability.h"

static BedSpec
spec_of(Run *run)
{
	const SimWorkload *workload = run_workload(run);

	return (BedSpec){ .nodes = workload->byzantine != NULL ? 4
				   : workload->crash != NULL   ? 3
							       : 1 };
}

static const bsn_capabilities *
capabilities_of(Bed *bed)
{
	const bsn_capabilities *given = bed_chain_status(bed)->capabilities;

	if (given == NULL)
		run_not_claimed(bed_run_of(bed),
				"bsn_chain_status.capabilities is optional, "
				"and the engine says nothing");
	return given;
}

/* ---- what is said ------------------------------------------------------- */

static void
languages_are_told(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const bsn_slice languages = bed_chain_status(bed)->languages;
	const char *fault = capability_languages_fault(languages);

	if (languages.len == 0)
		run_not_claimed(run, "bsn_chain_status.languages is optional, "
				     "and the engine says none");
	EXPECT(run, fault == NULL,
	       "the contract languages must be a JSON array of texts, each "
	       "once; %s: %.*s",
	       fault, (int)languages.len, (const char *)languages.data);
}

static void
can_be_so(Run *run)
{
	const BedSpec spec = spec_of(run);
	const bsn_capabilities *given;
	const bsn_consensus *protocol;
	const char *fault;
	Bed *bed = bed_new(run, &spec);

	given = capabilities_of(bed);
	fault = capability_fault(given);
	EXPECT(run, fault == NULL,
	       "a chain's capabilities must not contradict themselves; %s",
	       fault);
	protocol = bed_protocol(bed);
	if (protocol == NULL)
		return;
	fault = capability_against(given, protocol);
	EXPECT(run, fault == NULL,
	       "a chain is as final as its protocol, which is %s; %s",
	       protocol->name, fault);
}

/* ---- what is proven ------------------------------------------------------ */

/* Of a path in a tree the root is in the header, which is proven with the whole
 * block. */
static void
must_prove(Run *run, Bed *bed, guint64 number)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(GByteArray) block = proof_block(bed, number);
	bsn_err err = BSN_ERR_INIT;
	const Proof proof = {
		.genesis = bsn_slice_of(bed_world(bed)->genesis->data,
					bed_world(bed)->genesis->len),
		.block = bsn_slice_of(block->data, block->len),
	};
	int32_t status = proof_ask(run, &proof, json, &err);

	EXPECT(run, status == BSN_OK,
	       "a transaction that can be proven by a certificate must be, "
	       "with its block; bsn_block_ops.verify says %s: %s",
	       bed_status_name(status), err.reason);
}

static void
is_provable(Run *run)
{
	const BedSpec spec = spec_of(run);
	Bed *bed = bed_with_contract(run, &spec);
	const bsn_capabilities *given = capabilities_of(bed);

	if (given->tx.certificate == BSN_CERTIFICATE_NONE)
		run_not_claimed(run, "nothing vouches for this chain's blocks");
	EXPECT(run, BSN_HAS(run_engine(run)->block, verify),
	       "whoever says that a certificate proves a transaction must "
	       "offer bsn_block_ops.verify; there is none");
	must_prove(run, bed, bed_put(bed, "key", "value").block);
}

#define CHECK(id, source, function, sentence)                                  \
	{ "status." id, sentence, "status.chain", source, LEVEL_TABLE2, 1,     \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("languages", "host.h: bsn_chain_status.languages",
	      languages_are_told,
	      "The contract languages of a chain are a list of words."),
	CHECK("capabilities", "capability.h: bsn_capabilities", can_be_so,
	      "What a chain can do for others does not contradict itself, nor "
	      "the finality of its protocol."),
	CHECK("provable", "capability.h: bsn_capabilities.tx", is_provable,
	      "A transaction that a certificate proves is proven with its "
	      "block."),
};
CHECK_GROUP(checks_capability, list);
