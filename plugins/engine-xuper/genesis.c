/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/genesis.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/govern.h"
#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"

#define NS_IN_MS 1000000u

/* A genesis that is being made; all of the message is in the arena. */
typedef struct {
	Arena arena;
	GPtrArray *outputs;     /* Xldgpb__TxOutput */
	GPtrArray *outputs_ext; /* Xldgpb__TxOutputExt */
	const Suite *suite;
	bsn_err *err;
} Making;

/* ---- what the state begins with ---------------------------------------- */

static void
put(Making *making, const char *bucket, const char *key, const char *value)
{
	Xldgpb__TxOutputExt *output =
		arena_room(&making->arena, sizeof(*output));

	xldgpb__tx_output_ext__init(output);
	output->bucket = arena_copy(&making->arena, bucket, strlen(bucket));
	output->key.data = (guint8 *)arena_copy(&making->arena, key,
						strlen(key));
	output->key.len = strlen(key);
	output->value.data = (guint8 *)arena_copy(&making->arena, value,
						  strlen(value));
	output->value.len = strlen(value);
	g_ptr_array_add(making->outputs_ext, output);
}

static int32_t
put_govern(void *owner, const char *key, const char *value, bsn_err *err)
{
	(void)err;
	put(owner, BUCKET_GOVERN, key, value);
	return BSN_OK;
}

static void
put_tokens(Making *making, const ChainConfig *config)
{
	for (guint i = 0; i < config->predistribution->len; i++) {
		const Predistribution *share = &g_array_index(
			config->predistribution, Predistribution, i);
		bsn_slice amount = amount_slice(share->quota);
		Xldgpb__TxOutput *output =
			arena_room(&making->arena, sizeof(*output));

		/* An output of nothing is nobody's. */
		if (amount.len == 0)
			continue;
		xldgpb__tx_output__init(output);
		output->amount = message_bytes(amount);
		output->to_addr = message_bytes(bsn_slice_str(share->address));
		g_ptr_array_add(making->outputs, output);
	}
}

/* ---- members ----------------------------------------------------------- */

static int32_t
check_member(const bsn_member *member, guint32 i, const Suite *suite,
	     bsn_err *err)
{
	if (g_strcmp0(member->algorithm, suite->algorithm) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member %u has a key of %s; this chain's "
				"members need %s keys",
				i, member->algorithm ? member->algorithm : "none",
				suite->algorithm);
	if (member->public_key.len != PUBLIC_KEY_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the public key of member %u must be the 64 "
				"bytes X || Y",
				i);
	if (member->role != BSN_ROLE_CONSENSUS &&
	    member->role != BSN_ROLE_OBSERVER)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"member %u has an unknown role", i);
	return BSN_OK;
}

/* A text of a member: NULL when it is none. */
static char *
member_word(bsn_slice text)
{
	if (text.len == 0)
		return g_strdup("");
	if (text.len > MEMBER_TEXT_MAX ||
	    !g_utf8_validate_len((const char *)text.data, text.len, NULL))
		return NULL;
	return g_strndup((const char *)text.data, text.len);
}

static int32_t
put_member(Making *making, const bsn_member *from, guint32 i,
	   json_t *validators, GHashTable *seen)
{
	g_auto(Member) member = { .validates =
					  from->role == BSN_ROLE_CONSENSUS };
	g_autofree char *key = NULL;
	g_autofree char *text = NULL;
	char address[ADDRESS_MAX];
	int32_t status = check_member(from, i, making->suite, making->err);

	if (status != BSN_OK)
		return status;
	member.name = member_word(from->name);
	member.address = member_word(from->address);
	if (member.name == NULL || member.address == NULL)
		return bsn_fail(making->err, BSN_BAD_REQUEST,
				"name and address of member %u may have 255 "
				"bytes of UTF-8 each",
				i);
	address_of(making->suite, from->public_key.data, address);
	if (!g_hash_table_add(seen, g_strdup(address)))
		return bsn_fail(making->err, BSN_BAD_REQUEST,
				"member %u has the key of another one", i);
	key = hex_encode(from->public_key);
	g_strlcpy(member.public_key, key, sizeof(member.public_key));
	text = member_text(&member);
	put(making, BUCKET_MEMBER, address, text);
	if (member.validates)
		json_array_append_new(validators, json_string(address));
	return BSN_OK;
}

static const bsn_member *
member_at(const bsn_genesis *genesis, guint32 i)
{
	/* The caller's structures may be longer than those known here. */
	return (const bsn_member *)(const void *)((const guint8 *)
							  genesis->members +
						  (gsize)i *
							  genesis->members
								  ->size);
}

