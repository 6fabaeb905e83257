/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to a transaction, and what an endorser refuses.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-endorse.h"

static EndorseNet *net;

static void
begin(gboolean sm)
{
	net = endorse_net_new(sm);
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer) "AND('Org1MSP.peer', 'Org2MSP.peer')");
}

static void
end(void)
{
	g_clear_pointer(&net, endorse_net_free);
}

static Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

static void
assert_reason(const bsn_err *err, const char *want)
{
	if (strstr(err->reason, want) == NULL)
		g_error("\"%s\" is not in \"%s\"", want, err->reason);
}

/* ---- the rounds ---- */

/* The proposal that a first answer asks to sign. */
static void
open_message(Arena *arena, const bsn_reply *reply, Proposal *proposal)
{
	bsn_err err = BSN_ERR_INIT;

	if (proposal_open(&channel()->suite, arena,
			  request_signed(arena, reply->signable.message,
					 bsn_slice_of(NULL, 0)),
			  proposal, &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
assert_argument(const Proposal *proposal, guint i, const char *want)
{
	g_assert_true(bsn_slice_equal(message_slice(proposal->input->args[i]),
				      bsn_slice_str(want)));
}

static void
test_request_becomes_a_proposal(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	bsn_tx_request request;
	bsn_reply *reply;
	Proposal proposal;
	bsn_id id;

	begin(FALSE);
	request = endorse_request(net, "Put",
				  "[\"a\", 5, {\"b\": [1, 2]}, true, \"\"]");
	request.options = bsn_slice_str(
		"{\"init\": true, \"transient\": {\"z\": \"text\", "
		"\"a\": {\"base64\": \"AAEC\"}}}");
	reply = endorse_first(net, &request);
	g_assert_cmpuint(reply->signable.round, ==, 1);
	g_assert_cmpuint(reply->signable.tx.len, ==, 0);
	open_message(&arena, reply, &proposal);
	g_assert_cmpstr(proposal.chaincode, ==, "basic");
	g_assert_cmpstr(proposal.channel->channel_id, ==, "one");
	g_assert_cmpint(proposal.channel->timestamp->seconds, ==,
			FAKE_START_MS / 1000);
	id = signed_id_bytes(proposal.channel->tx_id);
	assert_bytes(reply->signable.tx_id.bytes, reply->signable.tx_id.len,
		     id.bytes, HASH_LEN);
	g_assert_cmpuint(proposal.creator->nonce.len, ==, 24);
	g_assert_cmpuint(proposal.input->n_args, ==, 6);
	g_assert_true(proposal.input->is_init);
	assert_argument(&proposal, 0, "Put");
	assert_argument(&proposal, 1, "a");
	assert_argument(&proposal, 2, "5");
	assert_argument(&proposal, 3, "{\"b\":[1,2]}");
	assert_argument(&proposal, 4, "true");
	assert_argument(&proposal, 5, "");
	g_assert_cmpuint(proposal.payload->n_transientmap, ==, 2);
	g_assert_cmpstr(proposal.payload->transientmap[0]->key, ==, "a");
	assert_bytes(proposal.payload->transientmap[0]->value.data,
		     proposal.payload->transientmap[0]->value.len, "\0\1\2", 3);
	g_assert_cmpstr(proposal.payload->transientmap[1]->key, ==, "z");
	fake_reply_free(reply);
	/* An object is the only argument. */
	request = endorse_request(net, "Put", "{\"x\": 1}");
	reply = endorse_first(net, &request);
	open_message(&arena, reply, &proposal);
	g_assert_cmpuint(proposal.input->n_args, ==, 2);
	assert_argument(&proposal, 1, "{\"x\":1}");
	fake_reply_free(reply);
	end();
}

/* An envelope that libfabric's readers take for a valid transaction, with the
 * creator's signature. */
static void
assert_transaction(const bsn_reply *done, const bsn_reply *first)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Suite *suite = &channel()->suite;
	guint8 key[PUBLIC_KEY_LEN];
	Transaction tx;
	Proposal proposal;
	SuiteItem item;
	int32_t result;
	BlockTx read;

	g_assert_cmpint(
		transaction_open_whole(suite, &arena, done->signable.tx, &tx),
		==, PROTOS__TX_VALIDATION_CODE__VALID);
	g_assert_cmpuint(tx.n_endorsements, ==, 2);
	g_assert_cmpstr(tx.action->chaincode_id->version, ==, "1.0");
	g_assert_cmpstr(tx.event->event_name, ==, "Changed");
	certificate_public_key(net->orgs->clients[0]->certificate, key);
	item = (SuiteItem){ key, message_slice(tx.envelope->payload),
			    message_slice(tx.envelope->signature) };
	suite_verify(suite, &item, 1, &result);
	g_assert_cmpint(result, ==, BSN_OK);
	/* Its header is the proposal's own, and no secret is in it. */
	open_message(&arena, first, &proposal);
	assert_bytes(tx.payload->header->channel_header.data,
		     tx.payload->header->channel_header.len,
		     proposal.header->channel_header.data,
		     proposal.header->channel_header.len);
	assert_bytes(tx.action_payload->chaincode_proposal_payload.data,
		     tx.action_payload->chaincode_proposal_payload.len,
		     proposal.stripped.data, proposal.stripped.len);
	/* As a committing peer reads it. */
	block_tx_read(&read, suite, bsn_slice_str("one"), done->signable.tx);
	g_assert_cmpuint(read.header, ==, TX_CODE(VALID));
	g_assert_cmpuint(read.body, ==, TX_CODE(VALID));
	g_assert_cmpuint(read.content, ==, TX_CODE(VALID));
	block_tx_clear(&read);
}

static void
test_whole_way(gconstpointer sm)
{
	bsn_tx_request request;
	bsn_reply *first, *second, *third;

	begin(GPOINTER_TO_INT(sm));
	request = endorse_request(net, "Put", "[\"a\"]");
	request.options = bsn_slice_str("{\"transient\": {\"secret\": \"x\"}}");
	first = endorse_first(net, &request);
	second = endorse_next(net, first);
	endorse_net_deliver_all(net);
	g_assert_cmpint(second->status, ==, BSN_OK);
	g_assert_cmpuint(second->signable.round, ==, 2);
	g_assert_cmpuint(second->signable.tx_id.len, ==, HASH_LEN);
	third = endorse_next(net, second);
	g_assert_cmpint(third->status, ==, BSN_OK);
	g_assert_cmpuint(third->signable.message.len, ==, 0);
	assert_transaction(third, first);
	fake_reply_free(first);
	fake_reply_free(second);
	fake_reply_free(third);
	end();
}

/* ---- requests that are refused ---- */

static void
assert_begin(const bsn_tx_request *request, int32_t status, const char *reason)
{
	bsn_reply *reply =
		fake_reply_new(channel()->chain, FAKE_ANSWER_SIGNABLE);

	g_assert_cmpint(fake_asked(reply, endorse_begin(channel(), request,
							reply, &reply->err)),
			==, status);
	assert_reason(&reply->err, reason);
	fake_reply_free(reply);
}

/* The same request but for one member. */
#define ASSERT_BEGIN(member, text, status, reason)              \
	do {                                                    \
		bsn_tx_request changed =                        \
			endorse_request(net, "Put", "[\"a\"]"); \
                                                                \
		changed.member = bsn_slice_str(text);           \
		assert_begin(&changed, status, reason);         \
	} while (0)

static void
test_requests_are_refused(void)
{
	bsn_tx_request request;

	begin(FALSE);
	ASSERT_BEGIN(signer_certificate, "", BSN_BAD_REQUEST,
		     "certificate is missing: sign with an identity");
	ASSERT_BEGIN(signer_certificate, "no certificate", BSN_BAD_REQUEST,
		     "certificate");
	ASSERT_BEGIN(signer_public_key, "another", BSN_BAD_REQUEST,
		     "of another key");
	ASSERT_BEGIN(contract, "", BSN_BAD_REQUEST, "contract: it must be");
	ASSERT_BEGIN(contract, "unknown", BSN_NOT_FOUND, "no chaincode");
	ASSERT_BEGIN(contract, "qscc", BSN_BAD_REQUEST, "only answers");
	ASSERT_BEGIN(function, "\xff", BSN_BAD_REQUEST, "function: it must");
	ASSERT_BEGIN(args, "[", BSN_BAD_REQUEST, "args, line 1");
	ASSERT_BEGIN(args, "7", BSN_BAD_REQUEST, "args: it must be an array");
	ASSERT_BEGIN(options, "[]", BSN_BAD_REQUEST, "options");
	ASSERT_BEGIN(options, "{\"unknown\":1}", BSN_BAD_REQUEST,
		     "no member \"unknown\"");
	ASSERT_BEGIN(options, "{\"parse\":true}", BSN_BAD_REQUEST,
		     "no member \"parse\"");
	ASSERT_BEGIN(options, "{\"transient\":{\"a\":1}}", BSN_BAD_REQUEST,
		     "options.transient.a: it must be a text");
	ASSERT_BEGIN(options, "{\"transient\":{\"a\":{\"base64\":\"!\"}}}",
		     BSN_BAD_REQUEST, "options.transient.a: ");
	ASSERT_BEGIN(options, "{\"organisations\":[]}", BSN_BAD_REQUEST,
		     "options.organisations: it names nobody");
	ASSERT_BEGIN(options, "{\"organisations\":[\"a/b\"]}", BSN_BAD_REQUEST,
		     "options.organisations[0]");
	request = endorse_request(net, "Put", "");
	request.kind = 99;
	assert_begin(&request, BSN_NOT_OFFERED, "kind 99");
	end();
}

static void
test_strangers_are_refused(void)
{
	bsn_tx_request request;
	g_autoptr(Issued) old = NULL;
	const Wanted wanted = { .name = "old",
				.unit = "client",
				.end_s = FABRIC_CA_BEGIN_S + 5 };
	g_autoptr(Issued) odd = NULL;
	const Wanted without_unit = { .name = "odd" };
	guint8 *der = NULL;
	int len;

	begin(FALSE);
	request = endorse_request(net, "Put", "");
	len = i2d_X509(net->stranger->certificate, &der);
	request.signer_certificate = bsn_slice_of(der, (guint)len);
	assert_begin(&request, BSN_DENIED,
		     "of no organisation of this channel");
	OPENSSL_free(der);
	der = NULL;
	old = fabric_issue(FALSE, net->orgs->roots[0], &wanted);
	odd = fabric_issue(FALSE, net->orgs->roots[0], &without_unit);
	len = i2d_X509(odd->certificate, &der);
	request.signer_certificate = bsn_slice_of(der, (guint)len);
	assert_begin(&request, BSN_DENIED,
		     "the signer: no member of Org1MSP: the certificate has "
		     "no unit");
	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509(old->certificate, &der);
	request.signer_certificate = bsn_slice_of(der, (guint)len);
	fake_reply_free(endorse_first(net, &request));
	fake_host_advance(5000);
	assert_begin(&request, BSN_EXPIRED, "has expired");
	OPENSSL_free(der);
	end();
}

static void
test_other_kinds(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	bsn_tx_request request;
	bsn_reply *reply;
	Proposal proposal;

	begin(FALSE);
	request = endorse_request(net, "", "");
	request.kind = BSN_TX_DEPLOY;
	reply = endorse_first(net, &request);
	open_message(&arena, reply, &proposal);
	g_assert_cmpstr(proposal.chaincode, ==, LIFECYCLE_NAME);
	assert_argument(&proposal, 0, "CommitChaincodeDefinition");
	fake_reply_free(reply);
	request.contract = bsn_slice_of(NULL, 0);
	assert_begin(&request, BSN_BAD_REQUEST, "contract is missing");
	request.kind = BSN_TX_MEMBER;
	assert_begin(&request, BSN_CONFLICT, "a stand-in");
	request.kind = BSN_TX_INVOKE;
	request.function = bsn_slice_str("config");
	assert_begin(&request, BSN_CONFLICT, "a stand-in");
	g_assert_cmpuint(net->members_begun, ==, 2);
	end();
}

/* ---- states that are refused ---- */

static void
assert_round(bsn_slice state, bsn_slice signature, int32_t status,
	     const char *reason)
{
	bsn_reply *reply =
		fake_reply_new(channel()->chain, FAKE_ANSWER_SIGNABLE);

	g_assert_cmpint(fake_asked(reply, endorse_sign_round(channel(), state,
							     signature, reply,
							     &reply->err)),
			==, status);
	assert_reason(&reply->err, reason);
	fake_reply_free(reply);
}

static void
test_states_are_refused(void)
{
	static const guint8 zero[SIGNATURE_RAW_LEN];
	const bsn_slice good = bsn_slice_of(zero, sizeof(zero));
	g_autofree guint8 *changed = NULL;
	bsn_tx_request request;
	bsn_reply *first, *second;
	bsn_slice state;

	begin(FALSE);
	assert_round(bsn_slice_of(NULL, 0), good, BSN_BAD_REQUEST, "state:");
	assert_round(bsn_slice_str("?"), good, BSN_BAD_REQUEST, "state:");
	assert_round(bsn_slice_str("E"), good, BSN_BAD_REQUEST, "state:");
	assert_round(bsn_slice_str("E\2"), good, BSN_BAD_REQUEST, "state:");
	assert_round(bsn_slice_str("E\1\3a/b"), good, BSN_BAD_REQUEST,
		     "state:");
	assert_round(bsn_slice_str("T"), good, BSN_BAD_REQUEST, "state:");
	assert_round(bsn_slice_str("M"), good, BSN_CONFLICT, "a stand-in");
	g_assert_cmpuint(net->members_rounds, ==, 1);
	request = endorse_request(net, "Put", "");
	first = endorse_first(net, &request);
	state = first->signable.state;
	assert_round(state, bsn_slice_str("short"), BSN_BAD_SIGNATURE,
		     "r and s, 64 bytes");
	assert_round(state, good, BSN_BAD_SIGNATURE, "not that of its creator");
	/* A bit of the proposal. */
	changed = g_memdup2(state.data, state.len);
	changed[state.len - 1] ^= 1;
	assert_round(bsn_slice_of(changed, state.len), good, BSN_BAD_SIGNATURE,
		     "not that of its creator");
	second = endorse_next(net, first);
	endorse_net_deliver_all(net);
	assert_round(second->signable.state, good, BSN_BAD_SIGNATURE,
		     "not that of the transaction's creator");
	/* One round's state as another's. */
	g_free(changed);
	state = second->signable.state;
	changed = g_memdup2(state.data, state.len);
	changed[0] = 'E';
	assert_round(bsn_slice_of(changed, state.len), good, BSN_BAD_REQUEST,
		     "");
	changed[0] = 'T';
	changed[state.len / 2] ^= 1;
	g_assert_cmpint(endorse_sign_round(channel(),
					   bsn_slice_of(changed, state.len),
					   good, NULL, NULL),
			!=, BSN_OK);
	fake_reply_free(first);
	fake_reply_free(second);
	end();
}

/* ---- an endorser ---- */

/* Signs a first answer's message as somebody and asks for an endorsement. */
static void
ask(const Issued *who, bsn_slice message)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) der =
		fabric_sign(&net->orgs->suite, who, message);

	endorse_net_ask(net,
			request_signed(&arena, message, buffer_slice(der)));
}

