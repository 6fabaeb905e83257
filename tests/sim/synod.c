/* SPDX-License-Identifier: Apache-2.0
 *
 * The consensus "synod" for the simulator's tests: one instance of the Synod
 * protocol (Lamport, "The Part-Time Parliament", ACM TOCS 16(2), 1998) for each
 * height. It lives through crashes, and through nothing worse: a Byzantine node
 * breaks it.
 *
 * In the store, after 0xff: S HEIGHT -> promised ballot [8], accepted ballot
 * [8], accepted value; D HEIGHT -> decided value. A message is
 *
 *	0xff | kind [1] | height [8] | ballot [8] | accepted ballot [8] | value
 */
#include "plugins/kit/sink.h"

#include <string.h>

#include <bsn/bsn.h>
#include <bsn/helpers/error.h>

#define PLUGIN_ID "test.consensus-synod"
#define MESSAGE_HEAD (2u + 3u * 8u)
#define MEMBERS_MAX 64u
#define NOBODY MEMBERS_MAX
/* Timers. */
#define BALLOT (BSN_CONSENSUS_BIT | 1u)
#define GREET (BSN_CONSENSUS_BIT | 2u)
/* Milliseconds. */
#define BALLOT_MIN_MS 2u
#define BALLOT_SPREAD_MS 60u
#define AGAIN_MIN_MS 100u
#define AGAIN_SPREAD_MS 400u
#define GREET_MS 300u

BSN_PLUGIN_NOTE(PLUGIN_ID, "1", BSN_KIND_CONSENSUS);

typedef enum { PREPARE, PROMISE, ACCEPT, ACCEPTED, DECIDED, ASK } Kind;

typedef struct {
	Kind kind;
	guint64 height, ballot, accepted;
	bsn_slice value;
} Message;

/* What is sent once a batch is on disk. */
typedef struct {
	guint64 cookie;
	guint to;
	GBytes *message;
} Held;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	bsn_slice keys[MEMBERS_MAX];
	GByteArray *key_bytes[MEMBERS_MAX];
	guint n, voters, me;
	guint roles[MEMBERS_MAX];
	guint64 next;    /* the height that is agreed on */
	gboolean wanted; /* the engine has something */
	gboolean done;   /* `next` is decided, and not applied yet */
	gboolean armed;
	guint64 promised, accepted;
	GByteArray *value; /* accepted */
	guint64 seen;      /* highest ballot of all */
	guint64 ballot;    /* of its own, 0: none */
	gboolean second;   /* ... in its second phase */
	guint64 promises, accepts; /* bit i: of node i */
	guint64 best;
	GByteArray *proposal;
	GQueue held;
	guint64 cookie;
};

static const bsn_store *store;
static const bsn_timer *timer_service;
static const bsn_net *net;
static const bsn_random *random_service;
static const bsn_keys *keys;

static void handle(bsn_agreement *a, guint from, const Message *message);

/* ---- small things ------------------------------------------------------------ */

static guint64
draw(const bsn_agreement *a, guint64 n)
{
	guint32 number = 0;

	random_service->fill(a->chain, &number, sizeof(number));
	return number % n;
}

static void
append_u64(GByteArray *out, guint64 n)
{
	n = GUINT64_TO_BE(n);
	g_byte_array_append(out, (const guint8 *)&n, sizeof(n));
}

static guint64
read_u64(const guint8 *at)
{
	guint64 n;

	memcpy(&n, at, sizeof(n));
	return GUINT64_FROM_BE(n);
}

