/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/session.h"

#include <stdio.h>
#include <string.h>

#include "tools/bench/deploy.h"
#include "tools/bench/listeners.h"
#include "tools/bench/people.h"
#include "tools/bench/stop.h"
#include "tools/ctl/text_of.h"

#define WARM_UP_SHARE 10
#define CLOSED_DEFAULT 32
#define OPEN_DEFAULT 256
#define PREPARE_BATCH 100
#define PREPARE_IN_FLIGHT 8

/* ---- the plan ----------------------------------------------------------- */

/* Fills in what has no value of its own. */
static gboolean
complete(LoadPlan *plan, GError **error)
{
	if (plan->rate > 0 && plan->mode == LOOP_CLOSED)
		plan->mode = LOOP_OPEN;
	if (plan->mode == LOOP_OPEN && plan->rate <= 0)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"an open loop has a rate\nGive --rate, "
				"transactions a second.");
	if (plan->mode == LOOP_OPEN && plan->seconds > 0)
		plan->transactions = (guint64)(plan->rate * plan->seconds) + 1;
	if (plan->warm_up == LOAD_PLAN_UNSET)
		plan->warm_up = plan->transactions / WARM_UP_SHARE;
	if (plan->in_flight == 0)
		plan->in_flight = plan->mode == LOOP_CLOSED ? CLOSED_DEFAULT
							    : OPEN_DEFAULT;
	return TRUE;
}

static const char *
framework_of(const Session *session)
{
	return target_chain(session->target, 0)->framework;
}

void
session_forget(Session *session)
{
	stock_free(session->stock);
	session->stock = stock_new(stock_memory_default(), NULL);
	session->place = (StockPlace){ 0 };
}

void
session_clear(Session *session)
{
	g_clear_pointer(&session->load, load_free);
	g_clear_pointer(&session->stock, stock_free);
	g_clear_pointer(&session->maker, maker_free);
	load_plan_clear(&session->plan);
}

/* ---- what is shown meanwhile -------------------------------------------- */

typedef struct {
	Session *session;
	TickerState state;
	gint64 began_us;
} Watch;

static void
show_made(guint64 made, void *user)
{
	Watch *watch = user;
	const gint64 now = g_get_monotonic_time();

	watch->state.done = made;
	watch->state.elapsed_s =
		(double)(now - watch->began_us) / G_USEC_PER_SEC;
	ticker_show(watch->session->ticker, &watch->state, now);
}

static void
show_run(const SeriesSum *sum, gint64 elapsed_us, void *user)
{
	Watch *watch = user;

	watch->state.done = sum->committed + sum->failed;
	watch->state.failed = sum->failed;
	watch->state.p99_ms = (double)sum->p99_us / 1000;
	watch->state.elapsed_s = (double)elapsed_us / G_USEC_PER_SEC;
	ticker_show(watch->session->ticker, &watch->state,
		    g_get_monotonic_time());
}

gboolean
session_make(Session *session, guint64 n, GError **error)
{
	Watch watch = {
		.session = session,
		.began_us = g_get_monotonic_time(),
		.state = { .what = "making requests", .total = n, .p99_ms = -1 }
	};

	return maker_fill(session->maker, n, session->stock, show_made, &watch,
			  error);
}

/* ---- runs --------------------------------------------------------------- */

void
session_warm_up(Session *session, const LoadHow *how)
{
	g_autoptr(Run) run = run_new();
	Watch watch = {
		.session = session,
		.state = { .what = "warming up", .total = how->n, .p99_ms = -1 }
	};

	if (how->n > 0)
		load_run(session->load, session->stock, &session->place, how,
			 run, show_run, &watch);
}

/* Metrics are missed where they cannot be read, not asked for. */
static gboolean
read_metrics(const Session *session, guint host, Metrics *metrics)
{
	g_autoptr(GError) why = NULL;
	const gboolean known =
		target_metrics(session->target, host, metrics, &why);

	if (why != NULL)
		fprintf(stderr, "bsn-bench: %s\n", why->message);
	return known;
}

typedef struct {
	gboolean known;
	Metrics metrics;
} Reading;

static Reading *
read_all(const Session *session)
{
	const guint n = session->target->hosts->len;
	Reading *readings = g_new0(Reading, n);

	for (guint i = 0; i < n; i++)
		readings[i].known =
			read_metrics(session, i, &readings[i].metrics);
	return readings;
}

