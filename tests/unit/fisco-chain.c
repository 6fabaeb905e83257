/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-chain.h"

#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

static const bsn_engine *the_engine;

void
fisco_reset(guint64 seed)
{
	fake_host_reset(seed);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	fake_host_load("runtime-evm.so");
	fake_host_load("consensus-solo.so");
	fake_host_load("consensus-pbft.so");
	fake_host_load("consensus-raft.so");
	if (the_engine == NULL)
		the_engine =
			bsn_engine_of(fake_host_load("engine-fisco.so"));
}

void
fisco_use(const bsn_engine *engine)
{
	the_engine = engine;
}

const bsn_engine *
fisco_engine(void)
{
	return the_engine;
}

json_t *
fisco_json(bsn_slice text)
{
	json_error_t error;
	json_t *json = json_loadb((const char *)text.data, text.len,
				  JSON_DECODE_ANY, &error);

	if (json == NULL)
		g_error("%s in %.*s", error.text, (int)text.len, text.data);
	return json;
}

/* ---- chains ------------------------------------------------------------ */

/* The node's key, as a chain that is open sees it. */
static GByteArray *
node_key(const char *algorithm)
{
	bsn_chain *chain = fake_chain_new("key");
	GByteArray *key = g_byte_array_new();
	BufferSink sink = buffer_sink(key, BSN_PUBLIC_KEY_MAX);

	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(bsn_host_keys(fake_host())
				->node_public_key(chain, algorithm, &sink.sink,
						  NULL),
			==, BSN_OK);
	fake_chain_close(chain);
	fake_chain_free(chain);
	return key;
}

int32_t
fisco_genesis(const char *name, const char *config, GByteArray *out,
	      bsn_err *err)
{
	BufferSink sink = buffer_sink(out, 1 << 20);
	const char *algorithm = "sm2";
	g_autoptr(GByteArray) key = NULL;
	bsn_member member = { .size = sizeof(member),
			      .role = BSN_ROLE_CONSENSUS };
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = 1,
				.name = bsn_slice_str(name),
				.config = bsn_slice_str(config),
				.members = &member,
				.time_ms = FAKE_START_MS - 1000 };
	int32_t status = the_engine->chain->member_algorithm(
		genesis.config, &algorithm, err);

	if (status != BSN_OK)
		return status;
	key = node_key(algorithm);
	member.algorithm = algorithm;
	member.public_key = buffer_slice(key);
	return the_engine->chain->genesis(&genesis, &sink.sink, err);
}

static FiscoChain *
open_new(const char *name, GByteArray *genesis)
{
	FiscoChain *chain = g_new0(FiscoChain, 1);

	chain->engine = the_engine;
	chain->genesis = genesis;
	chain->chain = fake_chain_new(name);
	fisco_reopen(chain);
	return chain;
}

FiscoChain *
fisco_new(const char *name, const char *config)
{
	GByteArray *genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	const char *algorithm;
	FiscoChain *chain;

	if (fisco_genesis(name, config, genesis, &err) != BSN_OK)
		g_error("%s", err.reason);
	chain = open_new(name, genesis);
	the_engine->chain->member_algorithm(bsn_slice_str(config), &algorithm,
					    NULL);
	chain->scheme = bsn_host_crypto(fake_host())->signature(algorithm);
	return chain;
}

FiscoChain *
fisco_copy(const FiscoChain *chain, const char *name)
{
	FiscoChain *copy = open_new(name, g_byte_array_ref(chain->genesis));

	copy->scheme = chain->scheme;
	return copy;
}

