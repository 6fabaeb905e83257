/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/msp/principal.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"

static int32_t read_principal(const Suite *suite,
			      const Common__MSPPrincipal *message,
			      gboolean may_combine, Principal *principal,
			      bsn_err *err);

void
principal_free(Principal *principal)
{
	if (principal == NULL)
		return;
	g_free(principal->msp_id);
	g_free(principal->unit);
	if (principal->parts != NULL)
		g_ptr_array_unref(principal->parts);
	g_free(principal);
}

const char *
principal_role_name(Common__MSPRole__MSPRoleType role)
{
	static const char *const names[] = { "member", "admin", "client",
					     "peer", "orderer" };

	return (guint)role < G_N_ELEMENTS(names) ? names[role] : NULL;
}

static int32_t
read_role(Arena *arena, bsn_slice bytes, Principal *principal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__MSPRole *role = message_unpack(
		arena, &common__msprole__descriptor, bytes, &status, err);

	if (role == NULL)
		return status;
	if (principal_role_name(role->role) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"there is no role with the number %d",
				(int)role->role);
	principal->kind = PRINCIPAL_ROLE;
	principal->msp_id = g_strdup(role->msp_identifier);
	principal->role = role->role;
	return BSN_OK;
}

static int32_t
read_unit(Arena *arena, bsn_slice bytes, Principal *principal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__OrganizationUnit *unit =
		message_unpack(arena, &common__organization_unit__descriptor,
			       bytes, &status, err);

	if (unit == NULL)
		return status;
	if (unit->certifiers_identifier.len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"OrganizationUnit.certifiers_identifier: it "
				"must have %u bytes",
				HASH_LEN);
	principal->kind = PRINCIPAL_UNIT;
	principal->msp_id = g_strdup(unit->msp_identifier);
	principal->unit = g_strdup(unit->organizational_unit_identifier);
	memcpy(principal->digest, unit->certifiers_identifier.data, HASH_LEN);
	return BSN_OK;
}

static int32_t
read_identity(const Suite *suite, Arena *arena, bsn_slice bytes,
	      Principal *principal, bsn_err *err)
{
	g_autoptr(X509) certificate = NULL;
	int32_t status = BSN_OK;
	const Msp__SerializedIdentity *identity =
		message_unpack(arena, &msp__serialized_identity__descriptor,
			       bytes, &status, err);

	if (identity == NULL)
		return status;
	status = certificate_parse(suite, message_slice(identity->id_bytes),
				   &certificate, err);
	if (status != BSN_OK)
		return status;
	principal->kind = PRINCIPAL_IDENTITY;
	principal->msp_id = g_strdup(identity->mspid);
	return certificate_digest(suite, certificate, principal->digest);
}

static int32_t
read_anonymity(Arena *arena, bsn_slice bytes, Principal *principal,
	       bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__MSPIdentityAnonymity *anonymity = message_unpack(
		arena, &common__mspidentity_anonymity__descriptor, bytes,
		&status, err);

	if (anonymity == NULL)
		return status;
	principal->kind =
		anonymity->anonymity_type ==
				COMMON__MSPIDENTITY_ANONYMITY__MSPIDENTITY_ANONYMITY_TYPE__NOMINAL
			? PRINCIPAL_NOMINAL
			: PRINCIPAL_ANONYMOUS;
	return BSN_OK;
}

static int32_t
read_combined(const Suite *suite, Arena *arena, bsn_slice bytes,
	      Principal *principal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__CombinedPrincipal *combined =
		message_unpack(arena, &common__combined_principal__descriptor,
			       bytes, &status, err);

	if (combined == NULL)
		return status;
	if (combined->n_principals == 0 ||
	    combined->n_principals > PRINCIPAL_PARTS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a combined principal has 1 to %u parts",
				PRINCIPAL_PARTS_MAX);
	principal->kind = PRINCIPAL_COMBINED;
	principal->parts =
		g_ptr_array_new_with_free_func((GDestroyNotify)principal_free);
	for (gsize i = 0; i < combined->n_principals && status == BSN_OK; i++) {
		Principal *part = g_new0(Principal, 1);

		g_ptr_array_add(principal->parts, part);
		status = read_principal(suite, combined->principals[i], FALSE,
					part, err);
	}
	return status;
}

static int32_t
read_principal(const Suite *suite, const Common__MSPPrincipal *message,
	       gboolean may_combine, Principal *principal, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice bytes = message_slice(message->principal);

	switch (message->principal_classification) {
	case COMMON__MSPPRINCIPAL__CLASSIFICATION__ROLE:
		return read_role(&arena, bytes, principal, err);
	case COMMON__MSPPRINCIPAL__CLASSIFICATION__ORGANIZATION_UNIT:
		return read_unit(&arena, bytes, principal, err);
	case COMMON__MSPPRINCIPAL__CLASSIFICATION__IDENTITY:
		return read_identity(suite, &arena, bytes, principal, err);
	case COMMON__MSPPRINCIPAL__CLASSIFICATION__ANONYMITY:
		return read_anonymity(&arena, bytes, principal, err);
	case COMMON__MSPPRINCIPAL__CLASSIFICATION__COMBINED:
		if (may_combine)
			return read_combined(suite, &arena, bytes, principal,
					     err);
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a combined principal is within another one");
	case _COMMON__MSPPRINCIPAL__CLASSIFICATION_IS_INT_SIZE:
		break;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"there is no kind of principal with the number %d",
			(int)message->principal_classification);
}

int32_t
principal_new(const Suite *suite, const Common__MSPPrincipal *message,
	      Principal **principal, bsn_err *err)
{
	g_autoptr(Principal) made = g_new0(Principal, 1);
	int32_t status = read_principal(suite, message, TRUE, made, err);

	if (status == BSN_OK)
		*principal = g_steal_pointer(&made);
	return status;
}

static gboolean
has_parts(const Principal *principal, const MspIdentity *identity)
{
	for (guint i = 0; i < principal->parts->len; i++)
		if (!principal_is(principal->parts->pdata[i], identity))
			return FALSE;
	return TRUE;
}

gboolean
principal_is(const Principal *principal, const MspIdentity *identity)
{
	const gboolean same_msp =
		g_strcmp0(principal->msp_id, identity->msp->id) == 0;

	switch (principal->kind) {
	case PRINCIPAL_ROLE:
		return same_msp &&
		       msp_identity_has_role(identity, principal->role);
	case PRINCIPAL_UNIT:
		return same_msp &&
		       memcmp(principal->digest, identity->certifiers,
			      HASH_LEN) == 0 &&
		       g_strv_contains((const char *const *)identity->units,
				       principal->unit);
	case PRINCIPAL_IDENTITY:
		return same_msp &&
		       memcmp(principal->digest, identity->id, HASH_LEN) == 0;
	case PRINCIPAL_NOMINAL:
		return TRUE;
	case PRINCIPAL_ANONYMOUS:
		return FALSE;
	case PRINCIPAL_COMBINED:
		return has_parts(principal, identity);
	}
	return FALSE;
}

char *
principal_text(const Principal *principal)
{
	if (principal->kind != PRINCIPAL_ROLE ||
	    !msp_id_is_valid(principal->msp_id))
		return NULL;
	return g_strdup_printf("%s.%s", principal->msp_id,
			       principal_role_name(principal->role));
}
