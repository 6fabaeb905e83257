/* SPDX-License-Identifier: Apache-2.0
 *
 * An MSP as its config says.
 */
#include "plugins/engine-fabric/msp/msp.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

#define ADMINS_MAX 64u
#define UNITS_MAX 64u
#define UNIT_NAME_MAX 256u
/* MSPConfig.type of an X.509 MSP; Idemix is another. */
#define TYPE_FABRIC 0

gboolean
msp_id_is_valid(const char *id)
{
	return id[0] != '\0' && strlen(id) <= MSP_ID_MAX &&
	       strspn(id,
		      "abcdefghijklmnopqrstuvwxyz"
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == strlen(id);
}

static void
unit_clear(gpointer data)
{
	MspUnit *unit = data;

	g_clear_pointer(&unit->name, g_free);
}

static void
msp_free(Msp *msp)
{
	authorities_clear(&msp->authorities);
	for (guint i = 0; i < G_N_ELEMENTS(msp->node_ous); i++)
		unit_clear(&msp->node_ous[i]);
	g_array_unref(msp->units);
	g_hash_table_unref(msp->admins);
	g_free(msp->id);
	g_free(msp);
}

Msp *
msp_ref(Msp *msp)
{
	g_atomic_int_inc(&msp->refs);
	return msp;
}

void
msp_unref(Msp *msp)
{
	if (msp != NULL && g_atomic_int_dec_and_test(&msp->refs))
		msp_free(msp);
}

/* ---- units ---- */

static int32_t
read_unit(Msp *msp, const Msp__FabricOUIdentifier *config, MspUnit *unit,
	  bsn_err *err)
{
	const gsize len = strlen(config->organizational_unit_identifier);

	if (len == 0 || len > UNIT_NAME_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a unit's name has 1 to %u bytes",
				UNIT_NAME_MAX);
	unit->is_certified = config->certificate.len > 0;
	if (unit->is_certified) {
		int32_t status = authorities_certifiers(
			&msp->authorities, message_slice(config->certificate),
			unit->certifiers, err);

		if (status != BSN_OK)
			return status;
	}
	unit->name = g_strdup(config->organizational_unit_identifier);
	return BSN_OK;
}

static int32_t
read_units(Msp *msp, const Msp__FabricMSPConfig *config, bsn_err *err)
{
	if (config->n_organizational_unit_identifiers > UNITS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"organizational_unit_identifiers: more than "
				"%u",
				UNITS_MAX);
	for (gsize i = 0; i < config->n_organizational_unit_identifiers; i++) {
		MspUnit unit = { 0 };
		int32_t status = read_unit(
			msp, config->organizational_unit_identifiers[i], &unit,
			err);

		/* Without a CA's certificate it would hold for nobody. */
		if (status == BSN_OK && !unit.is_certified) {
			unit_clear(&unit);
			status = bsn_fail(err, BSN_BAD_REQUEST,
					  "its certificate is missing");
		}
		if (status != BSN_OK) {
			reason_at(err, "organizational_unit_identifiers[%zu]",
				  i);
			return status;
		}
		g_array_append_val(msp->units, unit);
	}
	return BSN_OK;
}

static int32_t
read_node_ou(Msp *msp, const Msp__FabricOUIdentifier *config,
	     Common__MSPRole__MSPRoleType role, bsn_err *err)
{
	if (config == NULL || config->organizational_unit_identifier[0] == '\0')
		return BSN_OK;
	msp->has_node_ous = TRUE;
	return read_unit(msp, config, &msp->node_ous[role], err);
}

static int32_t
read_node_ous(Msp *msp, const Msp__FabricNodeOUs *config, bsn_err *err)
{
	int32_t status;

	if (config == NULL || !config->enable)
		return BSN_OK;
	status = read_node_ou(msp, config->client_ou_identifier,
			      COMMON__MSPROLE__MSPROLE_TYPE__CLIENT, err);
	if (status == BSN_OK)
		status = read_node_ou(msp, config->peer_ou_identifier,
				      COMMON__MSPROLE__MSPROLE_TYPE__PEER, err);
	if (status == BSN_OK)
		status =
			read_node_ou(msp, config->admin_ou_identifier,
				     COMMON__MSPROLE__MSPROLE_TYPE__ADMIN, err);
	if (status == BSN_OK)
		status = read_node_ou(msp, config->orderer_ou_identifier,
				      COMMON__MSPROLE__MSPROLE_TYPE__ORDERER,
				      err);
	reason_at(status != BSN_OK ? err : NULL, "fabric_node_ous");
	return status;
}

/* ---- admins ---- */

/* A listed admin is a member; with node OUs it is a client's or an admin's. */
static int32_t
check_admin(Msp *msp, bsn_slice pem, bsn_err *err)
{
	g_autoptr(MspIdentity) admin = NULL;
	int32_t status = msp_identify(msp, pem, &admin, err);

	if (status != BSN_OK)
		return status;
	g_hash_table_add(msp->admins, g_bytes_new(admin->id, HASH_LEN));
	if (msp->has_node_ous &&
	    !msp_identity_has_role(admin,
				   COMMON__MSPROLE__MSPROLE_TYPE__CLIENT) &&
	    !msp_identity_has_role(admin, COMMON__MSPROLE__MSPROLE_TYPE__ADMIN))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its unit is neither that of clients nor that "
				"of admins");
	return BSN_OK;
}