void
fisco_reopen(FiscoChain *chain)
{
	bsn_err err = BSN_ERR_INIT;

	if (fake_chain_open(chain->chain, chain->engine,
			    buffer_slice(chain->genesis), &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

void
fisco_free(FiscoChain *chain)
{
	fake_chain_close(chain->chain);
	fake_chain_free(chain->chain);
	g_byte_array_unref(chain->genesis);
	g_free(chain);
}

bsn_ledger *
fisco_ledger(const FiscoChain *chain)
{
	return fake_chain_ledger(chain->chain);
}

/* ---- accounts and contracts -------------------------------------------- */

Account
fisco_account(const FiscoChain *chain, guint8 number)
{
	guint8 seed[48];
	Account account;

	memset(seed, number, sizeof(seed));
	g_assert_cmpint(chain->scheme->generate(seed, account.private_key,
						account.public_key),
			==, BSN_OK);
	return account;
}

const Compiled *
fisco_evidence(void)
{
	static Compiled compiled;
	g_autofree char *path = NULL;
	g_autoptr(json_t) json = NULL;
	const char *code;

	if (compiled.abi != NULL)
		return &compiled;
	path = g_test_build_filename(G_TEST_DIST, "tests/unit/contracts",
				     "evidence.json", NULL);
	json = json_load_file(path, 0, NULL);
	g_assert_nonnull(json);
	compiled.abi = json_incref(json_object_get(json, "abi"));
	compiled.code = g_byte_array_new();
	code = json_string_value(json_object_get(json, "code"));
	g_assert_true(hex_decode(code, strlen(code), compiled.code));
	return &compiled;
}

bsn_tx_request
fisco_invoke(const Account *account, const char *contract,
	     const char *function, const char *args, const char *options)
{
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_INVOKE, account, contract);

	request.function = bsn_slice_str(function);
	request.args = bsn_slice_str(args);
	request.options = bsn_slice_str(options);
	return request;
}

bsn_tx_request
fisco_of_kind(guint32 kind, const Account *account, const char *contract)
{
	bsn_tx_request request = {
		.size = sizeof(request),
		.kind = kind,
		.contract = bsn_slice_str(contract),
	};

	if (account != NULL)
		request.signer_public_key =
			bsn_slice_of(account->public_key, 64);
	return request;
}

bsn_tx_request
fisco_deploy(const Account *account, const char *name, const char *version,
	     char **options)
{
	const Compiled *evidence = fisco_evidence();
	bsn_tx_request request = fisco_of_kind(BSN_TX_DEPLOY, account, name);
	g_autoptr(json_t) json = json_pack("{s:O}", "abi", evidence->abi);

	if (version != NULL)
		json_object_set_new(json, "version", json_string(version));
	*options = json_dumps(json, JSON_COMPACT);
	request.code = buffer_slice(evidence->code);
	request.args = bsn_slice_str("[\"land registry\"]");
	request.options = bsn_slice_str(*options);
	return request;
}

/* ---- transactions ------------------------------------------------------ */

static bsn_reply *
begin(const FiscoChain *chain, const bsn_tx_request *request)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_SIGNABLE);

	fake_asked(reply, chain->engine->tx->begin(fisco_ledger(chain), request,
						   reply, &reply->err));
	return reply;
}

static bsn_reply *
sign(const FiscoChain *chain, const Account *account,
     const bsn_signable *signable)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_SIGNABLE);
	guint8 signature[BSN_SIGNATURE_MAX];

	g_assert_cmpstr(signable->algorithm, ==, chain->scheme->name);
	g_assert_cmpint(chain->scheme->sign(account->private_key,
					    signable->convention,
					    bsn_slice_of(NULL, 0),
					    signable->message, signature),
			==, BSN_OK);
	fake_asked(reply,
		   chain->engine->tx->sign_round(
			   fisco_ledger(chain), signable->state,
			   bsn_slice_of(signature,
					chain->scheme->signature_len),
			   reply, &reply->err));
	return reply;
}

GByteArray *
fisco_build(const FiscoChain *chain, const Account *account,
	    const bsn_tx_request *request, int32_t *status, bsn_err *err)
{
	g_autoptr(bsn_reply) first = begin(chain, request);
	g_autoptr(bsn_reply) second = NULL;
	const bsn_reply *last = first;
	GByteArray *tx;

	if (first->status == BSN_OK)
		last = second = sign(chain, account, &first->signable);
	*status = last->status;
	if (err != NULL)
		*err = last->err;
	if (last->status != BSN_OK)
		return NULL;
	tx = g_byte_array_new();
	return g_byte_array_append(tx, last->signable.tx.data,
				   (guint)last->signable.tx.len);
}

bsn_reply *
fisco_submit(const FiscoChain *chain, const GByteArray *tx)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_TX_STAGES);
	const bsn_submission item = { sizeof(item), 0, buffer_slice(tx),
				      reply };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = chain->engine->tx->submit(fisco_ledger(chain), &item,
						   1, &err);

	if (status != BSN_OK) {
		reply->err = err;
		fake_asked(reply, status);
	}
	return reply;
}

