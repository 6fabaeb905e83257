/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain's first agreement, out of what its genesis writes (genesis.h).
 */
#include <jansson.h>
#include <string.h>

#include "plugins/engine-xuper/query/proof.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define TEXT_MAX (4u << 20)

/* What the genesis writes under a key; a new reference, or NULL. */
static json_t *
written(const Block *genesis, const char *bucket, const char *key)
{
	const Xldgpb__Transaction *root =
		genesis->n_txs > 0 ? genesis->txs[0]->msg : NULL;
	const gsize n = root != NULL ? root->n_tx_outputs_ext : 0;

	for (gsize i = 0; i < n; i++) {
		const Xldgpb__TxOutputExt *output = root->tx_outputs_ext[i];

		if (strcmp(output->bucket, bucket) == 0 &&
		    bsn_slice_equal(message_slice(output->key),
				    bsn_slice_str(key)))
			return json_parse_object(message_slice(output->value),
						 TEXT_MAX, "genesis", NULL,
						 NULL);
	}
	return NULL;
}

/* The nodes that validate, in order. */
static json_t *
members_json(const Block *genesis, const json_t *validators)
{
	json_t *members = json_array();
	const json_t *address;
	size_t i;

	json_array_foreach(validators, i, address)
	{
		const char *text = json_string_value(address);
		json_t *member = text != NULL
					 ? written(genesis, BUCKET_MEMBER, text)
					 : NULL;

		if (member != NULL)
			json_array_append_new(members, member);
	}
	return members;
}

int32_t
founders_read(const Block *genesis, const Suite *suite, Agreement **agreement,
	      bsn_err *err)
{
	g_autoptr(json_t) terms =
		written(genesis, BUCKET_CONSENSUS, KEY_AGREEMENT);
	g_autoptr(json_t) whole = json_object();
	g_autofree char *text = NULL;

	json_object_set(whole, "protocol", json_object_get(terms, "protocol"));
	json_object_set(whole, "config", json_object_get(terms, "config"));
	json_object_set_new(
		whole, "members",
		members_json(genesis, json_object_get(terms, "validators")));
	text = json_text(whole);
	if (agreement_parse(bsn_slice_str(text), suite, agreement, err) ==
	    BSN_OK)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the genesis does not say who agrees on blocks");
}