static void
set_bytes(GByteArray *out, bsn_slice bytes)
{
	g_byte_array_set_size(out, 0);
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

static gboolean
is_quorum(const bsn_agreement *a, guint64 votes)
{
	guint n = 0;

	for (guint i = 0; i < a->n; i++)
		n += (guint)(votes >> i) & 1;
	return n > a->voters / 2;
}

static void
arm(bsn_agreement *a, guint64 least, guint64 spread)
{
	if (a->armed || a->me == NOBODY ||
	    a->roles[a->me] != BSN_ROLE_CONSENSUS)
		return;
	a->armed = TRUE;
	timer_service->set(a->chain, BALLOT, least + draw(a, spread));
}

/* ---- messages ---------------------------------------------------------------- */

static GBytes *
encode(const Message *message)
{
	GByteArray *out = g_byte_array_new();
	const guint8 head[] = { BSN_CONSENSUS_BYTE, (guint8)message->kind };

	g_byte_array_append(out, head, sizeof(head));
	append_u64(out, message->height);
	append_u64(out, message->ballot);
	append_u64(out, message->accepted);
	if (message->value.len > 0)
		g_byte_array_append(out, message->value.data,
				    (guint)message->value.len);
	return g_byte_array_free_to_bytes(out);
}

static gboolean
decode(bsn_slice bytes, Message *message)
{
	if (bytes.len < MESSAGE_HEAD || bytes.data[1] > ASK)
		return FALSE;
	*message = (Message){
		.kind = (Kind)bytes.data[1],
		.height = read_u64(bytes.data + 2),
		.ballot = read_u64(bytes.data + 10),
		.accepted = read_u64(bytes.data + 18),
		.value = bsn_slice_of(bytes.data + MESSAGE_HEAD,
				      bytes.len - MESSAGE_HEAD),
	};
	return TRUE;
}

static void
send_bytes(bsn_agreement *a, guint to, GBytes *bytes)
{
	Message message;

	if (to != a->me)
		(void)net->send(a->chain, a->keys[to], bytes_slice(bytes));
	else if (decode(bytes_slice(bytes), &message))
		handle(a, a->me, &message);
}

static void
send_to(bsn_agreement *a, guint to, const Message *message)
{
	g_autoptr(GBytes) bytes = encode(message);

	send_bytes(a, to, bytes);
}

static void
send_to_all(bsn_agreement *a, const Message *message)
{
	g_autoptr(GBytes) bytes = encode(message);

	for (guint i = 0; i < a->n; i++)
		if (i != a->me && (message->kind == DECIDED ||
				   a->roles[i] == BSN_ROLE_CONSENSUS))
			send_bytes(a, i, bytes);
	if (message->kind != DECIDED)
		send_bytes(a, a->me, bytes);
}

/* ---- the store --------------------------------------------------------------- */

static bsn_slice
key_of(guint8 *key, char letter, guint64 height)
{
	height = GUINT64_TO_BE(height);
	key[0] = BSN_CONSENSUS_BYTE;
	key[1] = (guint8)letter;
	memcpy(key + 2, &height, sizeof(height));
	return bsn_slice_of(key, 10);
}

static void
held_free(gpointer data)
{
	Held *held = data;

	g_bytes_unref(held->message);
	g_free(held);
}

/* Makes promise and vote durable, and then sends a message. */
static void
vote(bsn_agreement *a, guint to, const Message *message)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 key[10];
	bsn_write write = { sizeof(write), BSN_WRITE_PUT,
			    key_of(key, 'S', a->next), { NULL, 0 } };
	Held *held;

	append_u64(value, a->promised);
	append_u64(value, a->accepted);
	if (a->value->len > 0)
		g_byte_array_append(value, a->value->data, a->value->len);
	write.value = buffer_slice(value);
	if (store->commit(a->chain, &write, 1,
			  BSN_CONSENSUS_BIT | (a->cookie + 1), NULL) != BSN_OK)
		return;
	held = g_new0(Held, 1);
	held->cookie = BSN_CONSENSUS_BIT | ++a->cookie;
	held->to = to;
	held->message = encode(message);
	g_queue_push_tail(&a->held, held);
}

static void
durable(bsn_agreement *a, uint64_t cookie)
{
	const Held *held;

	while ((held = g_queue_peek_head(&a->held)) != NULL &&
	       held->cookie <= cookie) {
		Held *first = g_queue_pop_head(&a->held);

		send_bytes(a, first->to, first->message);
		held_free(first);
	}
}

static int32_t
load(bsn_agreement *a, char letter, guint64 height, GByteArray *out)
{
	guint8 key[10];
	BufferSink sink = buffer_sink(out, BSN_STORE_VALUE_MAX);

	g_byte_array_set_size(out, 0);
	return store->get(a->chain, key_of(key, letter, height), &sink.sink,
			  NULL);
}

/* What was promised and accepted at `next` before. */
static int32_t
begin_height(bsn_agreement *a)
{
	g_autoptr(GByteArray) kept = g_byte_array_new();
	int32_t status = load(a, 'S', a->next, kept);

	a->promised = a->accepted = a->ballot = a->seen = 0;
	a->done = a->second = FALSE;
	g_byte_array_set_size(a->value, 0);
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK || kept->len < 16)
		return BSN_E_IO;
	a->promised = a->seen = read_u64(kept->data);
	a->accepted = read_u64(kept->data + 8);
	set_bytes(a->value,
		  bsn_slice_of(kept->data + 16, kept->len - 16));
	return BSN_OK;
}

/* ---- deciding ---------------------------------------------------------------- */

