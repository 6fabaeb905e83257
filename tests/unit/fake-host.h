/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-host.h: the host side of the ABI for tests of plugins: in
 * memory, on one thread, with a clock that only the test moves. It checks the
 * rules of the ABI as it goes and fails the test that breaks one.
 *
 * One per process, since the ABI's services find their host by themselves.
 * Plugins stay loaded; everything else begins anew with fake_host_reset.
 *
 * What it refuses to let pass: a reply completed twice, never, with another
 * kind of answer, with invalid JSON, or touched by a call that failed; a failure
 * without a reason; a service called for a chain that is not open; a store
 * called from inside a scan; a block announced twice.
 *
 * Services: log, clock, timer, random, store, crypto_by_name, keys, parallel,
 * runtimes, consensuses, reply, events, session, grpc, compiler; net when a
 * test asks for it (fake-net.h).
 *
 *	fake_host_reset(1);
 *	fake_host_load("crypto-std.so");
 *	engine = bsn_engine_of(fake_host_load("engine-x.so"));
 *	chain = fake_chain_new("one");
 *	g_assert_cmpint(fake_chain_open(chain, engine, genesis, NULL), ==, 0);
 *	reply = fake_reply_new(chain, FAKE_ANSWER_LEDGER);
 *	fake_asked(reply, engine->ledger->info(fake_chain_ledger(chain), reply,
 *					       &reply->err));
 *	fake_host_settle();
 *	g_assert_cmpint(reply->status, ==, BSN_OK);
 *	fake_reply_free(reply);
 *	fake_chain_close(chain);
 *	fake_chain_free(chain);
 */
#ifndef TESTS_UNIT_FAKE_HOST_H
#define TESTS_UNIT_FAKE_HOST_H

#include <bsn/bsn.h>
#include <glib.h>

#include "tools/sim/reply.h"

/* ---- the host ------------------------------------------------------------ */

/* What bsn_plugin_open and plugins see. */
const bsn_host *fake_host(void);

/* Sets the clocks back to FAKE_START_MS, seeds the random service and forgets
 * the node's keys. No chain may exist. */
#define FAKE_START_MS G_GUINT64_CONSTANT(1700000000000)
void fake_host_reset(guint64 seed);

/* Opens a plugin of the build, "crypto-std.so" (in $G_TEST_BUILDDIR/modules) and
 * registers what it offers. Once per process: later calls answer the same
 * plugin. Fails the test when it cannot be opened. */
const bsn_plugin *fake_host_load(const char *file);
/* The same for a plugin that is linked into the test. */
const bsn_plugin *fake_host_open(bsn_plugin_open_fn open);
/* Registers single tables. */
void fake_host_add_hash(const bsn_hash *hash);
void fake_host_add_signature(const bsn_signature *signature);
void fake_host_add_consensus(const bsn_consensus *consensus);
void fake_host_add_runtime(const bsn_runtime *runtime);

/* Makes all chains' calls that are due now (durable batches in automatic mode,
 * timers), and those that follow from them, until there are none. Jobs of
 * bsn_parallel run at once, the last one first. */
void fake_host_settle(void);
/* Has jobs of bsn_parallel run on so many threads, in any order; 0, as at
 * first: on the calling one, the last job first. */
void fake_host_set_threads(guint n);
/* Moves both clocks on, stopping at every timer on the way. */
void fake_host_advance(guint64 ms);
guint64 fake_host_now_ms(void);
/* Has wall clocks show so much less than at first, as if someone had set them;
 * since reset 0. */
void fake_host_set_wall_behind(guint64 ms);

/* Lines written to the log, "error: text"; borrowed, since reset. */
const GPtrArray *fake_host_log(void);

/* ---- chains -------------------------------------------------------------- */

/* A chain with an empty store. It is made and freed by the test; opening and
 * closing, as often as wanted, keep its store. */
bsn_chain *fake_chain_new(const char *name);
/* It must be closed. */
void fake_chain_free(bsn_chain *chain);

/* Opens it through the engine's chain->open; what that returns. With a NULL
 * engine the chain is only marked open, for tests of other plugins. */
int32_t fake_chain_open(bsn_chain *chain, const bsn_engine *engine,
			bsn_slice genesis, bsn_err *err);
bsn_ledger *fake_chain_ledger(bsn_chain *chain);
/* Closes it in order: accepted batches become durable. Fails the test when a
 * reply of the chain is still unanswered afterwards. */
void fake_chain_close(bsn_chain *chain);
/* Closes it as a crash would: batches that are not durable are lost, nothing
 * that happens from here on has an effect, replies stay unanswered. */
void fake_chain_crash(bsn_chain *chain);

/* Makes the oldest n accepted batches durable (all when there are fewer) and
 * tells the engine of each that has a cookie. */
void fake_chain_make_durable(bsn_chain *chain, guint n);
/* Batches accepted and not yet durable. */
guint fake_chain_pending_batches(const bsn_chain *chain);
/* Whether settle makes batches durable; on at first. */
void fake_chain_set_automatic(bsn_chain *chain, gboolean automatic);
/* What commit and writable answer from now on: BSN_OK, BSN_FULL, BSN_BUSY,
 * BSN_E_IO. */
void fake_chain_set_writable(bsn_chain *chain, int32_t status);

/* The store as reads see it: number of keys; a value or NULL. */
guint fake_chain_keys(const bsn_chain *chain);
GBytes *fake_chain_get(const bsn_chain *chain, bsn_slice key);
/* Changes a value behind the engine's back, durable at once (corruption). */
void fake_chain_put(bsn_chain *chain, bsn_slice key, bsn_slice value);
void fake_chain_delete(bsn_chain *chain, bsn_slice key);

/* Numbers given to bsn_events.block, in order; guint64, since open. */
const GArray *fake_chain_blocks(const bsn_chain *chain);
/* Why its engine has given it up, which nothing comes of; NULL: it has not. */
const char *fake_chain_given_up(const bsn_chain *chain);
/* Timers that are armed. */
guint fake_chain_timers(const bsn_chain *chain);

/* ---- replies ------------------------------------------------------------- */

/* They are the simulator's: tools/sim/reply.h. */
#define FAKE_ANSWER_SIGNABLE SIM_ANSWER_SIGNABLE
#define FAKE_ANSWER_TX_STAGES SIM_ANSWER_TX_STAGES
#define FAKE_ANSWER_TX SIM_ANSWER_TX
#define FAKE_ANSWER_VALUE SIM_ANSWER_VALUE
#define FAKE_ANSWER_BYTES SIM_ANSWER_BYTES
#define FAKE_ANSWER_LEDGER SIM_ANSWER_LEDGER
#define FAKE_ANSWER_BLOCK SIM_ANSWER_BLOCK
#define FAKE_ANSWER_STATUS SIM_ANSWER_STATUS
#define FAKE_ANSWER_EVENTS SIM_ANSWER_EVENTS
#define FAKE_PENDING SIM_PENDING
typedef SimAnswer FakeAnswer;

bsn_reply *fake_reply_new(bsn_chain *chain, FakeAnswer expects);
/* fake_reply_free(NULL) does nothing. */
void fake_reply_free(bsn_reply *reply);
/* sim_reply_asked. */
int32_t fake_asked(bsn_reply *reply, int32_t returned);

/* A slice of the reply as a NUL-terminated text; g_free it. */
char *fake_text(bsn_slice slice);

#endif
