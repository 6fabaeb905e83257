/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-nodes.h"

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

/* Time passes in steps of so many ms, with messages in between. */
#define STEP_MS 10u
#define SETTLE_MAX 100000u
#define NS_PER_MS 1000000
#define ARGS_MAX 4u

int32_t bsn_plugin_open(const bsn_host *host, const bsn_plugin **out,
			bsn_err *err);

/* ---- nodes --------------------------------------------------------------- */

const bsn_engine *
nodes_engine(void)
{
	return bsn_engine_of(fake_host_open(bsn_plugin_open));
}

static void
fill_members(bsn_member *members, guint n, guint validators)
{
	static const char *const names[NODES_MAX] = { "n0", "n1", "n2", "n3",
						      "n4" };

	for (guint i = 0; i < n; i++)
		members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = i < validators ? BSN_ROLE_CONSENSUS
					       : BSN_ROLE_OBSERVER,
			.algorithm = "ecdsa-p256",
			.public_key = fake_node_key(i, "ecdsa-p256"),
			.name = bsn_slice_str(names[i]),
		};
}

int32_t
nodes_genesis(guint n, guint validators, const char *config, GByteArray *out,
	      bsn_err *err)
{
	BufferSink sink = buffer_sink(out, 1 << 20);
	bsn_member members[NODES_MAX];
	const bsn_genesis request = { .size = sizeof(request),
				      .member_count = n,
				      .name = bsn_slice_str("nodes"),
				      .config = bsn_slice_str(config),
				      .members = members,
				      .time_ms = FAKE_START_MS - 1000 };

	fill_members(members, n, validators);
	return nodes_engine()->chain->genesis(&request, &sink.sink, err);
}

static char *
config_text(const XuperNodes *all, const char *protocol)
{
	g_autoptr(GString) text =
		g_string_new("{\"nofee\":true,\"predistribution\":[");

	for (guint i = 0; i < PEOPLE_MAX; i++)
		g_string_append_printf(
			text, "%s{\"address\":\"%s\",\"quota\":\"%u\"}",
			i > 0 ? "," : "", all->people[i].who.address,
			PEOPLE_TOKENS);
	g_string_append_printf(text,
			       protocol[0] == '{'
				       ? "],\"consensus\":%s}"
				       : "],\"consensus\":{\"name\":\"%s\"}}",
			       protocol);
	return g_strdup(text->str);
}

static void
load_plugins(gboolean manual)
{
	fake_net_offer();
	fake_host_reset(3);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	fake_host_load("runtime-evm.so");
	fake_host_load("consensus-single.so");
	fake_host_load("consensus-chainedbft.so");
	fake_host_load("consensus-pbft.so");
	fake_host_load("consensus-pow.so");
	if (manual) {
		manual_tree_add();
		return;
	}
	fake_host_load("consensus-tdpos.so");
	fake_host_load("consensus-xpoa.so");
}

static void
find_outputs(XuperNodes *all)
{
	const Block *block =
		ledger_root(nodes_ledger(all, 0)->ledger)->block;

	for (guint i = 0; i < PEOPLE_MAX; i++) {
		Person *person = &all->people[i];

		memcpy(person->txid, block->txs[0]->id, HASH_LEN);
		person->offset = (gint32)i;
		person->amount = PEOPLE_TOKENS;
	}
}

XuperNodes *
nodes_new(guint n, guint validators, const char *protocol)
{
	XuperNodes *all = g_new0(XuperNodes, 1);
	g_autofree char *config = NULL;
	bsn_err err = BSN_ERR_INIT;

	load_plugins(protocol[0] != '{');
	all->n = n;
	all->suite = xuper_suite(FALSE);
	for (guint i = 0; i < PEOPLE_MAX; i++)
		all->people[i].who = xuper_person(&all->suite,
						  (guint8)(i + 1));
	config = config_text(all, protocol);
	all->genesis = g_byte_array_new();
	if (nodes_genesis(n, validators, config, all->genesis, &err) != BSN_OK)
		g_error("%s", err.reason);
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("n%u", i);

		all->nodes[i].chain = fake_chain_new(name);
		fake_chain_set_node(all->nodes[i].chain, i);
		nodes_reopen(all, i);
	}
	find_outputs(all);
	return all;
}

