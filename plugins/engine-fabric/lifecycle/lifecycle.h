/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/lifecycle.h: which chaincodes a channel has,
 * as in Fabric 2: packages are installed on nodes, organisations approve a
 * definition, one that enough have approved is committed; each upgrade has the
 * next sequence and keeps the state.
 *
 *	terms.c       what organisations may agree on
 *	collections.c collections of private data that a definition declares
 *	declare.c     which of them may be declared
 *	definition.c  definitions in the state, under Fabric's own names
 *	approval.c    who has approved what
 *	fields.c      structures as entries of the state
 *	cache.c       definitions of the newest state, with parsed policies
 *	find.c        what other parts ask of them
 *	functions.c   _lifecycle, as a system chaincode: who may call what
 *	agree.c       its functions that approve and commit
 *	condition.c   those that freeze, unfreeze, uninstall
 *	answers.c     its functions that tell of definitions
 *	installed.c   its functions for packages on this node
 *	judge.c       TxJudge: is what a transaction writes endorsed
 *	parameter.c   keys with a policy of their own
 *	package.c     packages in the store, in pieces
 *	offered.c     packages that wait for a signature
 *	fetch.c       packages from peers
 *	contracts.c   bsn_contract_ops
 *	request.c     freeze, ... in _lifecycle's words
 *	deploy.c      and a deploy
 *	collections_json.c  collections as people write them
 *
 * All functions: [strand] unless it says otherwise.
 */
#ifndef FABRIC_LIFECYCLE_LIFECYCLE_H
#define FABRIC_LIFECYCLE_LIFECYCLE_H

#include "peer/chaincode.pb-c.h"
#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/simulator.h"
#include "plugins/engine-fabric/lifecycle/collections.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/policy/application.h"

#define LIFECYCLE_NAME "_lifecycle"
/* Of all system chaincodes, as Fabric has it in their transactions. */
#define LIFECYCLE_VERSION "syscc"
#define LIFECYCLE_POLICY "/Channel/Application/LifecycleEndorsement"

/* What may be done with a committed chaincode. */
#define CHAINCODE_ACTIVE 0u
#define CHAINCODE_FROZEN 1u
#define CHAINCODE_UNINSTALLED 2u

/* A committed definition. Immutable, but for the implicit ones in `collections`;
 * referenced. */
typedef struct Definition {
	gint refs;
	char *name;
	gint64 sequence;
	char *version;
	gboolean init_required;
	guint condition; /* CHAINCODE_* */
	bsn_slice policy_bytes; /* ApplicationPolicy */
	ApplicationPolicy *policy;
	bsn_slice collections_bytes; /* CollectionConfigPackage; may be empty */
	CollectionSet *collections;
	/* What this node runs of it: the package that its organisation has
	 * approved for this sequence; NULL: none approved. */
	char *package_id;
	guint64 first_block; /* of sequence 1; of this sequence */
	guint64 block;
} Definition;

Definition *definition_ref(Definition *definition);
void definition_unref(Definition *definition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Definition, definition_unref)

int32_t lifecycle_open(Channel *channel, bsn_err *err);
void lifecycle_close(Channel *channel);

/* The definition in the newest committed state. _lifecycle has one, too, with
 * sequence 0.
 *
 * Returns: BSN_OK and a reference. Errors: BSN_NOT_FOUND with a reason; BSN_E_*. */
int32_t lifecycle_find(Channel *channel, const char *name,
		       Definition **definition, bsn_err *err);
/* The same as a simulation sees it, its reads being noted: Fabric reads the
 * called chaincode's definition as part of each simulation. */
int32_t lifecycle_find_in(Channel *channel, Simulator *simulator,
			  const char *name, Definition **definition,
			  bsn_err *err);
/* All definitions in the newest committed state but _lifecycle's own, by name.
 *
 * Returns: BSN_OK. Out: list: references, for g_ptr_array_unref.
 * Errors:  BSN_E_*. */
int32_t lifecycle_definitions(Channel *channel, GPtrArray **list, bsn_err *err);
/* A collection of a chaincode: a declared one, or that of an organisation of the
 * channel's application. Borrowed from the definition; NULL: it has none of that
 * name. */
