/* SPDX-License-Identifier: Apache-2.0
 *
 * Is what a transaction writes endorsed. Each write asks for a policy, as in
 * Fabric: that of its key, public or of a collection, if it has one of its own
 * (parameter.c); else that of its collection, if the definition gives it one;
 * else the chaincode's. In a system chaincode's namespace, which is _lifecycle's
 * alone, it is LifecycleEndorsement; in what is an organisation's own, its
 * implicit collection and its entries under namespaces/sources/, the
 * organisation's Endorsement policy. A transaction without writes asks for the
 * policy of the called chaincode.
 *
 * All are those of before the block: what a transaction of the same block does
 * to a key's policy is ledger/validate.c's.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/policy/signers.h"

#define ENDORSEMENT "Endorsement"

/* ---- what is asked for ---- */

/* NULL, which nobody fulfils, is kept as well. */
static void
ask(GPtrArray *policies, const Policy *policy)
{
	if (!g_ptr_array_find(policies, policy, NULL))
		g_ptr_array_add(policies, (gpointer)policy);
}

static const Policy *
organisation_policy(const Channel *channel, const char *msp_id)
{
	const ChannelOrganisation *organisation =
		channel_config_organisation(channel->config, msp_id);
	const char *groups[] = { "Application", NULL };

	if (organisation == NULL || !organisation->in_application)
		return NULL;
	groups[1] = organisation->name;
	return policy_tree_find_in(channel->config->policies, groups,
				   G_N_ELEMENTS(groups), ENDORSEMENT);
}

/* Of an entry of _lifecycle's public state. */
static const Policy *
entry_policy(const Channel *channel, const Policy *common, bsn_slice key)
{
	g_auto(Arena) arena = ARENA_INIT;
	const char *name;
	const char *msp_id;
	gint64 sequence;

	return approval_key_split(&arena, key, &name, &sequence, &msp_id)
		       ? organisation_policy(channel, msp_id)
		       : common;
}

/* What is asked for the writes of one transaction in one namespace. */
typedef struct {
	Channel *channel;
	const Definition *definition;
	GPtrArray *policies;
	gboolean writes; /* anything */
	bsn_err *err;
} Question;

/* One write, public or (with the digest of its key) of a collection, where
 * `common` holds for keys without a policy of their own. */
static int32_t
ask_for_key(Question *question, const char *collection, ProtobufCBinaryData key,
	    const Policy *common)
{
	const Policy *policy = common;
	int32_t status = BSN_OK;

	if (question->definition->sequence > 0)
		status = parameter_find(question->channel,
					question->definition->name, collection,
					message_slice(key), &policy,
					question->err);
	else if (collection[0] == '\0')
		policy = entry_policy(question->channel, common,
				      message_slice(key));
	question->writes = TRUE;
	if (status == BSN_OK)
		ask(question->policies, policy);
	return status;
}

static int32_t
ask_for_public(Question *question, const Kvrwset__KVRWSet *set,
	       const Policy *common)
{
	int32_t status = BSN_OK;

	for (gsize i = 0; i < set->n_writes && status == BSN_OK; i++)
		status = ask_for_key(question, "", set->writes[i]->key, common);
	for (gsize i = 0; i < set->n_metadata_writes && status == BSN_OK; i++)
		status = ask_for_key(question, "", set->metadata_writes[i]->key,
				     common);
	return status;
}

/* Of the keys of a collection that have none of their own. NULL, which nobody
 * fulfils, where the chaincode has no such collection. */
static const Policy *
collection_policy(const Question *question, const char *name,
		  const Policy *chaincode)
{
	const Channel *channel = question->channel;
	g_autofree char *msp_id = collection_implicit_msp(bsn_slice_str(name));
	const Collection *collection;

	if (msp_id != NULL)
		return organisation_policy(channel, msp_id);
	collection = collection_set_find(question->definition->collections,
					 bsn_slice_str(name));
	if (collection == NULL || collection->endorsement == NULL)
		return collection != NULL ? chaincode : NULL;
	return application_policy_find(collection->endorsement,
				       channel->config->policies);
}

static int32_t
ask_for_collection(Question *question, const TransactionCollection *collection,
		   const Policy *chaincode)
{
	const char *name = collection->name;
	const Kvrwset__HashedRWSet *set = collection->set;
	const Policy *common = collection_policy(question, name, chaincode);
	int32_t status = BSN_OK;

	for (gsize i = 0; i < set->n_hashed_writes && status == BSN_OK; i++)
		status = ask_for_key(question, name,
				     set->hashed_writes[i]->key_hash, common);
	for (gsize i = 0; i < set->n_metadata_writes && status == BSN_OK; i++)
		status = ask_for_key(question, name,
				     set->metadata_writes[i]->key_hash, common);
	return status;
}

/* All that must be fulfilled for one namespace. In: ns: NULL: the transaction
 * has nothing in it. Errors: BSN_E_*. */
static int32_t
ask_for(Channel *channel, const Definition *definition,
	const TransactionNamespace *ns, GPtrArray *policies, bsn_err *err)
{
	const Policy *common = lifecycle_policy(channel, definition);
	Question question = { channel, definition, policies, FALSE, err };
	int32_t status = BSN_OK;

	if (ns != NULL)
		status = ask_for_public(&question, ns->set, common);
	for (guint i = 0; ns != NULL && i < ns->n_collections &&
			  status == BSN_OK;
	     i++)
		status = ask_for_collection(&question, &ns->collections[i],
					    common);
	if (!question.writes)
		ask(policies, common);
	return status;
}

