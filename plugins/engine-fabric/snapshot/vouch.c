/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/vouch.h"

#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/sign.h"
#include "plugins/kit/sink.h"

static const char context[] = "bsn.snapshot/1";

#define MESSAGE_LEN (sizeof(context) + HASH_LEN)

static bsn_slice
put_message(guint8 out[MESSAGE_LEN], const guint8 hash[HASH_LEN])
{
	memcpy(out, context, sizeof(context));
	memcpy(out + sizeof(context), hash, HASH_LEN);
	return bsn_slice_of(out, MESSAGE_LEN);
}

int32_t
vouch_sign(const Channel *channel, const guint8 hash[HASH_LEN], guint8 *der,
	   gsize *len, bsn_err *err)
{
	guint8 message[MESSAGE_LEN];

	return sign_as_node(channel->chain, &channel->suite,
			    put_message(message, hash), der, len, err);
}

void
voucher_free(gpointer data)
{
	Voucher *voucher = data;

	g_bytes_unref(voucher->identity);
	g_bytes_unref(voucher->signature);
	g_free(voucher);
}

/* It is given now, and not in a block. */
static void
leave_out_expired(GPtrArray *signers, guint64 now_ms)
{
	for (guint i = signers->len; i > 0; i--)
		if (msp_identity_is_expired(signers->pdata[i - 1],
					    (gint64)(now_ms / 1000)))
			g_ptr_array_remove_index(signers, i - 1);
}

gboolean
vouch_is_enough(const ChannelConfig *config, const guint8 hash[HASH_LEN],
		const GPtrArray *vouchers, guint64 now_ms)
{
	const Policy *policy = policy_tree_find(config->policies, VOUCH_POLICY);
	g_autofree SignedData *data = g_new0(SignedData, vouchers->len + 1);
	g_autoptr(GPtrArray) signers = NULL;
	guint8 message[MESSAGE_LEN];

	if (policy == NULL)
		return FALSE;
	for (guint i = 0; i < vouchers->len; i++) {
		const Voucher *voucher = vouchers->pdata[i];

		data[i].identity = bytes_slice(voucher->identity);
		data[i].message = put_message(message, hash);
		data[i].signature = bytes_slice(voucher->signature);
	}
	signers = signers_find(config->msps, &config->suite, data,
			       vouchers->len);
	leave_out_expired(signers, now_ms);
	return policy_holds(policy, (MspIdentity *const *)signers->pdata,
			    signers->len);
}
