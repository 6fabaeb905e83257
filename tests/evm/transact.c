/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs programs for another process to compare with what another machine does.
 * Each line of the input is a state test with one transaction, {"rules", "env",
 * "pre", "transaction"}; each gives a line of output: {"status", "gas",
 * "output", "logs", "state"}, or {"problem"}. "logs" is the digest of the logs
 * in RLP; "state" has the entries as journal.h describes them, in order,
 * without code, lives, and what belongs to an earlier life.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/runtime-evm/journal.h"
#include "plugins/runtime-evm/rules.h"
#include "tests/evm/transition.h"
#include "tests/unit/fake-host.h"

#define SLOT_LEN 32u
#define LIFE_LEN 8u
/* An account without code and life, and with code and without life. */
#define PLAIN_LEN 40u
#define CODED_LEN 72u

typedef struct {
	World *world;
	GPtrArray *lines;
} Dump;

static void
add_line(const Dump *dump, char kind, const guint8 *address, bsn_slice slot,
	 bsn_slice value)
{
	g_autofree char *of = hex_encode((bsn_slice){ address, ADDRESS_LEN });
	g_autofree char *at = hex_encode(slot);
	g_autofree char *hex = hex_encode(value);

	g_ptr_array_add(dump->lines, g_strdup_printf("%c%s%s:%s", kind, of + 2,
						     at + 2, hex + 2));
}

/* A slot of the contract that is at the address now. */
static void
add_slot(const Dump *dump, bsn_slice key, bsn_slice value)
{
	const bsn_slice slot = { key.data + key.len - SLOT_LEN, SLOT_LEN };
	const guint64 life =
		key.data[0] == 'S' ? u256_load_be64(slot.data - LIFE_LEN) : 0;
	AccountRecord record;
	Address address;

	memcpy(&address, key.data + 1, ADDRESS_LEN);
	if (store_get_account(&dump->world->state, &address, &record) ==
		    BSN_OK &&
	    record.life == life)
		add_line(dump, 's', key.data + 1, slot, value);
}

static gboolean
add_entry(gpointer key, gpointer value, gpointer data)
{
	const Dump *dump = data;
	gsize key_len, len;
	const guint8 *bytes = g_bytes_get_data(key, &key_len);
	const guint8 *content = g_bytes_get_data(value, &len);

	if (bytes[0] == 'a')
		add_line(dump, 'a', bytes + 1, (bsn_slice){ NULL, 0 },
			 (bsn_slice){ content, len < CODED_LEN ? PLAIN_LEN
							       : CODED_LEN });
	if (bytes[0] == 's' || bytes[0] == 'S')
		add_slot(dump, (bsn_slice){ bytes, key_len },
			 (bsn_slice){ content, len });
	return FALSE;
}

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
state_text(World *world)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const Dump dump = { world, lines };
	GString *text = g_string_new(NULL);

	g_tree_foreach(world->entries, add_entry, (gpointer)&dump);
	g_ptr_array_sort(lines, compare_lines);
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(text, "%s ", (char *)lines->pdata[i]);
	return g_string_free(text, FALSE);
}

static json_t *
outcome(World *world)
{
	g_autofree char *state = state_text(world);
	g_autofree char *output = hex_encode(
		(bsn_slice){ world->output->data, world->output->len });
	g_autofree char *logs = NULL;
	guint8 digest[32];

	world_logs_hash(world, digest);
	logs = hex_encode((bsn_slice){ digest, 32 });
	return json_pack("{s:i, s:I, s:s, s:s, s:s}", "status", world->status,
			 "gas", (json_int_t)world->used, "output", output,
			 "logs", logs, "state", state);
}

static json_t *
run_line(const bsn_runtime *evm, const bsn_hash *keccak, const char *line)
{
	json_error_t error;
	g_autoptr(json_t) test = json_loads(line, 0, &error);
	const char *rules = json_string_value(json_object_get(test, "rules"));
	g_autoptr(World) world = world_new(keccak);
	g_autoptr(json_t) indexes = json_object();
	g_autofree char *problem = NULL;
	Fork fork;

	if (test == NULL)
		return json_pack("{s:s}", "problem", error.text);
	if (rules == NULL || !fork_of_name(rules, &fork))
		return json_pack("{s:s}", "problem", "unknown rules");
	if (!transition_prepare(world, test))
		return json_pack("{s:s}", "problem", "unreadable pre-state");
	problem = transition_run(world, evm, rules, test, indexes);
	if (problem != NULL)
		return json_pack("{s:s}", "problem", problem);
	return outcome(world);
}

int
main(int argc, char **argv)
{
	const bsn_runtime *evm;
	const bsn_hash *keccak;
	char *line = NULL;
	size_t room = 0;

	g_setenv("G_TEST_BUILDDIR", BUILDDIR, FALSE);
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	evm = bsn_runtime_of(fake_host_load("runtime-evm.so"));
	keccak = bsn_host_crypto(fake_host())->hash("keccak-256");
	while (getline(&line, &room, stdin) > 0) {
		g_autoptr(json_t) answer = run_line(evm, keccak, line);

		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		fflush(stdout);
	}
	free(line);
	return EXIT_SUCCESS;
}
