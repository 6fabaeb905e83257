/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl plugin: plugin files: how one is begun, what the host made of them,
 * and how they come to be trusted.
 */
#include <string.h>

#include "identity/certificate.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/evp_sign.h"
#include "tools/ctl/plugin_digest.h"
#include "tools/ctl/project.h"

static const Column plugin_columns[] = {
	{ "Id", "id", COLUMN_TEXT },
	{ "Version", "version", COLUMN_TEXT },
	{ "Verdict", "verdict", COLUMN_TEXT },
	{ "Trusted by", "trusted_by", COLUMN_TEXT },
	{ "File", "path", COLUMN_TEXT },
	{ "Reason", "reason", COLUMN_TEXT },
	{ NULL, NULL, COLUMN_TEXT },
};

static const Column plugin_fields[] = {
	{ "Id", "id", COLUMN_TEXT },
	{ "Version", "version", COLUMN_TEXT },
	{ "Name", "name", COLUMN_TEXT },
	{ "Vendor", "vendor", COLUMN_TEXT },
	{ "File", "path", COLUMN_TEXT },
	{ "Digest", "digest", COLUMN_HASH },
	{ "Verdict", "verdict", COLUMN_TEXT },
	{ "Trusted by", "trusted_by", COLUMN_TEXT },
	{ "Rule", "rule", COLUMN_TEXT },
	{ "Reason", "reason", COLUMN_TEXT },
	{ "Remedy", "remedy", COLUMN_TEXT },
	{ "Kinds", "kinds", COLUMN_LIST },
	{ "Offers", "offers", COLUMN_LIST },
	{ NULL, NULL, COLUMN_TEXT },
};

static gboolean
run_list(Ctl *ctl, const Args *args, GError **error)
{
	return ctl_show_table(
		ctl, ctl_get(ctl, client_target("plugins", NULL), error),
		"plugins", plugin_columns,
		"The host's plugin directories hold no .so file.");
}

/* By id, by path, or by the name of the file. */
static gboolean
is_called(json_t *plugin, const char *word)
{
	const char *id = json_string_value(json_object_get(plugin, "id"));
	const char *path = json_string_value(json_object_get(plugin, "path"));
	g_autofree char *base = path != NULL ? g_path_get_basename(path) : NULL;

	return g_strcmp0(id, word) == 0 || g_strcmp0(path, word) == 0 ||
	       g_strcmp0(base, word) == 0;
}

static gboolean
run_show(Ctl *ctl, const Args *args, GError **error)
{
	const char *word = args_operand(args, 0);
	json_t *answer = ctl_get(ctl, client_target("plugins", NULL), error);
	json_t *plugin;
	size_t at;
	guint shown = 0;

	if (answer == NULL)
		return FALSE;
	json_array_foreach(ctl_rows(answer, "plugins"), at, plugin) {
		if (!is_called(plugin, word))
			continue;
		if (ctl->output.json)
			output_json(&ctl->output, plugin);
		else
			output_fields(&ctl->output, plugin, plugin_fields);
		shown++;
		break;
	}
	json_decref(answer);
	if (shown > 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the host knows no plugin '%s'\nSee 'bsnctl plugin "
			"list'.",
			word);
}

/* ---- trust and sign ----------------------------------------------------- */

/* The files' digests as the config's list has them. */
static json_t *
digests_of(const Args *args, GError **error)
{
	json_t *digests = json_array();

	for (guint i = 0; i < args_operand_count(args); i++) {
		g_autofree char *digest =
			plugin_digest(args_operand(args, i), error);

		if (digest == NULL) {
			json_decref(digests);
			return NULL;
		}
		json_array_append_new(digests, json_string(digest));
	}
	return digests;
}

static gboolean
run_trust(Ctl *ctl, const Args *args, GError **error)
{
	json_t *digests = digests_of(args, error);
	json_t *digest;
	size_t at;

	if (digests == NULL)
		return FALSE;
	if (ctl->output.json)
		return ctl_show_done(
			ctl, json_pack("{s:o}", "trust_digests", digests), " ");
	fputs("trust_digests = ", ctl->output.file);
	json_array_foreach(digests, at, digest)
		fprintf(ctl->output.file, "%s%s", at > 0 ? ";" : "",
			json_string_value(digest));
	fputc('\n', ctl->output.file);
	json_decref(digests);
	return TRUE;
}

