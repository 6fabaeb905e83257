/* SPDX-License-Identifier: Apache-2.0
 *
 * Finished transactions of a XuperChain-style chain, in hexadecimal digits, one a
 * line, for bsn-bench --from: made and signed before anything is measured. Whose
 * key signs is a number. For tests/bench/xuper.mjs.
 *
 *   xuper-txs SUITE key NUMBER
 *       its address and public key
 *   xuper-txs SUITE transfers NUMBER TXID QUOTA N OUTPUTS
 *       from output 0 of a transaction, which has so much: first those that split
 *       it into so many, N at least, each of which spends what the one before has
 *       left; an empty line; then N transfers, each of an output of its own
 *   xuper-txs SUITE sign NUMBER
 *       a transaction in Base64 on each line read, with that one signature
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/engine-xuper/format/tx.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "tests/unit/xuper-suite.h"

#define SPLIT_OUTPUTS 1000u
#define EACH 100u /* of an output that a transfer spends */
#define PAID 1u
#define NS_PER_US 1000

typedef struct {
	Suite suite;
	XuperPerson person;
	char other[ADDRESS_MAX]; /* who is paid */
	guint64 nonces;
} Maker;

/* What is spent. */
typedef struct {
	guint8 txid[HASH_LEN];
	guint32 offset;
	guint64 amount;
} Coin;

typedef struct {
	Arena arena;
	Xldgpb__Transaction msg;
} Draft;

static ProtobufCBinaryData
bytes_of(Draft *draft, const void *data, gsize len)
{
	return (ProtobufCBinaryData){
		len, (guint8 *)arena_copy(&draft->arena, data, len)
	};
}

static ProtobufCBinaryData
amount_of(Draft *draft, guint64 value)
{
	guint8 amount[AMOUNT_LEN];
	bsn_slice slice;

	amount_from_u64(value, amount);
	slice = amount_slice(amount);
	return bytes_of(draft, slice.data, slice.len);
}

static char *
text_of(Draft *draft, const char *text)
{
	return arena_copy(&draft->arena, text, strlen(text));
}

static void
begin(Maker *maker, Draft *draft, guint outputs)
{
	Xldgpb__Transaction *msg = &draft->msg;
	char nonce[32];

	memset(draft, 0, sizeof(*draft));
	(void)g_snprintf(nonce, sizeof(nonce), "%" G_GUINT64_FORMAT,
			 maker->nonces++);
	xldgpb__transaction__init(msg);
	msg->version = TX_VERSION;
	msg->timestamp = g_get_real_time() * NS_PER_US;
	msg->nonce = text_of(draft, nonce);
	msg->initiator = text_of(draft, maker->person.address);
	msg->tx_inputs = arena_room(&draft->arena, sizeof(void *));
	msg->tx_outputs = arena_room(&draft->arena, outputs * sizeof(void *));
}

static void
spend(Maker *maker, Draft *draft, const Coin *coin)
{
	Xldgpb__TxInput *input = arena_room(&draft->arena, sizeof(*input));
	const char *owner = maker->person.address;

	xldgpb__tx_input__init(input);
	input->ref_txid = bytes_of(draft, coin->txid, HASH_LEN);
	input->ref_offset = (gint32)coin->offset;
	input->from_addr = bytes_of(draft, owner, strlen(owner));
	input->amount = amount_of(draft, coin->amount);
	draft->msg.tx_inputs[draft->msg.n_tx_inputs++] = input;
}

static void
give(Draft *draft, const char *to, guint64 amount)
{
	Xldgpb__TxOutput *output = arena_room(&draft->arena, sizeof(*output));

	xldgpb__tx_output__init(output);
	output->to_addr = bytes_of(draft, to, strlen(to));
	output->amount = amount_of(draft, amount);
	draft->msg.tx_outputs[draft->msg.n_tx_outputs++] = output;
}

/* The place of the only signature. */
static void
add_place(Maker *maker, Draft *draft)
{
	g_autofree char *key =
		key_to_json(&maker->suite, maker->person.public_key);
	Xldgpb__SignatureInfo *place =
		arena_room(&draft->arena, sizeof(*place));

	xldgpb__signature_info__init(place);
	place->publickey = text_of(draft, key);
	draft->msg.initiator_signs = arena_room(&draft->arena, sizeof(void *));
	draft->msg.initiator_signs[0] = place;
	draft->msg.n_initiator_signs = 1;
}

