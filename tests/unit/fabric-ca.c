/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-ca.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "tests/unit/fake-host.h"

Suite
fabric_suite(gboolean sm)
{
	const bsn_crypto_by_name *crypto;
	bsn_err err = BSN_ERR_INIT;
	Suite suite;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	crypto = bsn_host_crypto(fake_host());
	g_assert_cmpint(suite_find(&suite, crypto, sm, &err), ==, BSN_OK);
	return suite;
}

void
issued_free(Issued *issued)
{
	if (issued == NULL)
		return;
	EVP_PKEY_free(issued->key);
	X509_free(issued->certificate);
	g_free(issued->pem);
	g_free(issued);
}

static char *
text_of(BIO *bio)
{
	char *data;
	const long len = BIO_get_mem_data(bio, &data);
	char *text = g_strndup(data, (gsize)len);

	BIO_free(bio);
	return text;
}

static char *
certificate_pem(X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());

	g_assert_true(PEM_write_bio_X509(bio, certificate));
	return text_of(bio);
}

static void
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&ctx, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	g_assert_nonnull(extension);
	g_assert_true(X509_add_ext(certificate, extension, -1));
	X509_EXTENSION_free(extension);
}

static void
set_name(X509_NAME *name, const Wanted *wanted)
{
	const char *const units[] = { wanted->unit, wanted->unit_2 };

	g_assert_true(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
						 (const guint8 *)wanted->name,
						 -1, -1, 0));
	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (units[i] != NULL)
			g_assert_true(X509_NAME_add_entry_by_txt(
				name, "OU", MBSTRING_UTF8,
				(const guint8 *)units[i], -1, -1, 0));
}

static EVP_MD_CTX *
sign_context(EVP_PKEY *key)
{
	const gboolean sm = EVP_PKEY_is_a(key, "SM2");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;

	g_assert_cmpint(EVP_DigestSignInit_ex(ctx, &inner,
					      sm ? "SM3" : "SHA256", NULL, NULL,
					      key, NULL),
			>, 0);
	if (sm)
		g_assert_cmpint(
			EVP_PKEY_CTX_set1_id(inner, BSN_SM2_DEFAULT_ID,
					     (int)strlen(BSN_SM2_DEFAULT_ID)),
			>, 0);
	return ctx;
}

Issued *
fabric_issue(gboolean sm, const Issued *issuer, const Wanted *wanted)
{
	static int serial = 1;
	Issued *issued = g_new0(Issued, 1);
	X509 *certificate = X509_new();
	const gint64 begin = wanted->begin_s;
	const gint64 end = wanted->end_s;
	EVP_MD_CTX *ctx;

	issued->sm = sm != wanted->other_algorithm;
	issued->key = issued->sm ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
				 : EVP_EC_gen("P-256");
	issued->certificate = certificate;
	if (issuer == NULL)
		issuer = issued;
	set_name(X509_get_subject_name(certificate), wanted);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
	ASN1_TIME_set(X509_getm_notBefore(certificate),
		      begin != 0 ? begin : FABRIC_CA_BEGIN_S);
	ASN1_TIME_set(X509_getm_notAfter(certificate),
		      end != 0 ? end : FABRIC_CA_END_S);
	X509_set_pubkey(certificate, issued->key);
	X509_set_issuer_name(certificate,
			     X509_get_subject_name(issuer->certificate));
	add_extension(certificate, NULL, NID_basic_constraints,
		      wanted->ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_extension(certificate, NULL, NID_key_usage,
		      wanted->key_usage != NULL ? wanted->key_usage
		      : wanted->ca		? "critical,keyCertSign,cRLSign"
						: "critical,digitalSignature");
	add_extension(certificate, NULL, NID_subject_key_identifier, "hash");
	if (issuer != issued)
		add_extension(certificate, issuer->certificate,
			      NID_authority_key_identifier, "keyid:always");
	ctx = sign_context(issuer->key);
	g_assert_cmpint(X509_sign_ctx(certificate, ctx), >, 0);
	EVP_MD_CTX_free(ctx);
	issued->pem = certificate_pem(certificate);
	return issued;
}

Issued *
fabric_root(gboolean sm, const char *name)
{
	const Wanted wanted = { .name = name, .ca = TRUE };

	return fabric_issue(sm, NULL, &wanted);
}

Issued *
fabric_member(const Issued *issuer, const char *name, const char *unit)
{
	const Wanted wanted = { .name = name, .unit = unit };

	return fabric_issue(issuer->sm, issuer, &wanted);
}

char *
fabric_revoke(const Issued *ca, const Issued *revoked)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *when = ASN1_TIME_set(NULL, FABRIC_CA_BEGIN_S);
	EVP_MD_CTX *ctx = sign_context(ca->key);
	BIO *bio = BIO_new(BIO_s_mem());

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->certificate));
	X509_CRL_set1_lastUpdate(crl, when);
	X509_CRL_set1_nextUpdate(crl, when);
	X509_REVOKED_set_serialNumber(
		entry, X509_get_serialNumber(revoked->certificate));
	X509_REVOKED_set_revocationDate(entry, when);
	g_assert_true(X509_CRL_add0_revoked(crl, entry));
	g_assert_cmpint(X509_CRL_sign_ctx(crl, ctx), >, 0);
	g_assert_true(PEM_write_bio_X509_CRL(bio, crl));
	EVP_MD_CTX_free(ctx);
	ASN1_TIME_free(when);
	X509_CRL_free(crl);
	return text_of(bio);
}