const Collection *lifecycle_collection(const Channel *channel,
				       const Definition *definition,
				       bsn_slice name);
/* The policy that must be fulfilled for writes in a namespace; borrowed until the
 * next block. NULL: nobody can. */
const Policy *lifecycle_policy(Channel *channel, const Definition *definition);
/* All that must be fulfilled for a simulated transaction: those of the called
 * chaincode and of each that it writes for, and, where an organisation's own
 * keys are written (its approvals), that organisation's. By them the judge
 * judges.
 *
 * Returns: BSN_OK.
 * In:      called; results: a TxReadWriteSet.
 * Out:     policies: const Policy *, each once, borrowed until the next block.
 * Errors:  BSN_NOT_FOUND: a chaincode without definition; BSN_DENIED: nobody may
 *          write this; BSN_BAD_REQUEST: it is none; BSN_E_*. */
int32_t lifecycle_policies(Channel *channel, const char *called,
			   bsn_slice results, GPtrArray *policies,
			   bsn_err *err);

/* For channel_ledger_append: lives as long as the channel. */
TxJudge *lifecycle_judge(Channel *channel);
/* Has indexes_prepare called for all chaincodes whose package is here. */
void lifecycle_prepare_indexes(Channel *channel);
/* A block was committed: what of it concerns definitions is read anew, packages
 * that are needed now are fetched. */
void lifecycle_committed(Channel *channel, const BlockOutcome *outcome);
/* This node is one of another organisation, or of one at last: what that has
 * approved is what it runs from now on. */
void lifecycle_self_changed(Channel *channel);

/* ---- package.c ---- */

/* Bytes of a package. */
#define PACKAGE_MAX (256u << 20)

/* Stores a package and tells the others (net_packages_changed).
 *
 * Returns: BSN_OK; also when it is there.
 * Out:     id: label ':' digest in hex, by the channel's hash; g_free it.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE; those of bsn_store.commit. */
int32_t package_put(Channel *channel, bsn_slice package, char **id,
		    bsn_err *err);
/* Appends its bytes. Returns: BSN_OK. Errors: BSN_NOT_FOUND; BSN_E_IO. */
int32_t package_get(const Channel *channel, const char *id, GByteArray *out,
		    bsn_err *err);
/* Tells of each index that it brings, as it has them.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND; BSN_E_*. */
typedef void (*PackageIndexFn)(const char *collection, const char *file,
			       const char *text, gpointer data);
int32_t package_indexes(const Channel *channel, const char *id,
			PackageIndexFn visit, gpointer data, bsn_err *err);
gboolean package_exists(const Channel *channel, const char *id);
/* The type of one that is there: "node"; g_free it. NULL: none. */
char *package_type(const Channel *channel, const char *id);
/* Ids of all, char *, for g_ptr_array_unref. */
GPtrArray *package_list(const Channel *channel);
/* Another node asks (NET_ASK_PACKAGE). */
void package_asked(Channel *channel, NetQuestion *question, bsn_slice bytes);
/* TIMER_PACKAGES. */
void package_timer(Channel *channel);
/* A peer says what it has: what is missing here is looked for at once. */
void packages_offered(Channel *channel);

/* ---- contracts.c ---- */

extern const bsn_contract_ops fabric_contract_ops;

/* A proposal for _lifecycle has come that its creator has signed: the package
 * that came with its request is stored on this node.
 *
 * Returns: BSN_OK, also when there is none. Errors: those of package_put. */
int32_t lifecycle_signed(Channel *channel, const Protos__ChaincodeInput *input,
			 MspIdentity *who, bsn_err *err);

/* What BSN_TX_DEPLOY, FREEZE, UNFREEZE and UNINSTALL say to _lifecycle: the
 * arguments of a proposal. The package of a deploy waits for lifecycle_signed.
 *
 * Returns: BSN_OK. Out: args: GBytes, function first.
 * Errors:  BSN_BAD_REQUEST, BSN_NOT_FOUND: the reason names the option. */
int32_t lifecycle_request(Channel *channel, const bsn_tx_request *request,
			  MspIdentity *who, GPtrArray *args, bsn_err *err);

#endif
