/* SPDX-License-Identifier: Apache-2.0
 *
 * The checker's part that looks at what consensus decides.
 */
#include "tools/sim/checker_private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

static guint64
fnv(bsn_slice bytes)
{
	return sim_fnv(SIM_FNV_START, bytes.data, bytes.len);
}

void
sim_checker_executed(bsn_chain *chain, guint64 height, bsn_slice proposal,
		     const bsn_id *digest)
{
	GHashTable *executed = chain->world->checker->executed;
	const guint64 key = fnv(proposal) + height;
	const bsn_id *known = g_hash_table_lookup(executed, &key);

	if (!chain->node->honest)
		return;
	if (known == NULL)
		g_hash_table_insert(executed, g_memdup2(&key, sizeof(key)),
				    g_memdup2(digest, sizeof(*digest)));
	else if (!bsn_slice_equal(bsn_id_slice(known), bsn_id_slice(digest)))
		sim_violate(chain->world,
			    "agreement: %s gets another digest for the same "
			    "proposal of height %" G_GUINT64_FORMAT
			    " than another honest node",
			    chain->name, height);
}

/* The first certificate of a height, by the protocol's own verify. */
static void
check_certificate(bsn_chain *chain, const bsn_consensus *consensus,
		  guint64 height, guint64 proposal, bsn_slice certificate)
{
	SimWorld *world = chain->world;
	const guint64 key = proposal + height;
	const bsn_id *digest =
		g_hash_table_lookup(world->checker->executed, &key);
	bsn_err err = BSN_ERR_INIT;

	if (!BSN_HAS(consensus, verify) || certificate.len == 0 ||
	    digest == NULL)
		return;
	if (consensus->verify(world->members, world->n_nodes, height,
			      bsn_id_slice(digest), certificate, &err) !=
	    BSN_OK)
		sim_violate(world,
			    "agreement: the certificate that %s has for "
			    "height %" G_GUINT64_FORMAT " does not verify: %s",
			    chain->name, height, err.reason);
}

/* TRUE when nobody honest has decided the height before. */
static gboolean
is_first(bsn_chain *chain, guint64 height, guint64 digest)
{
	SimChecker *checker = chain->world->checker;
	SimDecision *known;

	/* One node alone has decided when the block is durable. */
	if (!chain->node->honest || chain->world->options->nodes == 1)
		return FALSE;
	if (height >= checker->decisions->len)
		g_array_set_size(checker->decisions, (guint)height + 1);
	known = &g_array_index(checker->decisions, SimDecision, (guint)height);
	if (known->proposal == 0) {
		*known = (SimDecision){ digest, chain->node->index };
		return TRUE;
	}
	if (known->proposal != digest)
		sim_violate(chain->world,
			    "agreement: %s decides #%08x for height "
			    "%" G_GUINT64_FORMAT " and n%u has decided #%08x",
			    chain->name, (guint32)digest, height, known->node,
			    (guint32)known->proposal);
	return FALSE;
}

gboolean
sim_checker_decided(bsn_chain *chain, const bsn_consensus *consensus,
		    guint64 height, bsn_slice proposal, bsn_slice certificate)
{
	const guint64 digest = fnv(proposal);

	if (!is_first(chain, height, digest) ||
	    chain->world->options->scripted)
		return FALSE; /* scripted: its members may have changed */
	check_certificate(chain, consensus, height, digest, certificate);
	return TRUE;
}

gboolean
sim_checker_finalized(bsn_chain *chain, guint64 height, const bsn_id *id)
{
	return is_first(chain, height, fnv(bsn_id_slice(id))) &&
	       !chain->world->options->scripted;
}
