/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-spread.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/text.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/sink.h"

struct NetQuestion {
	guint64 id;
	PrivateNode *from;
	PrivateNode *to;
	guint kind;
	GBytes *bytes;
	NetAnswerFn answered; /* NULL: private_net_ask's */
	gpointer owner;
};

Services services;
static PrivateNet *the_net;

/* ---- the host ---- */

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
	va_list args;

	(void)chain;
	(void)level;
	va_start(args, format);
	g_string_append_vprintf(the_net->log, format, args);
	va_end(args);
	g_string_append_c(the_net->log, '\n');
}

guint64
services_mono_ms(bsn_chain *chain)
{
	(void)chain;
	return the_net->now_ms;
}

static PrivateNode *
node_of_chain(const bsn_chain *chain)
{
	for (guint i = 0; i < PRIVATE_NODES; i++)
		if (the_net->nodes[i].channel.chain == chain)
			return &the_net->nodes[i];
	g_assert_not_reached();
}

static int32_t
set_timer(bsn_chain *chain, uint64_t id, uint64_t ms)
{
	g_assert_cmpuint(id, ==, TIMER_PRIVATE);
	node_of_chain(chain)->due_ms = the_net->now_ms + ms;
	return BSN_OK;
}

static void
cancel_timer(bsn_chain *chain, uint64_t id)
{
	(void)id;
	node_of_chain(chain)->due_ms = 0;
}

static const bsn_timer timer = { .size = sizeof(timer),
				 .set = set_timer,
				 .cancel = cancel_timer };

json_t *
integer_json(guint64 value)
{
	return json_integer((json_int_t)value);
}

/* ---- definitions ---- */

Definition *
definition_ref(Definition *definition)
{
	definition->refs++;
	return definition;
}

void
definition_unref(Definition *definition)
{
	if (--definition->refs > 0)
		return;
	collection_set_free(definition->collections);
	g_free(definition);
}

gboolean
chaincode_name_is_system(bsn_slice name)
{
	return name.len > 0 && name.data[0] == '_';
}

int32_t
lifecycle_find(Channel *channel, const char *name, Definition **definition,
	       bsn_err *err)
{
	(void)channel;
	if (strcmp(name, "basic") != 0)
		return bsn_fail(err, BSN_NOT_FOUND, "no chaincode %s", name);
	*definition = definition_ref(the_net->definition);
	return BSN_OK;
}

int32_t
lifecycle_definitions(Channel *channel, GPtrArray **list, bsn_err *err)
{
	(void)channel;
	(void)err;
	*list = g_ptr_array_new_with_free_func(
		(GDestroyNotify)definition_unref);
	g_ptr_array_add(*list, definition_ref(the_net->definition));
	return BSN_OK;
}

const Collection *
lifecycle_collection(const Channel *channel, const Definition *definition,
		     bsn_slice name)
{
	(void)channel;
	return collection_set_find(definition->collections, name);
}

/* ---- the net ---- */

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	for (guint i = 0; i < PRIVATE_NODES; i++)
		if (&the_net->nodes[i].channel != channel && index-- == 0)
			return &the_net->nodes[i].peer;
	return NULL;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice key)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++)
		if (bsn_slice_equal(bytes_slice(peer->key), key))
			return peer;
	return NULL;
}

char *
net_peer_name(const Channel *channel, const NetPeer *peer)
{
	(void)channel;
	return g_strndup(g_bytes_get_data(peer->key, NULL), 5);
}

gboolean
net_is_syncing(const Channel *channel)
{
	(void)channel;
	return FALSE;
}

static PrivateNode *
node_of_peer(const NetPeer *peer)
{
	for (guint i = 0; i < PRIVATE_NODES; i++)
		if (&the_net->nodes[i].peer == peer)
			return &the_net->nodes[i];
	g_assert_not_reached();
}

static void
overhear(PrivateNode *node, bsn_slice bytes)
{
	if (bytes.len > 0)
		g_byte_array_append(node->traffic, bytes.data,
				    (guint)bytes.len);
}

static NetQuestion *
question_new(PrivateNode *from, PrivateNode *to, guint kind, bsn_slice bytes)
{
	NetQuestion *question = g_new0(NetQuestion, 1);

	question->id = ++the_net->last_id;
	question->from = from;
	question->to = to;
	question->kind = kind;
	question->bytes = g_bytes_new(bytes.data, bytes.len);
	overhear(from, bytes);
	overhear(to, bytes);
	to->asked++;
	return question;
}