bsn_ledger *
nodes_ledger(const XuperNodes *all, guint node)
{
	return fake_chain_ledger(all->nodes[node].chain);
}

const bsn_tree *
nodes_tree(const XuperNodes *all, guint node)
{
	return nodes_ledger(all, node)->proposer.tree;
}

static void
leave_all(XuperNodes *all, guint node)
{
	for (guint i = 0; i < all->n; i++)
		if (i != node)
			nodes_join(all, node, i, FALSE);
	all->nodes[node].open = FALSE;
}

void
nodes_close(XuperNodes *all, guint node)
{
	leave_all(all, node);
	fake_chain_close(all->nodes[node].chain);
}

void
nodes_crash(XuperNodes *all, guint node)
{
	leave_all(all, node);
	fake_chain_crash(all->nodes[node].chain);
}

void
nodes_reopen(XuperNodes *all, guint node)
{
	bsn_err err = BSN_ERR_INIT;

	if (fake_chain_open(all->nodes[node].chain, nodes_engine(),
			    buffer_slice(all->genesis), &err) != BSN_OK)
		g_error("%s", err.reason);
	all->nodes[node].agreement = manual_tree_last();
	all->nodes[node].open = TRUE;
}

void
nodes_close_all(XuperNodes *all)
{
	for (guint i = 0; i < all->n; i++)
		if (all->nodes[i].open)
			nodes_close(all, i);
}

void
nodes_free(XuperNodes *all)
{
	nodes_close_all(all);
	for (guint i = 0; i < all->n; i++)
		fake_chain_free(all->nodes[i].chain);
	g_byte_array_unref(all->genesis);
	g_free(all);
}

/* ---- the network --------------------------------------------------------- */

void
nodes_join(XuperNodes *all, guint a, guint b, gboolean joined)
{
	fake_net_join(all->nodes[a].chain, all->nodes[b].chain,
		      all->suite.algorithm, joined);
}

void
nodes_join_all(XuperNodes *all)
{
	for (guint a = 0; a < all->n; a++)
		for (guint b = 0; b < a; b++)
			nodes_join(all, a, b, TRUE);
}

static guint
index_of(const XuperNodes *all, const bsn_chain *chain)
{
	guint i = 0;

	while (all->nodes[i].chain != chain)
		i++;
	return i;
}

static gboolean
deliver_one(XuperNodes *all)
{
	g_autoptr(FakeMessage) message = fake_net_take();
	g_autoptr(GByteArray) bytes = NULL;
	guint from, to;

	if (message == NULL)
		return FALSE;
	from = index_of(all, message->from);
	to = index_of(all, message->to);
	bytes = g_bytes_unref_to_array(g_bytes_ref(message->bytes));
	if (all->spoil != NULL && !all->spoil(all, from, to, bytes))
		return TRUE;
	all->delivered[from][bytes->data[0]]++;
	fake_net_deliver(message->from, message->to, all->suite.algorithm,
			 buffer_slice(bytes));
	return TRUE;
}

void
nodes_settle(XuperNodes *all)
{
	guint i = 0;

	do {
		fake_host_settle();
		if (i++ > SETTLE_MAX)
			g_error("the nodes never have enough of talking");
	} while (deliver_one(all));
}

void
nodes_advance(XuperNodes *all, guint64 ms)
{
	nodes_settle(all);
	for (guint64 passed = 0; passed < ms; passed += STEP_MS) {
		fake_host_advance(STEP_MS);
		nodes_settle(all);
	}
}