static void
put_known(const char *tx_id)
{
	const StoreKey key =
		store_key_tx(&channel()->suite, bsn_slice_str(tx_id));
	g_autoptr(GByteArray) value = g_byte_array_new();
	const TxPlace place = { .block = 7 };

	tx_place_put(value, &place);
	fake_chain_put(channel()->chain, store_key_slice(&key),
		       buffer_slice(value));
}

static void
test_endorser_refuses(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Issued *client;
	bsn_tx_request request;
	bsn_reply *reply;
	Proposal proposal;

	begin(FALSE);
	client = net->orgs->clients[0];
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	endorse_net_ask(net, bsn_slice_str("junk"));
	g_assert_cmpint(net->last_status, ==, BSN_BAD_REQUEST);
	ask(net->orgs->clients[1], reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_BAD_SIGNATURE);
	channel()->id = (char *)"two";
	ask(client, reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_BAD_REQUEST);
	assert_reason(&net->last_err, "for another channel than two");
	channel()->id = (char *)"one";
	g_assert_cmpuint(net->runs, ==, 0);
	ask(client, reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_OK);
	g_assert_cmpuint(net->runs, ==, 1);
	open_message(&arena, reply, &proposal);
	put_known(proposal.channel->tx_id);
	ask(client, reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_DUPLICATE);
	assert_reason(&net->last_err, "in block 7 already");
	fake_reply_free(reply);
	end();
}