static int32_t
read_admins(Msp *msp, const Msp__FabricMSPConfig *config, bsn_err *err)
{
	if (config->n_admins > ADMINS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "admins: more than %u",
				ADMINS_MAX);
	for (gsize i = 0; i < config->n_admins; i++) {
		int32_t status =
			check_admin(msp, message_slice(config->admins[i]), err);

		if (status == BSN_OK)
			continue;
		reason_at(err, "admins[%zu]", i);
		return BSN_BAD_REQUEST;
	}
	return BSN_OK;
}

/* ---- all of it ---- */

/* TLS CAs may be of any algorithm: they are not the channel's. */
static int32_t
check_tls_cas(const ProtobufCBinaryData *pems, gsize n, const char *what,
	      bsn_err *err)
{
	if (n > AUTHORITIES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "%s: more than %u", what,
				AUTHORITIES_MAX);
	for (gsize i = 0; i < n; i++) {
		g_autoptr(X509) ca = NULL;
		int32_t status = certificate_parse(NULL, message_slice(pems[i]),
						   &ca, err);

		if (status == BSN_OK && !certificate_is_ca(ca))
			status =
				bsn_fail(err, BSN_BAD_REQUEST, "it is no CA's");
		if (status == BSN_OK)
			continue;
		reason_at(err, "%s[%zu]", what, i);
		return status;
	}
	return BSN_OK;
}

static int32_t
read_parts(Msp *msp, const Msp__FabricMSPConfig *config, bsn_err *err)
{
	int32_t status = read_units(msp, config, err);

	if (status == BSN_OK)
		status = read_node_ous(msp, config->fabric_node_ous, err);
	if (status == BSN_OK)
		status = check_tls_cas(config->tls_root_certs,
				       config->n_tls_root_certs,
				       "tls_root_certs", err);
	if (status == BSN_OK)
		status = check_tls_cas(config->tls_intermediate_certs,
				       config->n_tls_intermediate_certs,
				       "tls_intermediate_certs", err);
	return status == BSN_OK ? read_admins(msp, config, err) : status;
}

static int32_t
make(const Suite *suite, const Msp__FabricMSPConfig *config, Msp **msp,
     bsn_err *err)
{
	g_autoptr(Msp) made = NULL;
	Authorities authorities;
	int32_t status = authorities_init(&authorities, suite, config, err);

	if (status != BSN_OK)
		return status;
	made = g_new0(Msp, 1);
	*made = (Msp){
		.refs = 1,
		.suite = suite,
		.id = g_strdup(config->name),
		.authorities = authorities,
		.units = g_array_new(FALSE, TRUE, sizeof(MspUnit)),
		.admins = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						(GDestroyNotify)g_bytes_unref,
						NULL),
	};
	g_array_set_clear_func(made->units, unit_clear);
	status = read_parts(made, config, err);
	if (status == BSN_OK)
		*msp = g_steal_pointer(&made);
	return status;
}

int32_t
msp_new(const Suite *suite, bsn_slice config, Msp **msp, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Msp__MSPConfig *outer = message_unpack(
		&arena, &msp__mspconfig__descriptor, config, &status, err);
	const Msp__FabricMSPConfig *inner;

	if (outer == NULL)
		return status;
	if (outer->type != TYPE_FABRIC)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the MSP's type is %d; only X.509 MSPs, of "
				"type 0, are known",
				outer->type);
	inner = message_unpack(&arena, &msp__fabric_mspconfig__descriptor,
			       message_slice(outer->config), &status, err);
	if (inner == NULL)
		return status;
	if (!msp_id_is_valid(inner->name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"an MSP's name has 1 to %u letters, digits, "
				"dots, hyphens and underscores",
				MSP_ID_MAX);
	status = make(suite, inner, msp, err);
	reason_at(status != BSN_OK ? err : NULL, "MSP %s", inner->name);
	return status;
}
