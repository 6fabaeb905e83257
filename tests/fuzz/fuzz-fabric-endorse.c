/* SPDX-License-Identifier: Apache-2.0
 *
 * What reaches endorse/ from outside. The first byte says what the others are:
 * 0: a state that a client brings back; 1: a request's options, a NUL and its
 * arguments; 2: another node's answer; else two results, one after the other,
 * that differ.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "tests/unit/fabric-endorse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EndorseNet *net;

static Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

/* Nothing here is signed by anybody. */
static void
bring_back(bsn_slice state)
{
	static const guint8 zero[SIGNATURE_RAW_LEN];
	bsn_reply *reply =
		fake_reply_new(channel()->chain, FAKE_ANSWER_SIGNABLE);

	g_assert_cmpint(
		fake_asked(reply,
			   endorse_sign_round(channel(), state,
					      bsn_slice_of(zero, sizeof(zero)),
					      reply, &reply->err)),
		!=, BSN_OK);
	g_assert_cmpstr(reply->err.reason, !=, "");
	fake_reply_free(reply);
}

/* What has begun can be endorsed. */
static void
request(bsn_slice options, bsn_slice args)
{
	bsn_reply *first =
		fake_reply_new(channel()->chain, FAKE_ANSWER_SIGNABLE);
	bsn_tx_request words = endorse_request(net, "Put", "");
	bsn_reply *second;

	words.options = options;
	words.args = args;
	if (fake_asked(first, endorse_begin(channel(), &words, first,
					    &first->err)) == BSN_OK) {
		second = endorse_next(net, first);
		endorse_net_deliver_all(net);
		g_assert_cmpint(second->status, !=, BSN_BAD_REQUEST);
		g_assert_cmpint(second->status, !=, BSN_BAD_SIGNATURE);
		g_assert_cmpint(second->status, !=, FAKE_PENDING);
		fake_reply_free(second);
	}
	fake_reply_free(first);
}

static void
answer(bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	Answer opened;

	if (answer_open(channel(), &arena, bytes, channel()->self, &opened,
			&err) == BSN_OK)
		g_assert_cmpint(opened.response->status, >=, ENDORSE_REFUSED);
	else
		g_assert_cmpstr(err.reason, !=, "");
}

static void
differ(bsn_slice bytes)
{
	const guint64 half = bytes.len / 2;
	g_autofree char *text = differ_explain(
		bsn_slice_of(bytes.data, half),
		bsn_slice_of(bytes.data + half, bytes.len - half));

	g_assert_cmpstr(text, !=, "");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest;
	const guint8 *nul;

	if (net == NULL) {
		net = endorse_net_new(FALSE);
		g_hash_table_insert(net->policies, (gpointer) "basic",
				    (gpointer) "OR('Org1MSP.peer', "
					       "'Org2MSP.peer')");
	}
	if (size == 0)
		return 0;
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 0) {
		bring_back(rest);
	} else if (data[0] == 1) {
		nul = memchr(rest.data, 0, rest.len);
		if (nul != NULL)
			request(bsn_slice_of(rest.data,
					     (guint64)(nul - rest.data)),
				bsn_slice_of(
					nul + 1,
					rest.len - 1 -
						(guint64)(nul - rest.data)));
	} else if (data[0] == 2) {
		answer(rest);
	} else {
		differ(rest);
	}
	return 0;
}
