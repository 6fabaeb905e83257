/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/options.h: what a run is made from, and the command that makes it
 * again.
 */
#ifndef TOOLS_SIM_OPTIONS_H
#define TOOLS_SIM_OPTIONS_H

#include <glib.h>

/* What can go wrong, one bit each. X(symbol, bit, name, what it does). */
#define SIM_FAULT_MAP(X)                                                       \
	X(SIM_DROP, 0, "drop", "messages get lost")                            \
	X(SIM_DELAY, 1, "delay", "messages take up to seconds")                \
	X(SIM_DUPLICATE, 2, "duplicate", "messages arrive twice")              \
	X(SIM_REORDER, 3, "reorder", "messages overtake each other")           \
	X(SIM_PARTITION, 4, "partition",                                       \
	  "nodes are cut off, and joined again")                               \
	X(SIM_ONE_WAY, 5, "one-way", "a direction between two nodes is cut")   \
	X(SIM_CRASH, 6, "crash",                                               \
	  "nodes die between two calls of the host and come back")             \
	X(SIM_STOP, 7, "stop", "nodes are stopped in order and come back")     \
	X(SIM_SLOW_DISK, 8, "slow-disk", "syncing takes up to seconds")        \
	X(SIM_FULL_DISK, 9, "full-disk", "a disk takes nothing for a while")   \
	X(SIM_READ_ERROR, 10, "read-error",                                    \
	  "a disk fails some reads; its node is restarted")                    \
	X(SIM_CLOCK, 11, "clock", "clocks are wrong, drift and are set")

/* What a Byzantine node does. */
#define SIM_LIE_MAP(X)                                                         \
	X(SIM_TWO_FACES, 0, "two-faces",                                       \
	  "two processes with one key, each for half of the nodes")            \
	X(SIM_SILENCE, 1, "silence", "says nothing for a while")               \
	X(SIM_WITHHOLD, 2, "withhold", "keeps messages from chosen nodes")     \
	X(SIM_REPLAY, 3, "replay", "sends its old messages again, to anybody") \
	X(SIM_GARBLE, 4, "garble", "changes bytes of what it sends")           \
	X(SIM_BAD_SIGNATURE, 5, "bad-signature", "signs so that it is wrong")  \
	X(SIM_WRONG_STATE, 6, "wrong-state",                                   \
	  "votes for another digest than the proposal has")                    \
	X(SIM_ROLLBACK, 7, "rollback",                                         \
	  "goes on from an old state of its disk")                             \
	X(SIM_FORGE, 8, "forge", "gives itself blocks that nobody agreed to")

typedef struct {
	const char *name, *about;
} SimWord;

/* Bit i is word i; ended by a NULL name. */
extern const SimWord sim_faults[];
extern const SimWord sim_lies[];

enum {
#define SIM_X(symbol, bit, name, about) symbol = 1 << (bit),
	SIM_FAULT_MAP(SIM_X) SIM_LIE_MAP(SIM_X)
#undef SIM_X
};

#define SIM_NODES_MAX 64u

typedef struct {
	char *engine;    /* file, or name of one in plugin_dir */
	char *consensus; /* name of the protocol; NULL: none is loaded */
	char **plugins;  /* further files or names; NULL-ended, may be NULL */
	char *plugin_dir;
	char *workload;  /* file; NULL: the one beside the engine */
	char *config;    /* JSON object, merged into the chain's; or NULL */
	guint nodes;     /* consensus nodes */
	guint observers;
	guint byzantine; /* of the consensus nodes */
	guint64 first_seed, last_seed;
	guint64 steps;
	guint64 settle_ms; /* virtual time in which a healed chain must agree */
	guint64 faults;
	guint64 lies;
	gboolean draw_faults; /* all: each seed draws some of them */
	gboolean draw_lies;
	guint jobs;        /* seeds at once */
	gboolean real_signatures;
	gboolean trace;    /* print every line */
	gboolean keep_going;
	gboolean quiet;
	guint lines;       /* of a violation's trace */
	/* Not from the command line: nothing happens by itself but what the
	 * engine brings about. There are no clients, no faults, no looking at
	 * blocks; who made the world boots its nodes and asks them. */
	gboolean scripted;
	const char *chain_name; /* NULL: "sim" */
	guint spares; /* further nodes, which are no members at first */
} SimOptions;

typedef enum { SIM_RUN, SIM_HELP, SIM_VERSION, SIM_USAGE } SimCommand;

/* Takes argv apart; SIM_USAGE with a sentence in *message, g_free it. */
SimCommand sim_options_parse(SimOptions *options, int argc, char **argv,
			     char **message);
void sim_options_clear(SimOptions *options);
/* The one command that runs this seed again, with everything that matters. */
char *sim_options_command(const SimOptions *options, guint64 seed);
char *sim_options_help(void);
/* Whether the number that --option was given is in bounds; FALSE with a sentence
 * in *message, g_free it. For every tool's options. */
gboolean sim_option_is_between(const char *option, gint64 value, gint64 low,
			       gint64 high, char **message);

#endif
