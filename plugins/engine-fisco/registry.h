/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/registry.h: how the registry of contracts stands in the
 * world state; only contracts.c and release.c write it.
 *
 *   "sc" 'a' address    the contract
 *   "sc" 'j' address    its interface, JSON text
 *   "sc" 'n' name       the name's owner and versions
 *   "sc" 'b' name n     interface of its version n (2 bytes big-endian),
 *                       as it was given to the CNS
 *   "sc" 'g' name       its release, when it does not stand for the newest
 *   "sc" 'p' position   address; 8 bytes big-endian
 *   "sc" 'k'            how many contracts there are, 8 bytes big-endian
 *   "sc" 'x'            how many are frozen or uninstalled, in the same way
 *
 * All functions: [strand].
 */
#ifndef FISCO_REGISTRY_H
#define FISCO_REGISTRY_H

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/release.h"

void registry_put_contract(Overlay *state, const Contract *contract);
void registry_put_abi(Overlay *state, const guint8 *address, bsn_slice abi);
void registry_put_position(Overlay *state, guint64 position,
			   const guint8 *address);
void registry_put_count(Overlay *state, guint64 count);
void registry_put_closed(Overlay *state, guint64 count);
void registry_put_name(Overlay *state, const char *text,
		       const ContractName *name);
void registry_put_release(Overlay *state, bsn_slice name,
			  const Release *release);
void registry_delete_release(Overlay *state, bsn_slice name);

void registry_put_name_abi(Overlay *state, const char *name, guint index,
			   bsn_slice abi);

/* NULL when the name has no such version. */
const ContractVersion *registry_version(const ContractName *name,
					bsn_slice version);

#endif