static void
question_free(NetQuestion *question)
{
	g_bytes_unref(question->bytes);
	g_free(question);
}

guint64
net_ask(Channel *channel, NetPeer *peer, guint kind, bsn_slice bytes,
	guint timeout_ms, NetAnswerFn answered, gpointer owner)
{
	NetQuestion *question;

	g_assert_cmpuint(timeout_ms, >, 0);
	if (!peer->reachable || !node_of_chain(channel->chain)->peer.reachable)
		return 0;
	question = question_new(node_of_chain(channel->chain),
				node_of_peer(peer), kind, bytes);
	question->answered = answered;
	question->owner = owner;
	g_queue_push_tail(&the_net->questions, question);
	return question->id;
}

void
net_ask_cancel(Channel *channel, guint64 id)
{
	(void)channel;
	for (GList *at = the_net->questions.head; at != NULL; at = at->next)
		if (((NetQuestion *)at->data)->id == id) {
			question_free(at->data);
			g_queue_delete_link(&the_net->questions, at);
			return;
		}
}

NetPeer *
net_question_peer(const NetQuestion *question)
{
	return &question->from->peer;
}

/* The same keys with other values, or with none; or the first again and again.
 */
static void
distort(AnswerKind kind, Kvrwset__KVRWSet *set)
{
	static guint8 other[] = { 'o', 't', 'h', 'e', 'r' };

	for (gsize i = 0; i < set->n_writes; i++) {
		if (kind == ANSWER_OTHER_VALUE)
			set->writes[i]->value = (ProtobufCBinaryData){
				sizeof(other), other
			};
		if (kind == ANSWER_TWICE)
			set->writes[i] = set->writes[0];
	}
	if (kind == ANSWER_NOTHING || kind == ANSWER_EVASIVE)
		set->n_writes = 0;
	if (kind == ANSWER_SLOW)
		set->n_writes = MIN(set->n_writes, 1);
}

static GByteArray *
lie(const PrivateNode *node, bsn_slice answer)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) sets = g_byte_array_new();
	Bsn__Private__Taken *taken = message_unpack(
		&arena, &bsn__private__taken__descriptor, answer, NULL, NULL);
	PrivateSet *list;
	guint n;

	g_assert_cmpint(private_sets_read(&arena, message_slice(taken->sets),
					  &list, &n, NULL),
			==, BSN_OK);
	for (guint i = 0; i < n; i++) {
		Kvrwset__KVRWSet *set = message_unpack(
			&arena, &kvrwset__kvrwset__descriptor, list[i].set,
			NULL, NULL);

		distort(node->kind, set);
		list[i].set = message_put(&arena, set);
	}
	private_sets_put(sets, list, n);
	taken->sets = message_bytes(buffer_slice(sets));
	if (node->kind == ANSWER_EVASIVE || node->kind == ANSWER_SLOW)
		taken->looked_at = 1;
	if (node->kind == ANSWER_SLOW)
		the_net->now_ms += 9000;
	return message_pack(taken);
}

void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *err)
{
	const PrivateNode *node = question->to;
	g_autoptr(GByteArray) lies = NULL;

	g_assert_true(channel == &node->channel);
	g_assert_true(status == BSN_OK || err->reason[0] != '\0');
	if (node->kind == ANSWER_JUNK)
		answer = TEXT("\xff junk");
	else if (node->kind != ANSWER_HONEST && status == BSN_OK &&
		 question->kind == NET_ASK_PRIVATE_TAKE)
		answer = buffer_slice(lies = lie(node, answer));
	overhear(question->from, answer);
	overhear(question->to, answer);
	if (question->answered != NULL) {
		question->answered(question->owner, status, answer, err);
	} else {
		the_net->status = status;
		g_clear_pointer(&the_net->answer, g_bytes_unref);
		the_net->answer = g_bytes_new(answer.data, answer.len);
	}
	question_free(question);
}

void
private_net_sync(PrivateNet *net)
{
	for (guint i = 0; i < PRIVATE_NODES; i++) {
		Channel *channel = &net->nodes[i].channel;

		private_durable(channel,
				PRIVATE_COOKIE + channel->private_batches);
	}
}

