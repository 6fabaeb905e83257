/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/wasm-ground.h: an engine's state in memory, on which contracts of
 * tests/wasm/contracts run. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_WASM_GROUND_H
#define TESTS_UNIT_WASM_GROUND_H

#include <bsn/bsn.h>
#include <glib.h>

#include "plugins/runtime-wasm/machine/plugin.h"

/* What the engine itself implements, when `has_builtin`: its function "add" adds
 * an argument to a list, and emits it; "refuse" reverts; "break" has no state; "flood" answers more than it may. */
#define GROUND_BUILTIN "engine"

#define GROUND_BUDGET 20000000u

typedef struct {
	bsn_state state; /* first */
	GTree *entries;
	GPtrArray *events; /* "contract/name/data" */
	GPtrArray *listed; /* of the builtin */
	gboolean has_builtin;
	int32_t broken; /* what get, put and scan say from now on; or BSN_OK */
	guint fixed;	/* calls of it */
	/* Of the calls that come. */
	bsn_block_env block;
	guint32 flags;
	guint64 budget;
	bsn_slice value;
	const char *caller;
	/* What came of the last one. */
	guint outcomes;
	int32_t status;
	guint64 used;
	GByteArray *output;
	char *reason, *created;
} Ground;

/* Opens the plugin, and crypto, once for the process; unless the test has opened
 * crypto plugins itself, in the fake host, and said so. */
Ground *ground_new(void);
void ground_has_crypto(void);
void ground_free(Ground *ground);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ground, ground_free)

/* A file of tests/wasm/contracts. */
GBytes *ground_module(const char *file);
/* Arguments are JSON, or NULL: none. The status. */
int32_t ground_create(Ground *ground, const char *address, const char *file,
		      const char *arguments);
int32_t ground_call(Ground *ground, const char *address, const char *function,
		    const char *arguments);
int32_t ground_run(Ground *ground, const bsn_call *call);
/* The output as text, its bytes that are none as '?'; borrowed. */
const char *ground_text(Ground *ground);
/* All entries, and all events, in hex and as they are, one a line. */
char *ground_dump(const Ground *ground);

#endif
