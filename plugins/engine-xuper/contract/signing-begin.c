/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose signatures a transaction needs, and their keys.
 */
#include "plugins/engine-xuper/contract/signing.h"

#include "plugins/kit/hex.h"

/* ---- keys -------------------------------------------------------------- */

/* Keys by address. */
static int32_t
add_key(const Plan *plan, GHashTable *keys, bsn_slice public_key)
{
	char address[ADDRESS_MAX];

	if (public_key.len != PUBLIC_KEY_LEN)
		return BSN_BAD_REQUEST;
	address_of(&plan->ledger->suite, public_key.data, address);
	g_hash_table_replace(keys, g_strdup(address),
			     key_to_json(&plan->ledger->suite,
					 public_key.data));
	return BSN_OK;
}

static int32_t
read_key(const Plan *plan, GHashTable *keys, const json_t *value, bsn_err *err)
{
	const char *text = json_string_value(value);
	guint8 key[PUBLIC_KEY_LEN];

	if (text[0] == '{' ?
		    key_from_json(&plan->ledger->suite, bsn_slice_str(text),
				  key) :
		    hex_decode_fixed(text, strlen(text), key, sizeof(key)))
		return add_key(plan, keys, bsn_slice_of(key, sizeof(key)));
	return bsn_fail(err, BSN_BAD_REQUEST,
			"options.public_keys must have %s keys: X || Y in 128 "
			"hex digits, or XuperChain's JSON",
			plan->ledger->suite.algorithm);
}

static int32_t
read_keys(const Plan *plan, GHashTable *keys, bsn_slice public_key,
	  bsn_err *err)
{
	int32_t status = add_key(plan, keys, public_key);
	const json_t *value;
	size_t i;

	json_array_foreach ((json_t *)plan->options.public_keys, i, value)
		if (status == BSN_OK)
			status = read_key(plan, keys, value, err);
	return status;
}

static const char *
path_end(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* A place for an address' signature, or NULL. */
static Xldgpb__SignatureInfo *
make_place(Plan *plan, GHashTable *keys, const char *address, bsn_err *err)
{
	const char *key = g_hash_table_lookup(keys, address);
	Xldgpb__SignatureInfo *place;

	if (key == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "%.*s must sign: options.public_keys must have the "
			 "key",
			 (int)ADDRESS_MAX, address);
		return NULL;
	}
	place = arena_room(&plan->arena, sizeof(*place));
	xldgpb__signature_info__init(place);
	place->publickey = arena_copy(&plan->arena, key, strlen(key));
	return place;
}

static int32_t
make_places(Plan *plan, GHashTable *keys, Xldgpb__Transaction *msg,
	    bsn_err *err)
{
	gboolean account = account_valid(bsn_slice_str(msg->initiator));
	const char *first = account ? plan->signer : msg->initiator;

	msg->initiator_signs = arena_room(&plan->arena, sizeof(void *));
	msg->auth_require_signs = arena_room(
		&plan->arena, (msg->n_auth_require + 1) * sizeof(void *));
	msg->initiator_signs[0] = make_place(plan, keys, first, err);
	if (msg->initiator_signs[0] == NULL)
		return BSN_BAD_REQUEST;
	msg->n_initiator_signs = 1;
	for (gsize i = 0; i < msg->n_auth_require; i++) {
		msg->auth_require_signs[i] = make_place(
			plan, keys, path_end(msg->auth_require[i]), err);
		if (msg->auth_require_signs[i] == NULL)
			return BSN_BAD_REQUEST;
		msg->n_auth_require_signs = i + 1;
	}
	return BSN_OK;
}

int32_t
signing_begin(Plan *plan, bsn_slice public_key, Xldgpb__Transaction *msg,
	      bsn_err *err)
{
	g_autoptr(GHashTable) keys = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, g_free);
	int32_t status = read_keys(plan, keys, public_key, err);

	return status == BSN_OK ? make_places(plan, keys, msg, err) : status;
}
