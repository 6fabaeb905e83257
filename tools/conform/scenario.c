/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/bed_private.h"
#include "tools/conform/scenario.h"

#include <bsn/helpers/bytes.h>

static void
deploy(Bed *bed)
{
	BedDone done = bed_deploy(bed, 0, 0, 1);

	EXPECT(bed->run,
	       done.status == BSN_OK && done.stage == BSN_TX_COMMITTED,
	       "version 1 of the contract must be deployed; %s: %s",
	       bed_status_name(done.status), done.reason);
}

static void
invoke(Bed *bed, SimFn function, const char *key, const char *value)
{
	if (bed_has(bed, function))
		bed_invoke(bed, 0, 0, function, key, value);
}

static void
call(Bed *bed, SimFn function, const char *key, guint64 n)
{
	if (bed_has(bed, function))
		bed_call(bed, 0, function, key, n);
}

static void
use(Bed *bed)
{
	invoke(bed, SIM_FN_PUT, "a", "1");
	invoke(bed, SIM_FN_PUT, "b", "2");
	invoke(bed, SIM_FN_EMIT, "c", "an event");
	invoke(bed, SIM_FN_FAIL, "d", "a reason");
	call(bed, SIM_FN_GET, "a", 0);
	call(bed, SIM_FN_VERSION, "", 0);
	call(bed, SIM_FN_COLLATZ, "", 27);
}

static void
look(Bed *bed)
{
	const bsn_reply *ledger = bed_ledger(bed, 0);

	bed_status(bed, 0);
	bed_members(bed, 0);
	bed_list(bed, 0, 0, 10);
	bed_contract(bed, 0, bed_name(bed, 0));
	for (guint64 i = 0; i <= ledger->ledger.height; i++)
		bed_block(bed, 0, i, BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
	bed_events(bed, 0, 0, ledger->ledger.height);
}

/* Two at once, found again, and once more, which is one too many. */
static void
submit(Bed *bed)
{
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_PUT, "e", "3");
	GBytes *empty = g_bytes_new("", 0);

	g_ptr_array_add(bed->bytes, empty);
	if (done.bytes != NULL) {
		bed_tx(bed, 0, bsn_id_slice(&done.id));
		bed_submit(bed, 0, done.bytes);
	}
	bed_submit(bed, 0, empty);
}

static void
fail(Bed *bed)
{
	const bsn_tx_request request = { .kind = BSN_TX_INVOKE,
					 .contract = bsn_slice_str("?"),
					 .function = bsn_slice_str("?"),
					 .args = bsn_slice_str("[") };
	const guint8 id[] = { 1, 2, 3 };

	bed_build(bed, 0, bed_account(bed, 0), &request);
	bed_tx(bed, 0, bsn_slice_of(id, sizeof(id)));
	bed_contract(bed, 0, "?");
	bed_block(bed, 0, 1000000, 0);
	bed_check(bed, 0, bsn_slice_of(id, sizeof(id)), "{}");
	bed_compile(bed, 0, "{}");
}

static void
restart(Bed *bed)
{
	bed_restart(bed, 0);
	call(bed, SIM_FN_GET, "a", 0);
}

static void
crash(Bed *bed)
{
	bed_kill(bed, 0);
	bed_boot(bed, 0);
}

void
scenario_step(Bed *bed, guint step)
{
	static void (*const steps[SCENARIO_STEPS])(Bed *) = {
		deploy, use, look, submit, fail, restart, use, crash,
	};

	steps[step](bed);
}

void
scenario_run(Bed *bed)
{
	for (guint i = 0; i < SCENARIO_STEPS; i++)
		scenario_step(bed, i);
}

const char *
scenario_hashes(Bed *bed)
{
	GString *text = g_string_new(NULL);
	guint64 height = bed_ledger(bed, 0)->ledger.height;

	for (guint64 i = 0; i <= height; i++) {
		const bsn_reply *block = bed_block(bed, 0, i, 0);

		g_string_append_printf(
			text, "%" G_GUINT64_FORMAT " %s\n", i,
			bed_hex(bed, bsn_id_slice(&block->block.hash)));
	}
	return bed_keep(bed, g_string_free(text, FALSE));
}
