/* SPDX-License-Identifier: Apache-2.0
 *
 * From a request to bytes to sign, to a transaction, to a block.
 */
#include "chain.h"

#include <bsn/helpers/error.h>

static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	uint8_t bytes[NOTE_MAX];
	bsn_slice args[2];
	bsn_signable answer = { .size = sizeof(answer), .round = 1 };
	note tx = { .chain = { ledger->genesis_hash, HASH_LEN },
		    .signer = request->signer_public_key };
	int32_t status;

	if (request->kind != BSN_TX_INVOKE)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"this framework's only contract is built in");
	if (!bsn_slice_equal(request->contract, bsn_slice_str("notes")) ||
	    !bsn_slice_equal(request->function, bsn_slice_str("put")))
		return bsn_fail(err, BSN_NOT_FOUND,
				"give contract \"notes\" and function \"put\"");
	if (tx.signer.len != SIGNER_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the signer's key must be of SM2, %u bytes",
				SIGNER_LEN);
	status = note_args(request->args, args, 2, err);
	if (status == BSN_OK)
		status = note_check(args[0], args[1], err);
	if (status != BSN_OK)
		return status;
	tx.key = args[0];
	tx.text = args[1];
	tx.signed_part = bsn_slice_of(bytes, note_encode(&tx, bytes));
	answer.algorithm = "sm2";
	answer.convention = BSN_SIGN_STANDARD;
	answer.message = answer.state = tx.signed_part;
	status = chain_tx_id(ledger, &tx, &answer.tx_id);
	if (status == BSN_OK)
		host.reply->signable(reply, &answer);
	return status;
}

/* Whether a transaction is one of this chain, signed by its signer. */
static int32_t
verify(const bsn_ledger *ledger, bsn_slice raw, note *tx, bsn_err *err)
{
	bsn_verify_item item = { .size = sizeof(item),
				 .convention = BSN_SIGN_STANDARD };
	int32_t status = note_decode(raw, tx, err);

	if (status != BSN_OK)
		return status;
	if (memcmp(tx->chain.data, ledger->genesis_hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the transaction was made for another chain");
	item.public_key = tx->signer;
	item.message = tx->signed_part;
	item.signature = tx->signature;
	status = ledger->sm2->verify(&item);
	return status == BSN_OK ? BSN_OK :
		bsn_fail(err, status, "the signature does not verify");
}

static int32_t
tx_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	uint8_t bytes[TX_MAX];
	bsn_signable answer = { .size = sizeof(answer) };
	note tx;
	int32_t status;

	if (state.len > NOTE_MAX || signature.len != SIGNATURE_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"give the state of txs/prepare and a "
				"signature of %u bytes", SIGNATURE_LEN);
	memcpy(bytes, state.data, (size_t)state.len);
	memcpy(bytes + state.len, signature.data, SIGNATURE_LEN);
	answer.tx = bsn_slice_of(bytes, state.len + SIGNATURE_LEN);
	status = verify(ledger, answer.tx, &tx, err);
	if (status == BSN_OK)
		status = chain_tx_id(ledger, &tx, &answer.tx_id);
	if (status == BSN_OK)
		host.reply->signable(reply, &answer);
	return status;
}

static void
submit_one(bsn_ledger *ledger, const bsn_submission *item)
{
	bsn_err err = BSN_ERR_INIT;
	note tx;
	int32_t status = verify(ledger, item->tx, &tx, &err);

	if (status == BSN_OK)
		status = chain_append(ledger, item->tx, item->reply, &err);
	if (status != BSN_OK)
		host.reply->fail(item->reply, status, &err);
	else
		(void)answer_tx(ledger, ledger->newest.number,
				BSN_TX_ACCEPTED, item->reply, &err);
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	int32_t status = host.store->writable(ledger->chain, err);

	if (status != BSN_OK)
		return status;
	/* The first record's size is the stride: rule 2 of bsn/base.h. */
	for (uint64_t i = 0; i < n; i++)
		submit_one(ledger, (const void *)((const char *)items +
						  i * items->size));
	return BSN_OK;
}

const bsn_tx_ops tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = tx_begin,
	.sign_round = tx_sign_round,
	.submit = tx_submit,
	.call = query_note,
	.get = query_tx,
};
