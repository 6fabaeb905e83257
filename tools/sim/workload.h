/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/workload.h: what there is to ask of a framework, read from JSON:
 *
 *	{ "framework": "acme",
 *	  "config": { ... },              the chain's, in the framework's words
 *	  "keyed": { ... },               merged into it when there are keys:
 *	                                  it may have {account:N}, {node:N}
 *	  "consensus": "consensus.name",  where in it the protocol is named
 *	  "protocols": { "one": "solo", "crash": "raft", "byzantine": "pbft" },
 *	  "plugins": [ "runtime-acme" ],  beside the engine, by name
 *	  "accounts": 8,                  signers, 1 to 64
 *	  "certificates": {               nodes and signers have such
 *	    "organisations": [ "Org1", "Org2" ], "node_ou": "node",
 *	    "client_ou": "client", "admin_ou": "admin" },
 *	  "secrets": [                    what only some may have
 *	    { "name": "pair", "organisations": [ "Org1" ], "blocks": 5,
 *	      "value": { "contract": "...", "function": "...",
 *	                 "args": [ "{key}" ] }, "digest": { ... } } ],
 *	  "snapshots": true,              observers begin with such
 *	  "right_clocks": true,           clocks are right again in the end
 *	  "generated": 1,                 of a block's first transactions, so many
 *	                                  the chain may make itself
 *	  "orphans": [ 6, 10 ],           codes with which what stands on a
 *	                                  transaction that never was is refused
 *	  "prepare": [ ... ],             done before anything goes wrong,
 *	                                  as the requests are
 *	  "requests": [
 *	    { "contract": "...", "function": "...", "args": [ ... ],
 *	      "options": { ... }, "account": 1, "node": 1, "never": false,
 *	      "natives": [ 11, 12 ], "secret": "pair", "key": "key{a}" },
 *	    { "contract": "...", "code": "hex:60...", "options": { ... } } ],
 *	  "invariants": [ { "call": { "contract": "...", "function": "...",
 *	                              "args": [ ... ] }, "result": "/0",
 *	                    "equals": "committed:add" } ],
 *	  "contract": {
 *	    "name": "conform",
 *	    "versions": [ { "code": "hex:60...", "options": { ... } } ],
 *	    "old": "{name}@{version}",
 *	    "functions": { "put": { "function": "put", "args": [ ... ],
 *	                            "options": { ... }, "result": "/0",
 *	                            "event": "Put", "payload": "/key" } } },
 *	  "members": { "signer": "account", "options": { ... },
 *	               "address": "/from",
 *	               "found": { "contract": "...", "function": "...",
 *	                          "args": [ "{address}" ] } } }
 *
 * All but "requests" may be left out. In a request's args and options {n} is a
 * number that no other transaction has and {a} one of few; in a function's,
 * {key}, {value} and {n} stand for what a checker gives. bsn-sim takes what
 * concerns requests, bsn-conform all of it. A member that is not of these is
 * refused by name.
 *
 * {account:N} and {node:N} are the addresses of keys, as the framework writes
 * them, and {node_key:N} a node's public key in hex: in requests, in the calls of
 * invariants and in "keyed". A request with "node" is signed with that node's
 * key.
 *
 * A request about a "secret" is made at nodes of its organisations alone. In its
 * args and options {key} is its "key", filled in, and {secret} a text that no
 * node of another organisation may ever see; one without {secret} takes away
 * what is under its key. What must come of it: secrets.h.
 */
#ifndef TOOLS_SIM_WORKLOAD_H
#define TOOLS_SIM_WORKLOAD_H

#include "tools/sim/random.h"

#define SIM_ACCOUNTS_MAX 64u
/* The bytes of a workload file at most. */
#define SIM_WORKLOAD_MAX (1u << 20)
#define SIM_ORGANISATIONS_MAX 16u
#define SIM_PLUGINS_MAX 16u
#define SIM_INVARIANTS_MAX 64u
#define SIM_PREPARE_MAX 64u
#define SIM_SECRETS_MAX 16u
#define SIM_ACCOUNT_ANY (-1)
#define SIM_NODE_NONE (-1)
#define SIM_NATIVES_MAX 8u
/* The bytes of a contract's code at most, and its versions. */
#define SIM_CODE_MAX (8u << 20)
#define SIM_VERSIONS_MAX 16u