/* ---- transactions -------------------------------------------------------- */

static void
fill_output(Xldgpb__TxOutput *output, guint8 amount[AMOUNT_LEN], guint64 value,
	    const char *to)
{
	xldgpb__tx_output__init(output);
	amount_from_u64(value, amount);
	output->amount = message_bytes(amount_slice(amount));
	output->to_addr = message_bytes(bsn_slice_str(to));
}

/* Who signs: a person, or a node with its own key. */
typedef struct {
	char address[ADDRESS_MAX];
	guint8 public_key[PUBLIC_KEY_LEN];
	const XuperPerson *person;
	bsn_chain *chain;
} Who;

static Who
person_who(const XuperNodes *all, guint index)
{
	const XuperPerson *person = &all->people[index].who;
	Who who = { .person = person };

	memcpy(who.address, person->address, sizeof(who.address));
	memcpy(who.public_key, person->public_key, PUBLIC_KEY_LEN);
	return who;
}

static Who
node_who(const XuperNodes *all, guint index)
{
	const bsn_ledger *ledger = nodes_ledger(all, index);
	Who who = { .chain = all->nodes[index].chain };

	memcpy(who.address, ledger->node_address, sizeof(who.address));
	memcpy(who.public_key, ledger->node_key, PUBLIC_KEY_LEN);
	return who;
}

