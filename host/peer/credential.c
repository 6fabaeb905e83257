/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/credential.h"

#include <string.h>

#include "host/peer/error.h"
#include "identity/sign.h"
#include "identity/trust.h"

struct PeerCredential {
	gint refs; /* atomic */
	PeerHost *self;
	GBytes *certificate;
	EVP_PKEY *key;
	TrustStore *trust;
	GPtrArray *introductions; /* Introduction */
	PeerLists *lists;
};

void
peer_host_free(PeerHost *host)
{
	if (host == NULL)
		return;
	identity_free(host->identity);
	X509_free(host->certificate);
	g_strfreev(host->chains);
	g_free(host);
}

gboolean
peer_host_may_meet(const PeerHost *host, const char *chain)
{
	return host->chains == NULL ||
	       g_strv_contains((const char *const *)host->chains, chain);
}

/* ---- judging ---- */

static PeerError
code_of(const GError *error)
{
	if (error->domain != IDENTITY_ERROR)
		return PEER_UNTRUSTED;
	switch ((IdentityError)error->code) {
	case IDENTITY_MALFORMED:
		return PEER_MALFORMED;
	case IDENTITY_EXPIRED:
		return PEER_EXPIRED;
	case IDENTITY_UNFIT:
		return PEER_UNFIT;
	case IDENTITY_REVOKED:
		return PEER_REVOKED;
	case IDENTITY_UNTRUSTED:
	case IDENTITY_IO:
	case IDENTITY_BUSY:
		break;
	}
	return PEER_UNTRUSTED;
}

static gboolean
find_id(X509 *certificate, guint8 id[HOST_ID_LEN])
{
	guint8 *der = NULL;
	const int len = i2d_PUBKEY(X509_get0_pubkey(certificate), &der);
	const gboolean found =
		len > 0 && EVP_Digest(der, (gsize)len, id, NULL, EVP_sha256(),
				      NULL) == 1;

	OPENSSL_free(der);
	return found;
}

/* Whom a trusted CA made a node. */
static PeerHost *
judge_node(const TrustStore *trust, const guint8 *der, gsize len, gint64 now_s,
	   GError **error)
{
	g_autoptr(PeerHost) host = g_new0(PeerHost, 1);
	g_autoptr(GError) why = NULL;
	gint64 until_s;

	host->identity = trust_store_judge_chain(
		trust, der, len, now_s, &host->certificate, &until_s, &why);
	if (host->identity == NULL) {
		g_set_error_literal(error, PEER_ERROR, (gint)code_of(why),
				    why->message);
		return NULL;
	}
	if (host->identity->role != ROLE_NODE) {
		g_set_error(error, PEER_ERROR, PEER_UNFIT,
			    "the certificate of %s is no node's: its OU must "
			    "be node",
			    host->identity->name);
		return NULL;
	}
	if (!find_id(host->certificate, host->id)) {
		g_set_error(error, PEER_ERROR, PEER_MALFORMED,
			    "the certificate's key cannot be encoded");
		return NULL;
	}
	return g_steal_pointer(&host);
}

/* What is wrong with one says more than that its CA is unknown elsewhere. */
static void
note_why(GError **why, GError *here)
{
	if (here->code == PEER_UNTRUSTED) {
		g_error_free(here);
		return;
	}
	g_clear_error(why);
	*why = here;
}

/* One whose CA is known on some chains only. `why`, which is taken, says that
 * it is not known otherwise. */
static PeerHost *
judge_introduced(const PeerCredential *credential, const guint8 *der, gsize len,
		 gint64 now_s, GError *why, GError **error)
{
	g_autoptr(GStrvBuilder) chains = g_strv_builder_new();
	PeerHost *host = NULL;

	for (guint i = 0; i < credential->introductions->len; i++) {
		const Introduction *one = credential->introductions->pdata[i];
		GError *here = NULL;
		PeerHost *found =
			judge_node(one->trust, der, len, now_s, &here);

		if (found == NULL) {
			note_why(&why, here);
			continue;
		}
		g_strv_builder_add(chains, one->chain);
		if (host == NULL)
			host = g_steal_pointer(&found);
		peer_host_free(found);
	}
	if (host == NULL) {
		g_propagate_error(error, why);
		return NULL;
	}
	host->chains = g_strv_builder_end(chains);
	g_error_free(why);
	return host;
}

static PeerHost *
judge_any(const PeerCredential *credential, const guint8 *der, gsize len,
	  gint64 now_s, GError **error)
{
	GError *why = NULL;
	PeerHost *host =
		judge_node(credential->trust, der, len, now_s, &why);

	if (host != NULL)
		return host;
	/* What a CA of this host's has revoked stays so. */
	if (why->code == PEER_UNTRUSTED)
		return judge_introduced(credential, der, len, now_s, why,
					error);
	g_propagate_error(error, why);
	return NULL;
}

static gboolean
is_welcome(const PeerCredential *credential, const PeerHost *host,
	   GError **error)
{
	if (memcmp(host->id, credential->self->id, HOST_ID_LEN) == 0) {
		g_set_error(error, PEER_ERROR, PEER_SELF,
			    "the certificate is this host's own");
		return FALSE;
	}
	if (peer_lists_allow_identity(credential->lists, host->identity))
		return TRUE;
	g_set_error(error, PEER_ERROR, PEER_DENIED,
		    "%s of %s is not let in by [peers] allow and deny",
		    host->identity->name, host->identity->organisation);
	return FALSE;
}

