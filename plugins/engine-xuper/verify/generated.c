/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/verify/generated.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/codec/message.h"

#define NS_PER_MS 1000000

/* The parent's id in it makes ids differ from block to block and from chain to
 * chain: what is spent of an award is spent on this chain alone. */
static void
begin_message(const Beginning *of, char nonce[24], Xldgpb__Transaction *msg)
{
	xldgpb__transaction__init(msg);
	g_snprintf(nonce, 24, "%" G_GUINT64_FORMAT, of->height);
	msg->version = TX_VERSION;
	msg->nonce = nonce;
	msg->desc = message_bytes(
		bsn_slice_of(of->parent->block->id, HASH_LEN));
	msg->timestamp = (gint64)(of->time_ms * NS_PER_MS);
}

static Tx *
autogen_of(const Beginning *of, Sandbox *box)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg;
	char nonce[24];

	begin_message(of, nonce, &msg);
	sandbox_result(box, &arena, &msg);
	if (msg.n_tx_outputs_ext == 0)
		return NULL;
	msg.autogen = TRUE;
	return tx_make(of->verifier->suite, &msg);
}

int32_t
generated_autogen(const Beginning *of, Layer *layer, Tx **tx, bsn_err *err)
{
	const char *const nobody[] = { NULL };
	const SandboxEnv env = {
		.config = of->verifier->config,
		.suite = of->verifier->suite,
		.initiator = "",
		.auth_require = nobody,
		.time_ms = of->time_ms,
		.height = of->height,
		.term = of->term,
	};
	g_autoptr(Sandbox) box = sandbox_new(layer, &env);
	int32_t status = kernel_begin_block(
		box, (guint64)of->parent->block->msg->curterm, err);

	*tx = NULL;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK)
		return broke(status, err);
	*tx = autogen_of(of, box);
	return BSN_OK;
}

Tx *
generated_coinbase(const Beginning *of)
{
	const Verifier *verifier = of->verifier;
	Xldgpb__TxOutput output = XLDGPB__TX_OUTPUT__INIT;
	Xldgpb__TxOutput *outputs[] = { &output };
	Xldgpb__Transaction msg;
	char nonce[24];
	char address[ADDRESS_MAX];

	if (amount_is_zero(verifier->config->award))
		return NULL;
	address_of(verifier->suite, of->proposer_key.data, address);
	begin_message(of, nonce, &msg);
	msg.coinbase = TRUE;
	output.amount = message_bytes(amount_slice(verifier->config->award));
	output.to_addr = message_bytes(bsn_slice_str(address));
	msg.tx_outputs = outputs;
	msg.n_tx_outputs = 1;
	return tx_make(verifier->suite, &msg);
}
