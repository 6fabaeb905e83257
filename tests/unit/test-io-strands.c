/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of a plugin's jobs between the main loop and chains' strands, with
 * chains of an engine of the test's own: also while they close.
 */
#include <string.h>

#include "host/chain/table.h"
#include "host/io/child_private.h"
#include "host/plugin/registry.h"

#define DEADLINE_S 60

/* A chain, and a runtime that owes it something. */
struct bsn_ledger {
	bsn_io_resident resident;
	bsn_chain *chain;
	bsn_io_strand *strand;
	GThread *closed_on;
	guint served, refused, closings;
	gboolean engine_closed;
};

typedef struct {
	bsn_io_job job;
	bsn_ledger *ledger;
	gint *runs; /* atomic */
	int32_t status;
} Job;

static bsn_io_account *account;
static Loop *loop;
static bsn_ledger *opened[2]; /* the last; survives the chain */
static gboolean unopenable, keeps;

/* ---- the engine ---- */

static void
closing(bsn_io_resident *resident)
{
	bsn_ledger *ledger = (bsn_ledger *)resident;
	bsn_io_strand *another;

	g_assert_false(ledger->engine_closed);
	g_assert_true(io_chain_here() == ledger->chain);
	ledger->closings++;
	/* Nobody moves in any more. */
	g_assert_cmpint(io_strand_keep(account, ledger->chain, resident,
				       &another, NULL),
			==, BSN_E_STATE);
}

static int32_t
genesis(const bsn_genesis *in, bsn_sink *out, bsn_err *err)
{
	return out->write(out, "g", 1);
}

static int32_t
member_algorithm(bsn_slice config, const char **algorithm, bsn_err *err)
{
	*algorithm = "sm2";
	return BSN_OK;
}

static int32_t
chain_open(bsn_chain *chain, bsn_slice bytes, bsn_ledger **out, bsn_err *err)
{
	bsn_ledger *ledger = g_new0(bsn_ledger, 1);

	g_assert_true(io_chain_here() == chain);
	ledger->resident.closing = closing;
	ledger->chain = chain;
	opened[1] = opened[0];
	opened[0] = ledger;
	if (keeps)
		g_assert_cmpint(io_strand_keep(account, chain,
					       &ledger->resident,
					       &ledger->strand, err),
				==, BSN_OK);
	if (unopenable)
		return BSN_E_CORRUPT;
	*out = ledger;
	return BSN_OK;
}

static void
chain_close(bsn_ledger *ledger)
{
	bsn_io_strand *another;

	ledger->engine_closed = TRUE;
	g_assert_cmpint(io_strand_keep(account, ledger->chain,
				       &ledger->resident, &another, NULL),
			==, BSN_E_STATE);
}

static void
number_call(bsn_ledger *ledger, uint64_t number)
{
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.member_algorithm = member_algorithm,
	.genesis = genesis,
	.open = chain_open,
	.close = chain_close,
	.durable = number_call,
	.timer = number_call,
};

static const bsn_engine engine = {
	.size = sizeof(engine),
	.framework = "fake",
	.chain = &chain_ops,
};

/* ---- a host ---- */

