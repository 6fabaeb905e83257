/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/workload_private.h: reading the members of a JSON object, with
 * reasons that say which one is wrong. Each function is FALSE with *message
 * set when it refuses.
 */
#ifndef TOOLS_SIM_WORKLOAD_PRIVATE_H
#define TOOLS_SIM_WORKLOAD_PRIVATE_H

#include <jansson.h>

#include "tools/sim/workload.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* An object, and where in the file it stands. */
typedef struct {
	json_t *object;
	char *path; /* "contract.versions[0]"; "" for the whole */
	const char *directory; /* of files that it names; or NULL */
	char **message;
} Reader;

/* Always FALSE: the reason is "PATH.NAME: ...". */
gboolean reader_refuse(const Reader *reader, const char *name,
		       const char *format, ...) G_GNUC_PRINTF(3, 4);
/* That it is an object with no other members than these; `names` has blanks
 * between. */
gboolean reader_knows(const Reader *reader, const char *names);
/* An object's member: *inner for reader_clear, its object NULL when it is not
 * given. */
gboolean reader_enter(const Reader *reader, const char *name, Reader *inner);
void reader_clear(Reader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)
/* An array's members, each with read_one; FALSE when one is refused, or there
 * are more than `max`. One that is not given is empty. */
gboolean reader_each(const Reader *reader, const char *name, guint max,
		     gboolean (*read_one)(const Reader *one, gpointer data),
		     gpointer data);
/* true or false; left alone when it is not given. */
gboolean reader_bool(const Reader *reader, const char *name, gboolean *out);
/* A string, a copy in *out; left alone when it is not given. */
gboolean reader_string(const Reader *reader, const char *name, char **out);
/* The same, which must be there and not empty. */
gboolean reader_needs(const Reader *reader, const char *name, char **out);
/* JSON text of an object, or also of an array, or `otherwise`. */
gboolean reader_json(const Reader *reader, const char *name, gboolean array,
		     const char *otherwise, char **out);

/* The "contract" of a workload, NULL when it is not given. */
gboolean sim_contract_read(const Reader *workload, SimContract **out);
void sim_contract_free(SimContract *contract);
/* Its "members". */
gboolean sim_members_read(const Reader *workload, SimWorkload *out);
/* Its "certificates" and "plugins". */
gboolean sim_certificates_read(const Reader *workload, SimCertificates *out);
gboolean sim_plugin_names_read(const Reader *workload, GPtrArray *out);
/* An array's strings, each fit; FALSE when one is not, with what it should be
 * as the reason. */
gboolean reader_words(const Reader *reader, const char *name, guint max,
		      gboolean (*is_fit)(const char *word),
		      const char *should, GPtrArray *out);
/* Its "secrets"; certificates are read before. */
void sim_secret_clear(gpointer secret);
gboolean sim_secret_key_read(const Reader *request, char **out);
gboolean sim_secrets_read(const Reader *workload, SimWorkload *out);
/* Its "prepare" and "requests"; accounts and secrets are read before. */
gboolean sim_requests_read(const Reader *workload, SimWorkload *out);
/* A list of the framework's codes. */
gboolean sim_codes_read(const Reader *reader, const char *name,
			gint32 codes[SIM_NATIVES_MAX], guint *n);
/* Its "invariants". */
void sim_invariant_clear(gpointer invariant);
gboolean sim_invariants_read(const Reader *workload, GArray *out);
/* One call; what it has read is the caller's, even when it refuses. */
gboolean sim_request_read(const Reader *request, SimRequest *out);
/* The "code" of a version: a text, or {"package"}. */
gboolean sim_code_read(const Reader *version, GBytes **out);
/* Such a text, "hex:...", of a member; it may be empty. */
gboolean sim_code_text_read(const Reader *reader, const char *name,
			    const char *text, GBytes **out);
gboolean sim_package_read(const Reader *code, GBytes **out);

#endif
