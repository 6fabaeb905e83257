/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/world.h: N nodes of an engine in one process, on one thread, under
 * one virtual clock, and everything that happens to them.
 *
 * A *node* is an identity: a key, a clock, a disk. A *process* of it is one
 * bsn_chain: an honest node has one, a Byzantine one may have two with the same
 * key. Everything that happens is an event of the queue; making one happen is a
 * *step*. All choices come from the seed.
 */
#ifndef TOOLS_SIM_WORLD_H
#define TOOLS_SIM_WORLD_H

#include <bsn/bsn.h>
#include <glib.h>

#include "tools/sim/options.h"
#include "tools/sim/queue.h"
#include "tools/sim/random.h"
#include "tools/sim/reply.h"
#include "tools/sim/store.h"
#include "tools/sim/trace.h"

/* Virtual time begins here, so that block times look like dates. */
#define SIM_START_MS G_GUINT64_CONSTANT(1700000000000)
#define SIM_SIDES 2u

typedef struct SimWorld SimWorld;
typedef struct SimNode SimNode;
typedef struct SimChecker SimChecker;
typedef struct SimClients SimClients;
typedef struct SimWorkload SimWorkload;
typedef struct SimTap SimTap;
typedef struct SimOrganisations SimOrganisations;

typedef enum {
	SIM_CLOSED,  /* down */
	SIM_OPENING,
	SIM_OPEN,
	SIM_CLOSING, /* in order */
	SIM_DEAD,    /* crashed inside a call: nothing has an effect */
} SimState;

typedef struct {
	guint64 id;
	guint64 generation;
} SimTimer;

/* The ABI's handle, completed: one process of a node. */
struct bsn_chain {
	SimWorld *world;
	SimNode *node;
	guint side;   /* 0; 1 for the second process of a Byzantine node */
	char name[8]; /* "n3", "n3'" */
	SimState state;
	guint64 epoch; /* lives so far; events of an earlier one are void */
	bsn_ledger *ledger;
	SimStore *store;
	guint64 synced_us;  /* when the youngest batch will be synced */
	GArray *timers;     /* SimTimer that are armed */
	guint64 generation; /* of timers */
	GPtrArray *waiting; /* replies that the engine owes an answer */
	guint scans;        /* that run now */
	SimTap *tap;        /* between engine and consensus; may be NULL */
	guint64 members;    /* bit i: node i may be talked to */
	guint64 reachable;  /* bit i: it was told that node i is */
	SimRandom random;   /* bsn.random/1 of this life */

	guint fuse;   /* effects until it crashes; 0: it does not */
	guint alive;  /* batches that waited when it crashed */
	gboolean doubtful; /* a read failed in this life */
	guint64 full_until_us;  /* the disk takes nothing */
	guint64 slow_until_us;
	guint64 errors_until_us; /* reads fail now and then */
	guint64 announced; /* highest block that it said is durable */

	int32_t opened; /* what open answered the last time */
	char refusal[BSN_REASON_MAX]; /* its reason, unless that was BSN_OK */
};

typedef struct {
	const char *algorithm;
	guint8 private_key[32];
	guint8 public_key[BSN_PUBLIC_KEY_MAX];
	guint32 public_key_len;
	bsn_slice certificate; /* DER, the world's; empty: it has none */
} SimKey;

struct SimNode {
	guint index;
	char name[8];
	guint32 role; /* BSN_ROLE_* */
	gboolean honest;
	SimKey key;    /* its identity on the chain */
	GArray *keys;  /* SimKey of other schemes, as asked for */
	guint sides;   /* processes that are used */
	bsn_chain processes[SIM_SIDES];
	gint64 wall_off_ms;
	gint64 drift_ppm;
	guint64 height;   /* blocks that it ever said are durable */
	guint64 left_out; /* up to this one it may have none: it took over the
			   * state of a later one */
	guint64 answered; /* highest block that it answered a client with */
	gboolean is_new;  /* its disk was empty, and it has not begun */
	guint64 replaced_us;
	guint64 nature;   /* lies that a Byzantine node may tell */
	guint64 lies;     /* that it tells now */
	guint64 cross_ppm; /* how much of it two faces have in common */
	GPtrArray *said;  /* GBytes: messages to replay */
	SimStore *old;    /* state to roll back to; may be NULL */
};

/* One direction between two nodes. */
typedef struct {
	guint64 cut_until_us;
	guint64 last_us; /* when the youngest message arrives */
} SimLink;