bsn_reply *
fisco_do(const FiscoChain *chain, const Account *account,
	 const bsn_tx_request *request)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(chain, account, request, &status, &err);
	bsn_reply *reply;

	if (tx == NULL) {
		reply = fake_reply_new(chain->chain, FAKE_ANSWER_TX_STAGES);
		reply->err = err;
		fake_asked(reply, status);
		return reply;
	}
	reply = fisco_submit(chain, tx);
	fake_host_settle();
	return reply;
}

char *
fisco_deployed(const FiscoChain *chain, const Account *account,
	       const char *name, const char *version)
{
	g_autofree char *options = NULL;
	bsn_tx_request request =
		fisco_deploy(account, name, version, &options);
	g_autoptr(bsn_reply) reply = fisco_do(chain, account, &request);
	g_autoptr(json_t) detail = NULL;

	if (reply->status != BSN_OK)
		g_error("%s", reply->err.reason);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	detail = fisco_json(reply->tx.detail);
	return g_strdup(json_string_value(
		json_object_get(detail, "contractAddress")));
}

bsn_reply *
fisco_deposit(const FiscoChain *chain, const Account *account,
	      const char *contract, guint8 id, const char *note)
{
	GString *args = g_string_new("[\"0x");
	g_autofree char *text = NULL;
	bsn_tx_request request;

	for (guint i = 0; i < 32; i++)
		g_string_append_printf(args, "%02x", id);
	g_string_append_printf(args, "\",\"%s\"]", note);
	text = g_string_free(args, FALSE);
	request = fisco_invoke(account, contract, "deposit", text, NULL);
	return fisco_do(chain, account, &request);
}

/* ---- calls and look-ups ------------------------------------------------ */

json_t *
fisco_call(const FiscoChain *chain, const bsn_tx_request *request,
	   int32_t *status, bsn_err *err)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	*status = fake_asked(reply, chain->engine->tx->call(
					    fisco_ledger(chain), request, reply,
					    &reply->err));
	if (err != NULL)
		*err = reply->err;
	return *status == BSN_OK ? fisco_json(reply->json) : NULL;
}

json_t *
fisco_result(const FiscoChain *chain, const char *contract,
	     const char *function, const char *args)
{
	bsn_tx_request request =
		fisco_invoke(NULL, contract, function, args, NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(json_t) json = fisco_call(chain, &request, &status, &err);

	if (json == NULL)
		g_error("%s", err.reason);
	return json_incref(json_object_get(json, "result"));
}

static bsn_reply *
must(bsn_reply *reply, int32_t status)
{
	fake_asked(reply, status);
	if (reply->status != BSN_OK)
		g_error("%s", reply->err.reason);
	return reply;
}

bsn_reply *
fisco_ledger_info(const FiscoChain *chain)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_LEDGER);

	return must(reply, chain->engine->ledger->info(fisco_ledger(chain),
						       reply, &reply->err));
}

bsn_reply *
fisco_status(const FiscoChain *chain)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_STATUS);

	return must(reply, chain->engine->status->get(fisco_ledger(chain),
						      reply, &reply->err));
}

bsn_reply *
fisco_block(const FiscoChain *chain, guint64 number, guint64 want)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_BLOCK);
	const bsn_block_query query = { .size = sizeof(query),
					.by = BSN_BLOCK_BY_NUMBER,
					.number = number,
					.want = want };

	return must(reply, chain->engine->block->get(fisco_ledger(chain),
						     &query, reply,
						     &reply->err));
}

bsn_reply *
fisco_events(const FiscoChain *chain, guint64 from, guint64 to)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_EVENTS);

	return must(reply, chain->engine->event->replay(fisco_ledger(chain),
							from, to, reply,
							&reply->err));
}

guint64
fisco_height(const FiscoChain *chain)
{
	g_autoptr(bsn_reply) reply = fisco_ledger_info(chain);

	return reply->ledger.height;
}

bsn_reply *
fisco_get(const FiscoChain *chain, bsn_id id)
{
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_TX);

	fake_asked(reply, chain->engine->tx->get(fisco_ledger(chain),
						 bsn_id_slice(&id), reply,
						 &reply->err));
	return reply;
}