static void
add_nodes(const Session *session, const Reading *before, Run *run)
{
	for (guint i = 0; i < session->target->hosts->len; i++) {
		const char *name = target_host(session->target, i)->name;
		Metrics after, rise;

		if (before[i].known && read_metrics(session, i, &after)) {
			rise = metrics_between(&before[i].metrics, &after);
			run_add_node(run, name, &rise);
		} else {
			run_add_node(run, name, NULL);
		}
	}
}

/* "pbft" of {"consensus": {"name": "pbft"}}. */
static char *
consensus_of(const json_t *config)
{
	const char *name =
		text_of(json_object_get(config, "consensus"), "name");

	return *name != '\0' ? g_strdup(name) : NULL;
}

static char *
word_of(const json_t *config, const char *member)
{
	const char *word = text_of(config, member);

	return *word != '\0' ? g_strdup(word) : NULL;
}

static void
describe(const Session *session, const LoadHow *how, RunParameters *what)
{
	const LoadPlan *plan = &session->plan;
	const TargetChain *chain = target_chain(session->target, 0);
	const guint64 made = stock_transactions(session->stock);
	const gboolean file = session->options->from != NULL;

	what->chain = g_strdup(chain->name);
	what->framework = g_strdup(chain->framework);
	what->crypto = word_of(chain->config, "crypto");
	what->consensus = consensus_of(chain->config);
	what->contract = file ? NULL : g_strdup(plan->contract);
	what->function = file ? NULL : g_strdup(plan->function);
	what->signing = g_strdup(maker_signing(session->maker));
	what->chains = session->target->chains->len;
	what->hosts = session->target->hosts->len;
	what->signers = maker_signers(session->maker);
	what->mode = (LoopMode)plan->mode;
	what->rate = how->rate;
	what->connections = what->in_flight = (guint)plan->in_flight;
	what->batch = plan->reads ? 1 : (guint)plan->batch;
	what->warm_up = plan->warm_up;
	what->reads = plan->reads;
	/* In JSON they are hexadecimal digits, with quotes and a comma. */
	what->tx_bytes = made > 0 && !plan->reads
				 ? (gsize)(stock_bytes(session->stock) / made)
				 : 0;
	if (what->tx_bytes > 0 && strcmp(what->signing, "hosted") != 0)
		what->tx_bytes = (what->tx_bytes - 5) / 2;
}

/* With nobody who listens. */
static Run *
measure(Session *session, const LoadHow *how)
{
	g_autofree Reading *before = read_all(session);
	Run *run = run_new();
	Watch watch = { .session = session,
			.state = { .what = "measuring",
				   .total = how->n,
				   .length_s = how->seconds,
				   .p99_ms = -1 } };

	describe(session, how, &run->what);
	load_run(session->load, session->stock, &session->place, how, run,
		 show_run, &watch);
	add_nodes(session, before, run);
	return run;
}

Run *
session_measure(Session *session, const LoadHow *how, GError **error)
{
	g_autofree gint64 *sent_us = NULL;
	g_autoptr(Listeners) listeners = NULL;
	g_auto(EventsPlan) plan = { 0 };
	LoadHow heard = *how;
	ListenHow listen;
	Run *run;

	if (!workload_events(session->options->workload, framework_of(session),
			     &plan, error))
		return NULL;
	if (plan.subscribers == 0)
		return measure(session, how);
	listen = (ListenHow){ .plan = &plan,
			      .contract = session->plan.contract,
			      .run = maker_run(session->maker),
			      .first = maker_next(session->maker) - how->n,
			      .n = maker_next(session->maker) };
	listen.sent_us = sent_us = g_new0(gint64, listen.n);
	heard.sent_us = sent_us;
	heard.sent_n = listen.n;
	listeners = listeners_new(session->target, &listen, error);
	if (listeners == NULL)
		return NULL;
	run = measure(session, &heard);
	listeners_end(listeners, run->committed, run);
	return run;
}

gboolean
session_run(Session *session, const char *label, GError **error)
{
	const LoadPlan *plan = &session->plan;
	const LoadHow warm = { .rate = plan->rate, .n = plan->warm_up };
	const LoadHow how = { .rate = plan->rate,
			      .poisson = plan->poisson,
			      .n = plan->transactions,
			      .seconds = plan->seconds };
	Run *run;

	if (!session_make(session, plan->warm_up, error) ||
	    !session_make(session, plan->transactions, error))
		return FALSE;
	session_warm_up(session, &warm);
	if (stop_signal() != 0)
		return stop_fail(error);
	run = session_measure(session, &how, error);
	if (run == NULL)
		return FALSE;
	run->label = g_strdup(label);
	result_add(session->result, run);
	return stop_signal() == 0 || stop_fail(error);
}

