/* SPDX-License-Identifier: Apache-2.0
 *
 * An organisation's MSP in words.
 */
#include "msp/msp_config.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/words_private.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/hex.h"

/* Bytes of a digest that are shown. */
#define DIGEST_SHOWN 8u

/* ---- certificates ------------------------------------------------------- */

/* "CN=North CA, 0x5f0c21aa9b3e7710, until 2035-11-01"; by its bytes when it is
 * none of the channel's. */
static json_t *
certificate_words(const Words *words, bsn_slice pem)
{
	g_autoptr(X509) certificate = NULL;
	g_autoptr(GDateTime) end = NULL;
	g_autofree char *subject = certificate_subject(pem);
	g_autofree char *digest = NULL;
	g_autofree char *until = NULL;
	g_autofree char *text = NULL;
	guint8 hash[HASH_LEN];

	if (subject == NULL ||
	    certificate_parse(words->suite, pem, &certificate, NULL) !=
		    BSN_OK ||
	    certificate_digest(words->suite, certificate, hash) != BSN_OK)
		return text_json(pem);
	digest = hex_encode(bsn_slice_of(hash, DIGEST_SHOWN));
	end = g_date_time_new_from_unix_utc(certificate_not_after(certificate));
	until = end != NULL ? g_date_time_format(end, "%Y-%m-%d")
			    : g_strdup("9999-12-31");
	text = g_strdup_printf("%s, %s, until %s", subject, digest, until);
	return json_string(text);
}

static void
set_certificates(const Words *words, json_t *json, const char *name,
		 const ProtobufCBinaryData *list, gsize n)
{
	json_t *array;

	if (n == 0)
		return;
	array = json_array();
	for (gsize i = 0; i < n; i++)
		json_array_append_new(
			array, certificate_words(words, message_slice(list[i])));
	json_object_set_new(json, name, array);
}

/* Lists are told apart by their digests. */
static void
set_lists(const Words *words, json_t *json, const ProtobufCBinaryData *list,
	  gsize n)
{
	json_t *array;

	if (n == 0)
		return;
	array = json_array();
	for (gsize i = 0; i < n; i++) {
		const bsn_slice pem = message_slice(list[i]);
		guint8 hash[HASH_LEN] = { 0 };

		(void)suite_digest(words->suite, &pem, 1, hash);
		json_array_append_new(
			array, hex_json(bsn_slice_of(hash, DIGEST_SHOWN)));
	}
	json_object_set_new(json, "revocation_lists", array);
}

/* ---- an organisation ---------------------------------------------------- */

static void
set_unit(json_t *json, const char *role, const Msp__FabricOUIdentifier *unit)
{
	if (unit != NULL)
		json_object_set_new(
			json, role,
			text_json(bsn_slice_str(
				unit->organizational_unit_identifier)));
}

static json_t *
node_ous_words(const Msp__FabricNodeOUs *ous)
{
	json_t *json;

	if (ous == NULL || !ous->enable)
		return json_false();
	json = json_object();
	set_unit(json, "client", ous->client_ou_identifier);
	set_unit(json, "peer", ous->peer_ou_identifier);
	set_unit(json, "admin", ous->admin_ou_identifier);
	set_unit(json, "orderer", ous->orderer_ou_identifier);
	return json;
}

static void
set_units(json_t *json, const Msp__FabricMSPConfig *msp)
{
	json_t *array;

	if (msp->n_organizational_unit_identifiers == 0)
		return;
	array = json_array();
	for (gsize i = 0; i < msp->n_organizational_unit_identifiers; i++)
		json_array_append_new(
			array, text_json(bsn_slice_str(
				       msp->organizational_unit_identifiers[i]
					       ->organizational_unit_identifier)));
	json_object_set_new(json, "organizational_units", array);
}

gboolean
words_set_msp(Words *words, json_t *json, const void *message)
{
	const Msp__MSPConfig *outer = message;
	const Msp__FabricMSPConfig *msp = message_unpack(
		&words->arena, &msp__fabric_mspconfig__descriptor,
		message_slice(outer->config), NULL, NULL);

	if (msp == NULL)
		return FALSE;
	json_object_set_new(json, "msp_id",
			    text_json(bsn_slice_str(msp->name)));
	set_certificates(words, json, "root_certs", msp->root_certs,
			 msp->n_root_certs);
	set_certificates(words, json, "intermediate_certs",
			 msp->intermediate_certs, msp->n_intermediate_certs);
	set_certificates(words, json, "admins", msp->admins, msp->n_admins);
	set_lists(words, json, msp->revocation_list, msp->n_revocation_list);
	set_units(json, msp);
	json_object_set_new(json, "node_ous",
			    node_ous_words(msp->fabric_node_ous));
	return TRUE;
}
