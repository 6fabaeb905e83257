/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-lifecycle.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/kit/json.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/sink.h"

/* ---- stand-ins ---- */

Services services;
NetPeer *life_peers[4];
guint life_packages_changed;
guint life_prepared;
guint life_members_changed;
guint life_indexed;
LifeAsked life_asked;
GByteArray *life_answer;
int32_t life_answer_status;
const bsn_runtime *life_checker;

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
}

int32_t
access_check(Channel *channel, const char *resource, MspIdentity *who,
	     bsn_err *err)
{
	const Policy *policy = channel_config_acl(channel->config, resource);

	return policy != NULL && policy_holds(policy, &who, 1)
		       ? BSN_OK
		       : bsn_fail(err, BSN_DENIED, "not for %s", resource);
}

void
private_members_changed(Channel *channel)
{
	life_members_changed++;
}

TxCode
config_judge(Channel *channel, const BlockTx *tx, int32_t *status)
{
	return TX_CODE(INVALID_CONFIG_TRANSACTION);
}

const bsn_runtime *
runtimes_checker(const char *type)
{
	return life_checker;
}

void
runtimes_prepare(Channel *channel, const Definition *definition)
{
	g_assert_nonnull(definition->package_id);
	life_prepared++;
}

void
indexes_prepare(Channel *channel, const Definition *definition)
{
	life_indexed++;
}

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	return index < G_N_ELEMENTS(life_peers) ? life_peers[index] : NULL;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice key)
{
	for (guint i = 0; life_peers[i] != NULL; i++)
		if (bsn_slice_equal(bytes_slice(life_peers[i]->key), key))
			return life_peers[i];
	return NULL;
}

guint64
net_ask(Channel *channel, NetPeer *peer, guint kind, bsn_slice question,
	guint timeout_ms, NetAnswerFn answered, gpointer owner)
{
	static guint64 last;

	g_assert_cmpuint(kind, ==, NET_ASK_PACKAGE);
	g_assert_cmpuint(life_asked.id, ==, 0);
	if (!peer->reachable)
		return 0;
	g_clear_pointer(&life_asked.question, g_byte_array_unref);
	life_asked = (LifeAsked){ peer, g_byte_array_new(), answered, owner,
				  ++last };
	g_byte_array_append(life_asked.question, question.data,
			    (guint)question.len);
	return last;
}

void
net_ask_cancel(Channel *channel, guint64 id)
{
	if (id == life_asked.id)
		life_asked.id = 0;
}

void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *err)
{
	g_clear_pointer(&life_answer, g_byte_array_unref);
	life_answer = g_byte_array_new();
	if (answer.len > 0)
		g_byte_array_append(life_answer, answer.data,
				    (guint)answer.len);
	life_answer_status = status;
}

void
net_packages_changed(Channel *channel)
{
	life_packages_changed++;
}

/* ---- the channel ---- */

static MspIdentity *
identify(ChannelConfig *config, guint org, const Issued *who)
{
	g_autoptr(GByteArray) bytes = fabric_serialize(fabric_org_id(org), who);
	MspIdentity *identity = NULL;

	g_assert_cmpint(msp_manager_identify(config->msps, buffer_slice(bytes),
					     &identity, NULL),
			==, BSN_OK);
	return identity;
}

static void
committed(const BlockOutcome *outcome, gpointer data)
{
	Life *life = data;

	lifecycle_committed(&life->channel, outcome);
}

