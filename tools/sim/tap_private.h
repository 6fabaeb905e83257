/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/tap_private.h: the inside of the tap, whose part for trees is in
 * tap_tree.c.
 */
#ifndef TOOLS_SIM_TAP_PRIVATE_H
#define TOOLS_SIM_TAP_PRIVATE_H

#include <bsn/ext/tree.h>

#include "tools/sim/tap.h"

/* Bytes of a proposal. */
#define SIM_PROPOSAL_MAX BSN_STORE_VALUE_MAX

struct SimTap {
	bsn_chain *chain;
	const bsn_consensus *consensus;
	bsn_agreement *agreement; /* NULL while it is created */
	bsn_proposer *proposer;	  /* the engine's */
	bsn_proposer before;	  /* its functions */
	bsn_tree tree;		  /* what it has in the tree's place */
	GByteArray *certificate;  /* the last one that came */
};

/* What sits between an engine's sink and the simulator: a copy. */
typedef struct {
	bsn_sink sink;
	bsn_sink *to; /* NULL: the copy is all there is */
	GByteArray *copy;
} SimCopySink;

SimCopySink sim_copy_sink(bsn_sink *to, GByteArray *copy);

/* The tap of an engine's proposer, of a protocol. */
SimTap *sim_tap_of(const bsn_proposer *proposer);
SimTap *sim_tap_of_agreement(const bsn_agreement *agreement);
void sim_tap_keep_certificate(SimTap *tap, bsn_slice certificate);

/* Puts the tap into the engine's tree, if it has one. */
void sim_tap_tree(SimTap *tap);
/* The protocol's side, tapped; NULL when it grows no tree. */
const bsn_tree_consensus *sim_tap_tree_consensus(const bsn_consensus *real);
/* sim_tap_forge, of a tree. */
void sim_tap_forge_final(SimTap *tap);

#endif
