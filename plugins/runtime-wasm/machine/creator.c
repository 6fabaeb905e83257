/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/creator.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "common/common.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "msp/identities.pb-c.h"
#include "peer/proposal.pb-c.h"

/* ---- names ---------------------------------------------------------------- */

/* The attributes that Go's library keeps of a name, the last of its order first,
 * as a text has them. Of those that may be there but once the last one counts. */
static const struct {
	int nid;
	const char *name;
	gboolean once;
} attributes[] = {
	{ NID_serialNumber, "SERIALNUMBER", TRUE },
	{ NID_commonName, "CN", TRUE },
	{ NID_postalCode, "POSTALCODE", FALSE },
	{ NID_streetAddress, "STREET", FALSE },
	{ NID_stateOrProvinceName, "ST", FALSE },
	{ NID_localityName, "L", FALSE },
	{ NID_organizationalUnitName, "OU", FALSE },
	{ NID_organizationName, "O", FALSE },
	{ NID_countryName, "C", FALSE },
};

/* RFC 2253, section 2.4. */
static void
append_escaped(GString *text, const char *value, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		const gboolean outer = i == 0 || i == len - 1;

		if (strchr(",+\"\\<>;", value[i]) != NULL ||
		    (outer && value[i] == ' ') || (i == 0 && value[i] == '#'))
			g_string_append_c(text, '\\');
		g_string_append_c(text, value[i]);
	}
}

static void
append_value(GString *text, const X509_NAME *name, int at)
{
	unsigned char *value = NULL;
	const int len = ASN1_STRING_to_UTF8(
		&value,
		X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

	if (len > 0)
		append_escaped(text, (const char *)value, (gsize)len);
	OPENSSL_free(value);
}

static void
append_attribute(GString *text, X509_NAME *name, gsize which, gsize begin)
{
	gboolean first = TRUE;
	int at = -1, next;

	while ((next = X509_NAME_get_index_by_NID(name, attributes[which].nid,
						  at)) >= 0) {
		at = next;
		if (attributes[which].once &&
		    X509_NAME_get_index_by_NID(name, attributes[which].nid,
					       at) >= 0)
			continue;
		if (!first)
			g_string_append_c(text, '+');
		else if (text->len > begin)
			g_string_append_c(text, ',');
		first = FALSE;
		g_string_append_printf(text, "%s=", attributes[which].name);
		append_value(text, name, at);
	}
}

static void
append_name(GString *text, X509_NAME *name)
{
	const gsize begin = text->len;

	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
		append_attribute(text, name, i, begin);
}

char *
wasm_creator_id(bsn_slice pem)
{
	BIO *bio = pem.len > 0 && pem.len <= G_MAXINT ?
			   BIO_new_mem_buf(pem.data, (int)pem.len) :
			   NULL;
	X509 *certificate =
		bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	g_autoptr(GString) text = NULL;
	g_autofree char *valid = NULL;

	if (certificate != NULL) {
		text = g_string_new("x509::");
		append_name(text, X509_get_subject_name(certificate));
		g_string_append(text, "::");
		append_name(text, X509_get_issuer_name(certificate));
		valid = g_utf8_make_valid(text->str, (gssize)text->len);
	}
	X509_free(certificate);
	BIO_free(bio);
	ERR_clear_error();
	return g_steal_pointer(&valid);
}

/* ---- proposals ------------------------------------------------------------ */

static const Common__Header *
header_of(Arena *arena, bsn_slice bytes)
{
	const Protos__SignedProposal *signed_one = message_unpack(
		arena, &protos__signed_proposal__descriptor, bytes, NULL, NULL);
	const Protos__Proposal *proposal = NULL;

	if (signed_one != NULL)
		proposal = message_unpack(
			arena, &protos__proposal__descriptor,
			message_slice(signed_one->proposal_bytes), NULL, NULL);
	return proposal != NULL ?
		       message_unpack(arena, &common__header__descriptor,
				      message_slice(proposal->header), NULL,
				      NULL) :
		       NULL;
}

static void
read_id(Arena *arena, const Common__Header *header, Creator *creator)
{
	const Common__SignatureHeader *signer = message_unpack(
		arena, &common__signature_header__descriptor,
		message_slice(header->signature_header), NULL, NULL);
	const Msp__SerializedIdentity *identity = NULL;
	g_autofree char *id = NULL;

	if (signer != NULL)
		identity = message_unpack(
			arena, &msp__serialized_identity__descriptor,
			message_slice(signer->creator), NULL, NULL);
	if (identity != NULL)
		id = wasm_creator_id(message_slice(identity->id_bytes));
	if (id != NULL)
		creator->id = arena_copy(arena, id, strlen(id));
}

static void
read_time(Arena *arena, const Common__Header *header, Creator *creator)
{
	const Common__ChannelHeader *channel = message_unpack(
		arena, &common__channel_header__descriptor,
		message_slice(header->channel_header), NULL, NULL);

	if (channel == NULL || channel->timestamp == NULL ||
	    channel->timestamp->seconds < 0 || channel->timestamp->nanos < 0)
		return;
	creator->time_ms = (guint64)channel->timestamp->seconds * 1000 +
			   (guint64)channel->timestamp->nanos / 1000000;
}

void
wasm_creator_read(Arena *arena, bsn_slice signed_proposal, Creator *creator)
{
	const Common__Header *header = header_of(arena, signed_proposal);

	*creator = (Creator){ .id = "" };
	if (header == NULL)
		return;
	read_id(arena, header, creator);
	read_time(arena, header, creator);
}
