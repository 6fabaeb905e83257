/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/bed.h: a test bed: a chain of the engine on one node or more,
 * on the simulator's host, driven call by call. Time is virtual and nothing
 * fails by itself, so the same check does the same, byte for byte.
 *
 * Everything that is asked is noted as evidence. What is not about the answer
 * but about the ABI (a reply answered twice, invalid JSON, no answer at all)
 * fails the check at once; the answer itself is for the check to judge.
 */
#ifndef TOOLS_CONFORM_BED_H
#define TOOLS_CONFORM_BED_H

#include "tools/conform/run.h"
#include "tools/sim/world.h"

/* Virtual milliseconds in which an answer must come. */
#define BED_PATIENCE_MS 60000u

typedef struct Bed Bed;

typedef struct {
	const char *chain;    /* its name; NULL: "conform" */
	guint nodes;          /* members that take part in consensus; 0: 1 */
	guint spares;         /* nodes that are no members yet */
	const char *protocol; /* NULL: the workload's for one node, or, for
			       * more, for nodes that lie or at least crash */
	const char *config;   /* JSON object, merged into the chain's; NULL */
	gboolean two_threads; /* calls come on two threads in turn */
	gboolean quiet;       /* nothing is noted */
} BedSpec;

/* A chain whose nodes are all open; spares are not. Fails the check when that
 * cannot be. `spec` may be NULL. */
Bed *bed_new(Run *run, const BedSpec *spec);
/* As bed_new, but FALSE with a reason (g_free it) when the engine refuses the
 * config. */
Bed *bed_try(Run *run, const BedSpec *spec, char **message);
void bed_free(Bed *bed);

Run *bed_run_of(const Bed *bed);
SimWorld *bed_world(const Bed *bed);
bsn_chain *bed_chain(const Bed *bed, guint node);
/* By which its nodes agree; NULL: the engine uses no plugin's. */
const bsn_consensus *bed_protocol(const Bed *bed);

/* ---- what happens -------------------------------------------------------- */

/* A point among what was asked, and forgetting what was answered since: for who
 * asks in a loop and keeps none of it. No process may owe an answer. */
guint bed_mark(const Bed *bed);
void bed_forget(Bed *bed, guint mark);

/* Lets so many virtual milliseconds pass. */
void bed_pass(Bed *bed, guint64 ms);
/* Lets time pass until `is(data)` holds, or BED_PATIENCE_MS; whether it does. */
gboolean bed_until(Bed *bed, gboolean (*is)(gpointer data), gpointer data);
/* All of these nodes have said that block `height` is durable. */
gboolean bed_reach(Bed *bed, guint64 height);
/* Stops a node in order, or kills it: nothing is kept that was not synced. */
void bed_stop(Bed *bed, guint node);
void bed_kill(Bed *bed, guint node);
/* Opens its chain (again). Fails the check when it does not open. */
void bed_boot(Bed *bed, guint node);
/* The same, when it may be refused: what open answers, with its reason in
 * *message (g_free it; NULL when it opens). */
int32_t bed_try_boot(Bed *bed, guint node, char **message);
/* Stops and opens. */
void bed_restart(Bed *bed, guint node);
/* Cuts a node off from all others, or joins it again. */
void bed_cut(Bed *bed, guint node, gboolean cut);

/* ---- asking -------------------------------------------------------------- */

/* Answers belong to the bed, and last as long as it. `status` is BSN_OK or the
 * reason stands in `err`. Functions that an engine's tables lack are answered
 * with BSN_NOT_OFFERED. */
const bsn_reply *bed_members(Bed *bed, guint node);
const bsn_reply *bed_status(Bed *bed, guint node);
/* What node 0 says, which an open chain must. */
const bsn_chain_status *bed_chain_status(Bed *bed);
const bsn_reply *bed_ledger(Bed *bed, guint node);
const bsn_reply *bed_block(Bed *bed, guint node, guint64 number, guint64 want);
const bsn_reply *bed_block_query(Bed *bed, guint node,
				 const bsn_block_query *query);
