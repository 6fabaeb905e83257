/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/load.h"

#include <string.h>

#include "tools/ctl/hex.h"

/* Waits before a transaction is sent again: the first, doubled each time. */
#define RETRY_FIRST_US 5000u
#define RETRY_DOUBLINGS 8u
/* What the connection grants beyond the wait that the host was asked for. */
#define GRACE_MS 2000u
/* The host's name of a transaction that came after its last block. */
#define EXPIRED "expired"
#define TICK_US (200 * G_TIME_SPAN_MILLISECOND)

typedef struct {
	Load *load;
	Client *client;
	Stats *stats; /* of the run */
} Lane;

struct Load {
	const BenchOptions *options;
	Workshop *workshop;
	const char *chain;
	char *target; /* of each request */
	Lane *lanes;  /* in_flight of them */

	/* The run. */
	GBytes *const *txs;
	guint64 n;
	guint64 limit; /* of these */
	gint64 began_us;
	guint64 next, answered; /* atomic */

	GMutex mutex;
	GCond ended;
	guint running; /* lanes; mutex */
	GMutex renewing;
};

/* Transactions that one request is about. */
typedef struct {
	GBytes **txs; /* those without a final answer */
	guint n;      /* of them */
	guint64 limit; /* of the newest */
	gboolean expired; /* one of them has */
	gint64 since_us;
} Group;

/* ---- answers ------------------------------------------------------------ */

