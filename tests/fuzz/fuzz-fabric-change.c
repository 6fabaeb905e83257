/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes from outside to an open channel's members and queries: one byte
 * that says what it is, and that:
 *
 *	c m  arguments of a change of the config, of a node
 *	s    a state of signing rounds
 *	u    an envelope of an update
 *	p    a block to be proven
 *	j    an envelope as people see it
 */
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FabricOpen *open;

static void
begin(guint32 kind, bsn_slice args)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_SIGNABLE);
	g_autoptr(GByteArray) creator =
		fabric_serialize("Org1MSP", open->orgs->admins[0]);
	g_autoptr(MspIdentity) who = NULL;
	const bsn_tx_request request = { .size = sizeof(request),
					 .kind = kind,
					 .args = args };

	g_assert_cmpint(msp_manager_identify(open->channel.config->msps,
					     buffer_slice(creator), &who, NULL),
			==, BSN_OK);
	(void)fake_asked(reply, members_begin(&open->channel, &request, who,
					      buffer_slice(creator), reply,
					      &reply->err));
}

static void
sign(bsn_slice state)
{
	static const guint8 raw[SIGNATURE_RAW_LEN] = { 1 };
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_SIGNABLE);

	(void)fake_asked(reply,
			 members_sign_round(&open->channel, state,
					    bsn_slice_of(raw, sizeof(raw)),
					    reply, &reply->err));
}

static void
update(bsn_slice envelope)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = { .size = sizeof(err) };

	if (config_from_update(&open->channel, envelope, out, &err) != BSN_OK)
		g_assert_cmpuint(out->len, ==, 0);
}

static void
prove(bsn_slice block)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 4096);
	bsn_err err = { .size = sizeof(err) };

	if (proof_verify(buffer_slice(open->genesis), NULL, 0, block,
			 &sink.sink, &err) != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
}

static void
show(bsn_slice envelope)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Identities) identities = { NULL };
	g_autoptr(json_t) json = NULL;
	g_autofree char *text = NULL;
	Transaction tx;
	const TxValidationCode code = transaction_open_whole(
		&open->channel.suite, &arena, envelope, &tx);

	identities_init(&identities);
	json = envelope_json(&identities, &tx, code);
	text = json_text(json);
	g_assert_nonnull(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest;

	if (open == NULL)
		open = fabric_open_new(FALSE);
	if (size == 0)
		return 0;
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 'c')
		begin(BSN_TX_INVOKE, rest);
	else if (data[0] == 'm')
		begin(BSN_TX_MEMBER, rest);
	else if (data[0] == 's')
		sign(rest);
	else if (data[0] == 'u')
		update(rest);
	else if (data[0] == 'p')
		prove(rest);
	else if (data[0] == 'j')
		show(rest);
	return 0;
}
