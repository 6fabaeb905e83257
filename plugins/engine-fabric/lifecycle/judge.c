/* SPDX-License-Identifier: Apache-2.0
 *
 * Is what a transaction writes endorsed. Each write asks for a policy: the
 * chaincode's; in a system chaincode's namespace, which is _lifecycle's alone,
 * LifecycleEndorsement; in what is an organisation's own, its implicit collection
 * (as in Fabric) and its entries under namespaces/sources/, the organisation's
 * Endorsement policy. A transaction without writes asks for the policy of the
 * called chaincode.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/lifecycle/private.h"
#include "plugins/engine-fabric/members/members.h"

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

/* FALSE: nothing is written in public. */
static gboolean
ask_for_public(const Channel *channel, const Definition *definition,
	       const Policy *common, const TransactionNamespace *ns,
	       GPtrArray *policies)
{
	const Kvrwset__KVRWSet *set = ns->set;
	const gboolean is_lifecycle = definition->sequence == 0;

	for (gsize i = 0; i < set->n_writes; i++)
		ask(policies,
		    is_lifecycle ? entry_policy(channel, common,
						message_slice(
							set->writes[i]->key))
				 : common);
	if (set->n_metadata_writes > 0)
		ask(policies, common);
	return set->n_writes + set->n_metadata_writes > 0;
}

static gboolean
ask_for_collections(const Channel *channel, const TransactionNamespace *ns,
		    GPtrArray *policies)
{
	gboolean writes = FALSE;

	for (guint i = 0; i < ns->n_collections; i++) {
		const TransactionCollection *one = &ns->collections[i];
		const gboolean implicit =
			g_str_has_prefix(one->name, IMPLICIT_COLLECTION);

		if (one->set->n_hashed_writes + one->set->n_metadata_writes ==
		    0)
			continue;
		/* There are no others. */
		ask(policies,
		    implicit ? organisation_policy(
				       channel,
				       one->name + strlen(IMPLICIT_COLLECTION))
			     : NULL);
		writes = TRUE;
	}
	return writes;
}

/* All that must be fulfilled for one namespace. In: ns: NULL: the transaction
 * has nothing in it. */
static void
ask_for(Channel *channel, const Definition *definition,
	const TransactionNamespace *ns, GPtrArray *policies)
{
	const Policy *common = lifecycle_policy(channel, definition);
	gboolean writes = FALSE;

	if (ns != NULL) {
		writes = ask_for_public(channel, definition, common, ns,
					policies);
		writes |= ask_for_collections(channel, ns, policies);
	}
	if (!writes)
		ask(policies, common);
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
	if (status == BSN_OK)
		ask_for(channel, definition, find_namespace(tx, name),
			policies);
	return status;
}

int32_t
lifecycle_policies(Channel *channel, const char *called, bsn_slice results,
		   GPtrArray *policies, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };
	int32_t status;

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

static gboolean
is_among(const GPtrArray *signers, const MspIdentity *identity)
{
	for (guint i = 0; i < signers->len; i++) {
		const MspIdentity *other = signers->pdata[i];

		if (other->msp == identity->msp &&
		    memcmp(other->id, identity->id, HASH_LEN) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The members whose signatures hold, each once, in their order. The MSPs
 * remember whom they have judged. */
static GPtrArray *
signers_of(Channel *channel, const BlockTx *tx, const gboolean *valid)
{
	GPtrArray *signers = g_ptr_array_new_with_free_func(
		(GDestroyNotify)msp_identity_unref);

	for (guint i = 0; i < tx->opened.n_endorsements; i++) {
		g_autoptr(MspIdentity) identity = NULL;

		if (valid[i] &&
		    msp_manager_identify(channel->config->msps,
					 tx->endorsements[i].identity,
					 &identity, NULL) == BSN_OK &&
		    !is_among(signers, identity))
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

	if (!is_called && chaincode_name_is_system(namespace))
		return TX_CODE(ILLEGAL_WRITESET);
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
	ask_for(channel, definition, find_namespace(&tx->opened, name),
		policies);
	return judge_policies(channel, tx, valid, policies);
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
