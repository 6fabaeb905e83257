/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-native/native.h: how a contract is written in C, in the
 *manner of Fabric's shim. What a contract asks is answered later, so it is
 *written in steps: each asks one thing and names the step that takes the
 *answer, or ends the call. An error that is not the contract's business (a key
 *that is no text, say) ends the call with its sentence; no step sees it.
 *
 *	static void
 *	got(NativeTx *tx)
 *	{
 *		if (tx->answer.len == 0)
 *			native_fail(tx, "there is no such key");
 *		else
 *			native_succeed(tx, tx->answer);
 *	}
 *
 *	static void
 *	get(NativeTx *tx)
 *	{
 *		native_get(tx, tx->args[0], got);
 *	}
 *
 * What must last from one step to the next lies in tx->state or in memory of
 * tx->arena. A call is one strand's.
 */
#ifndef RUNTIME_NATIVE_NATIVE_H
#define RUNTIME_NATIVE_NATIVE_H

#include <bsn/helpers/bytes.h>
#include <glib.h>
#include <jansson.h>

#include "plugins/kit/codec/arena.h"

typedef struct NativeTx NativeTx;
typedef void (*NativeStep)(NativeTx *tx);

/* One call of a contract, as its steps see it. */
struct NativeTx {
	const bsn_slice *args; /* as many as the function takes */
	guint version;	       /* of the contract, as its package says */
	const char *tx_id;
	void *state;	  /* state_size bytes, zeroed at first */
	bsn_slice answer; /* of the last question, for this step only: a value,
			   * empty when there is none; what a chaincode that
			   * was called has given; a bookmark */
	int32_t status;	  /* of the chaincode that was called */
	Arena arena;	  /* lives as long as the call */
};

typedef struct {
	const char *name;
	guint n_args;
	NativeStep begin;
} NativeFunction;

typedef struct {
	const char *name;
	gsize state_size;
	void (*clear)(gpointer state);	 /* NULL: nothing is in it to free */
	const NativeFunction *functions; /* ended by a name NULL */
} NativeContract;

/* ---- what a step asks ---- */

/* Everything is copied. `then` comes with the answer. */
void native_get(NativeTx *tx, bsn_slice key, NativeStep then);
void native_put(NativeTx *tx, bsn_slice key, bsn_slice value, NativeStep then);
void native_del(NativeTx *tx, bsn_slice key, NativeStep then);

/* One entry of a range, or one change of a key's history. */
typedef struct {
	bsn_slice key; /* of a range */
	bsn_slice value;
	const char *tx_id; /* of a history, as those below */
	gint64 seconds;
	gboolean is_delete;
} NativeResult;
/* FALSE: no more are needed. It asks nothing. */
typedef gboolean (*NativeEach)(NativeTx *tx, const NativeResult *result);

/* Keys from `start` up to and without `end`, in order; empty: no bound. `then`
 * comes behind the last. */
void native_range(NativeTx *tx, bsn_slice start, bsn_slice end, NativeEach each,
		  NativeStep then);
/* At most n of them, from a bookmark on if it is not empty; the answer is the
 * bookmark of the next page, empty behind the last. */
void native_page(NativeTx *tx, bsn_slice start, bsn_slice end, guint n,
		 bsn_slice bookmark, NativeEach each, NativeStep then);
/* Documents that a query of CouchDB's finds; n and bookmark as above, with n 0
 * and no bookmark: all of them. */
void native_query(NativeTx *tx, bsn_slice query, guint n, bsn_slice bookmark,
		  NativeEach each, NativeStep then);
/* Newest first. */
void native_history(NativeTx *tx, bsn_slice key, NativeEach each,
		    NativeStep then);

/* Values of a collection, as those above; of the public state it is "". */
void native_private_get(NativeTx *tx, const char *collection, bsn_slice key,
			NativeStep then);
void native_private_put(NativeTx *tx, const char *collection, bsn_slice key,
			bsn_slice value, NativeStep then);
void native_private_del(NativeTx *tx, const char *collection, bsn_slice key,
			NativeStep then);
/* Deletes, so that nobody keeps what it was. */
void native_private_purge(NativeTx *tx, const char *collection, bsn_slice key,
			  NativeStep then);
/* The digest of a value; also who is no member may ask. */
void native_private_hash(NativeTx *tx, const char *collection, bsn_slice key,
			 NativeStep then);
/* As native_range; the transaction cannot write. */
void native_private_range(NativeTx *tx, const char *collection, bsn_slice start,
			  bsn_slice end, NativeEach each, NativeStep then);

/* Calls a chaincode, function first among n args. tx->status and the payload
 * as answer, or its message from a status of 400 on. */
void native_invoke(NativeTx *tx, const char *chaincode, const bsn_slice *args,
		   guint n, NativeStep then);

/* ---- what it says ---- */

/* The call's event; the last one counts. */
void native_event(NativeTx *tx, const char *name, bsn_slice payload);
/* Ends the call. */
void native_succeed(NativeTx *tx, bsn_slice payload);
void native_succeed_number(NativeTx *tx, guint64 number);
/* Takes the reference. Keys are in order, without blanks. */
void native_succeed_json(NativeTx *tx, json_t *json);
/* With status 500. */
void native_fail(NativeTx *tx, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Says nothing any more, as a program in an endless loop. */
void native_hang(NativeTx *tx);

/* ---- help ---- */

/* A copy in the arena, with a NUL behind. */
bsn_slice native_keep(NativeTx *tx, bsn_slice bytes);
/* The same of a text that is printed. */
bsn_slice native_format(NativeTx *tx, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
/* A composite key of Fabric's: U+0000, a type and attributes, each ended by
 * U+0000. All that begin with these attributes are from this key up to
 * native_composite_end. */
bsn_slice native_composite(NativeTx *tx, const char *type,
			   const bsn_slice *attributes, guint n);
bsn_slice native_composite_end(NativeTx *tx, bsn_slice key);
/* A number in decimal; FALSE when it is none. */
gboolean native_number(bsn_slice text, guint64 *number);
/* A JSON object; NULL when it is none. */
json_t *native_json(bsn_slice text);
/* A text as JSON; {"base64"} of what is no UTF-8. */
json_t *native_json_text(bsn_slice text);
/* The text, with arguments of "%.*s". */
#define NATIVE_TEXT(slice) (int)(slice).len, (const char *)(slice).data

/* Transient data of that name, which is in no block; empty when there is none. */
bsn_slice native_transient(NativeTx *tx, const char *name);
/* The MSP id of who sent the transaction; empty when nobody is named. */
bsn_slice native_creator(NativeTx *tx);

/* ---- contracts.c ---- */

/* A compiled contract; NULL: there is none of that name. [any] */
const NativeContract *native_contract(bsn_slice name);
/* "asset, bank, ..."; g_free it. [any] */
char *native_contract_names(void);

extern const NativeContract native_asset;
extern const NativeContract native_bank;
extern const NativeContract native_conform;
extern const NativeContract native_evidence;
extern const NativeContract native_tally;
extern const NativeContract native_vault;

#endif
