/* SPDX-License-Identifier: Apache-2.0
 *
 * What XuperChain's services do not do for strangers: the node's signature is not
 * to be had for its own rights, outputs are kept for their owner, answers end.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-nodes.h"
#include "xldgpb/xcontract.pb-c.h"

/* The answer in the call, which is to be cleared. */
static int32_t
run(XuperNodes *all, SdkCall *call, const char *rpc, const void *request)
{
	bsn_err err = BSN_ERR_INIT;

	sdk_call_begin(call, nodes_ledger(all, 0));
	call->request = request;
	return sdk_find(rpc)->run(call, &err);
}

/* ---- the endorser ---- */

static int32_t
endorse(XuperNodes *all, const char *initiator, const char *auth,
	gboolean *signed_it)
{
	const bsn_ledger *ledger = nodes_ledger(all, 0);
	Pb__EndorserRequest in = PB__ENDORSER_REQUEST__INIT;
	g_autofree char *data = g_strdup_printf(
		"{\"tx\":{\"version\":3,\"initiator\":\"%s\",\"nonce\":\"1\","
		"\"auth_require\":[\"%s\"]}}",
		initiator, auth);
	const Pb__EndorserResponse *out;
	SdkCall call;
	int32_t status;

	in.bcname = ledger->config->name;
	in.requestname = (char *)"ComplianceCheck";
	in.requestdata.data = (uint8_t *)data;
	in.requestdata.len = strlen(data);
	status = run(all, &call, "/pb.xendorser/EndorserCall", &in);
	out = call.answer;
	*signed_it = status == BSN_OK && out->endorsersign != NULL;
	sdk_call_clear(&call);
	return status;
}

/* Whoever begins for an account puts signatures where he likes: the node's would
 * count there as a member's. */
static void
test_endorser(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	const bsn_ledger *ledger = nodes_ledger(all, 0);
	const char *node = ledger->node_address;
	const char *me = all->people[0].who.address;
	g_autofree char *account = g_strdup_printf("XC1111111111111111@%s",
						   ledger->config->name);
	g_autofree char *path = g_strconcat(account, "/", node, NULL);
	gboolean signed_it;

	g_assert_cmpint(endorse(all, me, node, &signed_it), ==, BSN_OK);
	g_assert_true(signed_it);
	g_assert_cmpint(endorse(all, account, node, &signed_it), ==,
			BSN_DENIED);
	g_assert_cmpint(endorse(all, node, node, &signed_it), ==, BSN_DENIED);
	g_assert_cmpint(endorse(all, me, path, &signed_it), ==, BSN_DENIED);
	g_assert_cmpint(endorse(all, me, me, &signed_it), ==, BSN_DENIED);
}

/* ---- outputs ---- */

static void
sign_lock(const XuperNodes *all, const XuperPerson *signer,
	  const Pb__UtxoInput *in, GByteArray *der)
{
	const XuperSigner who = { &all->suite, signer };
	const bsn_slice parts[] = { bsn_slice_str(in->bcname),
				    bsn_slice_str(in->address),
				    bsn_slice_str(in->totalneed),
				    bsn_slice_str("true") };
	guint8 digest[HASH_LEN];

	suite_double(&all->suite, parts, G_N_ELEMENTS(parts), digest);
	g_assert_cmpint(xuper_sign((void *)&who, digest, der, NULL), ==,
			BSN_OK);
}

/* Asks for person 0's outputs; `signer` NULL: nobody signs, and none is kept. */
static int32_t
choose(XuperNodes *all, const XuperPerson *signer, gboolean lock)
{
	Pb__UtxoInput in = PB__UTXO_INPUT__INIT;
	g_autoptr(GByteArray) der = g_byte_array_new();
	g_autofree char *key = NULL;
	SdkCall call;
	int32_t status;

	in.bcname = nodes_ledger(all, 0)->config->name;
	in.address = all->people[0].who.address;
	in.totalneed = (char *)"7";
	in.needlock = lock;
	if (signer != NULL) {
		key = key_to_json(&all->suite, signer->public_key);
		sign_lock(all, signer, &in, der);
		in.publickey = key;
		in.usersign = message_bytes(buffer_slice(der));
	}
	status = run(all, &call, "/pb.Xchain/SelectUTXO", &in);
	sdk_call_clear(&call);
	return status;
}

