/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/vendor-chain.h"

#include <string.h>

int32_t bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin,
			bsn_err *err);

const bsn_engine *
vendor_engine(void)
{
	static const bsn_engine *engine;

	if (engine != NULL)
		return engine;
	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	engine = bsn_engine_of(fake_host_open(bsn_plugin_open));
	return engine;
}

/* ---- chains -------------------------------------------------------------- */

static int32_t
append_bytes(bsn_sink *sink, const void *data, uint64_t len)
{
	struct {
		bsn_sink sink;
		GByteArray *bytes;
	} *to = (void *)sink;

	g_byte_array_append(to->bytes, data, (guint)len);
	return BSN_OK;
}

int32_t
vendor_genesis(bsn_chain *chain, const char *name, const char *config,
	       guint members, GByteArray *out, bsn_err *err)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink own = bsn_fixed_sink_of(key, sizeof(key));
	bsn_member member[3] = { { .size = sizeof(bsn_member) } };
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = members,
				.name = bsn_slice_str(name),
				.config = bsn_slice_str(config),
				.members = member,
				.time_ms = FAKE_START_MS };
	struct {
		bsn_sink sink;
		GByteArray *bytes;
	} sink = { { append_bytes }, out };

	g_assert_cmpint(
		bsn_host_keys(fake_host())
			->node_public_key(chain, "sm2", &own.sink, NULL),
		==, BSN_OK);
	member[0].role = BSN_ROLE_CONSENSUS;
	member[0].algorithm = "sm2";
	member[0].public_key = bsn_slice_of(key, own.len);
	member[1] = member[2] = member[0];
	return vendor_engine()->chain->genesis(&genesis, &sink.sink, err);
}

static VendorAccount
make_account(guint8 number)
{
	static const bsn_signature *sm2;
	guint8 seed[48];
	VendorAccount account;

	sm2 = bsn_host_crypto(fake_host())->signature("sm2");
	memset(seed, number, sizeof(seed));
	g_assert_cmpint(
		sm2->generate(seed, account.private_key, account.public_key),
		==, BSN_OK);
	return account;
}

VendorChain *
vendor_new(const char *name)
{
	VendorChain *vendor = g_new0(VendorChain, 1);
	bsn_err err = BSN_ERR_INIT;

	vendor_engine();
	vendor->chain = fake_chain_new(name);
	vendor->genesis = g_byte_array_new();
	vendor->alice = make_account(1);
	vendor->bob = make_account(2);
	/* The node's key is asked for while a chain is open. */
	fake_chain_open(vendor->chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(vendor_genesis(vendor->chain, name, "{}", 1,
				       vendor->genesis, &err),
			==, BSN_OK);
	fake_chain_close(vendor->chain);
	vendor_reopen(vendor);
	return vendor;
}

void
vendor_reopen(VendorChain *vendor)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = fake_chain_open(
		vendor->chain, vendor_engine(),
		bsn_slice_of(vendor->genesis->data, vendor->genesis->len),
		&err);

	if (status != BSN_OK)
		g_error("open: %s", err.reason);
}

void
vendor_free(VendorChain *vendor)
{
	fake_chain_close(vendor->chain);
	fake_chain_free(vendor->chain);
	g_byte_array_unref(vendor->genesis);
	g_free(vendor);
}

/* ---- transactions -------------------------------------------------------- */

bsn_tx_request
vendor_request(guint32 kind, const VendorAccount *account, const char *contract,
	       const char *function, const char *args, const char *code)
{
	bsn_tx_request request = { .size = sizeof(request),
				   .kind = kind,
				   .contract = bsn_slice_str(contract),
				   .function = bsn_slice_str(function),
				   .args = bsn_slice_str(args),
				   .code = bsn_slice_str(code) };

	if (account != NULL)
		request.signer_public_key =
			bsn_slice_of(account->public_key, 64);
	return request;
}

GByteArray *
vendor_build(const VendorChain *vendor, const VendorAccount *account,
	     const bsn_tx_request *request, int32_t *status)
{
	const bsn_tx_ops *ops = vendor_engine()->tx;
	bsn_ledger *ledger = fake_chain_ledger(vendor->chain);
	const bsn_signature *sm2 =
		bsn_host_crypto(fake_host())->signature("sm2");
	g_autoptr(bsn_reply) first =
		fake_reply_new(vendor->chain, FAKE_ANSWER_SIGNABLE);
	g_autoptr(bsn_reply) second =
		fake_reply_new(vendor->chain, FAKE_ANSWER_SIGNABLE);
	guint8 signature[BSN_SIGNATURE_MAX];
	GByteArray *tx;

	*status = fake_asked(first,
			     ops->begin(ledger, request, first, &first->err));
	if (*status != BSN_OK)
		return NULL;
	g_assert_cmpint(sm2->sign(account->private_key,
				  first->signable.convention,
				  bsn_slice_of(NULL, 0),
				  first->signable.message, signature),
			==, BSN_OK);
	*status = fake_asked(second,
			     ops->sign_round(ledger, first->signable.state,
					     bsn_slice_of(signature, 64),
					     second, &second->err));
	if (*status != BSN_OK)
		return NULL;
	assert_bytes(first->signable.tx_id.bytes, ID,
		     second->signable.tx_id.bytes, ID);
	tx = g_byte_array_new();
	return g_byte_array_append(tx, second->signable.tx.data,
				   (guint)second->signable.tx.len);
}

