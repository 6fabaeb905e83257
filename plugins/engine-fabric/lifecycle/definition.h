/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/definition.h: definitions and approvals in the
 * state. What Fabric keeps stands under Fabric's keys, as Fabric encodes it, in
 * the namespace _lifecycle:
 *
 *	public state
 *	  namespaces/metadata/NAME          StateMetadata "ChaincodeDefinition"
 *	  namespaces/fields/NAME/Sequence   StateData, as the other fields:
 *	    .../EndorsementInfo .../ValidationInfo .../Collections
 *	collection _implicit_org_MSPID, what the organisation has approved:
 *	  namespaces/metadata/NAME#SEQUENCE  "ChaincodeParameters"
 *	  namespaces/fields/NAME#SEQUENCE/...
 *	  chaincode-sources/...              its package id
 *
 * Of a collection the ledger has digests only, so what a node needs to read
 * again, and what Fabric does not know, stands in public keys of our own:
 *
 *	  namespaces/fields/NAME/Condition  StateData, a text: "frozen",
 *	                                    "uninstalled"; none: active
 *	  namespaces/committed/NAME#SEQUENCE        each definition that was
 *	                    committed: QueryChaincodeDefinitionResult
 *	  namespaces/sources/NAME#SEQUENCE/MSPID    what an organisation has
 *	                    approved, its package's id included:
 *	                    QueryApprovedChaincodeDefinitionResult
 *	  namespaces/sources/NAME.CONDITION#BLOCK/MSPID    that it has agreed
 *	                    to this condition of what was last changed in BLOCK:
 *	                    StateData, the condition
 *
 * The last two are the organisation's own, as its collection is (judge.c).
 */
#ifndef FABRIC_LIFECYCLE_DEFINITION_H
#define FABRIC_LIFECYCLE_DEFINITION_H

#include "peer/lifecycle/lifecycle.pb-c.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"

#define IMPLICIT_COLLECTION "_implicit_org_"
#define KEY_COMMITTED "namespaces/committed/"
#define KEY_METADATA "namespaces/metadata/"
#define KEY_METADATA_END "namespaces/metadata0" /* behind all of them */
#define KEY_SOURCES "namespaces/sources/"
/* Bytes of a chaincode's name and version. */
#define CHAINCODE_NAME_MAX 64u
#define CHAINCODE_VERSION_MAX 64u
/* The only plugins that there are. */
#define ENDORSEMENT_PLUGIN "escc"
#define VALIDATION_PLUGIN "vscc"

/* What organisations agree on. Borrowed, or in an arena. */
typedef struct {
	const char *name;
	gint64 sequence;
	const char *version;
	gboolean init_required;
	bsn_slice policy; /* ApplicationPolicy */
	bsn_slice collections; /* CollectionConfigPackage, as Fabric encodes it;
				* may be empty */
} Terms;

/* From where the state is read: a simulation, which notes it, or, when that is
 * NULL, the newest committed state. */
typedef struct {
	const ChannelLedger *ledger;
	Simulator *simulator;
} View;

/* ---- what may be agreed on ---- */

/* Whether a text may be a chaincode's name; those of the engine's own are taken.
 * [any] */
int32_t chaincode_name_check(const char *name, bsn_err *err);
/* A name from outside, as a text for g_free; NULL: it could be nobody's.
 * [any] */
char *chaincode_name_read(bsn_slice name, bsn_err *err);
/* Names of the engine's own and of Fabric's. [any] */
gboolean chaincode_name_is_system(bsn_slice name);
/* That the channel has a policy: one that nobody can ever fulfil would leave the
 * chaincode unusable. [any] */
int32_t terms_check_found(const ChannelConfig *config,
			  const ApplicationPolicy *policy, bsn_err *err);
/* Whether collections may be declared: whether the channel has their members and
 * policies, and they keep what is there.
 *
 * In:      before: those in force, none when empty: an organisation that they
 *          name may be gone from the channel since.
 * Returns: BSN_OK. Errors: as collection_set_new. [any] */
int32_t terms_check_collections(const ChannelConfig *config,
				bsn_slice collections, bsn_slice before,
				bsn_err *err);
