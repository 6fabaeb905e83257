/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-endorse.h"

#include <string.h>

#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-endorse-net.h"

EndorseNet *endorse_net;
Services services;

guint64
services_mono_ms(bsn_chain *chain)
{
	return services.clock->mono_ns(chain) / 1000000;
}

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
}

/* ---- keys ---- */

void
endorse_sign(EndorseNet *net, const Issued *who, bsn_slice message,
	     guint8 raw[SIGNATURE_RAW_LEN])
{
	g_autoptr(GByteArray) der =
		fabric_sign(&net->orgs->suite, who, message);

	g_assert_true(der_read_signature(buffer_slice(der), raw));
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	const Suite *suite = &endorse_net->orgs->suite;
	guint8 raw[SIGNATURE_RAW_LEN];

	(void)err;
	g_assert_cmpstr(algorithm, ==, suite->algorithm);
	g_assert_cmpuint(convention, ==, suite->convention);
	endorse_sign(endorse_net, node_of_chain(chain)->issued, message, raw);
	return signature->write(signature, raw, sizeof(raw));
}

/* ---- the engine, as the host knows it ---- */

static int32_t
open_chain(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	(void)genesis;
	(void)err;
	*ledger = &node_of_chain(chain)->channel;
	return BSN_OK;
}

static void
close_chain(bsn_ledger *ledger)
{
	ledger->closing = TRUE;
	endorse_close(ledger);
	g_clear_pointer(&ledger->ledger, channel_ledger_free);
}

static void
timer(bsn_ledger *ledger, uint64_t id)
{
	g_assert_cmpuint(id, ==, TIMER_RUNS);
	endorse_timer(ledger);
}

static const bsn_chain_ops chain_ops = {
	.size = sizeof(chain_ops),
	.open = open_chain,
	.close = close_chain,
	.timer = timer,
};
static const bsn_engine engine = {
	.size = sizeof(engine),
	.chain = &chain_ops,
};

/* ---- nodes ---- */

