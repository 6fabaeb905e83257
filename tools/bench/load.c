/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tools/bench/answer.h"
#include "tools/bench/draw.h"
#include "tools/bench/stop.h"
#include "tools/ctl/text_of.h"

/* Waits before transactions are sent again: the first, doubled each time. */
#define RETRY_FIRST_US 5000
#define RETRY_DOUBLINGS 8u
/* What the connection grants beyond the wait that the host was asked for. */
#define GRACE_MS 2000u
#define TICK_US (200 * G_TIME_SPAN_MILLISECOND)
#define CONNECT_US (15 * G_TIME_SPAN_SECOND)
/* How long answers are awaited after a signal. */
#define STOP_US (2 * G_TIME_SPAN_SECOND)
/* The host's name of a transaction that came after its last block. */
#define EXPIRED "expired"

typedef enum {
	LANE_FREE,
	LANE_SENT,     /* an answer is awaited */
	LANE_WAITING,  /* to send again */
	LANE_RENEWING, /* how high the chain is has been asked */
} LaneState;

/* A connection, and the request that it is about. */
typedef struct {
	Load *load;
	Conn *conn;
	LaneState state;
	const StockUnit *unit;
	gint64 since_us; /* its turn */
	guint tries;
	gint64 again_us; /* when it is sent again */

	/* What has no final answer: places in the unit. */
	guint32 *left;
	guint n_left;
	GString *body;	/* of these, once they are not all */
	gboolean whole; /* they are all, as the unit has them */
	guint32 *from;	/* where each is in what was sent last */

	/* While an answer is read: which are to be sent again. */
	guint kept, heard;
	gboolean expired;
} Lane;

/* What a chain's requests are sent to. */
typedef struct {
	char *submit, *call, *ledger;
	gboolean renewed; /* what was made beforehand has expired */
} Paths;

struct Load {
	Maker *maker;
	const LoadPlan *plan;
	Wire *wire;
	Lane *lanes;
	guint n_lanes;
	GArray *free;	 /* guint: lanes, the last is taken next */
	guint under_way; /* lanes that are not free */
	Paths *paths;	 /* one for each chain */
	guint n_chains;
	guint timeout_ms;

	/* The run. */
	const Stock *stock;
	StockPlace *place;
	const LoadHow *how;
	Run *run;
	Series *series;
	gint64 began_us, over_us; /* the last answer */
	gint64 turn_us;		  /* of the next unit */
	const StockUnit *next;	  /* NULL: there is none any more */
	gint64 stop_us; /* a signal came, and nothing is awaited beyond; or 0 */
	guint64 taken;		  /* transactions of the run */
	Dice dice;
};

/* ---- what has no answer yet --------------------------------------------- */

static void
count_failed(Lane *lane, const char *name, guint n, gint64 now)
{
	Load *load = lane->load;

	tally_add(load->run->errors, name, n);
	series_failed(load->series, now - load->began_us, n);
}

static void
release(Lane *lane, gint64 now)
{
	Load *load = lane->load;
	const guint number = (guint)(lane - load->lanes);

	lane->state = LANE_FREE;
	load->over_us = now;
	load->under_way--;
	g_array_append_val(load->free, number);
}

static const char *
sent_body(const Lane *lane, gsize *len)
{
	*len = lane->whole ? lane->unit->len : lane->body->len;
	return lane->whole ? lane->unit->body : lane->body->str;
}

static void
send_lane(Lane *lane)
{
	const Load *load = lane->load;
	const StockUnit *unit = lane->unit;
	const Paths *paths = &load->paths[unit->chain];
	WireRequest request = {
		.method = "POST",
		.target = unit->door == DOOR_CALL ? paths->call : paths->submit,
		.timeout_ms = load->timeout_ms + GRACE_MS,
	};

	request.body = sent_body(lane, &request.len);
	lane->state = LANE_SENT;
	load->run->requests++;
	conn_send(lane->conn, &request);
}

/* One that is sent again: as it was, or new when it has come too late. */
static void
put_again(const Lane *lane, guint i, const GArray *parts, gboolean anew,
	  GString *body)
{
	const AnswerPart *part =
		&g_array_index(parts, AnswerPart, lane->from[i]);

	if (!anew || !maker_again(lane->load->maker, lane->unit->chain,
				  lane->unit->first + lane->left[i], body))
		g_string_append_len(body, part->text, (gssize)part->len);
}

/* Puts together what is left of the request that was sent last. A query is
 * whole. */