const bsn_reply *bed_events(Bed *bed, guint node, guint64 from, guint64 to);
const bsn_reply *bed_tx(Bed *bed, guint node, bsn_slice tx_id);
const bsn_reply *bed_list(Bed *bed, guint node, guint64 from, guint64 limit);
const bsn_reply *bed_contract(Bed *bed, guint node, const char *contract);
const bsn_reply *bed_check(Bed *bed, guint node, bsn_slice code,
			   const char *options);
const bsn_reply *bed_compile(Bed *bed, guint node, const char *source);
/* Any of the above with a function of one's own. */
typedef int32_t (*BedAsk)(const bsn_engine *engine, bsn_ledger *ledger,
			  bsn_reply *reply, gpointer data);
const bsn_reply *bed_ask(Bed *bed, guint node, SimAnswer expects, BedAsk ask,
			 gpointer data);
/* Functions of an engine that nothing answers. */
typedef void (*BedTell)(const bsn_engine *engine, bsn_ledger *ledger,
			gpointer data);
void bed_tell(Bed *bed, guint node, BedTell tell, gpointer data);

/* ---- transactions -------------------------------------------------------- */

/* Who signs. */
const SimKey *bed_account(Bed *bed, guint account);
const SimKey *bed_node_key(Bed *bed, guint node);
/* A key that nobody has told the chain about. */
const SimKey *bed_stranger(Bed *bed);

/* How a signature is made; the default is the scheme's own. Returns its length,
 * 0: none can be made. */
typedef guint32 (*BedSign)(const SimKey *key, const bsn_signable *what,
			   guint8 *signature, gpointer data);
void bed_set_sign(Bed *bed, BedSign sign, gpointer data);

/* A finished transaction. */
typedef struct {
	int32_t status;  /* BSN_OK, or what begin or sign_round said */
	const char *reason; /* of a failure; "" */
	GBytes *bytes;   /* NULL on failure */
	bsn_id id;
	const char *algorithm; /* of its last signature */
	guint32 convention;
	guint rounds;
} BedBuilt;

/* What became of one. */
typedef struct {
	int32_t status; /* BSN_OK: committed and effective; else what went
			 * wrong, at the door or in the block */
	const char *reason;
	guint32 stage;  /* BSN_TX_*; 0: refused at the door */
	guint64 block, index;
	bsn_id id;
	const bsn_reply *reply; /* of submit; NULL when it was not built */
	GBytes *bytes;          /* the transaction; NULL likewise */
} BedDone;

/* Builds a request's transaction at a node, signed by a key, whose public key
 * is filled into the request. */
BedBuilt bed_build(Bed *bed, guint node, const SimKey *key,
		   const bsn_tx_request *request);
/* Submits and waits for its end. */
BedDone bed_submit(Bed *bed, guint node, GBytes *tx);
/* Submits and does not wait; the reply is answered as time passes. */
bsn_reply *bed_submit_async(Bed *bed, guint node, GBytes *tx);
/* A batch in one call. Each item gets a reply, which is the caller's: free it
 * with sim_reply_free. What the call returned: BSN_OK, or why the whole batch
 * was refused. */
int32_t bed_submit_batch(Bed *bed, guint node, bsn_submission *items, guint64 n,
			 bsn_err *err);
/* Lets time pass until each is answered. Fails the check when one is not. */
void bed_wait_batch(Bed *bed, const bsn_submission *items, guint64 n);
/* Builds and submits. */
BedDone bed_send(Bed *bed, guint node, const SimKey *key,
		 const bsn_tx_request *request);

/* ---- the workload's contract --------------------------------------------- */

/* Whether the workload says how; checks that need it and have it not fail. */
gboolean bed_has(const Bed *bed, SimFn function);
/* Deploys a version, 1 or 2, signed by an account. */
BedDone bed_deploy(Bed *bed, guint node, guint account, guint version);
/* Has a node build that deployment and leaves it at that: the node has the code
 * then, where it does not come with the transaction. */
void bed_install(Bed *bed, guint node, guint account, guint version);
/* Freezes, unfreezes, uninstalls: kind is BSN_TX_*. `version` 0: the contract
 * by its name. */