static void
hand_over(NetQuestion *question)
{
	Channel *channel = &question->to->channel;

	if (question->kind == NET_ASK_PRIVATE_GIVE)
		private_given(channel, question, bytes_slice(question->bytes));
	else
		private_asked(channel, question, bytes_slice(question->bytes));
	if (!the_net->slow)
		private_net_sync(the_net);
}

gboolean
private_net_deliver(PrivateNet *net)
{
	NetQuestion *question = g_queue_pop_head(&net->questions);

	if (question != NULL)
		hand_over(question);
	return question != NULL;
}

void
private_net_settle(PrivateNet *net)
{
	if (!net->slow)
		private_net_sync(net);
	while (private_net_deliver(net))
		continue;
}

static void
fail(NetQuestion *question, int32_t status)
{
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, status, "no answer");
	question->answered(question->owner, status, bsn_slice_of(NULL, 0),
			   &err);
	question_free(question);
}

void
private_net_fail(PrivateNet *net, int32_t status)
{
	fail(g_queue_pop_head(&net->questions), status);
}

void
private_net_answer(PrivateNet *net, bsn_slice bytes)
{
	NetQuestion *question = g_queue_pop_head(&net->questions);

	question->answered(question->owner, BSN_OK, bytes, NULL);
	question_free(question);
}

char *
private_net_asked(const PrivateNet *net)
{
	GString *text = g_string_new(NULL);

	for (GList *at = net->questions.head; at != NULL; at = at->next)
		g_string_append_printf(
			text, "%s%d", text->len > 0 ? " " : "",
			(int)(((NetQuestion *)at->data)->to - net->nodes));
	return g_string_free(text, FALSE);
}

void
private_net_ask(PrivateNet *net, guint from, guint to, guint kind,
		bsn_slice bytes)
{
	hand_over(question_new(&net->nodes[from], &net->nodes[to], kind,
			       bytes));
}

void
private_net_reach(PrivateNet *net, guint node, gboolean reachable)
{
	g_autoptr(GPtrArray) lost = g_ptr_array_new();

	net->nodes[node].peer.reachable = reachable;
	for (GList *at = net->questions.head; at != NULL;) {
		GList *next = at->next;
		NetQuestion *question = at->data;

		if (!reachable && question->to == &net->nodes[node]) {
			g_ptr_array_add(lost, question);
			g_queue_delete_link(&net->questions, at);
		}
		at = next;
	}
	for (guint i = 0; i < lost->len; i++)
		fail(lost->pdata[i], BSN_UNAVAILABLE);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_peer_changed(&net->nodes[i].channel);
}

/* The node whose timer is due first by then; NULL: none. */
static PrivateNode *
next_due(PrivateNet *net, guint64 until_ms)
{
	PrivateNode *first = NULL;

	for (guint i = 0; i < PRIVATE_NODES; i++) {
		PrivateNode *node = &net->nodes[i];

		if (node->due_ms != 0 && node->due_ms <= until_ms &&
		    (first == NULL || node->due_ms < first->due_ms))
			first = node;
	}
	return first;
}

void
private_net_advance(PrivateNet *net, guint64 ms)
{
	const guint64 until = net->now_ms + ms;
	PrivateNode *node;

	private_net_settle(net);
	while ((node = next_due(net, until)) != NULL) {
		net->now_ms = MAX(net->now_ms, node->due_ms);
		node->due_ms = 0;
		private_timer(&node->channel);
		private_net_settle(net);
	}
	net->now_ms = until;
}

/* ---- nodes ---- */

static Msp organisations[] = {
	{ .id = (char *)"Org1MSP" },
	{ .id = (char *)"Org2MSP" },
	{ .id = (char *)"Org3MSP" },
};

static void
open_node(PrivateNode *node)
{
	bsn_err err = BSN_ERR_INIT;

	node->channel.ledger = node->ledger->ledger;
	if (private_open(&node->channel, &err) != BSN_OK)
		g_error("%s", err.reason);
	node->ledger->source = private_source(&node->channel);
}