static const char *
text_of(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

/* What may be otherwise in a moment, or, where others can be made, for another
 * transaction. */
static gboolean
is_passing(const Load *load, const char *name)
{
	return strcmp(name, "busy") == 0 || strcmp(name, "unavailable") == 0 ||
	       (load->workshop->pattern != NULL && strcmp(name, EXPIRED) == 0);
}

/* One transaction's answer. FALSE: it is to be sent again. */
static gboolean
take_result(const Lane *lane, json_t *result, gint64 took_us,
	    gboolean may_retry, gboolean *expired)
{
	Stats *stats = lane->stats;
	json_t *error = json_object_get(result, "error");
	const char *name = text_of(error, "name");
	guint64 us = (guint64)MAX(took_us, 0);

	if (error == NULL &&
	    strcmp(text_of(result, "stage"), "committed") == 0) {
		g_array_append_val(stats->latencies, us);
		stats->committed++;
		return TRUE;
	}
	if (error == NULL)
		name = "timeout";
	if (may_retry && is_passing(lane->load, name)) {
		tally_add(stats->retries, name, 1);
		*expired |= strcmp(name, EXPIRED) == 0;
		return FALSE;
	}
	tally_add(stats->errors, *name != '\0' ? name : "malformed-answer", 1);
	return TRUE;
}

static void
take_results(Lane *lane, Group *group, json_t *results, gboolean may_retry)
{
	const gint64 took_us = g_get_monotonic_time() - group->since_us;
	guint left = 0;

	for (guint i = 0; i < group->n; i++)
		if (take_result(lane, json_array_get(results, i),
				took_us, may_retry, &group->expired))
			g_bytes_unref(group->txs[i]);
		else
			group->txs[left++] = group->txs[i];
	group->n = left;
}

/* All of the request came to the same. The name is the host's, or "lost" when
 * no sensible answer came. One that was lost may be in a block all the same,
 * and is not sent again. */
static void
take_failure(Lane *lane, Group *group, const GError *why, gboolean may_retry)
{
	json_t *said = json_object_get(ctl_error_answer(why), "error");
	const char *name = text_of(said, "name");

	if (*name == '\0')
		name = "lost";
	if (may_retry && is_passing(lane->load, name)) {
		tally_add(lane->stats->retries, name, group->n);
		return;
	}
	tally_add(lane->stats->errors, name, group->n);
	while (group->n > 0)
		g_bytes_unref(group->txs[--group->n]);
}

/* ---- one request -------------------------------------------------------- */

static json_t *
body_of(const Group *group)
{
	json_t *txs = json_array();

	for (guint i = 0; i < group->n; i++) {
		GBytes *tx = group->txs[i];
		g_autofree char *hex = ctl_hex_encode(g_bytes_get_data(tx, NULL),
						  g_bytes_get_size(tx), TRUE);

		json_array_append_new(txs, json_string(hex));
	}
	return json_pack("{s:o}", "txs", txs);
}

static void
send_once(Lane *lane, Group *group, gboolean may_retry)
{
	const Load *load = lane->load;
	json_t *body = body_of(group);
	g_autoptr(GError) why = NULL;
	json_t *answer = client_request(lane->client, "POST", load->target,
					body,
					load->options->timeout_ms + GRACE_MS,
					&why);

	json_decref(body);
	lane->stats->requests++;
	if (answer != NULL)
		take_results(lane, group, json_object_get(answer, "results"),
			     may_retry);
	else
		take_failure(lane, group, why, may_retry);
	json_decref(answer);
}

/* ---- transactions that have expired ------------------------------------- */

/* Has all that is made from now on live longer; once for all lanes that find
 * theirs too old. */
static void
renew(Lane *lane, guint64 too_old)
{
	Load *load = lane->load;
	FiscoPattern *pattern = load->workshop->pattern;
	guint64 height;

	g_mutex_lock(&load->renewing);
	if (fisco_pattern_block_limit(pattern) == too_old &&
	    target_height(lane->client, load->chain, load->options->timeout_ms,
			  &height, NULL))
		fisco_pattern_set_block_limit(
			pattern, height + load->workshop->lifetime);
	g_mutex_unlock(&load->renewing);
}

/* Makes those of the group anew. Signing that worked before does not fail. */
static void
remake(const Load *load, Group *group)
{
	group->limit = fisco_pattern_block_limit(load->workshop->pattern);
	for (guint i = 0; i < group->n; i++) {
		GBytes *tx = fisco_pattern_make(load->workshop->pattern,
						load->workshop->signer, NULL);

		if (tx == NULL)
			continue;
		g_bytes_unref(group->txs[i]);
		group->txs[i] = tx;
	}
}

/* The same when they would be found too old. */
static void
remake_old(const Load *load, Group *group)
{
	const FiscoPattern *pattern = load->workshop->pattern;

	if (pattern != NULL &&
	    group->limit != fisco_pattern_block_limit(pattern))
		remake(load, group);
}

static void
send_group(Lane *lane, Group *group)
{
	const guint retries = lane->load->options->retries;

	for (guint i = 0;; i++) {
		group->expired = FALSE;
		send_once(lane, group, i < retries);
		if (group->n == 0)
			return;
		if (group->expired) {
			renew(lane, group->limit);
			remake(lane->load, group);
		} else {
			g_usleep(RETRY_FIRST_US << MIN(i, RETRY_DOUBLINGS));
		}
	}
}

/* ---- lanes -------------------------------------------------------------- */

/* When the i-th transaction's turn is, in an open loop. */
static gint64
turn_of(const Load *load, guint64 i)
{
	return load->began_us +
	       (gint64)((double)i / load->options->rate * G_USEC_PER_SEC);
}

/* Waits for the turn of the group's last transaction, before which it cannot be
 * sent, and counts from there: a lane that comes late adds its delay. */
static gint64
wait_for_turn(const Load *load, guint64 last)
{
	gint64 now = g_get_monotonic_time();
	gint64 turn;

	if (load->options->rate <= 0)
		return now;
	turn = turn_of(load, last);
	if (turn > now)
		g_usleep((gulong)(turn - now));
	return turn;
}

static void
run_group(Lane *lane, guint64 first, GBytes **txs)
{
	Load *load = lane->load;
	const guint n = (guint)MIN(load->options->batch, load->n - first);
	Group group = { .txs = txs, .n = n, .limit = load->limit };

	for (guint i = 0; i < n; i++)
		txs[i] = g_bytes_ref(load->txs[first + i]);
	remake_old(load, &group);
	group.since_us = wait_for_turn(load, first + n - 1);
	remake_old(load, &group);
	send_group(lane, &group);
	__atomic_fetch_add(&load->answered, n, __ATOMIC_RELAXED);
}

static gpointer
lane_main(gpointer data)
{
	Lane *lane = data;
	Load *load = lane->load;
	const guint batch = load->options->batch;
	g_autofree GBytes **txs = g_new(GBytes *, batch);

	for (;;) {
		guint64 first = __atomic_fetch_add(&load->next, batch,
						   __ATOMIC_RELAXED);

		if (first >= load->n)
			break;
		run_group(lane, first, txs);
	}
	g_mutex_lock(&load->mutex);
	load->running--;
	g_cond_signal(&load->ended);
	g_mutex_unlock(&load->mutex);
	return NULL;
}

/* ---- the run ------------------------------------------------------------ */

Load *
load_new(Target *target, Workshop *workshop, const BenchOptions *options,
	 GError **error)
{
	g_autoptr(Load) load = g_new0(Load, 1);
	GString *path = client_target("chains", target->chain, "txs", NULL);

	load->options = options;
	load->workshop = workshop;
	load->chain = target->chain;
	load->lanes = g_new0(Lane, options->in_flight);
	g_mutex_init(&load->mutex);
	g_mutex_init(&load->renewing);
	g_cond_init(&load->ended);
	client_query(path, "wait", "committed");
	client_query_number(path, "timeout_ms", options->timeout_ms);
	load->target = g_string_free(path, FALSE);
	for (guint i = 0; i < options->in_flight; i++) {
		TargetHost *host =
			target->hosts->pdata[i % target->hosts->len];

		load->lanes[i].load = load;
		load->lanes[i].client = ctl_new_client(&host->ctl, error);
		if (load->lanes[i].client == NULL)
			return NULL;
	}
	return g_steal_pointer(&load);
}

void
load_free(Load *load)
{
	if (load == NULL)
		return;
	for (guint i = 0; i < load->options->in_flight; i++)
		client_free(load->lanes[i].client);
	g_mutex_clear(&load->mutex);
	g_mutex_clear(&load->renewing);
	g_cond_clear(&load->ended);
	g_free(load->lanes);
	g_free(load->target);
	g_free(load);
}

static void
watch(Load *load, LoadProgress progress, void *user)
{
	g_mutex_lock(&load->mutex);
	while (load->running > 0) {
		g_cond_wait_until(&load->ended, &load->mutex,
				  g_get_monotonic_time() + TICK_US);
		if (progress != NULL)
			progress(__atomic_load_n(&load->answered,
						 __ATOMIC_RELAXED),
				 g_get_monotonic_time() - load->began_us,
				 user);
	}
	g_mutex_unlock(&load->mutex);
}

Stats *
load_run(Load *load, GBytes *const *txs, guint64 n, guint64 limit,
	 gint64 *elapsed_us, LoadProgress progress, void *user)
{
	const guint lanes = load->options->in_flight;
	g_autofree GThread **threads = g_new(GThread *, lanes);
	Stats *all = stats_new();

	load->txs = txs;
	load->n = n;
	load->limit = limit;
	load->next = load->answered = 0;
	load->running = lanes;
	for (guint i = 0; i < lanes; i++)
		load->lanes[i].stats = stats_new();
	load->began_us = g_get_monotonic_time();
	for (guint i = 0; i < lanes; i++)
		threads[i] = g_thread_new("lane", lane_main, &load->lanes[i]);
	watch(load, progress, user);
	*elapsed_us = g_get_monotonic_time() - load->began_us;
	for (guint i = 0; i < lanes; i++) {
		g_thread_join(threads[i]);
		stats_merge(all, load->lanes[i].stats);
		stats_free(load->lanes[i].stats);
	}
	return all;
}
