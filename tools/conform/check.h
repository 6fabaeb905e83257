/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/check.h: one thing that a plugin must do, and all of them.
 */
#ifndef TOOLS_CONFORM_CHECK_H
#define TOOLS_CONFORM_CHECK_H

#include <glib.h>

/* The set of checks. A check that came with this edition only warns, for one
 * edition; those of the first have always counted. */
#define CONFORM_EDITION 1u

/* What is known of a plugin once all checks up to a level pass. */
#define LEVEL_NONE (-1)
#define LEVEL_LOADS 0     /* L0: it loads and keeps the rules of the ABI */
#define LEVEL_TABLE2 1    /* L1: Table 2 on one node */
#define LEVEL_TABLES 2    /* L2: both tables */
#define LEVEL_SIMULATOR 3 /* L3: both, under everything that goes wrong */
#define LEVEL_SOAK 4      /* L4: the same for thousands of seeds */
#define LEVELS 5

typedef struct Run Run;

typedef struct {
	const char *id;       /* "tx.submit-malformed", stable */
	const char *sentence; /* what must hold */
	const char *row;      /* of the standard (bsn/standard.h), or NULL */
	const char *clause;   /* where the headers say so: "engine.h:
			       * bsn_tx_ops.submit" */
	guint level;
	guint edition; /* that it came with */
	guint32 kinds; /* BSN_KIND_*: plugins that it is for; 0: all */
	void (*run)(Run *run);
	guint64 argument; /* for run: checks that differ in one number */
} Check;

/* A check of a rule of the ABI on an open chain, which is no row's. */
#define CHECK_RULE(id, sentence, clause, function)                             \
	{                                                                      \
		id, sentence, NULL, clause, LEVEL_TABLE2, 1, BSN_KIND_ENGINE,  \
			function, 0                                            \
	}

/* A group: checks whose ids begin with the same word. */
typedef struct {
	const Check *checks;
	gsize n;
} CheckGroup;

#define CHECK_GROUP(name, list)                                                \
	const CheckGroup name = { list, G_N_ELEMENTS(list) }

/* All groups, in the order of a report; ended by NULL. */
extern const CheckGroup *const check_groups[];

/* The check of this id, or NULL. */
const Check *check_find(const char *id);
/* What a level promises: "L1", "Table 2 on one node". */
const char *level_name(gint level);
const char *level_promise(gint level);

#endif
