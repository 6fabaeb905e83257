/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/parachain.h: the parallel chains that a root chain
 * knows. In bucket "$parachain" of its XModel, as XuperChain has it:
 *
 *	NAME     {"name","admin":[...],"identities":[...],"status":0|1}: the group;
 *	         status 1: stopped; and, of this engine's own, "readers": [...],
 *	         chains that may read this one, "*": all that its hosts have
 *	$G_NAME  its config, JSON
 *
 * and of this engine's own, which it takes for the genesis to be the same on all
 * hosts, whatever becomes of the group and the root's nodes later:
 *
 *	$M_NAME  {"time_ms","members":[{"public_key","role","name","address"}]}
 */
#ifndef XUPER_CROSS_PARACHAIN_H
#define XUPER_CROSS_PARACHAIN_H

#include "plugins/engine-xuper/genesis.h"
#include "plugins/kit/json.h"

#define BUCKET_PARACHAIN "$parachain"
#define PARACHAIN_GENESIS "$G_"
#define PARACHAIN_MEMBERS "$M_"
/* Parallel chains of a root chain, stopped ones among them; addresses in each list
 * of a group. */
#define PARACHAINS_MAX 256u
#define PARACHAIN_GROUP_MAX 500u
/* Bytes of a parallel chain's name: what a host takes. */
#define PARACHAIN_NAME_MAX 63u

gboolean parachain_name_valid(bsn_slice name); /* [any] */
/* Whether its lists are such. FALSE: BSN_BAD_REQUEST. [any] */
gboolean parachain_check_group(const json_t *group, bsn_err *err);
/* Whether an address is in a group's list: "admin", "identities". [any] */
gboolean parachain_listed(const json_t *group, const char *list,
			  const char *address);
gboolean parachain_stopped(const json_t *group); /* [any] */
/* ... in one of them, and the chain is not stopped. [any] */
gboolean parachain_wanted(const json_t *group, const char *address);
/* The genesis block, from what the root chain has: config and members as they are
 * under $G_ and $M_.
 * Returns: NULL: *status, BSN_BAD_REQUEST for what cannot be a chain. [any] */
Block *parachain_genesis(const ChainConfig *root, const Suite *suite,
			 const char *name, bsn_slice config, bsn_slice members,
			 int32_t *status, bsn_err *err);

#endif