static int32_t
put_members(Making *making, const bsn_genesis *genesis, json_t *validators)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int32_t status = BSN_OK;

	if (genesis->member_count > MEMBERS_MAX)
		return bsn_fail(making->err, BSN_BAD_REQUEST,
				"a chain begins with at most %u members",
				MEMBERS_MAX);
	for (guint32 i = 0; status == BSN_OK && i < genesis->member_count; i++)
		status = put_member(making, member_at(genesis, i), i,
				    validators, seen);
	return status;
}

/* The protocol's config with what contracts alone read (protocol_text). */
static json_t *
whole_consensus(const ChainConfig *config)
{
	g_autoptr(json_t) json = json_loads(config->json, 0, NULL);
	json_t *consensus = json_object_get(json, "consensus");

	if (consensus == NULL)
		return json_object();
	json_object_del(consensus, "name");
	return protocol_config(consensus);
}

static int32_t
put_agreement(Making *making, const bsn_genesis *genesis,
	      const ChainConfig *config)
{
	g_autoptr(json_t) own = whole_consensus(config);
	g_autoptr(json_t) validators = json_array();
	g_autofree char *text = NULL;
	int32_t status = put_members(making, genesis, validators);

	if (status == BSN_OK)
		status = protocol_check(config->consensus, own,
					json_array_size(validators),
					making->err);
	if (status != BSN_OK)
		return status;
	text = terms_text(config->consensus, own, validators);
	put(making, BUCKET_CONSENSUS, KEY_AGREEMENT, text);
	return BSN_OK;
}

/* ---- the transaction and its block ------------------------------------- */

static int
compare_outputs(gconstpointer a, gconstpointer b)
{
	const Xldgpb__TxOutputExt *first = *(Xldgpb__TxOutputExt *const *)a;
	const Xldgpb__TxOutputExt *second = *(Xldgpb__TxOutputExt *const *)b;
	int order = strcmp(first->bucket, second->bucket);

	/* Keys are texts of this program's, each with its NUL. */
	return order != 0 ? order
			  : strcmp((const char *)first->key.data,
				   (const char *)second->key.data);
}

static Block *
make_block(Making *making, const bsn_genesis *genesis,
	   const ChainConfig *config, int32_t *status)
{
	static const guint8 nobody[HASH_LEN] = { 0 };
	BlockPlan plan = { .parent = nobody,
			   .seal = { .size = sizeof(bsn_seal),
				     .time_ms = genesis->time_ms },
			   .n_txs = 1 };
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	g_autoptr(Tx) tx = NULL;
	Tx *txs[1];

	g_ptr_array_sort(making->outputs_ext, compare_outputs);
	msg.version = TX_VERSION;
	msg.coinbase = TRUE;
	msg.timestamp = (gint64)(genesis->time_ms * NS_IN_MS);
	msg.desc = message_bytes(bsn_slice_str(config->json));
	msg.n_tx_outputs = making->outputs->len;
	msg.tx_outputs = (Xldgpb__TxOutput **)making->outputs->pdata;
	msg.n_tx_outputs_ext = making->outputs_ext->len;
	msg.tx_outputs_ext = (Xldgpb__TxOutputExt **)making->outputs_ext->pdata;
	tx = tx_make(making->suite, &msg);
	txs[0] = tx;
	plan.txs = txs;
	return block_make(making->suite, &plan, NULL, NULL, status,
			  making->err);
}

static int32_t
fill(Making *making, const bsn_genesis *genesis, const ChainConfig *config)
{
	int32_t status;

	if (genesis->time_ms > G_MAXINT64 / NS_IN_MS)
		return bsn_fail(making->err, BSN_BAD_REQUEST,
				"the chain's time is out of range");
	put(making, BUCKET_CHAIN, KEY_CHAIN_NAME, config->name);
	put_tokens(making, config);
	status = put_agreement(making, genesis, config);
	if (status != BSN_OK)
		return status;
	return govern_begin(config, put_govern, making, making->err);
}

Block *
genesis_make(const bsn_genesis *genesis, const ChainConfig *config,
	     const Suite *suite, int32_t *status, bsn_err *err)
{
	Making making = { .outputs = g_ptr_array_new(),
			  .outputs_ext = g_ptr_array_new(),
			  .suite = suite,
			  .err = err };
	Block *block = NULL;

	*status = fill(&making, genesis, config);
	if (*status == BSN_OK)
		block = make_block(&making, genesis, config, status);
	g_ptr_array_unref(making.outputs);
	g_ptr_array_unref(making.outputs_ext);
	arena_clear(&making.arena);
	return block;
}
