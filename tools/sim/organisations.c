/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/organisations.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "identity/issue.h"
#include "identity/key_certificate.h"
#include "tools/sim/crypto.h"
#include "tools/sim/workload.h"

#define DAY_S 86400
#define DAYS 7300
#define BEGIN_S ((gint64)(SIM_START_MS / 1000) - (gint64)365 * DAY_S)
#define CA_MARK "{ca:"

typedef struct {
	char *name;
	EVP_PKEY *key;
	X509 *certificate;
} Organisation;

struct SimOrganisations {
	const SimCertificates *spec;
	GPtrArray *all;	  /* Organisation: those of the workload, then the
			   * strangers' */
	GPtrArray *issued; /* GBytes, DER */
};

static void
organisation_free(gpointer data)
{
	Organisation *organisation = data;

	g_free(organisation->name);
	EVP_PKEY_free(organisation->key);
	X509_free(organisation->certificate);
	g_free(organisation);
}

void
sim_organisations_free(SimOrganisations *organisations)
{
	if (organisations == NULL)
		return;
	g_ptr_array_unref(organisations->all);
	g_ptr_array_unref(organisations->issued);
	g_free(organisations);
}

/* ---- issuing ------------------------------------------------------------- */

static const IssueExtension ca_extensions[] = {
	{ NID_basic_constraints, "critical,CA:TRUE" },
	{ NID_key_usage, "critical,keyCertSign,cRLSign" },
	{ NID_subject_key_identifier, "hash" },
};

static const IssueExtension leaf_extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature" },
	{ NID_subject_key_identifier, "hash" },
	{ NID_authority_key_identifier, "keyid" },
};

/* Numbers are drawn from a stream of the certificate's own, so that it is the
 * same whatever else was made before. */
static X509 *
issue(const Issue *with, const char *organisation, const char *unit,
      const char *name, GError **error)
{
	gboolean is_ca = with->ca == NULL;
	g_autoptr(X509) certificate = NULL;

	sim_crypto_draw_for(organisation, name);
	certificate = issue_begin(with, error);
	if (certificate == NULL ||
	    !issue_add_name(certificate, "O", organisation, error) ||
	    (unit != NULL &&
	     !issue_add_name(certificate, "OU", unit, error)) ||
	    !issue_add_name(certificate, "CN", name, error) ||
	    !issue_finish(with, certificate,
			  is_ca ? ca_extensions : leaf_extensions,
			  is_ca ? G_N_ELEMENTS(ca_extensions)
				: G_N_ELEMENTS(leaf_extensions),
			  error))
		return NULL;
	return g_steal_pointer(&certificate);
}

/* A key of the CA's own for each certificate: one that has signed already may
 * draw fewer numbers. */
static EVP_PKEY *
ca_key(const SimWorld *world, const char *name, const char *algorithm,
       GError **error)
{
	guint64 of = sim_fnv(SIM_FNV_START, name, strlen(name));
	SimRandom random = sim_random(world->seed, "ca", of);
	SimKey key = { .algorithm = NULL };

	if (!sim_crypto_key(&random, algorithm, &key)) {
		g_set_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED,
			    "no loaded plugin offers %s", algorithm);
		return NULL;
	}
	return key_certificate_signer(algorithm, key.private_key,
				      key.public_key, error);
}

static Organisation *
organisation_new(const SimWorld *world, const char *name,
		 const char *algorithm, GError **error)
{
	Organisation *made = g_new0(Organisation, 1);
	g_autofree char *title = g_strconcat(name, " CA", NULL);

	made->name = g_strdup(name);
	made->key = ca_key(world, name, algorithm, error);
	if (made->key != NULL)
		made->certificate = issue(
			&(Issue){ NULL, made->key, made->key, DAYS, BEGIN_S },
			name, NULL, title, error);
	if (made->certificate != NULL)
		return made;
	organisation_free(made);
	return NULL;
}

static gboolean
add_organisation(SimOrganisations *organisations, const SimWorld *world,
		 const char *name, const char *algorithm, bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	Organisation *made = organisation_new(world, name, algorithm, &error);

	if (made == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "certificates: %s cannot have a CA: %s", name,
			 error->message);
		return FALSE;
	}
	g_ptr_array_add(organisations->all, made);
	return TRUE;
}

SimOrganisations *
sim_organisations_new(const SimWorld *world, const char *algorithm,
		      bsn_err *err)
{
	const SimCertificates *spec = &world->workload->certificates;
	SimOrganisations *made = g_new0(SimOrganisations, 1);
	gboolean ok = TRUE;

	made->spec = spec;
	made->all = g_ptr_array_new_with_free_func(organisation_free);
	made->issued = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	for (guint i = 0; ok && i < spec->organisations->len; i++)
		ok = add_organisation(made, world,
				      spec->organisations->pdata[i], algorithm,
				      err);
	if (ok && add_organisation(made, world, SIM_STRANGERS, algorithm, err))
		return made;
	sim_organisations_free(made);
	return NULL;
}

