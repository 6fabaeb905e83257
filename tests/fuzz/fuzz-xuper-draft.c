/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks whose transactions somebody else has made, judged upon a chain that has
 * tokens and accounts. Signatures would stop whatever is changed, so people whom
 * the fuzzer names sign for it. Whatever is taken leaves as many tokens as there
 * were, and a second look by who has seen it says the same; what the pool takes
 * goes into a block that is right.
 *
 * Input: an InternalBlock, of which only the transactions are looked at.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-bed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TXS_MAX 16u
#define ACCOUNT_DIGITS_USED "1111111111111111"

static XuperBed *bed;

static void
begin(void)
{
	g_autofree char *acl = NULL;
	g_autoptr(Tx) account = NULL;
	bsn_err err = BSN_ERR_INIT;

	bed = xuper_bed_new(FALSE, "");
	acl = g_strdup_printf("{\"pm\":{\"rule\":1,\"acceptValue\":1},"
			      "\"aksWeight\":{\"%s\":1}}",
			      bed->people[2].address);
	account = xuper_bed_call(bed, 1, "$acl", "NewAccount", "account_name",
				 ACCOUNT_DIGITS_USED, "acl", acl, NULL);
	g_assert_cmpint(xuper_bed_submit(bed, account, &err), ==, XUPER_OK);
	xuper_bed_advance(bed);
}

/* ---- signing ---- */

static const XuperPerson *
person_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *address = slash != NULL ? slash + 1 : path;

	for (guint i = 0; i < BED_PEOPLE; i++)
		if (strcmp(bed->people[i].address, address) == 0)
			return &bed->people[i];
	return NULL;
}

static Xldgpb__SignatureInfo *
sign(Arena *arena, const XuperPerson *person, const guint8 digest[HASH_LEN])
{
	const XuperSigner signer = { &bed->suite, person };
	g_autoptr(GByteArray) der = g_byte_array_new();
	g_autofree char *key = key_to_json(&bed->suite, person->public_key);
	Xldgpb__SignatureInfo *info = arena_room(arena, sizeof(*info));

	xuper_sign((void *)&signer, digest, der, NULL);
	xldgpb__signature_info__init(info);
	info->publickey = arena_copy(arena, key, strlen(key));
	info->sign = message_bytes(bsn_slice_of(
		arena_copy(arena, der->data, der->len), der->len));
	return info;
}

/* Signatures that are there become right ones, where somebody is known. */
static Tx *
signed_again(const Tx *tx)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = *tx->msg;
	const XuperPerson *initiator = person_of(msg.initiator);
	Xldgpb__SignatureInfo **infos =
		arena_room(&arena, (TX_AUTH_MAX + 1) * sizeof(*infos));

	if (initiator != NULL && msg.n_initiator_signs == 1) {
		infos[TX_AUTH_MAX] = sign(&arena, initiator, tx->digest);
		msg.initiator_signs = infos + TX_AUTH_MAX;
	}
	for (gsize i = 0; i < msg.n_auth_require_signs; i++) {
		const XuperPerson *person =
			i < msg.n_auth_require ? person_of(msg.auth_require[i])
					       : NULL;

		infos[i] = person != NULL ? sign(&arena, person, tx->digest)
					  : msg.auth_require_signs[i];
	}
	msg.auth_require_signs = infos;
	return tx_make(&bed->suite, &msg);
}

static GPtrArray *
read_txs(bsn_slice bytes)
{
	GPtrArray *txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)tx_unref);
	g_auto(Arena) arena = ARENA_INIT;
	const Xldgpb__InternalBlock *msg =
		message_unpack(&arena, &xldgpb__internal_block__descriptor,
			       bytes, NULL, NULL);

	for (gsize i = 0;
	     msg != NULL && i < msg->n_transactions && i < TXS_MAX; i++) {
		g_autoptr(GByteArray) packed = NULL;
		g_autoptr(Tx) tx = NULL;
		Xldgpb__Transaction unnamed = *msg->transactions[i];
		Tx *again;

		unnamed.txid = (ProtobufCBinaryData){ 0, NULL };
		packed = message_pack(&unnamed);
		tx = tx_decode(&bed->suite, buffer_slice(packed), TRUE, NULL,
			       NULL);
		again = tx != NULL ? signed_again(tx) : NULL;
		if (again != NULL)
			g_ptr_array_add(txs, again);
	}
	return txs;
}

/* ---- judging ---- */

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *owners; /* texts */
} Owners;

/* A balance's key: its kind, the owner with its length before it. */
static int32_t
add_owner(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	(void)value;
	g_assert_cmpuint(key.len, ==, 2u + key.data[1]);
	g_ptr_array_add(((Owners *)sink)->owners,
			g_strndup((const char *)key.data + 2, key.data[1]));
	return BSN_OK;
}

static void
check_supply(Layer *layer)
{
	g_autoptr(GPtrArray) owners = g_ptr_array_new_with_free_func(g_free);
	Owners all = { { add_owner }, owners };
	guint64 sum = 0;

	g_assert_cmpint(layer_scan(layer, TEXT("B"), TEXT("C"), 0, &all.sink,
				   NULL),
			==, BSN_OK);
	for (guint i = 0; i < owners->len; i++)
		sum += xuper_bed_balance(layer, owners->pdata[i]);
	g_assert_cmpuint(sum, ==, (guint64)BED_PEOPLE * BED_QUOTA);
}

static void
judge_block(const GPtrArray *txs)
{
	LedgerNode *head = ledger_head(bed->ledger);
	g_autoptr(Block) block = xuper_bed_block(
		bed, head, (Tx *const *)txs->pdata, txs->len);
	bsn_err err = BSN_ERR_INIT;
	Drafted drafted;
	gint code = draft_judge(&bed->verifier, head, block, &drafted, &err);

	g_assert_cmpint(code, >=, XUPER_OK);
	g_assert_cmpint(xuper_bed_judge(bed, head, block, NULL), ==, code);
	g_assert_true((code == XUPER_OK) == (err.reason[0] == '\0'));
	if (code != XUPER_OK)
		return;
	check_supply(drafted.layer);
	xuper_bed_drop(block, &drafted);
}

static void
pool_them(const GPtrArray *txs)
{
	LedgerNode *head = ledger_head(bed->ledger);
	g_autoptr(Block) block = NULL;
	bsn_err err = BSN_ERR_INIT;
	Drafted drafted;

	for (guint i = 0; i < txs->len; i++)
		(void)xuper_bed_submit(bed, txs->pdata[i], &err);
	check_supply(pool_layer(bed->pool));
	block = xuper_bed_make(bed, head, &drafted);
	if (block == NULL)
		return;
	g_assert_cmpuint(block->n_txs, ==, pool_count(bed->pool));
	xuper_bed_drop(block, &drafted);
	g_assert_cmpint(xuper_bed_judge(bed, head, block, &err), ==, XUPER_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GPtrArray) txs = NULL;

	if (bed == NULL)
		begin();
	txs = read_txs(bsn_slice_of(data, size));
	judge_block(txs);
	pool_them(txs);
	pool_free(bed->pool);
	bed->pool = pool_new(&bed->verifier, &bed->owner);
	g_array_set_size(bed->gone, 0);
	return 0;
}