Life *
life_new(gboolean sm, guint n)
{
	Life *life = g_new0(Life, 1);
	g_autoptr(json_t) founding = NULL;
	g_autoptr(GByteArray) bytes = NULL;

	life->orgs = fabric_orgs_new(sm);
	founding = fabric_founding(life->orgs, n);
	bytes = fabric_config_bytes(life->orgs, founding);
	services.reply = bsn_host_reply(fake_host());
	services.timer = bsn_host_timer(fake_host());
	life->ledger = fabric_ledger_new(sm, FALSE);
	life->channel = (Channel){
		.chain = life->ledger->chain,
		.id = (char *)"one",
		.suite = life->orgs->suite,
		.config = fabric_config_read(buffer_slice(bytes)),
		.ledger = life->ledger->ledger,
	};
	for (guint i = 0; i < n; i++) {
		ChannelConfig *config = life->channel.config;

		life->peers[i] = identify(config, i, life->orgs->peers[i]);
		life->admins[i] = identify(config, i, life->orgs->admins[i]);
		life->clients[i] = identify(config, i, life->orgs->clients[i]);
		life->peer_bytes[i] = fabric_serialize(fabric_org_id(i),
						       life->orgs->peers[i]);
	}
	life->channel.self = life->peers[0];
	life->payload = g_byte_array_new();
	g_assert_cmpint(lifecycle_open(&life->channel, NULL), ==, BSN_OK);
	life->ledger->judge = lifecycle_judge(&life->channel);
	life->ledger->committed = committed;
	life->ledger->data = life;
	return life;
}

void
life_free(Life *life)
{
	lifecycle_close(&life->channel);
	for (guint i = 0; i < FABRIC_ORGS; i++) {
		msp_identity_unref(life->peers[i]);
		msp_identity_unref(life->admins[i]);
		msp_identity_unref(life->clients[i]);
		if (life->peer_bytes[i] != NULL)
			g_byte_array_unref(life->peer_bytes[i]);
	}
	channel_config_free(life->channel.config);
	g_byte_array_unref(life->payload);
	fabric_ledger_free(life->ledger);
	fabric_orgs_free(life->orgs);
	g_free(life);
}

void
life_be(Life *life, guint org)
{
	life->channel.self = life->peers[org];
}

/* ---- messages ---- */

