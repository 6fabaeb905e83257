/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/interfaces.h: the parsed interfaces of the contracts
 * that are in use. An address may get an interface, never another one.
 */
#ifndef FISCO_INTERFACES_H
#define FISCO_INTERFACES_H

#include "plugins/kit/solidity/interface.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* A contract as its callers know it. */
typedef struct {
	char *name; /* "" for none */
	const bsn_hash *selector_hash;
	AbiInterface *abi; /* NULL when it was deployed without one */
} Interface;

/* The interface of the contract at an address (20 bytes), borrowed until the
 * next call; NULL when there is no such contract. [strand] */
const Interface *interface_of(Ledger *ledger, Overlay *state,
			      const guint8 *address);

/* Forgets them all. NULL does nothing. [strand] */
void interface_cache_free(InterfaceCache *cache);

#endif
