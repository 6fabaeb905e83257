/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/agreement.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

/* Bytes of an agreement with all its members. */
#define AGREEMENT_MAX (4u << 20)

void
agreement_free(Agreement *agreement)
{
	if (agreement == NULL)
		return;
	g_clear_pointer(&agreement->list, g_array_unref);
	g_clear_pointer(&agreement->memory, g_byte_array_unref);
	g_free(agreement->protocol);
	g_free(agreement->config);
	g_free(agreement);
}

static Agreement *
agreement_new(const char *protocol, const json_t *config)
{
	Agreement *made = g_new0(Agreement, 1);

	made->list = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	made->memory = g_byte_array_new();
	made->protocol = g_strdup(protocol);
	made->config = protocol_text(config);
	return made;
}

/* Slices are offsets into `memory` until it is complete. */
static bsn_slice
keep(Agreement *made, const void *data, gsize len)
{
	gsize offset = made->memory->len;

	g_byte_array_append(made->memory, data, (guint)len);
	return bsn_slice_of(GSIZE_TO_POINTER(offset), len);
}

static void
settle(Agreement *made, bsn_slice *slice)
{
	slice->data = made->memory->data + GPOINTER_TO_SIZE(slice->data);
}

static void
settle_all(Agreement *made)
{
	for (guint i = 0; i < made->list->len; i++) {
		bsn_member *member = &g_array_index(made->list, bsn_member, i);

		settle(made, &member->public_key);
		settle(made, &member->name);
		settle(made, &member->address);
	}
}

static gboolean
add(Agreement *made, const Suite *suite, const Member *member,
    gboolean validates)
{
	guint8 key[PUBLIC_KEY_LEN];
	bsn_member entry = { .size = sizeof(entry),
			     .role = validates ? BSN_ROLE_CONSENSUS
					       : BSN_ROLE_OBSERVER,
			     .algorithm = suite->algorithm };

	if (!hex_decode_fixed(member->public_key, strlen(member->public_key),
			      key, sizeof(key)))
		return FALSE;
	entry.public_key = keep(made, key, sizeof(key));
	entry.name = keep(made, member->name, strlen(member->name));
	entry.address = keep(made, member->address, strlen(member->address));
	g_array_append_val(made->list, entry);
	made->n_validators += validates ? 1 : 0;
	return TRUE;
}

/* ---- as the state has it ----------------------------------------------- */

static int32_t
add_validators(Agreement *made, Layer *layer, const Suite *suite,
	       const json_t *validators, bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();

	for (gsize i = 0; i < json_array_size(validators); i++) {
		const char *address = terms_at(validators, i);
		g_auto(Member) member = { 0 };
		XVersion version;
		int32_t status = xmodel_get(
			layer, bsn_slice_str(BUCKET_MEMBER),
			bsn_slice_str(address), &version, value, err);

		if (status != BSN_OK)
			return status;
		if (!version.there ||
		    !member_parse(buffer_slice(value), &member) ||
		    !add(made, suite, &member, TRUE))
			return bsn_fail(err, BSN_E_CORRUPT,
					"validator %s is no member", address);
	}
	return BSN_OK;
}

typedef struct {
	XScan scan;
	Agreement *made;
	const Suite *suite;
	const json_t *validators;
} Others;

static int32_t
add_other(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Others *others = (Others *)scan;
	g_auto(Member) member = { 0 };
	g_autofree char *address = g_strndup((const char *)key.data, key.len);

	(void)version;
	if (xmodel_is_deleted(value) ||
	    terms_find(others->validators, address) >= 0)
		return BSN_OK;
	if (!member_parse(value, &member) ||
	    !add(others->made, others->suite, &member, FALSE))
		return BSN_E_CORRUPT;
	return BSN_OK;
}

static int32_t
read_members(Agreement *made, Layer *layer, const Suite *suite,
	     const json_t *validators, bsn_err *err)
{
	Others others = { .scan.item = add_other,
			  .made = made,
			  .suite = suite,
			  .validators = validators };
	bsn_slice all = { NULL, 0 };
	int32_t status = add_validators(made, layer, suite, validators, err);

	if (status == BSN_OK)
		status = xmodel_scan(layer, bsn_slice_str(BUCKET_MEMBER), all,
				     all, &others.scan, err);
	settle_all(made);
	if (status == BSN_E_CORRUPT)
		return bsn_fail(err, status, "a member cannot be read");
	return status;
}