const bsn_engine *
plugin_find_engine(const char *framework)
{
	return &engine;
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

typedef struct {
	char *directory;
	Workers *workers;
	Store *store;
	ChainTable *table;
	struct event *deadline;
	guint done;
	Chain *chain;
	int32_t status;
} Host;

static void
too_late(evutil_socket_t fd, short what, void *data)
{
	g_error("the deadline of %d s passed", DEADLINE_S);
}

static void
start_host(Host *host, gconstpointer data)
{
	const struct timeval deadline = { DEADLINE_S, 0 };
	static IoService service;
	static const bsn_plugin plugin = { .size = sizeof(plugin),
					   .id = "test.io" };
	StoreConfig config = { .map_bytes = 1 << 20,
			       .map_bytes_max = 1 << 26,
			       .pending_bytes_max = 1 << 24 };
	g_autoptr(GError) error = NULL;

	host->directory = g_dir_make_tmp("bsn-strands-XXXXXX", NULL);
	config.directory = host->directory;
	loop = loop_new();
	service.loop = loop;
	account = g_new0(bsn_io_account, 1);
	account->service = &service;
	account->plugin = &plugin;
	keeps = TRUE;
	unopenable = FALSE;
	host->deadline = evtimer_new(loop_base(loop), too_late, NULL);
	evtimer_add(host->deadline, &deadline);
	host->workers = workers_new(2);
	host->store = store_open(&config, &error);
	g_assert_no_error(error);
	host->table = chain_table_new(loop, host->workers, host->store, NULL,
				      (ChainCarrier){ NULL, NULL }, &error);
	g_assert_no_error(error);
}

static void
note_done(void *owner, Chain *chain, int32_t status, const bsn_err *err)
{
	Host *host = owner;

	host->done++;
	host->chain = chain;
	host->status = status;
}

static void
turn(void)
{
	event_base_loop(loop_base(loop), EVLOOP_ONCE);
}

static void
wait_done(Host *host, guint n)
{
	while (host->done < n)
		turn();
}

static void
make_chain(Host *host)
{
	const ChainPlan plan = { .name = "one",
				 .framework = "fake",
				 .config = "{}" };

	chain_table_create(host->table, &plan, note_done, host);
	wait_done(host, host->done + 1);
}

static void
close_chain(Host *host)
{
	chain_table_close(host->table, host->chain, note_done, host);
	wait_done(host, host->done + 1);
}

static void
table_idle(void *owner)
{
	((Host *)owner)->done = 1000;
}

static void
stop_host(Host *host, gconstpointer data)
{
	chain_table_stop(host->table, table_idle, host);
	wait_done(host, 1000);
	workers_free(host->workers);
	loop_run_pending(loop);
	store_close(host->store);
	loop_run_pending(loop);
	chain_table_free(host->table);
	event_free(host->deadline);
	loop_free(loop);
	io_directory_remove(host->directory);
	g_free(host->directory);
	g_free(account);
	for (guint i = 0; i < 2; i++)
		g_clear_pointer(&opened[i], g_free);
}

/* ---- tests ---- */

static void
count(bsn_io_job *base, int32_t status)
{
	Job *job = (Job *)base;
	bsn_ledger *ledger = job->ledger;

	job->status = status;
	if (status == BSN_OK) {
		g_assert_true(io_chain_here() == ledger->chain);
		g_assert_false(ledger->engine_closed);
		g_assert_cmpuint(ledger->closings, ==, 0);
		ledger->served++;
	} else {
		g_assert_cmpint(status, ==, BSN_UNAVAILABLE);
		ledger->refused++;
	}
	g_atomic_int_inc(job->runs);
}

static void
wait_runs(gint *runs, gint n)
{
	while (g_atomic_int_get(runs) < n) {
		event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
		g_thread_yield();
	}
}

static Job
job_of(bsn_ledger *ledger, gint *runs)
{
	return (Job){ .job = { count }, .ledger = ledger, .runs = runs };
}

static void
test_served(Host *host, gconstpointer data)
{
	gint runs = 0;
	Job job;

	g_assert_null(io_chain_here());
	make_chain(host);
	g_assert_cmpint(host->status, ==, BSN_OK);
	job = job_of(opened[0], &runs);
	for (gint i = 1; i <= 3; i++) { /* a job can be posted again */
		io_on_strand(opened[0]->strand, &job.job);
		wait_runs(&runs, i);
		g_assert_cmpint(job.status, ==, BSN_OK);
	}
	close_chain(host);
	g_assert_cmpuint(opened[0]->closings, ==, 1);
	g_assert_true(opened[0]->engine_closed);
	/* The strand is still there, the chain is not. */
	io_on_strand(opened[0]->strand, &job.job);
	wait_runs(&runs, 4);
	g_assert_cmpint(job.status, ==, BSN_UNAVAILABLE);
	io_strand_free(opened[0]->strand);
	io_strand_free(NULL);
}

/* The handle of a chain that was closed does not serve its next life. */
static void
test_reopened(Host *host, gconstpointer data)
{
	gint runs = 0;
	Job job;

	make_chain(host);
	close_chain(host);
	chain_table_open(host->table, host->chain, note_done, host);
	wait_done(host, host->done + 1);
	g_assert_true(opened[1]->strand != opened[0]->strand);
	g_assert_cmpuint(opened[1]->closings, ==, 1);
	g_assert_cmpuint(opened[0]->closings, ==, 0);
	job = job_of(opened[1], &runs);
	io_on_strand(opened[1]->strand, &job.job);
	wait_runs(&runs, 1);
	g_assert_cmpint(job.status, ==, BSN_UNAVAILABLE);
	io_strand_free(opened[1]->strand);
	close_chain(host);
	io_strand_free(opened[0]->strand);
}

static void
test_unopenable(Host *host, gconstpointer data)
{
	unopenable = TRUE;
	make_chain(host);
	g_assert_cmpint(host->status, !=, BSN_OK);
	g_assert_cmpuint(opened[0]->closings, ==, 1);
	io_strand_free(opened[0]->strand);
}

/* ---- while it closes ---- */

#define POSTS 20000

typedef struct {
	bsn_ledger *ledger;
	Job *jobs;
	gint stop; /* atomic */
} Poster;

static gpointer
post_all(gpointer data)
{
	Poster *poster = data;

	for (guint i = 0; i < POSTS; i++)
		io_on_strand(poster->ledger->strand, &poster->jobs[i].job);
	return NULL;
}

/* Each job runs once; none finds the chain open when it is not. */
static void
test_closing(Host *host, gconstpointer data)
{
	gint runs = 0;
	g_autofree Job *jobs = g_new(Job, POSTS);
	Poster poster;
	GThread *thread;

	make_chain(host);
	poster = (Poster){ .ledger = opened[0], .jobs = jobs };
	for (guint i = 0; i < POSTS; i++)
		jobs[i] = job_of(opened[0], &runs);
	thread = g_thread_new("poster", post_all, &poster);
	wait_runs(&runs, 100);
	close_chain(host);
	g_thread_join(thread);
	wait_runs(&runs, POSTS);
	g_assert_cmpuint(opened[0]->served + opened[0]->refused, ==, POSTS);
	g_assert_cmpuint(opened[0]->served, >=, 100);
	g_assert_cmpuint(opened[0]->closings, ==, 1);
	io_strand_free(opened[0]->strand);
}

static void
free_strand(bsn_io_job *base, int32_t status)
{
	Job *job = (Job *)base;

	g_assert_cmpint(status, ==, BSN_OK);
	io_strand_free(job->ledger->strand);
	g_atomic_int_inc(job->runs);
}

/* Who has let go is not told of the end. */
static void
test_let_go(Host *host, gconstpointer data)
{
	gint runs = 0;
	Job job;

	make_chain(host);
	job = (Job){ .job = { free_strand }, .ledger = opened[0], .runs = &runs };
	io_on_strand(opened[0]->strand, &job.job);
	wait_runs(&runs, 1);
	close_chain(host);
	g_assert_cmpuint(opened[0]->closings, ==, 0);
}

static void
test_elsewhere(Host *host, gconstpointer data)
{
	bsn_io_strand *strand = NULL;

	keeps = FALSE;
	make_chain(host);
	g_assert_cmpint(io_strand_keep(account, opened[0]->chain,
				       &opened[0]->resident, &strand, NULL),
			==, BSN_E_INVALID);
	g_assert_null(strand);
}

/* ---- to the main loop ---- */

static void
on_main(bsn_io_job *base, int32_t status)
{
	Job *job = (Job *)base;

	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_true(job->ledger->closed_on == g_thread_self());
	g_atomic_int_inc(job->runs);
}

static gpointer
post_to_main(gpointer data)
{
	io_on_main(account, data);
	return NULL;
}

static void
test_main_loop(Host *host, gconstpointer data)
{
	bsn_ledger me = { .closed_on = g_thread_self() };
	gint runs = 0;
	Job job = { .job = { on_main }, .ledger = &me, .runs = &runs };

	g_thread_join(g_thread_new("other", post_to_main, &job));
	g_assert_cmpint(runs, ==, 0);
	wait_runs(&runs, 1);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(Host *host, gconstpointer data);
	} tests[] = {
		{ "served", test_served },
		{ "reopened", test_reopened },
		{ "unopenable", test_unopenable },
		{ "closing", test_closing },
		{ "let-go", test_let_go },
		{ "elsewhere", test_elsewhere },
		{ "main-loop", test_main_loop },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/io/strands/", tests[i].name, NULL);

		g_test_add(path, Host, NULL, start_host, tests[i].test,
			   stop_host);
	}
	return g_test_run();
}