/* A no is not endorsed. */
static void
test_endorser_does_not_endorse_a_no(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ProposalResponse *answer;
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	net->nodes[0].kind = NODE_REFUSES;
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_OK);
	answer = message_unpack(&arena, &protos__proposal_response__descriptor,
				bytes_slice(net->last_answer), NULL, NULL);
	g_assert_nonnull(answer);
	g_assert_cmpint(answer->response->status, ==, 404);
	g_assert_cmpstr(answer->response->message, ==, "no such asset");
	g_assert_null(answer->endorsement);
	g_assert_cmpuint(answer->payload.len, ==, 0);
	g_assert_cmpuint(net->seen, ==, 0);
	fake_reply_free(reply);
	end();
}

/* The channel says who may propose. */
static void
test_endorser_asks_the_acl(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	g_hash_table_insert(net->config->acls, g_strdup("peer/Propose"),
			    g_strdup("/Channel/Application/Org2MSP/Admins"));
	ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_DENIED);
	g_assert_cmpuint(net->runs, ==, 0);
	fake_reply_free(reply);
	/* System chaincodes have their own. */
	request.kind = BSN_TX_DEPLOY;
	reply = endorse_first(net, &request);
	ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_OK);
	fake_reply_free(reply);
	end();
}

static void
test_endorser_without_an_identity(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	endorse_net_blind(net);
	ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpint(net->last_status, ==, BSN_UNAVAILABLE);
	assert_reason(&net->last_err, "does not endorse");
	fake_reply_free(reply);
	end();
}