static void
add_node(PrivateNet *net, guint index, gboolean sm)
{
	PrivateNode *node = &net->nodes[index];
	g_autofree char *name = g_strdup_printf("node%u", index);

	node->ledger = index == 0 ? fabric_ledger_new(sm, FALSE)
				  : fabric_ledger_new_of(&net->nodes[0].ledger->suite, FALSE);
	node->traffic = g_byte_array_new();
	node->self = (MspIdentity){
		.refs = 1,
		.msp = &organisations[index % G_N_ELEMENTS(organisations)],
		.roles = 1u << COMMON__MSPROLE__MSPROLE_TYPE__MEMBER |
			 1u << COMMON__MSPROLE__MSPROLE_TYPE__PEER,
	};
	node->self.id[0] = (guint8)index;
	node->peer = (NetPeer){
		.key = g_bytes_new(name, strlen(name)),
		.reachable = TRUE,
		.height = 1,
		.identity = &node->self,
	};
	node->channel = (Channel){
		.chain = node->ledger->chain,
		.id = (char *)"one",
		.suite = node->ledger->suite,
		.self = &node->self,
	};
}

PrivateNet *
private_net_new(gboolean sm)
{
	PrivateNet *net = g_new0(PrivateNet, 1);

	the_net = net;
	net->now_ms = 1000;
	net->log = g_string_new(NULL);
	services.timer = &timer;
	services.store = bsn_host_store(fake_host());
	for (guint i = 0; i < PRIVATE_NODES; i++)
		add_node(net, i, sm);
	net->suite = net->nodes[0].ledger->suite;
	private_net_define(net, "OR('Org1MSP.member','Org2MSP.member')", 0, 1,
			   0);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		open_node(&net->nodes[i]);
	private_net_advance(net, 0);
	return net;
}

void
private_net_free(PrivateNet *net)
{
	for (guint i = 0; i < PRIVATE_NODES; i++) {
		PrivateNode *node = &net->nodes[i];

		node->channel.closing = TRUE;
		private_close(&node->channel);
		fabric_ledger_free(node->ledger);
		g_bytes_unref(node->peer.key);
		g_byte_array_unref(node->traffic);
	}
	g_assert_cmpuint(net->questions.length, ==, 0);
	definition_unref(net->definition);
	g_clear_pointer(&net->answer, g_bytes_unref);
	g_string_free(net->log, TRUE);
	g_free(net);
}

void
private_net_restart(PrivateNet *net, guint index, gboolean crash)
{
	PrivateNode *node = &net->nodes[index];

	private_net_reach(net, index, FALSE);
	node->channel.closing = TRUE;
	private_close(&node->channel);
	g_assert_cmpint(fabric_ledger_reopen(node->ledger, crash), ==, BSN_OK);
	node->channel.closing = FALSE;
	open_node(node);
	private_net_reach(net, index, TRUE);
}

/* ---- definitions and transactions ---- */

void
private_net_define(PrivateNet *net, const char *members, gint required,
		   gint max, guint64 block_to_live)
{
	g_auto(Arena) arena = ARENA_INIT;
	Protos__CollectionPolicyConfig policy =
		PROTOS__COLLECTION_POLICY_CONFIG__INIT;
	Protos__StaticCollectionConfig fixed =
		PROTOS__STATIC_COLLECTION_CONFIG__INIT;
	Protos__CollectionConfig config = PROTOS__COLLECTION_CONFIG__INIT;
	Protos__CollectionConfig *configs[] = { &config };
	Protos__CollectionConfigPackage package =
		PROTOS__COLLECTION_CONFIG_PACKAGE__INIT;
	bsn_err err = BSN_ERR_INIT;

	if (policy_parse_signature(&arena, members, &policy.signature_policy,
				   &err) != BSN_OK)
		g_error("%s", err.reason);
	policy.payload_case =
		PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD_SIGNATURE_POLICY;
	fixed.name = (char *)"secret";
	fixed.member_orgs_policy = &policy;
	fixed.required_peer_count = required;
	fixed.maximum_peer_count = max;
	fixed.block_to_live = block_to_live;
	config.payload_case =
		PROTOS__COLLECTION_CONFIG__PAYLOAD_STATIC_COLLECTION_CONFIG;
	config.static_collection_config = &fixed;
	package.n_config = 1;
	package.config = configs;
	g_clear_pointer(&net->definition, definition_unref);
	net->definition = g_new0(Definition, 1);
	net->definition->refs = 1;
	net->definition->name = (char *)"basic";
	net->definition->sequence = 1;
	if (collection_set_new(&net->suite, message_put(&arena, &package),
			       &net->definition->collections,
			       &err) != BSN_OK)
		g_error("%s", err.reason);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_members_changed(&net->nodes[i].channel);
}

