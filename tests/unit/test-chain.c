/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of chains, requests and submissions, against an engine of the
 * test's own on a real store.
 */
#include <string.h>

#include <glib/gstdio.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/table.h"
#include "host/plugin/registry.h"
#include "host/service/services.h"

#define DEADLINE_S 10

/* ---- an engine that does what a transaction's first letter says ---- */

struct bsn_ledger {
	bsn_chain *chain;
	bsn_reply *waiting; /* of 'd'urable */
	bsn_reply *held;    /* of 'h'old */
	bsn_reply *ticking;
	guint ticks;
};

static gint batches_of_more_than_one;
static gint open_ledgers;

static int32_t
fake_member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	if (g_strstr_len((const char *)config.data,
			 (gssize)config.len, "wrong") != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "config has \"wrong\"");
	return BSN_OK;
}

static int32_t
fake_genesis(const bsn_genesis *genesis, bsn_sink *out, bsn_err *err)
{
	if (g_strstr_len((const char *)genesis->config.data,
			 (gssize)genesis->config.len, "two") != NULL) {
		const bsn_member *last = &genesis->members[1];

		g_assert_cmpuint(genesis->member_count, ==, 2);
		g_assert_cmpuint(last->role, ==, BSN_ROLE_OBSERVER);
		g_assert_cmpstr(last->algorithm, ==, "sm2");
		g_assert_true(bsn_slice_equal(last->public_key,
					      bsn_slice_str("key b")));
		g_assert_true(bsn_slice_equal(last->address,
					      bsn_slice_str("b:1")));
	} else {
		g_assert_cmpuint(genesis->member_count, ==, 1);
	}
	return out->write(out, genesis->config.data, genesis->config.len);
}

static int32_t
fake_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	  bsn_err *err)
{
	if (g_strstr_len((const char *)genesis.data,
			 (gssize)genesis.len, "unopenable") != NULL)
		return bsn_fail(err, BSN_E_CORRUPT, "it is unopenable");
	*ledger = g_new0(bsn_ledger, 1);
	(*ledger)->chain = chain;
	g_atomic_int_inc(&open_ledgers);
	return BSN_OK;
}

static const bsn_reply_service *
replies(void)
{
	return bsn_host_reply(&host_as_plugins_see_it);
}

static void
fake_close(bsn_ledger *ledger)
{
	g_atomic_int_add(&open_ledgers, -1);
	g_free(ledger);
}

static void
answer_stage(bsn_reply *reply, guint32 stage)
{
	bsn_tx_result result = { .size = sizeof(result), .stage = stage };

	replies()->tx(reply, &result);
}

static void
fake_durable(bsn_ledger *ledger, uint64_t cookie)
{
	bsn_reply *reply = g_steal_pointer(&ledger->waiting);

	g_assert_cmpuint(cookie, ==, 7);
	answer_stage(reply, BSN_TX_COMMITTED);
	bsn_host_events(&host_as_plugins_see_it)->block(ledger->chain, 5);
}

static void
fake_timer(bsn_ledger *ledger, uint64_t id)
{
	const bsn_timer *timer = bsn_host_timer(&host_as_plugins_see_it);

	g_assert_cmpuint(id, ==, 1); /* 2 was cancelled */
	if (++ledger->ticks < 3)
		timer->set(ledger->chain, 1, 1);
	else
		answer_stage(g_steal_pointer(&ledger->ticking),
			     BSN_TX_COMMITTED);
}

static int32_t
fake_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	replies()->value(reply, bsn_slice_str("[]"));
	return BSN_OK;
}

static void
wait_durable(bsn_ledger *ledger, const bsn_submission *item)
{
	bsn_write write = { .size = sizeof(write),
			    .key = bsn_slice_str("k"),
			    .value = item->tx };

	answer_stage(item->reply, BSN_TX_ACCEPTED);
	ledger->waiting = item->reply;
	g_assert_cmpint(bsn_host_store(&host_as_plugins_see_it)
				->commit(ledger->chain, &write, 1, 7, NULL),
			==, BSN_OK);
}

