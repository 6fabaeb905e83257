/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/signing.h"

#include "plugins/engine-xuper/contract/build.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Bytes of a state: the transaction in Base64, and who signs. */
#define STATE_MAX (TX_MAX / 3 * 4 + (256u << 10))

/* ---- places ------------------------------------------------------------ */

/* The signature number i: those of the initiator first. */
static Xldgpb__SignatureInfo *
place_at(const Xldgpb__Transaction *msg, gsize i)
{
	return i < msg->n_initiator_signs ?
		       msg->initiator_signs[i] :
		       msg->auth_require_signs[i - msg->n_initiator_signs];
}

static gsize
place_count(const Xldgpb__Transaction *msg)
{
	return msg->n_initiator_signs + msg->n_auth_require_signs;
}

/* The next that is not signed; NULL: all are. */
static Xldgpb__SignatureInfo *
next_place(const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < place_count(msg); i++)
		if (place_at(msg, i)->sign.len == 0)
			return place_at(msg, i);
	return NULL;
}

/* Puts one person's signature into all places that are theirs. */
static void
fill_places(Xldgpb__Transaction *msg, const char *key, bsn_slice der)
{
	for (gsize i = 0; i < place_count(msg); i++)
		if (place_at(msg, i)->sign.len == 0 &&
		    strcmp(place_at(msg, i)->publickey, key) == 0)
			place_at(msg, i)->sign = message_bytes(der);
}

/* How many people have signed, where each key counts once. */
static guint
count_signed(const Xldgpb__Transaction *msg)
{
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < place_count(msg); i++)
		if (place_at(msg, i)->sign.len > 0)
			g_hash_table_add(keys, place_at(msg, i)->publickey);
	return g_hash_table_size(keys);
}

/* ---- the state --------------------------------------------------------- */

/* The address of a key that is in a place; FALSE: it is none. */
static gboolean
place_address(const Suite *suite, const Xldgpb__SignatureInfo *place,
	      char address[ADDRESS_MAX])
{
	guint8 key[PUBLIC_KEY_LEN];

	if (!key_from_json(suite, bsn_slice_str(place->publickey), key))
		return FALSE;
	address_of(suite, key, address);
	return TRUE;
}

/* The place that waits for an address' signature; NULL: there is none. */
static Xldgpb__SignatureInfo *
place_of(const Suite *suite, const Xldgpb__Transaction *msg,
	 const char *address)
{
	char own[ADDRESS_MAX];

	for (gsize i = 0; i < place_count(msg); i++)
		if (place_at(msg, i)->sign.len == 0 &&
		    place_address(suite, place_at(msg, i), own) &&
		    strcmp(own, address) == 0)
			return place_at(msg, i);
	return NULL;
}

/* Who signs after `turn`. */
static json_t *
who_signs(const Suite *suite, const Xldgpb__Transaction *msg, const char *turn)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	json_t *list = json_array();
	char address[ADDRESS_MAX];

	for (gsize i = 0; i < place_count(msg); i++) {
		const Xldgpb__SignatureInfo *place = place_at(msg, i);

		if (place->sign.len == 0 &&
		    g_hash_table_add(seen, place->publickey) &&
		    place_address(suite, place, address) &&
		    strcmp(address, turn) != 0)
			json_array_append_new(list, json_string(address));
	}
	return list;
}

static char *
state_text(const Suite *suite, const Xldgpb__Transaction *msg,
	   const char *turn)
{
	g_autoptr(json_t) state = json_object();
	g_autoptr(GByteArray) bytes = message_pack(msg);
	g_autofree char *tx = g_base64_encode(bytes->data, bytes->len);

	json_object_set_new(state, "turn", json_string(turn));
	json_object_set_new(state, "then", who_signs(suite, msg, turn));
	json_object_set_new(state, "tx", json_string(tx));
	return json_text(state);
}

static void
answer_finished(const bsn_ledger *ledger, const Tx *tx, guint round,
		bsn_reply *reply)
{
	const bsn_signable signable = {
		.size = sizeof(signable),
		.round = round,
		.convention = BSN_SIGN_DIGEST,
		.algorithm = ledger->suite.algorithm,
		.tx = tx->bytes,
		.tx_id = bsn_id_of(tx->id, HASH_LEN),
	};

	services.reply->signable(reply, &signable);
}

/* Asks `turn` to sign; `other`: not the one who has asked for it. */
static void
answer_turn(bsn_ledger *ledger, const Xldgpb__Transaction *msg,
	    const char *turn, gboolean other, bsn_reply *reply)
{
	g_autofree char *state = state_text(&ledger->suite, msg, turn);
	guint8 digest[HASH_LEN];
	bsn_signable signable;

	tx_digest(&ledger->suite, msg, digest);
	signable = (bsn_signable){
		.size = sizeof(signable),
		.round = count_signed(msg) + 1,
		.convention = BSN_SIGN_DIGEST,
		.algorithm = ledger->suite.algorithm,
		.message = bsn_slice_of(digest, HASH_LEN),
		.state = bsn_slice_str(state),
		.signer = bsn_slice_str(other ? turn : ""),
	};
	services.reply->signable(reply, &signable);
}

/* Whoever has come to a place knows its key to be one. */
static void
answer_next(bsn_ledger *ledger, const Xldgpb__Transaction *msg,
	    bsn_reply *reply)
{
	char turn[ADDRESS_MAX] = "";

	(void)place_address(&ledger->suite, next_place(msg), turn);
	answer_turn(ledger, msg, turn, TRUE, reply);
}