/* Signs and prints; the txid goes to `id`. */
static void
finish(Maker *maker, Draft *draft, guint8 id[HASH_LEN])
{
	XuperSigner signer = { &maker->suite, &maker->person };
	g_autoptr(GByteArray) der = g_byte_array_new();
	g_autofree char *hex = NULL;
	guint8 digest[HASH_LEN];
	g_autoptr(Tx) tx = NULL;

	tx_digest(&maker->suite, &draft->msg, digest);
	(void)xuper_sign(&signer, digest, der, NULL);
	draft->msg.initiator_signs[0]->sign =
		bytes_of(draft, der->data, der->len);
	tx = tx_make(&maker->suite, &draft->msg);
	if (tx == NULL)
		g_error("the transaction is too large");
	hex = hex_encode(tx->bytes);
	puts(hex);
	memcpy(id, tx->id, HASH_LEN);
	arena_clear(&draft->arena);
}

/* ---- transfers ---------------------------------------------------------- */

/* Gives all outputs of a split transaction's and leaves the rest in `coin`. */
static void
split(Maker *maker, Coin *coin, guint n, guint8 id[HASH_LEN])
{
	Draft draft;

	if (coin->amount < (guint64)n * EACH + 1)
		g_error("the quota is too small");
	begin(maker, &draft, n + 1);
	spend(maker, &draft, coin);
	for (guint i = 0; i < n; i++)
		give(&draft, maker->person.address, EACH);
	coin->amount -= (guint64)n * EACH;
	give(&draft, maker->person.address, coin->amount);
	add_place(maker, &draft);
	finish(maker, &draft, id);
	memcpy(coin->txid, id, HASH_LEN);
	coin->offset = n;
}

static void
transfer(Maker *maker, const Coin *coin)
{
	guint8 id[HASH_LEN];
	Draft draft;

	begin(maker, &draft, 2);
	spend(maker, &draft, coin);
	give(&draft, maker->other, PAID);
	give(&draft, maker->person.address, coin->amount - PAID);
	add_place(maker, &draft);
	finish(maker, &draft, id);
}

static void
transfers(Maker *maker, char **args)
{
	const guint n = (guint)atoi(args[2]);
	const guint outputs = MAX(n, (guint)atoi(args[3]));
	const guint splits = (outputs + SPLIT_OUTPUTS - 1) / SPLIT_OUTPUTS;
	g_autofree guint8 *ids = g_malloc_n(splits, HASH_LEN);
	Coin coin = { .amount = g_ascii_strtoull(args[1], NULL, 10) };

	if (!hex_decode_fixed(args[0], strlen(args[0]), coin.txid, HASH_LEN))
		g_error("TXID is none");
	for (guint i = 0; i < splits; i++)
		split(maker, &coin, SPLIT_OUTPUTS, ids + i * HASH_LEN);
	puts("");
	for (guint i = 0; i < n; i++) {
		const guint at = i * (outputs / n); /* spread over all */
		Coin each = { .offset = at % SPLIT_OUTPUTS, .amount = EACH };

		memcpy(each.txid, ids + at / SPLIT_OUTPUTS * HASH_LEN,
		       HASH_LEN);
		transfer(maker, &each);
	}
}

/* ---- others' ------------------------------------------------------------ */

static void
sign_line(Maker *maker, const char *line)
{
	Draft draft = { 0 };
	gsize len;
	g_autofree guchar *bytes = g_base64_decode(line, &len);
	const Xldgpb__Transaction *msg = message_unpack(
		&draft.arena, &xldgpb__transaction__descriptor,
		bsn_slice_of(bytes, len), NULL, NULL);
	guint8 id[HASH_LEN];

	if (msg == NULL || msg->n_initiator_signs != 1)
		g_error("a line is no transaction with one to sign it");
	draft.msg = *msg;
	finish(maker, &draft, id);
}

static void
sign_lines(Maker *maker)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0)
		sign_line(maker, g_strstrip(line));
	free(line);
}

static void
print_key(const Maker *maker)
{
	g_autofree char *hex = hex_encode(
		bsn_slice_of(maker->person.public_key, PUBLIC_KEY_LEN));

	printf("%s %s\n", maker->person.address, hex);
}

int
main(int argc, char **argv)
{
	Maker maker = { 0 };
	guint8 number;

	g_test_init(&argc, &argv, NULL); /* where the build is */
	if (argc < 4)
		g_error("see the source for what to give");
	number = (guint8)atoi(argv[3]);
	maker.suite = xuper_suite(strcmp(argv[1], "gm") == 0);
	maker.person = xuper_person(&maker.suite, number);
	g_strlcpy(maker.other,
		  xuper_person(&maker.suite, (guint8)(number + 1)).address,
		  sizeof(maker.other));
	if (strcmp(argv[2], "transfers") == 0 && argc == 8)
		transfers(&maker, argv + 4);
	else if (strcmp(argv[2], "sign") == 0)
		sign_lines(&maker);
	else
		print_key(&maker);
	return 0;
}
