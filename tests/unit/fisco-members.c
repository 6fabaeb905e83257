/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-members.h"

#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

#define NODES "0x1003"

MemberNet net;

/* ---- chains ------------------------------------------------------------------ */

static void
members_start_with(const char *crypto, const char *committee)
{
	g_autofree char *config = g_strdup_printf(
		"{\"crypto\":\"%s\",\"consensus\":{\"name\":\"manual\"}%s}",
		crypto, committee);

	net.chain = fisco_new("one", config);
	net.agreement = manual_last();
	net.other = fisco_copy(net.chain, "two");
	net.other_agreement = manual_last();
	for (guint8 i = 0; i < G_N_ELEMENTS(net.admins); i++)
		net.admins[i] = fisco_account(net.chain, 1 + i);
	for (guint8 i = 0; i < G_N_ELEMENTS(net.nodes); i++)
		net.nodes[i] = fisco_account(net.chain, 100 + i);
}

void
members_start(const char *crypto)
{
	fisco_reset(2);
	manual_consensus_add();
	members_start_with(crypto, "");
}

char *
members_address(const Account *account)
{
	const Suite *suite = &fisco_ledger(net.chain)->suite;
	guint8 address[ADDRESS_LEN];

	g_assert_cmpint(suite_address(suite,
				      bsn_slice_of(account->public_key, 64),
				      address),
			==, BSN_OK);
	return hex_encode(bsn_slice_of(address, ADDRESS_LEN));
}

/* The first admin has weight 2, the others 1: more than half are 3. */
void
members_start_committee(const char *more)
{
	GString *list = g_string_new(",\"governance\":{\"committee\":[");
	g_autofree char *text = NULL;

	members_start("std");
	for (guint i = 0; i < G_N_ELEMENTS(net.admins); i++) {
		g_autofree char *address = members_address(&net.admins[i]);

		g_string_append_printf(
			list, "%s{\"address\":\"%s\",\"weight\":%d}",
			i > 0 ? "," : "", address, i == 0 ? 2 : 1);
	}
	g_string_append_printf(list, "]%s}", more);
	text = g_string_free(list, FALSE);
	fisco_free(net.chain);
	fisco_free(net.other);
	members_start_with("std", text);
}

void
members_stop(void)
{
	manual_set_least(1);
	manual_set_quorum(1);
	fisco_free(net.chain);
	fisco_free(net.other);
}

/* ---- blocks ------------------------------------------------------------------- */

void
members_decide(const FiscoChain *on, const bsn_agreement *by,
       const GByteArray *proposal)
{
	bsn_err err = BSN_ERR_INIT;

	if (by->proposer->decide(by->proposer, fisco_height(on) + 1,
				 buffer_slice(proposal),
				 bsn_slice_str("certificate"), &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

/* What waits becomes a block, which the other node gets undecided, as by
 * sync. */
void
members_block(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 1u << 20);
	bsn_id digest;

	g_assert_cmpint(net.agreement->proposer->propose(
				net.agreement->proposer, fisco_height(net.chain) + 1,
				&sink.sink, &digest),
			==, BSN_OK);
	members_decide(net.other, net.other_agreement, proposal);
	members_decide(net.chain, net.agreement, proposal);
	g_assert_cmpuint(fisco_ledger(net.other)->members.since, ==,
			 fisco_ledger(net.chain)->members.since);
	assert_bytes(fisco_ledger(net.other)->head.hash, HASH_LEN,
		     fisco_ledger(net.chain)->head.hash, HASH_LEN);
}

/* ---- requests ------------------------------------------------------------------ */

static char *
node_args(const Account *node, const char *role, const char *more)
{
	g_autofree char *key =
		hex_encode(bsn_slice_of(node->public_key, 64));

	return g_strdup_printf("{\"public_key\":\"%s\",\"role\":\"%s\"%s}",
			       key, role, more);
}

/* A request of kind member, built; NULL and why. */
GByteArray *
members_build(const Account *admin, const Account *node, const char *role,
      const char *more, int32_t *status, bsn_err *err)
{
	g_autofree char *args = node_args(node, role, more);
	bsn_tx_request request = fisco_of_kind(BSN_TX_MEMBER, admin, "");

	request.args = bsn_slice_str(args);
	return fisco_build(net.chain, admin, &request, status, err);
}

bsn_reply *
members_send(const Account *admin, const Account *node, const char *role,
     const char *more)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		members_build(admin, node, role, more, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	return fisco_submit(net.chain, tx);
}

/* What the transaction gave: 1 when the change was made, 0 for a vote. */
gint64
members_result(const bsn_reply *reply)
{
	g_autoptr(json_t) detail = fisco_json(reply->tx.detail);
	const json_t *result = json_object_get(detail, "result");

	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	return json_is_string(result)
		       ? g_ascii_strtoll(json_string_value(result), NULL, 10)
		       : json_integer_value(result);
}

/* A change in a block of its own. */
gint64
members_set(const Account *admin, const Account *node, const char *role,
	 const char *more)
{
	g_autoptr(bsn_reply) reply = members_send(admin, node, role, more);

	members_block();
	return members_result(reply);
}

void
members_refused(const Account *admin, const Account *node, const char *role,
	       const char *more, int32_t expected, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		members_build(admin, node, role, more, &status, &err);

	g_assert_null(tx);
	g_assert_cmpint(status, ==, expected);
	g_assert_nonnull(strstr(err.reason, reason));
}

/* An own function of FISCO's, with the node's id. */
gint64
members_call(const Account *admin, const char *function, bsn_slice key)
{
	g_autofree char *hex = hex_encode(key);
	g_autofree char *args = g_strdup_printf("[\"%s\"]", hex + 2);
	bsn_tx_request request =
		fisco_invoke(admin, NODES, function, args, NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(net.chain, admin, &request, &status, &err);
	g_autoptr(bsn_reply) reply = NULL;

	g_assert_nonnull(tx);
	reply = fisco_submit(net.chain, tx);
	members_block();
	return members_result(reply);
}

static json_t *
ask(int32_t (*question)(bsn_ledger *, bsn_reply *, bsn_err *))
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(net.chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, question(fisco_ledger(net.chain), reply, &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_OK);
	return fisco_json(reply->json);
}

json_t *
members_list(void)
{
	return ask(net.chain->engine->chain->members);
}

json_t *
members_proposals(void)
{
	return ask(net.chain->engine->chain->proposals);
}

static char *
own_role(void)
{
	g_autoptr(bsn_reply) reply = fisco_status(net.chain);
	g_autoptr(json_t) detail = fisco_json(reply->chain_status.detail);

	return g_strdup(json_string_value(json_object_get(detail, "role")));
}

void
members_role(const char *expected)
{
	g_autofree char *role = own_role();

	g_assert_cmpstr(role, ==, expected);
}

bsn_slice
members_own_key(void)
{
	return bsn_slice_of(fisco_ledger(net.chain)->members.own_key, 64);
}