static Protos__CollectionConfigPackage *
parse_collections(Arena *arena, const char *text)
{
	g_autoptr(json_t) array = json_parse(TEXT(text), 1u << 20, "text", NULL,
					     NULL);
	Terms terms = { 0 };
	bsn_err err = BSN_ERR_INIT;

	if (collections_parse(arena, array, "text", &terms.collections, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	return terms_package(arena, &terms);
}

GByteArray *
life_args(const LifeTerms *terms)
{
	g_auto(Arena) arena = ARENA_INIT;
	Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs args =
		LIFECYCLE__APPROVE_CHAINCODE_DEFINITION_FOR_MY_ORG_ARGS__INIT;
	Lifecycle__ChaincodeSource source = LIFECYCLE__CHAINCODE_SOURCE__INIT;
	Lifecycle__ChaincodeSource__Local local =
		LIFECYCLE__CHAINCODE_SOURCE__LOCAL__INIT;
	bsn_slice policy = { NULL, 0 };

	args.name = (char *)(terms->name != NULL ? terms->name : "basic");
	args.sequence = terms->sequence != 0 ? terms->sequence : 1;
	args.version =
		(char *)(terms->version != NULL ? terms->version : "1.0");
	args.init_required = terms->init_required;
	if (terms->policy != NULL)
		g_assert_cmpint(application_policy_parse(&arena, terms->policy,
							 &policy, NULL),
				==, BSN_OK);
	args.validation_parameter = message_bytes(policy);
	if (terms->collections != NULL)
		args.collections =
			parse_collections(&arena, terms->collections);
	if (terms->package_id != NULL) {
		local.package_id = (char *)terms->package_id;
		source.type_case =
			LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE;
		source.local_package = &local;
		args.source = &source;
	}
	return message_pack(&args);
}

GByteArray *
life_name(const char *name)
{
	Lifecycle__QueryChaincodeDefinitionArgs args =
		LIFECYCLE__QUERY_CHAINCODE_DEFINITION_ARGS__INIT;

	args.name = (char *)name;
	return message_pack(&args);
}

/* ---- calls ---- */

int32_t
life_call(Life *life, MspIdentity *who, const char *function,
	  GByteArray *argument, GByteArray **results)
{
	Simulator *simulator = simulator_new(life->ledger->ledger);
	const RunInput input = { .chaincode = LIFECYCLE_NAME, .who = who };
	const ProtobufCBinaryData arg = { argument->len, argument->data };
	SystemCall call = { &life->channel, &input, simulator,	  function,
			    &arg,	    1,	    life->payload };
	int32_t status;

	g_byte_array_set_size(life->payload, 0);
	life->err = (bsn_err)BSN_ERR_INIT;
	status = lifecycle_invoke(&call, &life->err);
	g_assert_true(status == BSN_OK || life->err.reason[0] != '\0');
	g_byte_array_unref(argument);
	if (results != NULL && status == BSN_OK)
		*results = fabric_finish(simulator);
	else
		simulator_free(simulator);
	return status;
}

TxCode
life_commit(Life *life, const char *chaincode, const char *version,
	    const bsn_slice *endorsers, guint n, GByteArray *results)
{
	const LedgerTx tx = { .chaincode = chaincode,
			      .version = version,
			      .endorsers = endorsers,
			      .endorsements = n,
			      .results = buffer_slice(results) };

	fabric_ledger_add(life->ledger, fabric_ledger_tx(life->ledger, &tx));
	fabric_ledger_commit(life->ledger);
	g_byte_array_unref(results);
	return life->ledger->codes[0];
}

TxCode
life_run(Life *life, guint orgs, MspIdentity *who, const char *function,
	 GByteArray *argument)
{
	MspIdentity *before = life->channel.self;
	bsn_slice endorsers[FABRIC_ORGS];
	GByteArray *results = NULL;
	guint n = 0;

	for (guint i = 0; i < FABRIC_ORGS; i++) {
		GByteArray *same = NULL;

		if ((orgs & ORG(i)) == 0)
			continue;
		life_be(life, i);
		if (life_call(life, who, function,
			      g_byte_array_ref(argument), &same) != BSN_OK)
			g_error("%s on a node of %s: %s", function,
				fabric_org_id(i), life->err.reason);
		endorsers[n++] = buffer_slice(life->peer_bytes[i]);
		if (results != NULL) {
			assert_same(buffer_slice(same), buffer_slice(results));
			g_byte_array_unref(results);
		}
		results = same;
	}
	life->channel.self = before;
	g_byte_array_unref(argument);
	return life_commit(life, LIFECYCLE_NAME, LIFECYCLE_VERSION, endorsers,
			   n, results);
}

GByteArray *
life_write(Life *life, const char *namespace, const char *key)
{
	Simulator *simulator = simulator_new(life->ledger->ledger);

	g_assert_cmpint(simulator_put(simulator, TEXT(namespace), TEXT(key),
				      TEXT("value"), NULL),
			==, BSN_OK);
	return fabric_finish(simulator);
}

void
life_change(Life *life, guint orgs, const char *function, const char *name)
{
	g_autofree char *approve = g_strconcat("Approve", function, NULL);
	guint first = FABRIC_ORGS;

	for (guint i = FABRIC_ORGS; i-- > 0;)
		if ((orgs & ORG(i)) != 0) {
			first = i;
			g_assert_cmpint(life_run(life, ORG(i), life->admins[i],
						 approve, life_name(name)),
					==, TX_CODE(VALID));
		}
	g_assert_cmpint(life_run(life, orgs, life->admins[first], function,
				 life_name(name)),
			==, TX_CODE(VALID));
}

void
life_deploy(Life *life, guint orgs, const LifeTerms *terms)
{
	guint first = FABRIC_ORGS;

	for (guint i = FABRIC_ORGS; i-- > 0;) {
		if ((orgs & ORG(i)) == 0)
			continue;
		first = i;
		g_assert_cmpint(
			life_run(life, ORG(i), life->admins[i],
				 "ApproveChaincodeDefinitionForMyOrg",
				 life_args(terms)),
			==, TX_CODE(VALID));
	}
	g_assert_cmpint(life_run(life, orgs, life->admins[first],
				 "CommitChaincodeDefinition", life_args(terms)),
			==, TX_CODE(VALID));
}