static void
start_ticking(bsn_ledger *ledger, bsn_reply *reply)
{
	const bsn_timer *timer = bsn_host_timer(&host_as_plugins_see_it);

	ledger->ticking = reply;
	timer->set(ledger->chain, 2, 1);
	timer->set(ledger->chain, 1, 1);
	timer->cancel(ledger->chain, 2);
}

/* Twice: the first reason stays. */
static void
give_up(bsn_ledger *ledger, bsn_reply *reply)
{
	const bsn_chain_service *service =
		bsn_host_chain(&host_as_plugins_see_it);
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, BSN_E_CORRUPT, "block 7 is not what block 8 says");
	service->fail(ledger->chain, &err);
	bsn_fail(&err, BSN_E_CORRUPT, "and block 9");
	service->fail(ledger->chain, &err);
	answer_stage(reply, BSN_TX_COMMITTED); /* may still be answered */
}

static void
fake_submit_one(bsn_ledger *ledger, const bsn_submission *item)
{
	bsn_err err = BSN_ERR_INIT;

	switch (item->tx.data[0]) {
	case 'a':
		answer_stage(item->reply, BSN_TX_ACCEPTED);
		answer_stage(item->reply, BSN_TX_COMMITTED);
		break;
	case 'd':
		wait_durable(ledger, item);
		break;
	case 'g':
		give_up(ledger, item->reply);
		break;
	case 'h':
		ledger->held = item->reply;
		break;
	case 'k':
		replies()->value(item->reply, bsn_slice_str("{}"));
		break;
	case 's':
		answer_stage(item->reply, 9);
		break;
	case 't':
		start_ticking(ledger, item->reply);
		break;
	default:
		bsn_fail_native(&err, BSN_DUPLICATE, 15, "seen before");
		replies()->fail(item->reply, BSN_DUPLICATE, &err);
		break;
	}
}

static int32_t
fake_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	    bsn_err *err)
{
	if (n > 1)
		g_atomic_int_inc(&batches_of_more_than_one);
	if (items[0].tx.data[0] == 'x')
		return bsn_fail(err, BSN_BUSY, "the pool is full");
	for (uint64_t i = 0; i < n; i++)
		fake_submit_one(ledger, &items[i]);
	if (items[0].tx.data[0] == 'a' && items[0].tx.len > 1)
		return bsn_fail(err, BSN_BUSY, "answered and refused");
	return BSN_OK;
}

static const bsn_chain_ops fake_chain_ops = {
	.size = sizeof(fake_chain_ops),
	.member_algorithm = fake_member_algorithm,
	.genesis = fake_genesis,
	.open = fake_open,
	.close = fake_close,
	.durable = fake_durable,
	.timer = fake_timer,
	.members = fake_members,
};

static const bsn_tx_ops fake_tx_ops = {
	.size = sizeof(fake_tx_ops),
	.submit = fake_submit,
};

static const bsn_engine fake_engine = {
	.size = sizeof(fake_engine),
	.framework = "fake",
	.chain = &fake_chain_ops,
	.tx = &fake_tx_ops,
};

/* ---- what the host would find in plugins and the keystore ---- */

const bsn_engine *
plugin_find_engine(const char *framework)
{
	return strcmp(framework, "fake") == 0 ? &fake_engine : NULL;
}

const bsn_signature *
plugin_find_signature(const char *name)
{
	return NULL;
}

int32_t
keystore_node_public_key(Keystore *keystore, const char *algorithm,
			 bsn_sink *public_key, bsn_err *err)
{
	guint8 key[64] = { 4 };

	return public_key->write(public_key, key, sizeof(key));
}

int32_t
keystore_node_certificate(Keystore *keystore, const char *algorithm,
			  bsn_sink *certificate, bsn_err *err)
{
	return BSN_NOT_FOUND;
}

int32_t
keystore_node_sign(Keystore *keystore, const char *algorithm,
		   guint32 convention, bsn_slice message, bsn_sink *signature,
		   bsn_err *err)
{
	return BSN_NOT_FOUND;
}

/* ---- a host of the test's own ---- */

typedef struct {
	char *directory;
	Loop *loop;
	Workers *workers;
	Store *store;
	ChainTable *table;
	struct event *deadline;
	int done;
	Chain *chain;
	int32_t status;
	bsn_err err;
	guint64 block;
	GPtrArray *members; /* of the next chain, or NULL */
	GBytes *genesis;
} Host;