/* ---- the config ---------------------------------------------------------- */

static const Organisation *
find(const SimOrganisations *organisations, const char *name, gsize len)
{
	for (guint i = 0; i + 1 < organisations->all->len; i++) {
		const Organisation *one = organisations->all->pdata[i];

		if (strlen(one->name) == len &&
		    memcmp(one->name, name, len) == 0)
			return one;
	}
	return NULL;
}

static GBytes *
der_of(X509 *certificate)
{
	guint8 *der = NULL;
	int len = i2d_X509(certificate, &der);
	GBytes *bytes = g_bytes_new(der, len > 0 ? (gsize)len : 0);

	OPENSSL_free(der);
	return bytes;
}

/* As it stands between the quotes of a JSON string. */
static void
append_pem(GString *out, const Organisation *organisation)
{
	g_autoptr(GBytes) der = der_of(organisation->certificate);
	g_autofree char *pem = key_certificate_write(der);
	g_auto(GStrv) lines = g_strsplit(pem, "\n", -1);
	g_autofree char *escaped = g_strjoinv("\\n", lines);

	g_string_append(out, escaped);
}

char *
sim_organisations_fill(const SimOrganisations *organisations,
		       const char *config, bsn_err *err)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *mark;

	while ((mark = strstr(config, CA_MARK)) != NULL) {
		const char *name = mark + strlen(CA_MARK);
		gsize len = strcspn(name, "}\"");
		const Organisation *one = find(organisations, name, len);

		if (one == NULL || name[len] != '}') {
			bsn_fail(err, BSN_BAD_REQUEST,
				 "config: {ca:%.*s} is none of the "
				 "organisations of \"certificates\"",
				 (int)MIN(len, 64), name);
			return NULL;
		}
		g_string_append_len(out, config, mark - config);
		append_pem(out, one);
		config = name + len + 1;
	}
	g_string_append(out, config);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- keys ---------------------------------------------------------------- */

static void
certify(SimWorld *world, const Organisation *by, const char *unit,
	const char *name, SimKey *key)
{
	g_autoptr(EVP_PKEY) own = ca_key(world, by->name, key->algorithm, NULL);
	g_autoptr(EVP_PKEY) subject = key_certificate_subject(
		key->algorithm, key->public_key, key->public_key_len, NULL);
	g_autoptr(X509) certificate = NULL;
	GBytes *der;
	gsize len;
	const void *data;

	if (own != NULL && subject != NULL)
		certificate = issue(&(Issue){ by->certificate, own, subject,
					      DAYS, BEGIN_S },
				    by->name, unit, name, NULL);
	/* The CAs have keys of the same algorithm, so nothing can be wrong. */
	g_assert(certificate != NULL);
	der = der_of(certificate);
	g_ptr_array_add(world->organisations->issued, der);
	data = g_bytes_get_data(der, &len);
	key->certificate = bsn_slice_of(data, len);
}

static const Organisation *
organisation_at(const SimWorld *world, guint number, guint *within)
{
	guint n = world->organisations->spec->organisations->len;

	*within = number / n;
	return world->organisations->all->pdata[number % n];
}

const char *
sim_organisation_of_node(const SimWorld *world, guint node)
{
	guint within;

	return organisation_at(world, node, &within)->name;
}

guint
sim_organisation_account(const SimWorld *world, guint node)
{
	return node % world->organisations->spec->organisations->len;
}

void
sim_certify_account(SimWorld *world, guint account, SimKey *key)
{
	g_autofree char *name = g_strdup_printf("account%u", account);
	const SimCertificates *spec = &world->workload->certificates;
	const Organisation *by;
	guint within;

	if (world->organisations == NULL)
		return;
	by = organisation_at(world, account, &within);
	certify(world, by, within == 0 ? spec->admin_ou : spec->client_ou,
		name, key);
}

void
sim_certify_node(SimWorld *world, guint node, SimKey *key)
{
	const Organisation *by;
	guint within;

	if (world->organisations == NULL)
		return;
	by = organisation_at(world, node, &within);
	certify(world, by, world->workload->certificates.node_ou,
		world->nodes[node].name, key);
}

void
sim_certify_stranger(SimWorld *world, SimKey *key)
{
	const SimOrganisations *organisations = world->organisations;

	if (organisations == NULL)
		return;
	certify(world,
		organisations->all->pdata[organisations->all->len - 1],
		organisations->spec->client_ou, "stranger", key);
}