GByteArray *
fabric_sign(const Suite *suite, const Issued *who, bsn_slice message)
{
	GByteArray *der = g_byte_array_new();
	guint8 key[PRIVATE_KEY_LEN];
	guint8 raw[SIGNATURE_RAW_LEN];
	BIGNUM *number = NULL;

	g_assert_true(EVP_PKEY_get_bn_param(who->key, OSSL_PKEY_PARAM_PRIV_KEY,
					    &number));
	BN_bn2binpad(number, key, sizeof(key));
	BN_free(number);
	g_assert_cmpint(suite->signature->sign(key, suite->convention,
					       bsn_slice_of(NULL, 0), message,
					       raw),
			==, BSN_OK);
	g_byte_array_set_size(der, SIGNATURE_MAX);
	g_byte_array_set_size(
		der, (guint)suite_finish_signature(suite, raw, der->data));
	return der;
}

ProtobufCBinaryData
fabric_text(const char *text)
{
	return message_bytes(bsn_slice_str(text));
}

GByteArray *
fabric_serialize(const char *msp_id, const Issued *who)
{
	Msp__SerializedIdentity identity = MSP__SERIALIZED_IDENTITY__INIT;
	g_autofree char *id = g_strdup(msp_id);

	identity.mspid = id;
	identity.id_bytes = fabric_text(who->pem);
	return message_pack(&identity);
}

GByteArray *
fabric_msp_bytes(const Msp__FabricMSPConfig *config)
{
	g_autoptr(GByteArray) inner = message_pack(config);
	Msp__MSPConfig outer = MSP__MSPCONFIG__INIT;

	outer.config = (ProtobufCBinaryData){ inner->len, inner->data };
	return message_pack(&outer);
}

GByteArray *
fabric_msp_simple(const char *id, const Issued *root)
{
	g_autofree char *name = g_strdup(id);
	ProtobufCBinaryData roots[] = { fabric_text(root->pem) };
	char units[][8] = { "client", "peer", "admin", "orderer" };
	Msp__FabricOUIdentifier ous[4];
	Msp__FabricNodeOUs node_ous = MSP__FABRIC_NODE_OUS__INIT;
	Msp__FabricMSPConfig config = MSP__FABRIC_MSPCONFIG__INIT;

	for (guint i = 0; i < G_N_ELEMENTS(ous); i++) {
		msp__fabric_ouidentifier__init(&ous[i]);
		ous[i].organizational_unit_identifier = units[i];
	}
	node_ous.enable = TRUE;
	node_ous.client_ou_identifier = &ous[0];
	node_ous.peer_ou_identifier = &ous[1];
	node_ous.admin_ou_identifier = &ous[2];
	node_ous.orderer_ou_identifier = &ous[3];
	config.name = name;
	config.n_root_certs = 1;
	config.root_certs = roots;
	config.fabric_node_ous = &node_ous;
	return fabric_msp_bytes(&config);
}
