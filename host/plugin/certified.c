/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/certified.h"

#include <bsn/plugin.h>
#include <string.h>

#include "host/plugin/certificate.h"
#include "host/plugin/digest.h"
#include "host/plugin/envelope.h"
#include "host/plugin/signature.h"
#include "host/plugin/signers.h"

struct PluginDemand {
	gint level; /* -1: nothing is asked for */
	Signers *certifiers;
};

PluginDemand *
plugin_demand_new(const char *level, const char *const *key_files)
{
	PluginDemand *demand = g_new0(PluginDemand, 1);

	demand->level = certificate_level(level);
	demand->certifiers = signers_new(demand->level >= 0 ? key_files : NULL,
					 "conformance_keys");
	return demand;
}

void
plugin_demand_free(PluginDemand *demand)
{
	if (demand == NULL)
		return;
	signers_free(demand->certifiers);
	g_free(demand);
}

/* What an administrator can do is about this file. */
static void G_GNUC_PRINTF(2, 3)
set_remedy(Refusal *refusal, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_free(refusal->remedy);
	refusal->remedy = g_strdup_vprintf(format, args);
	va_end(args);
}

static gboolean
refuse_bad(Refusal *refusal, const char *why)
{
	return refuse(refusal, RULE_BAD_CERTIFICATE,
		      "its certificate of conformance %s", why);
}

/* ---- the file ----------------------------------------------------------- */

static GBytes *
read_file(const char *path, Refusal *refusal)
{
	g_autofree char *file = g_strconcat(path, CERTIFICATE_SUFFIX, NULL);
	Refusal unread = { 0 };
	GBytes *bytes;

	if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
		refuse(refusal, RULE_NOT_CERTIFIED,
		       "has no certificate of conformance beside it "
		       "(" CERTIFICATE_SUFFIX ")");
		return NULL;
	}
	bytes = plugin_file_read(file, &unread);
	if (bytes == NULL)
		refuse_bad(refusal, unread.reason);
	refusal_clear(&unread);
	return bytes;
}

static Envelope *
read_envelope(const char *path, Refusal *refusal)
{
	g_autoptr(GBytes) bytes = read_file(path, refusal);
	g_autoptr(Envelope) envelope = NULL;
	g_autofree char *why = NULL;
	gsize len;
	const guint8 *data;

	if (bytes == NULL)
		return NULL;
	data = g_bytes_get_data(bytes, &len);
	if (len <= CERTIFICATE_MAX)
		envelope = envelope_parse(data, len, &why);
	else
		why = g_strdup_printf("has over %u bytes", CERTIFICATE_MAX);
	if (envelope != NULL && strcmp(envelope->type, CERTIFICATE_TYPE) == 0)
		return g_steal_pointer(&envelope);
	refuse_bad(refusal, why != NULL ? why : "is a statement about "
						"something else");
	return NULL;
}

/* ---- what it says ------------------------------------------------------- */

static gboolean
is_signed(const PluginDemand *demand, const Envelope *envelope,
	  Refusal *refusal)
{
	g_autofree char *id = signature_key_id(envelope->key);

	if (signers_judge(demand->certifiers, envelope->message,
			  envelope->signature) != NULL)
		return TRUE;
	if (!signature_holds(envelope->key, envelope->message,
			     envelope->signature))
		return refuse_bad(refusal, "was changed: its signature does "
					   "not hold");
	return refuse(refusal, RULE_UNKNOWN_CERTIFIER,
		      "its certificate of conformance is signed by the key %s, "
		      "which is none of the %u that may certify",
		      id, signers_count(demand->certifiers));
}

static gboolean
is_enough(const PluginDemand *demand, const Certificate *certificate,
	  const char *digest, Refusal *refusal)
{
	if (strcmp(certificate->digest, digest) != 0)
		return refuse(refusal, RULE_OTHER_CERTIFICATE,
			      "its certificate of conformance is for another "
			      "file: for %s, and this is %s",
			      certificate->digest, digest);
	if (certificate->level >= demand->level)
		return TRUE;
	refuse(refusal, RULE_BELOW_LEVEL,
	       "is certified for level L%d, and [plugins] require is L%d",
	       certificate->level, demand->level);
	set_remedy(refusal,
		   "Ask its vendor for a build that reaches L%d; if you accept "
		   "less, say so in [plugins]: require = L%d",
		   demand->level, certificate->level);
	return FALSE;
}

gboolean
plugin_demand_judge(const PluginDemand *demand, const char *path,
		    const char *digest, guint32 kinds, Refusal *refusal)
{
	g_autoptr(Envelope) envelope = NULL;
	g_autoptr(Certificate) certificate = NULL;
	g_autofree char *why = NULL;

	if (demand->level < 0 || (kinds & BSN_KIND_ENGINE) == 0)
		return TRUE;
	envelope = read_envelope(path, refusal);
	if (envelope == NULL || !is_signed(demand, envelope, refusal))
		return FALSE;
	certificate = certificate_parse(envelope->payload, &why);
	if (certificate == NULL)
		return refuse_bad(refusal, why);
	return is_enough(demand, certificate, digest, refusal);
}
