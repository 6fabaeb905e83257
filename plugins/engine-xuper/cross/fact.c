/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/cross/fact.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/parachain.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* What no other signature of a node's begins with. */
#define LABEL "bsn.cross.fact/1"

/* ---- limits --------------------------------------------------------------- */

static int32_t
check_args(const Bsn__Cross__Question *question, bsn_err *err)
{
	gsize bytes = strlen(question->contract) + strlen(question->method);

	if (question->n_args > FACT_ARGS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a question of another chain has at most %u "
				"arguments",
				FACT_ARGS_MAX);
	for (gsize i = 0; i < question->n_args; i++) {
		bytes += strlen(question->args[i]->name) +
			 question->args[i]->value.len;
		if (i > 0 && strcmp(question->args[i - 1]->name,
				    question->args[i]->name) >= 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"arguments for another chain must be "
					"in order, each once");
	}
	if (bytes > FACT_QUESTION_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a question of another chain has at most %u "
				"bytes",
				FACT_QUESTION_MAX);
	return BSN_OK;
}

int32_t
question_check(const Bsn__Cross__Question *question, bsn_err *err)
{
	const gboolean calls = question->contract[0] != '\0';

	if (!parachain_name_valid(bsn_slice_str(question->chain)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the other chain's name must have 1 to %u of "
				"a-z, 0-9 and -, and not begin with -",
				PARACHAIN_NAME_MAX);
	if (calls == (question->bucket[0] != '\0'))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"another chain is asked for a key of a bucket, "
				"or for a contract's answer: name one of them");
	if (strlen(question->bucket) > XMODEL_BUCKET_MAX ||
	    question->key.len > XMODEL_KEY_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a bucket's name has at most %u bytes, a key "
				"%u",
				XMODEL_BUCKET_MAX, XMODEL_KEY_MAX);
	if (!calls && (question->method[0] != '\0' || question->n_args > 0))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a method and arguments are for a contract");
	return check_args(question, err);
}

const char *
answer_problem(const Bsn__Cross__Answer *answer)
{
	if (answer->height > G_MAXINT64)
		return "no chain is so long";
	if (answer->block_id.len != HASH_LEN)
		return "a block's id has another length";
	if (answer->ref_txid.len != 0 && answer->ref_txid.len != HASH_LEN)
		return "a version has another length";
	if (answer->ref_offset > G_MAXINT32 ||
	    (answer->ref_txid.len == 0 && answer->ref_offset != 0))
		return "a version has no such offset";
	if (answer->value.len > FACT_VALUE_MAX)
		return "the value is too long";
	if (!answer->there && answer->value.len > 0)
		return "there is a value where there is none";
	return NULL;
}

static gboolean
same_bytes(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bsn_slice_equal(message_slice(a), message_slice(b));
}

gboolean
answer_same(const Bsn__Cross__Answer *a, const Bsn__Cross__Answer *b)
{
	return a->there == b->there && same_bytes(a->ref_txid, b->ref_txid) &&
	       a->ref_offset == b->ref_offset && same_bytes(a->value, b->value);
}

/* ---- signatures ----------------------------------------------------------- */

int32_t
fact_chain(Layer *layer, guint8 chain[HASH_LEN], bsn_err *err)
{
	XVersion version;
	const int32_t status =
		xmodel_get(layer, bsn_slice_str(BUCKET_CHAIN),
			   bsn_slice_str(KEY_CHAIN_NAME), &version, NULL, err);

	if (status != BSN_OK)
		return status;
	if (!version.there)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the chain's name cannot be read");
	memcpy(chain, version.txid, HASH_LEN);
	return BSN_OK;
}

void
fact_digest(const Suite *suite, const guint8 chain[HASH_LEN],
	    const Bsn__Cross__Question *question,
	    const Bsn__Cross__Answer *answer, guint8 digest[HASH_LEN])
{
	g_autoptr(GByteArray) asked = message_pack(question);
	g_autoptr(GByteArray) said = message_pack(answer);
	const guint64 len = GUINT64_TO_BE((guint64)asked->len);
	const bsn_slice parts[] = {
		bsn_slice_str(LABEL),
		bsn_slice_of(chain, HASH_LEN),
		bsn_slice_of((const guint8 *)&len, sizeof(len)),
		buffer_slice(asked),
		buffer_slice(said),
	};

	suite_double(suite, parts, G_N_ELEMENTS(parts), digest);
}

gboolean
fact_signed(const Suite *suite, const guint8 digest[HASH_LEN],
	    bsn_slice public_key, bsn_slice signature)
{
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = BSN_SIGN_DIGEST,
		.public_key = public_key,
		.message = bsn_slice_of(digest, HASH_LEN),
		.signature = signature,
	};

	return public_key.len == PUBLIC_KEY_LEN &&
	       signature.len == SIGNATURE_RAW_LEN &&
	       suite->signature->verify(&item) == BSN_OK;
}

gboolean
fact_validator(const Agreement *agreement, bsn_slice public_key)
{
	for (guint i = 0; i < agreement->n_validators; i++)
		if (bsn_slice_equal(g_array_index(agreement->list, bsn_member,
						  i).public_key,
				    public_key))
			return TRUE;
	return FALSE;
}

static gboolean
is_twice(const Bsn__Cross__Fact *fact, gsize at)
{
	for (gsize i = 0; i < at; i++)
		if (same_bytes(fact->endorsements[i]->public_key,
			       fact->endorsements[at]->public_key))
			return TRUE;
	return FALSE;
}

static int32_t
check_endorsement(const Suite *suite, const guint8 digest[HASH_LEN],
		  const Agreement *agreement, const Bsn__Cross__Fact *fact,
		  gsize at, bsn_err *err)
{
	const Bsn__Cross__Endorsement *by = fact->endorsements[at];
	const bsn_slice key = message_slice(by->public_key);

	if (!fact_validator(agreement, key) || is_twice(fact, at))
		return bsn_fail(err, BSN_DENIED,
				"the answer of chain %s is endorsed by one who "
				"is no validator now, or by one twice: begin "
				"the transaction again",
				fact->question->chain);
	if (fact_signed(suite, digest, key, message_slice(by->signature)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"an endorsement of the answer of chain %s does not "
			"verify",
			fact->question->chain);
}

int32_t
fact_endorsed(const Suite *suite, const guint8 chain[HASH_LEN],
	      const Agreement *agreement, const Bsn__Cross__Fact *fact,
	      bsn_err *err)
{
	const guint quorum = fact_quorum(agreement->n_validators);
	guint8 digest[HASH_LEN];
	int32_t status = BSN_OK;

	if (fact->n_endorsements < quorum)
		return bsn_fail(err, BSN_DENIED,
				"the answer of chain %s has %u endorsements; "
				"%u of %u validators must endorse it",
				fact->question->chain,
				(guint)fact->n_endorsements, quorum,
				agreement->n_validators);
	fact_digest(suite, chain, fact->question, fact->answer, digest);
	for (gsize i = 0; i < fact->n_endorsements && status == BSN_OK; i++)
		status = check_endorsement(suite, digest, agreement, fact, i,
					   err);
	return status;
}
