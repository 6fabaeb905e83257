/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/certificate.h"

#include <bsn/helpers/error.h>

#define FORMAT 1u

void
certificate_put(const Certificate *certificate, GByteArray *out)
{
	wire_put(out, FORMAT, 1);
	wire_put(out, certificate->kind, 1);
	wire_put_id(out, &certificate->chain_id);
	wire_put(out, certificate->view, 8);
	wire_put(out, certificate->n, 2);
	for (guint i = 0; i < certificate->n; i++) {
		wire_put(out, certificate->list[i].signer, 2);
		wire_put_signature(out, &certificate->list[i].signature);
	}
}

static void
read_endorsements(Wire *reader, Certificate *certificate)
{
	certificate->n = wire_u16(reader);
	if (certificate->n > MEMBERS_MAX)
		reader->bad = TRUE;
	for (guint i = 0; !reader->bad && i < certificate->n; i++) {
		Endorsement *one = &certificate->list[i];

		one->signer = wire_u16(reader);
		one->signature = wire_signature(reader);
		if (i > 0 && one->signer <= certificate->list[i - 1].signer)
			reader->bad = TRUE;
	}
}

gboolean
certificate_read(bsn_slice bytes, Certificate *certificate)
{
	Wire reader = wire_of(bytes);

	if (wire_u8(&reader) != FORMAT)
		return FALSE;
	certificate->kind = wire_u8(&reader);
	certificate->chain_id = wire_id(&reader, 1);
	certificate->view = wire_u64(&reader);
	read_endorsements(&reader, certificate);
	return wire_end(&reader) && (certificate->kind == STATEMENT_PREPARE ||
				     certificate->kind == STATEMENT_COMMIT);
}

/* What can be told without arithmetic. */
static const char *
problem(const Certificate *certificate, const Members *members,
	const bsn_id *chain_id, guint8 kind)
{
	if (certificate->kind != kind)
		return "it is of votes of another kind";
	if (chain_id != NULL && !id_equal(chain_id, &certificate->chain_id))
		return "it is of another chain";
	if (certificate->n < members->quorum)
		return "its signers are no quorum";
	if (certificate->list[certificate->n - 1].signer >= members->n)
		return "it names a signer that there is not";
	return NULL;
}

int32_t
certificate_verify(const Certificate *certificate, const Members *members,
		   const bsn_id *chain_id, guint8 kind, guint64 height,
		   const bsn_id *digest, bsn_chain *chain, bsn_err *err)
{
	g_autoptr(Claims) claims = claims_new(members);
	const Statement statement = { .kind = kind,
				      .height = height,
				      .view = certificate->view,
				      .digest = *digest };
	const char *wrong = problem(certificate, members, chain_id, kind);

	for (guint i = 0; wrong == NULL && i < certificate->n; i++)
		statement_claim(claims, &certificate->chain_id,
				certificate->list[i].signer, &statement,
				&certificate->list[i].signature);
	if (wrong == NULL && !claims_verify(claims, chain, NULL))
		wrong = "a signature in it does not verify";
	if (wrong == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_SIGNATURE,
			"the certificate of height %" G_GUINT64_FORMAT
			" proves nothing: %s",
			height, wrong);
}