static void
rebuild(Lane *lane, gboolean anew)
{
	g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(AnswerPart));
	GString *body;
	gsize len;
	const char *sent = sent_body(lane, &len);
	const char *open = memchr(sent, '[', len);

	if (lane->unit->door == DOOR_CALL || open == NULL)
		return;
	answer_elements(sent, len, lane->unit->n, parts);
	body = g_string_new_len(sent, open + 1 - sent);
	for (guint i = 0; i < lane->n_left; i++) {
		if (i > 0)
			g_string_append_c(body, ',');
		put_again(lane, i, parts, anew, body);
	}
	g_string_append(body, "]}");
	g_string_free(lane->body, TRUE);
	lane->body = body;
	lane->whole = FALSE;
}

/* Makes all of the unit anew. Making that worked before does not fail. */
static void
remake(Lane *lane)
{
	const StockUnit *unit = lane->unit;
	const char *open = memchr(unit->body, '[', unit->len);

	if (unit->door == DOOR_CALL || open == NULL)
		return;
	lane->whole = FALSE;
	g_string_truncate(lane->body, 0);
	g_string_append_len(lane->body, unit->body, open + 1 - unit->body);
	for (guint i = 0; i < unit->n; i++) {
		if (i > 0)
			g_string_append_c(lane->body, ',');
		(void)maker_again(lane->load->maker, unit->chain,
				  unit->first + i, lane->body);
	}
	g_string_append(lane->body, "]}");
}

static void
ask_height(Lane *lane)
{
	const Load *load = lane->load;
	const WireRequest request = {
		.method = "GET",
		.target = load->paths[lane->unit->chain].ledger,
		.timeout_ms = load->timeout_ms,
	};

	lane->state = LANE_RENEWING;
	conn_send(lane->conn, &request);
}

static void
send_again_later(Lane *lane, gint64 now)
{
	lane->again_us = now + ((gint64)RETRY_FIRST_US
				<< MIN(lane->tries, RETRY_DOUBLINGS));
	lane->state = LANE_WAITING;
	lane->tries++;
}

/* ---- answers ------------------------------------------------------------ */

/* What may be otherwise in a moment, or, where others can be made, for another
 * transaction. */
static gboolean
is_passing(const Load *load, const char *name)
{
	return strcmp(name, "busy") == 0 || strcmp(name, "unavailable") == 0 ||
	       strcmp(name, "unreachable") == 0 ||
	       (maker_can_renew(load->maker) && strcmp(name, EXPIRED) == 0);
}

static const char *
name_of(const AnswerResult *result)
{
	if (*result->name == '\0')
		return "malformed-answer";
	if (strcmp(result->name, "accepted") == 0 ||
	    strcmp(result->name, "submitted") == 0)
		return "timeout";
	return result->name;
}

typedef struct {
	Lane *lane;
	gint64 now;
	guint committed;
} Reading;

/* The i-th that was sent is not committed: it is kept to be sent again, or has
 * failed. */
static void
take_other(Reading *reading, guint i, const char *name)
{
	Lane *lane = reading->lane;
	const Load *load = lane->load;

	if (lane->tries >= load->plan->retries || !is_passing(load, name)) {
		count_failed(lane, name, 1, reading->now);
		return;
	}
	tally_add(load->run->retries, name, 1);
	lane->expired |= strcmp(name, EXPIRED) == 0;
	lane->left[lane->kept] = lane->left[i];
	lane->from[lane->kept++] = i;
}

static void
take_result(const AnswerResult *result, guint i, void *user)
{
	Reading *reading = user;

	if (i >= reading->lane->n_left)
		return;
	reading->lane->heard = i + 1;
	if (result->committed)
		reading->committed++;
	else
		take_other(reading, i, name_of(result));
}

static void
count_committed(const Reading *reading)
{
	const Lane *lane = reading->lane;
	Load *load = lane->load;
	const gint64 us = MAX(reading->now - lane->since_us, 0);

	if (reading->committed == 0)
		return;
	load->run->committed += reading->committed;
	hist_add(load->run->latency, (guint64)us, reading->committed);
	series_committed(load->series, reading->now - load->began_us,
			 reading->committed, us);
}

/* All that was sent came to the same. */
static void
take_all(Reading *reading, const char *name)
{
	for (guint i = reading->lane->heard; i < reading->lane->n_left; i++)
		take_other(reading, i, name);
}

