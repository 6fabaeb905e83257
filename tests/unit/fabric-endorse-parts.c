/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for chaincodes, definitions, members and signatures that were seen.
 */
#include <string.h>

#include "ledger/rwset/rwset.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/rwset_builder.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-endorse-net.h"

/* ---- runs ---- */

struct Run {
	RunDone done;
	gpointer owner;
};

static bsn_slice
argument(const RunInput *input, guint i)
{
	return i < input->input->n_args ? message_slice(input->input->args[i])
					: bsn_slice_of(NULL, 0);
}

static void
simulate(const EndorseNode *node, const RunInput *input, Arena *arena,
	 GByteArray *out)
{
	const Version version = { 2, 3 };
	const bsn_slice value =
		bsn_slice_str(node->kind == NODE_OTHER_VALUE ? "two" : "one");
	const bsn_slice own = bsn_slice_str(input->chaincode);
	const bsn_slice key = bsn_slice_str("asset1");
	RwsetBuilder builder;

	rwset_builder_init(&builder, &endorse_net->orgs->suite, arena);
	rwset_builder_read(&builder, own, key, &version);
	if (!bsn_slice_equal(argument(input, 0), bsn_slice_str("Ask")))
		rwset_builder_write(&builder, own, key, value);
	if (bsn_slice_equal(argument(input, 0), bsn_slice_str("Both")))
		rwset_builder_write(&builder, bsn_slice_str("other"), key,
				    value);
	rwset_builder_finish(&builder, out);
	rwset_builder_clear(&builder);
}

static void
answer(const EndorseNode *node, const RunInput *input, RunDone done,
       gpointer owner)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) results = g_byte_array_new();
	Protos__Response response = PROTOS__RESPONSE__INIT;
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	RunOutcome outcome = { .version = "1.0", .response = &response };

	simulate(node, input, &arena, results);
	response.status = 200;
	response.message = (char *)"";
	response.payload = message_bytes(argument(input, 1));
	if (node->kind == NODE_REFUSES) {
		response.status = 404;
		response.message = (char *)"no such asset";
	}
	event.chaincode_id = (char *)input->chaincode;
	event.tx_id = (char *)input->tx_id;
	event.event_name =
		(char *)(node->kind == NODE_OTHER_EVENT ? "Gone" : "Changed");
	outcome.event = &event;
	if (!input->read_only)
		outcome.results = buffer_slice(results);
	if (bsn_slice_equal(argument(input, 0), bsn_slice_str("Secret")))
		outcome.private_results = bsn_slice_str("sets");
	done(owner, &outcome);
}

Run *
run_begin(Channel *channel, const RunInput *input, RunDone done, gpointer owner)
{
	const EndorseNode *node = node_of(channel);
	const RunOutcome broken = {
		.status = BSN_FAULT,
		.err = &(bsn_err){ sizeof(bsn_err), 0, "it has crashed" },
	};
	const RunOutcome frozen = {
		.status = BSN_FROZEN,
		.err = &(bsn_err){ sizeof(bsn_err), 0, "basic is frozen" },
	};
	Run *run;

	endorse_net->runs++;
	endorse_net->last = *input;
	endorse_net->last_was_init = input->input->is_init;
	g_assert_true(msp_identity_has_role(
		input->who, COMMON__MSPROLE__MSPROLE_TYPE__MEMBER));
	g_assert_cmpuint(input->creator.len, >, 0);
	if (node->kind == NODE_HANGS) {
		run = g_new0(Run, 1);
		run->done = done;
		run->owner = owner;
		g_ptr_array_add(endorse_net->hanging, run);
		return run;
	}
	if (node->kind == NODE_FAULTY)
		done(owner, &broken);
	else if (node->kind == NODE_FROZEN)
		done(owner, &frozen);
	else
		answer(node, input, done, owner);
	return NULL;
}

void
run_cancel(Run *run)
{
	g_assert_true(g_ptr_array_remove(endorse_net->hanging, run));
	g_free(run);
	endorse_net->cancelled++;
}

gboolean
system_chaincode_writes(const char *name)
{
	return strcmp(name, LIFECYCLE_NAME) == 0;
}

gboolean
system_chaincode_exists(const char *name)
{
	return strcmp(name, LIFECYCLE_NAME) == 0 || strcmp(name, "qscc") == 0;
}

int32_t
access_check(Channel *channel, const char *resource, MspIdentity *who,
	     bsn_err *err)
{
	const Policy *policy = channel_config_acl(channel->config, resource);

	return policy != NULL && policy_holds(policy, &who, 1)
		       ? BSN_OK
		       : bsn_fail(err, BSN_DENIED, "the policy of %s",
				  resource);
}

/* ---- definitions ---- */

static ApplicationPolicy *
parse(const char *text)
{
	ApplicationPolicy *policy =
		g_hash_table_lookup(endorse_net->parsed, text);
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	bsn_slice bytes;

	if (policy != NULL)
		return policy;
	if (application_policy_parse(&arena, text, &bytes, &err) != BSN_OK ||
	    application_policy_new(&endorse_net->orgs->suite, bytes, &policy,
				   &err) != BSN_OK)
		g_error("%s: %s", text, err.reason);
	g_hash_table_insert(endorse_net->parsed, (gpointer)text, policy);
	return policy;
}