void
private_tx_free(PrivateTx *tx)
{
	g_free(tx->tx_id);
	g_byte_array_unref(tx->envelope);
	g_byte_array_unref(tx->sets);
	g_free(tx);
}

PrivateTx *
private_net_simulate(PrivateNet *net, guint node, const char *write)
{
	FabricLedger *ledger = net->nodes[node].ledger;
	Simulator *simulator = simulator_new(ledger->ledger);
	g_auto(GStrv) parts = g_strsplit(write, "=", 2);
	const bsn_slice names[] = { TEXT("basic"), TEXT("secret"),
				    TEXT(parts[0]) };
	PrivateTx *tx = g_new0(PrivateTx, 1);
	g_autoptr(GByteArray) results = NULL;
	LedgerTx wanted = { .nonce = NULL };

	if (parts[1] != NULL)
		g_assert_cmpint(simulator_put_private(simulator, names[0],
						      names[1], names[2],
						      TEXT(parts[1]), NULL),
				==, BSN_OK);
	else
		g_assert_cmpint(simulator_delete_private(simulator, names[0],
							 names[1], names[2],
							 NULL),
				==, BSN_OK);
	tx->sets = g_byte_array_new();
	simulator_finish_private(simulator, tx->sets);
	results = fabric_finish(simulator);
	wanted.results = buffer_slice(results);
	/* Nonces are counted by one of the ledgers. */
	tx->envelope = fabric_ledger_tx(net->nodes[0].ledger, &wanted);
	tx->tx_id = g_strdup(fabric_last_tx_id());
	return tx;
}

void
private_net_commit(PrivateNet *net, const PrivateTx *tx, guint nodes)
{
	for (guint i = 0; i < PRIVATE_NODES; i++) {
		PrivateNode *node = &net->nodes[i];

		if ((nodes & 1u << i) == 0)
			continue;
		fabric_ledger_add(node->ledger, g_byte_array_ref(tx->envelope));
		fabric_ledger_commit(node->ledger);
		node->peer.height = node->ledger->ledger->head.height;
		private_committed(&node->channel, node->peer.height - 1);
	}
}

char *
private_net_value(PrivateNet *net, guint node, const char *key)
{
	g_autoptr(Simulator) simulator =
		simulator_new(net->nodes[node].ledger->ledger);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = simulator_get_private(
		simulator, TEXT("basic"), TEXT("secret"), TEXT(key), &item,
		NULL);

	if (status == BSN_UNAVAILABLE)
		return g_strdup("?");
	g_assert_cmpint(status, ==, BSN_OK);
	return item != NULL ? fake_text(item->value) : g_strdup("-");
}

guint
private_net_count(PrivateNet *net, guint node, const char *what)
{
	json_t *json = private_json(&net->nodes[node].channel);
	const json_int_t n = json_integer_value(json_object_get(json, what));

	json_decref(json);
	return (guint)n;
}

/* ---- leaks ---- */

typedef struct {
	bsn_scan_sink sink;
	const char *text;
	gboolean found;
} LeakSink;

static gboolean
has_text(bsn_slice bytes, const char *text)
{
	const gsize len = strlen(text);

	for (guint64 i = 0; i + len <= bytes.len; i++)
		if (memcmp(bytes.data + i, text, len) == 0)
			return TRUE;
	return FALSE;
}

static int32_t
search(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	LeakSink *leak = (LeakSink *)sink;

	leak->found |= has_text(key, leak->text) || has_text(value, leak->text);
	return BSN_OK;
}

gboolean
private_net_leaks(PrivateNet *net, guint node, const char *text)
{
	static const guint8 first;
	LeakSink leak = { { search }, text, FALSE };

	g_assert_cmpint(services.store->scan(net->nodes[node].channel.chain,
					     bsn_slice_of(&first, 1),
					     bsn_slice_of(NULL, 0), 0,
					     &leak.sink, NULL),
			==, BSN_OK);
	return leak.found ||
	       has_text(buffer_slice(net->nodes[node].traffic), text) ||
	       has_text(TEXT(net->log->str), text);
}