static void
read_answer(Reading *reading, const WireAnswer *answer)
{
	const gboolean good = answer->status >= 200 && answer->status < 300;
	Lane *lane = reading->lane;
	AnswerResult result;

	if (answer->status == 0) {
		take_all(reading, answer->why);
	} else if (!good) {
		answer_one(answer->body, answer->len, &result);
		take_all(reading, *result.name != '\0' ? result.name : "lost");
	} else if (lane->unit->door == DOOR_CALL) {
		reading->committed = 1;
	} else {
		(void)answer_results(answer->body, answer->len, take_result,
				     reading);
		take_all(reading, "malformed-answer");
	}
}

static void
take_answer(Lane *lane, const WireAnswer *answer)
{
	Reading reading = { .lane = lane, .now = g_get_monotonic_time() };

	lane->kept = lane->heard = 0;
	lane->expired = FALSE;
	read_answer(&reading, answer);
	count_committed(&reading);
	if (lane->kept == 0) {
		release(lane, reading.now);
		return;
	}
	if (lane->kept < lane->n_left && !lane->expired) {
		lane->n_left = lane->kept;
		rebuild(lane, FALSE);
	}
	lane->n_left = lane->kept;
	send_again_later(lane, reading.now);
}

/* How high the chain is: what has expired is made anew. */
static void
take_height(Lane *lane, const WireAnswer *answer)
{
	Load *load = lane->load;
	json_t *ledger =
		answer->status == 200
			? json_loadb(answer->body, answer->len, 0, NULL)
			: NULL;
	json_t *height = json_object_get(ledger, "height");

	if (json_is_integer(height))
		maker_renew(load->maker, lane->unit->chain,
			    (guint64)json_integer_value(height));
	load->paths[lane->unit->chain].renewed = TRUE;
	json_decref(ledger);
	lane->expired = FALSE;
	rebuild(lane, TRUE);
	send_lane(lane);
}

static void
on_answer(Conn *conn, const WireAnswer *answer, void *user)
{
	Lane *lane = user;

	switch (lane->state) {
	case LANE_SENT:
		take_answer(lane, answer);
		return;
	case LANE_RENEWING:
		take_height(lane, answer);
		return;
	case LANE_FREE:
	case LANE_WAITING:
		return;
	}
}

/* ---- lanes -------------------------------------------------------------- */

static void
lane_init(Load *load, guint i, Target *target)
{
	Lane *lane = &load->lanes[i];

	lane->load = load;
	lane->left = g_new(guint32, load->plan->batch);
	lane->from = g_new(guint32, load->plan->batch);
	lane->body = g_string_new(NULL);
	lane->conn = wire_add(load->wire, target_host(target, i)->wire,
			      on_answer, lane);
	conn_connect(lane->conn);
}

static guint
count(const Load *load, gboolean (*is)(const Conn *conn))
{
	guint n = 0;

	for (guint i = 0; i < load->n_lanes; i++)
		n += is(load->lanes[i].conn) ? 1 : 0;
	return n;
}

/* Lanes have the hosts in turn. */
static gboolean
reaches(const Load *load, guint host, guint n_hosts)
{
	for (guint i = host; i < load->n_lanes; i += n_hosts)
		if (conn_is_connected(load->lanes[i].conn))
			return TRUE;
	return FALSE;
}

static const char *
failure_of(const Conn *conn)
{
	const char *failure = conn_failure(conn);

	return failure != NULL ? failure : "no answer in time";
}

/* A host that has some may be at the limit of its connections. */
static gboolean
judge_connections(const Load *load, guint n_hosts, GError **error)
{
	const guint made = count(load, conn_is_connected);
	const char *failure = NULL;

	for (guint i = 0; i < load->n_lanes; i++) {
		const Conn *conn = load->lanes[i].conn;

		if (conn_is_connected(conn))
			continue;
		failure = failure_of(conn);
		if (!reaches(load, i % n_hosts, n_hosts))
			return ctl_fail(error, CTL_ERROR_FAILED,
					"no connection can be made to %s\nSee "
					"whether the host runs with 'bsnctl "
					"status'.",
					failure);
	}
	if (failure != NULL)
		fprintf(stderr,
			"bsn-bench: %u of %u connections are not made yet: "
			"%s\n",
			load->n_lanes - made, load->n_lanes, failure);
	return TRUE;
}

