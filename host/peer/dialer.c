/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom this host calls: the addresses of the config and of chains' members,
 * unless the host there, or the member, is connected already. After a failure
 * it waits longer each time, and a random part of it, so that hosts that lost
 * each other do not call in step.
 */
#include <string.h>

#include "host/peer/private.h"

/* The first wait, and the longest. */
#define DELAY_MIN_US (G_USEC_PER_SEC / 4)
#define DELAY_MAX_US (60 * G_USEC_PER_SEC)
#define DOUBLINGS_MAX 8u
/* Addresses at most: of all members of all chains. */
#define DIALS_MAX 4096u
/* A connection that lasted so long was a success. */
#define LASTED_US (10 * G_USEC_PER_SEC)

struct Dial {
	Dialer *dialer;
	char *text;
	Address address;
	guint of_config; /* and of introductions: wanted so often */
	GPtrArray *members; /* NetMember */
	guint8 host[HOST_ID_LEN];
	gboolean host_known; /* who was there when it was last reached */
	gboolean self;	     /* this host is there */
	Link *link;	     /* that was dialled, until it is over */
	guint failures;
	struct event *timer;
	gint64 next; /* monotonic, us */
	char *last_error;
};

struct Dialer {
	Peers *peers;
	GHashTable *dials; /* Dial by its text */
	GHashTable *of_member; /* Dial by NetMember */
	gboolean stopped;
};

static void
unref_member(gpointer member)
{
	net_member_unref(member);
}

static void
free_dial(gpointer data)
{
	Dial *dial = data;

	if (dial->link != NULL)
		link_set_data(dial->link, NULL);
	event_free(dial->timer);
	g_ptr_array_unref(dial->members);
	g_free(dial->text);
	g_free(dial->last_error);
	g_free(dial);
}

Dialer *
dialer_new(Peers *peers)
{
	Dialer *dialer = g_new0(Dialer, 1);

	dialer->peers = peers;
	dialer->dials = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					      free_dial);
	dialer->of_member = g_hash_table_new(NULL, NULL);
	return dialer;
}

void
dialer_free(Dialer *dialer)
{
	if (dialer == NULL)
		return;
	g_hash_table_unref(dialer->of_member);
	g_hash_table_unref(dialer->dials);
	g_free(dialer);
}

/* ---- when ---- */

/* A random time between half of the wait and the whole. */
static gint64
delay_of(guint failures)
{
	const gint64 whole = MIN(DELAY_MIN_US << MIN(failures, DOUBLINGS_MAX),
				 DELAY_MAX_US);

	return whole / 2 + (gint64)(g_random_double() * (double)(whole / 2));
}

static gboolean
is_satisfied(const Dial *dial)
{
	if (dial->self || dial->link != NULL)
		return TRUE;
	if (dial->host_known &&
	    g_hash_table_contains(dial->dialer->peers->by_host, dial->host))
		return TRUE;
	for (guint i = 0; i < dial->members->len; i++) {
		const NetMember *member = dial->members->pdata[i];

		if (member->carried != NULL)
			return TRUE;
	}
	return FALSE;
}

static void
review(Dial *dial)
{
	const gint64 delay = delay_of(dial->failures);
	const struct timeval wait = { (time_t)(delay / G_USEC_PER_SEC),
				      (suseconds_t)(delay % G_USEC_PER_SEC) };

	if (dial->dialer->stopped || is_satisfied(dial)) {
		event_del(dial->timer);
		dial->next = -1;
	} else if (!event_pending(dial->timer, EV_TIMEOUT, NULL)) {
		dial->next = g_get_monotonic_time() + delay;
		event_add(dial->timer, &wait);
	}
}

void
dialer_review(Dialer *dialer)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, dialer->dials);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		review(value);
}

void
dialer_stop(Dialer *dialer)
{
	dialer->stopped = TRUE;
	dialer_review(dialer);
}

/* ---- calls ---- */

static void
note_failure(Dial *dial, LogLevel level, const char *reason)
{
	dial->failures++;
	if (g_strcmp0(dial->last_error, reason) == 0)
		return;
	peers_log(dial->dialer->peers, level,
		  "%s cannot be reached: %s; it is called again and again",
		  dial->text, reason);
	g_free(dial->last_error);
	dial->last_error = g_strdup(reason);
}

