/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/contracts.h: the registry of deployed contracts, part
 * of the world state: names, their owners and versions, interfaces, and
 * whether a contract is frozen or uninstalled.
 *
 * A name belongs to the account that deployed it first; only that account adds
 * versions, and (name, version) is unique. A contract without a name belongs
 * to whoever deployed it. What is uninstalled stays so, its name included.
 *
 * All functions: [strand]. Errors besides those named: as bsn_store.get.
 */
#ifndef FISCO_CONTRACTS_H
#define FISCO_CONTRACTS_H

#include <glib.h>

#include "plugins/engine-fisco/extra.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/tx.h"

#define CONTRACT_VERSIONS_MAX 1000u

/* First bytes of the world state's keys in the store. */
#define STATE_BYTE 's'
#define STATE_RUNTIME_BYTE 'r'  /* the runtime's keys */
#define STATE_CONTRACT_BYTE 'c' /* the registry's */
#define STATE_PRECOMPILED_BYTE 'p' /* the engine's own contracts' */

typedef enum {
	CONTRACT_ACTIVE,
	CONTRACT_FROZEN,
	CONTRACT_UNINSTALLED,
} ContractState;

typedef struct {
	guint8 address[ADDRESS_LEN];
	guint8 owner[ADDRESS_LEN];
	guint8 tx_hash[HASH_LEN]; /* of the deployment */
	char name[CONTRACT_NAME_MAX + 1];       /* "" for none */
	char version[CONTRACT_VERSION_MAX + 1]; /* "" for none */
	ContractState state;
	gboolean sm3; /* selectors made with SM3 */
	guint64 block;
	guint64 position; /* among all, in order of deployment, from 0 */
} Contract;

/* Returns: BSN_OK or BSN_NOT_FOUND. In: address, 20 bytes. */
int32_t contract_load(Overlay *state, const guint8 *address,
		      Contract *contract);
/* The contract at a position. Returns: as contract_load. */
int32_t contract_at(Overlay *state, guint64 position, Contract *contract);
int32_t contract_count(Overlay *state, guint64 *count);
/* How many contracts are frozen or uninstalled. */
int32_t contract_closed_count(Overlay *state, guint64 *count);
/* The interface as JSON array text, borrowed as from overlay_get. */
int32_t contract_abi(Overlay *state, const guint8 *address, bsn_slice *abi);

/* Finds an address by "0x.." (of any contract or account; "0x1004" is one of
 * the engine's own), "name" (the version that its release has for the caller)
 * or "name@version".
 *
 * Returns: BSN_OK.
 * In:      caller: who signs, 20 bytes; NULL: who is in no grey release.
 * Errors:  BSN_NOT_FOUND, BSN_BAD_REQUEST. */
int32_t contract_resolve(Overlay *state, bsn_slice text,
			 const guint8 *caller, guint8 *address, bsn_err *err);
/* Splits "name@version"; FALSE when there is no version. */
gboolean contract_split_version(bsn_slice text, bsn_slice *name,
				bsn_slice *version);

/* The versions of a name, oldest first. */
typedef struct {
	guint8 owner[ADDRESS_LEN];
	gboolean uninstalled;
	GArray *versions; /* ContractVersion */
} ContractName;

typedef struct {
	char version[CONTRACT_VERSION_MAX + 1];
	guint8 address[ADDRESS_LEN];
} ContractVersion;

/* Returns: BSN_OK and a name for contract_name_clear, or BSN_NOT_FOUND. */
int32_t contract_name_load(Overlay *state, bsn_slice name, ContractName *out);
void contract_name_clear(ContractName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContractName, contract_name_clear)

/* Whether `sender` may deploy this name and version.
 *
 * Out:     code: FISCO_OK, FISCO_NO_DEPLOY, FISCO_ADDRESS_USED or, for a grey
 *          release of a name that stands for nothing yet, FISCO_PRECOMPILED.
 * Returns: BSN_OK. */
int32_t contract_may_deploy(Overlay *state, const DeployExtra *extra,
			    const guint8 *sender, guint32 *code);
/* Enters a contract that was made; contract_may_deploy has agreed. */
int32_t contract_enter(Overlay *state, const DeployExtra *extra, const Tx *tx,
		       const guint8 *address, guint64 block);
/* Enters an address, of any contract, as a version of a name, which then stands
 * for it. Whoever manages a contract without an interface gives it this one.
 *
 * In:      name, version: labels within their bounds, not empty; abi: text.
 * Out:     code: FISCO_OK, FISCO_NO_DEPLOY or FISCO_ADDRESS_USED.
 * Returns: BSN_OK. */
int32_t contract_name_enter(Overlay *state, const char *name,
			    const char *version, const guint8 *address,
			    const char *abi, const guint8 *sender,
			    guint32 *code);
/* The interface of a name's version, borrowed as from overlay_get; that of the
 * address when none was entered with the name. Returns: BSN_OK,
 * BSN_NOT_FOUND. */
int32_t contract_name_abi(Overlay *state, bsn_slice name, guint index,
			  const guint8 *address, bsn_slice *abi);
/* Freezes, unfreezes or uninstalls: all versions by name, one by
 * name@version or address.
 *
 * Out:     code: FISCO_OK, FISCO_DENIED, FISCO_NO_CONTRACT or, when it is
 *          uninstalled or already so, FISCO_PRECOMPILED.
 * Returns: BSN_OK. */
int32_t contract_lifecycle(Overlay *state, const LifecycleExtra *extra,
			   const guint8 *sender, guint32 *code);

#endif