struct SimWorld {
	const SimOptions *options;
	const bsn_engine *engine;
	const SimWorkload *workload;
	char *config; /* the chain's: the workload's, with the options' */
	SimOrganisations *organisations; /* NULL: nobody has a certificate */
	guint64 seed;
	guint64 step;
	guint64 now_us;
	guint prepared; /* of the workload's; no fault happens before */
	guint64 prepared_step; /* when it was the last */
	GHashTable *hashes; /* of snapshots: text by height */
	gboolean healed; /* no fault happens any more */
	guint64 faults;  /* drawn for this seed */
	guint64 drop_ppm; /* messages of a million that get lost */
	guint64 strike_ppm; /* first decisions after which something happens */
	guint64 messages;
	guint64 reorganisations; /* heads that were left for another branch */
	SimQueue *queue;
	SimTrace *trace;
	guint n_nodes;
	SimNode *nodes;
	SimLink *links; /* n_nodes * n_nodes, [from][to] */
	bsn_member *members;
	GByteArray *genesis;
	SimChecker *checker;
	SimClients *clients;
	GPtrArray *old_replies; /* answered; freed between steps */
	SimRandom net, disk, fault, lie, keys, snapshot;
	SimRandom plugin; /* bsn.random/1 without a chain */
	gboolean asking; /* the checker asks: nothing goes wrong */
	GString *log; /* scripted: what its chains wrote, line by line */
	char *violation; /* the first; NULL while there is none */
	gboolean impossible; /* it says why this cannot be simulated at all */
};

/* The world that runs: services that are not given a chain need it. */
SimWorld *sim_world(void);
/* Makes another one the one that runs, when a process has several. */
void sim_world_enter(SimWorld *world);

/* A world at its beginning: nodes are about to boot. NULL and *message (g_free
 * it) when the engine refuses the chain. `options` and `workload` must outlive
 * it. */
SimWorld *sim_world_new(const SimOptions *options, const SimWorkload *workload,
			const bsn_engine *engine, guint64 seed,
			char **message);
void sim_world_free(SimWorld *world);
/* Makes the next event happen. FALSE when there is none, or a violation. */
gboolean sim_world_step(SimWorld *world);
/* The whole run: steps with faults, healing, agreement. TRUE when everything
 * held; the world's `violation` otherwise. */
gboolean sim_world_run(SimWorld *world);

/* Records what was broken, "agreement: ..."; the first one counts. */
void sim_violate(SimWorld *world, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same of what says nothing about the engine: the run is `impossible`. */
void sim_give_up(SimWorld *world, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Processes: node.c. */
void sim_process_init(SimWorld *world, SimNode *node, guint side);
void sim_process_clear(bsn_chain *chain);
void sim_process_boot(bsn_chain *chain);
/* At once, between two calls: keeps a random number of unsynced batches. */
void sim_process_crash(bsn_chain *chain);
/* At once, and nothing is kept that was not synced. */
void sim_process_kill(bsn_chain *chain);
/* In order: everything is synced. */
void sim_process_stop(bsn_chain *chain);
/* After each call into the engine: buries a process that died inside it. */
void sim_process_after(bsn_chain *chain);
void sim_process_boot_later(bsn_chain *chain, guint64 delay_us);
gboolean sim_process_is_up(const bsn_chain *chain);

/* The network: net.c. */
extern const bsn_net sim_net_table;
void sim_net_deliver(SimWorld *world, SimEvent *event);
/* Cuts a direction for so long; 0 joins it. Peers learn of it. */
void sim_net_cut(SimWorld *world, guint from, guint to, guint64 for_us);
/* Whether `from` can reach `to` now: joined, and both up. */
gboolean sim_net_reaches(const SimWorld *world, guint from, guint to);
/* The node has come up or gone down: it and the others will notice. */
void sim_net_changed(SimNode *node);
/* A process looks whether it reaches a node, and is told when that changed. */
void sim_net_notice(bsn_chain *chain, guint about);
SimLink *sim_net_link(const SimWorld *world, guint from, guint to);
/* The node with this identity, or NULL. */
SimNode *sim_node_of(const SimWorld *world, bsn_slice public_key);

/* Faults: faults.c. */
void sim_faults_start(SimWorld *world);
void sim_faults_event(SimWorld *world, guint64 number);
/* A node is the first to decide a height. Nothing is worse for the others than
 * to lose it, or what they know, at this very moment; so it happens. */
void sim_faults_decided(bsn_chain *chain);
/* After K steps: joins, mends and restarts everything. */
void sim_faults_heal(SimWorld *world);

/* Byzantine nodes: byzantine.c. Called for what a process of one sends: sends
 * it, or something else, or nothing. */
void sim_byzantine_send(bsn_chain *chain, guint to, bsn_slice message);
/* Picks what it does from now on. */
void sim_byzantine_turn(SimWorld *world, SimNode *node);
/* Puts a message on its way, as an honest node would. */
void sim_net_post(bsn_chain *from, guint to, GBytes *message);

#endif
