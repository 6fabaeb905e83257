/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/collections.h: collections of private data: as
 * a definition declares them (CollectionConfigPackage), and those that each
 * organisation has without being declared, "_implicit_org_" and its MSP's id.
 */
#ifndef FABRIC_LIFECYCLE_COLLECTIONS_H
#define FABRIC_LIFECYCLE_COLLECTIONS_H

#include "peer/collection.pb-c.h"
#include "plugins/engine-fabric/channel/config.h"
#include "plugins/engine-fabric/policy/application.h"

/* Collections of one definition; bytes of a collection's name. */
#define COLLECTIONS_MAX 256u
#define COLLECTION_NAME_MAX 128u

/* Immutable: any thread. */
typedef struct {
	char *name;
	gboolean is_implicit;
	SignaturePolicy *members; /* whoever fulfils it by himself is one;
				   * NULL: those of `msp_id` are */
	char *msp_id;		  /* of an implicit one; else NULL */
	guint required_peers; /* other members that must have it before an
			       * endorsement is given */
	guint max_peers;      /* that it is given to then */
	guint64 block_to_live; /* 0: for ever */
	gboolean member_only_read;
	gboolean member_only_write;
	ApplicationPolicy *endorsement; /* NULL: the chaincode's counts */
} Collection;

/* Those of a definition. Immutable once made. */
typedef struct CollectionSet CollectionSet;

/* Reads a CollectionConfigPackage, which may be empty.
 *
 * Returns: BSN_OK and a set for collection_set_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "collection NAME: ...". [any] */
int32_t collection_set_new(const Suite *suite, bsn_slice package,
			   CollectionSet **set, bsn_err *err);
/* collection_set_free(NULL) does nothing. */
void collection_set_free(CollectionSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CollectionSet, collection_set_free)
/* Declared ones, by name. */
guint collection_set_n(const CollectionSet *set);
const Collection *collection_set_at(const CollectionSet *set, guint index);

/* A collection by its name, a declared or an implicit one; NULL: the chaincode
 * has none of that name. Borrowed from the set; implicit ones are made once for
 * each name that is asked for, COLLECTIONS_MAX of them at most. [strand] */
const Collection *collection_set_find(CollectionSet *set, bsn_slice name);
/* The same, but of organisations only that a channel's application has: for names
 * from outside, which could be any. [strand] */
const Collection *collection_set_find_on(CollectionSet *set,
					 const ChannelConfig *config,
					 bsn_slice name);
/* The MSP whose implicit collection has that name; NULL: it is none's. g_free
 * it. [any] */
char *collection_implicit_msp(bsn_slice name);

/* Whether an identity is of a member. [any] */
gboolean collection_has_member(const Collection *collection,
			       MspIdentity *identity);
/* Whether any identity of an organisation could be, for people and for
 * choosing. [any] */
gboolean collection_names_msp(const Collection *collection,
			      const char *msp_id);

#endif
