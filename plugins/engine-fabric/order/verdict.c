/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/verdict.h"

/* Who the signers are is found out here, since MSPs remember members; nobody
 * that the channel does not know has a signature that counts. */
int32_t *
verdicts_of(Channel *channel, const IncomingBlock *block)
{
	const guint n = block->signatures->len;
	g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(
		(GDestroyNotify)msp_identity_unref);
	g_autofree SuiteItem *items = g_new(SuiteItem, n + 1);
	g_autofree guint *places = g_new(guint, n + 1);
	g_autofree int32_t *results = g_new(int32_t, n + 1);
	int32_t *verdicts = g_new(int32_t, n + 1);

	for (guint i = 0; i < n; i++) {
		const TxSignature *one = block->signatures->pdata[i];
		MspIdentity *who = NULL;
		const int32_t status = msp_manager_identify(
			channel->config->msps, one->identity, &who, NULL);

		verdicts[i] = status > 0 ? BSN_BAD_SIGNATURE : status;
		if (status != BSN_OK)
			continue;
		places[known->len] = i;
		items[known->len] = (SuiteItem){ who->public_key, one->message,
						 one->signature };
		g_ptr_array_add(known, who);
	}
	seen_verify(channel, items, known->len, results);
	for (guint i = 0; i < known->len; i++)
		verdicts[places[i]] = results[i];
	return verdicts;
}
