/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/private.h: what a channel's lifecycle has.
 * Internal to lifecycle/.
 */
#ifndef FABRIC_LIFECYCLE_PRIVATE_H
#define FABRIC_LIFECYCLE_PRIVATE_H

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/lifecycle/definition.h"
#include "plugins/kit/json.h"

/* Bytes of a package id: a label, a colon, a digest in hex. */
#define PACKAGE_ID_MAX 256u

typedef struct Fetch Fetch; /* fetch.c */

typedef struct Lifecycle Lifecycle;
struct Lifecycle {
	TxJudge judge;
	Channel *channel;
	GTree *packages; /* Package by id (package.c) */

	/* Of the newest committed state, unless `stale`. */
	gboolean stale;
	char *own;          /* MSP of this node; NULL: it has none */
	GTree *definitions; /* Definition by name */
	GPtrArray *wanted;  /* char *: package ids that the own organisation
			     * has approved for what may be called now or next */

	Policy votes; /* of votes on the config, and what it borrows */
	GPtrArray *votes_below;
	GHashTable *parameters; /* ApplicationPolicy by its bytes: of keys */

	GQueue offered; /* offered.c */
	guint64 offered_bytes;

	Fetch *fetch;
	guint64 retry_ms; /* 0: no timer is armed */
	guint turn;	  /* which of the peers is asked next */
};

static inline View
committed_view(const Channel *channel)
{
	return (View){ channel->ledger, NULL };
}

static inline const char *
own_msp(const Channel *channel)
{
	return channel->self != NULL ? channel->self->msp->id : NULL;
}

/* ---- cache.c ---- */

/* Reads definitions anew if they may have changed. Errors: BSN_E_*. */
int32_t cache_refresh(Lifecycle *lifecycle, bsn_err *err);
/* Who must endorse a vote on the channel's config; borrowed until that
 * changes. */
const Policy *cache_votes_policy(Lifecycle *lifecycle);
/* The organisations that have chaincodes, const ChannelOrganisation *, by id;
 * for g_ptr_array_unref. */
GPtrArray *cache_organisations(const Channel *channel);

/* ---- collections_json.c ---- */

/* Reads an array of Fabric's collections_config.json.
 *
 * Returns: BSN_OK and a CollectionConfigPackage's bytes, in the arena, as Terms
 *          have them.
 * In:      where: the array's name in reasons.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "options.collections[0]: ...". [any] */
int32_t collections_parse(Arena *arena, const json_t *array, const char *where,
			  bsn_slice *package, bsn_err *err);
/* And back: a new reference; a policy that cannot be said is null. [any] */
json_t *collections_json(const CollectionSet *set);

/* ---- deploy.c ---- */

/* Bytes of a request's options. */
#define REQUEST_OPTIONS_MAX (256u << 10)
/* What a deploy says. In: name: the chaincode's. Returns as lifecycle_request. */
int32_t request_deploy(Channel *channel, const bsn_tx_request *request,
		       const char *name, MspIdentity *who, GPtrArray *args,
		       bsn_err *err);

/* ---- request.c ---- */

/* Adds an argument. [any] */
void request_add_text(GPtrArray *args, const char *text);
void request_add_message(GPtrArray *args, gconstpointer message);

/* ---- functions.c ---- */

/* Whether somebody fulfils the policy Admins of the own organisation, which is
 * one of the channel's application. */
gboolean lifecycle_is_admin(const Channel *channel, MspIdentity *who);

/* ---- judge.c ---- */

void judge_init(Lifecycle *lifecycle);

/* ---- parameter.c ---- */

/* The policy that a key has of its own.
 *
 * Out: policy: unchanged when it has none; NULL: nobody fulfils it. Borrowed
 *      until the next block. Returns: BSN_OK. Errors: BSN_E_*. */
int32_t parameter_find(Channel *channel, const char *namespace,
		       const char *collection, bsn_slice key,
		       const Policy **policy, bsn_err *err);
/* After a block: what was borrowed is not used any more. */
void parameters_forget(Lifecycle *lifecycle);

/* ---- package.c ---- */

/* Finds what the store has; removes what was left half stored. Errors: those of
 * bsn_store. */
int32_t packages_load(Lifecycle *lifecycle, bsn_err *err);
/* Has the runtimes start what is defined and here, and stop what is not any
 * more. */
void packages_prepare(Lifecycle *lifecycle);
/* Bytes of one that is there; 0: none. */
guint64 package_len(const Channel *channel, const char *id);
/* Appends the piece that begins at `offset`, which is a multiple of
 * PACKAGE_PIECE. Returns as package_get. */
#define PACKAGE_PIECE (1u << 20)
int32_t package_piece(const Channel *channel, const char *id, guint64 offset,
		      GByteArray *out, bsn_err *err);

/* ---- package_id.c ---- */

/* Whether a text may be a package's id. [any] */
gboolean package_id_is_valid(const char *id);
/* "label" of "label:digest"; g_free it. [any] */
char *package_label(const char *id);
/* "label:digest"; g_free it. [any] */
char *package_id(const char *label, const guint8 *digest);
/* Opens a package. Out: read, for chaincode_package_free; digest, by the
 * channel's hash.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t package_read(const Suite *suite, bsn_slice package,
		     ChaincodePackage **read, guint8 digest[HASH_LEN],
		     bsn_err *err);

/* ---- offered.c ---- */

/* Keeps a package in memory for the proposal that will name it. Returns as
 * package_put, but for the store's errors. */
int32_t package_offer(Channel *channel, bsn_slice package, char **id,
		      bsn_err *err);
void offered_clear(Lifecycle *lifecycle);

/* ---- fetch.c ---- */

/* Gets the next package that is wanted and not here, if a peer has it; looks
 * again later while any is missing. */
void fetch_next(Lifecycle *lifecycle);
void fetch_close(Lifecycle *lifecycle);

/* A question for a package, and its answer: a length of all and a piece.
 * [any] */
void fetch_put_question(GByteArray *out, const char *id, guint64 offset);
/* FALSE when it is none. Out: id: g_free it. */
gboolean fetch_read_question(bsn_slice bytes, char **id, guint64 *offset);

#endif