static GBytes *
sign_file(const char *file, const char *key_file, GError **error)
{
	g_autofree char *data = NULL;
	EVP_PKEY *key = identity_load_key(key_file, error);
	GBytes *signature = NULL;
	gsize len;

	if (key == NULL)
		return NULL;
	if (g_strcmp0(identity_key_algorithm(key), "sm2") != 0)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s is no SM2 key\nPlugins are signed with SM2: "
			 "'openssl genpkey -algorithm SM2 -out vendor.key' "
			 "makes one.",
			 key_file);
	else if (g_file_get_contents(file, &data, &len, error))
		signature = evp_sign(key, "sm2", "standard",
				     (const guint8 *)data, len, error);
	EVP_PKEY_free(key);
	return signature;
}

static gboolean
run_sign(Ctl *ctl, const Args *args, GError **error)
{
	const char *file = args_operand(args, 0);
	const char *key = args_option(args, "key");
	g_autofree char *out = g_strconcat(file, ".sig", NULL);
	g_autoptr(GBytes) signature = NULL;

	if (key == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--key is missing\nGive the vendor's private "
				"SM2 key, PEM: --key vendor.key.");
	signature = sign_file(file, key, error);
	if (signature == NULL)
		return FALSE;
	if (!g_file_set_contents(out, g_bytes_get_data(signature, NULL),
				 (gssize)g_bytes_get_size(signature), error))
		return FALSE;
	return ctl_show_done(
		ctl, json_pack("{s:s, s:s}", "file", file, "signature", out),
		"%s is signed: ship %s beside it.", file, out);
}

/* ---- new ----------------------------------------------------------------- */

static gboolean
run_new(Ctl *ctl, const Args *args, GError **error)
{
	const char *directory = args_operand(args, 0);
	const char *name = args_option(args, "name");
	const char *from = args_option(args, "template");

	if (name == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--name is missing\nGive the framework's "
				"name: --name acme.");
	if (from == NULL)
		from = BSN_PKGDATADIR "/vendor-kit";
	if (!project_new(from, directory, name, error))
		return FALSE;
	return ctl_show_done(
		ctl,
		json_pack("{s:s, s:s}", "directory", directory, "framework",
			  name),
		"Made %s: the engine of a framework \"%s\", which works.\n\n"
		"Next:\n  cd %s\n  ./autogen.sh && ./configure && make\n"
		"  make check",
		directory, name, directory);
}

static const Option new_options[] = {
	{ "name", 0, "NAME", "what the framework is called" },
	{ "template", 0, "DIR",
	  "the project to begin with (" BSN_PKGDATADIR "/vendor-kit)" },
	{ NULL, 0, NULL, NULL },
};

static const Option sign_options[] = {
	{ "key", 'k', "FILE", "the vendor's private SM2 key, PEM" },
	{ NULL, 0, NULL, NULL },
};

static const Verb verbs[] = {
	{ "list", "", "Lists plugin files, what they are and why not", NULL,
	  "bsnctl plugin list", run_list },
	{ "show", "PLUGIN", "Shows one plugin; by id or file", NULL,
	  "bsnctl plugin show bsn.engine-fisco\n"
	  "bsnctl plugin show engine-fisco.so",
	  run_show },
	{ "new", "DIR", "Begins an engine of your own: a project that builds",
	  new_options, "bsnctl plugin new ./engine-acme --name acme", run_new },
	{ "trust", "FILE [FILE...]",
	  "Prints the config line, [plugins], that trusts just these files",
	  NULL,
	  "bsnctl plugin trust /opt/acme/engine-acme.so\n"
	  "bsnctl plugin trust " BSN_PLUGIN_DIR "/*.so",
	  run_trust },
	{ "sign", "FILE", "Signs a plugin as its vendor, into FILE.sig",
	  sign_options, "bsnctl plugin sign engine-acme.so --key vendor.key",
	  run_sign },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

const Noun noun_plugin = { "plugin", "Begins, shows, trusts and signs plugins",
			   verbs };