typedef struct {
	char *contract, *function, *args, *options; /* JSON texts, {n}, {a} */
	gboolean never;	   /* must not be committed */
	gboolean prepares; /* of "prepare" */
	gboolean deploys;  /* it is no call */
	GBytes *code;	   /* then: NULL: what is there already */
	gint account;	   /* who signs; or SIM_ACCOUNT_ANY */
	gint node;	   /* or this node does; or SIM_NODE_NONE */
	/* Codes of the framework's with which it may stand in a block without
	 * effect, as `native`; empty: any. */
	gint32 natives[SIM_NATIVES_MAX];
	guint n_natives;
	gint secret; /* 1 + index of what it is about; 0: of nothing */
	char *key;   /* under which that is, {n}, {a}; or NULL */
	char *text;  /* of one that was drawn: what {secret} is; or NULL */
} SimRequest;

/* Values that nodes of some organisations have, and digests that all have. */
typedef struct {
	char *name;
	GPtrArray *organisations; /* char * */
	guint64 blocks; /* after so many further ones it goes; 0: never */
	SimRequest value, digest; /* calls, with {key} in their args */
} SimSecret;

/* What must be so on every node when all is over. */
typedef struct {
	SimRequest call;
	char *result;	 /* pointer into the answer's "result", or NULL */
	char *committed; /* as many as transactions of this function of the
			  * call's contract took effect; or NULL */
	char *text;	 /* that JSON; NULL: `number` */
	gint64 number;
} SimInvariant;

typedef struct {
	/* NULL: not given. args and options are JSON texts with {key}, {value}
	 * and {n}; options may be "". */
	char *function, *args, *options;
	char *result;  /* RFC 6901 pointer into the "result" of a call's
			* answer; NULL: the whole */
	char *event;   /* name of the event that it emits, or NULL */
	char *payload; /* pointer into the event's; NULL: the whole */
} SimFunction;

typedef struct {
	GBytes *code;
	char *options; /* JSON text, or "" */
} SimVersion;

/* What a contract can be asked to do. X(symbol, name). */
#define SIM_FN_MAP(X)                                                          \
	X(SIM_FN_PUT, "put")         /* keeps value under key */               \
	X(SIM_FN_GET, "get")         /* the value; "" when nothing was put */  \
	X(SIM_FN_VERSION, "version") /* "1" in the first version, "2", ... */  \
	X(SIM_FN_EMIT, "emit")       /* an event with value in it */           \
	X(SIM_FN_FAIL, "fail")       /* puts, emits, then refuses for value */ \
	X(SIM_FN_LOOP, "loop")       /* never ends by itself */                \
	X(SIM_FN_COLLATZ, "collatz") /* the number of Collatz steps n to 1 */

typedef enum {
#define SIM_FN_X(symbol, name) symbol,
	SIM_FN_MAP(SIM_FN_X)
#undef SIM_FN_X
	SIM_FN_COUNT
} SimFn;

typedef struct {
	char *name;
	char *old; /* how an older version is named: text with {name} and
		    * {version}, which counts from 1; NULL: it is not said */
	GArray *versions; /* SimVersion, the first is 1; at least one */
	SimFunction functions[SIM_FN_COUNT];
} SimContract;

/* How a chain's organisations certify nodes and signers: organisations.h. */
typedef struct {
	GPtrArray *organisations; /* char *; empty: nobody has a certificate */
	char *node_ou, *client_ou, *admin_ou; /* units that say what one is */
} SimCertificates;