static void
too_late(evutil_socket_t fd, short what, void *data)
{
	g_error("the deadline of %d s passed", DEADLINE_S);
}

static void
seen_block(void *owner, Chain *chain, guint64 number)
{
	((Host *)owner)->block = number;
}

static void
start_host(Host *host)
{
	struct timeval deadline = { DEADLINE_S, 0 };
	StoreConfig config = {
		.directory = host->directory,
		.map_bytes = 1 << 20,
		.map_bytes_max = 1 << 26,
		.pending_bytes_max = 1 << 24,
	};
	g_autoptr(GError) error = NULL;

	host->loop = loop_new();
	host->deadline = evtimer_new(loop_base(host->loop), too_late, NULL);
	evtimer_add(host->deadline, &deadline);
	host->workers = workers_new(2);
	host->store = store_open(&config, &error);
	g_assert_no_error(error);
	host->table = chain_table_new(host->loop, host->workers, host->store,
				      NULL, (ChainCarrier){ NULL, NULL }, &error);
	g_assert_no_error(error);
	chain_table_set_block_listener(host->table, seen_block, host);
}

static void
run_until_done(Host *host)
{
	while (!host->done)
		event_base_loop(loop_base(host->loop), EVLOOP_ONCE);
	host->done = 0;
}

static void
all_closed(void *owner)
{
	((Host *)owner)->done = 1;
}

static void
stop_host(Host *host)
{
	chain_table_stop(host->table, all_closed, host);
	run_until_done(host);
	workers_free(host->workers);
	loop_run_pending(host->loop);
	store_close(host->store);
	loop_run_pending(host->loop);
	chain_table_free(host->table);
	event_free(host->deadline);
	loop_free(host->loop);
	g_assert_cmpint(g_atomic_int_get(&open_ledgers), ==, 0);
}

static void
make_host(Host *host)
{
	*host = (Host){ .directory = g_dir_make_tmp("chain-XXXXXX", NULL) };
	start_host(host);
}

static void
remove_host(Host *host)
{
	GDir *dir;
	const char *name;

	stop_host(host);
	dir = g_dir_open(host->directory, 0, NULL);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *file = g_build_filename(host->directory, name,
							 NULL);

		g_remove(file);
	}
	g_dir_close(dir);
	g_rmdir(host->directory);
	g_free(host->directory);
}

static void
operation_done(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	Host *host = owner;

	host->chain = chain;
	host->status = status;
	host->err = *err;
	host->done = 1;
}

static Chain *
create(Host *host, const char *name, const char *config)
{
	const ChainPlan plan = {
		.name = name,
		.framework = "fake",
		.config = config,
		.members = host->members,
		.genesis = host->genesis,
	};

	chain_table_create(host->table, &plan, operation_done, host);
	if (!host->done)
		run_until_done(host);
	host->done = 0;
	return host->chain;
}

/* ---- submissions ---- */

typedef struct {
	Host *host;
	guint left;
	gint32 status;
	guint32 stage;
	char reason[BSN_REASON_MAX];
	gint32 native;
} Waiting;

static void
tx_answered(bsn_reply *reply)
{
	Waiting *waiting = reply->owner;

	waiting->status = reply->status;
	waiting->stage = reply->tx.stage;
	waiting->native = reply->err.native;
	g_strlcpy(waiting->reason, reply->err.reason, sizeof(waiting->reason));
	if (--waiting->left == 0)
		waiting->host->done = 1;
	reply_free(reply);
}

static void
submit(Waiting *waiting, Chain *chain, const char *const *txs, guint n,
       guint32 until)
{
	bsn_reply **batch = g_newa(bsn_reply *, n);

	waiting->left = n;
	for (guint i = 0; i < n; i++) {
		batch[i] = reply_new(ANSWER_TX, tx_answered, waiting);
		batch[i]->until = until;
		batch[i]->input = g_bytes_new(txs[i], strlen(txs[i]));
	}
	chain_submit(chain, batch, n);
}

static Waiting
submit_one(Host *host, Chain *chain, const char *tx, guint32 until)
{
	Waiting waiting = { .host = host };

	submit(&waiting, chain, &tx, 1, until);
	run_until_done(host);
	return waiting;
}

