/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"


static int32_t
fail(bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST,
			"it is not the genesis of a chain of this kind");
}

/* ---- what it was made of ----------------------------------------------- */

/* The value of an output; empty when there is none. */
static bsn_slice
find(const Xldgpb__Transaction *root, const char *bucket, const char *key)
{
	for (size_t i = 0; i < root->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = root->tx_outputs_ext[i];

		if (strcmp(output->bucket, bucket) == 0 &&
		    bsn_slice_equal(message_slice(output->key),
				    bsn_slice_str(key)))
			return message_slice(output->value);
	}
	return bsn_slice_of(NULL, 0);
}

/* Whose text is a member: those that validate in the agreement's order, since
 * that is how the genesis lists them, and then the others. */
typedef struct {
	GArray *members;  /* bsn_member */
	GPtrArray *texts; /* Member, what members borrow */
	const Suite *suite;
	GByteArray *keys;
} Listed;

static void
member_drop(void *data)
{
	member_clear(data);
	g_free(data);
}

static gboolean
list_member(Listed *listed, bsn_slice text)
{
	Member *member = g_new0(Member, 1);
	bsn_member entry = { .size = sizeof(entry),
			     .algorithm = listed->suite->algorithm };

	g_ptr_array_add(listed->texts, member);
	if (!member_parse(text, member) ||
	    !hex_decode(member->public_key, strlen(member->public_key),
			listed->keys))
		return FALSE;
	entry.role = member->validates ? BSN_ROLE_CONSENSUS : BSN_ROLE_OBSERVER;
	entry.name = bsn_slice_str(member->name);
	entry.address = bsn_slice_str(member->address);
	g_array_append_val(listed->members, entry);
	return TRUE;
}

static gboolean
list_members(Listed *listed, const Xldgpb__Transaction *root)
{
	bsn_slice text = find(root, BUCKET_CONSENSUS, KEY_AGREEMENT);
	g_auto(Terms) terms = { 0 };

	if (!terms_parse(text, &terms))
		return FALSE;
	for (gsize i = 0; i < json_array_size(terms.validators); i++)
		if (!list_member(listed, find(root, BUCKET_MEMBER,
					      terms_at(terms.validators, i))))
			return FALSE;
	for (size_t i = 0; i < root->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = root->tx_outputs_ext[i];
		g_autofree char *address = g_strndup(
			(const char *)output->key.data, output->key.len);

		if (strcmp(output->bucket, BUCKET_MEMBER) == 0 &&
		    terms_find(terms.validators, address) < 0 &&
		    !list_member(listed, message_slice(output->value)))
			return FALSE;
	}
	for (guint i = 0; i < listed->members->len; i++)
		g_array_index(listed->members, bsn_member, i).public_key =
			bsn_slice_of(listed->keys->data +
					     (gsize)i * PUBLIC_KEY_LEN,
				     PUBLIC_KEY_LEN);
	return TRUE;
}

/* Makes it again: all of it must follow from its config and members. */
static int32_t
make_again(const Block *block, const ChainConfig *config, const Suite *suite,
	   bsn_err *err)
{
	Listed listed = { .members = g_array_new(FALSE, FALSE,
						 sizeof(bsn_member)),
			  .texts = g_ptr_array_new_with_free_func(member_drop),
			  .suite = suite,
			  .keys = g_byte_array_new() };
	bsn_genesis genesis = { .size = sizeof(genesis),
				.name = bsn_slice_str(config->name),
				.config = bsn_slice_str(config->json),
				.time_ms = block->time_ms };
	g_autoptr(Block) again = NULL;
	int32_t status = BSN_BAD_REQUEST;

	if (list_members(&listed, block->txs[0]->msg)) {
		genesis.members = (const bsn_member *)listed.members->data;
		genesis.member_count = listed.members->len;
		again = genesis_make(&genesis, config, suite, &status, err);
	}
	if (again != NULL && bsn_slice_equal(again->bytes, block->bytes))
		status = BSN_OK;
	else
		status = fail(err);
	g_array_unref(listed.members);
	g_ptr_array_unref(listed.texts);
	g_byte_array_unref(listed.keys);
	return status;
}

/* ---- reading ----------------------------------------------------------- */

/* The config, without which no digest can be computed. */
static int32_t
peek_config(bsn_slice bytes, ChainConfig **config, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Xldgpb__InternalBlock *msg = message_unpack(
		&arena, &xldgpb__internal_block__descriptor, bytes, NULL, NULL);
	const Xldgpb__Transaction *root;

	if (msg == NULL || msg->n_transactions != 1)
		return fail(err);
	root = msg->transactions[0];
	return config_parse(find(root, BUCKET_CHAIN, KEY_CHAIN_NAME),
			    message_slice(root->desc), config, err);
}

int32_t
genesis_read(bsn_slice bytes, const bsn_crypto_by_name *crypto, Suite *suite,
	     ChainConfig **config, Block **block, bsn_err *err)
{
	g_autoptr(ChainConfig) found = NULL;
	g_autoptr(Block) made = NULL;
	int32_t status = peek_config(bytes, &found, err);

	*config = NULL;
	*block = NULL;
	if (status != BSN_OK)
		return status;
	status = suite_find(suite, crypto, found->gm, err);
	if (status != BSN_OK)
		return status;
	made = block_decode(suite, bytes, FALSE, NULL, NULL, &status, err);
	if (made == NULL || made->n_txs != 1)
		return made == NULL ? status : fail(err);
	status = make_again(made, found, suite, err);
	if (status != BSN_OK)
		return status;
	*config = g_steal_pointer(&found);
	*block = g_steal_pointer(&made);
	return BSN_OK;
}
