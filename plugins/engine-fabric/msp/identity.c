/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is a member of an MSP, and in what roles.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/msp/msp.h"

MspIdentity *
msp_identity_ref(MspIdentity *identity)
{
	g_atomic_int_inc(&identity->refs);
	return identity;
}

void
msp_identity_unref(MspIdentity *identity)
{
	if (identity == NULL || !g_atomic_int_dec_and_test(&identity->refs))
		return;
	msp_unref(identity->msp);
	g_strfreev(identity->units);
	g_free(identity);
}

static gboolean
is_certified(const MspIdentity *identity, const MspUnit *unit)
{
	return memcmp(identity->certifiers, unit->certifiers, HASH_LEN) == 0;
}

/* One of the units that the MSP asks for, if it asks for any. */
static gboolean
has_wanted_unit(const MspIdentity *identity)
{
	const GArray *wanted = identity->msp->units;

	for (guint i = 0; i < wanted->len; i++) {
		const MspUnit *unit = &g_array_index(wanted, MspUnit, i);

		if (g_strv_contains((const char *const *)identity->units,
				    unit->name) &&
		    is_certified(identity, unit))
			return TRUE;
	}
	return wanted->len == 0;
}

/* What node OUs its units are: one exactly, of the CA that it is tied to. One
 * unit may stand for two roles, as Fabric lets it. */
static int32_t
find_node_ou(MspIdentity *identity, bsn_err *err)
{
	const MspUnit *ous = identity->msp->node_ous;
	guint found = 0;

	for (char **name = identity->units; *name != NULL; name++) {
		guint roles = 0;

		for (guint i = 0; i < G_N_ELEMENTS(identity->msp->node_ous);
		     i++) {
			if (g_strcmp0(ous[i].name, *name) != 0)
				continue;
			if (ous[i].is_certified &&
			    !is_certified(identity, &ous[i]))
				return bsn_fail(err, BSN_DENIED,
						"the certificate's unit %s is "
						"not of the CA that it must be "
						"of",
						ous[i].name);
			roles |= 1u << i;
		}
		identity->roles |= roles;
		found += roles != 0;
	}
	if (found == 1)
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			found == 0 ? "the certificate has no unit that makes "
				     "it a client, peer, orderer or admin"
				   : "the certificate's units make it more "
				     "than one of client, peer, orderer and "
				     "admin");
}

static int32_t
find_roles(MspIdentity *identity, bsn_err *err)
{
	g_autoptr(GBytes) id = g_bytes_new_static(identity->id, HASH_LEN);
	int32_t status = BSN_OK;

	if (!has_wanted_unit(identity))
		return bsn_fail(err, BSN_DENIED,
				"the certificate has none of the MSP's "
				"organizational units");
	identity->roles = 1u << COMMON__MSPROLE__MSPROLE_TYPE__MEMBER;
	if (identity->msp->has_node_ous)
		status = find_node_ou(identity, err);
	if (g_hash_table_contains(identity->msp->admins, id))
		identity->roles |= 1u << COMMON__MSPROLE__MSPROLE_TYPE__ADMIN;
	return status;
}

static int32_t
read_certificate(MspIdentity *identity, X509 *certificate,
		 const CertificateChain *chain)
{
	const Suite *suite = identity->msp->suite;
	int32_t status = certificate_digest(suite, certificate, identity->id);

	if (status == BSN_OK)
		status = certificate_chain_digest(
			suite, chain->certificates + 1, chain->n - 1,
			identity->certifiers);
	if (status != BSN_OK)
		return status;
	if (!certificate_public_key(certificate, identity->public_key))
		return BSN_E_NOMEM;
	identity->not_after_s = certificate_not_after(certificate);
	identity->units = certificate_units(certificate);
	return BSN_OK;
}

int32_t
msp_identify(Msp *msp, bsn_slice pem, MspIdentity **identity, bsn_err *err)
{
	g_autoptr(X509) certificate = NULL;
	g_auto(CertificateChain) chain = { 0 };
	g_autoptr(MspIdentity) made = NULL;
	int32_t status = certificate_parse(msp->suite, pem, &certificate, err);

	if (status == BSN_OK)
		status = authorities_chain(&msp->authorities, certificate,
					   &chain, err);
	if (status != BSN_OK)
		return status;
	made = g_new0(MspIdentity, 1);
	made->refs = 1;
	made->msp = msp_ref(msp);
	status = read_certificate(made, certificate, &chain);
	if (status == BSN_OK)
		status = find_roles(made, err);
	if (status == BSN_OK)
		*identity = g_steal_pointer(&made);
	return status;
}

gboolean
msp_has_issued(const Msp *msp, bsn_slice pem)
{
	g_autoptr(X509) certificate = NULL;

	return certificate_parse(msp->suite, pem, &certificate, NULL) ==
		       BSN_OK &&
	       authorities_have_issued(&msp->authorities, certificate);
}