static void
identify(EndorseNet *net, EndorseNode *node)
{
	Channel *channel = &node->channel;
	bsn_err err = BSN_ERR_INIT;

	channel->identity = g_byte_array_free_to_bytes(
		fabric_serialize(fabric_org_id(node->org), node->issued));
	if (msp_manager_identify(net->config->msps,
				 bytes_slice(channel->identity), &channel->self,
				 &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
open_node(EndorseNet *net, guint i)
{
	static const guint orgs[ENDORSE_NODES] = { 0, 1, 2, 0, 1 };
	static char package[] = "basic:00";
	EndorseNode *node = &net->nodes[i];
	Channel *channel = &node->channel;
	LedgerStore store = { services.store, NULL };

	node->org = orgs[i];
	node->issued = fabric_member(net->orgs->roots[node->org], "p", "peer");
	node->has_package = TRUE;
	channel->chain = fake_chain_new("one");
	channel->id = (char *)"one";
	channel->suite = net->orgs->suite;
	channel->config = net->config;
	channel->net = (struct FabricNet *)net; /* only that there is one */
	identify(net, node);
	g_assert_cmpint(fake_chain_open(channel->chain, &engine,
					bsn_slice_of(NULL, 0), NULL),
			==, BSN_OK);
	store.chain = channel->chain;
	g_assert_cmpint(channel_ledger_open(&channel->suite, &store,
					    bsn_slice_str("one"),
					    &channel->ledger, NULL),
			==, BSN_OK);
	endorse_open(channel);
	node->peer.key = g_bytes_new(channel->self->public_key, PUBLIC_KEY_LEN);
	node->peer.reachable = TRUE;
	node->peer.height = ENDORSE_NODES - i; /* whom others prefer */
	node->peer.identity = channel->self;
	node->peer.packages = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_add(node->peer.packages, package);
}

EndorseNet *
endorse_net_new(gboolean sm)
{
	static bsn_keys keys;
	EndorseNet *net = g_new0(EndorseNet, 1);
	g_autoptr(json_t) founding = NULL;
	g_autoptr(GByteArray) config = NULL;

	endorse_net = net;
	net->orgs = fabric_orgs_new(sm);
	services = (Services){
		.clock = bsn_host_clock(fake_host()),
		.timer = bsn_host_timer(fake_host()),
		.random = bsn_host_random(fake_host()),
		.store = bsn_host_store(fake_host()),
		.reply = bsn_host_reply(fake_host()),
		.keys = &keys,
	};
	keys.size = sizeof(keys);
	keys.node_sign = node_sign;
	founding = fabric_founding(net->orgs, FABRIC_ORGS);
	config = fabric_config_bytes(net->orgs, founding);
	net->config = fabric_config_read(buffer_slice(config));
	net->stranger = fabric_root(sm, "stranger");
	net->hanging = g_ptr_array_new();
	net->policies = g_hash_table_new(g_str_hash, g_str_equal);
	net->parsed =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
				      (GDestroyNotify)application_policy_free);
	for (guint i = 0; i < ENDORSE_NODES; i++)
		open_node(net, i);
	return net;
}

void
endorse_net_blind(EndorseNet *net)
{
	Channel *channel = &net->nodes[0].channel;

	net->nodes[0].peer.identity = NULL;
	g_clear_pointer(&channel->self, msp_identity_unref);
	g_clear_pointer(&channel->identity, g_bytes_unref);
}

void
members_follow_certificate(Channel *channel)
{
	if (endorse_net->certified && channel->self == NULL)
		identify(endorse_net, &endorse_net->nodes[0]);
}

void
endorse_net_close(EndorseNet *net)
{
	if (net->nodes[0].channel.chain == NULL)
		return;
	fake_chain_close(net->nodes[0].channel.chain);
	fake_chain_free(net->nodes[0].channel.chain);
	net->nodes[0].channel.chain = NULL;
}

void
endorse_net_free(EndorseNet *net)
{
	endorse_net_close(net);
	for (guint i = 0; i < ENDORSE_NODES; i++) {
		EndorseNode *node = &net->nodes[i];

		if (i > 0) {
			fake_chain_close(node->channel.chain);
			fake_chain_free(node->channel.chain);
		}
		msp_identity_unref(node->channel.self);
		if (node->channel.identity != NULL)
			g_bytes_unref(node->channel.identity);
		g_bytes_unref(node->peer.key);
		g_hash_table_unref(node->peer.packages);
		issued_free(node->issued);
	}
	/* Who was cancelled is gone; who asked has been told. */
	g_assert_cmpuint(net->hanging->len, ==, 0);
	g_assert_cmpuint(net->questions.length, ==, 0);
	g_clear_pointer(&net->last_answer, g_bytes_unref);
	g_ptr_array_unref(net->hanging);
	g_hash_table_unref(net->policies);
	g_hash_table_unref(net->parsed);
	channel_config_free(net->config);
	issued_free(net->stranger);
	fabric_orgs_free(net->orgs);
	g_free(net);
	endorse_net = NULL;
}

/* ---- rounds ---- */

bsn_tx_request
endorse_request(EndorseNet *net, const char *function, const char *args)
{
	static guint8 *der;
	const Issued *client = net->orgs->clients[0];
	int len;

	OPENSSL_free(der);
	der = NULL;
	len = i2d_X509(client->certificate, &der);
	return (bsn_tx_request){
		.size = sizeof(bsn_tx_request),
		.kind = BSN_TX_INVOKE,
		.signer_certificate = bsn_slice_of(der, (guint)len),
		.contract = bsn_slice_str("basic"),
		.function = bsn_slice_str(function),
		.args = bsn_slice_str(args),
	};
}

bsn_reply *
endorse_first(EndorseNet *net, const bsn_tx_request *request)
{
	Channel *channel = &net->nodes[0].channel;
	bsn_reply *reply = fake_reply_new(channel->chain, FAKE_ANSWER_SIGNABLE);

	if (fake_asked(reply, endorse_begin(channel, request, reply,
					    &reply->err)) != BSN_OK)
		g_error("%s", reply->err.reason);
	return reply;
}

bsn_reply *
endorse_next(EndorseNet *net, const bsn_reply *before)
{
	Channel *channel = &net->nodes[0].channel;
	bsn_reply *reply = fake_reply_new(channel->chain, FAKE_ANSWER_SIGNABLE);
	guint8 raw[SIGNATURE_RAW_LEN];

	g_assert_cmpint(before->status, ==, BSN_OK);
	g_assert_cmpstr(before->signable.algorithm, ==,
			channel->suite.algorithm);
	g_assert_cmpuint(before->signable.convention, ==,
			 channel->suite.convention);
	endorse_sign(net, net->orgs->clients[0], before->signable.message, raw);
	fake_asked(reply, endorse_sign_round(channel, before->signable.state,
					     bsn_slice_of(raw, sizeof(raw)),
					     reply, &reply->err));
	return reply;
}

bsn_reply *
endorse_gather(EndorseNet *net, const bsn_tx_request *request)
{
	bsn_reply *first = endorse_first(net, request);
	bsn_reply *second = endorse_next(net, first);

	endorse_net_deliver_all(net);
	fake_reply_free(first);
	return second;
}