int32_t
agreement_read(Layer *layer, const Suite *suite, Agreement **agreement,
	       bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autoptr(Agreement) made = NULL;
	g_auto(Terms) terms = { 0 };
	XVersion version;
	int32_t status = xmodel_get(layer, bsn_slice_str(BUCKET_CONSENSUS),
				    bsn_slice_str(KEY_AGREEMENT), &version,
				    value, err);

	*agreement = NULL;
	if (status != BSN_OK)
		return status;
	if (!version.there || !terms_parse(buffer_slice(value), &terms))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the chain's agreement cannot be read");
	made = agreement_new(terms.protocol, terms.config);
	status = read_members(made, layer, suite, terms.validators, err);
	if (status == BSN_OK)
		*agreement = g_steal_pointer(&made);
	return status;
}

/* ---- as one value ------------------------------------------------------ */

static json_t *
member_json(const bsn_member *member)
{
	g_autofree char *key = hex_encode(member->public_key);

	return json_pack("{s:s, s:s%, s:s%, s:s}", "public_key", key, "name",
			 member->name.data, (size_t)member->name.len,
			 "address", member->address.data,
			 (size_t)member->address.len, "role",
			 member->role == BSN_ROLE_CONSENSUS ? "consensus"
							    : "observer");
}

void
agreement_write(const Agreement *agreement, GByteArray *out)
{
	g_autoptr(json_t) config = json_loads(agreement->config, 0, NULL);
	g_autoptr(json_t) members = json_array();
	g_autoptr(json_t) whole = NULL;
	g_autofree char *text = NULL;

	for (guint i = 0; i < agreement->list->len; i++)
		json_array_append_new(
			members, member_json(&g_array_index(agreement->list,
							    bsn_member, i)));
	whole = json_pack("{s:s, s:O, s:O}", "protocol", agreement->protocol,
			  "config", config, "members", members);
	text = value_text(whole);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

/* Validators come first. */
static gboolean
parse_members(Agreement *made, const Suite *suite, const json_t *members)
{
	gboolean fine = json_array_size(members) > 0;
	const json_t *entry;
	size_t i;

	json_array_foreach(members, i, entry) {
		g_auto(Member) member = { 0 };
		g_autofree char *text = value_text(entry);

		fine = fine && member_parse(bsn_slice_str(text), &member) &&
		       (!member.validates || made->n_validators == i) &&
		       add(made, suite, &member, member.validates);
	}
	settle_all(made);
	return fine && made->n_validators > 0;
}

int32_t
agreement_parse(bsn_slice bytes, const Suite *suite, Agreement **agreement,
		bsn_err *err)
{
	int32_t status;
	g_autoptr(json_t) whole = json_parse_object(
		bytes, AGREEMENT_MAX, "agreement", &status, err);
	const char *protocol =
		json_string_value(json_object_get(whole, "protocol"));
	const json_t *config = json_object_get(whole, "config");
	g_autoptr(Agreement) made = NULL;

	*agreement = NULL;
	if (protocol != NULL && json_is_object(config)) {
		made = agreement_new(protocol, config);
		if (parse_members(made, suite,
				  json_object_get(whole, "members")))
			*agreement = g_steal_pointer(&made);
	}
	return *agreement != NULL
		       ? BSN_OK
		       : bsn_fail(err, BSN_E_CORRUPT,
				  "a record of the agreement cannot be read");
}

/* ---- changes ----------------------------------------------------------- */

static gboolean
writes_agreement(const Xldgpb__TxOutputExt *output)
{
	return strcmp(output->bucket, BUCKET_MEMBER) == 0 ||
	       (strcmp(output->bucket, BUCKET_CONSENSUS) == 0 &&
		bsn_slice_equal(bsn_slice_of(output->key.data, output->key.len),
				bsn_slice_str(KEY_AGREEMENT)));
}

gboolean
agreement_changed(Tx *const *txs, guint n)
{
	for (guint i = 0; i < n; i++)
		for (size_t j = 0; j < txs[i]->msg->n_tx_outputs_ext; j++)
			if (writes_agreement(txs[i]->msg->tx_outputs_ext[j]))
				return TRUE;
	return FALSE;
}
