/* SPDX-License-Identifier: Apache-2.0
 *
 * What a new chain is made from.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/chain/founding.h"
#include "host/gateway/body.h"

static const JsonField chain_fields[] = {
	JSON_FIELD(ChainBody, name, FIELD_TEXT, TRUE, 63),
	JSON_FIELD(ChainBody, framework, FIELD_TEXT, TRUE, 63),
	JSON_FIELD(ChainBody, config, FIELD_OBJECT, FALSE, BODY_VALUES_MAX),
	JSON_FIELD(ChainBody, members, FIELD_ARRAY, FALSE, BODY_MEMBERS_MAX),
	JSON_FIELD(ChainBody, genesis, FIELD_HEX, FALSE, BODY_BLOB_MAX),
	JSON_FIELD_END,
};

typedef struct {
	const char *role, *name, *address;
	GBytes *public_key;
} MemberBody;

static const JsonField member_fields[] = {
	JSON_FIELD(MemberBody, public_key, FIELD_HEX, TRUE,
		   BSN_PUBLIC_KEY_MAX),
	JSON_FIELD(MemberBody, role, FIELD_TEXT, TRUE, BODY_KIND_MAX),
	JSON_FIELD(MemberBody, name, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD(MemberBody, address, FIELD_TEXT, FALSE, BODY_NAME_MAX),
	JSON_FIELD_END,
};

static int32_t
judge_role(const char *role, const char *at, guint32 *out, bsn_err *err)
{
	*out = strcmp(role, "consensus") == 0  ? BSN_ROLE_CONSENSUS
	       : strcmp(role, "observer") == 0 ? BSN_ROLE_OBSERVER
					       : 0;
	if (*out != 0)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s.role: \"%s\" is neither consensus nor observer", at,
			role);
}

static int32_t
read_member(const json_t *object, const char *at, GPtrArray *founders,
	    bsn_err *err)
{
	MemberBody body = { .role = NULL };
	FoundingMember *founder;
	guint32 role = 0;
	int32_t status = json_read(object, at, member_fields, &body, err);

	if (status == BSN_OK)
		status = judge_role(body.role, at, &role, err);
	if (status == BSN_OK) {
		founder = g_new(FoundingMember, 1);
		founder->role = role;
		founder->public_key = g_bytes_ref(body.public_key);
		founder->name = g_strdup(body.name);
		founder->address = g_strdup(body.address);
		g_ptr_array_add(founders, founder);
	}
	json_read_clear(member_fields, &body);
	return status;
}

static int32_t
read_members(ChainBody *body, bsn_err *err)
{
	int32_t status = BSN_OK;

	body->founders = g_ptr_array_new_with_free_func(founding_member_free);
	for (gsize i = 0;
	     status == BSN_OK && i < json_array_size(body->members); i++) {
		g_autofree char *at =
			g_strdup_printf("members[%" G_GSIZE_FORMAT "]", i);
		const json_t *object = json_array_get(body->members, i);

		if (json_is_object(object))
			status = read_member(object, at, body->founders, err);
		else
			status = bsn_fail(err, BSN_BAD_REQUEST,
					  "%s: an object is needed", at);
	}
	return status;
}

int32_t
chain_body_decode(const void *data, gsize len, ChainBody *out, bsn_err *err)
{
	int32_t status =
		body_decode(data, len, chain_fields, sizeof(*out), out, err);

	if (status != BSN_OK)
		return status;
	if (out->members != NULL && out->genesis != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"members: give it or genesis, which names them, "
				"not both");
	out->config_text = json_write_or(out->config, "{}");
	return out->members != NULL ? read_members(out, err) : BSN_OK;
}

void
chain_body_clear(ChainBody *body)
{
	body_clear(chain_fields, body);
	g_clear_pointer(&body->config_text, g_free);
	g_clear_pointer(&body->founders, g_ptr_array_unref);
}