static void
test_committed_after_durable(void)
{
	Host host;
	Chain *chain;
	Waiting waiting;

	make_host(&host);
	chain = create(&host, "one", "{}");
	g_assert_nonnull(chain);
	waiting = submit_one(&host, chain, "d", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_OK);
	g_assert_cmpuint(waiting.stage, ==, BSN_TX_COMMITTED);
	while (host.block != 5)
		event_base_loop(loop_base(host.loop), EVLOOP_ONCE);
	remove_host(&host);
}

static void
test_accepted_first(void)
{
	Host host;
	Chain *chain;
	Waiting waiting;
	ChainCounters counters;

	make_host(&host);
	chain = create(&host, "one", "{}");
	waiting = submit_one(&host, chain, "a", BSN_TX_ACCEPTED);
	g_assert_cmpuint(waiting.stage, ==, BSN_TX_ACCEPTED);
	waiting = submit_one(&host, chain, "a", BSN_TX_COMMITTED);
	g_assert_cmpuint(waiting.stage, ==, BSN_TX_COMMITTED);
	chain_counters(chain, &counters);
	g_assert_cmpuint(counters.accepted, ==, 2);
	g_assert_cmpuint(counters.committed, ==, 2);
	g_assert_cmpuint(counters.engine_faults, ==, 0);
	remove_host(&host);
}

static void
test_refusals(void)
{
	Host host;
	Chain *chain;
	Waiting waiting;

	make_host(&host);
	chain = create(&host, "one", "{}");
	waiting = submit_one(&host, chain, "?", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_DUPLICATE);
	g_assert_cmpint(waiting.native, ==, 15);
	g_assert_cmpstr(waiting.reason, ==, "seen before");
	waiting = submit_one(&host, chain, "x", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_BUSY);
	g_assert_cmpstr(waiting.reason, ==, "the pool is full");
	remove_host(&host);
}

static void
test_rule_breaking_answers(void)
{
	Host host;
	Chain *chain;
	ChainCounters counters;

	make_host(&host);
	chain = create(&host, "one", "{}");
	g_assert_cmpint(submit_one(&host, chain, "k", BSN_TX_COMMITTED).status,
			==, BSN_E_INTERNAL);
	g_assert_cmpint(submit_one(&host, chain, "s", BSN_TX_COMMITTED).status,
			==, BSN_E_INTERNAL);
	chain_counters(chain, &counters);
	g_assert_cmpuint(counters.engine_faults, ==, 2);
	g_assert_cmpint(submit_one(&host, chain, "and refused",
				   BSN_TX_COMMITTED)
				.status,
			==, BSN_OK);
	g_assert_cmpint(submit_one(&host, chain, "a", BSN_TX_COMMITTED).status,
			==, BSN_OK);
	remove_host(&host);
}

static void
test_batch(void)
{
	const char *txs[500];
	Host host;
	Chain *chain;
	Waiting waiting = { .host = &host };

	for (guint i = 0; i < G_N_ELEMENTS(txs); i++)
		txs[i] = "a";
	make_host(&host);
	chain = create(&host, "one", "{}");
	g_atomic_int_set(&batches_of_more_than_one, 0);
	submit(&waiting, chain, txs, G_N_ELEMENTS(txs), BSN_TX_COMMITTED);
	run_until_done(&host);
	g_assert_cmpint(waiting.status, ==, BSN_OK);
	g_assert_cmpint(g_atomic_int_get(&batches_of_more_than_one), >, 0);
	remove_host(&host);
}

static void
test_close_fails_unanswered(void)
{
	const char *held = "h";
	Host host;
	Chain *chain;
	Waiting waiting = { .host = &host };
	ChainCounters counters;

	make_host(&host);
	chain = create(&host, "one", "{}");
	submit(&waiting, chain, &held, 1, BSN_TX_COMMITTED);
	chain_table_close(host.table, chain, operation_done, &host);
	while (waiting.left > 0 || chain_state(chain) != CHAIN_CLOSED)
		event_base_loop(loop_base(host.loop), EVLOOP_ONCE);
	host.done = 0;
	g_assert_cmpint(waiting.status, ==, BSN_UNAVAILABLE);
	chain_counters(chain, &counters);
	g_assert_cmpuint(counters.engine_faults, ==, 1);
	waiting = submit_one(&host, chain, "a", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_UNAVAILABLE);
	remove_host(&host);
}

