/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs programs for another process to compare with what another machine does.
 * Each line of the input is a state test with one transaction, {"rules", "env",
 * "pre", "transaction"}; each gives a line of output: {"status", "gas",
 * "output", "logs", "state"}, or {"problem"}. "logs" is the digest of the logs
 * in RLP; "state" has the entries as journal.h describes them, in order,
 * without code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/runtime-evm/rules.h"
#include "tests/evm/transition.h"
#include "tests/unit/fake-host.h"

static gboolean
add_entry(gpointer key, gpointer value, gpointer text)
{
	gsize key_len, len;
	const guint8 *bytes = g_bytes_get_data(key, &key_len);
	const guint8 *data = g_bytes_get_data(value, &len);
	g_autofree char *key_hex = hex_encode((bsn_slice){ bytes, key_len });
	g_autofree char *hex = hex_encode((bsn_slice){ data, len });

	if (bytes[0] != 'c')
		g_string_append_printf(text, "%c%s:%s ", bytes[0],
				       key_hex + 4, hex + 2);
	return FALSE;
}

static json_t *
outcome(World *world)
{
	g_autoptr(GString) state = g_string_new(NULL);
	g_autofree char *output = hex_encode(
		(bsn_slice){ world->output->data, world->output->len });
	g_autofree char *logs = NULL;
	guint8 digest[32];

	world_logs_hash(world, digest);
	logs = hex_encode((bsn_slice){ digest, 32 });
	g_tree_foreach(world->entries, add_entry, state);
	return json_pack("{s:i, s:I, s:s, s:s, s:s}", "status", world->status,
			 "gas", (json_int_t)world->used, "output", output,
			 "logs", logs, "state", state->str);
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
