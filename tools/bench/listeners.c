/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/listeners.h"

#include <string.h>

#include "tools/bench/stop.h"
#include "tools/bench/ws.h"
#include "tools/ctl/error.h"

#define SUBSCRIBED_US (15 * G_TIME_SPAN_SECOND)
#define QUIET_US (5 * G_TIME_SPAN_SECOND)
#define TURN_US (50 * G_TIME_SPAN_MILLISECOND)
/* Longer lines are no events of a workload's. */
#define LINE_MAX_LEN (1u << 20)
#define SUBSCRIBE                                                     \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\"," \
	"\"params\":[\"logs\",{}]}"

typedef struct {
	Listeners *listeners;
	Conn *conn;
	EventScan scan;
	GByteArray *held; /* of a WebSocket: no whole frame yet */
	gboolean asked;	  /* it has been subscribed */
	gboolean taken;	  /* and that is answered */
} Subscriber;

struct Listeners {
	ListenHow how;
	Wire *wire;
	Subscriber *subscribers;
	guint n;
	char *target;
	GThread *thread;

	Hist *delivery; /* the thread's, until it has ended */

	guint64 events; /* atomic */
	gint ended;	/* atomic: the thread is to end */
	gint lost;	/* atomic: subscribers whose stream has ended */
};

/* ---- text --------------------------------------------------------------- */

static void
scan_line(const EventScan *scan, EventEach each, void *user)
{
	const char *at = scan->line->str;
	const gsize len = strlen(scan->run);

	if (!g_str_has_prefix(at, "data:"))
		return;
	while ((at = strstr(at, scan->run)) != NULL) {
		at += len;
		if (*at != '-' || !g_ascii_isdigit(at[1]))
			continue;
		each(g_ascii_strtoull(at + 1, NULL, 10), user);
		return;
	}
}

void
event_scan(EventScan *scan, const char *data, gsize len, EventEach each,
	   void *user)
{
	const char *end = data + len;

	while (data < end) {
		const char *feed = memchr(data, '\n', (gsize)(end - data));
		const char *stop = feed != NULL ? feed : end;

		if (scan->line->len < LINE_MAX_LEN)
			g_string_append_len(scan->line, data, stop - data);
		if (feed == NULL)
			return;
		scan_line(scan, each, user);
		g_string_truncate(scan->line, 0);
		data = feed + 1;
	}
}

/* The digits of a number as bytes of ASCII are, from there on. */
static guint64
number_of_hex(const char *at, const char *end)
{
	guint64 number = 0;

	for (; end - at >= 2 && at[0] == '3' && g_ascii_isdigit(at[1]); at += 2)
		number = 10 * number + (guint64)(at[1] - '0');
	return number;
}

void
event_scan_hex(const char *run, const char *data, gsize len, EventEach each,
	       void *user)
{
	const char *end = data + len;
	char tag[64];
	const char *at;
	gsize n = 0;

	for (; *run != '\0' && n + 4 < sizeof(tag); run++, n += 2)
		g_snprintf(tag + n, 3, "%02x", (guint)(guchar)*run);
	g_snprintf(tag + n, 3, "%02x", (guint)'-');
	at = g_strstr_len(data, (gssize)len, tag);
	if (at != NULL)
		each(number_of_hex(at + n + 2, end), user);
}

/* ---- the thread --------------------------------------------------------- */

static void
on_event(guint64 number, void *user)
{
	Subscriber *subscriber = user;
	Listeners *listeners = subscriber->listeners;
	const ListenHow *how = &listeners->how;
	const gint64 now = g_get_monotonic_time();
	gint64 sent;

	if (number < how->first || number >= how->n)
		return;
	sent = __atomic_load_n(&how->sent_us[number], __ATOMIC_RELAXED);
	if (sent == 0)
		return;
	hist_add(listeners->delivery, (guint64)MAX(now - sent, 0), 1);
	__atomic_fetch_add(&listeners->events, 1, __ATOMIC_RELAXED);
}

static void
write_frame(const Subscriber *subscriber, guint8 opcode, const char *data,
	    gsize len)
{
	g_autoptr(GByteArray) frame = g_byte_array_new();

	ws_put(frame, opcode, data, len);
	conn_write(subscriber->conn, frame->data, frame->len);
}

static gboolean
on_frame(guint8 opcode, const char *data, gsize len, void *user)
{
	Subscriber *subscriber = user;

	if (opcode == WS_PING)
		write_frame(subscriber, WS_PONG, data, len);
	if (opcode != WS_TEXT)
		return opcode != WS_CLOSE;
	if (!subscriber->taken)
		subscriber->taken =
			g_strstr_len(data, (gssize)len, "\"result\"") != NULL;
	else
		event_scan_hex(subscriber->scan.run, data, len, on_event,
			       subscriber);
	return subscriber->taken;
}

static gboolean
on_part(Conn *conn, const char *data, gsize len, void *user)
{
	Subscriber *subscriber = user;

	if (subscriber->listeners->how.plan->websocket)
		return ws_take(subscriber->held, data, len, on_frame,
			       subscriber);
	event_scan(&subscriber->scan, data, len, on_event, subscriber);
	return TRUE;
}

static void
on_end(Conn *conn, const WireAnswer *answer, void *user)
{
	Subscriber *subscriber = user;

	g_atomic_int_inc(&subscriber->listeners->lost);
}