void
signing_answer(const Plan *plan, const Xldgpb__Transaction *msg,
	       bsn_reply *reply)
{
	bsn_ledger *ledger = plan->ledger;

	if (place_of(&ledger->suite, msg, plan->signer) != NULL)
		answer_turn(ledger, msg, plan->signer, FALSE, reply);
	else
		answer_next(ledger, msg, reply);
}

/* What comes back is from outside again. */
static Xldgpb__Transaction *
read_state(Arena *arena, bsn_slice text, char turn[ADDRESS_MAX], bsn_err *err)
{
	g_autoptr(json_t) state = NULL;
	JsonFields fields =
		fields_parse(text, STATE_MAX, "state", &state, err);
	const char *tx = fields_string(&fields, "tx", STATE_MAX, "");
	Xldgpb__Transaction *msg;
	g_autofree guchar *bytes = NULL;
	gsize len = 0;

	g_strlcpy(turn, fields_string(&fields, "turn", ADDRESS_MAX, ""),
		  ADDRESS_MAX);
	(void)fields_array(&fields, "then", 2 * TX_AUTH_MAX);
	if (fields_end(&fields) != BSN_OK)
		return NULL;
	if (tx[0] != '\0')
		bytes = g_base64_decode(tx, &len);
	if (len > TX_MAX) {
		bsn_fail(err, BSN_TOO_LARGE, "state.tx is too long");
		return NULL;
	}
	/* A transaction of no bytes is a message, too, of nobody's. */
	msg = message_unpack(arena, &xldgpb__transaction__descriptor,
			     bsn_slice_of(bytes, len), NULL, err);
	if (msg == NULL)
		return NULL;
	if (msg->n_initiator_signs == 0 ||
	    place_count(msg) > 2 * TX_AUTH_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "state.tx has no place for a signature, or too many");
		return NULL;
	}
	return msg;
}

/* ---- a round ----------------------------------------------------------- */

/* Signatures come as X9.62's DER, or as r || s. */
static bsn_slice
read_signature(bsn_slice given, guint8 der[DER_SIGNATURE_MAX])
{
	guint8 raw[DER_SIGNATURE_RAW_LEN];

	if (der_read_signature(given, raw) || given.len != sizeof(raw))
		return given;
	return bsn_slice_of(der, der_put_signature(given.data, der));
}

/* The place of whose turn it is. */
static Xldgpb__SignatureInfo *
turn_place(const Suite *suite, const Xldgpb__Transaction *msg,
	   const char *turn, bsn_err *err)
{
	Xldgpb__SignatureInfo *place = place_of(suite, msg, turn);

	if (place == NULL)
		bsn_fail(err, BSN_BAD_REQUEST, "%s",
			 next_place(msg) == NULL ?
				 "all have signed state.tx already" :
				 "state.turn is nobody who must sign state.tx "
				 "yet");
	return place;
}

static int32_t
take_signature(const Suite *suite, Xldgpb__Transaction *msg,
	       Xldgpb__SignatureInfo *place, bsn_slice der, bsn_err *err)
{
	guint8 key[PUBLIC_KEY_LEN];
	guint8 digest[HASH_LEN];
	char address[ADDRESS_MAX];
	const SuiteItem item = { key, digest, der };
	int32_t status = BSN_OK;

	if (!key_from_json(suite, bsn_slice_str(place->publickey), key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"state.tx has a key that is none of %s",
				suite->algorithm);
	address_of(suite, key, address);
	tx_digest(suite, msg, digest);
	suite_verify(suite, &item, 1, &status);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the signature is not that of %s, whose turn "
				"it is",
				address);
	fill_places(msg, place->publickey, der);
	return BSN_OK;
}

/* Everybody has signed: the transaction must be one that the pool may take. */
static int32_t
finish(bsn_ledger *ledger, const Xldgpb__Transaction *msg, bsn_reply *reply,
       bsn_err *err)
{
	g_autoptr(Tx) made = tx_make(&ledger->suite, msg);
	g_autoptr(Tx) tx = NULL;
	int32_t status = BSN_OK;
	gint code;

	tx = tx_decode(&ledger->suite, made->bytes, FALSE, &status, err);
	if (tx == NULL)
		return status;
	verify_static(&ledger->verifier, &tx, 1, &code, err);
	if (code != XUPER_OK)
		return code < 0 ? code : code_status(code);
	answer_finished(ledger, tx, count_signed(msg), reply);
	return BSN_OK;
}

int32_t
build_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
		 bsn_reply *reply, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	char turn[ADDRESS_MAX];
	Xldgpb__Transaction *msg = read_state(&arena, state, turn, err);
	guint8 der[DER_SIGNATURE_MAX];
	Xldgpb__SignatureInfo *place;
	int32_t status;

	if (msg == NULL)
		return BSN_BAD_REQUEST;
	place = turn_place(&ledger->suite, msg, turn, err);
	if (place == NULL)
		return BSN_BAD_REQUEST;
	status = take_signature(&ledger->suite, msg, place,
				read_signature(signature, der), err);
	if (status != BSN_OK)
		return status;
	if (next_place(msg) == NULL)
		return finish(ledger, msg, reply, err);
	answer_next(ledger, msg, reply);
	return BSN_OK;
}