static void
learn(bsn_agreement *a, bsn_slice value)
{
	guint8 keys_bytes[2][10];
	const bsn_write writes[] = {
		{ sizeof(bsn_write), BSN_WRITE_PUT,
		  key_of(keys_bytes[0], 'D', a->next), value },
		{ sizeof(bsn_write), BSN_WRITE_DELETE,
		  key_of(keys_bytes[1], 'S', a->next), { NULL, 0 } },
	};

	if (a->done || store->commit(a->chain, writes, 2, 0, NULL) != BSN_OK)
		return;
	a->done = TRUE;
	a->ballot = 0;
	g_queue_clear_full(&a->held, held_free);
	(void)a->proposer->decide(a->proposer, a->next, value,
				  bsn_slice_of(NULL, 0), NULL);
}

static void
start_ballot(bsn_agreement *a)
{
	const Message prepare = {
		.kind = PREPARE,
		.height = a->next,
		.ballot = (MAX(a->seen, a->promised) / MEMBERS_MAX + 1) *
				  MEMBERS_MAX +
			  a->me,
	};

	a->ballot = a->seen = prepare.ballot;
	a->second = FALSE;
	a->promises = a->accepts = a->best = 0;
	send_to_all(a, &prepare);
}

/* Whether there is a value to bring, of its own or accepted. */
static gboolean
has_value(bsn_agreement *a)
{
	BufferSink sink = buffer_sink(a->proposal, BSN_STORE_VALUE_MAX);
	bsn_id digest;

	if (a->accepted > 0) {
		set_bytes(a->proposal, buffer_slice(a->value));
		return TRUE;
	}
	g_byte_array_set_size(a->proposal, 0);
	return a->proposer->propose(a->proposer, a->next, &sink.sink,
				    &digest) == BSN_OK;
}

static void
timer_came(bsn_agreement *a, uint64_t id)
{
	const Message ask = { .kind = ASK, .height = a->next };

	if (id == GREET) {
		guint to = (guint)draw(a, a->n);

		if (to != a->me)
			send_to(a, to, &ask);
		timer_service->set(a->chain, GREET, GREET_MS);
		return;
	}
	a->armed = FALSE;
	if (a->done)
		return;
	a->wanted = has_value(a);
	if (!a->wanted)
		return;
	start_ballot(a);
	arm(a, AGAIN_MIN_MS, AGAIN_SPREAD_MS);
}

/* ---- what messages do -------------------------------------------------------- */

static void
on_prepare(bsn_agreement *a, guint from, const Message *message)
{
	Message promise = { .kind = PROMISE,
			    .height = a->next,
			    .ballot = message->ballot };

	if (message->ballot < a->promised)
		return;
	a->promised = message->ballot;
	promise.accepted = a->accepted;
	promise.value = buffer_slice(a->value);
	vote(a, from, &promise);
}

static void
on_promise(bsn_agreement *a, guint from, const Message *message)
{
	Message accept = { .kind = ACCEPT,
			   .height = a->next,
			   .ballot = a->ballot };

	if (message->ballot != a->ballot || a->second)
		return;
	a->promises |= (guint64)1 << from;
	if (message->accepted > a->best) {
		a->best = message->accepted;
		set_bytes(a->proposal, message->value);
	}
	if (!is_quorum(a, a->promises))
		return;
	a->second = TRUE;
	accept.value = buffer_slice(a->proposal);
	send_to_all(a, &accept);
}

static void
on_accept(bsn_agreement *a, guint from, const Message *message)
{
	const Message accepted = { .kind = ACCEPTED,
				   .height = a->next,
				   .ballot = message->ballot };
	bsn_id digest;

	if (message->ballot < a->promised ||
	    a->proposer->check(a->proposer, a->next, message->value, &digest,
			       NULL) != BSN_OK)
		return;
	a->promised = a->accepted = message->ballot;
	set_bytes(a->value, message->value);
	vote(a, from, &accepted);
	arm(a, AGAIN_MIN_MS, AGAIN_SPREAD_MS);
}

static void
on_accepted(bsn_agreement *a, guint from, const Message *message)
{
	g_autoptr(GByteArray) value = NULL;
	Message decided = { .kind = DECIDED, .height = a->next };

	if (message->ballot != a->ballot || !a->second)
		return;
	a->accepts |= (guint64)1 << from;
	if (!is_quorum(a, a->accepts))
		return;
	value = g_byte_array_new();
	set_bytes(value, buffer_slice(a->proposal));
	decided.value = buffer_slice(value);
	learn(a, decided.value);
	send_to_all(a, &decided);
}

/* Somebody is at an earlier height: what was decided there. */
static void
help(bsn_agreement *a, guint to, guint64 height)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	Message decided = { .kind = DECIDED, .height = height };

	if (load(a, 'D', height, value) != BSN_OK)
		return;
	decided.value = buffer_slice(value);
	send_to(a, to, &decided);
}

