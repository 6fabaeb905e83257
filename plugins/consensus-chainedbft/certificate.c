/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/certificate.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

/* XuperChain's QCState of a block that is voted for. */
#define TYPE_PREPARE 1u
/* Protobuf's tags: number << 3 | wire type. */
#define TAG_PROPOSAL_ID 0x0au
#define TAG_PROPOSAL_MSG 0x12u
#define TAG_TYPE 0x18u
#define TAG_VIEW_NUMBER 0x20u
#define TAG_SIGN_INFOS 0x2au
#define TAG_SIGN_INFO 0x0au
#define TAG_PUBLIC_KEY 0x12u
#define TAG_SIGN 0x1au

/* ---- protobuf ---------------------------------------------------------- */

static void
put_varint(GByteArray *out, guint64 number)
{
	for (; number >= 0x80; number >>= 7)
		wire_put(out, (number & 0x7f) | 0x80, 1);
	wire_put(out, number, 1);
}

static void
put_bytes(GByteArray *out, guint tag, bsn_slice bytes)
{
	wire_put(out, tag, 1);
	put_varint(out, bytes.len);
	wire_put_bytes(out, bytes);
}

/* At most 9 bytes: no number here is above an int64's. */
static guint64
read_varint(Wire *reader)
{
	guint64 number = 0;

	for (guint shift = 0; shift < 63; shift += 7) {
		guint8 byte = wire_u8(reader);

		number |= (guint64)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
	reader->bad = TRUE;
	return 0;
}

/* The number of a field that must come now. */
static guint64
read_number(Wire *reader, guint tag)
{
	if (wire_u8(reader) != tag)
		reader->bad = TRUE;
	return read_varint(reader);
}

/* A field of bytes that must come now. */
static bsn_slice
read_bytes(Wire *reader, guint tag)
{
	return wire_bytes(reader, read_number(reader, tag));
}

/* ---- the encoding ------------------------------------------------------ */

static void
put_endorsement(const Endorsement *one, GByteArray *out)
{
	g_autofree char *key =
		hex_encode(bsn_slice_of(one->key, one->key_len));
	g_autoptr(GByteArray) info = g_byte_array_new();

	put_bytes(info, TAG_PUBLIC_KEY, bsn_slice_str(key + 2));
	put_bytes(info, TAG_SIGN,
		  bsn_slice_of(one->signature.bytes, one->signature.len));
	put_bytes(out, TAG_SIGN_INFO, buffer_slice(info));
}

static GBytes *
encode(const Certificate *certificate)
{
	GByteArray *out = g_byte_array_new();
	g_autoptr(GByteArray) msg = g_byte_array_new();
	g_autoptr(GByteArray) signs = g_byte_array_new();

	vote_info_put_msg(&certificate->info, msg);
	for (guint i = 0; i < certificate->n; i++)
		put_endorsement(&certificate->list[i], signs);
	put_bytes(out, TAG_PROPOSAL_ID, bsn_id_slice(&certificate->info.id));
	put_bytes(out, TAG_PROPOSAL_MSG, buffer_slice(msg));
	wire_put(out, TAG_TYPE, 1);
	put_varint(out, TYPE_PREPARE);
	wire_put(out, TAG_VIEW_NUMBER, 1);
	put_varint(out, certificate->info.round);
	put_bytes(out, TAG_SIGN_INFOS, buffer_slice(signs));
	return g_byte_array_free_to_bytes(out);
}

/* Hex as hex_encode writes it. */
static gboolean
read_key(bsn_slice text, Endorsement *one)
{
	g_autoptr(GByteArray) key = g_byte_array_new();

	if (!hex_decode((const char *)text.data, text.len, key) ||
	    key->len == 0 || key->len > BSN_PUBLIC_KEY_MAX)
		return FALSE;
	one->key_len = (guint8)key->len;
	memcpy(one->key, key->data, key->len);
	return TRUE;
}

static gboolean
read_endorsement(bsn_slice bytes, Endorsement *one)
{
	Wire reader = wire_of(bytes);
	bsn_slice key = read_bytes(&reader, TAG_PUBLIC_KEY);
	bsn_slice sign = read_bytes(&reader, TAG_SIGN);

	if (!wire_end(&reader) || sign.len == 0 ||
	    sign.len > BSN_SIGNATURE_MAX || !read_key(key, one))
		return FALSE;
	one->signature.len = (guint8)sign.len;
	memcpy(one->signature.bytes, sign.data, sign.len);
	return TRUE;
}

static gint
compare_keys(gconstpointer a, gconstpointer b)
{
	const Endorsement *left = a, *right = b;
	gint order = memcmp(left->key, right->key,
			    MIN(left->key_len, right->key_len));

	return order != 0 ? order : left->key_len - right->key_len;
}

static gboolean
read_endorsements(bsn_slice bytes, Certificate *certificate)
{
	Wire reader = wire_of(bytes);

	certificate->list = g_new0(Endorsement, MEMBERS_MAX);
	while (!reader.bad && reader.rest.len > 0) {
		Endorsement *one = &certificate->list[certificate->n];

		if (certificate->n == MEMBERS_MAX ||
		    !read_endorsement(read_bytes(&reader, TAG_SIGN_INFO), one))
			return FALSE;
		if (certificate->n > 0 && compare_keys(one - 1, one) >= 0)
			return FALSE;
		certificate->n++;
	}
	return !reader.bad && certificate->n > 0;
}

static gboolean
read_fields(bsn_slice bytes, Certificate *certificate)
{
	Wire reader = wire_of(bytes);
	bsn_slice id = read_bytes(&reader, TAG_PROPOSAL_ID);
	bsn_slice msg = read_bytes(&reader, TAG_PROPOSAL_MSG);
	bsn_slice signs;
	guint64 type = read_number(&reader, TAG_TYPE);

	certificate->info.round = read_number(&reader, TAG_VIEW_NUMBER);
	signs = read_bytes(&reader, TAG_SIGN_INFOS);
	if (!wire_end(&reader) || id.len == 0 || id.len > BSN_ID_MAX ||
	    type != TYPE_PREPARE || certificate->info.round == 0)
		return FALSE;
	certificate->info.id = bsn_id_of(id.data, id.len);
	return vote_info_read_msg(msg, &certificate->info) &&
	       read_endorsements(signs, certificate);
}

/* ---- life -------------------------------------------------------------- */

static void
clear(gpointer data)
{
	Certificate *certificate = data;

	g_free(certificate->list);
	g_clear_pointer(&certificate->bytes, g_bytes_unref);
}

Certificate *
certificate_ref(Certificate *certificate)
{
	return g_rc_box_acquire(certificate);
}

void
certificate_unref(Certificate *certificate)
{
	if (certificate != NULL)
		g_rc_box_release_full(certificate, clear);
}

Certificate *
certificate_new(const VoteInfo *info, const Members *members,
		const guint *signers, const Signature *signatures, guint n)
{
	Certificate *certificate = g_rc_box_new0(Certificate);

	certificate->info = *info;
	certificate->n = n;
	certificate->list = g_new0(Endorsement, n);
	for (guint i = 0; i < n; i++) {
		Endorsement *one = &certificate->list[i];
		bsn_slice key = bytes_slice(members->list[signers[i]].key);

		one->key_len = (guint8)key.len;
		memcpy(one->key, key.data, key.len);
		one->signature = signatures[i];
	}
	qsort(certificate->list, n, sizeof(Endorsement), compare_keys);
	certificate->bytes = encode(certificate);
	return certificate;
}

/* What would be written otherwise than it was read has another encoding. */
Certificate *
certificate_read(bsn_slice bytes)
{
	g_autoptr(Certificate) certificate = g_rc_box_new0(Certificate);

	if (bytes.len > CERTIFICATE_MAX || !read_fields(bytes, certificate))
		return NULL;
	certificate->bytes = encode(certificate);
	if (!bsn_slice_equal(bytes_slice(certificate->bytes), bytes))
		return NULL;
	return g_steal_pointer(&certificate);
}

/* ---- what it proves ---------------------------------------------------- */

static const char *
claim_all(const Certificate *certificate, const Members *members,
	  Claims *claims)
{
	g_autoptr(GByteArray) text = g_byte_array_new();

	vote_info_put_text(&certificate->info, text);
	for (guint i = 0; i < certificate->n; i++) {
		const Endorsement *one = &certificate->list[i];
		gint signer = members_find(
			members, bsn_slice_of(one->key, one->key_len));

		if (signer < 0)
			return "it names a signer that is no member";
		claims_add(claims, (guint)signer, buffer_slice(text),
			   &one->signature);
	}
	return NULL;
}

int32_t
certificate_verify(const Certificate *certificate, const Members *members,
		   const bsn_id *chain_id, bsn_chain *chain, bsn_err *err)
{
	g_autoptr(Claims) claims = claims_new(members);
	const char *wrong = NULL;

	if (chain_id != NULL &&
	    !id_equal(chain_id, &certificate->info.chain_id))
		wrong = "it is of another chain";
	else if (certificate->n < members->quorum)
		wrong = "its signers are no quorum";
	else
		wrong = claim_all(certificate, members, claims);
	if (wrong == NULL && !claims_verify(claims, chain, NULL))
		wrong = "a signature in it does not verify";
	if (wrong == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"the certificate of a block of height %" G_GUINT64_FORMAT
			" proves nothing: %s",
			certificate->info.height, wrong);
}

gboolean
certificate_names(const Certificate *certificate, const bsn_id *id)
{
	return certificate->info.final.len > 0 &&
	       id_equal(&certificate->info.final, id);
}