static void
test_timers(void)
{
	Host host;
	Chain *chain;

	make_host(&host);
	chain = create(&host, "one", "{}");
	g_assert_cmpuint(submit_one(&host, chain, "t", BSN_TX_COMMITTED).stage,
			 ==, BSN_TX_COMMITTED);
	remove_host(&host);
}

/* ---- the table ---- */

static void
test_bad_creations(void)
{
	Host host;

	make_host(&host);
	g_assert_null(create(&host, "Bad_Name", "{}"));
	g_assert_cmpint(host.status, ==, BSN_BAD_REQUEST);
	g_assert_null(create(&host, "one", "{\"wrong\":1}"));
	g_assert_cmpint(host.status, ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(host.err.reason, ==, "config has \"wrong\"");
	g_assert_null(chain_table_find(host.table, "one"));
	g_assert_nonnull(create(&host, "one", "{}"));
	g_assert_null(create(&host, "one", "{}"));
	g_assert_cmpint(host.status, ==, BSN_CONFLICT);
	remove_host(&host);
}

static void
test_failed_open_is_told(void)
{
	Host host;
	Chain *chain;
	Waiting waiting;

	make_host(&host);
	g_assert_null(create(&host, "one", "{\"unopenable\":1}"));
	chain = chain_table_find(host.table, "one");
	g_assert_cmpint(chain_state(chain), ==, CHAIN_FAILED);
	g_assert_cmpstr(chain_reason(chain), ==, "it is unopenable");
	waiting = submit_one(&host, chain, "a", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(waiting.reason, "it is unopenable"));
	g_assert_nonnull(create(&host, "two", "{}"));
	remove_host(&host);
}

static void
test_engine_gives_up(void)
{
	Host host;
	Chain *chain, *other;
	Waiting waiting;

	make_host(&host);
	chain = create(&host, "one", "{}");
	other = create(&host, "two", "{}");
	submit_one(&host, chain, "g", BSN_TX_COMMITTED);
	while (chain_state(chain) != CHAIN_FAILED)
		event_base_loop(loop_base(host.loop), EVLOOP_ONCE);
	g_assert_cmpint(g_atomic_int_get(&open_ledgers), ==, 1);
	g_assert_cmpstr(chain_reason(chain), ==,
			"block 7 is not what block 8 says");
	waiting = submit_one(&host, chain, "a", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(waiting.reason, "block 7"));
	waiting = submit_one(&host, other, "a", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_OK);
	chain_table_open(host.table, chain, operation_done, &host);
	run_until_done(&host);
	g_assert_cmpint(host.status, ==, BSN_OK);
	waiting = submit_one(&host, chain, "a", BSN_TX_COMMITTED);
	g_assert_cmpint(waiting.status, ==, BSN_OK);
	remove_host(&host);
}

static void
add_founder(GPtrArray *members, guint32 role, const char *key,
	    const char *address)
{
	FoundingMember *member = g_new0(FoundingMember, 1);

	member->role = role;
	member->public_key = g_bytes_new(key, strlen(key));
	member->address = g_strdup(address);
	g_ptr_array_add(members, member);
}

/* Its genesis then makes the same chain elsewhere. */
static void
test_founders(void)
{
	Host host = { 0 };
	g_autoptr(GPtrArray) members =
		g_ptr_array_new_with_free_func(founding_member_free);
	Chain *chain;

	make_host(&host);
	add_founder(members, BSN_ROLE_CONSENSUS, "key a", "a:1");
	add_founder(members, BSN_ROLE_OBSERVER, "key b", "b:1");
	host.members = members;
	chain = create(&host, "one", "{\"two\":1}");
	g_assert_nonnull(chain);
	host.members = NULL;
	host.genesis = g_bytes_ref(chain_genesis(chain));
	chain = create(&host, "other", "{}");
	g_assert_nonnull(chain);
	g_assert_true(g_bytes_equal(chain_genesis(chain), host.genesis));
	g_clear_pointer(&host.genesis, g_bytes_unref);
	remove_host(&host);
}

static void
test_foreign_genesis_that_fails(void)
{
	static const char bad[] = "unopenable";
	Host host = { 0 };

	make_host(&host);
	host.genesis = g_bytes_new_static(bad, strlen(bad));
	g_assert_null(create(&host, "one", "{}"));
	g_assert_cmpint(host.status, ==, BSN_E_CORRUPT);
	g_assert_cmpstr(host.err.reason, ==, "it is unopenable");
	g_assert_null(chain_table_find(host.table, "one"));
	g_clear_pointer(&host.genesis, g_bytes_unref);
	g_assert_nonnull(create(&host, "one", "{}"));
	remove_host(&host);
}

static void
wait_open(Host *host, const char *name)
{
	Chain *chain = chain_table_find(host->table, name);

	g_assert_nonnull(chain);
	while (chain_state(chain) == CHAIN_OPENING)
		event_base_loop(loop_base(host->loop), EVLOOP_ONCE);
	g_assert_cmpint(chain_state(chain), ==, CHAIN_OPEN);
}

static void
test_restart(void)
{
	Host host;
	Chain *chain;

	make_host(&host);
	create(&host, "one", "{\"n\":1}");
	chain = create(&host, "two", "{}");
	chain_table_close(host.table, chain, operation_done, &host);
	run_until_done(&host);
	stop_host(&host);

	start_host(&host);
	wait_open(&host, "one");
	g_assert_cmpstr(chain_config(chain_table_find(host.table, "one")), ==,
			"{\"n\":1}");
	chain = chain_table_find(host.table, "two");
	g_assert_cmpint(chain_state(chain), ==, CHAIN_CLOSED);
	chain_table_open(host.table, chain, operation_done, &host);
	run_until_done(&host);
	g_assert_cmpint(chain_state(chain), ==, CHAIN_OPEN);
	remove_host(&host);
}

static int32_t
count_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	g_assert_not_reached();
}