static void
sign(const XuperNodes *all, const Who *who, const guint8 digest[HASH_LEN],
     GByteArray *der)
{
	XuperSigner signer = { &all->suite, who->person };
	guint8 raw[SIGNATURE_RAW_LEN], encoded[DER_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(raw, sizeof(raw));
	bsn_err err = BSN_ERR_INIT;

	if (who->person != NULL) {
		g_assert_cmpint(xuper_sign(&signer, digest, der, &err), ==,
				BSN_OK);
		return;
	}
	g_assert_cmpint(services.keys->node_sign(
				who->chain, all->suite.algorithm,
				BSN_SIGN_DIGEST, bsn_slice_of(digest, HASH_LEN),
				&sink.sink, &err),
			==, BSN_OK);
	g_byte_array_append(der, encoded,
			    (guint)der_put_signature(raw, encoded));
}

static void
begin_tx(XuperNodes *all, Xldgpb__Transaction *msg, Arena *arena)
{
	g_autofree char *nonce =
		g_strdup_printf("%" G_GUINT64_FORMAT, ++all->nonce);

	msg->version = TX_VERSION;
	msg->nonce = arena_copy(arena, nonce, strlen(nonce));
	msg->timestamp = (gint64)fake_host_now_ms() * NS_PER_MS;
}

/* Signs and makes it. */
static Tx *
finish(const XuperNodes *all, const Who *who, Xldgpb__Transaction *msg)
{
	g_autofree char *key = key_to_json(&all->suite, who->public_key);
	g_autoptr(GByteArray) der = g_byte_array_new();
	Xldgpb__SignatureInfo info = XLDGPB__SIGNATURE_INFO__INIT;
	Xldgpb__SignatureInfo *signs[] = { &info };
	char *auth[] = { (char *)who->address };
	guint8 digest[HASH_LEN];

	msg->initiator = (char *)who->address;
	msg->n_auth_require = 1;
	msg->auth_require = auth;
	tx_digest(&all->suite, msg, digest);
	sign(all, who, digest, der);
	info.publickey = key;
	info.sign = message_bytes(buffer_slice(der));
	msg->n_initiator_signs = msg->n_auth_require_signs = 1;
	msg->initiator_signs = msg->auth_require_signs = signs;
	return tx_make(&all->suite, msg);
}

Tx *
nodes_transfer(XuperNodes *all, guint from, guint to, guint64 amount)
{
	Person *person = &all->people[from];
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Xldgpb__TxInput input = XLDGPB__TX_INPUT__INIT;
	Xldgpb__TxInput *inputs[] = { &input };
	Xldgpb__TxOutput output[2];
	Xldgpb__TxOutput *outputs[] = { &output[0], &output[1] };
	guint8 amounts[3][AMOUNT_LEN];
	const Who who = person_who(all, from);
	g_auto(Arena) arena = ARENA_INIT;
	Tx *tx;

	begin_tx(all, &msg, &arena);
	g_assert_cmpuint(amount, <, person->amount);
	amount_from_u64(person->amount, amounts[0]);
	input.ref_txid = message_bytes(bsn_slice_of(person->txid, HASH_LEN));
	input.ref_offset = person->offset;
	input.from_addr = message_bytes(bsn_slice_str(person->who.address));
	input.amount = message_bytes(amount_slice(amounts[0]));
	fill_output(&output[0], amounts[1], amount,
		    all->people[to].who.address);
	fill_output(&output[1], amounts[2], person->amount - amount,
		    person->who.address);
	msg.n_tx_inputs = 1;
	msg.tx_inputs = inputs;
	msg.n_tx_outputs = 2;
	msg.tx_outputs = outputs;
	tx = finish(all, &who, &msg);
	memcpy(person->txid, tx->id, HASH_LEN);
	person->offset = 1;
	person->amount -= amount;
	return tx;
}

/* What the request reads and writes upon what waits at a node. */
static void
execute(XuperNodes *all, guint node, const Who *who,
	Xldgpb__InvokeRequest *request, Xldgpb__Transaction *msg, Arena *arena)
{
	const bsn_ledger *ledger = nodes_ledger(all, node);
	const char *auth[] = { who->address, NULL };
	const SandboxEnv env = { .config = ledger->config,
				 .suite = &ledger->suite,
				 .initiator = who->address,
				 .auth_require = auth,
				 .time_ms = (guint64)msg->timestamp /
					    NS_PER_MS };
	g_autoptr(Sandbox) box = sandbox_new(pool_layer(ledger->pool), &env);
	g_auto(RunResult) result = { 0 };
	bsn_err err = BSN_ERR_INIT;

	(void)sandbox_get(box, bsn_slice_str(BUCKET_CHAIN),
			  bsn_slice_str(KEY_CHAIN_NAME), NULL, NULL);
	g_assert_cmpint(run_requests(box, &request, 1, 0, &result, &err), ==,
			BSN_OK);
	g_assert_cmpstr(result.reason, ==, NULL);
	sandbox_result(box, arena, msg);
}

static Tx *
call(XuperNodes *all, guint node, const Who *who, const char *contract,
     const char *method, const char *const *words)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Xldgpb__InvokeRequest request = XLDGPB__INVOKE_REQUEST__INIT;
	Xldgpb__InvokeRequest *requests[] = { &request };
	Xldgpb__Argument args[ARGS_MAX];
	Xldgpb__Argument *list[ARGS_MAX];
	g_auto(Arena) arena = ARENA_INIT;

	for (; *words != NULL; words += 2) {
		Xldgpb__Argument *arg = &args[request.n_args];

		g_assert_cmpuint(request.n_args, <, ARGS_MAX);
		list[request.n_args++] = arg;
		xldgpb__argument__init(arg);
		arg->key = (char *)words[0];
		arg->value = message_bytes(bsn_slice_str(words[1]));
	}
	request.module_name = (char *)"xkernel";
	request.contract_name = (char *)contract;
	request.method_name = (char *)method;
	request.args = list;
	begin_tx(all, &msg, &arena);
	execute(all, node, who, &request, &msg, &arena);
	msg.n_contract_requests = 1;
	msg.contract_requests = requests;
	return finish(all, who, &msg);
}

Tx *
nodes_call(XuperNodes *all, guint node, guint person, const char *contract,
	   const char *method, const char *const *words)
{
	const Who who = person_who(all, person);

	return call(all, node, &who, contract, method, words);
}

