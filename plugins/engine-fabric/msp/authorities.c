/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/msp/authorities.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <time.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

/* 112 bits of security: SHA-1 signatures are refused. */
#define SECURITY_LEVEL 2

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

/* ---- chains ---- */

static X509_STORE_CTX *
begin(const Authorities *authorities, X509 *certificate)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;

	if (ctx == NULL ||
	    !X509_STORE_CTX_init(ctx, authorities->store, certificate,
				 authorities->intermediates))
		return NULL;
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_depth(param, AUTHORITIES_DEPTH_MAX - 1);
	X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
	X509_VERIFY_PARAM_set_time(
		param, (time_t)(certificate_not_before(certificate) + 1));
	return g_steal_pointer(&ctx);
}

void
certificate_chain_clear(CertificateChain *chain)
{
	for (guint i = 0; i < chain->n; i++)
		X509_free(chain->certificates[i]);
	chain->n = 0;
}

/* A root's chain is itself. */
static int32_t
build(const Authorities *authorities, X509 *certificate,
      CertificateChain *chain, bsn_err *err)
{
	g_autoptr(X509_STORE_CTX) ctx = begin(authorities, certificate);
	STACK_OF(X509) * found;
	int code;

	chain->n = 0;
	if (ctx == NULL)
		return BSN_E_NOMEM;
	if (X509_verify_cert(ctx) != 1) {
		code = X509_STORE_CTX_get_error(ctx);
		ERR_clear_error();
		return bsn_fail(err, BSN_DENIED,
				"the certificate does not lead to a root of "
				"the MSP: %s",
				X509_verify_cert_error_string(code));
	}
	found = X509_STORE_CTX_get0_chain(ctx);
	if (sk_X509_num(found) > (int)G_N_ELEMENTS(chain->certificates))
		return bsn_fail(err, BSN_DENIED,
				"there are too many CAs above the "
				"certificate");
	for (int i = 0; i < sk_X509_num(found); i++) {
		X509_up_ref(sk_X509_value(found, i));
		chain->certificates[chain->n++] = sk_X509_value(found, i);
	}
	return BSN_OK;
}

static gboolean
has(const GPtrArray *certificates, X509 *certificate)
{
	for (guint i = 0; i < certificates->len; i++)
		if (X509_cmp(certificates->pdata[i], certificate) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
is_revoked(const Authorities *authorities, X509 *certificate, X509 *issuer)
{
	for (guint i = 0; i < authorities->lists->len; i++) {
		X509_REVOKED *entry = NULL;

		/* 2 is "removed from the list". */
		if (X509_cmp(authorities->list_cas->pdata[i], issuer) == 0 &&
		    X509_CRL_get0_by_cert(authorities->lists->pdata[i], &entry,
					  certificate) == 1)
			return TRUE;
	}
	return FALSE;
}

static int32_t
check_member(const Authorities *authorities, const CertificateChain *chain,
	     bsn_err *err)
{
	X509 *certificate = chain->certificates[0];

	if (chain->n < 2)
		return bsn_fail(err, BSN_DENIED,
				"the certificate is a root and not issued by "
				"one");
	if (X509_check_ca(certificate) != 0)
		return bsn_fail(err, BSN_DENIED,
				"the certificate is a CA's: members use one "
				"that a CA issued");
	if ((X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) == 0)
		return bsn_fail(err, BSN_DENIED,
				"the certificate's keyUsage has no "
				"digitalSignature");
	if (has(authorities->inner, chain->certificates[1]))
		return bsn_fail(err, BSN_DENIED,
				"the certificate is issued by a CA that has "
				"CAs below it: members are of the lowest ones");
	if (is_revoked(authorities, certificate, chain->certificates[1]))
		return bsn_fail(err, BSN_DENIED,
				"the certificate has been revoked by its "
				"issuer");
	return BSN_OK;
}

int32_t
authorities_chain(const Authorities *authorities, X509 *certificate,
		  CertificateChain *chain, bsn_err *err)
{
	int32_t status = build(authorities, certificate, chain, err);

	if (status == BSN_OK)
		status = check_member(authorities, chain, err);
	if (status != BSN_OK)
		certificate_chain_clear(chain);
	return status;
}

gboolean
authorities_have_issued(const Authorities *authorities, X509 *certificate)
{
	g_auto(CertificateChain) chain = { 0 };

	return build(authorities, certificate, &chain, NULL) == BSN_OK &&
	       chain.n > 1;
}

int32_t
authorities_certifiers(const Authorities *authorities, bsn_slice pem,
		       guint8 digest[HASH_LEN], bsn_err *err)
{
	g_autoptr(X509) ca = NULL;
	g_auto(CertificateChain) chain = { 0 };
	int32_t status = certificate_parse(authorities->suite, pem, &ca, err);

	if (status != BSN_OK)
		return status;
	if (!has(authorities->cas, ca))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the certificate of the unit is none of the "
				"MSP's CAs");
	status = build(authorities, ca, &chain, err);
	return status == BSN_OK ? certificate_chain_digest(authorities->suite,
							   chain.certificates,
							   chain.n, digest)
				: status;
}

/* ---- reading ---- */

static int32_t
read_ca(Authorities *authorities, bsn_slice pem, gboolean root, bsn_err *err)
{
	g_autoptr(X509) ca = NULL;
	int32_t status = certificate_parse(authorities->suite, pem, &ca, err);

	if (status != BSN_OK)
		return status;
	if (!certificate_is_ca(ca))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it is no CA's: its basicConstraints or "
				"keyUsage do not let it certify");
	if (has(authorities->cas, ca))
		return BSN_OK;
	X509_up_ref(ca);
	g_ptr_array_add(authorities->cas, ca);
	if (root)
		return X509_STORE_add_cert(authorities->store, ca) == 1
			       ? BSN_OK
			       : BSN_E_NOMEM;
	if (sk_X509_push(authorities->intermediates, ca) <= 0)
		return BSN_E_NOMEM;
	X509_up_ref(ca);
	return BSN_OK;
}