/* ---- what goes before --------------------------------------------------- */

static gboolean
fail_before(const Run *run, GError **error)
{
	g_autoptr(GPtrArray) names = tally_names(run->errors);

	return names->len == 0
		       ? TRUE
		       : ctl_fail(error, CTL_ERROR_FAILED,
				  "what [prepare] says came to '%s'\nLook for "
				  "it in the host's log.",
				  (const char *)names->pdata[0]);
}

static gboolean
prepare_chain(Session *session, Load *load, Maker *maker, guint chain,
	      GError **error)
{
	g_autoptr(Stock) stock = stock_new(stock_memory_default(), NULL);
	g_autoptr(Run) run = run_new();
	const LoadHow how = { .n = session->plan.records };
	StockPlace place = { 0 };
	Watch watch = {
		.session = session,
		.state = { .what = "preparing", .total = how.n, .p99_ms = -1 }
	};

	maker_begin_chain(maker, chain);
	if (!maker_fill(maker, how.n, stock, NULL, NULL, error))
		return FALSE;
	load_run(load, stock, &place, &how, run, show_run, &watch);
	return stop_signal() == 0 ? fail_before(run, error) : stop_fail(error);
}

/* One transaction for each record of each chain. */
static gboolean
prepare(Session *session, const PreparePlan *words, GError **error)
{
	g_autoptr(Maker) maker = NULL;
	g_autoptr(Load) load = NULL;
	LoadPlan plan = session->plan; /* borrows its texts */

	plan.function = words->function;
	plan.args = words->args;
	plan.reads = FALSE;
	plan.signed_by = BY_SEQUENCE;
	plan.batch = PREPARE_BATCH;
	plan.in_flight = PREPARE_IN_FLIGHT;
	maker = maker_new_before(session->maker, &plan, error);
	if (maker != NULL)
		load = load_new(session->target, maker, &plan, error);
	for (guint i = 0; load != NULL && i < session->target->chains->len; i++)
		if (!prepare_chain(session, load, maker, i, error))
			return FALSE;
	return load != NULL;
}

/* Whose key the hosts keep signs what is not signed here. */
static gboolean
find_signer(Session *session, GError **error)
{
	const TargetChain *chain = target_chain(session->target, 0);

	if (session->plan.hosted == NULL)
		session->plan.hosted = people_hosted(
			session->target,
			people_algorithm(chain->framework, chain->config),
			strcmp(chain->framework, "fabric") == 0, error);
	return session->plan.hosted != NULL;
}

static gboolean
is_hosted(const Session *session)
{
	return maker_signing_of(session->target, &session->plan) ==
	       SIGNING_HOSTED;
}

/* The contract, a maker of requests, and what the workload wants to be there.
 */
static gboolean
set_up(Session *session, GError **error)
{
	const Workload *workload = session->options->workload;
	const char *framework = framework_of(session);
	g_auto(DeployPlan) deploy = { 0 };
	g_auto(PreparePlan) words = { 0 };

	if (!workload_deploy(workload, framework, &deploy, error) ||
	    !workload_prepare(workload, framework, &words, error))
		return FALSE;
	if ((deploy.code != NULL || deploy.native != NULL ||
	     (is_hosted(session) &&
	      (!session->plan.reads || words.function != NULL))) &&
	    !find_signer(session, error))
		return FALSE;
	if (!deploy_contract(session->target, workload, &deploy,
			     session->plan.contract, session->plan.hosted,
			     error))
		return FALSE;
	session->maker = maker_new(session->target, &session->plan, error);
	return session->maker != NULL &&
	       (words.function == NULL || prepare(session, &words, error));
}

static gboolean
open_maker(Session *session, GError **error)
{
	const char *file = session->options->from;

	if (file == NULL)
		return set_up(session, error);
	session->maker = maker_new_file(file, &session->plan, error);
	return session->maker != NULL;
}

gboolean
session_open(Session *session, GError **error)
{
	if (!workload_load(session->options->workload, framework_of(session),
			   &session->plan, error) ||
	    !complete(&session->plan, error))
		return FALSE;
	session_forget(session);
	if (!open_maker(session, error))
		return FALSE;
	session->load = load_new(session->target, session->maker,
				 &session->plan, error);
	return session->load != NULL;
}