static void
handle(bsn_agreement *a, guint from, const Message *message)
{
	const Message ask = { .kind = ASK, .height = a->next };

	a->seen = message->height == a->next ? MAX(a->seen, message->ballot)
					     : a->seen;
	if (message->height < a->next) {
		if (from != a->me && message->kind != DECIDED)
			help(a, from, message->height);
	} else if (message->height > a->next) {
		if (from != a->me)
			send_to(a, from, &ask);
	} else if (a->done) {
		return;
	} else if (message->kind == DECIDED) {
		learn(a, message->value);
	} else if (message->kind == PREPARE) {
		on_prepare(a, from, message);
	} else if (message->kind == PROMISE) {
		on_promise(a, from, message);
	} else if (message->kind == ACCEPT) {
		on_accept(a, from, message);
	} else if (message->kind == ACCEPTED) {
		on_accepted(a, from, message);
	}
}

/* ---- the table --------------------------------------------------------------- */

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return member_count <= MEMBERS_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST, "too many members");
}

static void
destroy(bsn_agreement *a)
{
	if (a == NULL)
		return;
	for (guint i = 0; i < a->n; i++)
		g_byte_array_unref(a->key_bytes[i]);
	g_byte_array_unref(a->value);
	g_byte_array_unref(a->proposal);
	g_queue_clear_full(&a->held, held_free);
	g_free(a);
}

static void
find_members(bsn_agreement *a, const bsn_member *members, uint64_t n,
	     bsn_slice mine)
{
	a->me = NOBODY;
	a->n = (guint)MIN(n, MEMBERS_MAX);
	for (guint i = 0; i < a->n; i++) {
		a->key_bytes[i] = g_byte_array_new();
		set_bytes(a->key_bytes[i], members[i].public_key);
		a->keys[i] = buffer_slice(a->key_bytes[i]);
		a->roles[i] = members[i].role;
		a->voters += members[i].role == BSN_ROLE_CONSENSUS ? 1 : 0;
		if (bsn_slice_equal(a->keys[i], mine))
			a->me = i;
	}
}

/* A decision that the engine did not keep is told again. */
static void
finish_decision(bsn_agreement *a)
{
	g_autoptr(GByteArray) value = g_byte_array_new();

	if (load(a, 'D', a->next, value) == BSN_OK)
		learn(a, buffer_slice(value));
}

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	bsn_agreement *a = g_new0(bsn_agreement, 1);
	guint8 mine[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(mine, sizeof(mine));
	int32_t status = keys->node_public_key(chain, members[0].algorithm,
					       &sink.sink, err);

	a->chain = chain;
	a->proposer = proposer;
	a->value = g_byte_array_new();
	a->proposal = g_byte_array_new();
	a->next = height + 1;
	find_members(a, members, n, bsn_slice_of(mine, sink.len));
	if (status == BSN_OK)
		status = begin_height(a);
	if (status != BSN_OK) {
		destroy(a);
		return bsn_fail(err, status, "votes cannot be read");
	}
	timer_service->set(chain, GREET, GREET_MS);
	if (a->accepted > 0)
		arm(a, AGAIN_MIN_MS, AGAIN_SPREAD_MS);
	*agreement = a;
	return BSN_OK;
}

static void
pending(bsn_agreement *a)
{
	a->wanted = TRUE;
	if (!a->done)
		arm(a, BALLOT_MIN_MS, BALLOT_SPREAD_MS);
}

static void
applied(bsn_agreement *a, uint64_t height)
{
	a->next = height + 1;
	(void)begin_height(a);
	finish_decision(a);
	if (!a->done)
		arm(a, BALLOT_MIN_MS, BALLOT_SPREAD_MS);
}

static void
message(bsn_agreement *a, bsn_slice from, bsn_slice bytes)
{
	Message parsed;

	for (guint i = 0; i < a->n; i++)
		if (bsn_slice_equal(a->keys[i], from) &&
		    decode(bytes, &parsed))
			handle(a, i, &parsed);
}

static int32_t
status_of(bsn_agreement *a, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

static const bsn_consensus synod = { .size = sizeof(bsn_consensus),
				     .name = "synod",
				     .check_config = check_config,
				     .create = create,
				     .destroy = destroy,
				     .pending = pending,
				     .applied = applied,
				     .timer = timer_came,
				     .durable = durable,
				     .message = message,
				     .status = status_of };

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &synod : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = "1",
	.name = "Synod",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	store = bsn_host_store(host);
	timer_service = bsn_host_timer(host);
	net = bsn_host_net(host);
	random_service = bsn_host_random(host);
	keys = bsn_host_keys(host);
	if (net == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"this host does not offer bsn.net/1");
	*out = &plugin;
	return BSN_OK;
}