PeerHost *
peer_credential_judge(const PeerCredential *credential, const guint8 *der,
		      gsize len, gint64 now_s, GError **error)
{
	g_autoptr(PeerHost) host =
		judge_any(credential, der, len, now_s, error);

	if (host == NULL || !is_welcome(credential, host, error))
		return NULL;
	return g_steal_pointer(&host);
}

static gboolean
is_known_for_the_same(const PeerHost *host, const PeerHost *again)
{
	if (host->chains == NULL || again->chains == NULL)
		return host->chains == again->chains;
	for (char **chain = again->chains; *chain != NULL; chain++)
		if (!peer_host_may_meet(host, *chain))
			return FALSE;
	return g_strv_length(host->chains) == g_strv_length(again->chains);
}

gboolean
peer_credential_judge_again(const PeerCredential *credential,
			    const PeerHost *host, gint64 now_s, GError **error)
{
	guint8 *der = NULL;
	const int len = i2d_X509(host->certificate, &der);
	g_autoptr(PeerHost) again =
		peer_credential_judge(credential, der, (gsize)MAX(len, 0),
				      now_s, error);

	OPENSSL_free(der);
	if (again == NULL)
		return FALSE;
	if (is_known_for_the_same(host, again))
		return TRUE;
	g_set_error(error, PEER_ERROR, PEER_UNTRUSTED,
		    "the chains that its CA is trusted for have changed: it "
		    "may come again");
	return FALSE;
}

/* ---- signing ---- */

gboolean
peer_credential_sign(const PeerCredential *credential, const void *message,
		     gsize len, guint8 signature[64], GError **error)
{
	return identity_sign(credential->key, message, len, signature, error);
}

gboolean
peer_host_verify(const PeerHost *host, const void *message, gsize len,
		 const guint8 signature[64])
{
	return identity_verify(X509_get0_pubkey(host->certificate), message,
			       len, signature);
}

/* ---- making ---- */

static gboolean
load_self(PeerCredential *credential, const PeerCredentialFiles *files,
	  gint64 now_s, GError **error)
{
	g_autoptr(X509) certificate =
		identity_load_cert(files->certificate, error);
	guint8 *der = NULL;
	int len;

	if (certificate == NULL)
		return FALSE;
	len = i2d_X509(certificate, &der);
	credential->certificate = g_bytes_new(der, (gsize)MAX(len, 0));
	OPENSSL_free(der);
	credential->self = judge_node(
		credential->trust,
		g_bytes_get_data(credential->certificate, NULL),
		(gsize)MAX(len, 0), now_s, error);
	if (credential->self == NULL)
		g_prefix_error(error, "[peers] certificate %s: ",
			       files->certificate);
	return credential->self != NULL;
}

static gboolean
load_key(PeerCredential *credential, const char *file, GError **error)
{
	credential->key = identity_load_any_key(file, error);
	if (credential->key == NULL)
		return FALSE;
	if (EVP_PKEY_eq(credential->key,
			X509_get0_pubkey(credential->self->certificate)) == 1)
		return TRUE;
	return identity_fail(error, IDENTITY_UNFIT,
			     "[peers] key %s is not the key of the certificate",
			     file);
}

PeerCredential *
peer_credential_new(const PeerCredentialFiles *files, gint64 now_s,
		    GError **error)
{
	PeerCredential *credential = g_new0(PeerCredential, 1);

	credential->refs = 1;
	credential->lists = peer_lists_new(files->allow, files->deny);
	credential->introductions =
		introductions_load(files->introductions, files->crl_files);
	credential->trust = trust_store_new_for_hosts(
		files->ca_files, files->crl_files,
		files->introductions != NULL, error);
	if (credential->trust != NULL &&
	    load_self(credential, files, now_s, error) &&
	    load_key(credential, files->key, error))
		return credential;
	peer_credential_unref(credential);
	return NULL;
}

PeerCredential *
peer_credential_ref(PeerCredential *credential)
{
	g_atomic_int_inc(&credential->refs);
	return credential;
}

void
peer_credential_unref(PeerCredential *credential)
{
	if (credential == NULL ||
	    !g_atomic_int_dec_and_test(&credential->refs))
		return;
	peer_host_free(credential->self);
	g_clear_pointer(&credential->certificate, g_bytes_unref);
	EVP_PKEY_free(credential->key);
	trust_store_free(credential->trust);
	g_ptr_array_unref(credential->introductions);
	peer_lists_free(credential->lists);
	g_free(credential);
}

const PeerHost *
peer_credential_self(const PeerCredential *credential)
{
	return credential->self;
}

GBytes *
peer_credential_certificate(const PeerCredential *credential)
{
	return credential->certificate;
}

const GPtrArray *
peer_credential_introductions(const PeerCredential *credential)
{
	return credential->introductions;
}

const PeerLists *
peer_credential_lists(const PeerCredential *credential)
{
	return credential->lists;
}
