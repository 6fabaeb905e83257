/* SPDX-License-Identifier: Apache-2.0
 *
 * The one node has translated the code already; the other, in a thread of its own,
 * finds nothing in the cache.
 */
#include "tests/unit/wasm-random.h"

#include <string.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/frame.h"
#include "tests/unit/wasm-ground.h"
#include "tests/wasm/random/random.h"

#define CALLS 5u
#define BUDGET 400000u /* of a call */

typedef struct {
	guint64 seed;
	const GByteArray *module;
	gboolean forgets; /* the cache, before each call */
	char *notes;
} Node;

static void
note(Ground *ground, GString *notes)
{
	g_string_append_printf(notes, "%d %" G_GUINT64_FORMAT " %s %s\n",
			       ground->status, ground->used,
			       ground_text(ground), ground->reason);
}

static bsn_call
call_of(const Ground *ground, guint32 kind, const char *address,
	const GByteArray *input)
{
	return (bsn_call){ .size = sizeof(bsn_call),
			   .kind = kind,
			   .block = &ground->block,
			   .origin = bsn_slice_str("signer"),
			   .caller = bsn_slice_str("ann"),
			   .contract = bsn_slice_str(address),
			   .budget = kind == BSN_CALL_CREATE ? 4000000 :
							       BUDGET,
			   .input = buffer_slice(input) };
}

static void
deploy(Ground *ground, const Node *node, const char *address, GString *notes)
{
	const bsn_call call = call_of(ground, BSN_CALL_CREATE, address,
				      node->module);

	ground_run(ground, &call);
	note(ground, notes);
}

static void
invoke(Ground *ground, Random *random, GString *notes)
{
	static const char *const names[] = { "f0", "f1", "f2", "absent" };
	g_autoptr(GByteArray) input = g_byte_array_new();
	const char *name = names[random_below(random, 16) % 7 % 4];
	const guint n = random_below(random, 4);
	bsn_call call;

	for (guint i = 0; i < n; i++) {
		const guint64 value = random_next(random);

		arguments_add(input, bsn_slice_of(NULL, 0),
			      bsn_slice_of((const guint8 *)&value,
					   random_below(random, 9)));
	}
	call = call_of(ground, BSN_CALL_INVOKE,
		       random_one_in(random, 3) ? "two" : "one", input);
	call.function = bsn_slice_str(name);
	if (random_one_in(random, 8))
		call.flags |= BSN_CALL_READ_ONLY;
	if (random_one_in(random, 4))
		call.budget = random_below(random, BUDGET);
	ground_run(ground, &call);
	note(ground, notes);
}

static gpointer
run_node(gpointer data)
{
	Node *node = data;
	g_autoptr(Ground) ground = ground_new();
	GString *notes = g_string_new(NULL);
	g_autofree char *dump = NULL;
	Random random = { node->seed ^ 0x5a5a };

	ground->block.rules = "1-floats";
	deploy(ground, node, "one", notes);
	deploy(ground, node, "two", notes);
	for (guint i = 0; ground->status == BSN_OK && i == 0; i++)
		for (guint k = 0; k < CALLS; k++) {
			if (node->forgets)
				wasm_cache_clear();
			invoke(ground, &random, notes);
		}
	dump = ground_dump(ground);
	g_string_append(notes, dump);
	node->notes = g_string_free(notes, FALSE);
	return NULL;
}

void
wasm_random_contract(guint64 seed, gboolean broken)
{
	Random random = { seed * 3 + 1 };
	g_autoptr(GByteArray) module =
		random_module(&random, wasm_imports, wasm_imports_n, TRUE);
	Node first = { .seed = seed, .module = module };
	Node second = { .seed = seed, .module = module, .forgets = TRUE };

	if (broken)
		random_break(&random, module);
	run_node(&first);
	g_thread_join(g_thread_new("node", run_node, &second));
	if (strcmp(first.notes, second.notes) != 0)
		g_error("seed %" G_GUINT64_FORMAT ", contract:\n%s--- and:\n%s",
			seed, first.notes, second.notes);
	g_assert_cmpuint(wasm_cache_size(), <=, WASM_CACHE_MAX);
	g_free(first.notes);
	g_free(second.notes);
}