#define MANY (ENDORSE_RUNS_MAX + ENDORSE_WAITING_MAX)

/* Those that there is no room for begin, in their turn, when others end. */
static void
test_runs_wait_their_turn(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	net->nodes[0].kind = NODE_HANGS;
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	for (guint i = 0; i < ENDORSE_RUNS_MAX; i++)
		ask(net->orgs->clients[0], reply->signable.message);
	fake_host_advance(ENDORSE_RUN_MS / 2);
	net->nodes[0].kind = NODE_HONEST;
	for (guint i = 0; i < 100; i++)
		ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpuint(net->answers, ==, 0);
	fake_host_advance(ENDORSE_RUN_MS / 2);
	g_assert_cmpuint(net->cancelled, ==, ENDORSE_RUNS_MAX);
	g_assert_cmpuint(net->answers, ==, ENDORSE_RUNS_MAX + 100);
	fake_reply_free(reply);
	end();
}

static void
test_endorser_has_a_bound_and_a_deadline(void)
{
	bsn_tx_request request;
	bsn_reply *reply;

	begin(FALSE);
	net->nodes[0].kind = NODE_HANGS;
	request = endorse_request(net, "Put", "");
	reply = endorse_first(net, &request);
	for (guint i = 0; i < ENDORSE_RUNS_MAX; i++)
		ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpuint(net->answers, ==, 0);
	for (guint i = 0; i < ENDORSE_WAITING_MAX; i++)
		ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpuint(net->answers, ==, 0);
	ask(net->orgs->clients[0], reply->signable.message);
	g_assert_cmpuint(net->answers, ==, 1);
	g_assert_cmpint(net->last_status, ==, BSN_BUSY);
	g_assert_cmpuint(channel()->endorsing->bytes, >,
			 ENDORSE_RUNS_MAX * reply->signable.message.len);
	fake_host_advance(ENDORSE_RUN_MS);
	g_assert_cmpuint(channel()->endorsing->bytes, ==, 0);
	g_assert_cmpuint(net->cancelled, ==, ENDORSE_RUNS_MAX);
	/* Whoever waited has had its time as well. */
	g_assert_cmpuint(net->answers, ==, 1 + MANY);
	g_assert_cmpint(net->last_status, ==, BSN_TIMEOUT);
	/* There is room again; what goes on ends with the chain. */
	ask(net->orgs->clients[0], reply->signable.message);
	endorse_net_close(net);
	g_assert_cmpuint(net->answers, ==, 2 + MANY);
	g_assert_cmpint(net->last_status, ==, BSN_UNAVAILABLE);
	fake_reply_free(reply);
	end();
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "request-becomes-a-proposal",
		  test_request_becomes_a_proposal },
		{ "requests-are-refused", test_requests_are_refused },
		{ "strangers-are-refused", test_strangers_are_refused },
		{ "other-kinds", test_other_kinds },
		{ "states-are-refused", test_states_are_refused },
		{ "endorser-refuses", test_endorser_refuses },
		{ "endorser-does-not-endorse-a-no",
		  test_endorser_does_not_endorse_a_no },
		{ "endorser-asks-the-acl", test_endorser_asks_the_acl },
		{ "endorser-without-an-identity",
		  test_endorser_without_an_identity },
		{ "runs-wait-their-turn", test_runs_wait_their_turn },
		{ "endorser-has-a-bound-and-a-deadline",
		  test_endorser_has_a_bound_and_a_deadline },
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/endorse/whole-way-in-std",
			     GINT_TO_POINTER(FALSE), test_whole_way);
	g_test_add_data_func("/fabric/endorse/whole-way-in-sm",
			     GINT_TO_POINTER(TRUE), test_whole_way);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/fabric/endorse/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