/* Handshakes are no part of a run. */
static gboolean
connect_all(Load *load, guint n_hosts, GError **error)
{
	const gint64 until = g_get_monotonic_time() + CONNECT_US;

	while (count(load, conn_is_connecting) > 0 &&
	       g_get_monotonic_time() < until && stop_signal() == 0)
		wire_turn(load->wire, g_get_monotonic_time() + TICK_US);
	return stop_signal() == 0 ? judge_connections(load, n_hosts, error)
				  : stop_fail(error);
}

static char *
path_of(const char *chain, const char *what, const LoadPlan *plan)
{
	GString *path = client_target("chains", chain, what, NULL);

	if (plan != NULL) {
		client_query(path, "wait", "committed");
		client_query_number(path, "timeout_ms",
				    (guint64)(plan->timeout_s * 1000));
	}
	return g_string_free(path, FALSE);
}

Load *
load_new(Target *target, Maker *maker, const LoadPlan *plan, GError **error)
{
	g_autoptr(Load) load = g_new0(Load, 1);

	load->maker = maker;
	load->plan = plan;
	load->free = g_array_new(FALSE, FALSE, sizeof(guint));
	load->n_chains = target->chains->len;
	load->paths = g_new0(Paths, load->n_chains);
	for (guint i = 0; i < load->n_chains; i++) {
		const char *name = target_chain(target, i)->name;

		load->paths[i] =
			(Paths){ .submit = path_of(name, "txs", plan),
				 .call = path_of(name, "call", NULL),
				 .ledger = path_of(name, "ledger", NULL) };
	}
	load->wire = wire_new(error);
	if (load->wire == NULL)
		return NULL;
	load->timeout_ms = (guint)(plan->timeout_s * 1000);
	load->n_lanes = (guint)plan->in_flight;
	load->lanes = g_new0(Lane, load->n_lanes);
	for (guint i = 0; i < load->n_lanes; i++)
		lane_init(load, i, target);
	for (guint i = load->n_lanes; i-- > 0;)
		g_array_append_val(load->free, i);
	return connect_all(load, target->hosts->len, error)
		       ? g_steal_pointer(&load)
		       : NULL;
}

void
load_free(Load *load)
{
	if (load == NULL)
		return;
	wire_free(load->wire);
	for (guint i = 0; i < load->n_lanes; i++) {
		g_free(load->lanes[i].left);
		g_free(load->lanes[i].from);
		g_string_free(load->lanes[i].body, TRUE);
	}
	g_free(load->lanes);
	for (guint i = 0; i < load->n_chains; i++) {
		g_free(load->paths[i].submit);
		g_free(load->paths[i].call);
		g_free(load->paths[i].ledger);
	}
	g_free(load->paths);
	g_array_unref(load->free);
	g_free(load);
}

/* ---- turns -------------------------------------------------------------- */

/* The turn of a unit is that of its last transaction: before, it cannot be
 * sent. */
static void
set_turn(Load *load)
{
	const LoadHow *how = load->how;
	double ahead;

	if (load->next == NULL || how->rate <= 0)
		return;
	if (how->poisson) {
		ahead = -log(1 - dice_share(&load->dice)) *
			(double)load->next->n / how->rate;
		load->turn_us += (gint64)(ahead * G_USEC_PER_SEC);
		return;
	}
	ahead = (double)(load->taken + load->next->n - 1) / how->rate;
	load->turn_us = load->began_us + (gint64)(ahead * G_USEC_PER_SEC);
}

static void
fetch_next(Load *load)
{
	load->next = load->taken < load->how->n
			     ? stock_next(load->stock, load->place)
			     : NULL;
	set_turn(load);
}

static void
note_sent(const Load *load, const StockUnit *unit, gint64 since_us)
{
	const LoadHow *how = load->how;

	if (how->sent_us == NULL)
		return;
	for (guint64 i = unit->first;
	     i < unit->first + unit->n && i < how->sent_n; i++)
		__atomic_store_n(&how->sent_us[i], since_us, __ATOMIC_RELAXED);
}

/* Sends the next unit; a lane is free. */
static void
send_next(Load *load, gint64 now)
{
	const guint last = load->free->len - 1;
	const StockUnit *unit = load->next;
	Lane *lane = &load->lanes[g_array_index(load->free, guint, last)];

	g_array_set_size(load->free, last);
	load->under_way++;
	lane->unit = unit;
	lane->since_us = load->how->rate > 0 ? load->turn_us : now;
	lane->tries = 0;
	lane->whole = TRUE;
	lane->n_left = unit->n;
	for (guint i = 0; i < unit->n; i++)
		lane->left[i] = i;
	note_sent(load, unit, lane->since_us);
	load->taken += unit->n;
	fetch_next(load);
	if (load->paths[unit->chain].renewed)
		remake(lane);
	send_lane(lane);
}