static void
test_locks(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	const XuperPerson *owner = &all->people[0].who;
	const XuperPerson *other = &all->people[1].who;

	g_assert_cmpint(choose(all, NULL, FALSE), ==, BSN_OK);
	g_assert_cmpint(choose(all, NULL, TRUE), ==, BSN_DENIED);
	g_assert_cmpint(choose(all, other, TRUE), ==, BSN_DENIED);
	g_assert_cmpint(choose(all, owner, FALSE), ==, BSN_OK);
	g_assert_cmpint(choose(all, owner, TRUE), ==, BSN_OK);
	/* It had one. */
	g_assert_cmpint(choose(all, NULL, FALSE), ==, BSN_BUSY);
}

/* ---- lists ---- */

#define ACCOUNTS 2u
#define CONTRACTS 600u

static void
put(Layer *layer, const char *bucket, const char *key, bsn_slice value)
{
	const XVersion version = { .there = TRUE };

	xmodel_put(layer, bsn_slice_str(bucket), bsn_slice_str(key), &version,
		   value);
}

static void
put_contract(XuperNodes *all, const char *account, guint number)
{
	Layer *layer = ledger_head(nodes_ledger(all, 0)->ledger)->layer;
	Xldgpb__WasmCodeDesc desc = XLDGPB__WASM_CODE_DESC__INIT;
	g_autofree char *name = g_strdup_printf("c%04u", number);
	g_autofree char *owned = g_strconcat(account, BUCKETS_JOIN, name, NULL);
	g_autofree char *key = g_strconcat(name, ".desc", NULL);
	guint8 digest[HASH_LEN] = { 0 };
	g_autoptr(GByteArray) value = NULL;

	desc.digest = message_bytes(bsn_slice_of(digest, HASH_LEN));
	desc.contract_type = (char *)"evm";
	desc.version = 1;
	value = message_pack(&desc);
	put(layer, BUCKET_CONTRACT, key, buffer_slice(value));
	put(layer, BUCKET_ACCOUNT_CONTRACT, owned, bsn_slice_str(BUCKETS_TRUE));
}

static void
test_lists(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "xpoa");
	g_autoptr(GByteArray) block = g_byte_array_new();
	const bsn_ledger *ledger = nodes_ledger(all, 0);
	Pb__AddressContractsRequest in = PB__ADDRESS_CONTRACTS_REQUEST__INIT;
	const Pb__AddressContractsResponse *out;
	gsize n = 0;
	SdkCall call;
	bsn_id id;

	/* A head whose state can be written to. */
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY, block, &id),
			==, BSN_OK);
	in.bcname = ledger->config->name;
	in.address = all->people[0].who.address;
	for (guint i = 0; i < ACCOUNTS; i++) {
		g_autofree char *account = g_strdup_printf(
			"XC%016u@%s", i, ledger->config->name);
		g_autofree char *key = g_strconcat(in.address, BUCKETS_JOIN,
						   account, NULL);

		put(ledger_head(ledger->ledger)->layer, BUCKET_ADDRESS_ACCOUNT,
		    key, bsn_slice_str(BUCKETS_TRUE));
		for (guint k = 0; k < CONTRACTS; k++)
			put_contract(all, account, i * CONTRACTS + k);
	}
	g_assert_cmpint(run(all, &call, "/pb.Xchain/GetAddressContracts", &in),
			==, BSN_OK);
	out = call.answer;
	g_assert_cmpuint(out->n_contracts, ==, ACCOUNTS);
	for (guint i = 0; i < ACCOUNTS; i++)
		n += out->contracts[i]->value->n_contract_status;
	g_assert_cmpuint(n, ==, SDK_LIST_MAX);
	sdk_call_clear(&call);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/sdk/guards/the-node-is-no-accounts-member",
			test_endorser);
	g_test_add_func("/xuper/sdk/guards/outputs-are-kept-for-who-signs",
			test_locks);
	g_test_add_func("/xuper/sdk/guards/lists-end", test_lists);
	return g_test_run();
}
