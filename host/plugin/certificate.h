/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/certificate.h: what bsn-conform certifies of a plugin's file. It
 * lies signed beside the file, engine-acme.so.conformance, as an envelope
 * (host/plugin/envelope.h) around a JSON object:
 *
 *   { "schema": CERTIFICATE_TYPE, "level": "L2", "digest": "sm3:hex",
 *     "plugin": id, "version": its version, "tool_version": of bsn-conform,
 *     "edition": of its checks, "date": "2026-11-29" }
 */
#ifndef HOST_PLUGIN_CERTIFICATE_H
#define HOST_PLUGIN_CERTIFICATE_H

#include <glib.h>

#define CERTIFICATE_TYPE "bsn.conformance-certificate/1"
#define CERTIFICATE_SUFFIX ".conformance"
/* Largest file, in bytes. */
#define CERTIFICATE_MAX 65536u
/* Bytes of a text inside. */
#define CERTIFICATE_TEXT_MAX 255u
/* L0 to L4. */
#define CERTIFICATE_LEVELS 5

typedef struct {
	gint level;   /* 0 to CERTIFICATE_LEVELS - 1 */
	char *digest; /* of the file, "sm3:" and 64 hex digits */
	char *plugin, *version;
	char *tool_version;
	guint edition;
	char *date; /* ISO 8601 */
} Certificate;

/* "L0" to "L4" as a number; -1 for other text, which may be NULL. */
gint certificate_level(const char *name);

/* Reads the payload of an envelope of CERTIFICATE_TYPE; any bytes. Its texts
 * become printable. NULL, and in *why (g_free it) what is wrong, as the end of
 * a sentence that begins with the file. */
Certificate *certificate_parse(GBytes *payload, char **why);
/* The same as bytes. */
GBytes *certificate_format(const Certificate *certificate);
void certificate_free(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)

#endif