static void
send_due(Load *load, gint64 now)
{
	const gboolean open = load->how->rate > 0;

	if (!open && load->how->seconds > 0 &&
	    (double)(now - load->began_us) >=
		    load->how->seconds * G_USEC_PER_SEC)
		load->next = NULL;
	while (load->next != NULL && load->free->len > 0 &&
	       (!open || load->turn_us <= now))
		send_next(load, now);
}

/* Sends again what has waited; when the next one has. */
static gint64
send_waiting(Load *load, gint64 now)
{
	gint64 first = G_MAXINT64;

	for (guint i = 0; i < load->n_lanes; i++) {
		Lane *lane = &load->lanes[i];

		if (lane->state != LANE_WAITING)
			continue;
		if (lane->again_us > now)
			first = MIN(first, lane->again_us);
		else if (lane->expired)
			ask_height(lane);
		else
			send_lane(lane);
	}
	return first;
}

/* ---- the run ------------------------------------------------------------ */

static double
cpu_s(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used) != 0)
		return 0;
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) /
		       G_USEC_PER_SEC;
}

/* The quantile cannot come under the bound any more, whatever follows. */
static void
stop_if_hopeless(Load *load)
{
	const LoadHow *how = load->how;
	const Hist *latency = load->run->latency;
	guint64 beyond;

	if (how->stop_us == 0 || load->next == NULL)
		return;
	beyond = latency->n - hist_not_above(latency, how->stop_us);
	if ((double)beyond <= (100 - how->stop_percent) / 100 * (double)how->n)
		return;
	load->run->stopped = TRUE;
	load->next = NULL;
}

/* Nothing more is sent after a signal. TRUE: nor is an answer awaited. */
static gboolean
stop_if_asked(Load *load, gint64 now)
{
	if (load->stop_us == 0 && stop_signal() != 0) {
		load->run->ended_early = TRUE;
		load->next = NULL;
		load->stop_us = now + STOP_US;
	}
	return load->stop_us != 0 && now >= load->stop_us;
}

static void
abandon(Load *load, gint64 now)
{
	for (guint i = 0; i < load->n_lanes; i++)
		if (load->lanes[i].state != LANE_FREE)
			count_failed(&load->lanes[i], "unanswered",
				     load->lanes[i].n_left, now);
}

static void
loop(Load *load, LoadProgress progress, void *user)
{
	gint64 tick = load->began_us + TICK_US;

	for (;;) {
		gint64 now = g_get_monotonic_time();
		gint64 until = tick;

		send_due(load, now);
		until = MIN(until, send_waiting(load, now));
		if (load->next == NULL && load->under_way == 0)
			return;
		if (stop_if_asked(load, now)) {
			abandon(load, now);
			return;
		}
		if (load->next != NULL && load->how->rate > 0 &&
		    load->free->len > 0)
			until = MIN(until, load->turn_us);
		wire_turn(load->wire, until);
		now = g_get_monotonic_time();
		if (now < tick)
			continue;
		tick = now + TICK_US;
		stop_if_hopeless(load);
		if (progress != NULL) {
			const SeriesSum sum = series_sum(load->series);

			progress(&sum, now - load->began_us, user);
		}
	}
}

void
load_run(Load *load, const Stock *stock, StockPlace *place, const LoadHow *how,
	 Run *run, LoadProgress progress, void *user)
{
	const guint64 sent = wire_sent(load->wire);
	const guint64 received = wire_received(load->wire);
	const double cpu = cpu_s();
	g_autoptr(Series) series = series_new();

	load->stock = stock;
	load->place = place;
	load->how = how;
	load->run = run;
	load->series = series;
	load->taken = 0;
	load->dice = dice_new(load->plan->seed, 0);
	run->began_ms = g_get_real_time() / 1000;
	load->began_us = load->over_us = load->turn_us = g_get_monotonic_time();
	fetch_next(load);
	loop(load, progress, user);
	run->elapsed_us = load->over_us - load->began_us;
	run->what.transactions = load->taken;
	run->client_cpu_s += cpu_s() - cpu;
	run->sent_bytes += wire_sent(load->wire) - sent;
	run->received_bytes += wire_received(load->wire) - received;
	g_clear_pointer(&run->points, g_array_unref);
	run->points = series_points(series, run->elapsed_us);
	load->series = NULL;
}