Tx *
nodes_member(XuperNodes *all, guint signer, guint node, const char *role)
{
	const Who who = node_who(all, signer);
	g_autofree char *key =
		hex_encode(fake_node_key(node, all->suite.algorithm));
	const char *const words[] = { "public_key", key, "role", role, NULL };

	return call(all, signer, &who, "$member", "set", words);
}

bsn_reply *
nodes_submit(XuperNodes *all, guint node, const Tx *tx)
{
	bsn_reply *reply = fake_reply_new(all->nodes[node].chain,
					  FAKE_ANSWER_TX_STAGES);
	const bsn_submission item = { .size = sizeof(item),
				      .tx = tx->bytes,
				      .reply = reply };

	fake_asked(reply, nodes_engine()->tx->submit(nodes_ledger(all, node),
						     &item, 1, &reply->err));
	return reply;
}

/* ---- blocks -------------------------------------------------------------- */

int32_t
nodes_extend(XuperNodes *all, guint node, const bsn_id *parent, guint32 flags,
	     GByteArray *bytes, bsn_id *id)
{
	bsn_proposer *proposer = &nodes_ledger(all, node)->proposer;
	const bsn_tree *tree = nodes_tree(all, node);
	BufferSink sink = buffer_sink(bytes, BSN_PROPOSAL_MAX);
	bsn_tree_block above = { .size = sizeof(above) };
	bsn_seal seal = { .size = sizeof(seal) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = parent != NULL
				 ? tree->block(proposer, parent, &above)
				 : tree->head(proposer, &above);

	g_byte_array_set_size(bytes, 0);
	if (status != BSN_OK)
		return status;
	seal.round = above.seal.round + 1;
	seal.time_ms = fake_host_now_ms();
	status = tree->extend(proposer, &above.id, &seal, flags, &sink.sink, id,
			      &err);
	return status == BSN_OK ? tree->prefer(proposer, id) : status;
}

int32_t
nodes_admit(XuperNodes *all, guint node, const GByteArray *bytes)
{
	bsn_proposer *proposer = &nodes_ledger(all, node)->proposer;
	const bsn_tree *tree = nodes_tree(all, node);
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = tree->read(proposer, buffer_slice(bytes), &block,
				    &err);

	if (status == BSN_OK)
		status = tree->admit(proposer, buffer_slice(bytes), &block,
				     &err);
	return status == BSN_OK ? tree->prefer(proposer, &block.id) : status;
}

int32_t
nodes_finalize(XuperNodes *all, guint node, const bsn_id *id)
{
	bsn_err err = BSN_ERR_INIT;

	return nodes_tree(all, node)->finalize(
		&nodes_ledger(all, node)->proposer, id,
		bsn_slice_str(MANUAL_GOOD), &err);
}

void
nodes_block(XuperNodes *all, guint node)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 1);
	bsn_reply *reply = nodes_submit(all, node, tx);
	bsn_id id;

	g_assert_cmpint(nodes_extend(all, node, NULL, 0, bytes, &id), ==,
			BSN_OK);
	g_assert_cmpint(nodes_finalize(all, node, &id), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	fake_reply_free(reply);
}

guint64
nodes_height(const XuperNodes *all, guint node)
{
	return nodes_ledger(all, node)->durable;
}

void
nodes_alike(const XuperNodes *all, guint a, guint b)
{
	const LedgerTotals *one = &nodes_ledger(all, a)->totals;
	const LedgerTotals *other = &nodes_ledger(all, b)->totals;

	g_assert_cmpuint(one->height, ==, other->height);
	assert_bytes(one->id, HASH_LEN, other->id, HASH_LEN);
}

gboolean
nodes_logged(const char *text)
{
	const GPtrArray *lines = fake_host_log();

	for (guint i = 0; i < lines->len; i++)
		if (strstr(lines->pdata[i], text) != NULL)
			return TRUE;
	return FALSE;
}