static const TransactionNamespace *
find_namespace(const Transaction *tx, const char *name)
{
	for (guint i = 0; i < tx->n_namespaces; i++)
		if (strcmp(tx->namespaces[i].name, name) == 0)
			return &tx->namespaces[i];
	return NULL;
}

/* ---- for whoever gathers endorsements ---- */

static int32_t
ask_for_name(Channel *channel, const char *called, const Transaction *tx,
	     const char *name, GPtrArray *policies, bsn_err *err)
{
	g_autoptr(Definition) definition = NULL;
	int32_t status;

	if (strcmp(name, called) != 0 &&
	    chaincode_name_is_system(bsn_slice_str(name)))
		return bsn_fail(err, BSN_DENIED,
				"%s writes in the namespace of %s", called,
				name);
	status = lifecycle_find(channel, name, &definition, err);
	return status == BSN_OK ? ask_for(channel, definition,
					  find_namespace(tx, name), policies,
					  err)
				: status;
}

int32_t
lifecycle_policies(Channel *channel, const char *called, bsn_slice results,
		   GPtrArray *policies, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };
	int32_t status;

	if (strcmp(called, VOTES_NAME) == 0) {
		ask(policies, cache_votes_policy(channel->lifecycle));
		return BSN_OK;
	}
	if (!transaction_open_sets(&arena, results, &tx))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the results of %s are no read-write set",
				called);
	status = ask_for_name(channel, called, &tx, called, policies, err);
	for (guint i = 0; i < tx.n_namespaces && status == BSN_OK; i++)
		if (tx.namespaces[i].writes &&
		    strcmp(tx.namespaces[i].name, called) != 0)
			status = ask_for_name(channel, called, &tx,
					      tx.namespaces[i].name, policies,
					      err);
	if (status == BSN_OK && g_ptr_array_find(policies, NULL, NULL))
		status = bsn_fail(err, BSN_DENIED,
				  "the channel has no policy by which anybody "
				  "could endorse what %s writes",
				  called);
	return status;
}

/* ---- who has endorsed ---- */

/* The members whose signatures hold, each once, in their order. The MSPs
 * remember whom they have judged. */
static GPtrArray *
signers_of(Channel *channel, const BlockTx *tx, const gboolean *valid)
{
	GPtrArray *signers = signers_new();

	for (guint i = 0; i < tx->opened.n_endorsements; i++) {
		g_autoptr(MspIdentity) identity = NULL;

		if (valid[i] &&
		    msp_manager_identify(channel->config->msps,
					 tx->endorsements[i].identity,
					 &identity, NULL) == BSN_OK &&
		    !signers_have(signers, identity))
			g_ptr_array_add(signers, g_steal_pointer(&identity));
	}
	return signers;
}

static TxCode
judge_policies(Channel *channel, const BlockTx *tx, const gboolean *valid,
	       const GPtrArray *policies)
{
	g_autoptr(GPtrArray) signers = signers_of(channel, tx, valid);

	for (guint i = 0; i < policies->len; i++)
		if (policies->pdata[i] == NULL ||
		    !policy_holds(policies->pdata[i],
				  (MspIdentity *const *)signers->pdata,
				  signers->len))
			return TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	return TX_CODE(VALID);
}

/* ---- the judge ---- */

/* Whether the chaincode may still do anything, and ran as it is defined. */
static TxCode
judge_definition(const Definition *definition, const BlockTx *tx,
		 gboolean is_called)
{
	const char *ran = tx->opened.action->chaincode_id->version;

	if (definition->condition != CHAINCODE_ACTIVE)
		return TX_CODE(EXPIRED_CHAINCODE);
	return !is_called || strcmp(ran, definition->version) == 0
		       ? TX_CODE(VALID)
		       : TX_CODE(EXPIRED_CHAINCODE);
}

static TxCode
endorsed(TxJudge *judge, const BlockTx *tx, bsn_slice namespace,
	 const gboolean *valid, int32_t *status)
{
	Channel *channel = ((Lifecycle *)judge)->channel;
	const gboolean is_called =
		bsn_slice_equal(namespace, block_tx_chaincode(tx));
	g_autofree char *name = g_strndup((const char *)namespace.data,
					  (gsize) namespace.len);
	g_autoptr(GPtrArray) policies = g_ptr_array_new();
	g_autoptr(Definition) definition = NULL;
	TxCode code;

	if (!is_called && (chaincode_name_is_system(namespace) ||
			   strcmp(name, VOTES_NAME) == 0))
		return TX_CODE(ILLEGAL_WRITESET);
	if (strcmp(name, VOTES_NAME) == 0)
		return votes_judge(channel, tx, valid);
	*status = lifecycle_find(channel, name, &definition, NULL);
	if (*status == BSN_NOT_FOUND) {
		*status = BSN_OK;
		return TX_CODE(INVALID_CHAINCODE);
	}
	if (*status != BSN_OK)
		return TX_CODE(NOT_VALIDATED);
	code = judge_definition(definition, tx, is_called);
	if (code != TX_CODE(VALID))
		return code;
	*status = ask_for(channel, definition,
			  find_namespace(&tx->opened, name), policies, NULL);
	return *status == BSN_OK ? judge_policies(channel, tx, valid, policies)
				 : TX_CODE(NOT_VALIDATED);
}

static TxCode
judge_config(TxJudge *judge, const BlockTx *tx, int32_t *status)
{
	return config_judge(((Lifecycle *)judge)->channel, tx, status);
}

void
judge_init(Lifecycle *lifecycle)
{
	lifecycle->judge = (TxJudge){ endorsed, judge_config };
}

TxJudge *
lifecycle_judge(Channel *channel)
{
	return &channel->lifecycle->judge;
}