static void
call(evutil_socket_t fd, short what, void *arg)
{
	Dial *dial = arg;
	Peers *peers = dial->dialer->peers;
	const struct sockaddr *address =
		(const struct sockaddr *)&dial->address.bytes;

	if (is_satisfied(dial)) {
		review(dial);
		return;
	}
	if (!peer_lists_allow_address(
		    peer_credential_lists(peers->link_deps.credential),
		    address)) {
		note_failure(dial, LOG_LEVEL_WARNING,
			     "[peers] allow and deny forbid it");
		review(dial);
		return;
	}
	dial->next = -1;
	dial->link = link_dial(&peers->link_deps, address, dial->address.len);
	if (dial->link == NULL) {
		note_failure(dial, LOG_LEVEL_INFO,
			     "no connection can be opened");
		review(dial);
		return;
	}
	link_set_data(dial->link, dial);
	g_queue_push_tail(&peers->links, dial->link);
}

void
dialer_known(Dialer *dialer, Link *link)
{
	Dial *dial = link_data(link);

	if (dial == NULL)
		return;
	memcpy(dial->host, link_host(link)->id, HOST_ID_LEN);
	dial->host_known = TRUE;
	g_clear_pointer(&dial->last_error, g_free);
}

void
dialer_over(Dialer *dialer, Link *link, const GError *why)
{
	Dial *dial = link_data(link);
	const gint64 lasted = g_get_monotonic_time() - link_since(link);

	if (dial == NULL)
		return;
	dial->link = NULL;
	if (why->code == PEER_SELF)
		dial->self = TRUE;
	else if (link_host(link) == NULL)
		note_failure(dial,
			     why->code == PEER_LOST ? LOG_LEVEL_INFO
						    : LOG_LEVEL_WARNING,
			     why->message);
	else if (lasted >= LASTED_US || why->code == PEER_DUPLICATE)
		dial->failures = 0;
	else
		dial->failures++;
	review(dial);
}

/* ---- who ---- */

static Dial *
dial_new(Dialer *dialer, const char *text, const Address *address)
{
	Dial *dial = g_new0(Dial, 1);

	dial->dialer = dialer;
	dial->text = g_strdup(text);
	dial->address = *address;
	dial->members = g_ptr_array_new_with_free_func(unref_member);
	dial->next = -1;
	dial->timer = event_new(loop_base(dialer->peers->deps.loop), -1, 0,
				call, dial);
	g_hash_table_insert(dialer->dials, dial->text, dial);
	return dial;
}

static Dial *
dial_of(Dialer *dialer, const char *text)
{
	Dial *dial = g_hash_table_lookup(dialer->dials, text);
	Address address;

	if (dial != NULL)
		return dial;
	if (!address_parse(text, &address)) {
		peers_log(dialer->peers, LOG_LEVEL_WARNING,
			  "%.100s is no numeric address and port: the node there "
			  "is not called",
			  text);
		return NULL;
	}
	if (g_hash_table_size(dialer->dials) >= DIALS_MAX) {
		peers_log(dialer->peers, LOG_LEVEL_WARNING,
			  "%s is not called: there are %u addresses already",
			  text, DIALS_MAX);
		return NULL;
	}
	return dial_new(dialer, text, &address);
}

void
dialer_want(Dialer *dialer, const char *address, NetMember *member)
{
	Dial *dial = dial_of(dialer, address);

	if (dial == NULL)
		return;
	if (member == NULL) {
		dial->of_config++;
		return;
	}
	g_ptr_array_add(dial->members, net_member_ref(member));
	g_hash_table_insert(dialer->of_member, member, dial);
}

void
dialer_unwant_address(Dialer *dialer, const char *address)
{
	Dial *dial = g_hash_table_lookup(dialer->dials, address);

	if (dial != NULL && dial->of_config > 0)
		dial->of_config--;
}

void
dialer_unwant(Dialer *dialer, NetMember *member)
{
	Dial *dial = g_hash_table_lookup(dialer->of_member, member);

	if (dial == NULL)
		return;
	g_hash_table_remove(dialer->of_member, member);
	g_ptr_array_remove_fast(dial->members, member);
}

static gboolean
is_unwanted(gpointer key, gpointer value, gpointer data)
{
	const Dial *dial = value;

	return dial->of_config == 0 && dial->members->len == 0;
}

void
dialer_forget(Dialer *dialer)
{
	g_hash_table_foreach_remove(dialer->dials, is_unwanted, NULL);
}

void
dialer_visit(const Dialer *dialer, const PeersVisitor *visitor, void *data)
{
	const gint64 now = g_get_monotonic_time();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, dialer->dials);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Dial *dial = value;
		const DialView view = {
			.address = dial->text,
			.connected = is_satisfied(dial),
			.failures = dial->failures,
			.next_ms = dial->next < 0
					   ? -1
					   : MAX(dial->next - now, 0) / 1000,
			.last_error = dial->last_error != NULL
					      ? dial->last_error
					      : "",
		};

		visitor->dial(data, &view);
	}
}