static void
test_delete(void)
{
	bsn_scan_sink sink = { count_entry };
	Host host;
	Chain *chain;
	StoreSpace *space;

	make_host(&host);
	chain = create(&host, "one", "{}");
	submit_one(&host, chain, "d", BSN_TX_COMMITTED);
	chain_table_delete(host.table, chain, operation_done, &host);
	run_until_done(&host);
	g_assert_cmpint(host.status, ==, BSN_OK);
	g_assert_null(chain_table_find(host.table, "one"));
	space = store_space_open(host.store, 1, NULL, NULL);
	store_scan(space, bsn_slice_str(""), bsn_slice_str(""), 0, &sink, NULL);
	store_space_close(space);
	stop_host(&host);
	start_host(&host);
	g_assert_null(chain_table_find(host.table, "one"));
	g_assert_nonnull(create(&host, "one", "{}"));
	remove_host(&host);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chain/submit/committed-comes-after-durable",
			test_committed_after_durable);
	g_test_add_func("/chain/submit/who-waits-for-accepted-gets-it",
			test_accepted_first);
	g_test_add_func("/chain/submit/refusals-keep-their-reason",
			test_refusals);
	g_test_add_func("/chain/submit/rule-breaking-answers-fail-one-request",
			test_rule_breaking_answers);
	g_test_add_func("/chain/submit/what-arrives-together-is-one-batch",
			test_batch);
	g_test_add_func("/chain/close/unanswered-requests-are-failed",
			test_close_fails_unanswered);
	g_test_add_func("/chain/timer/comes-once-and-not-after-cancel",
			test_timers);
	g_test_add_func("/chain/create/refusals-leave-nothing-behind",
			test_bad_creations);
	g_test_add_func("/chain/open/a-failure-is-told-and-contained",
			test_failed_open_is_told);
	g_test_add_func("/chain/give-up/fails-that-chain-alone",
			test_engine_gives_up);
	g_test_add_func("/chain/create/of-several-members-and-of-its-genesis",
			test_founders);
	g_test_add_func("/chain/create/what-cannot-be-opened-here-is-not-kept",
			test_foreign_genesis_that_fails);
	g_test_add_func("/chain/table/survives-a-restart", test_restart);
	g_test_add_func("/chain/delete/erases-all-and-frees-the-name",
			test_delete);
	return g_test_run();
}
