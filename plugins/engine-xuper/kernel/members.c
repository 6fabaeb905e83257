/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/hex.h"

#define MEMBER_JSON_MAX 8192u

void
member_clear(Member *member)
{
	g_free(member->name);
	g_free(member->address);
	memset(member, 0, sizeof(*member));
}

static gboolean
read_fields(const json_t *json, Member *member)
{
	static const char *const roles[] = { "consensus", "observer", NULL };
	JsonFields fields = fields_of(json, "", NULL);
	guint8 key[PUBLIC_KEY_LEN];
	const char *role = fields_choice(&fields, "role", roles, "");
	const char *text = fields_string(&fields, "public_key",
					 sizeof(member->public_key) - 1, "");

	member->validates = strcmp(role, "consensus") == 0;
	g_strlcpy(member->public_key, text, sizeof(member->public_key));
	member->name = g_strdup(
		fields_string(&fields, "name", MEMBER_TEXT_MAX, ""));
	member->address = g_strdup(
		fields_string(&fields, "address", MEMBER_TEXT_MAX, ""));
	return fields_end(&fields) == BSN_OK && role[0] != '\0' &&
	       hex_decode_fixed(text, strlen(text), key, sizeof(key));
}

gboolean
member_parse(bsn_slice text, Member *member)
{
	g_autoptr(json_t) json =
		json_parse_object(text, MEMBER_JSON_MAX, "", NULL, NULL);

	memset(member, 0, sizeof(*member));
	if (json != NULL && read_fields(json, member))
		return TRUE;
	member_clear(member);
	return FALSE;
}

char *
member_text(const Member *member)
{
	g_autoptr(json_t) json = json_pack(
		"{s:s, s:s, s:s, s:s}", "public_key", member->public_key,
		"role", member->validates ? "consensus" : "observer", "name",
		member->name, "address", member->address);

	return value_text(json);
}

int32_t
member_read(Sandbox *box, const char *address, Member *member, bsn_err *err)
{
	int32_t status;
	g_autofree char *text =
		value_get_text(box, BUCKET_MEMBER, address, &status, err);

	memset(member, 0, sizeof(*member));
	if (text == NULL)
		return status;
	if (member_parse(bsn_slice_str(text), member))
		return BSN_OK;
	return bsn_fail(err, BSN_E_CORRUPT, "member %s cannot be read",
			address);
}

int32_t
member_write(Sandbox *box, const char *address, const Member *member,
	     bsn_err *err)
{
	g_autofree char *text = member_text(member);

	return value_put_text(box, BUCKET_MEMBER, address, text, err);
}

/* Gives a node that is there a role, if it has another one. */
static int32_t
set_role(Sandbox *box, const char *address, gboolean validates, bsn_err *err)
{
	g_auto(Member) member;
	int32_t status = member_read(box, address, &member, err);

	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK || member.validates == validates)
		return status;
	member.validates = validates;
	return member_write(box, address, &member, err);
}

int32_t
members_check(Sandbox *box, const json_t *validators, bsn_err *err)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(validators, i, entry) {
		const char *address = json_string_value(entry);
		g_auto(Member) member = { 0 };
		int32_t status;

		if (address == NULL || !address_valid(bsn_slice_str(address)))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"validators must be addresses");
		if (terms_find(validators, address) != (gssize)i)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"%s is named twice", address);
		status = member_read(box, address, &member, err);
		if (status == BSN_NOT_FOUND)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"%s is no member of this chain: "
					"$member.set adds one",
					address);
		if (status != BSN_OK)
			return status;
	}
	return BSN_OK;
}

int32_t
members_appoint(Sandbox *box, const json_t *validators, const json_t *before,
		bsn_err *err)
{
	int32_t status = members_check(box, validators, err);

	for (gsize i = 0; status == BSN_OK && i < json_array_size(validators);
	     i++)
		status = set_role(box, terms_at(validators, i), TRUE, err);
	for (gsize i = 0; status == BSN_OK && i < json_array_size(before); i++)
		if (terms_find(validators, terms_at(before, i)) < 0)
			status = set_role(box, terms_at(before, i), FALSE, err);
	return status;
}