typedef struct SimWorkload {
	char *framework; /* "" when it is not said */
	char *config;    /* JSON object, without the protocol's name */
	char *keyed;     /* JSON object to merge into it, with addresses */
	gboolean right_clocks; /* in the end: the protocol goes by them */
	guint generated; /* transactions of a block that nobody asked for, at
			  * most: its first ones */
	/* Codes, as `native`, of who stands on what never was. */
	gint32 orphans[SIM_NATIVES_MAX];
	guint n_orphans;
	char *consensus_path; /* where the protocol goes in config; or NULL */
	char *one, *crash, *byzantine; /* protocols for one node, for nodes
					* that crash, that lie; or NULL */
	GPtrArray *plugins; /* char *: names of plugins that must be there */
	SimCertificates certificates;
	guint accounts;
	GArray *prepare;  /* SimRequest, in order */
	GArray *requests; /* SimRequest */
	GArray *invariants; /* SimInvariant */
	GArray *secrets; /* SimSecret */
	gboolean snapshots; /* they are taken, and begun from */
	SimContract *contract; /* or NULL */
	char *members_signer;  /* who may sign BSN_TX_MEMBER: "account", or
				* "node", the nodes' keys; NULL: not said */
	char *members_options; /* JSON text, or "" */
	char *address; /* where the detail of a transaction names its signer, a
			* JSON pointer; or NULL */
	SimRequest found; /* what account 0 does so that only who may govern
			   * changes members: {address} is its own; contract
			   * NULL: nothing, it is always so */
} SimWorkload;

/* Reads a workload from its text. Code that is "file:..." is read from below
 * `directory`; NULL: there is none. NULL with a reason in *message, g_free
 * it; it begins with the path of what is wrong: "contract.versions[0].code". */
SimWorkload *sim_workload_parse(const char *text, gsize len,
				const char *directory, char **message);
/* The same from a file; the reason begins with its path. */
SimWorkload *sim_workload_read(const char *path, char **message);
/* Where the workload of an engine stands: beside its file,
 * "engine-acme.so" -> "engine-acme.workload.json". */
char *sim_workload_beside(const char *plugin);
void sim_workload_free(SimWorkload *workload);

/* The config of a chain: with `more`, a JSON object or NULL, merged into it,
 * and then the protocol, when there are a name and a place for it. NULL with
 * a reason in *message. */
char *sim_workload_config(const SimWorkload *workload, const char *protocol,
			  const char *more, char **message);

/* A config, a JSON object, with `more` merged into it; likewise. */
char *sim_workload_merge(const char *config, const char *more, char **message);

/* What a secret's text begins with, for finding it in bytes. */
#define SIM_SECRET_MARK "a secret of "

/* One of the requests, which it returns; in `out` its texts with what they have
 * in braces filled in, for sim_request_clear. */
const SimRequest *sim_workload_draw(const SimWorkload *workload,
				    SimRandom *random, guint64 n,
				    SimRequest *out);
/* Whether who is refused so stands on a transaction that there is not. */
gboolean sim_workload_orphans(const SimWorkload *workload, gint32 native);
/* Whether it may have had no effect for this reason. */
gboolean sim_request_may_fail(const SimRequest *request, gint32 native);
/* One as it is: what prepares has no {n} and {a}. */
void sim_request_copy(const SimRequest *request, SimRequest *out);
void sim_request_clear(gpointer request);
/* `text`, a JSON text, with each {key} replaced by a key of requests; g_free
 * it. */
char *sim_workload_fill_key(const char *text, const char *key);

/* `text`, a JSON text, with each {address} replaced; g_free it. NULL: the
 * address is no UTF-8. */
char *sim_workload_fill_address(const char *text, const char *address);

const char *sim_function_name(SimFn function);
/* A function's args and options with the placeholders filled in, so that they
 * are JSON still; g_free both. FALSE when the function is not given, or key or
 * value is no UTF-8. */
gboolean sim_function_fill(const SimFunction *function, const char *key,
			   const char *value, guint64 n, char **args,
			   char **options);
/* How a version, from 1, of the contract is named when it is not the newest;
 * NULL: the workload does not say. */
char *sim_contract_old(const SimContract *contract, guint version);

#endif