int32_t
lifecycle_find(Channel *channel, const char *name, Definition **definition,
	       bsn_err *err)
{
	const char *text =
		strcmp(name, LIFECYCLE_NAME) == 0
			? "/Channel/Application/LifecycleEndorsement"
			: g_hash_table_lookup(endorse_net->policies, name);
	static char package[] = "basic:00";

	(void)channel;
	if (text == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the channel has no chaincode of that name");
	*definition = g_new0(Definition, 1);
	(*definition)->policy = parse(text);
	(*definition)->package_id = package;
	return BSN_OK;
}

void
definition_unref(Definition *definition)
{
	g_free(definition);
}

const Policy *
lifecycle_policy(Channel *channel, const Definition *definition)
{
	return application_policy_find(definition->policy,
				       channel->config->policies);
}

static int32_t
add_policy(Channel *channel, const char *name, GPtrArray *policies,
	   bsn_err *err)
{
	g_autoptr(Definition) definition = NULL;
	const int32_t status = lifecycle_find(channel, name, &definition, err);

	if (status == BSN_OK)
		g_ptr_array_add(policies, (gpointer)lifecycle_policy(
						  channel, definition));
	return status;
}

int32_t
lifecycle_policies(Channel *channel, const char *called, bsn_slice results,
		   GPtrArray *policies, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Rwset__TxReadWriteSet *set =
		message_unpack(&arena, &rwset__tx_read_write_set__descriptor,
			       results, NULL, NULL);
	int32_t status;

	/* What is written says whose it is. */
	if (strcmp(called, LIFECYCLE_NAME) == 0 && set->n_ns_rwset > 0) {
		g_ptr_array_add(
			policies,
			(gpointer)policy_tree_find(
				channel->config->policies,
				"/Channel/Application/Org1MSP/Endorsement"));
		return BSN_OK;
	}
	status = add_policy(channel, called, policies, err);
	for (gsize i = 0; i < set->n_ns_rwset && status == BSN_OK; i++)
		if (strcmp(set->ns_rwset[i]->namespace_, called) != 0)
			status = add_policy(channel,
					    set->ns_rwset[i]->namespace_,
					    policies, err);
	return status;
}

gboolean
package_exists(const Channel *channel, const char *id)
{
	(void)id;
	return node_of(channel)->has_package;
}

int32_t
lifecycle_request(Channel *channel, const bsn_tx_request *request,
		  MspIdentity *who, GPtrArray *args, bsn_err *err)
{
	static const char name[] = "CommitChaincodeDefinition";

	(void)channel;
	(void)who;
	if (request->contract.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST, "contract is missing");
	g_ptr_array_add(args, g_bytes_new(name, strlen(name)));
	return BSN_OK;
}

int32_t
lifecycle_signed(Channel *channel, const Protos__ChaincodeInput *input,
		 MspIdentity *who, bsn_err *err)
{
	endorse_net->signed_proposals++;
	return BSN_OK;
}

/* ---- members, signatures ---- */

const bsn_member *
members_find(const Channel *channel, bsn_slice public_key)
{
	(void)channel;
	(void)public_key;
	return NULL;
}

int32_t
members_preview(Channel *channel, const bsn_tx_request *request,
		MspIdentity *who, bsn_reply *reply, bsn_err *err)
{
	(void)channel;
	(void)request;
	(void)who;
	(void)reply;
	endorse_net->members_previewed++;
	return bsn_fail(err, BSN_CONFLICT, "a stand-in");
}

int32_t
members_begin(Channel *channel, const bsn_tx_request *request, MspIdentity *who,
	      bsn_slice creator, bsn_reply *reply, bsn_err *err)
{
	(void)channel;
	(void)request;
	(void)who;
	(void)creator;
	(void)reply;
	endorse_net->members_begun++;
	return bsn_fail(err, BSN_CONFLICT, "a stand-in");
}

int32_t
members_sign_round(Channel *channel, bsn_slice state, bsn_slice signature,
		   bsn_reply *reply, bsn_err *err)
{
	(void)channel;
	(void)signature;
	(void)reply;
	g_assert_cmpuint(state.data[0], ==, MEMBERS_STATE);
	endorse_net->members_rounds++;
	return bsn_fail(err, BSN_CONFLICT, "a stand-in");
}

void
seen_add(Channel *channel, const SuiteItem *item)
{
	int32_t result;

	/* Whoever says that it is good must be right. */
	suite_verify(&channel->suite, item, 1, &result);
	g_assert_cmpint(result, ==, BSN_OK);
	endorse_net->seen++;
}

void
seen_verify(Channel *channel, const SuiteItem *items, guint64 n,
	    int32_t *results)
{
	suite_verify(&channel->suite, items, n, results);
}