static gpointer
listen_main(gpointer data)
{
	Listeners *listeners = data;

	while (!g_atomic_int_get(&listeners->ended))
		wire_turn(listeners->wire, g_get_monotonic_time() + TURN_US);
	return NULL;
}

/* ---- subscribing -------------------------------------------------------- */

static char *
target_of(const char *chain, const ListenHow *how)
{
	GString *path;

	if (how->plan->websocket)
		return g_strconcat("/rpc/", chain, NULL);
	path = client_target("chains", chain, "events", NULL);

	client_query(path, "kind", "contract");
	client_query(path, "contract", how->contract);
	client_query(path, "name", how->plan->name);
	return g_string_free(path, FALSE);
}

static void
subscribe(Listeners *listeners, guint i, const Target *target)
{
	Subscriber *subscriber = &listeners->subscribers[i];
	g_autofree char *key = ws_key();
	g_autofree char *headers = g_strconcat(WS_HEADERS, key, "\r\n", NULL);
	const WireRequest request = {
		.method = "GET",
		.target = listeners->target,
		.headers = listeners->how.plan->websocket ? headers : NULL,
	};

	subscriber->listeners = listeners;
	subscriber->scan = (EventScan){ .line = g_string_new(NULL),
					.run = listeners->how.run };
	subscriber->held = g_byte_array_new();
	subscriber->conn =
		wire_add(listeners->wire, target_host(target, i)->wire, on_end,
			 subscriber);
	conn_stream(subscriber->conn, on_part);
	conn_send(subscriber->conn, &request);
}

/* How many are; those that may are told what they want. */
static guint
subscribed(Listeners *listeners)
{
	const EventsPlan *how = listeners->how.plan;
	guint n = 0;

	for (guint i = 0; i < listeners->n; i++) {
		Subscriber *subscriber = &listeners->subscribers[i];
		const gboolean open = conn_is_streaming(subscriber->conn);

		if (open && how->websocket && !subscriber->asked) {
			subscriber->asked = TRUE;
			write_frame(subscriber, WS_TEXT, SUBSCRIBE,
				    strlen(SUBSCRIBE));
		}
		n += open && (!how->websocket || subscriber->taken) ? 1 : 0;
	}
	return n;
}

static gboolean
await_all(Listeners *listeners, GError **error)
{
	const gint64 until = g_get_monotonic_time() + SUBSCRIBED_US;

	while (subscribed(listeners) < listeners->n) {
		if (stop_signal() != 0)
			return stop_fail(error);
		if (listeners->lost > 0 || g_get_monotonic_time() > until)
			return ctl_fail(error, CTL_ERROR_FAILED,
					"%u of %u subscribers are not taken\n"
					"See [gateway] event_streams_max.",
					listeners->n - subscribed(listeners),
					listeners->n);
		wire_turn(listeners->wire, g_get_monotonic_time() + TURN_US);
	}
	return TRUE;
}

Listeners *
listeners_new(const Target *target, const ListenHow *how, GError **error)
{
	g_autoptr(Listeners) listeners = g_new0(Listeners, 1);

	listeners->how = *how;
	listeners->delivery = hist_new(HIST_BITS);
	listeners->target = target_of(target_chain(target, 0)->name, how);
	listeners->wire = wire_new(error);
	if (listeners->wire == NULL)
		return NULL;
	listeners->n = (guint)how->plan->subscribers;
	listeners->subscribers = g_new0(Subscriber, listeners->n);
	for (guint i = 0; i < listeners->n; i++)
		subscribe(listeners, i, target);
	if (!await_all(listeners, error))
		return NULL;
	listeners->thread = g_thread_new("listen", listen_main, listeners);
	return g_steal_pointer(&listeners);
}

static void
stop(Listeners *listeners)
{
	g_atomic_int_set(&listeners->ended, 1);
	if (listeners->thread != NULL)
		g_thread_join(listeners->thread);
	listeners->thread = NULL;
}

void
listeners_end(Listeners *listeners, guint64 committed, Run *run)
{
	const guint64 wanted = committed * listeners->n;
	gint64 since = g_get_monotonic_time();
	guint64 had = 0;

	for (;;) {
		const guint64 now_had =
			__atomic_load_n(&listeners->events, __ATOMIC_RELAXED);

		if (now_had != had)
			since = g_get_monotonic_time();
		had = now_had;
		if (had >= wanted ||
		    g_get_monotonic_time() - since > QUIET_US ||
		    stop_signal() != 0)
			break;
		g_usleep(TURN_US);
	}
	stop(listeners);
	run->events = listeners->events;
	run->delivery = g_steal_pointer(&listeners->delivery);
	run->what.subscribers = listeners->n;
	if (run->events < wanted)
		tally_add(run->errors, "not-told",
			  (wanted - run->events + listeners->n - 1) /
				  listeners->n);
}

void
listeners_free(Listeners *listeners)
{
	if (listeners == NULL)
		return;
	stop(listeners);
	wire_free(listeners->wire);
	for (guint i = 0; i < listeners->n; i++)
		if (listeners->subscribers[i].scan.line != NULL) {
			g_string_free(listeners->subscribers[i].scan.line,
				      TRUE);
			g_byte_array_unref(listeners->subscribers[i].held);
		}
	g_free(listeners->subscribers);
	hist_free(listeners->delivery);
	g_free(listeners->target);
	g_free(listeners);
}