BedDone bed_manage(Bed *bed, guint node, guint account, guint32 kind,
		   guint version);
/* The name of a version, as transactions take it; 0: the contract's. */
const char *bed_name(Bed *bed, guint version);
/* One of its functions, as a transaction. */
BedDone bed_invoke(Bed *bed, guint node, guint account, SimFn function,
		   const char *key, const char *value);
/* ... of a version, and with a number. */
BedDone bed_invoke_at(Bed *bed, guint node, guint account, guint version,
		      SimFn function, const char *key, const char *value,
		      guint64 n);

/* ... built and not submitted. Fails the check when it cannot be. */
BedBuilt bed_build_invoke(Bed *bed, guint node, guint account, SimFn function,
			  const char *key, const char *value);

typedef struct {
	int32_t status;
	const char *reason;
	const char *text; /* its result as text; NULL when there is none */
	const bsn_reply *reply;
} BedValue;
/* ... read only. */
BedValue bed_call(Bed *bed, guint node, SimFn function, const char *key,
		  guint64 n);
BedValue bed_call_at(Bed *bed, guint node, guint account, guint version,
		     SimFn function, const char *key, const char *value,
		     guint64 n);

/* ... of a contract that has the workload's functions under another name or
 * address. */
BedValue bed_call_named(Bed *bed, guint node, const char *contract,
			SimFn function, const char *key);

/* A bed with version 1 deployed by account 0. Fails the check otherwise. */
Bed *bed_with_contract(Run *run, const BedSpec *spec);

/* An act that is account 0's alone, built and not submitted: the contract is
 * frozen, or, where that is not offered, "acted" is put under "open". */
BedBuilt bed_build_act(Bed *bed, guint node);
/* ... built by whatever signature, and submitted when it could be. */
BedDone bed_act(Bed *bed, guint node);
/* Fails the check unless it was committed and took effect. */
void bed_must_commit(Bed *bed, const BedDone *done, const char *what);
/* Fails the check unless it was refused, with a reason and a status above 0: at
 * the door or in a block, without effect. */
void bed_must_refuse(Bed *bed, const BedDone *done, const char *what);
void bed_must_refuse_call(Bed *bed, const BedValue *value, const char *what);
/* put, which must be committed. */
BedDone bed_put(Bed *bed, const char *key, const char *value);
/* get, which must answer this value. */
void bed_must_have(Bed *bed, guint node, const char *key, const char *value);

/* Changes a member, signed as the workload says by whoever must: `role` is
 * "consensus", "observer" or "none". The last one's outcome. */
BedDone bed_change_member(Bed *bed, guint node, guint about, const char *role);
/* The same, signed once by somebody. */
BedDone bed_change_member_as(Bed *bed, guint node, const SimKey *signer,
			     guint about, const char *role);
/* Whether a node says that another one has this role. */
gboolean bed_has_role(Bed *bed, guint node, guint about, const char *role);
/* Lets account 0 do what the workload says, so that only who may govern the
 * chain changes its members. `earlier`: a transaction of its own. */
void bed_govern(Bed *bed, const BedDone *earlier);

/* Where this text is among what the engine has answered in this bed, has
 * written to its log or has on one of its disks, as it is or in hex; NULL: it
 * is nowhere. */
const char *bed_mentions(Bed *bed, const char *text);
/* What the engine has answered so far, a line (char *) for each request. */
GPtrArray *bed_transcript(const Bed *bed);

/* ---- for evidence -------------------------------------------------------- */

/* From now on nothing is noted (or it is again). */
void bed_set_quiet(Bed *bed, gboolean quiet);
/* Hex of an id; texts last as long as the bed. */
const char *bed_hex(Bed *bed, bsn_slice bytes);
/* "ok", "denied", "-7": by its name. */
const char *bed_status_name(int32_t status);
/* JSON of a value's answer, by RFC 6901 pointer, as text; NULL. */
const char *bed_json(Bed *bed, const bsn_reply *reply, const char *pointer);
/* The same of a detail, which may be empty. */
const char *bed_detail(Bed *bed, bsn_slice detail, const char *pointer);

#endif