bsn_reply *
vendor_submit(const VendorChain *vendor, const void *tx, gsize len)
{
	bsn_reply *reply = fake_reply_new(vendor->chain, FAKE_ANSWER_TX_STAGES);
	bsn_submission item = { .size = sizeof(item),
				.tx = bsn_slice_of(tx, len),
				.reply = reply };

	fake_asked(reply,
		   vendor_engine()->tx->submit(fake_chain_ledger(vendor->chain),
					       &item, 1, &reply->err));
	return reply;
}

int32_t
vendor_do(const VendorChain *vendor, const VendorAccount *account, guint32 kind,
	  const char *contract, const char *function, const char *args,
	  const char *code)
{
	bsn_tx_request request =
		vendor_request(kind, account, contract, function, args, code);
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(GByteArray) tx = NULL;
	int32_t status;

	tx = vendor_build(vendor, account, &request, &status);
	if (tx == NULL)
		return status;
	reply = vendor_submit(vendor, tx->data, tx->len);
	fake_host_settle();
	if (reply->status != BSN_OK)
		return reply->status;
	g_assert_cmpuint(reply->tx.stage, ==,
			 reply->tx.status == BSN_OK ? BSN_TX_COMMITTED
						    : BSN_TX_INVALID);
	return reply->tx.status;
}

char *
vendor_call(const VendorChain *vendor, const char *contract,
	    const char *function, const char *args, int32_t *status)
{
	bsn_tx_request request = vendor_request(BSN_TX_INVOKE, NULL, contract,
						function, args, NULL);
	g_autoptr(bsn_reply) reply =
		fake_reply_new(vendor->chain, FAKE_ANSWER_VALUE);
	g_autoptr(json_t) json = NULL;

	*status = fake_asked(reply, vendor_engine()->tx->call(
					    fake_chain_ledger(vendor->chain),
					    &request, reply, &reply->err));
	if (*status != BSN_OK)
		return NULL;
	json = vendor_json(reply->json);
	return g_strdup(json_string_value(json_object_get(json, "result")));
}

/* ---- questions ----------------------------------------------------------- */

bsn_reply *
vendor_ledger(const VendorChain *vendor)
{
	bsn_reply *reply = fake_reply_new(vendor->chain, FAKE_ANSWER_LEDGER);

	fake_asked(reply, vendor_engine()->ledger->info(
				  fake_chain_ledger(vendor->chain), reply,
				  &reply->err));
	return reply;
}

bsn_reply *
vendor_block(const VendorChain *vendor, guint32 by, guint64 number,
	     bsn_slice id, guint64 want)
{
	bsn_reply *reply = fake_reply_new(vendor->chain, FAKE_ANSWER_BLOCK);
	bsn_block_query query = { .size = sizeof(query),
				  .by = by,
				  .number = number,
				  .id = id,
				  .want = want };

	fake_asked(reply,
		   vendor_engine()->block->get(fake_chain_ledger(vendor->chain),
					       &query, reply, &reply->err));
	return reply;
}

bsn_reply *
vendor_events(const VendorChain *vendor, guint64 from, guint64 to)
{
	bsn_reply *reply = fake_reply_new(vendor->chain, FAKE_ANSWER_EVENTS);

	fake_asked(reply, vendor_engine()->event->replay(
				  fake_chain_ledger(vendor->chain), from, to,
				  reply, &reply->err));
	return reply;
}

json_t *
vendor_json(bsn_slice text)
{
	json_error_t error;
	json_t *json = json_loadb((const char *)text.data, text.len,
				  JSON_REJECT_DUPLICATES, &error);

	if (json == NULL)
		g_error("no JSON: %s: %.*s", error.text, (int)text.len,
			(const char *)text.data);
	return json;
}

json_t *
vendor_contract(const VendorChain *vendor, const char *name)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(vendor->chain, FAKE_ANSWER_VALUE);

	if (fake_asked(reply, vendor_engine()->contract->get(
				      fake_chain_ledger(vendor->chain),
				      bsn_slice_str(name), reply,
				      &reply->err)) != BSN_OK)
		return NULL;
	return vendor_json(reply->json);
}

json_t *
vendor_check(const VendorChain *vendor, const char *code)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(vendor->chain, FAKE_ANSWER_VALUE);

	g_assert_cmpint(
		fake_asked(reply,
			   vendor_engine()->contract->check(
				   fake_chain_ledger(vendor->chain),
				   bsn_slice_str(code), bsn_slice_str("{}"),
				   reply, &reply->err)),
		==, BSN_OK);
	return vendor_json(reply->json);
}

const char *
vendor_code(guint version)
{
	static json_t *workload;
	const char *code = NULL;

	if (workload == NULL) {
		g_autofree char *file = g_test_build_filename(
			G_TEST_DIST, "vendor-kit", "engine-acme.workload.json",
			NULL);
		json_error_t error;

		workload = json_load_file(file, 0, &error);
		if (workload == NULL)
			g_error("%s: %s", file, error.text);
	}
	code = json_string_value(json_object_get(
		json_array_get(
			json_object_get(json_object_get(workload, "contract"),
					"versions"),
			version - 1),
		"code"));
	g_assert_true(g_str_has_prefix(code, "text:"));
	return code + strlen("text:");
}