static int32_t
read_cas(Authorities *authorities, const ProtobufCBinaryData *pems, gsize n,
	 gboolean root, bsn_err *err)
{
	const char *what = root ? "root_certs" : "intermediate_certs";

	if (n > AUTHORITIES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "%s: more than %u", what,
				AUTHORITIES_MAX);
	for (gsize i = 0; i < n; i++) {
		int32_t status =
			read_ca(authorities, message_slice(pems[i]), root, err);

		if (status == BSN_OK)
			continue;
		reason_at(err, "%s[%zu]", what, i);
		return status;
	}
	return BSN_OK;
}

static int32_t
read_list(Authorities *authorities, bsn_slice pem, bsn_err *err)
{
	g_autoptr(X509_CRL) list = NULL;
	int32_t status =
		certificate_parse_crl(authorities->suite, pem, &list, err);

	if (status != BSN_OK)
		return status;
	for (guint i = 0; i < authorities->cas->len; i++) {
		if (!certificate_signed_crl(authorities->cas->pdata[i], list))
			continue;
		g_ptr_array_add(authorities->lists, g_steal_pointer(&list));
		g_ptr_array_add(authorities->list_cas,
				authorities->cas->pdata[i]);
		return BSN_OK;
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"it is signed by no CA of the MSP");
}

static int32_t
read_lists(Authorities *authorities, const Msp__FabricMSPConfig *config,
	   bsn_err *err)
{
	if (config->n_revocation_list > AUTHORITIES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"revocation_list: more than %u",
				AUTHORITIES_MAX);
	for (gsize i = 0; i < config->n_revocation_list; i++) {
		int32_t status = read_list(
			authorities, message_slice(config->revocation_list[i]),
			err);

		if (status == BSN_OK)
			continue;
		reason_at(err, "revocation_list[%zu]", i);
		return status;
	}
	return BSN_OK;
}

/* Each intermediate CA leads to a root and is not revoked; what is above it is
 * no lowest CA. */
static int32_t
check_ca(Authorities *authorities, X509 *ca, bsn_err *err)
{
	g_auto(CertificateChain) chain = { 0 };
	int32_t status = build(authorities, ca, &chain, err);

	if (status != BSN_OK)
		return status;
	for (guint i = 1; i < chain.n; i++)
		if (!has(authorities->inner, chain.certificates[i])) {
			X509_up_ref(chain.certificates[i]);
			g_ptr_array_add(authorities->inner,
					chain.certificates[i]);
		}
	if (chain.n > 1 && is_revoked(authorities, ca, chain.certificates[1]))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the CA has been revoked by its issuer");
	return BSN_OK;
}

static int32_t
check_cas(Authorities *authorities, bsn_err *err)
{
	for (guint i = 0; i < authorities->cas->len; i++) {
		X509 *ca = authorities->cas->pdata[i];
		char subject[128];

		if (check_ca(authorities, ca, err) == BSN_OK)
			continue;
		X509_NAME_oneline(X509_get_subject_name(ca), subject,
				  sizeof(subject));
		reason_at(err, "CA %s", subject);
		return BSN_BAD_REQUEST;
	}
	return BSN_OK;
}

static int32_t
read_all(Authorities *authorities, const Msp__FabricMSPConfig *config,
	 bsn_err *err)
{
	int32_t status;

	if (config->n_root_certs == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"root_certs: there is none; an MSP needs one");
	status = read_cas(authorities, config->root_certs, config->n_root_certs,
			  TRUE, err);
	if (status == BSN_OK)
		status = read_cas(authorities, config->intermediate_certs,
				  config->n_intermediate_certs, FALSE, err);
	if (status == BSN_OK)
		status = read_lists(authorities, config, err);
	return status == BSN_OK ? check_cas(authorities, err) : status;
}

int32_t
authorities_init(Authorities *authorities, const Suite *suite,
		 const Msp__FabricMSPConfig *config, bsn_err *err)
{
	const GDestroyNotify free_certificate = (GDestroyNotify)X509_free;
	int32_t status;

	*authorities = (Authorities){
		.suite = suite,
		.store = X509_STORE_new(),
		.intermediates = sk_X509_new_null(),
		.cas = g_ptr_array_new_with_free_func(free_certificate),
		.inner = g_ptr_array_new_with_free_func(free_certificate),
		.lists = g_ptr_array_new_with_free_func(
			(GDestroyNotify)X509_CRL_free),
		.list_cas = g_ptr_array_new(),
	};
	status =
		authorities->store != NULL && authorities->intermediates != NULL
			? read_all(authorities, config, err)
			: BSN_E_NOMEM;
	if (status != BSN_OK)
		authorities_clear(authorities);
	return status;
}

void
authorities_clear(Authorities *authorities)
{
	X509_STORE_free(authorities->store);
	sk_X509_pop_free(authorities->intermediates, X509_free);
	g_clear_pointer(&authorities->cas, g_ptr_array_unref);
	g_clear_pointer(&authorities->inner, g_ptr_array_unref);
	g_clear_pointer(&authorities->lists, g_ptr_array_unref);
	g_clear_pointer(&authorities->list_cas, g_ptr_array_unref);
	authorities->store = NULL;
	authorities->intermediates = NULL;
}