/* Reads arguments, which for approving, committing and asking whether that can
 * be have the same fields; fills in Fabric's defaults.
 * What concerns the definition in force is not checked: the sequence, collections.
 *
 * Returns: BSN_OK; terms in the arena.
 * Out:     args, may be NULL: all of them, for the source.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t terms_of_args(
	Arena *arena, const ChannelConfig *config, bsn_slice bytes,
	Terms *terms,
	const Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs **args,
	bsn_err *err);
/* Collections as Terms have them, in the arena. In: package: may be NULL. */
bsn_slice terms_collections(Arena *arena,
			    const Protos__CollectionConfigPackage *package);
/* And back, in the arena; NULL: there are none. */
Protos__CollectionConfigPackage *terms_package(Arena *arena,
					       const Terms *terms);
/* In what two differ, in words ("version"); NULL: in nothing. [any] */
const char *terms_difference(const Terms *a, const Terms *b);

/* ---- what is committed ---- */

/* Any public entry of _lifecycle. Out: item: a reference, or NULL.
 * Returns: BSN_OK. Errors: those of simulator_get. */
int32_t view_get(const View *view, const char *key, StateItem **item,
		 bsn_err *err);
/* Out: sequence: 0 when there is no such chaincode. */
int32_t definition_sequence(const View *view, const char *name,
			    gint64 *sequence, bsn_err *err);
/* The definition in force. Returns: BSN_OK; terms in the arena.
 * Errors: BSN_NOT_FOUND with a reason; BSN_E_CORRUPT. */
int32_t definition_read(const View *view, Arena *arena, const char *name,
			Terms *terms, bsn_err *err);
/* Out: collections: of the definition in force, in the arena; empty when there
 * are none, or no definition. */
int32_t definition_collections(const View *view, Arena *arena,
			       const char *name, bsn_slice *collections,
			       bsn_err *err);
/* One that was committed, in force or not; and by which transaction. Errors: as
 * above. */
int32_t definition_read_old(const View *view, Arena *arena, const char *name,
			    gint64 sequence, Terms *terms, Version *version,
			    bsn_err *err);
/* Out: since: the block in which it, or its condition, was last changed; 0 when
 * there is none. */
int32_t definition_since(const View *view, const char *name, guint64 *since,
			 bsn_err *err);
/* "active", "frozen", "uninstalled". [any] */
const char *condition_word(guint condition);
/* Out: condition: CHAINCODE_*. */
int32_t definition_condition(const View *view, const char *name,
			     guint *condition, bsn_err *err);
/* Writes what differs from what is there. */
int32_t definition_put(const View *view, const Terms *terms, bsn_err *err);
/* Writes the sequence as well, as it is: every simulation of the chaincode has
 * read it, so those that have not been ordered before come too late. */
int32_t definition_put_condition(const View *view, const char *name,
				 gint64 sequence, guint condition,
				 bsn_err *err);

/* ---- what is approved ---- */

/* Whether an organisation has approved exactly these terms. */
int32_t approval_holds(const View *view, const char *msp_id,
		       const Terms *terms, gboolean *approved, bsn_err *err);
/* What it has approved. Returns: BSN_OK, in the arena.
 * Out:    package_id: may be NULL; "" when none was named.
 * Errors: BSN_NOT_FOUND with a reason, also for what its nodes endorsed and is
 *         no approval. */
int32_t approval_read(const View *view, Arena *arena, const char *msp_id,
		      const char *name, gint64 sequence, Terms *terms,
		      const char **package_id, bsn_err *err);
/* The same as bytes: QueryApprovedChaincodeDefinitionResult. Returns as above. */
int32_t approval_record(const View *view, Arena *arena, const char *msp_id,
			const char *name, gint64 sequence, bsn_slice *record,
			bsn_err *err);
/* Writes what differs. In: package_id: "" when none is named. */
int32_t approval_put(const View *view, const char *msp_id, const Terms *terms,
		     const char *package_id, bsn_err *err);
/* Reads KEY_SOURCES' keys apart: FALSE when it is none. Out: in the arena.
 * [any] */
gboolean approval_key_split(Arena *arena, bsn_slice key, const char **name,
			    gint64 *sequence, const char **msp_id);

#endif
