/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transaction has read: each version is the newest.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/genesis.h"
#include "plugins/kit/reason.h"

/* Whether it is the key by which a transaction is bound to its chain. */
static gboolean
names_chain(const Xldgpb__TxInputExt *read)
{
	return strcmp(read->bucket, BUCKET_CHAIN) == 0 &&
	       bsn_slice_equal(message_slice(read->key),
			       bsn_slice_str(KEY_CHAIN_NAME));
}

static gint
stale(const Upon *upon, const Tx *tx, const Xldgpb__TxInputExt *read,
      bsn_err *err)
{
	g_autofree char *key = NULL;
	int32_t bound;

	if (names_chain(read))
		return refuse(err, XUPER_OTHER_CHAIN,
			      "it has read another chain's name than %s",
			      upon->verifier->config->name);
	bound = upon->brief ? BSN_OK : bound_to_chain(upon, tx, err);
	if (bound < 0)
		return bound;
	if (bound == BSN_NOT_FOUND)
		return refuse(err, XUPER_OTHER_CHAIN,
			      "it names no transaction of this chain");
	key = quote_text(message_slice(read->key));
	return refuse(err, XUPER_STALE_READ,
		      "key %s of bucket %s is not in the version that was read",
		      key, read->bucket);
}

gint
reads_judge(const Upon *upon, const Tx *tx, bsn_err *err)
{
	for (gsize i = 0; i < tx->msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = tx->msg->tx_inputs_ext[i];
		XVersion was = { .there = read->ref_txid.len == HASH_LEN,
				 .offset = read->ref_offset };
		XVersion is;
		int32_t status =
			xmodel_get(upon->layer, bsn_slice_str(read->bucket),
				   message_slice(read->key), &is, NULL, err);

		if (status != BSN_OK)
			return broke(status, err);
		if (was.there)
			memcpy(was.txid, read->ref_txid.data, HASH_LEN);
		if (!xversion_equal(&was, &is))
			return stale(upon, tx, read, err);
	}
	return XUPER_OK;
}
